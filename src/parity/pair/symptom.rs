//! Symptoms: what a single answer may have in common with those of a side that cannot be compared.

use std::time::Duration;

use super::health::ELSEWHERE;
use crate::code::Code;
use crate::http::{Exchange, Response, TransportError};
use crate::wire::MediaRange;

/// What may be wrong with a side that answers like this. One such answer says nothing, many do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Symptom {
    /// No whole answer.
    Unanswered,
    /// No answer in time, or hardly.
    Late,
    /// 404.
    Missing,
    /// 5xx.
    Failing,
    /// 429.
    Throttled,
    /// 401 or 403.
    Refused,
    /// 3xx, but for what was not modified.
    Redirected,
    /// A page for people.
    Page,
}

impl Symptom {
    /// The symptom of what came of a request; answers are late from `near` on.
    pub(super) fn of(exchange: &Exchange, near: Option<Duration>) -> Option<Self> {
        let response = match &exchange.outcome {
            Ok(response) => response,
            Err(TransportError::Timeout(_)) => return Some(Self::Late),
            Err(TransportError::TooLarge(_) | TransportError::Unsendable(_)) => return None,
            Err(_) => return Some(Self::Unanswered),
        };
        let is_late = near.is_some_and(|near| Self::of_any(exchange, near).is_some());
        match response.status {
            404 => Some(Self::Missing),
            500.. => Some(Self::Failing),
            429 => Some(Self::Throttled),
            401 | 403 => Some(Self::Refused),
            300..=303 | 305..=399 => Some(Self::Redirected),
            200..300 if is_page(response) => Some(Self::Page),
            _ if is_late => Some(Self::Late),
            _ => None,
        }
    }

    /// The symptom of what came of a request to which any answer is well that is not late.
    pub(super) fn of_any(exchange: &Exchange, near: Duration) -> Option<Self> {
        match &exchange.outcome {
            Ok(_) => (exchange.timing.service_time() >= near).then_some(Self::Late),
            Err(_) => Self::of(exchange, None),
        }
    }

    /// What a side does that answers like this, in words.
    pub(super) fn told(self, exchange: &Exchange) -> String {
        match (&exchange.outcome, self) {
            (Err(_), Self::Late) => "gave no answer in time".to_owned(),
            (Err(error), _) => format!("gave no answer: {error}"),
            (Ok(_), Self::Late) => {
                "took longer than half of what a request may take (--request-timeout)".to_owned()
            }
            (Ok(_), Self::Page) => "answered with an HTML page".to_owned(),
            (Ok(response), _) => format!("answered {}", response.status),
        }
    }

    /// How much one such answer says, next to others: what takes long is not looked at so often.
    pub(super) fn weight(self) -> usize {
        match self {
            Self::Late => 4,
            Self::Throttled => 2,
            _ => 1,
        }
    }

    /// What a side is of which every answer is like this: the kind of obstacle and its code.
    pub(super) fn kind(self) -> (&'static str, Code) {
        match self {
            Self::Unanswered => ("unreachable", Code::UNREACHABLE),
            Self::Late => ("slow", Code::NO_ANSWER),
            Self::Missing | Self::Redirected | Self::Page => (ELSEWHERE, Code::NOT_EXERCISED),
            Self::Failing => ("out-of-service", Code::NOT_EXERCISED),
            Self::Throttled => ("rate-limiting", Code::NOT_EXERCISED),
            Self::Refused => ("unauthorized", Code::UNAUTHORIZED),
        }
    }
}

/// Whether an answer is a page for people. JSON that only calls itself one is none.
fn is_page(response: &Response) -> bool {
    let range = response.header("content-type");
    let range = range.and_then(|text| MediaRange::parse(&text).ok());
    let is_called = range
        .is_some_and(|range| matches!(&*range.essence(), "text/html" | "application/xhtml+xml"));
    is_called && response.json().is_none()
}

/// The coding of a body that cannot be undone.
pub(super) fn unreadable(response: &Response) -> Option<String> {
    coding(response).filter(|_| response.content().is_err())
}

/// The coding of a body (RFC 9110 section 8.4), in lower case.
pub(super) fn coding(response: &Response) -> Option<String> {
    let coding = response.header("content-encoding")?;
    let is_plain = coding.trim().eq_ignore_ascii_case("identity");
    (!is_plain && !response.body.is_empty()).then(|| coding.trim().to_ascii_lowercase())
}
