//! Compiling: scenario files and a profile as a [`Program`].
//!
//! Each request is drawn up once as `run` would, with marks for the values that only an iteration
//! knows. What comes of that is tried with other values against what `run` would send; a request that
//! differs by a byte is drawn up anew by each iteration instead.

use std::collections::HashSet;

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::message::{Message, Origin, Quoted};
use super::program::{
    Call, Calls, Criteria, Part, Program, Ready, Script, ScriptStep, Series, Slot, Wants,
};
use crate::arazzo::{LoadProfile, Renewal, Scope, Step, Workflow};
use crate::case::{Authority, Case, encode};
use crate::document::Diagnostic;
use crate::http::Request;
use crate::scenario::{Called, Given, Seeds, Selection, Suite, drafted};
use crate::seed::Seed;

/// How many bodies of a step are drawn ahead; they are taken in turn.
const DRAWN: u64 = 256;
/// From how many inputs on no more are drawn.
const MOST_INPUTS: usize = 10_000;
/// How many inputs are tried for whether a message can take them.
const TRIED: usize = 8;

/// What programs are made with.
#[derive(Debug)]
pub(crate) struct Settings<'a> {
    /// The inputs from outside.
    pub(crate) given: &'a Given,
    /// The seed of everything that is drawn.
    pub(crate) seed: Seed,
    /// The target of each API description.
    pub(crate) origins: &'a [Origin],
    /// Its credentials.
    pub(crate) authorities: Vec<Authority>,
}

/// Makes a program. The diagnostics say what must be mended before anything can be sent.
pub(crate) fn compile(
    suite: Suite,
    file: usize,
    profile: &LoadProfile,
    settings: Settings<'_>,
) -> Result<Program, Vec<Diagnostic>> {
    let mut compiler = Compiler {
        suite: &suite,
        settings: &settings,
        scripts: Vec::new(),
        known: IndexMap::new(),
        called: suite
            .workflows()
            .flat_map(|(file, workflow)| suite.callees(file, workflow))
            .map(|(file, callee)| (file, &*callee.id))
            .collect(),
    };
    let mut parts = Vec::new();
    let mut series = Vec::new();
    for (name, scenario) in &profile.scenarios {
        let mut mix = Vec::new();
        let mut sum = 0_u32;
        for share in &scenario.exec {
            let found = suite.workflow(file, &share.workflow);
            let (file, workflow) = found.map_err(|wrong| vec![*wrong])?;
            sum = sum.saturating_add(share.weight);
            mix.push((compiler.entry(file, workflow)?, sum));
        }
        let mut part = Part {
            name: name.clone(),
            scenario: scenario.clone(),
            mix,
            series: IndexMap::new(),
        };
        compiler.count(&mut part, parts.len(), &mut series);
        parts.push(part);
    }
    let scripts = compiler.scripts.into_iter().flatten().collect();
    Ok(Program {
        scripts,
        parts,
        series,
        authorities: settings.authorities,
        suite,
    })
}

struct Compiler<'a> {
    suite: &'a Suite,
    settings: &'a Settings<'a>,
    /// Scripts by number; `None` while one is being made.
    scripts: Vec<Option<Script>>,
    known: IndexMap<(usize, String), usize>,
    /// The workflows that others lead to, which give them their inputs.
    called: HashSet<(usize, &'a str)>,
}

