//! The summary: all that a run has to say. Every report is a rendering of this one value.
//!
//! It holds nothing that must not be published: what goes into it is redacted on the way. But for
//! `started`, `target` and `timing`, equal seeds give equal summaries.

use std::borrow::Cow;
use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::read::Known;
use super::tally::Tally;
use super::{
    Coverage, Example, Latency, LoadReport, Obstacle, Recipe, StepReport, WorkflowKey,
    WorkflowReport, read,
};
use crate::case::Phase;
use crate::check::{Blame, Cluster, Fingerprint, Violated};
use crate::code::{Code, Severity};
use crate::document::{Diagnostic, Location};
use crate::seed::Seed;
use crate::spec::{Operation, OperationId, ResponseKey};

/// All that a run has to say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The version of this form: a minor one adds members, a major one changes them.
    #[serde(deserialize_with = "read::version")]
    pub version: Known,
    /// What made it.
    pub tool: Tool,
    /// When the run began, in RFC 3339; `None` if it never did.
    pub started: Option<String>,
    /// The API description.
    pub api: Api,
    /// The target's name or URL.
    pub target: String,
    /// The run's seed.
    pub seed: Option<Seed>,
    /// What it was made from, so that its cases can be made once more.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub again: Option<Recipe>,
    /// What came of it.
    pub verdict: Outcome,
    /// Why, in words.
    pub reason: String,
    /// What the process answers; 130 if it was interrupted.
    pub exit_code: u8,
    /// From which severity on findings fail the run; `None` for never.
    pub fail_on: Option<Severity>,
    /// Why the run ended early, if it did.
    pub interrupted: Option<String>,
    /// What kept the run from being conclusive.
    pub obstacles: Vec<Obstacle>,
    /// What was counted over all operations.
    pub counts: Counts,
    /// The selected operations in document order.
    pub operations: Vec<OperationRow>,
    /// How much of the document was exercised.
    pub coverage: Coverage,
    /// The findings by cause, what matters most first.
    pub clusters: Vec<Cluster>,
    /// The findings, one for each fingerprint, by operation and code.
    pub findings: Vec<FindingRow>,
    /// What a run under load measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load: Option<LoadReport>,
    /// The workflows of scenario files, as they ran.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub workflows: Vec<WorkflowReport>,
    /// What was not exercised, by reason.
    pub skipped: Vec<SkippedRow>,
    /// The defects of the document.
    pub diagnostics: Vec<Diagnostic>,
    /// Those of them that fail the run.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub defects: Vec<Diagnostic>,
    /// All that depends on the clock.
    pub timing: Timing,
}

/// The program and its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Its name.
    pub name: Cow<'static, str>,
    /// Its version.
    pub version: Cow<'static, str>,
}

/// An API description.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Api {
    /// Title and version.
    pub title: String,
    /// The document's name.
    pub document: String,
}

/// What came of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing was found that matters.
    Passed,
    /// Something was found that matters.
    Failed,
    /// Nothing was found, and that means nothing.
    Inconclusive,
    /// Nothing was sent.
    Empty,
}

/// What was counted over all operations.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Cases that were sent.
    pub cases: usize,
    /// Those of them that keep the document.
    pub valid: usize,
    /// Those of them that break it.
    pub invalid: usize,
    /// Those of them that the author of a scenario wrote.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub scripted: usize,
    /// Cases that got an answer.
    pub answered: usize,
    /// Answers by status.
    pub statuses: BTreeMap<u16, usize>,
    /// Clusters by severity.
    pub clusters: BTreeMap<Severity, usize>,
    /// Clusters that fail the run, and what is said of operations as a whole. Defects of the document
    /// are not counted here.
    pub failing: usize,
    /// What was not exercised.
    pub skipped: usize,
}

/// What was counted about one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationRow {
    /// Its name.
    pub id: OperationId,
    /// The method.
    pub method: String,
    /// The path template.
    pub path: String,
    /// Where it stands.
    pub place: Option<Location>,
    /// Whether it answered at least once.
    pub exercised: bool,
    /// Whether a valid request was answered with 2xx or 3xx.
    pub succeeded: bool,
    /// Cases by phase.
    pub cases: BTreeMap<Phase, Sides>,
    /// Answers by status.
    pub statuses: BTreeMap<u16, usize>,
    /// Cases that got no answer.
    pub unanswered: usize,
    /// Documented statuses, ranges and `default` that were seen.
    pub seen: Vec<String>,
    /// Documented statuses, ranges and `default` that were not seen.
    pub unseen: Vec<String>,
    /// What each check did, by its name.
    #[serde(deserialize_with = "read::checks")]
    pub checks: IndexMap<Known, Applied>,
}

/// Cases by what they are meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sides {
    /// Cases that keep the document.
    pub valid: usize,
    /// Cases that break it.
    pub invalid: usize,
    /// Cases that the author of a scenario wrote.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub scripted: usize,
}

/// What a check did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Applied {
    /// To how many exchanges it was applied.
    pub applied: usize,
    /// In how many of them it found something.
    pub found: usize,
}

/// The findings of one fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRow {
    /// What groups them.
    pub fingerprint: Fingerprint,
    /// The kind.
    pub code: Code,
    /// The check's name.
    #[serde(deserialize_with = "read::check")]
    pub check: Known,
    /// Whose fault it seems to be.
    pub blame: Blame,
    /// How much it matters.
    pub severity: Severity,
    /// The operation.
    pub operation: OperationId,
    /// One line.
    pub title: String,
    /// The keyword that was broken, if it was one.
    pub violated: Option<Violated>,
    /// The node of the document to look at.
    pub place: Option<Location>,
    /// How many answers show it.
    pub count: usize,
    /// The smallest exchange that shows it, of the earliest phase.
    pub example: Example,
}

