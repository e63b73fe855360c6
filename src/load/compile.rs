//! Compiling: scenario files and a profile as a [`Program`].
//!
//! Each request is drawn up once as `run` would, with marks for the values that only an iteration
//! knows. What comes of that is tried with other values against what `run` would send; a request that
//! differs by a byte is drawn up anew by each iteration instead.

use std::collections::HashSet;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::draft::Draft;
use super::message::{Origin, Quoted};
use super::program::{
    Call, Calls, Criteria, Part, Program, Ready, Script, ScriptStep, Series, Slot, Wants,
};
use super::slot::slots;
use crate::arazzo::{Executor, LoadProfile, Renewal, Step, Workflow};
use crate::case::Authority;
use crate::document::Diagnostic;
use crate::scenario::{Called, Given, Selection, Suite};
use crate::seed::Seed;

/// How many inputs of a workflow are drawn ahead; they are taken in turn.
const DRAWN: u64 = 64;
/// From how many inputs on no more are drawn.
const MOST_INPUTS: usize = 10_000;

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
        draws: draws(profile),
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
            series: Vec::new(),
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

/// How much is drawn ahead: no more than iterations can take.
fn draws(profile: &LoadProfile) -> u64 {
    let scenarios = profile.scenarios.values();
    let most = scenarios.map(|scenario| match &scenario.executor {
        Executor::SharedIterations { iterations, .. } => *iterations,
        Executor::PerVuIterations {
            vus, iterations, ..
        } => iterations.saturating_mul(u64::from(*vus)),
        _ => DRAWN,
    });
    most.max().unwrap_or(DRAWN).clamp(1, DRAWN)
}

struct Compiler<'a> {
    suite: &'a Suite,
    settings: &'a Settings<'a>,
    /// Scripts by number; `None` while one is being made.
    scripts: Vec<Option<Script>>,
    known: IndexMap<(usize, String), usize>,
    /// How much is drawn ahead of what iterations draw anew.
    draws: u64,
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
            self.draws
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
                    let spec = self.suite.apis.get(api)?.spec.clone();
                    let (ready, forms) = self.ready((file, workflow), (api, step), &inputs, &slots);
                    let calls = Calls {
                        api,
                        spec,
                        operation: operation.clone(),
                        ready,
                        forms,
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
            let wants = Wants::of(step);
            let has_actions = workflow.success_actions_of(step).next().is_some();
            Some(ScriptStep {
                call: call?,
                criteria: Criteria::of(step),
                is_asked: wants.is_none() || has_actions,
                wants,
            })
        });
        let steps: Vec<ScriptStep> = steps.collect();
        let script = Script {
            file,
            is_straight: before.is_empty() && Script::is_straight(workflow, &steps),
            workflow: workflow.clone(),
            inputs,
            before,
            slots,
            steps,
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

    /// The request of a step, if it can be made ready, and how its holes are filled, if it is drawn anew
    /// for each iteration.
    fn ready(
        &self,
        (file, workflow): (usize, &Workflow),
        (api, step): (usize, &Step),
        inputs: &[Map<String, Value>],
        slots: &[Slot],
    ) -> (Option<Ready>, Option<Vec<Quoted>>) {
        let draft = Draft {
            suite: self.suite,
            origins: self.settings.origins,
            authorities: &self.settings.authorities,
            seed: self.settings.seed,
            file,
            workflow,
            api,
            step,
            inputs,
            slots,
        };
        let generate = step.body.as_ref().and_then(|body| body.generate);
        let is_drawn = generate.is_some_and(|generate| generate.per == Renewal::Iteration);
        let Some((ready, forms)) = draft.ready() else {
            return (None, None);
        };
        (Some(ready), is_drawn.then_some(forms))
    }

    /// Gives a series to each step that a scenario reaches.
    fn count(&self, part: &mut Part, number: usize, series: &mut Vec<Series>) {
        let mut pending: Vec<usize> = part.mix.iter().map(|(script, _)| *script).collect();
        pending.reverse();
        while let Some(at) = pending.pop() {
            let Some(Some(script)) = self.scripts.get(at) else {
                continue;
            };
            if part.series.len() <= at {
                part.series.resize(at + 1, None);
            }
            match part.series.get_mut(at) {
                Some(place @ None) => *place = Some(series.len()),
                _ => continue,
            }
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
                });
            }
            pending.extend(&script.before);
            for (file, callee) in self.suite.callees(script.file, &script.workflow) {
                pending.extend(self.known.get(&(file, callee.id.clone())));
            }
        }
    }
}
