//! The verdict on two recordings, with what the baseline said the second time.

use super::compare::{Sides, compare};
use super::health::{Illness, Side, illnesses};
use super::latency::latencies;
use super::noise::Noise;
use super::outcome::Outcome;
use super::recording::Recording;
use super::rules::Rules;
use crate::arazzo::ParityRule;
use crate::probe::Ended;

/// Compares a candidate with a baseline, which was asked `again` or not. A side that hardly answers is
/// named, and nothing is compared.
pub fn judge(
    baseline: &Recording,
    candidate: &Recording,
    again: &[Recording],
    sides: &Sides<'_>,
) -> Outcome {
    let illnesses = illnesses(baseline, candidate);
    let expired_rules: Vec<String> = sides.rules.expired().map(told).collect();
    if !illnesses.is_empty() {
        return Outcome {
            illnesses,
            expired_rules,
            ..Outcome::default()
        };
    }
    let mut pairs = compare(baseline, candidate, sides);
    let unused_rules = sides.rules.unused().into_iter().map(told).collect();
    let noise = noise(baseline, again, sides);
    let taken = noise.take_from(&mut pairs);
    let lone = |one: &Recording, other: &Recording| {
        let names = one.answers.keys();
        names
            .filter(|name| !other.answers.contains_key(*name))
            .count()
    };
    Outcome {
        lone: [lone(baseline, candidate), lone(candidate, baseline)],
        pairs,
        noise: taken,
        repeated: !again.is_empty(),
        illnesses: Vec::new(),
        latencies: latencies(baseline, candidate),
        interrupted: interrupted(baseline, candidate),
        unused_rules,
        expired_rules,
    }
}

/// What the baseline does not do twice in the same way.
fn noise(baseline: &Recording, again: &[Recording], sides: &Sides<'_>) -> Noise {
    let sides = Sides {
        candidate: sides.baseline,
        // Which rules are of use is seen on the candidate.
        rules: &Rules::default(),
        ..*sides
    };
    let pairs: Vec<_> = again
        .iter()
        .flat_map(|again| compare(baseline, again, &sides))
        .collect();
    Noise::of(&pairs)
}

/// Why the comparison is not whole.
fn interrupted(baseline: &Recording, candidate: &Recording) -> Option<String> {
    let sides = [(Side::Baseline, baseline), (Side::Candidate, candidate)];
    sides
        .into_iter()
        .find_map(|(side, recording)| match &recording.ended {
            Some(Ended::Stopped(reason)) => Some(format!("{}: {reason}", side.name())),
            _ => None,
        })
}

fn told(rule: &ParityRule) -> String {
    format!("{}: `{}` ({})", rule.location, rule.at, rule.reason)
}

impl Outcome {
    /// An outcome that says nothing but that a side cannot be compared.
    pub fn ill(illness: Illness) -> Self {
        Self {
            illnesses: vec![illness],
            ..Self::default()
        }
    }
}
