//! What comes of a run, from what was counted.

use super::defects::told;
use super::{Counts, Obstacle, Outcome};
use crate::document::Diagnostic;

/// How a run ended.
pub(super) struct End<'a> {
    /// The diagnostics of the document that fail it.
    pub(super) defects: &'a [Diagnostic],
    /// What kept it from being conclusive.
    pub(super) obstacle: Option<&'a Obstacle>,
    /// Why it ended early, if it did.
    pub(super) interrupted: Option<&'a str>,
    /// Thresholds that do not hold.
    pub(super) thresholds: usize,
    /// Whether something was sent that is not counted: to warm up.
    pub(super) is_warmed_up: bool,
    /// Whether anything shows that the server does not refuse just everything.
    pub(super) is_proven: bool,
}

/// What came of the run, and why.
pub(super) fn outcome(counts: &Counts, end: &End<'_>) -> (Outcome, String) {
    let hindered = end.obstacle.map(|obstacle| &obstacle.message);
    let findings = match counts.failing {
        0 => None,
        1 => Some("1 finding".to_owned()),
        count => Some(format!("{count} findings")),
    };
    let thresholds = match end.thresholds {
        0 => None,
        1 => Some("1 threshold does not hold".to_owned()),
        count => Some(format!("{count} thresholds do not hold")),
    };
    let failing = findings.into_iter().chain(thresholds);
    let failing: Vec<String> = failing.chain(told(end.defects)).collect();
    if !failing.is_empty() {
        let also = hindered.map(|why| format!("also not conclusive: {why}"));
        let reasons: Vec<String> = failing.into_iter().chain(also).collect();
        return (Outcome::Failed, reasons.join("; "));
    }
    if let Some(why) = hindered {
        return (Outcome::Inconclusive, why.clone());
    }
    if let Some(why) = end.interrupted {
        return (Outcome::Inconclusive, format!("ended early: {why}"));
    }
    let (outcome, reason) = match (counts.cases, counts.answered) {
        (0, _) if end.is_warmed_up => (Outcome::Empty, "nothing was sent behind the warm-up"),
        (0, _) => (Outcome::Empty, "nothing was sent"),
        (_, 0) => (Outcome::Inconclusive, "nothing was answered"),
        // A server that refuses everything refuses what is invalid, too.
        _ if !end.is_proven => (
            Outcome::Inconclusive,
            "no valid request succeeded, so that no refusal proves anything",
        ),
        _ => (Outcome::Passed, "nothing was found that fails the run"),
    };
    (outcome, reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use crate::document::Document;

    #[test]
    fn defects_of_the_document_count_like_findings() {
        let document = Document::parse("s.yaml", "type: integer").unwrap();
        let location = document.location(&crate::document::Pointer::default());
        let defect = Diagnostic::new(Code::UNSATISFIABLE_SCHEMA, location, "nothing fits");
        let defects = [defect];
        let unreachable = Obstacle {
            code: Code::UNREACHABLE,
            message: "no connection".into(),
        };
        for (failing, cases, obstacle, reason) in [
            (0, 5, None, "1 error in the document"),
            (0, 0, None, "1 error in the document"),
            (2, 5, None, "2 findings; 1 error in the document"),
            (
                0,
                5,
                Some(&unreachable),
                "1 error in the document; also not conclusive: no connection",
            ),
        ] {
            let counts = Counts {
                failing,
                cases,
                answered: cases,
                ..Counts::default()
            };
            let end = End {
                defects: &defects,
                obstacle,
                interrupted: None,
                thresholds: 0,
                is_warmed_up: false,
                is_proven: true,
            };
            assert_eq!(outcome(&counts, &end), (Outcome::Failed, reason.to_owned()));
        }
    }
}
