//! Previews: the requests that workflows would send, with placeholders for what only answers tell.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::frame::Frame;
use super::planned::secret_inputs;
use super::request::draft;
use super::run::MOST_NESTED;
use super::{Called, Planned, Suite};
use crate::arazzo::{Step, Workflow, WorkflowValues};
use crate::case::{Authority, Prepared, encode};
use crate::record::WorkflowKey;
use crate::secret::Secret;
use crate::seed::Seed;

/// How many steps of called workflows are shown.
const MOST_CALLED: usize = 2000;

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
    /// The steps of the workflow that it calls.
    pub called: Vec<PreviewStep>,
    /// The conditions of its criteria.
    pub criteria: Vec<String>,
    /// The credentials that it brings along: not to be shown.
    pub secrets: Vec<Secret>,
}

impl PreviewStep {
    /// This step and all that it calls.
    pub fn all(&self) -> Vec<&Self> {
        let called = self.called.iter().flat_map(Self::all);
        std::iter::once(self).chain(called).collect()
    }
}

impl Suite {
    /// The requests of planned workflows as [`super::run()`] would send them with the same seed, as far
    /// as they are known before the first answer. An output of a step is `<steps.ID.outputs.NAME>`.
    pub fn preview(&self, planned: &[Planned], authority: &Authority, seed: Seed) -> Vec<Preview> {
        let mut view = View {
            suite: self,
            authority,
            known: IndexMap::new(),
            left: MOST_CALLED,
        };
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
            let own = seed.derive(&workflow.id, 0).derive(label, 0);
            let place = (each.file, workflow);
            let frame = Frame::new(place, key.clone(), each.inputs.clone(), (own, seed), 0);
            previews.push(Preview {
                key,
                inputs: each.inputs.clone(),
                steps: view.steps(frame),
            });
        }
        previews
    }
}

/// Previews in the making.
struct View<'s> {
    suite: &'s Suite,
    authority: &'s Authority,
    /// Inputs of the workflows before, and placeholders for their outputs.
    known: IndexMap<usize, IndexMap<String, WorkflowValues>>,
    /// How many steps of called workflows may still be shown.
    left: usize,
}

impl<'s> View<'s> {
    fn steps(&mut self, mut frame: Frame<'s>) -> Vec<PreviewStep> {
        frame.is_preview = true;
        let mut steps = Vec::new();
        for (index, step) in frame.workflow.steps.iter().enumerate() {
            steps.push(self.step(&frame, index, step));
            let outputs = self.placeholders(&frame, step);
            frame.steps.insert(step.id.clone(), outputs);
        }
        let workflow = frame.workflow;
        let outputs = workflow.outputs.keys().map(|name| {
            let value = format!("<workflows.{}.outputs.{name}>", workflow.id);
            (name.clone(), Value::from(value))
        });
        let values = WorkflowValues {
            inputs: frame.inputs,
            outputs: outputs.collect(),
        };
        let known = self.known.entry(frame.file).or_default();
        known.insert(workflow.id.clone(), values);
        steps
    }

    fn step(&mut self, frame: &Frame<'s>, index: usize, step: &'s Step) -> PreviewStep {
        let criteria = step.criteria.iter();
        let mut preview = PreviewStep {
            step: step.id.clone(),
            target: String::new(),
            request: None,
            called: Vec::new(),
            secrets: Vec::new(),
            criteria: criteria
                .map(|criterion| criterion.value.condition().to_owned())
                .collect(),
        };
        match self.suite.called(frame.file, step) {
            Err(error) => preview.request = Some(Err(error.message)),
            Ok(Called::Workflow(file, callee)) => {
                preview.target = format!("workflow {}", callee.id);
                self.call(frame, (index, step), (file, callee), &mut preview);
            }
            Ok(Called::Operation(api, operation)) => {
                preview.target = operation.id.to_string();
                let Some(spec) = self.suite.spec(api) else {
                    return preview;
                };
                let file = self.suite.files.get(frame.file);
                let scope = frame.scope(file, self.known.get(&frame.file), None, None);
                let names: (&Workflow, &Step) = (frame.workflow, step);
                let seeds = frame.seeds(index, step);
                let drafted = draft(
                    spec,
                    operation,
                    names,
                    &scope,
                    self.authority,
                    seeds,
                    &self.suite.generators,
                );
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

    /// Adds the steps of the workflow that a step calls.
    fn call(
        &mut self,
        frame: &Frame<'s>,
        (index, step): (usize, &'s Step),
        (file, callee): (usize, &'s Workflow),
        preview: &mut PreviewStep,
    ) {
        let count = callee.steps.len();
        if frame.depth >= MOST_NESTED || count > self.left {
            preview.request = Some(Err("too many workflows call each other".to_owned()));
            return;
        }
        self.left -= count;
        let own = self.suite.files.get(frame.file);
        let scope = frame.scope(own, self.known.get(&frame.file), None, None);
        let mut inputs = Map::new();
        for parameter in frame.workflow.parameters_of(step) {
            match parameter.value.value.render(&scope) {
                Ok(value) => {
                    inputs.insert(parameter.name.clone(), value);
                }
                Err(error) => {
                    let reason = format!("in the parameter `{}`, {error}", parameter.name);
                    preview.request = Some(Err(reason));
                    return;
                }
            }
        }
        let at = frame.named(index, step);
        let seed = frame.seed_of(&at, callee);
        if let Err(error) = super::inputs::complete(callee, &mut inputs, seed) {
            preview.request = Some(Err(error.message));
            return;
        }
        preview.secrets = secret_inputs(callee, &inputs);
        let name = self.suite.files.get(file).map(|file| file.name.clone());
        let key = WorkflowKey {
            file: name.unwrap_or_default(),
            workflow: callee.id.clone(),
            run: Some(frame.way_to(&at)),
        };
        let seeds = (seed, frame.once);
        let inner = Frame::new((file, callee), key, inputs, seeds, frame.depth + 1);
        preview.called = self.steps(inner);
    }

    /// What stands for the outputs of a step.
    fn placeholders(&self, frame: &Frame<'_>, step: &Step) -> Map<String, Value> {
        let called = match self.suite.called(frame.file, step) {
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
