//! The workflows of a run, as they are told.

use std::time::Duration;

use super::step::{StepOutcome, StepRun, WorkflowEnded, WorkflowKey, WorkflowStarted};
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
                waited_ms: milliseconds(attempt.waited),
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

    /// How many failures are told by no finding that fails the run: of steps of which no answer shows
    /// why, and of workflows of which no step does. `fails` says whether a severity fails the run,
    /// `told` whether a finding does.
    pub(super) fn failing_alone(
        &self,
        fails: impl Fn(Severity) -> bool,
        told: impl Fn(&Fingerprint) -> bool,
    ) -> usize {
        let failed = |outcome| outcome == StepOutcome::Failed;
        let workflow_fails_alone = |workflow: &WorkflowReport| {
            let steps = &workflow.steps;
            failed(workflow.outcome) && !steps.iter().any(|step| failed(step.outcome))
        };
        let step_fails_alone = |step: &&StepReport| {
            let severity = step
                .code
                .map_or(Severity::Error, |code| code.entry().severity);
            let findings = step.attempts.iter().flat_map(|attempt| &attempt.findings);
            // That the server cannot be reached is an obstacle, and says nothing about the contract.
            let is_obstacle = step.code == Some(Code::UNREACHABLE);
            let is_told = findings.clone().any(&told);
            failed(step.outcome) && fails(severity) && !is_told && !is_obstacle
        };
        let alone = self.reports.iter().map(|workflow| {
            let steps = workflow.steps.iter().filter(step_fails_alone).count();
            let itself = workflow_fails_alone(workflow) && fails(Severity::Error);
            steps + usize::from(itself)
        });
        alone.sum()
    }

    fn latest(&mut self, key: &WorkflowKey) -> Option<&mut WorkflowReport> {
        self.reports.iter_mut().rfind(|known| known.key == *key)
    }
}
