//! Drafts: the requests of a step, made ready but for what only an iteration knows.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::message::{Message, Origin, Quoted};
use super::program::{Ready, Slot};
use super::slot::mark;
use crate::arazzo::{Scope, Step, Workflow};
use crate::case::{Authority, Case, encode};
use crate::http::Request;
use crate::scenario::{Called, ScenarioFile, Seeds, Suite, drafted};
use crate::seed::Seed;

/// How many inputs are tried for whether a message can take them.
const TRIED: usize = 8;

/// A step whose request is drawn up with values of all kinds.
pub(super) struct Draft<'d> {
    pub(super) suite: &'d Suite,
    pub(super) origins: &'d [Origin],
    pub(super) authorities: &'d [Authority],
    pub(super) seed: Seed,
    pub(super) file: usize,
    pub(super) workflow: &'d Workflow,
    pub(super) api: usize,
    pub(super) step: &'d Step,
    /// What iterations give the workflow in turn.
    pub(super) inputs: &'d [Map<String, Value>],
    pub(super) slots: &'d [Slot],
}

impl Draft<'_> {
    /// The first request, and which form each slot has; `None` unless it becomes what
    /// would be sent otherwise, whatever stands in its slots.
    pub(super) fn ready(&self) -> Option<(Ready, Vec<Quoted>)> {
        let origin = self.origins.get(self.api)?;
        let marks = self.marks();
        let (case, request) = self.request(&marks, 0)?;
        let mut quoted = vec![Quoted::Value; self.slots.len()];
        let mut message = Message::new(origin, &request, &named(&quoted));
        let mut used: Vec<usize> = message.holes().collect();
        used.sort_unstable();
        used.dedup();
        for slot in used {
            let fits = |message: &Message| {
                [json!("a b/\u{fc}\"\\&=+%?#"), json!("a"), json!(7)]
                    .iter()
                    .all(|sample| {
                        let mut values = marks.clone();
                        if let Some(value) = values.get_mut(slot) {
                            *value = sample.clone();
                        }
                        self.agrees(message, values)
                    })
            };
            if fits(&message) {
                continue;
            }
            *quoted.get_mut(slot)? = Quoted::Text;
            message = Message::new(origin, &request, &named(&quoted));
            if !fits(&message) {
                return None;
            }
        }
        // A value may be used without being seen, encoded as credentials are, for example.
        let hidden = marks.iter().enumerate().map(|(slot, mark)| {
            let is_seen = message.holes().any(|hole| hole == slot);
            if is_seen {
                mark.clone()
            } else {
                json!(format!("other{slot}"))
            }
        });
        if !self.agrees(&message, hidden.collect()) {
            return None;
        }
        // What iterations are really given.
        for given in self.inputs.iter().take(TRIED) {
            let values = self
                .slots
                .iter()
                .zip(&marks)
                .map(|(slot, mark)| match slot {
                    Slot::Input(name) => given.get(name).unwrap_or(mark).clone(),
                    Slot::Output { .. } => mark.clone(),
                });
            if !self.agrees(&message, values.collect()) {
                return None;
            }
        }
        Some((Ready { message, case }, quoted))
    }

    /// The request of another number, with random choices of its own, whose slots have the same forms.
    pub(super) fn alike(&self, number: u64, quoted: &[Quoted]) -> Option<Ready> {
        let origin = self.origins.get(self.api)?;
        let (case, request) = self.request(&self.marks(), number)?;
        let message = Message::new(origin, &request, &named(quoted));
        Some(Ready { message, case })
    }

    fn marks(&self) -> Vec<Value> {
        let slots = 0..self.slots.len();
        slots.map(|slot| mark(slot).into()).collect()
    }

    /// Whether a message with these values is what would be sent otherwise.
    fn agrees(&self, message: &Message, values: Vec<Value>) -> bool {
        let Some(origin) = self.origins.get(self.api) else {
            return false;
        };
        let Some((_, request)) = self.request(&values, 0) else {
            // Such a value is refused, and so must the iteration that has it.
            return true;
        };
        let expected = Message::new(origin, &request, &[]);
        let mut bytes = Vec::new();
        let values: Vec<Option<Value>> = values.into_iter().map(Some).collect();
        message.write(&values, &mut bytes) && expected.fixed() == Some(&*bytes)
    }

    /// The request with these values in its slots.
    fn request(&self, values: &[Value], number: u64) -> Option<(Case, Request)> {
        let spec = self.suite.spec(self.api)?;
        let file = self.suite.files.get(self.file);
        let mut inputs = self.inputs.first().cloned().unwrap_or_default();
        let mut steps: IndexMap<String, Map<String, Value>> = IndexMap::new();
        for (slot, value) in self.slots.iter().zip(values) {
            match slot {
                Slot::Input(name) => {
                    inputs.insert(name.clone(), value.clone());
                }
                Slot::Output { step, name } => {
                    let outputs = steps.entry(step.clone()).or_default();
                    outputs.insert(name.clone(), value.clone());
                }
            }
        }
        let scope = Scope {
            inputs: Some(&inputs),
            steps: Some(&steps),
            ..file.map(ScenarioFile::scope).unwrap_or_default()
        };
        let Ok(Called::Operation(_, operation)) = self.suite.called(self.file, self.step) else {
            return None;
        };
        let authority = self.authorities.get(self.api)?;
        let names = (self.workflow, self.step);
        let seeds = seeds(self.seed, (self.workflow, self.step), number);
        let drafted = drafted(
            spec,
            operation,
            names,
            &scope,
            authority,
            seeds,
            &self.suite.generators,
        )
        .ok()?;
        let prepared = encode(spec, &drafted.case, &drafted.authority).ok()?;
        Some((drafted.case, prepared.request))
    }
}

/// The marks with the forms of their slots.
fn named(quoted: &[Quoted]) -> Vec<(String, Quoted)> {
    let marks = quoted.iter().enumerate();
    marks.map(|(slot, quoted)| (mark(slot), *quoted)).collect()
}

/// Where the random parts of a request come from: of one that is drawn anew, from its iteration's number.
pub(super) fn seeds(run: Seed, (workflow, step): (&Workflow, &Step), number: u64) -> Seeds {
    Seeds {
        visit: run.derive(&workflow.id, number).derive(&step.id, number),
        run: run.derive(&workflow.id, 0),
    }
}
