//! Outcomes: whether both sides answered, and with the same status.

use serde_json::Value;

use super::Two;
use crate::case::{Credentials, Intent};
use crate::code::{Code, Severity};
use crate::http::TransportError;
use crate::parity::pair::difference::Difference;
use crate::parity::pair::recording::kind_of;

/// PM501: one side gave no answer, or both for different reasons.
pub(super) fn reachability(
    left: Option<&TransportError>,
    right: Option<&TransportError>,
) -> Option<Difference> {
    // An answer stands for itself.
    let told = |error: Option<&TransportError>| error.map(|error| Value::from(error.to_string()));
    let (kind, message, severity) = match (left, right) {
        (None, Some(error)) => {
            let kind = name(error);
            (
                kind,
                "the candidate gave no whole answer, the baseline did",
                Severity::Error,
            )
        }
        (Some(error), None) => {
            let kind = name(error);
            (
                kind,
                "the baseline gave no whole answer, the candidate did",
                Severity::Error,
            )
        }
        (Some(one), Some(other)) if name(one) != name(other) => (
            "different-failures",
            "neither side gave a whole answer, for different reasons",
            Severity::Warning,
        ),
        _ => return None,
    };
    let difference = Difference::new(Code::PARITY_REACHABILITY, kind, message);
    let difference = difference.weighing(severity);
    Some(difference.between(told(left), told(right)))
}

fn name(error: &TransportError) -> &'static str {
    match error {
        TransportError::Unreachable(_) => "unreachable",
        TransportError::Closed => "closed",
        TransportError::Aborted(_) => "aborted",
        TransportError::Truncated => "truncated",
        TransportError::Framing(_) => "not-http",
        TransportError::Timeout(_) => "timeout",
        TransportError::TooLarge(_) => "too-large",
        TransportError::Unsendable(_) => "unsendable",
    }
}

/// Other statuses: PM502, PM510 or PM511.
pub(super) fn status(two: Two<'_>, left: u16, right: u16) -> Difference {
    let (one, other) = (left / 100, right / 100);
    let proper = two.left.verdict.case.inputs.credentials == Credentials::Proper;
    let defect = two.defect();
    let difference = if left.max(right) >= 500 {
        let (kind, side) = if right >= 500 && left < 500 {
            ("candidate-fails", "candidate")
        } else if left >= 500 && right < 500 {
            ("baseline-fails", "baseline")
        } else {
            ("both-fail", "baseline")
        };
        let message = match kind {
            "both-fail" => "both sides fail, with different statuses".to_owned(),
            _ => format!("the {side} fails"),
        };
        Difference::new(Code::PARITY_STATUS, kind, message)
    } else if let (Some(defect), (2, 4) | (4, 2)) = (defect, (one, other)) {
        let (kind, does, refuses) = if other == 2 {
            ("more-lenient", "accepts", "baseline refuses")
        } else {
            ("stricter", "refuses", "baseline accepts")
        };
        let message = format!(
            "the candidate {does} what the {refuses}: {}",
            kind_of(defect)
        );
        Difference::new(Code::PARITY_STRICTNESS, kind, message)
    } else if defect.is_none() && proper && matches!((one, other), (2, 4) | (4, 2)) {
        let failure = left.max(right);
        let side = if right == failure {
            "candidate"
        } else {
            "baseline"
        };
        let is_state = matches!(failure, 404 | 409 | 410 | 412);
        if failure == 401 {
            let message = format!("the {side} refuses the credentials");
            Difference::new(Code::PARITY_STATUS, "credentials", message)
        } else if failure == 403 {
            let message = format!("the {side} forbids it, or hides that there is no such thing");
            Difference::new(Code::PARITY_STATUS, "forbidden", message)
        } else if is_state && two.left.after_write {
            let message = format!("after a write, the {side} answers {failure}");
            Difference::new(Code::PARITY_STATE, "after-write", message)
        } else if is_state && failure != 412 {
            let message = match failure {
                409 => format!("the {side} finds a conflict with what it has stored"),
                _ => format!("the {side} has no such thing"),
            };
            Difference::new(Code::PARITY_STATE, "existence", message)
        } else {
            let what = match two.left.verdict.case.intent {
                Intent::Scripted => "a request",
                _ => "a valid request",
            };
            let message = format!("the {side} refuses {what} that the other side accepts");
            Difference::new(Code::PARITY_STATUS, "refused", message)
        }
    } else if one == other {
        let message = format!("{left} on the baseline, {right} on the candidate");
        let difference = Difference::new(Code::PARITY_STATUS, "same-class", message);
        // Both refuse what is wrong: how is a convention, unless the document promises one of the two.
        let declared = |status| two.operation.responses.select(status).is_some();
        if defect.is_some() && one == 4 && declared(left) == declared(right) {
            difference.weighing(Severity::Warning)
        } else {
            difference
        }
    } else {
        Difference::new(
            Code::PARITY_STATUS,
            "class",
            "the classes of the statuses differ",
        )
    };
    difference.between(Some(left.into()), Some(right.into()))
}
