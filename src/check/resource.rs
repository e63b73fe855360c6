//! Resources in a history of exchanges: what was written to which path, and what is a plain read.

use serde_json::Value;

use super::{Step, Subject};
use crate::case::Intent;
use crate::http::{Request, Response};
use crate::spec::Place;

/// The path without query and trailing slash.
pub(super) fn path(request: &Request) -> &str {
    request.path_only().trim_end_matches('/')
}

/// Whether the subject reads a resource and asks for nothing special: optional query parameters may
/// ask for deleted resources, for some members only, or for another version.
pub(super) fn is_plain_read(subject: &Subject<'_>) -> bool {
    let optional = |name: &str| {
        subject
            .operation
            .parameter(Place::Query, name)
            .is_none_or(|parameter| !parameter.required)
    };
    subject.defect().is_none()
        && subject.request().method == "GET"
        && !subject
            .case
            .inputs
            .parameters
            .keys()
            .any(|(place, name)| *place == Place::Query && optional(name))
}

impl Step {
    /// Whether the exchange may have changed something: an unsafe method that was not refused. A
    /// failure half-way may have had its effect.
    pub(super) fn may_have_written(&self) -> bool {
        let safe = matches!(
            &*self.exchange.request.method,
            "GET" | "HEAD" | "OPTIONS" | "TRACE"
        );
        let refused = self
            .exchange
            .status()
            .is_some_and(|status| (400..500).contains(&status));
        !safe && !refused
    }

    /// Whether a valid request was carried out at once: 2xx, and not 202 (RFC 9110 section 15.3.3).
    pub(super) fn took_effect(&self) -> bool {
        self.case.intent == Intent::Valid
            && self.exchange.status() != Some(202)
            && self.exchange.response().is_some_and(Response::is_success)
    }

    /// The body of the answer, if it is JSON.
    pub(super) fn answered_json(&self) -> Option<Value> {
        self.exchange.response()?.json()
    }
}

/// The latest step that may have written anything.
pub(super) fn last_write<'a>(subject: &Subject<'a>) -> Option<(usize, &'a Step)> {
    subject
        .history
        .iter()
        .enumerate()
        .rfind(|(_, step)| step.may_have_written())
}
