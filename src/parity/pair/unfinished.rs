//! Workflows that come to their end on neither side: what nobody was sent is not compared, and two sides that
//! fail at the first step do not agree for that.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde::Serialize;

use super::recording::Recording;
use crate::record::{StepOutcome, StepRun};
use crate::report::counted;

/// What became of a run of a workflow on one side.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The `workflowId`.
    workflow: String,
    /// The step that failed first.
    failed: Option<String>,
    /// The steps that were not sent.
    unsent: BTreeSet<String>,
    /// Whether it failed, as a whole.
    has_failed: bool,
}

/// The progress of all runs of workflows of one side, by their names.
pub(super) type Workflows = IndexMap<String, Progress>;

/// A workflow that came to its end on neither side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unfinished {
    /// The `workflowId`.
    pub workflow: String,
    /// The steps at which it failed, on the baseline and on the candidate.
    pub failed: [Option<String>; 2],
    /// How many steps neither side was sent.
    pub unsent: usize,
}

impl Progress {
    /// Takes note of a step.
    pub(super) fn note(&mut self, run: &StepRun) {
        self.workflow.clone_from(&run.key.workflow);
        let is_sent = run.attempts.iter().any(|one| one.verdict.is_some());
        match run.outcome {
            StepOutcome::Failed => {
                self.failed.get_or_insert_with(|| run.step.clone());
            }
            StepOutcome::NotReached if !is_sent => {
                self.unsent.insert(run.step.clone());
            }
            StepOutcome::Passed | StepOutcome::NotReached => {}
        }
    }

    /// Takes note of what came of the workflow.
    pub(super) fn end(&mut self, outcome: StepOutcome) {
        self.has_failed = outcome != StepOutcome::Passed;
    }
}

/// The workflows that failed on both sides before all steps were sent.
pub(super) fn unfinished(baseline: &Recording, candidate: &Recording) -> Vec<Unfinished> {
    let runs = baseline.workflows.iter();
    let both = runs.filter_map(|(name, one)| Some((one, candidate.workflows.get(name)?)));
    let failed = both.filter(|(one, other)| one.has_failed && other.has_failed);
    let found = failed.map(|(one, other)| Unfinished {
        workflow: one.workflow.clone(),
        failed: [one.failed.clone(), other.failed.clone()],
        unsent: one.unsent.intersection(&other.unsent).count(),
    });
    found.filter(|one| one.unsent > 0).collect()
}

/// Why nothing can be said where no run of a workflow came to its end on either side.
pub(super) fn hopeless(
    found: &[Unfinished],
    baseline: &Recording,
    candidate: &Recording,
) -> Option<String> {
    let first = found.first()?;
    let runs = baseline.workflows.len().max(candidate.workflows.len());
    let told = format!("no workflow came to its end on either side: {first}");
    (found.len() == runs).then_some(told)
}

impl std::fmt::Display for Unfinished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            workflow,
            failed,
            unsent,
        } = self;
        let [one, other] = failed
            .each_ref()
            .map(|step| step.as_deref().unwrap_or("its beginning"));
        write!(f, "`{workflow}` failed at `{one}`")?;
        if one != other {
            write!(f, " on the baseline, at `{other}` on the candidate")?;
        }
        let steps = counted(*unsent, "step");
        let were = if *unsent == 1 { "was" } else { "were" };
        write!(f, ", {steps} {were} sent to neither side")
    }
}
