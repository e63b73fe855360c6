//! Commands: what sends an exchange again, as `curl` has it.

use super::content::writing_of;
use super::redact::MASK;
use super::written::{Called, without_those};
use super::{Redactor, Verdict};
use crate::case::{Prepared, curl};

/// The command that sends the request again. What is about state needs the writes before it; a creation
/// would make another resource. What a sequence carries from answers is shown as everything is, what a plan
/// made up as [`planned`] has it.
pub(super) fn command(
    verdict: &Verdict,
    target: &str,
    with_writes: bool,
    carries: bool,
    redactor: &Redactor,
) -> String {
    let writes = verdict
        .before
        .iter()
        .filter(|prepared| with_writes && prepared.request.method != "POST");
    let all = writes.chain([&verdict.prepared]);
    let all = all.map(|prepared| {
        if carries {
            let shown = masked(prepared, redactor, false);
            redactor.text(&curl(&shown, target))
        } else {
            planned(prepared, target, redactor)
        }
    });
    all.collect::<Vec<_>>().join("; ")
}

/// The command for a request that a plan made: without secrets, and without what the document gives as
/// credentials. What was made up under such a name is nobody's, and without it nobody could send it again.
pub fn planned(prepared: &Prepared, target: &str, redactor: &Redactor) -> String {
    let shown = masked(prepared, redactor, true);
    redactor.made(&curl(&shown, target))
}

/// The request without credentials, by their names; if a plan made it, without those that the document gives.
/// The variables that stand for secrets come back with `curl`.
fn masked(prepared: &Prepared, redactor: &Redactor, is_planned: bool) -> Prepared {
    let among = &|value: &str| !is_planned || redactor.is_published(value);
    let mut prepared = prepared.clone();
    let request = &mut prepared.request;
    if let Some((path, query)) = request.path.split_once('?') {
        request.path = format!("{path}?{}", redactor.pairs(query, among));
    }
    let content_type = request.header("content-type").unwrap_or_default();
    let text = request.body.as_deref().map(std::str::from_utf8);
    if let Some(Ok(text)) = text {
        let writing = writing_of(content_type, text);
        let called = Called::credential;
        let clean = without_those(text, writing, &called, among, &mut Vec::new());
        // Most bodies have none.
        if clean != text {
            request.body = Some(clean.into());
        }
    }
    for (name, value) in &mut request.headers {
        if name.eq_ignore_ascii_case("cookie") {
            let pairs = value.split("; ").map(|pair| match pair.split_once('=') {
                Some((name, value)) if among(value) => format!("{name}={MASK}"),
                _ => pair.to_owned(),
            });
            *value = pairs.collect::<Vec<_>>().join("; ");
        } else if !is_planned || (redactor.is_credential_field(name) && among(value)) {
            *value = redactor.header(name, value);
        }
    }
    prepared
}
