//! Scenarios: runs the workflows of Arazzo files against a target and judges every answer.
//!
//! The flow follows the Arazzo Specification (1.0.1 section 4.6, 1.1): the criteria of a step decide
//! whether it succeeded and where it goes on. What the checks find in an answer fails the run, but
//! does not change its way.

mod link;
mod suite;
mod validate;

pub use link::Called;
pub use suite::{Api, ScenarioFile, Suite, SuiteError, SuiteOptions, Used};
