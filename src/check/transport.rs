//! Broken exchanges: no answer, or half of one. One check for each way to fail.

use super::{Check, Finding, Subject};
use crate::code::Code;
use crate::http::TransportError;

/// PM611 to PM615: the exchange failed in one particular way.
///
/// That no connection could be made at all says nothing about an operation; the runner reports it
/// once for the run (PM901).
#[derive(Debug)]
pub(super) struct Failure {
    code: Code,
    title: &'static str,
}

/// PM611.
pub(super) const CONNECTION_CLOSED: Failure = Failure {
    code: Code::CONNECTION_CLOSED,
    title: "the connection was closed before an answer came",
};
/// PM612.
pub(super) const TRUNCATED_BODY: Failure = Failure {
    code: Code::TRUNCATED_BODY,
    title: "the body ended before its announced length",
};
/// PM613.
pub(super) const BAD_FRAMING: Failure = Failure {
    code: Code::BAD_FRAMING,
    title: "the answer is not HTTP",
};
/// PM614.
pub(super) const NO_ANSWER: Failure = Failure {
    code: Code::NO_ANSWER,
    title: "no complete answer came in time",
};
/// PM615.
pub(super) const OVERSIZED_BODY: Failure = Failure {
    code: Code::OVERSIZED_BODY,
    title: "the answer is larger than the limit",
};

/// The code for a way to fail; `None` where the failure is not the server's.
fn code(error: &TransportError) -> Option<Code> {
    match error {
        TransportError::Unreachable(_) | TransportError::Unsendable(_) => None,
        TransportError::Closed | TransportError::Aborted(_) => Some(Code::CONNECTION_CLOSED),
        TransportError::Truncated => Some(Code::TRUNCATED_BODY),
        TransportError::Framing(_) => Some(Code::BAD_FRAMING),
        TransportError::Timeout(_) => Some(Code::NO_ANSWER),
        TransportError::TooLarge(_) => Some(Code::OVERSIZED_BODY),
    }
}

impl Check for Failure {
    fn code(&self) -> Code {
        self.code
    }

    fn applies(&self, subject: &Subject<'_>) -> bool {
        match &subject.exchange.outcome {
            Ok(_) => true,
            Err(error) => code(error).is_some(),
        }
    }

    fn inspect(&self, subject: &Subject<'_>) -> Vec<Finding> {
        match &subject.exchange.outcome {
            Err(error) if code(error) == Some(self.code) => {
                let detail = match subject.defect() {
                    Some(defect) => format!("{error}\nthe request is invalid: {defect}"),
                    None => error.to_string(),
                };
                let title = match error {
                    // One stream of many, or the connection with a reason.
                    TransportError::Aborted(_) => error.to_string(),
                    _ => self.title.to_owned(),
                };
                vec![subject.finding(self.code, title).with_detail(detail)]
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::tests::Scene;
    use super::*;

    #[test]
    fn each_failure_makes_its_own_finding_and_no_other() {
        for (error, expected) in [
            (TransportError::Unreachable("refused".into()), vec![]),
            (TransportError::Unsendable("bad header".into()), vec![]),
            (TransportError::Closed, vec!["PM611"]),
            (TransportError::Aborted("CANCEL".into()), vec!["PM611"]),
            (TransportError::Truncated, vec!["PM612"]),
            (TransportError::Framing("no head".into()), vec!["PM613"]),
            (
                TransportError::Timeout(Duration::from_secs(5)),
                vec!["PM614"],
            ),
            (TransportError::TooLarge(10), vec!["PM615"]),
        ] {
            let scene = Scene::new("readPet").failure(error.clone());
            assert_eq!(scene.codes(super::super::all()), expected, "{error}");
        }
    }
}
