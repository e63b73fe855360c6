//! Sides that accept most of what the other one refuses: they validate little or nothing, and that is told
//! once, and not again for each kind of invalid requests.

use std::collections::BTreeSet;

use serde::Serialize;

use super::difference::{Difference, Pair};
use super::health::Side;
use super::recording::Recording;
use crate::code::Code;
use crate::report::counted;

/// Of how many kinds of invalid requests a side has to accept any before that is one thing.
const KINDS: usize = 3;

/// A side that accepts most of what the other one refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lenient {
    /// Which one.
    pub side: Side,
    /// How many invalid requests it accepts that the other side refuses.
    pub accepted: usize,
    /// How many invalid requests the other side refuses.
    pub refused: usize,
    /// Of how many kinds those are that it accepts.
    pub kinds: usize,
}

/// Names the side that accepts more than half of what the other one refuses, of several kinds, and has its
/// differences say the same whatever is wrong with the requests, so that they are one entry.
pub(super) fn settle(
    pairs: &mut [Pair],
    baseline: &Recording,
    candidate: &Recording,
) -> Option<Lenient> {
    let sides = [
        (Side::Candidate, "more-lenient", baseline),
        (Side::Baseline, "stricter", candidate),
    ];
    let (lenient, kind) = sides.into_iter().find_map(|(side, kind, other)| {
        let lenient = measured(pairs, (side, kind), other);
        let is_most = lenient.accepted * 2 > lenient.refused && lenient.kinds >= KINDS;
        is_most.then_some((lenient, kind))
    })?;
    let differences = pairs.iter_mut().flat_map(|pair| &mut pair.differences);
    for difference in differences.filter(|one| is_strictness(one, kind)) {
        difference.message = match lenient.side {
            Side::Candidate => "the candidate accepts what the baseline refuses".to_owned(),
            Side::Baseline => "the candidate refuses what the baseline accepts".to_owned(),
        };
    }
    Some(lenient)
}

/// How much a side accepts of what the `other` one refuses; `kind` is that of such differences.
fn measured(pairs: &[Pair], (side, kind): (Side, &str), other: &Recording) -> Lenient {
    let mut kinds = BTreeSet::new();
    let (mut accepted, mut refused) = (0, 0);
    for pair in pairs {
        let Some(defect) = &pair.defect else {
            continue;
        };
        let answered = other.answers.get(&pair.name);
        let status = answered.and_then(|answered| answered.verdict.exchange.status());
        refused += usize::from(status.is_some_and(|status| (400..500).contains(&status)));
        if pair.differences.iter().any(|one| is_strictness(one, kind)) {
            accepted += 1;
            kinds.insert(defect);
        }
    }
    Lenient {
        side,
        accepted,
        refused,
        kinds: kinds.len(),
    }
}

fn is_strictness(difference: &Difference, kind: &str) -> bool {
    difference.code == Code::PARITY_STRICTNESS && difference.kind == kind
}

impl std::fmt::Display for Lenient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the {} accepts {} of {} that the {} refuses, of {}",
            self.side.name(),
            self.accepted,
            counted(self.refused, "invalid request"),
            self.side.other().name(),
            counted(self.kinds, "kind")
        )
    }
}
