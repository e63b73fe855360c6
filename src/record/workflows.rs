//! The workflows of a run, as they are told.

use std::time::Duration;

use super::step::{StepRun, WorkflowEnded, WorkflowKey, WorkflowStarted};
use super::{Redactor, StepReport, StepTiming, WorkflowReport};
use crate::check::Fingerprint;
use crate::code::{Code, Severity};

/// What has been told of workflows so far.
#[derive(Default)]
pub(super) struct Workflows {
    pub(super) reports: Vec<WorkflowReport>,
    pub(super) timings: Vec<StepTiming>,
}

impl Workflows {
    pub(super) fn start(&mut self, started: &WorkflowStarted, redactor: &Redactor) {
        self.reports.push(WorkflowReport::new(started, redactor));
    }

    pub(super) fn add(&mut self, run: &StepRun, report: StepReport) {
        let Some(workflow) = self.latest(&run.key) else {
            return;
        };
        workflow.steps.push(report);
        let milliseconds = |duration: Duration| duration.as_secs_f64() * 1000.0;
        for (index, attempt) in run.attempts.iter().enumerate() {
            let service = attempt.verdict.as_ref().map(|verdict| {
                let timing = &verdict.exchange.timing;
                milliseconds(timing.service_time())
            });
            self.timings.push(StepTiming {
                key: run.key.clone(),
                step: run.step.clone(),
                attempt: index + 1,
                waited_ms: attempt.waited.map_or(0.0, |waited| waited.seconds * 1000.0),
                service_ms: service,
            });
        }
    }

    pub(super) fn end(&mut self, ended: &WorkflowEnded, redactor: &Redactor) {
        if let Some(workflow) = self.latest(&ended.key) {
            workflow.outcome = ended.outcome;
            workflow.reason = ended.reason.as_ref().map(|reason| redactor.words(reason));
            workflow.outputs = redactor.members(&ended.outputs);
        }
    }

    /// How many steps fail the run alone, see [`StepReport::fails_alone`], and how many workflows
    /// though none of their steps failed.
    pub(super) fn failing_alone(
        &self,
        fails: impl Fn(Severity) -> bool,
        finding: impl Fn(&Fingerprint) -> Option<(Code, Severity)>,
    ) -> usize {
        let alone = self.reports.iter().map(|workflow| {
            let steps = workflow.steps.iter();
            let steps = steps.filter(|step| step.fails_alone(&fails, &finding));
            let itself = workflow.fails_alone() && fails(Severity::Error);
            steps.count() + usize::from(itself)
        });
        alone.sum()
    }

    fn latest(&mut self, key: &WorkflowKey) -> Option<&mut WorkflowReport> {
        self.reports.iter_mut().rfind(|known| known.key == *key)
    }
}