impl<'a> Compiler<'a> {
    /// The script of a workflow that iterations begin with.
    fn entry(&mut self, file: usize, workflow: &'a Workflow) -> Result<usize, Vec<Diagnostic>> {
        let selection = Selection {
            workflows: vec![workflow.id.clone()],
            every_row: true,
            ..Selection::default()
        };
        let settings = self.settings;
        let mut entry = None;
        let mut inputs: IndexMap<(usize, String), Vec<Map<String, Value>>> = IndexMap::new();
        // What is drawn is drawn anew for each iteration, as far as it is drawn ahead.
        let draws = if workflow.generate.is_empty() {
            1
        } else {
            DRAWN
        };
        for number in 0..draws {
            let seed = match number {
                0 => settings.seed,
                _ => settings.seed.derive("inputs", number),
            };
            for each in self.suite.plan(&selection, settings.given, seed)? {
                let key = (each.file, each.workflow);
                inputs.entry(key).or_default().push(each.inputs);
            }
            // The rows of a long feed are enough.
            if inputs.values().any(|own| own.len() > MOST_INPUTS) {
                break;
            }
        }
        for ((file_of, id), inputs) in inputs {
            let found = self.suite.files.get(file_of);
            let Some(planned) = found.and_then(|found| found.description.workflow(&id)) else {
                continue;
            };
            let number = self.script(file_of, planned, inputs);
            if (file_of, &*id) == (file, &*workflow.id) {
                entry = Some(number);
            }
        }
        Ok(entry.unwrap_or_default())
    }

    /// The script of a workflow with the inputs that it is given in turn.
    fn script(
        &mut self,
        file: usize,
        workflow: &'a Workflow,
        inputs: Vec<Map<String, Value>>,
    ) -> usize {
        let key = (file, workflow.id.clone());
        if let Some(number) = self.known.get(&key) {
            // It was met first as one that others call.
            if let Some(Some(script)) = self.scripts.get_mut(*number)
                && inputs.iter().any(|own| !own.is_empty())
            {
                script.inputs = inputs;
            }
            return *number;
        }
        let number = self.scripts.len();
        self.known.insert(key, number);
        self.scripts.push(None);
        let before = self.before(file, workflow);
        let is_called = self.called.contains(&(file, &*workflow.id));
        let slots = slots(workflow, &inputs, is_called);
        let steps = workflow.steps.iter();
        let calls: Vec<Option<Call>> = steps
            .map(|step| match self.suite.called(file, step) {
                Ok(Called::Operation(api, operation)) => {
                    let calls = Calls {
                        api,
                        spec: self.suite.apis.get(api)?.spec.clone(),
                        operation: operation.clone(),
                        ready: self.ready((file, workflow), (api, step), &inputs, &slots),
                    };
                    Some(Call::Operation(Box::new(calls)))
                }
                Ok(Called::Workflow(file, callee)) => {
                    // Its inputs come from the step.
                    Some(Call::Workflow(self.script(file, callee, vec![Map::new()])))
                }
                Err(_) => None,
            })
            .collect();
        // What actions lead to is needed, too.
        for (file, callee) in self.suite.callees(file, workflow) {
            self.script(file, callee, vec![Map::new()]);
        }
        let steps = workflow.steps.iter().zip(calls);
        let steps = steps.filter_map(|(step, call)| {
            Some(ScriptStep {
                call: call?,
                criteria: Criteria::of(step),
                is_asked: Wants::of(step).is_none()
                    || workflow.success_actions_of(step).next().is_some(),
                wants: Wants::of(step),
            })
        });
        let script = Script {
            file,
            workflow: workflow.clone(),
            inputs,
            before,
            slots,
            steps: steps.collect(),
        };
        if let Some(place) = self.scripts.get_mut(number) {
            *place = Some(script);
        }
        number
    }

    /// The scripts of all workflows that must have run before one, each behind those that it needs
    /// itself.
    fn before(&self, file: usize, workflow: &Workflow) -> Vec<usize> {
        let mut before = Vec::new();
        for name in &workflow.depends_on {
            let Ok((file, needed)) = self.suite.workflow(file, name) else {
                continue;
            };
            let Some(number) = self.known.get(&(file, needed.id.clone())) else {
                continue;
            };
            let needed = self.scripts.get(*number).and_then(Option::as_ref);
            let earlier = needed.map_or(&[][..], |needed| &needed.before);
            for each in earlier.iter().chain([number]) {
                if !before.contains(each) {
                    before.push(*each);
                }
            }
        }
        before
    }

