//! Steps of workflows, as a runner tells of them.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Verdict;
use crate::code::Code;
use crate::document::Location;
use crate::secret::Secret;

/// One run of a workflow among those of a run.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WorkflowKey {
    /// The scenario file.
    pub file: String,
    /// The `workflowId`.
    pub workflow: String,
    /// Which of its runs, if it may run more than once: who called it, or the row of its feed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
}

/// A workflow began.
#[derive(Debug, Clone)]
pub struct WorkflowStarted {
    /// Which.
    pub key: WorkflowKey,
    /// A line about it.
    pub summary: Option<String>,
    /// Where it stands.
    pub location: Location,
    /// Its inputs.
    pub inputs: Map<String, Value>,
}

/// A workflow ended.
#[derive(Debug, Clone)]
pub struct WorkflowEnded {
    /// Which.
    pub key: WorkflowKey,
    /// What came of it.
    pub outcome: StepOutcome,
    /// Why it is not passed.
    pub reason: Option<String>,
    /// Its outputs.
    pub outputs: Map<String, Value>,
}

/// A step was run, with all its attempts, or was not reached.
#[derive(Debug)]
pub struct StepRun {
    /// The workflow.
    pub key: WorkflowKey,
    /// The step's number in its workflow, from 1.
    pub number: usize,
    /// The `stepId`.
    pub step: String,
    /// What it calls, in words.
    pub target: String,
    /// Where it stands.
    pub location: Location,
    /// What came of it.
    pub outcome: StepOutcome,
    /// What failed it where no answer did, for example PM312.
    pub code: Option<Code>,
    /// Why it is not passed.
    pub reason: Option<String>,
    /// The attempts, in order.
    pub attempts: Vec<Attempt>,
    /// Its outputs.
    pub outputs: Map<String, Value>,
    /// Credentials that came up with it: neither it nor what follows may show them.
    pub secrets: Vec<Secret>,
}

/// What came of a step or a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepOutcome {
    /// All its criteria hold.
    Passed,
    /// Some do not, or it could not be done.
    Failed,
    /// Nothing was sent for it.
    NotReached,
}

/// One attempt at a step.
#[derive(Debug)]
pub struct Attempt {
    /// The exchange and what the checks say; `None` where nothing was sent.
    pub verdict: Option<Box<Verdict>>,
    /// The criteria with what they saw.
    pub criteria: Vec<CriterionRun>,
    /// What is done next, in words, unless the next step simply follows.
    pub then: Option<String>,
    /// How long it was waited before this attempt, if it was.
    pub waited: Option<Waited>,
}

/// A wait before a step is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Waited {
    /// How long.
    pub seconds: f64,
    /// Whether the server asked for it (`Retry-After`, RFC 9110 section 10.2.3).
    pub retry_after: bool,
}

impl Waited {
    /// A wait; none, if it takes no time.
    pub fn new(wait: Duration, retry_after: bool) -> Option<Self> {
        (!wait.is_zero()).then_some(Self {
            seconds: wait.as_secs_f64(),
            retry_after,
        })
    }
}

impl fmt::Display for Waited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.seconds)?;
        if self.retry_after {
            f.write_str(" (Retry-After)")?;
        }
        Ok(())
    }
}

/// A step waits before it is tried again.
#[derive(Debug, Clone)]
pub struct StepWaits {
    /// The workflow.
    pub key: WorkflowKey,
    /// The `stepId`.
    pub step: String,
    /// How long.
    pub wait: Waited,
}

/// A criterion that was judged.
#[derive(Debug, Clone)]
pub struct CriterionRun {
    /// The condition as it is written.
    pub condition: String,
    /// Where it stands.
    pub location: Location,
    /// Whether it holds.
    pub holds: bool,
    /// Its expressions with their values.
    pub actual: Vec<(String, Value)>,
    /// What a reader should know.
    pub notes: Vec<String>,
    /// Why it could not be evaluated.
    pub error: Option<String>,
}

impl StepOutcome {
    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotReached => "not-reached",
        }
    }
}
