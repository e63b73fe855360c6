//! Standings: what reports say of workflows and steps, in a word and in parts of a line.

use std::collections::{HashMap, VecDeque};

use super::text::counted;
use crate::record::{
    AttemptReport, CriterionReport, FindingRow, StepOutcome, StepReport, Summary, WorkflowKey,
    WorkflowReport,
};

/// How a step or a workflow stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Passed,
    Failed,
    NotReached,
}

/// A workflow with what reports say of it.
pub(super) struct WorkflowView<'a> {
    pub(super) workflow: &'a WorkflowReport,
    pub(super) standing: Standing,
    pub(super) steps: Vec<StepView<'a>>,
}

/// A step with what reports say of it.
pub(super) struct StepView<'a> {
    pub(super) step: &'a StepReport,
    pub(super) standing: Standing,
    /// Whether it fails the run.
    pub(super) fails: bool,
    /// What was found in its answers, each once; what its criteria say is not among it.
    pub(super) findings: Vec<&'a FindingRow>,
    /// How long it was waited for its answers, in milliseconds; `None` where nothing was sent.
    pub(super) spent: Option<f64>,
    /// The command that runs its workflow once more, where there is one.
    pub(super) replay: Option<String>,
}

impl Standing {
    /// The word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Passed => "PASS",
            Self::Failed => "FAIL",
            Self::NotReached => "SKIP",
        }
    }
}

/// The workflows of a run, in the order in which they began.
pub(super) fn workflows(summary: &Summary) -> Vec<WorkflowView<'_>> {
    let mut times: HashMap<(&WorkflowKey, &str), VecDeque<Option<f64>>> = HashMap::new();
    for timing in &summary.timing.steps {
        let times = times.entry((&timing.key, &timing.step)).or_default();
        times.push_back(timing.service_ms);
    }
    let mut views = Vec::new();
    for workflow in &summary.workflows {
        let mut steps = Vec::new();
        for step in &workflow.steps {
            let times = times.entry((&workflow.key, &step.step)).or_default();
            let attempts = step.attempts.len().min(times.len());
            let spent = times.drain(..attempts).flatten();
            let spent = spent.fold(None, |sum, time| Some(sum.unwrap_or(0.0) + time));
            let replay = summary.replay_step(workflow, step);
            steps.push(StepView {
                replay,
                ..StepView::new(summary, step, spent)
            });
        }
        let failed = steps.iter().any(|step| step.standing == Standing::Failed);
        let standing = match workflow.outcome {
            _ if failed => Standing::Failed,
            StepOutcome::Passed => Standing::Passed,
            StepOutcome::Failed => Standing::Failed,
            StepOutcome::NotReached => Standing::NotReached,
        };
        views.push(WorkflowView {
            workflow,
            standing,
            steps,
        });
    }
    views
}

impl WorkflowView<'_> {
    /// How many of its steps stand so.
    pub(super) fn count(&self, standing: Standing) -> usize {
        let steps = self.steps.iter();
        steps.filter(|step| step.standing == standing).count()
    }
}

impl<'a> StepView<'a> {
    fn new(summary: &'a Summary, step: &'a StepReport, spent: Option<f64>) -> Self {
        let mut findings: Vec<&FindingRow> = Vec::new();
        let all = step.attempts.iter().flat_map(|attempt| &attempt.findings);
        for finding in all.filter_map(|fingerprint| summary.finding(fingerprint)) {
            let known = findings
                .iter()
                .any(|known| known.fingerprint == finding.fingerprint);
            if !known && !finding.code.is_about_step() {
                findings.push(finding);
            }
        }
        let fails = summary.fails_by(step);
        Self {
            step,
            standing: match step.outcome {
                _ if fails => Standing::Failed,
                StepOutcome::Passed => Standing::Passed,
                StepOutcome::Failed => Standing::Failed,
                StepOutcome::NotReached => Standing::NotReached,
            },
            fails,
            findings,
            spent,
            replay: None,
        }
    }

