//! Workflows.

use std::fmt;

use indexmap::IndexMap;

use super::{Action, Feed, Parameter, Placed, Security, Severities, Step, Target, Template};
use crate::document::Location;
use crate::schema::Schema;

/// A workflow (Arazzo 1.0.1 section 4.6.4).
#[derive(Debug, Clone)]
pub struct Workflow {
    /// `workflowId`.
    pub id: String,
    /// A line about it.
    pub summary: Option<String>,
    /// More about it.
    pub description: Option<String>,
    /// The schema of the inputs; `None` if it takes any.
    pub inputs: Option<Schema>,
    /// The workflows that must have succeeded before.
    pub depends_on: Vec<WorkflowName>,
    /// The steps in document order.
    pub steps: Vec<Step>,
    /// Parameters of every step that does not set them itself: see [`Workflow::parameters_of`].
    pub parameters: Vec<Parameter>,
    /// Actions of every step that succeeds: see [`Workflow::success_actions_of`].
    pub success_actions: Vec<Action>,
    /// Actions of every step that fails: see [`Workflow::failure_actions_of`].
    pub failure_actions: Vec<Action>,
    /// The outputs by name.
    pub outputs: IndexMap<String, Placed<Template>>,
    /// The inputs that are drawn from their schema when they are not given (`x-proofmark-generate`).
    pub generate: Vec<Placed<String>>,
    /// The file whose rows become inputs (`x-proofmark-feed`).
    pub feed: Option<Feed>,
    /// Words to select it by (`x-proofmark-tags`).
    pub tags: Vec<String>,
    /// The severity of findings (`x-proofmark-checks`).
    pub checks: Severities,
    /// Credentials of every step that names none itself (`x-security`).
    pub security: Vec<Security>,
    /// The first defect for which it cannot be run.
    pub unusable: Option<Location>,
    /// Where it stands.
    pub location: Location,
}

/// A workflow by name, as steps, actions and `dependsOn` give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowName {
    /// The source description that it is in; `None` for this file.
    pub source: Option<String>,
    /// Its `workflowId`.
    pub id: String,
    /// Where the name stands.
    pub location: Location,
}

impl Workflow {
    /// The step of this `stepId`, and its number from 0.
    pub fn step(&self, id: &str) -> Option<(usize, &Step)> {
        self.steps
            .iter()
            .enumerate()
            .find(|(_, step)| step.id == id)
    }

    /// The parameters that count for a step: its own, and those of the workflow that it does not set
    /// itself. A call of a workflow takes those without a place, an operation the others.
    pub fn parameters_of<'a>(&'a self, step: &'a Step) -> impl Iterator<Item = &'a Parameter> {
        let calls = matches!(step.target, Target::Workflow(_));
        let shared = self.parameters.iter().filter(move |shared| {
            let is_own = |own: &Parameter| own.is_same(shared);
            shared.place.is_none() == calls && !step.parameters.iter().any(is_own)
        });
        step.parameters.iter().chain(shared)
    }

    /// The actions to try in order when a step has succeeded: its own, then those of the workflow
    /// whose names it does not use itself.
    pub fn success_actions_of<'a>(&'a self, step: &'a Step) -> impl Iterator<Item = &'a Action> {
        both(&step.on_success, &self.success_actions)
    }

    /// The actions to try in order when a step has failed: its own, then those of the workflow whose
    /// names it does not use itself.
    pub fn failure_actions_of<'a>(&'a self, step: &'a Step) -> impl Iterator<Item = &'a Action> {
        both(&step.on_failure, &self.failure_actions)
    }
}

fn both<'a>(own: &'a [Action], shared: &'a [Action]) -> impl Iterator<Item = &'a Action> {
    let is_free = |action: &&Action| !own.iter().any(|other| other.name == action.name);
    own.iter().chain(shared.iter().filter(is_free))
}

impl fmt::Display for WorkflowName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Some(source) => write!(f, "$sourceDescriptions.{source}.{}", self.id),
            None => f.write_str(&self.id),
        }
    }
}
