//! Checks: questions about one exchange, or about a short history of exchanges.
//!
//! A finding is not an error: errors mean that the tool could not do its work.

mod finding;

use crate::case::Case;
use crate::http::{Exchange, Request};
use crate::spec::{Operation, Spec};

pub use finding::{Blame, Finding, Fingerprint, Violated};

/// What a check looks at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The API description.
    pub spec: &'a Spec,
    /// The operation that was exercised.
    pub operation: &'a Operation,
    /// What was meant.
    pub case: &'a Case,
    /// What happened.
    pub exchange: &'a Exchange,
    /// What happened just before to the same resource, oldest first (stateful cases).
    pub history: &'a [Step],
}

/// An earlier exchange of a stateful sequence.
#[derive(Debug, Clone)]
pub struct Step {
    /// The case.
    pub case: Case,
    /// Its exchange.
    pub exchange: Exchange,
}

impl Subject<'_> {
    /// The request that was sent.
    pub fn request(&self) -> &Request {
        &self.exchange.request
    }
}

/// One question about an exchange.
pub trait Check: Sync {
    /// The code of the findings that it makes.
    fn code(&self) -> crate::code::Code;
    /// Asks the question.
    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding>;
}
