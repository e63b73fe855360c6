//! Scenarios: runs the workflows of Arazzo files against targets and judges every answer.
//!
//! The flow follows the Arazzo Specification (1.0.1 section 4.6, and 1.1): the criteria of a step
//! decide whether it succeeded and where it goes on. What the checks find in an answer fails the run,
//! but does not change its way.

mod action;
mod again;
mod body;
mod callee;
mod clean_up;
mod draft;
mod feed;
mod flawed;
mod frame;
mod generators;
mod inputs;
mod judge;
mod limited;
mod link;
mod payload;
mod planned;
mod preview;
mod refusal;
mod request;
mod run;
mod secrecy;
mod security;
mod started;
mod step;
mod suite;
#[cfg(test)]
mod tests;
mod unset;
mod validate;

use std::time::Duration;

use crate::case::Authority;
use crate::seed::Seed;

pub(crate) use body::Seeds;
pub(crate) use clean_up::resolves;
pub use draft::{DraftError, DraftOptions, draft};
pub use inputs::Given;
pub(crate) use inputs::{complete, objection};
pub(crate) use judge::{conclude, criteria, judged, weigh};
pub use link::Called;
pub use planned::{Planned, Selection};
pub use preview::{Preview, PreviewStep};
pub(crate) use request::draft as drafted;
pub use run::run;
pub(crate) use secrecy::{secret_outputs, secrets_among};
pub use suite::{Api, ScenarioFile, Suite, SuiteError, SuiteOptions, Used};

/// The way to the server of one API description.
#[derive(Debug)]
pub struct Lane<'a, T> {
    /// The transport.
    pub transport: &'a T,
    /// The target's credentials.
    pub authority: Authority,
    /// The URL at which a curl line reaches the target.
    pub base: String,
}

/// How a run goes.
#[derive(Debug, Clone)]
pub struct Options {
    /// The run's seed.
    pub seed: Seed,
    /// How many steps are run in all, so that loops end.
    pub max_steps: usize,
    /// How long the run may take.
    pub max_time: Option<Duration>,
    /// The target's name, for reports.
    pub target: String,
    /// When the run began, in RFC 3339.
    pub at: String,
}
