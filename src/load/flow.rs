//! Flow: what one iteration knows while it goes through its steps.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::program::{Program, Script, Slot};
use crate::arazzo::{Call, Scope, WorkflowValues};
use crate::scenario::ScenarioFile;

/// What is known while a workflow runs in an iteration.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    /// The inputs from another workflow, if one calls this.
    given: Option<Map<String, Value>>,
    /// Which of the script's own inputs are taken otherwise.
    row: usize,
    /// The outputs of the steps that have run.
    pub(crate) steps: IndexMap<String, Map<String, Value>>,
    /// The values of the workflows that ran before, in the same iteration.
    pub(crate) workflows: IndexMap<String, WorkflowValues>,
    /// The values of the script's slots, as far as they are known.
    pub(crate) slots: Vec<Option<Value>>,
}

impl Flow {
    /// What is known when a workflow begins.
    pub(crate) fn new(script: &Script, row: usize, given: Option<Map<String, Value>>) -> Self {
        let mut flow = Self::default();
        flow.begin(script, row, given);
        flow
    }

    /// Knows what is known when a workflow begins, and no more.
    pub(crate) fn begin(&mut self, script: &Script, row: usize, given: Option<Map<String, Value>>) {
        self.given = given;
        self.row = row;
        self.steps.clear();
        self.workflows.clear();
        let mut slots = std::mem::take(&mut self.slots);
        slots.clear();
        let inputs = self.inputs(script);
        slots.extend(script.slots.iter().map(|slot| match slot {
            Slot::Input(name) => inputs.and_then(|inputs| inputs.get(name)).cloned(),
            Slot::Output { .. } => None,
        }));
        self.slots = slots;
    }

    /// The inputs of the workflow.
    pub(crate) fn inputs<'v>(&'v self, script: &'v Script) -> Option<&'v Map<String, Value>> {
        self.given.as_ref().or_else(|| script.inputs.get(self.row))
    }

    /// Takes the outputs of a step; those of an earlier run of it are forgotten.
    pub(crate) fn take(&mut self, script: &Script, step: &str, outputs: Map<String, Value>) {
        for (slot, place) in script.slots.iter().zip(&mut self.slots) {
            if let Slot::Output { step: of, name } = slot
                && of == step
            {
                *place = outputs.get(name).cloned();
            }
        }
        self.steps.insert(step.to_owned(), outputs);
    }

    /// What expressions can name now.
    pub(crate) fn scope<'v>(
        &'v self,
        program: &'v Program,
        script: &'v Script,
        call: Option<&'v Call>,
        outputs: Option<&'v Map<String, Value>>,
    ) -> Scope<'v> {
        let file = program.suite.files.get(script.file);
        Scope {
            inputs: self.inputs(script),
            outputs,
            steps: Some(&self.steps),
            workflows: Some(&self.workflows),
            call,
            ..file.map(ScenarioFile::scope).unwrap_or_default()
        }
    }
}
