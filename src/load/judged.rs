//! Judged: what the checks say of an answer, as it is counted.

use crate::code::{Code, Severity};
use crate::record::Verdict;
use crate::spec::Operation;

/// Whether an operation says which statuses it answers with, and this is none of them.
pub(super) fn is_undocumented(operation: &Operation, status: u16) -> bool {
    // A document that lists no responses (OAS 3.1) promises nothing.
    !operation.responses.0.is_empty() && operation.responses.select(status).is_none()
}

/// Whether the body of an answer could not be read (PM105 as a warning), so that it was not judged.
pub(super) fn unread(verdict: &Verdict) -> bool {
    let mut found = verdict.findings.iter();
    found.any(|one| one.code == Code::MALFORMED_BODY && one.severity < Severity::Error)
}