    /// The requests of a step that can be made ready; none if each iteration must draw up its own.
    fn ready(
        &self,
        (file, workflow): (usize, &Workflow),
        (api, step): (usize, &Step),
        inputs: &[Map<String, Value>],
        slots: &[Slot],
    ) -> Vec<Ready> {
        let draft = Draft {
            compiler: self,
            file,
            workflow,
            api,
            step,
            inputs: inputs.first(),
            slots,
        };
        let generate = step.body.as_ref().and_then(|body| body.generate);
        let count = match generate {
            Some(generate) if generate.per == Renewal::Iteration => DRAWN,
            _ => 1,
        };
        let mut ready = Vec::new();
        for number in 0..count {
            let seed = self.settings.seed.derive(&workflow.id, number);
            let seed = seed.derive(&step.id, number);
            match draft.ready(seed, inputs) {
                Some(each) => ready.push(each),
                None => return Vec::new(),
            }
        }
        ready
    }

    /// Gives a series to each step that a scenario reaches.
    fn count(&self, part: &mut Part, number: usize, series: &mut Vec<Series>) {
        let mut pending: Vec<usize> = part.mix.iter().map(|(script, _)| *script).collect();
        pending.reverse();
        while let Some(at) = pending.pop() {
            let Some(Some(script)) = self.scripts.get(at) else {
                continue;
            };
            if part.series.contains_key(&at) {
                continue;
            }
            part.series.insert(at, series.len());
            for (step, compiled) in script.workflow.steps.iter().zip(&script.steps) {
                let (operation, api) = match &compiled.call {
                    Call::Operation(calls) => (Some(calls.operation.id.to_string()), calls.api),
                    Call::Workflow(_) => (None, 0),
                };
                series.push(Series {
                    part: number,
                    workflow: script.workflow.id.clone(),
                    step: step.id.clone(),
                    operation,
                    api,
                    wanted: match compiled.criteria {
                        Criteria::Status(wanted) => Some(wanted),
                        Criteria::Unwritten | Criteria::Expressions => None,
                    },
                });
            }
            pending.extend(&script.before);
            for (file, callee) in self.suite.callees(script.file, &script.workflow) {
                pending.extend(self.known.get(&(file, callee.id.clone())));
            }
        }
    }
}

/// What the messages of a workflow may leave open.
fn slots(workflow: &Workflow, inputs: &[Map<String, Value>], is_called: bool) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    let first = inputs.first();
    let names = inputs.iter().flat_map(Map::keys);
    for name in names.chain(workflow.declared_inputs().schemas.keys()) {
        // A workflow that others call gets its inputs when they call it.
        let is_open = is_called
            || first.is_none_or(|first| {
                let differs = |each: &Map<String, Value>| each.get(name) != first.get(name);
                first.get(name).is_none() || inputs.iter().any(differs)
            });
        let slot = Slot::Input(name.clone());
        if is_open && !slots.contains(&slot) {
            slots.push(slot);
        }
    }
    for step in &workflow.steps {
        slots.extend(step.outputs.keys().map(|name| Slot::Output {
            step: step.id.clone(),
            name: name.clone(),
        }));
    }
    slots
}

/// The text that stands for the value of a slot: no escaping changes it.
fn mark(slot: usize) -> String {
    format!("zqx{slot}zqx")
}