/// What was not exercised for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedRow {
    /// Why.
    pub reason: String,
    /// In which phases.
    pub phases: Vec<Phase>,
    /// Which operations.
    pub operations: Vec<OperationId>,
    /// How often.
    pub count: usize,
}

/// All that depends on the clock.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Timing {
    /// How long the run took, in milliseconds.
    pub elapsed_ms: u64,
    /// From the due time to the last byte.
    pub response_time: Latency,
    /// From sending to the last byte.
    pub service_time: Latency,
    /// Response times by operation.
    pub operations: IndexMap<OperationId, Latency>,
    /// The steps of scenario files, attempt by attempt.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub steps: Vec<StepTiming>,
}

/// How long an attempt at a step took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepTiming {
    /// The workflow.
    #[serde(flatten)]
    pub key: WorkflowKey,
    /// The `stepId`.
    pub step: String,
    /// Which attempt, from 1.
    pub attempt: usize,
    /// How long it was waited before, in milliseconds.
    pub waited_ms: f64,
    /// From sending to the last byte, in milliseconds; `None` where nothing was sent.
    pub service_ms: Option<f64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "called by serde")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Summary {
    /// Whether findings of this severity fail the run.
    pub fn fails(&self, severity: Severity) -> bool {
        self.fail_on.is_some_and(|least| severity >= least)
    }

    /// The operations to which valid requests were sent and never succeeded (PM904).
    pub fn unproven(&self) -> impl Iterator<Item = &OperationRow> {
        self.operations.iter().filter(|row| row.is_unproven())
    }

    /// The operations of which nothing was sent, for reasons that are told (PM903).
    pub fn idle(&self) -> impl Iterator<Item = &OperationRow> {
        let rows = self.operations.iter();
        rows.filter(|row| row.is_idle(&self.skipped))
    }

    /// Whether a step fails the run: by what was found in its answers, or alone.
    pub fn fails_by(&self, step: &StepReport) -> bool {
        let finding = |fingerprint: &Fingerprint| {
            let row = self.finding(fingerprint)?;
            Some((row.code, row.severity))
        };
        let findings = step.attempts.iter().flat_map(|attempt| &attempt.findings);
        let mut found = findings.filter_map(finding);
        found.any(|(_, severity)| self.fails(severity))
            || step.fails_alone(|severity| self.fails(severity), finding)
    }

    /// The command that looks for a finding once more, where there is one.
    pub fn replay(&self, row: &FindingRow) -> Option<String> {
        let recipe = self.again.as_ref()?;
        let name = match &row.example.address {
            Some(address) => address.to_string(),
            None if recipe.script.is_some() => row.fingerprint.to_string(),
            None => return None,
        };
        Some(format!("proofmark replay {name}"))
    }

    /// The command that runs a workflow once more because of a step, where there is one.
    pub fn replay_step(&self, workflow: &WorkflowReport, step: &StepReport) -> Option<String> {
        self.again.as_ref()?.script.as_ref()?;
        let workflow = &workflow.key.workflow;
        Some(format!("proofmark replay {workflow}/{}", step.step))
    }

    /// The row of a fingerprint.
    pub fn finding(&self, fingerprint: &Fingerprint) -> Option<&FindingRow> {
        self.findings
            .iter()
            .find(|row| row.fingerprint == *fingerprint)
    }
}

impl OperationRow {
    /// What was counted about an operation.
    pub(super) fn new(id: &OperationId, operation: Option<&Operation>, tally: &Tally) -> Self {
        let documented = operation.map(|operation| operation.responses.0.keys());
        let (seen, unseen): (Vec<_>, Vec<_>) = documented
            .into_iter()
            .flatten()
            .partition(|key| tally.responses.contains(key));
        let words = |keys: Vec<&ResponseKey>| keys.iter().map(ToString::to_string).collect();
        Self {
            id: id.clone(),
            method: operation.map_or_else(String::new, |operation| operation.method.clone()),
            path: operation.map_or_else(String::new, |operation| operation.path.to_string()),
            place: operation.map(|operation| operation.location.clone()),
            exercised: !tally.statuses.is_empty(),
            succeeded: tally.succeeded,
            cases: tally.cases.clone(),
            statuses: tally.statuses.clone(),
            unanswered: tally.unanswered,
            seen: words(seen),
            unseen: words(unseen),
            checks: tally
                .checks
                .iter()
                .map(|(code, applied)| (code.name(), *applied))
                .collect(),
        }
    }

    /// Whether nothing was sent, for a reason that is told.
    pub(super) fn is_idle(&self, skipped: &[SkippedRow]) -> bool {
        let mut skipped = skipped.iter();
        self.cases.is_empty() && skipped.any(|row| row.operations.contains(&self.id))
    }

    /// Whether valid requests were answered and none of them with success.
    pub fn is_unproven(&self) -> bool {
        let valid: usize = self.cases.values().map(|sides| sides.valid).sum();
        self.exercised && valid > 0 && !self.succeeded
    }
}

impl Outcome {
    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Inconclusive => "inconclusive",
            Self::Empty => "empty",
        }
    }

    /// The exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::Inconclusive => 3,
            Self::Empty => 4,
        }
    }
}