    /// The attempt that counts.
    pub(super) fn last(&self) -> Option<&'a AttemptReport> {
        self.step.attempts.last()
    }

    /// The criteria that count and do not hold.
    pub(super) fn broken(&self) -> impl Iterator<Item = &'a CriterionReport> + use<'a> {
        let criteria = self.last().map(|attempt| &attempt.criteria);
        let criteria = criteria.into_iter().flatten();
        criteria.filter(|criterion| !criterion.holds)
    }

    /// The reason, unless a criterion that does not hold says the same.
    pub(super) fn own_reason(&self) -> Option<&'a str> {
        let reason = self.step.reason.as_deref()?;
        let told = self
            .broken()
            .any(|criterion| reason.contains(&criterion.condition));
        (!told).then_some(reason)
    }

    /// The parts of its line behind its target: status, time, attempts, or why there are none.
    pub(super) fn parts(&self) -> Vec<String> {
        if self.standing == Standing::NotReached {
            return vec![match self.step.reason.as_deref() {
                Some(reason) => format!("not reached: {reason}"),
                None => "not reached".to_owned(),
            }];
        }
        let mut parts: Vec<String> = self.last().map(answer).into_iter().collect();
        if self.step.attempts.is_empty() {
            parts.push("not sent".to_owned());
        }
        parts.extend(self.spent.map(time));
        if self.step.attempts.len() > 1 {
            parts.push(counted(self.step.attempts.len(), "attempt"));
        }
        parts.retain(|part| !part.is_empty());
        parts
    }

    /// How long it was waited before its attempts, and how much of that the server asked for.
    pub(super) fn waited(&self) -> Option<String> {
        let attempts = self.step.attempts.iter();
        let waits: Vec<_> = attempts.filter_map(|attempt| attempt.waited).collect();
        let sum = |seconds: &mut dyn Iterator<Item = f64>| {
            format!("{} s", (seconds.sum::<f64>() * 1000.0).round() / 1000.0)
        };
        let all = sum(&mut waits.iter().map(|wait| wait.seconds));
        let asked = waits.iter().filter(|wait| wait.retry_after);
        let told = match asked.clone().count() {
            _ if waits.is_empty() => return None,
            0 => all,
            count if count == waits.len() => format!("{all} (Retry-After)"),
            _ => {
                let asked = sum(&mut asked.map(|wait| wait.seconds));
                format!("{all} ({asked} of it for Retry-After)")
            }
        };
        Some(told)
    }

    /// The attempts before the one that counts, a line each.
    pub(super) fn earlier(&self) -> Vec<String> {
        let all = self.step.attempts.len();
        let earlier = self.step.attempts.iter().take(all.saturating_sub(1));
        earlier
            .enumerate()
            .map(|(index, attempt)| {
                let then = attempt.then.as_deref().unwrap_or_default();
                let parts = [answer(attempt), then.to_owned()];
                let parts: Vec<String> =
                    parts.into_iter().filter(|part| !part.is_empty()).collect();
                format!("{} of {all}: {}", index + 1, parts.join(", "))
            })
            .collect()
    }
}

impl CriterionReport {
    /// What came of it, in words.
    pub(super) fn told(&self) -> String {
        match (&self.error, self.holds) {
            (Some(error), _) => format!("`{}` cannot be evaluated: {error}", self.condition),
            (None, true) => format!("`{}` holds", self.condition),
            (None, false) => format!("`{}` does not hold", self.condition),
        }
    }

    /// Its expressions with their values, a line each.
    pub(super) fn values(&self) -> impl Iterator<Item = String> {
        let actual = self.actual.iter();
        actual.map(|(expression, value)| format!("{expression} is {value}"))
    }
}

/// What came back, in a word or two.
fn answer(attempt: &AttemptReport) -> String {
    match (&attempt.response, &attempt.request) {
        (Some(response), _) => response.status.to_string(),
        (None, Some(_)) => "no answer".to_owned(),
        (None, None) => String::new(),
    }
}

/// A duration, given in milliseconds.
fn time(milliseconds: f64) -> String {
    if milliseconds < 10_000.0 {
        format!("{milliseconds:.0} ms")
    } else {
        format!("{:.1} s", milliseconds / 1000.0)
    }
}
