//! The memory of a run: events, the sinks that take them, and the summary that is their fold.

mod command;
mod content;
mod coverage;
mod credential;
mod cut;
mod defects;
mod escape;
mod example;
mod latency;
mod lens;
mod load;
mod marks;
mod masked;
mod merge;
mod outcome;
mod packed;
mod published;
mod read;
mod recipe;
mod recorder;
mod redact;
mod second;
mod shard;
mod spot;
mod step;
mod summary;
mod tally;
#[cfg(test)]
pub(crate) mod tests;
mod times;
mod totals;
mod values;
mod veil;
mod workflow;
mod workflows;
mod written;

use std::io;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::case::{Case, Prepared, Skip};
use crate::check::{Finding, Fingerprint};
use crate::code::Code;
use crate::http::Exchange;
use crate::secret::Secret;

pub use command::planned;
pub use coverage::{Coverage, KeywordCount, Share};
pub use credential::carries_credentials;
pub use example::{Example, Field, RequestExcerpt, ResponseExcerpt};
pub use latency::{Durations, Latency};
pub use lens::{Excerpt, excerpt};
pub use load::{
    ClockLoad, GeneratorLoad, KindLoad, LoadReport, Rates, ScenarioLoad, SegmentsLoad, Soundness,
    StepLoad, ThresholdOutcome, ThresholdResult, Unproven, UnsentLoad, ValidationLoad,
};
pub use marks::marked_values;
pub use masked::is_masked;
pub use packed::{PackError, Packed};
pub use read::ReadError;
pub use recipe::{Aim, Ingredient, Planning, Recipe, Script, Task};
pub use recorder::Recorder;
pub use redact::Redactor;
pub use second::{Second, SecondLoad, StepName, StepSecond, StepWindow, WindowLoad};
pub use shard::{MergedLoad, PartLoad, ShardLoad};
pub use spot::{Message, Spot};
pub use step::{
    Attempt, CriterionRun, StepOutcome, StepRun, StepWaits, Waited, WorkflowEnded, WorkflowKey,
    WorkflowStarted,
};
pub use summary::{
    Api, Applied, Counts, FindingRow, OperationRow, Outcome, Sides, SkippedRow, StepTiming,
    Summary, Timing, Tool,
};
pub use times::Times;
pub use veil::Veil;
pub use workflow::{AttemptReport, CriterionReport, StepReport, WorkflowReport};

/// What a runner tells everybody who listens, in one line of time.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// The run began; nothing has been sent yet.
    Started(Started),
    /// More cases are known to come.
    Planned {
        /// How many.
        cases: usize,
    },
    /// A case was sent and judged.
    Judged(Box<Verdict>),
    /// A workflow began.
    WorkflowStarted(WorkflowStarted),
    /// A step was run, with all its attempts, or was not reached. Its verdicts are told nowhere else.
    Step(Box<StepRun>),
    /// A step is tried again after a wait that begins now.
    StepWaits(StepWaits),
    /// A workflow ended.
    WorkflowEnded(WorkflowEnded),
    /// Something was not exercised.
    Skipped(Skip),
    /// A case was sent and judged as one of very many, which are counted elsewhere; with the credentials
    /// that it may show.
    Sampled(Box<Verdict>, Vec<Secret>),
    /// How often findings were made of which only samples were told.
    Repeated(Vec<(Fingerprint, usize)>),
    /// A second of a run under load is over.
    Second(Box<Second>),
    /// What a run under load measured.
    Loaded(Box<LoadReport>),
    /// Something keeps the run from saying anything about the contract.
    Hindered(Obstacle),
    /// The run ended.
    Finished {
        /// How long it took.
        elapsed: Duration,
        /// Why it ended early, if it did.
        interrupted: Option<String>,
    },
}

/// What is known before the first request.
#[derive(Debug, Clone)]
pub struct Started {
    /// The document's title and version.
    pub api: String,
    /// The document's name.
    pub document: String,
    /// The target's name or URL, without credentials.
    pub target: String,
    /// The URL at which a curl line reaches the target, for each API description.
    pub bases: Vec<String>,
    /// The run's seed.
    pub seed: crate::seed::Seed,
    /// The selected operations, each with the number of its API description.
    pub operations: Vec<(usize, crate::spec::OperationId)>,
    /// How many cases are planned, as far as that is known.
    pub planned: usize,
    /// When, in RFC 3339.
    pub at: String,
}

/// A case with what came of it.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The number of the API description among those that the run is about.
    pub api: usize,
    /// The case.
    pub case: Case,
    /// The request, with its secrets marked.
    pub prepared: Prepared,
    /// The requests that were sent to the same resource just before, oldest first.
    pub before: Vec<Prepared>,
    /// What happened.
    pub exchange: Exchange,
    /// What the checks saw; empty when all is well.
    pub findings: Vec<Finding>,
    /// The codes of the checks that made sense for the exchange, see
    /// [`applied`](crate::check::applied).
    pub applied: Vec<Code>,
}

/// Why a run is not conclusive, for example because the target cannot be reached (PM901) or
/// refuses the credentials (PM902).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obstacle {
    /// The kind (`PM9xx`).
    pub code: Code,
    /// What happened, a lower-case fragment.
    pub message: String,
}

/// Takes events. An error ends the run: a report that cannot be written must not look written.
pub trait Sink {
    /// Takes one event.
    fn take(&mut self, event: &Event) -> io::Result<()>;
}
