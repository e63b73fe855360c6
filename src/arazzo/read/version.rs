//! Versions: whether a document is an Arazzo description that can be read.

use serde_json::Value;

use crate::arazzo::Version;
use crate::code::Code;
use crate::document::{Diagnostic, Document, Pointer};

/// The version that a document is read as, with what is to be said about it; `Err` says why it
/// cannot be read at all.
pub(super) fn version(
    document: &Document,
) -> Result<(Version, Option<Diagnostic>), Box<Diagnostic>> {
    let root = Pointer::root();
    let refusal = |at: &Pointer, message: &str, hint: &str| {
        let location = document.location(at);
        let code = Code::UNREADABLE_SCENARIO_NODE;
        Box::new(Diagnostic::new(code, location, message).with_hint(hint))
    };
    let Some(members) = document.value.as_object() else {
        let hint = "it starts with a line such as `arazzo: 1.0.1`";
        return Err(refusal(&root, "an Arazzo description is an object", hint));
    };
    let Some(written) = members.get("arazzo") else {
        let (key, message, hint) = if members.contains_key("workflowsSpec") {
            let message = "this was written for a draft of the time before Arazzo 1.0";
            (
                "workflowsSpec",
                message,
                "write `arazzo: 1.0.1` instead of `workflowsSpec`",
            )
        } else if members.contains_key("openapi") {
            let message = "this is an OpenAPI document, not an Arazzo description";
            (
                "openapi",
                message,
                "name it under `sourceDescriptions` of an Arazzo description",
            )
        } else if members.contains_key("asyncapi") {
            let message = "this is an AsyncAPI document, not an Arazzo description";
            ("asyncapi", message, "messages are not tested")
        } else {
            let hint = "an Arazzo description starts with a line such as `arazzo: 1.0.1`";
            return Err(refusal(&root, "the document has no `arazzo` member", hint));
        };
        return Err(refusal(&root.join(key), message, hint));
    };
    let at = root.join("arazzo");
    let hint = "versions 1.0.0, 1.0.1 and 1.1.0 can";
    // `arazzo: 1.0` without quotes is a number in YAML.
    let text = match written {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Err(refusal(&at, "`arazzo` is not a version", hint)),
    };
    let mut parts = text.splitn(3, '.');
    let (major, minor, patch) = (parts.next(), parts.next(), parts.next());
    let minor = minor.and_then(|minor| minor.parse::<u32>().ok());
    let (Some("1"), Some(minor)) = (major, minor) else {
        return Err(refusal(
            &at,
            &format!("Arazzo `{text}` cannot be read"),
            hint,
        ));
    };
    let location = document.location(&at);
    let note = if minor > 1 {
        let message = format!("Arazzo `{text}` is read as 1.1");
        let note = Diagnostic::new(Code::NEWER_VERSION, location, message);
        Some(note.with_hint("what newer versions add is ignored"))
    } else if patch.is_none() {
        let message = format!("`{text}` is no version with three parts");
        let note = Diagnostic::new(Code::NONSTANDARD_FORM, location, message);
        Some(note.with_hint(format!("write `arazzo: 1.{minor}.{}`", 1 - minor)))
    } else {
        None
    };
    let minor = u8::from(minor != 0);
    Ok((Version { text, minor }, note))
}
