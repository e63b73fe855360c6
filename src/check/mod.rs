//! Checks: questions about one exchange, or about a short history of exchanges.
//!
//! A finding is not an error: errors mean that the tool could not do its work. One cause makes one
//! finding: a check does not apply where an earlier fault explains what it would see. A 5xx, an
//! undocumented status, an accepted defect or a broken connection therefore silence the questions
//! about the rest of the answer.

mod acceptance;
mod answer;
mod body;
mod cluster;
mod creation;
mod credentials;
#[cfg(test)]
mod faults;
mod finding;
mod header;
mod media_type;
mod method;
mod overlap;
mod refusal;
mod removal;
mod resource;
mod response_schema;
mod sameness;
#[cfg(test)]
mod sequences;
mod server_error;
mod status;
#[cfg(test)]
pub(crate) mod tests;
mod transport;
mod update;

use crate::case::{Case, Defect, Intent};
use crate::code::Code;
use crate::http::{Exchange, Request, Response};
use crate::spec::{Operation, Spec};

pub(crate) use answer::forbids_content;
pub use cluster::{Cluster, clusters};
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

impl<'a> Subject<'a> {
    /// The request that was sent.
    pub fn request(&self) -> &'a Request {
        &self.exchange.request
    }

    /// The answer, if one came.
    pub fn response(&self) -> Option<&'a Response> {
        self.exchange.response()
    }

    /// The answer's status, if one came.
    pub fn status(&self) -> Option<u16> {
        self.exchange.status()
    }

    /// What is wrong with the request, if it is an invalid one.
    pub fn defect(&self) -> Option<&'a Defect> {
        match &self.case.intent {
            Intent::Valid | Intent::Scripted => None,
            Intent::Invalid(defect) => Some(defect),
        }
    }

    /// Whether an answer came that the operation's `responses` speak about: the answer to an
    /// undeclared method belongs to no operation.
    fn answers_operation(&self) -> bool {
        self.response().is_some() && !matches!(self.defect(), Some(Defect::Method(_)))
    }

    /// Whether an invalid request was answered with success. What such an answer holds is a
    /// consequence: it may show the very value that should have been refused.
    fn accepts_defect(&self) -> bool {
        self.defect().is_some() && self.response().is_some_and(Response::is_success)
    }

    fn finding(&self, code: Code, title: impl Into<String>) -> Finding {
        Finding::new(code, &self.operation.id, &self.case.id, title)
    }
}

/// One question about an exchange.
pub trait Check: Sync {
    /// The code of the findings that it makes.
    fn code(&self) -> Code;

    /// Whether the question makes sense for this exchange. Where it does and nothing is found, the
    /// check has passed.
    fn applies(&self, subject: &Subject<'_>) -> bool;

    /// Asks the question; only meant for exchanges to which it applies.
    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding>;
}

/// Every check, in the order of the codes.
pub fn all() -> &'static [&'static dyn Check] {
    &[
        &status::UndocumentedStatus,
        &media_type::UndocumentedMediaType,
        &response_schema::ResponseSchema,
        &header::ResponseHeader,
        &body::MalformedBody,
        &media_type::MissingMediaType,
        &body::UndeclaredBody,
        &body::MissingBody,
        &media_type::MalformedMediaType,
        &server_error::ServerError,
        &acceptance::InvalidAccepted,
        &refusal::ValidRejected,
        &method::MethodNotRefused,
        &method::AllowMissing,
        &acceptance::MediaTypeNotRefused,
        &acceptance::MalformedAccepted,
        &update::UpdateLost,
        &removal::DeleteWithoutEffect,
        &creation::CreatedNotFound,
        &credentials::AuthNotEnforced,
        &credentials::ChallengeMissing,
        &transport::CONNECTION_CLOSED,
        &transport::TRUNCATED_BODY,
        &transport::BAD_FRAMING,
        &transport::NO_ANSWER,
        &transport::OVERSIZED_BODY,
        &status::UndeclaredRejection,
        &overlap::OverlappingBranches,
    ]
}

/// What all checks find in an exchange, and the codes of those that make sense for it.
pub fn ask(subject: &Subject<'_>) -> (Vec<Finding>, Vec<Code>) {
    (judge(subject, all()), applied(subject, all()))
}

/// What the checks find, in their order. Findings without a place of their own point at the
/// operation.
pub fn judge(subject: &Subject<'_>, checks: &[&dyn Check]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = checks
        .iter()
        .filter(|check| check.applies(subject))
        .flat_map(|check| check.inspect(subject))
        .collect();
    for finding in &mut findings {
        finding
            .place
            .get_or_insert_with(|| subject.operation.location.clone());
    }
    findings
}

/// The codes of the checks that make sense for an exchange: those that it passed are those that
/// [`judge`] found nothing for.
pub fn applied(subject: &Subject<'_>, checks: &[&dyn Check]) -> Vec<Code> {
    checks
        .iter()
        .filter(|check| check.applies(subject))
        .map(|check| check.code())
        .collect()
}
