//! Strictness: a file held against the text of the standard, as a JSON Schema.
//!
//! The schemas beside this file are transcriptions of the standard's fixed-field tables: one of 1.1.0,
//! and a JSON Merge Patch (RFC 7396) that makes it one of 1.0.1. Where the text is silent about the size
//! of a list, they follow the schema that the OpenAPI Initiative publishes; where the two differ, the
//! text counts, as that schema's own notes say.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use serde_json::Value;

use super::Description;
use crate::code::Code;
use crate::document::{Diagnostic, Document};
use crate::schema::{Dialect, Schema, SchemaError, SchemaSet, Violation};

const SCHEMA: &str = include_str!("arazzo-1.1.schema.json");
const PATCH: &str = include_str!("arazzo-1.0.patch.json");

/// The schemas by minor version.
static SCHEMAS: LazyLock<[Schema; 2]> = LazyLock::new(|| [0, 1].map(schema));

/// Names what the standard does not allow (`proofmark lint --strict`), by the version that the file is
/// written in. An error says that the schema of the standard cannot be used.
pub fn strictness(description: &Description) -> Result<Vec<Diagnostic>, SchemaError> {
    let minor = usize::from(description.version.minor != 0);
    let Some(schema) = SCHEMAS.get(minor) else {
        return Ok(Vec::new());
    };
    let document = description.document();
    let violations = schema.validator()?.violations(&document.value);
    let mut found: Vec<Diagnostic> = Vec::new();
    for violation in &violations {
        let location = document.location(&violation.instance);
        let diagnostic =
            Diagnostic::new(Code::BREAKS_STANDARD, location, message(violation, minor));
        if !found.contains(&diagnostic) {
            found.push(diagnostic);
        }
    }
    found.sort_by_key(|diagnostic| diagnostic.location.span.map(|span| span.start));
    Ok(found)
}

/// What the standard says against it.
fn message(violation: &Violation, minor: usize) -> String {
    let definition = violation.schema.pointer.tokens().nth(1);
    let definition = definition.unwrap_or_default();
    let name = violation.instance.last().unwrap_or_default();
    match &*definition {
        "unknown" => format!("Arazzo 1.{minor} has no field `{name}` here"),
        "unwanted" => "the parameters of an action have no `in`".to_owned(),
        "name" => format!("`{name}` is no name: letters, digits, `.`, `-` and `_` make one"),
        "target" => {
            let channel = if minor > 0 { ", `channelPath`" } else { "" };
            format!("a step has one of `operationId`, `operationPath`{channel} and `workflowId`")
        }
        "destination" => "`goto` needs a `stepId` or a `workflowId`".to_owned(),
        "notBoth" => "`stepId` and `workflowId` exclude each other".to_owned(),
        _ => format!("`{}` is broken: {}", violation.keyword, violation.masked),
    }
}

fn schema(minor: usize) -> Schema {
    // Both are valid JSON: a test reads them.
    let mut value: Value = serde_json::from_str(SCHEMA).unwrap_or_default();
    if minor == 0 {
        let patch: Value = serde_json::from_str(PATCH).unwrap_or_default();
        merge(&mut value, &patch);
    }
    let name = format!("arazzo-1.{minor}.schema.json");
    SchemaSet::of_schema(Document::from_value(&name, value), Dialect::Draft202012)
}

/// Applies a JSON Merge Patch (RFC 7396 section 2).
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(members) = target else {
        return;
    };
    for (name, change) in changes {
        if change.is_null() {
            members.shift_remove(name);
        } else {
            merge(members.entry(name.clone()).or_insert(Value::Null), change);
        }
    }
}
