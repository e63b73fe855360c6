//! The workflows of a run, as they are told.

use std::time::Duration;

use super::step::{StepRun, WorkflowEnded, WorkflowKey, WorkflowStarted};
use super::workflow::redacted;
use super::{Redactor, StepReport, StepTiming, WorkflowReport};

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
        let name = workflow.name();
        let milliseconds = |duration: Duration| duration.as_secs_f64() * 1000.0;
        for (index, attempt) in run.attempts.iter().enumerate() {
            let service = attempt.verdict.as_ref().map(|verdict| {
                let timing = &verdict.exchange.timing;
                milliseconds(timing.service_time())
            });
            self.timings.push(StepTiming {
                workflow: name.clone(),
                step: run.step.clone(),
                attempt: index + 1,
                waited_ms: milliseconds(attempt.waited),
                service_ms: service,
            });
        }
    }

    pub(super) fn end(&mut self, ended: &WorkflowEnded, redactor: &Redactor) {
        if let Some(workflow) = self.latest(&ended.key) {
            workflow.outcome = ended.outcome;
            workflow.reason = ended.reason.as_ref().map(|reason| redactor.text(reason));
            workflow.outputs = redacted(&ended.outputs, redactor);
        }
    }

    /// How many steps failed without a finding that says so.
    pub(super) fn failing_alone(&self) -> usize {
        let steps = self.reports.iter().flat_map(|workflow| &workflow.steps);
        steps.filter(|step| step.fails_alone()).count()
    }

    fn latest(&mut self, key: &WorkflowKey) -> Option<&mut WorkflowReport> {
        self.reports.iter_mut().rfind(|known| known.key == *key)
    }
}
