//! Commands: what sends an exchange again, as `curl` has it.

use super::content::{is_json, writing_of};
use super::written::{Called, without};
use super::{Redactor, Verdict};
use crate::case::{Prepared, curl};

/// The command that sends the request again. What is about state needs the writes before it; a creation
/// would make another resource. With a redactor it is one without credentials, but for the variables that
/// stand for them.
pub(super) fn command(
    verdict: &Verdict,
    target: &str,
    with_writes: bool,
    redactor: Option<&Redactor>,
) -> String {
    let writes = verdict
        .before
        .iter()
        .filter(|prepared| with_writes && prepared.request.method != "POST");
    let all = writes.chain([&verdict.prepared]);
    let all = all.map(|prepared| match redactor {
        Some(redactor) => curl(&masked(prepared, redactor), target),
        None => curl(prepared, target),
    });
    all.collect::<Vec<_>>().join("; ")
}

/// The request without what is called like a credential. The variables of credentials come back with `curl`.
fn masked(prepared: &Prepared, redactor: &Redactor) -> Prepared {
    let mut prepared = prepared.clone();
    let request = &mut prepared.request;
    if let Some((path, query)) = request.path.split_once('?') {
        request.path = format!("{path}?{}", redactor.pairs(query));
    }
    let content_type = request
        .header("content-type")
        .unwrap_or_default()
        .to_owned();
    for (name, value) in &mut request.headers {
        *value = if name.eq_ignore_ascii_case("cookie") {
            let pairs = value.split("; ").map(|pair| match pair.split_once('=') {
                Some((name, _)) => format!("{name}={}", super::redact::MASK),
                None => pair.to_owned(),
            });
            pairs.collect::<Vec<_>>().join("; ")
        } else {
            redactor.header(name, value)
        };
    }
    let text = request.body.as_deref().map(std::str::from_utf8);
    if let Some(Ok(text)) = text.filter(|_| !is_json(&content_type)) {
        let writing = writing_of(&content_type, text);
        let clean = without(text, writing, &Called::credential, &mut Vec::new());
        request.body = Some(clean.into());
    }
    prepared
}
