//! Sides that keep no state: what they show is an example, and which optional members that has says nothing.
//! It is told once, and not again for each member.

use std::collections::BTreeSet;

use serde::Serialize;

use super::difference::{Difference, Pair};
use super::health::Side;
use super::recording::{Answered, Recording, is_safe, scalars};
use super::relapse::is_served;
use crate::code::{Code, Severity};
use crate::report::counted;

/// A side that keeps no state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stateless {
    /// Which one.
    pub side: Side,
    /// How many reads do not show what was written before.
    pub reads: usize,
    /// How many operations serve what the other side has not got.
    pub operations: usize,
    /// How many differences are notes because of it.
    pub notes: usize,
}

/// Makes notes of the shapes that follow from what a side does not remember, and says whether it remembers
/// anything.
pub(super) fn settle(
    pairs: &mut [Pair],
    baseline: &Recording,
    candidate: &Recording,
) -> Option<Stateless> {
    for pair in pairs.iter_mut().filter(|pair| loser(pair).is_some()) {
        // Another thing is shown there than what was written, so that other members may be missing.
        soften(pair, is_of_members);
    }
    let sides = [Side::Baseline, Side::Candidate];
    let mut found = sides
        .into_iter()
        .filter_map(|side| stateless(pairs, side, [baseline, candidate]));
    let (Some(mut stateless), None) = (found.next(), found.next()) else {
        return None;
    };
    for pair in pairs {
        let is_of_data = |one: &Difference| is_of_members(one) || one.kind == "enum-member";
        stateless.notes += soften(pair, is_of_data);
    }
    Some(stateless)
}

/// Makes notes of warnings about shapes; says of how many.
fn soften(pair: &mut Pair, is: impl Fn(&Difference) -> bool) -> usize {
    let differences = pair.differences.iter_mut();
    let mut count = 0;
    for difference in differences.filter(|one| {
        one.code == Code::PARITY_SHAPE && one.severity == Severity::Warning && is(one)
    }) {
        difference.severity = Severity::Note;
        count += 1;
    }
    count
}

/// Whether a difference is that one side has a member only.
fn is_of_members(difference: &Difference) -> bool {
    let kind = difference.kind;
    kind.starts_with("only-in-") || kind.ends_with("-or-absent")
}

/// The side that does not show what was written.
fn loser(pair: &Pair) -> Option<Side> {
    let mut differences = pair.differences.iter();
    let lost = differences.find(|one| {
        one.code == Code::PARITY_STATE
            && one.kind == Code::UPDATE_LOST.name()
            && one.severity > Severity::Note
    })?;
    Some(if lost.baseline.is_some() {
        Side::Baseline
    } else {
        Side::Candidate
    })
}

/// A side keeps no state if more reads do not show what was written than do, and it serves what the other
/// side has not got.
fn stateless(pairs: &[Pair], side: Side, recordings: [&Recording; 2]) -> Option<Stateless> {
    let reads = pairs
        .iter()
        .filter(|pair| loser(pair) == Some(side))
        .count();
    let serving: BTreeSet<_> = pairs
        .iter()
        .filter(|pair| pair.differences.iter().any(|one| serves(one, side)))
        .map(|pair| (pair.api, &pair.operation))
        .collect();
    let kept = pairs
        .iter()
        .filter(|pair| keeps(pair, side, recordings))
        .count();
    let is_stateless = reads > kept && !serving.is_empty();
    is_stateless.then_some(Stateless {
        side,
        reads,
        operations: serving.len(),
        notes: 0,
    })
}

/// Whether a side serves what the other side has not got.
fn serves(difference: &Difference, side: Side) -> bool {
    let status = match side {
        Side::Baseline => &difference.baseline,
        Side::Candidate => &difference.candidate,
    };
    let is_served = status.as_ref().and_then(serde_json::Value::as_u64);
    difference.code == Code::PARITY_STATE
        && difference.kind == "existence"
        && is_served.is_some_and(|status| status < 300)
}

/// Whether a side shows after a write all that the other one does, so that it remembers it: whatever else
/// it shows.
fn keeps(pair: &Pair, side: Side, recordings: [&Recording; 2]) -> bool {
    let more = match side {
        Side::Baseline => "only-in-baseline",
        Side::Candidate => "only-in-candidate",
    };
    let differs = pair.differences.iter().any(|one| match one.code {
        Code::PARITY_SHAPE => one.kind != more,
        code => matches!(
            code,
            Code::PARITY_STATE | Code::PARITY_VALUE | Code::PARITY_ORDER
        ),
    });
    let shows = |answered: &Answered| {
        let exchange = &answered.verdict.exchange;
        let is_read = answered.after_write && is_safe(&exchange.request.method);
        is_read
            && is_served(exchange)
            && answered
                .json()
                .is_some_and(|body| !scalars(&body).is_empty())
    };
    let mut answers = recordings.iter().map(|one| one.answers.get(&pair.name));
    !differs && answers.all(|answered| answered.is_some_and(shows))
}

impl std::fmt::Display for Stateless {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (reads, operations) = (
            counted(self.reads, "read"),
            counted(self.operations, "operation"),
        );
        write!(
            f,
            "the {} keeps no state: {reads} after a write do not show it, and {operations} serve what the other side has not got; it answers with examples",
            self.side.name()
        )?;
        match self.notes {
            0 => Ok(()),
            notes => {
                let notes = counted(notes, "difference");
                write!(f, ", and {notes} of members that may be missing are notes")
            }
        }
    }
}
