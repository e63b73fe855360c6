//! Previews: the requests that workflows would send, with placeholders for what only answers tell.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::frame::Frame;
use super::request::draft;
use super::{Called, Planned, Suite};
use crate::arazzo::{Step, Workflow, WorkflowValues};
use crate::case::{Authority, Prepared, encode};
use crate::record::WorkflowKey;
use crate::secret::Secret;
use crate::seed::Seed;

/// What a workflow would send.
#[derive(Debug)]
pub struct Preview {
    /// Which workflow.
    pub key: WorkflowKey,
    /// Its inputs.
    pub inputs: Map<String, Value>,
    /// Its steps in the order of the file.
    pub steps: Vec<PreviewStep>,
}

/// What a step would send.
#[derive(Debug)]
pub struct PreviewStep {
    /// The `stepId`.
    pub step: String,
    /// What it calls.
    pub target: String,
    /// The request; `None` for a step that calls a workflow. An error says why it cannot be made.
    pub request: Option<Result<Box<Prepared>, String>>,
    /// The conditions of its criteria.
    pub criteria: Vec<String>,
    /// The credentials that it brings along: not to be shown.
    pub secrets: Vec<Secret>,
}

impl Suite {
    /// The requests of planned workflows as [`super::run()`] would send them with the same seed, as far
    /// as they are known before the first answer. An output of a step is `<steps.ID.outputs.NAME>`.
    pub fn preview(&self, planned: &[Planned], authority: &Authority, seed: Seed) -> Vec<Preview> {
        let mut known: IndexMap<usize, IndexMap<String, WorkflowValues>> = IndexMap::new();
        let mut previews = Vec::new();
        for each in planned {
            let file = self.files.get(each.file);
            let workflow = file.and_then(|file| file.description.workflow(&each.workflow));
            let (Some(file), Some(workflow)) = (file, workflow) else {
                continue;
            };
            let key = WorkflowKey {
                file: file.name.clone(),
                workflow: workflow.id.clone(),
                run: each.run.clone(),
            };
            let label = each.run.as_deref().unwrap_or_default();
            let seed = seed.derive(&workflow.id, 0).derive(label, 0);
            let place = (each.file, workflow);
            let mut frame = Frame::new(place, key.clone(), each.inputs.clone(), seed, 0);
            let mut steps = Vec::new();
            for step in &workflow.steps {
                let values = known.get(&each.file);
                steps.push(self.preview_step(&frame, step, values, authority));
                let outputs = self.placeholders(&frame, step);
                frame.steps.insert(step.id.clone(), outputs);
            }
            let names = workflow.outputs.keys();
            let outputs = names.map(|name| {
                let value = format!("<workflows.{}.outputs.{name}>", workflow.id);
                (name.clone(), Value::from(value))
            });
            let values = WorkflowValues {
                inputs: each.inputs.clone(),
                outputs: outputs.collect(),
            };
            let known = known.entry(each.file).or_default();
            known.insert(workflow.id.clone(), values);
            previews.push(Preview {
                key,
                inputs: each.inputs.clone(),
                steps,
            });
        }
        previews
    }

    fn preview_step(
        &self,
        frame: &Frame<'_>,
        step: &Step,
        known: Option<&IndexMap<String, WorkflowValues>>,
        authority: &Authority,
    ) -> PreviewStep {
        let criteria = step.criteria.iter();
        let mut preview = PreviewStep {
            step: step.id.clone(),
            target: String::new(),
            request: None,
            secrets: Vec::new(),
            criteria: criteria
                .map(|criterion| criterion.value.condition().to_owned())
                .collect(),
        };
        match self.called(frame.file, step) {
            Err(error) => preview.request = Some(Err(error.message)),
            Ok(Called::Workflow(_, callee)) => {
                preview.target = format!("workflow {}", callee.id);
            }
            Ok(Called::Operation(api, operation)) => {
                preview.target = operation.id.to_string();
                let Some(spec) = self.spec(api) else {
                    return preview;
                };
                let scope = frame.scope(self.files.get(frame.file), known, None, None);
                let names: (&Workflow, &Step) = (frame.workflow, step);
                let seed = frame.seed.derive(&step.id, 0);
                let drafted = draft(spec, operation, names, &scope, authority, seed);
                let prepared = drafted.and_then(|drafted| {
                    preview.secrets = drafted.secrets;
                    encode(spec, &drafted.case, &drafted.authority)
                        .map_err(|error| error.to_string())
                });
                preview.request = Some(prepared.map(Box::new));
            }
        }
        preview
    }

    /// What stands for the outputs of a step.
    fn placeholders(&self, frame: &Frame<'_>, step: &Step) -> Map<String, Value> {
        let called = match self.called(frame.file, step) {
            Ok(Called::Workflow(_, callee)) => Some(callee),
            _ => None,
        };
        let inherited = called.into_iter().flat_map(|callee| callee.outputs.keys());
        inherited
            .chain(step.outputs.keys())
            .map(|name| {
                let value = format!("<steps.{}.outputs.{name}>", step.id);
                (name.clone(), value.into())
            })
            .collect()
    }
}
