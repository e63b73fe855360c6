//! Actions: what happens after a step.

use std::time::Duration;

use super::{Criterion, Parameter, Placed, WorkflowName};
use crate::document::Location;

/// A success or failure action (Arazzo 1.0.1 sections 4.6.7 and 4.6.8).
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// The name.
    pub name: String,
    /// What happens.
    pub then: Then,
    /// What must hold for it to happen; empty: always.
    pub criteria: Vec<Placed<Criterion>>,
    /// The inputs of the workflow that it leads to (Arazzo 1.1).
    pub parameters: Vec<Parameter>,
    /// Where it stands, in `components` if it is shared.
    pub location: Location,
}

/// What an action does.
#[derive(Debug, Clone, PartialEq)]
pub enum Then {
    /// Ends the workflow.
    End,
    /// Goes on somewhere else and does not come back.
    GoTo(Destination),
    /// Tries the step again; after failure only.
    Retry(Retry),
}

/// How a step is tried again.
#[derive(Debug, Clone, PartialEq)]
pub struct Retry {
    /// How long to wait before, unless the answer says so itself (`Retry-After`).
    pub after: Duration,
    /// How many more times at most.
    pub limit: u32,
    /// What is run before the step is tried again.
    pub first: Option<Destination>,
}

/// Where an action leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A step of the same workflow.
    Step {
        /// Its `stepId`.
        id: String,
        /// Where it is named.
        location: Location,
    },
    /// A workflow.
    Workflow(WorkflowName),
}