/// A value with the values of slots in the places of their marks.
pub(super) fn unmarked(value: &Value, slots: &[Option<Value>]) -> Value {
    match value {
        Value::String(text) => {
            let mut text = text.clone();
            for (slot, known) in slots.iter().enumerate() {
                let mark = mark(slot);
                match known {
                    Some(known) if text == mark => return known.clone(),
                    Some(Value::String(known)) => text = text.replace(&mark, known),
                    Some(known) if text.contains(&mark) => {
                        text = text.replace(&mark, &known.to_string());
                    }
                    _ => {}
                }
            }
            Value::String(text)
        }
        Value::Array(items) => items.iter().map(|item| unmarked(item, slots)).collect(),
        Value::Object(members) => {
            let members = members.iter();
            let members = members.map(|(name, value)| (name.clone(), unmarked(value, slots)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

/// A step whose request is drawn up with values of all kinds.
struct Draft<'d, 'a> {
    compiler: &'d Compiler<'a>,
    file: usize,
    workflow: &'d Workflow,
    api: usize,
    step: &'d Step,
    inputs: Option<&'d Map<String, Value>>,
    slots: &'d [Slot],
}

impl Draft<'_, '_> {
    fn ready(&self, seed: Seed, inputs: &[Map<String, Value>]) -> Option<Ready> {
        let origin = self.compiler.settings.origins.get(self.api)?;
        let marks: Vec<Value> = (0..self.slots.len())
            .map(|slot| mark(slot).into())
            .collect();
        let (case, request) = self.request(&marks, seed)?;
        let mut quoted = vec![Quoted::Value; self.slots.len()];
        let names = |quoted: &[Quoted]| -> Vec<(String, Quoted)> {
            let marks = quoted.iter().enumerate();
            marks.map(|(slot, quoted)| (mark(slot), *quoted)).collect()
        };
        let mut message = Message::new(origin, &request, &names(&quoted));
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
                        self.agrees(message, values, seed)
                    })
            };
            if fits(&message) {
                continue;
            }
            *quoted.get_mut(slot)? = Quoted::Text;
            message = Message::new(origin, &request, &names(&quoted));
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
        if !self.agrees(&message, hidden.collect(), seed) {
            return None;
        }
        // What iterations are really given.
        for given in inputs.iter().take(TRIED) {
            let values = self
                .slots
                .iter()
                .zip(&marks)
                .map(|(slot, mark)| match slot {
                    Slot::Input(name) => given.get(name).unwrap_or(mark).clone(),
                    Slot::Output { .. } => mark.clone(),
                });
            if !self.agrees(&message, values.collect(), seed) {
                return None;
            }
        }
        Some(Ready { message, case })
    }

    /// Whether a message with these values is what would be sent otherwise.
    fn agrees(&self, message: &Message, values: Vec<Value>, seed: Seed) -> bool {
        let Some(origin) = self.compiler.settings.origins.get(self.api) else {
            return false;
        };
        let Some((_, request)) = self.request(&values, seed) else {
            // Such a value is refused, and so must the iteration that has it.
            return true;
        };
        let expected = Message::new(origin, &request, &[]);
        let mut bytes = Vec::new();
        let values: Vec<Option<Value>> = values.into_iter().map(Some).collect();
        message.write(&values, &mut bytes) && expected.fixed() == Some(&*bytes)
    }

    /// The request with these values in its slots.
    fn request(&self, values: &[Value], seed: Seed) -> Option<(Case, Request)> {
        let spec = self.compiler.suite.spec(self.api)?;
        let file = self.compiler.suite.files.get(self.file);
        let mut inputs = self.inputs.cloned().unwrap_or_default();
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
            outputs: None,
            steps: Some(&steps),
            workflows: None,
            sources: file.map(|file| &file.source_fields),
            components: file.and_then(|file| file.description.written_components()),
            self_uri: file.and_then(|file| file.description.uri.as_deref()),
            call: None,
            placeholders: false,
        };
        let Ok(Called::Operation(_, operation)) = self.compiler.suite.called(self.file, self.step)
        else {
            return None;
        };
        let authority = self.compiler.settings.authorities.get(self.api)?;
        let names = (self.workflow, self.step);
        let seeds = Seeds {
            visit: seed,
            run: self.compiler.settings.seed.derive(&self.workflow.id, 0),
        };
        let drafted = drafted(spec, operation, names, &scope, authority, seeds).ok()?;
        let prepared = encode(spec, &drafted.case, &drafted.authority).ok()?;
        Some((drafted.case, prepared.request))
    }
}
