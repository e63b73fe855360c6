//! Load profiles: how a file is run under load (`x-proofmark-load`), in k6's words.

mod executor;
mod metric;
mod threshold;

use std::time::Duration;

use indexmap::IndexMap;

pub use executor::{Arrivals, Executor, Stage, VirtualUsers};
pub use metric::{Metric, MetricKind};
pub use threshold::{Aggregate, Comparison, Threshold, ThresholdError};

use super::WorkflowName;
use crate::document::Location;

/// How long iterations may go on when a scenario's time is over, unless it says otherwise.
pub const GRACEFUL_STOP: Duration = Duration::from_secs(30);

/// The highest rate that can be asked for, in what its unit of time is: no machine makes more.
pub const MOST_RATE: f64 = 10_000_000.0;
/// The most iterations that can be asked for by number.
pub const MOST_ITERATIONS: u64 = 1_000_000_000_000_000;

/// How a file is run under load (`x-proofmark-load`).
#[derive(Debug, Clone)]
pub struct LoadProfile {
    /// What runs side by side, by name.
    pub scenarios: IndexMap<String, LoadScenario>,
    /// What must hold in the end.
    pub thresholds: Vec<Threshold>,
    /// How long answers at the beginning are judged and shown, and not measured by thresholds.
    pub warm_up: Duration,
    /// Where it stands; `None` if it comes from the command line.
    pub location: Option<Location>,
}

/// One stream of iterations (a k6 scenario).
#[derive(Debug, Clone)]
pub struct LoadScenario {
    /// When iterations are begun, and by whom.
    pub executor: Executor,
    /// When it begins, after the run's start.
    pub start: Duration,
    /// How long iterations may go on when its time is over.
    pub graceful_stop: Duration,
    /// The workflows that iterations are made of, with their weights.
    pub exec: Vec<Share>,
    /// What its requests are tagged with, for thresholds.
    pub tags: IndexMap<String, String>,
    /// Where it stands; `None` if it comes from the command line.
    pub location: Option<Location>,
}

/// A workflow's share of the iterations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The workflow.
    pub workflow: WorkflowName,
    /// How many iterations it has for those of the others; at least 1.
    pub weight: u32,
}

impl LoadProfile {
    /// How long the profile asks for iterations, without graceful stops.
    pub fn length(&self) -> Duration {
        let scenarios = self.scenarios.values();
        let ends = scenarios.map(|scenario| scenario.start + scenario.executor.length());
        ends.max().unwrap_or_default()
    }
}
