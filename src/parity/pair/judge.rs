//! The verdict on two recordings, with what the baseline said the second time.

use super::acceptance::accept;
use super::break_off::{broken_off, workflow};
use super::compare::{Sides, compare};
use super::difference::{Difference, Pair};
use super::health::{Illness, Side, alone, illnesses};
use super::latency::latencies;
use super::lenient;
use super::lone::lone;
use super::noise::Noise;
use super::outcome::Outcome;
use super::recording::{Answered, Recording};
use super::retries::retried;
use super::rules::Rules;
use super::stateless;
use super::unfinished::{hopeless, unfinished};
use super::unsent::unsent;
use crate::arazzo::ParityRule;
use crate::code::{Code, Severity};
use crate::probe::Ended;

/// Compares a candidate with a baseline, which was asked `again` or not. A side that hardly answers is
/// named, and nothing is compared.
pub fn judge(
    baseline: &Recording,
    candidate: &Recording,
    again: &[Recording],
    sides: &Sides<'_>,
) -> Outcome {
    let mut illnesses = illnesses(baseline, candidate);
    if illnesses.is_empty() {
        illnesses.extend(again.iter().find_map(asked_again));
    }
    let expired_rules: Vec<String> = sides.rules.expired().map(ToString::to_string).collect();
    if !illnesses.is_empty() {
        return Outcome {
            illnesses,
            expired_rules,
            ..Outcome::default()
        };
    }
    let mut pairs = compare(baseline, candidate, sides);
    let noise = noise(baseline, again, sides);
    let taken = noise.take_from(&mut pairs);
    broken_off(&mut pairs, (baseline, candidate), again);
    retried(&mut pairs, (baseline, candidate), again);
    follow(&mut pairs, baseline, candidate);
    let stateless = stateless::settle(&mut pairs, baseline, candidate);
    let lenient = lenient::settle(&mut pairs, baseline, candidate);
    let accepted = accept(&mut pairs, sides.rules, sides.specs);
    let told = |rules: Vec<&ParityRule>| rules.into_iter().map(ToString::to_string).collect();
    let unfinished = unfinished(baseline, candidate);
    let hopeless = hopeless(&unfinished, baseline, candidate);
    Outcome {
        lone: lone(baseline, candidate),
        unfinished,
        unsent: unsent(baseline, candidate),
        stateless,
        lenient,
        pairs,
        noise: taken,
        repeated: !again.is_empty(),
        illnesses: Vec::new(),
        latencies: latencies(baseline, candidate),
        interrupted: interrupted(baseline, candidate, again).or(hopeless),
        accepted,
        used_rules: told(sides.rules.used()),
        unused_rules: told(sides.rules.unused()),
        expired_rules,
    }
}

/// Differences of state after a write of which one side never said what became of it: they follow from
/// that, and are named, but not counted.
pub(super) fn follow(pairs: &mut [Pair], baseline: &Recording, candidate: &Recording) {
    let open = |recording: &Recording| -> Vec<(String, Answered)> {
        let answers = recording.answers.iter();
        let open = answers.filter(|(_, answered)| answered.is_open_write());
        open.map(|(name, answered)| (name.clone(), answered.clone()))
            .collect()
    };
    for (side, recording) in [(Side::Baseline, baseline), (Side::Candidate, candidate)] {
        let open = open(recording);
        if open.is_empty() {
            continue;
        }
        for pair in pairs.iter_mut() {
            let Some((at, _, answered)) = recording.answers.get_full(&pair.name) else {
                continue;
            };
            let is_after = |(name, write): &&(String, Answered)| {
                let is_later = recording
                    .answers
                    .get_index_of(name)
                    .is_some_and(|own| own < at);
                is_later
                    && (answered.follows(write)
                        || write.step.is_some() && workflow(name) == workflow(&pair.name))
            };
            let Some((_, write)) = open.iter().find(is_after) else {
                continue;
            };
            let request = &write.verdict.exchange.request;
            let why = format!(
                "follows from {} {}, to which the {} gave no answer",
                request.method,
                write.verdict.case.operation,
                side.name()
            );
            for difference in &mut pair.differences {
                if is_of_state(difference) {
                    difference.severity = Severity::Note;
                    difference.message = format!("{}; it {why}", difference.message);
                }
            }
        }
    }
}

/// Whether a difference may come of what a side remembers.
fn is_of_state(difference: &Difference) -> bool {
    matches!(
        difference.code,
        Code::PARITY_STATE
            | Code::PARITY_STATUS
            | Code::PARITY_SHAPE
            | Code::PARITY_VALUE
            | Code::PARITY_ORDER
            | Code::PARITY_HEADER
            | Code::PARITY_ERROR
    ) && !matches!(
        difference.kind,
        "candidate-fails" | "baseline-fails" | "both-fail"
    )
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

/// What keeps the baseline from being compared with itself.
fn asked_again(again: &Recording) -> Option<Illness> {
    let mut ailment = alone(again)?;
    ailment.message = format!("when it was asked again: {}", ailment.message);
    Some(Illness::new(Side::Baseline, ailment))
}

/// Why the comparison is not whole.
fn interrupted(baseline: &Recording, candidate: &Recording, again: &[Recording]) -> Option<String> {
    let sides = [("baseline", baseline), ("candidate", candidate)];
    let again = again.iter().map(|again| ("baseline, asked again", again));
    let mut all = sides.into_iter().chain(again);
    all.find_map(|(side, recording)| match &recording.ended {
        Some(Ended::Stopped(reason)) => Some(format!("{side}: {reason}")),
        _ => None,
    })
}

impl Outcome {
    /// An outcome that says nothing but that a side cannot be compared.
    pub fn ill(illnesses: Vec<Illness>) -> Self {
        Self {
            illnesses,
            ..Self::default()
        }
    }
}
