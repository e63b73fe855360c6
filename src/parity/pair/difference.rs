//! Differences: what two answers to the same case do not have in common.

use serde_json::Value;

use crate::code::{Code, Severity};
use crate::spec::OperationId;

/// One thing in which two answers differ.
#[derive(Debug, Clone)]
pub struct Difference {
    /// The category (`PM501` to `PM511`).
    pub code: Code,
    /// What kind of it, in kebab-case: `only-in-candidate`.
    pub kind: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Whether a rule accepts it: then it never counts.
    pub accepted: bool,
    /// Where, with indexes starred; empty for the answer as a whole.
    pub place: String,
    /// One line, a lower-case fragment without values of answers.
    pub message: String,
    /// What the baseline has there.
    pub baseline: Option<Value>,
    /// What the candidate has there.
    pub candidate: Option<Value>,
}

/// A case that both sides answered.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Its name.
    pub name: String,
    /// The number of the API description.
    pub api: usize,
    /// The operation.
    pub operation: OperationId,
    /// What is wrong with the request, without values.
    pub defect: Option<String>,
    /// The status of the baseline's answer, if there was one.
    pub status: Option<u16>,
    /// In what the answers differ.
    pub differences: Vec<Difference>,
}

impl Difference {
    /// A difference of the code's own severity that concerns the answer as a whole.
    pub(super) fn new(code: Code, kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            kind,
            severity: code.entry().severity,
            accepted: false,
            place: String::new(),
            message: message.into(),
            baseline: None,
            candidate: None,
        }
    }

    #[must_use]
    pub(super) fn weighing(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    #[must_use]
    pub(super) fn at(mut self, place: impl Into<String>) -> Self {
        self.place = place.into();
        self
    }

    #[must_use]
    pub(super) fn between(mut self, baseline: Option<Value>, candidate: Option<Value>) -> Self {
        self.baseline = baseline;
        self.candidate = candidate;
        self
    }

    /// Whether another one is the same: of the same category, kind and place.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        (self.code, self.kind, &self.place) == (other.code, other.kind, &other.place)
    }

    /// Whether it is about what came of the whole case, and not about a place of the answer.
    pub(super) fn is_about_outcome(&self) -> bool {
        matches!(
            self.code,
            Code::PARITY_REACHABILITY
                | Code::PARITY_STATUS
                | Code::PARITY_STRICTNESS
                | Code::PARITY_STATE
                | Code::PARITY_MEDIA_TYPE
        )
    }
}
