//! What comes of a run, from what was counted.

use super::{Counts, Obstacle, Outcome};

/// How a run ended.
pub(super) struct End<'a> {
    /// What kept it from being conclusive.
    pub(super) obstacle: Option<&'a Obstacle>,
    /// Why it ended early, if it did.
    pub(super) interrupted: Option<&'a str>,
    /// Whether anything shows that the server does not refuse just everything.
    pub(super) is_proven: bool,
}

/// What came of the run, and why.
pub(super) fn outcome(counts: &Counts, end: &End<'_>) -> (Outcome, String) {
    let hindered = end.obstacle.map(|obstacle| &obstacle.message);
    if counts.failing > 0 {
        let noun = if counts.failing == 1 {
            "finding"
        } else {
            "findings"
        };
        let also = hindered.map_or_else(String::new, |why| format!("; also not conclusive: {why}"));
        return (Outcome::Failed, format!("{} {noun}{also}", counts.failing));
    }
    if let Some(why) = hindered {
        return (Outcome::Inconclusive, why.clone());
    }
    if let Some(why) = end.interrupted {
        return (Outcome::Inconclusive, format!("ended early: {why}"));
    }
    let (outcome, reason) = match (counts.cases, counts.answered) {
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
