//! Cases that only one side was sent, and why: what is sent depends on what came before.

use indexmap::IndexMap;
use serde::Serialize;

use super::health::Side;
use super::recording::{Answered, Recording};
use crate::case::Phase;
use crate::http::Response;
use crate::spec::OperationId;

/// Cases of an operation that only one side was sent, for the same reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lone {
    /// The side that was sent them.
    pub side: Side,
    /// The operation.
    pub operation: OperationId,
    /// Why the other side was not, a lower-case fragment.
    pub reason: String,
    /// How many.
    pub count: usize,
}

/// The cases that only one of two sides was sent.
pub(super) fn lone(baseline: &Recording, candidate: &Recording) -> Vec<Lone> {
    let mut found: IndexMap<(usize, &OperationId, String), Lone> = IndexMap::new();
    for (side, own, other) in [
        (Side::Baseline, baseline, candidate),
        (Side::Candidate, candidate, baseline),
    ] {
        for (name, answered) in &own.answers {
            if other.answers.contains_key(name) {
                continue;
            }
            let operation = &answered.verdict.case.operation;
            let reason = reason(answered, own, (other, side.other().name()));
            let key = (side.number(), operation, reason.clone());
            let lone = found.entry(key).or_insert_with(|| Lone {
                side,
                operation: operation.clone(),
                reason,
                count: 0,
            });
            lone.count += 1;
        }
    }
    found.into_values().collect()
}

/// Why the other side was not sent a case.
fn reason(answered: &Answered, own: &Recording, (other, them): (&Recording, &str)) -> String {
    let verdict = &answered.verdict;
    if answered.step.is_some() {
        return format!("the workflow did not come to this step on the {them}");
    }
    let mut answers = own.answers.iter().rev();
    if let Some((name, _)) = answers.find(|(_, one)| answered.follows_at_once(one)) {
        let answer = other
            .answers
            .get(name)
            .map(|one| &one.verdict.exchange.outcome);
        return match answer {
            None => format!("it follows from a request that the {them} was not sent either"),
            Some(Err(_)) => format!("it follows from a request to which the {them} gave no answer"),
            Some(Ok(response)) if Response::is_success(response) => format!(
                "it follows from a request to which the answer of the {them} names nothing to go on with"
            ),
            Some(Ok(response)) => format!(
                "it follows from a request that the {them} answered with {}",
                response.status
            ),
        };
    }
    let case = &verdict.case;
    let mut skipped = other.skipped.iter();
    let skip = skipped.find(|one| one.operation == case.operation && one.phase == case.phase);
    if let Some(skip) = skip {
        return format!("left out on the {them}: {}", skip.reason);
    }
    match case.phase {
        Phase::Preflight => format!("the {them} had taken the credentials before"),
        Phase::Stateful => format!(
            "it was asked for something to work with, which the {them} had made when it was told to"
        ),
        _ => {
            let mut answers = other.answers.values();
            let is_like = |one: &Answered| {
                (&one.verdict.case.operation, one.verdict.case.phase)
                    == (&case.operation, case.phase)
            };
            if answers.any(is_like) {
                format!("with what was found on the {them} it is a request that was sent already")
            } else {
                format!("with what was found on the {them} there was no such request")
            }
        }
    }
}
