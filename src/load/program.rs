//! Programs: what iterations do, made ready before the first of them.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::message::{Message, Quoted};
use crate::arazzo::{Expression, LoadScenario, Pick, Section, Step, Workflow, WorkflowName};
use crate::case::{Authority, Case};
use crate::judge::{Captured, Captures};
use crate::scenario::Suite;
use crate::seed::Seed;
use crate::spec::{Operation, Spec};

/// What iterations do.
#[derive(Debug)]
pub(crate) struct Program {
    /// The files and documents, for values that only expressions can tell.
    pub(crate) suite: Suite,
    /// The workflows: those that iterations begin with, and those that they lead to.
    pub(crate) scripts: Vec<Script>,
    /// The scenarios of the profile.
    pub(crate) parts: Vec<Part>,
    /// The steps of the scenarios, each counted by itself.
    pub(crate) series: Vec<Series>,
    /// The target's credentials, by API description.
    pub(crate) authorities: Vec<Authority>,
}

/// A scenario of the profile.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) scenario: LoadScenario,
    /// The scripts that iterations are made of, and the sum of the weights up to each.
    pub(crate) mix: Vec<(usize, u32)>,
    /// The number of the first series of each script, if it is reached.
    pub(crate) series: Vec<Option<usize>>,
}

/// What thresholds can ask of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Labels {
    pub(crate) name: String,
    pub(crate) tags: IndexMap<String, String>,
    /// Whether arrivals do not wait for answers.
    pub(crate) is_open: bool,
}

impl Labels {
    pub(crate) fn of(part: &Part) -> Self {
        Self {
            name: part.name.clone(),
            tags: part.scenario.tags.clone(),
            is_open: part.scenario.executor.is_open(),
        }
    }
}

/// A step of a scenario, as it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Series {
    /// The number of the scenario.
    pub(crate) part: usize,
    pub(crate) workflow: String,
    pub(crate) step: String,
    /// The operation; `None` if the step calls a workflow.
    pub(crate) operation: Option<String>,
    /// The number of its API description.
    pub(crate) api: usize,
}

/// A workflow, ready to be run.
#[derive(Debug)]
pub(crate) struct Script {
    /// The number of its file.
    pub(crate) file: usize,
    pub(crate) workflow: Workflow,
    /// What iterations give it in turn; never empty.
    pub(crate) inputs: Vec<Map<String, Value>>,
    /// The scripts of the workflows that must have run before, in the same iteration.
    pub(crate) before: Vec<usize>,
    /// What the messages of its steps leave open.
    pub(crate) slots: Vec<Slot>,
    pub(crate) steps: Vec<ScriptStep>,
    /// Whether its steps, of which each calls an operation, follow each other up to one that fails, and
    /// that is all.
    pub(crate) is_straight: bool,
}

/// A value that only an iteration knows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Slot {
    /// An input of the workflow.
    Input(String),
    /// An output of one of its steps.
    Output {
        /// The `stepId`.
        step: String,
        /// The output's name.
        name: String,
    },
}

/// A step, ready to be run.
#[derive(Debug)]
pub(crate) struct ScriptStep {
    pub(crate) call: Call,
    pub(crate) criteria: Criteria,
    /// Its outputs, if all of them are parts of the answer's body.
    pub(crate) wants: Option<Wants>,
    /// Whether other outputs, or actions, ask for more than whether it passed.
    pub(crate) is_asked: bool,
}

/// Outputs that are read from a body while it is judged.
#[derive(Debug)]
pub(crate) struct Wants {
    pub(crate) names: Vec<String>,
    pub(crate) captures: Captures,
}

impl Wants {
    /// The outputs of a step; `None` if one of them is more than a part of the answer's body.
    pub(crate) fn of(step: &Step) -> Option<Self> {
        let mut names = Vec::new();
        let mut pointers = Vec::new();
        for (name, output) in &step.outputs {
            let Some(Expression::Response(Section::Body { pointer, access })) =
                output.value.expression()
            else {
                return None;
            };
            if !access.is_empty() {
                return None;
            }
            names.push(name.clone());
            pointers.push(pointer.clone().unwrap_or_default());
        }
        Some(Self {
            captures: Captures::new(&pointers),
            names,
        })
    }

