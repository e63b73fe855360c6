//! Workflows that go further with one side than with the other.

use indexmap::IndexMap;

use super::difference::{Difference, Pair};
use super::recording::Recording;
use crate::code::{Code, Severity};
use crate::report::counted;
use crate::spec::OperationId;

const CANDIDATE: &str = "candidate-breaks-off";
const BASELINE: &str = "baseline-breaks-off";

/// Whether a difference is that a workflow goes further with one side.
pub(super) fn is_breaking_off(difference: &Difference) -> bool {
    [CANDIDATE, BASELINE].contains(&difference.kind)
}

/// Where one side's steps have no match.
struct Break<'a> {
    /// The last case before them that both sides answered.
    after: Option<&'a str>,
    steps: usize,
}

/// Adds to the last step that both sides came to that one of them goes no further: no answer that both
/// gave need tell it. The baseline may not always go as far itself, as it shows when asked `again`.
pub(super) fn broken_off(
    pairs: &mut [Pair],
    (baseline, candidate): (&Recording, &Recording),
    again: &[Recording],
) {
    for (one, other, kind) in [
        (baseline, candidate, CANDIDATE),
        (candidate, baseline, BASELINE),
    ] {
        let mut common: IndexMap<&str, &str> = IndexMap::new();
        let mut breaks: IndexMap<&str, Break<'_>> = IndexMap::new();
        for (name, answered) in &one.answers {
            if answered.step.is_none() {
                continue;
            }
            let run = workflow(name);
            let is_steady = again.iter().all(|again| {
                again.answers.contains_key(name) == baseline.answers.contains_key(name)
            });
            if other.answers.contains_key(name) {
                common.insert(run, name);
            } else if is_steady {
                let after = common.get(run).copied();
                let found = breaks.entry(run).or_insert(Break { after, steps: 0 });
                found.steps += 1;
            }
        }
        for (run, found) in breaks {
            let lost = lost_update(pairs, run);
            let is_last = |pair: &&mut Pair| match found.after {
                Some(name) => pair.name == name,
                // They have only what cleans up in common.
                None => workflow(&pair.name) == run,
            };
            if let Some(pair) = pairs.iter_mut().rev().find(is_last) {
                let steps = counted(found.steps, "step");
                let have = if found.steps == 1 { "has" } else { "have" };
                let told = format!(
                    "the workflow goes no further there: {steps} of the other side {have} no match"
                );
                let mut found = Difference::new(Code::PARITY_STATE, kind, told);
                let cause = match lost {
                    Some(operation) => Some(format!("the update that `{operation}` lacks")),
                    None if is_told(pair) => Some("what came of this step".to_owned()),
                    None => None,
                };
                if let Some(cause) = cause {
                    found.severity = Severity::Note;
                    found.message = format!("{}; it follows from {cause}", found.message);
                }
                pair.differences.push(found);
            }
        }
    }
}

/// Whether it is an error already what came of a step: that the workflow ends there is no second one.
fn is_told(pair: &Pair) -> bool {
    let mut differences = pair.differences.iter();
    differences.any(|one| {
        let is_outcome = matches!(
            one.code,
            Code::PARITY_REACHABILITY
                | Code::PARITY_STATUS
                | Code::PARITY_STRICTNESS
                | Code::PARITY_STATE
        );
        is_outcome && one.severity == Severity::Error && !is_breaking_off(one)
    })
}

/// The first read of a run that does not show what was written: what the run does later follows from that.
fn lost_update(pairs: &[Pair], run: &str) -> Option<OperationId> {
    let of_run = pairs.iter().filter(|pair| workflow(&pair.name) == run);
    let is_lost = |one: &Difference| {
        one.code == Code::PARITY_STATE
            && one.kind == Code::UPDATE_LOST.name()
            && one.severity > Severity::Note
    };
    let mut losing = of_run.filter(|pair| pair.differences.iter().any(is_lost));
    losing.next().map(|pair| pair.operation.clone())
}

/// The run of a workflow in the name of a case of it.
pub(super) fn workflow(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(run, _)| run)
}
