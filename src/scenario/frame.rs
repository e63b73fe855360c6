//! Frames: what is known while one workflow runs.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::ScenarioFile;
use super::body::Seeds;
use super::secrecy::secret_outputs;
use crate::arazzo::{Call, Scope, Step, Workflow, WorkflowValues};
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
    /// The seed of what is drawn once for the run.
    pub(super) once: Seed,
    /// How often each step was begun.
    pub(super) visits: BTreeMap<usize, u64>,
    /// How many workflows called each other to get here.
    pub(super) depth: usize,
    /// Whether nothing is sent, so that outputs are not known.
    pub(super) is_preview: bool,
}

impl<'s> Frame<'s> {
    pub(super) fn new(
        (file, workflow): (usize, &'s Workflow),
        key: WorkflowKey,
        inputs: Map<String, Value>,
        (seed, once): (Seed, Seed),
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
            once,
            visits: BTreeMap::new(),
            depth,
            is_preview: false,
        }
    }

    /// Notes that a step begins. It may be the second time: flows can lead back.
    pub(super) fn visit(&mut self, index: usize) {
        self.ran.insert(index);
        *self.visits.entry(index).or_default() += 1;
    }

    /// The seeds of a step: attempts at it send the same, visits do not.
    pub(super) fn seeds(&self, index: usize, step: &Step) -> Seeds {
        let visits = self.visits.get(&index).copied().unwrap_or_default();
        Seeds {
            visit: self.seed.derive(&step.id, visits.saturating_sub(1)),
            run: self.once.derive(&self.workflow.id, 0).derive(&step.id, 0),
        }
    }

    /// The seed of a workflow that is called at a place of this one.
    pub(super) fn seed_of(&self, at: &str, callee: &Workflow) -> Seed {
        self.seed.derive(at, 0).derive(&callee.id, 0)
    }

    /// The name of the run of a workflow that is called at a place of this one: the way to it.
    pub(super) fn way_to(&self, at: &str) -> String {
        match &self.key.run {
            Some(run) => format!("{run} > {}/{at}", self.key.workflow),
            None => format!("{}/{at}", self.key.workflow),
        }
    }

    /// The name of a visit of a step: its `stepId`, with a number from the second one on.
    pub(super) fn named(&self, index: usize, step: &Step) -> String {
        match self.visits.get(&index) {
            Some(number) if *number > 1 => format!("{} ({number})", step.id),
            _ => step.id.clone(),
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
            call,
            placeholders: self.is_preview,
            ..file.map(ScenarioFile::scope).unwrap_or_default()
        }
    }
}