    /// The outputs, from what was captured of a body; `None` if one is not there.
    pub(crate) fn outputs(&self, captured: &Captured, body: &[u8]) -> Option<Map<String, Value>> {
        let names = self.names.iter().enumerate();
        names
            .map(|(number, name)| {
                let value = serde_json::from_str(captured.get(number, body)?).ok()?;
                Some((name.clone(), value))
            })
            .collect()
    }
}

/// What a step calls.
#[derive(Debug)]
pub(crate) enum Call {
    /// An operation.
    Operation(Box<Calls>),
    /// A workflow, by the number of its script.
    Workflow(usize),
}

/// How an operation is called.
#[derive(Debug)]
pub(crate) struct Calls {
    pub(crate) api: usize,
    pub(crate) spec: Arc<Spec>,
    pub(crate) operation: Operation,
    /// The request that is ready; `None`: each iteration draws up its own.
    pub(crate) ready: Option<Ready>,
    /// How the holes are filled, if each iteration has a request of its own: its body is drawn anew.
    pub(crate) forms: Option<Vec<Quoted>>,
}

/// A request that is ready but for its holes.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) message: Message,
    /// What it is meant to be, with marks where the holes are.
    pub(crate) case: Case,
}

/// How a step's success is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Criteria {
    /// By a status alone: `$statusCode == 200`.
    Status(u16),
    /// None are written.
    Unwritten,
    /// By expressions.
    Expressions,
}

impl Criteria {
    /// How the success of a step is told.
    pub(crate) fn of(step: &Step) -> Self {
        let [only] = &*step.criteria else {
            return if step.criteria.is_empty() {
                Self::Unwritten
            } else {
                Self::Expressions
            };
        };
        let status = only.value.condition().split_once("==");
        let status = status.filter(|(left, _)| left.trim() == "$statusCode");
        let status = status.and_then(|(_, right)| right.trim().parse().ok());
        status.map_or(Self::Expressions, Self::Status)
    }
}

impl Part {
    /// The script of an iteration: by weights, spread as evenly as they allow.
    pub(crate) fn pick(&self, number: u64) -> usize {
        match &*self.mix {
            [] => usize::MAX,
            [(only, _)] => *only,
            several => {
                let whole = several.last().map_or(1, |(_, sum)| *sum).max(1);
                // Multiples of the golden ratio, modulo 1, fill every interval evenly.
                let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
                let at = (u128::from(spread) * u128::from(whole)) >> 64;
                let picked = several.iter().find(|(_, sum)| at < u128::from(*sum));
                picked.map_or(usize::MAX, |(script, _)| *script)
            }
        }
    }
}

impl Script {
    /// Whether the steps of a workflow follow each other up to one that fails, and nothing else is to be
    /// done: no pause, no action, no output of the whole, no cleaning up.
    pub(crate) fn is_straight(workflow: &Workflow, steps: &[ScriptStep]) -> bool {
        let is_plain = |step: &Step| {
            let has_actions = !step.on_success.is_empty() || !step.on_failure.is_empty();
            !has_actions && step.think_time.is_none() && !step.always
        };
        let calls = |step: &ScriptStep| matches!(step.call, Call::Operation(_));
        workflow.success_actions.is_empty()
            && workflow.failure_actions.is_empty()
            && workflow.outputs.is_empty()
            && workflow.steps.iter().all(is_plain)
            && workflow.steps.len() == steps.len()
            && steps.iter().all(calls)
    }

    /// Whether some steps run although earlier ones failed.
    pub(crate) fn has_clean_up(&self) -> bool {
        self.workflow.steps.iter().any(|step| step.always)
    }

    /// Which of its inputs an iteration takes: the next one, or any where the feed says so.
    pub(crate) fn row(&self, iteration: u64, seed: Seed) -> usize {
        let rows = u64::try_from(self.inputs.len()).unwrap_or(1).max(1);
        let feed = self.workflow.feed.as_ref();
        let is_random = feed.is_some_and(|feed| feed.pick == Pick::Random);
        let at = if is_random {
            seed.derive("row", iteration).number()
        } else {
            iteration
        };
        usize::try_from(at % rows).unwrap_or_default()
    }
}

impl Program {
    /// The script of a workflow that one of a file names.
    pub(crate) fn script(&self, file: usize, name: &WorkflowName) -> Option<usize> {
        let (file, workflow) = self.suite.workflow(file, name).ok()?;
        self.scripts
            .iter()
            .position(|script| script.file == file && script.workflow.id == workflow.id)
    }
}
