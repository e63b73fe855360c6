//! Frames: what is known while one workflow runs.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::ScenarioFile;
use super::secrecy::secret_outputs;
use crate::arazzo::{Call, Scope, Workflow, WorkflowValues};
use crate::record::WorkflowKey;
use crate::seed::Seed;

/// One run of a workflow.
pub(super) struct Frame<'s> {
    /// The number of its file.
    pub(super) file: usize,
    pub(super) workflow: &'s Workflow,
    pub(super) key: WorkflowKey,
    pub(super) inputs: Map<String, Value>,
    /// The outputs of the steps that have run.
    pub(super) steps: IndexMap<String, Map<String, Value>>,
    /// The numbers of the steps that have run.
    pub(super) ran: BTreeSet<usize>,
    /// Why the first step that failed did.
    pub(super) failure: Option<String>,
    /// The outputs of steps that are credentials.
    pub(super) secret: BTreeSet<(String, String)>,
    pub(super) seed: Seed,
    /// How many workflows called each other to get here.
    pub(super) depth: usize,
}

impl<'s> Frame<'s> {
    pub(super) fn new(
        (file, workflow): (usize, &'s Workflow),
        key: WorkflowKey,
        inputs: Map<String, Value>,
        seed: Seed,
        depth: usize,
    ) -> Self {
        Self {
            file,
            workflow,
            key,
            inputs,
            steps: IndexMap::new(),
            ran: BTreeSet::new(),
            failure: None,
            secret: secret_outputs(workflow),
            seed,
            depth,
        }
    }

    /// What expressions can name now.
    pub(super) fn scope<'v>(
        &'v self,
        file: Option<&'v ScenarioFile>,
        workflows: Option<&'v IndexMap<String, WorkflowValues>>,
        call: Option<&'v Call>,
        outputs: Option<&'v Map<String, Value>>,
    ) -> Scope<'v> {
        Scope {
            inputs: Some(&self.inputs),
            outputs,
            steps: Some(&self.steps),
            workflows,
            sources: file.map(|file| &file.source_fields),
            components: file.and_then(|file| file.description.written_components()),
            self_uri: file.and_then(|file| file.description.uri.as_deref()),
            call,
        }
    }
}
