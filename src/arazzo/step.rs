//! Steps: one call of an operation or of a workflow.

use std::time::Duration;

use indexmap::IndexMap;

use super::{
    Action, Criterion, Parameter, Placed, RequestBody, Security, Severities, Template, ThinkTime,
    WorkflowName,
};
use crate::document::Location;

/// A step of a workflow (Arazzo 1.0.1 section 4.6.5).
#[derive(Debug, Clone)]
pub struct Step {
    /// `stepId`.
    pub id: String,
    /// What it is for.
    pub description: Option<String>,
    /// What is called.
    pub target: Target,
    /// Its own parameters: see [`super::Workflow::parameters_of`] for all that count.
    pub parameters: Vec<Parameter>,
    /// What is sent.
    pub body: Option<RequestBody>,
    /// What must hold for the step to have succeeded. Empty: the answer must be a documented 2xx.
    pub criteria: Vec<Placed<Criterion>>,
    /// Its own actions after success.
    pub on_success: Vec<Action>,
    /// Its own actions after failure.
    pub on_failure: Vec<Action>,
    /// The outputs by name.
    pub outputs: IndexMap<String, Placed<Template>>,
    /// How long the answer may take (Arazzo 1.1).
    pub timeout: Option<Duration>,
    /// The steps that must have completed before (Arazzo 1.1).
    pub depends_on: Vec<StepName>,
    /// Whether it runs although an earlier step failed (`x-proofmark-always`).
    pub always: bool,
    /// The pause after it under load (`x-proofmark-think-time`).
    pub think_time: Option<ThinkTime>,
    /// The severity of findings (`x-proofmark-checks`).
    pub checks: Severities,
    /// Its own credentials (`x-security`); they replace those of the workflow.
    pub security: Vec<Security>,
    /// Where it stands.
    pub location: Location,
}

/// What a step calls.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// `operationId`.
    Operation {
        /// The source description that it is in; `None` if there is only one to look in.
        source: Option<String>,
        /// The `operationId` in that description.
        id: String,
        /// Where it is named.
        location: Location,
    },
    /// `operationPath`.
    Path {
        /// The source description that it is in.
        source: String,
        /// The path as a key of `paths`.
        path: String,
        /// The method, in capitals.
        method: String,
        /// Where it is named.
        location: Location,
    },
    /// `workflowId`.
    Workflow(WorkflowName),
    /// `x-operation`: a request that no description knows.
    Request {
        /// The method, in capitals.
        method: String,
        /// The URL, which may hold expressions.
        url: Placed<Template>,
    },
    /// It cannot be read, or asks for what is not supported: the workflow is unusable.
    Unreadable,
}

/// A step by name, as `dependsOn` of a step gives it (Arazzo 1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepName {
    /// The workflow that it is in; `None` for the same one.
    pub workflow: Option<WorkflowName>,
    /// Its `stepId`.
    pub id: String,
    /// Where the name stands.
    pub location: Location,
}
