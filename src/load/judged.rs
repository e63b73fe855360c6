//! Judged: what the checks say of an answer, as it is counted.

use crate::code::{Code, Severity};
use crate::record::Verdict;
use crate::spec::Operation;
use crate::wire::declared;

/// Whether an operation says which statuses it answers with, and this is none of them.
pub(super) fn is_undocumented(operation: &Operation, status: u16) -> bool {
    // A document that lists no responses (OAS 3.1) promises nothing.
    !operation.responses.0.is_empty() && operation.responses.select(status).is_none()
}

/// Whether the body of an answer could not be read (PM105 as a warning), so that it was not judged by its
/// schema, where it has one.
pub(super) fn unread(operation: &Operation, verdict: &Verdict) -> bool {
    let mut found = verdict.findings.iter();
    found.any(|one| one.code == Code::MALFORMED_BODY && one.severity < Severity::Error)
        && has_schema(operation, verdict).unwrap_or(true)
}

/// Whether the document has a schema for an answer of this status and media type; `None` if these are not known.
fn has_schema(operation: &Operation, verdict: &Verdict) -> Option<bool> {
    let response = verdict.exchange.response()?;
    let (_, documented) = operation.responses.select(response.status)?;
    let name = response.header("content-type")?;
    Some(declared(&documented.content, &name)?.schema.is_some())
}
