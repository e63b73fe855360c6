//! The verdict on two recordings, with what the baseline said the second time.

use indexmap::IndexMap;

use super::compare::{Sides, compare};
use super::difference::{Difference, Pair};
use super::health::{Illness, Side, illnesses};
use super::latency::latencies;
use super::noise::Noise;
use super::outcome::Outcome;
use super::recording::Recording;
use super::rules::Rules;
use crate::arazzo::ParityRule;
use crate::code::Code;
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
    broken_off(&mut pairs, (baseline, candidate), again);
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

/// Workflows that go further with one side than with the other: no answer that both gave need tell it.
fn broken_off(pairs: &mut [Pair], sides: (&Recording, &Recording), again: &[Recording]) {
    let (baseline, candidate) = sides;
    for (one, other, kind) in [
        (baseline, candidate, "candidate-breaks-off"),
        (candidate, baseline, "baseline-breaks-off"),
    ] {
        let mut left: IndexMap<&str, usize> = IndexMap::new();
        for (name, answered) in &one.answers {
            // The baseline may not always go as far itself.
            let is_steady = again.iter().all(|again| {
                again.answers.contains_key(name) == baseline.answers.contains_key(name)
            });
            if answered.step.is_some() && is_steady && !other.answers.contains_key(name) {
                *left.entry(workflow(name)).or_default() += 1;
            }
        }
        for (run, count) in left {
            let last = pairs
                .iter_mut()
                .rev()
                .find(|pair| workflow(&pair.name) == run);
            if let Some(pair) = last {
                let steps = crate::report::counted(count, "step");
                let told = format!(
                    "the workflow goes no further there: {steps} of the other side have no match"
                );
                let found = Difference::new(Code::PARITY_STATE, kind, told);
                pair.differences.push(found);
            }
        }
    }
}

/// The run of a workflow in the name of a case of it.
fn workflow(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(run, _)| run)
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
