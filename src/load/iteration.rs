//! Iterations: a virtual user goes through a workflow once.

use std::time::{Duration, Instant};

use indexmap::IndexMap;
use proptest::prelude::Rng as _;
use serde_json::{Map, Value};

use super::action::{First, Next};
use super::flow::Flow;
use super::program::{Call, Script};
use super::step::{At, Tried};
use super::user::VirtualUser;
use crate::arazzo::{Step, ThinkTime, WorkflowValues};
use crate::record::CriterionRun;
use crate::scenario::{complete, judged, objection, resolves};

/// How deep workflows may call each other.
const MOST_NESTED: usize = 16;

/// Which iteration it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Iteration {
    /// Its number in its scenario; no other has it.
    pub(crate) number: u64,
    /// When it was due.
    pub(crate) due: Instant,
}

/// What came of a workflow.
#[derive(Debug, Default)]
struct Came {
    is_passed: bool,
    outputs: Map<String, Value>,
}

impl VirtualUser {
    /// Goes through the workflow that the iteration's number picks, and counts it. It is begun at a
    /// moment, and ends at the one that is returned.
    pub(crate) async fn iterate(&mut self, iteration: Iteration, begun: Instant) -> Instant {
        let lane = self.lane.clone();
        let part = self.part;
        let lag = begun.saturating_duration_since(iteration.due);
        lane.iterations_due(part, iteration.due, |counted| {
            counted.begun += 1;
            if lag.is_zero() {
                counted.prompt += 1;
            } else {
                counted.lag.record(lag);
            }
        });
        let busy = lane.busy.get(part);
        if let Some(busy) = busy {
            busy.set(busy.get() + 1);
        }
        self.iteration = Some(iteration.due);
        let own = lane.program().parts.get(part);
        let script = own.map_or(usize::MAX, |own| own.pick(iteration.number));
        let straight = lane.program().scripts.get(script);
        let most = lane.common.max_steps;
        let straight = straight.filter(|own| own.is_straight && own.steps.len() <= most);
        let is_passed = match straight {
            Some(own) => self.straight((own, script), iteration).await,
            None => self.winding(script, iteration).await,
        };
        self.iteration = None;
        if let Some(busy) = busy {
            busy.set(busy.get().saturating_sub(1));
        }
        let ended = Instant::now();
        let took = ended.saturating_duration_since(iteration.due);
        lane.iterations(part, |counted| {
            counted.completed += 1;
            counted.failed += u64::from(!is_passed);
            counted.duration.record(took);
        });
        if self.is_locked_out() {
            self.breathe().await;
            return Instant::now();
        }
        ended
    }

    /// Goes through a script of steps that follow each other. Whether all of them passed.
    async fn straight(&mut self, (script, number): (&Script, usize), iteration: Iteration) -> bool {
        let lane = self.lane.clone();
        let mut flow = self.flow.take().unwrap_or_default();
        let row = script.row(iteration.number, lane.common.seed);
        flow.begin(script, row, None);
        let first_series = self.first_series(number);
        let mut due = Some(iteration.due);
        let mut is_passed = true;
        let mut steps = 0..script.steps.len();
        while let (Some(step), true) = (steps.next(), is_passed) {
            let times = (iteration, due.take().unwrap_or_else(Instant::now));
            let Some(at) = At::new((script, step), self.part, first_series, iteration.number)
            else {
                is_passed = false;
                break;
            };
            let tried = self.step(at, &flow, times.1).await;
            is_passed = tried.is_passed;
            if !at.step.outputs.is_empty() {
                flow.take(script, &at.step.id, tried.outputs);
            }
        }
        self.flow = Some(flow);
        is_passed
    }

    /// Goes through any script, after those that it needs. Whether it passed.
    async fn winding(&mut self, script: usize, iteration: Iteration) -> bool {
        let lane = self.lane.clone();
        let mut steps = lane.common.max_steps;
        let program = lane.program();
        let before = program.scripts.get(script);
        let before = before.map_or(&[][..], |script| &script.before);
        let mut known = None;
        let mut due = Some(iteration.due);
        let mut is_passed = true;
        for number in before.iter().copied().chain([script]) {
            let Some(script) = program.scripts.get(number) else {
                is_passed = false;
                break;
            };
            let row = script.row(iteration.number, lane.common.seed);
            let mut flow = Flow::new(script, row, None);
            if let Some(known) = &known {
                flow.workflows = IndexMap::clone(known);
            }
            let due = due.take().unwrap_or_else(Instant::now);
            let came = self.workflow(number, (iteration, due), flow, (&mut steps, 0));
            let came = came.await;
            is_passed = came.is_passed;
            if !is_passed {
                // What follows needs it.
                break;
            }
            if !before.is_empty() {
                let values = WorkflowValues {
                    inputs: script.inputs.get(row).cloned().unwrap_or_default(),
                    outputs: came.outputs,
                };
                let known = known.get_or_insert_with(IndexMap::new);
                known.insert(script.workflow.id.clone(), values);
            }
        }
        is_passed
    }

    /// The number of the first series of a script.
    fn first_series(&self, number: usize) -> usize {
        let part = self.lane.program().parts.get(self.part);
        let first = part.and_then(|part| part.series.get(number).copied().flatten());
        first.unwrap_or(usize::MAX)
    }

    /// Goes through a workflow.
    async fn workflow(
        &mut self,
        number: usize,
        (iteration, due): (Iteration, Instant),
        mut flow: Flow,
        (steps_left, depth): (&mut usize, usize),
    ) -> Came {
        let lane = self.lane.clone();
        let program = lane.program();
        let Some(script) = program.scripts.get(number) else {
            return Came::default();
        };
        let first_series = self.first_series(number);
        let mut came = Came {
            is_passed: true,
            outputs: Map::new(),
        };
        // Nobody asks which steps ran where nothing is to be cleaned up.
        let steps = if script.has_clean_up() {
            script.steps.len()
        } else {
            0
        };
        let mut ran = vec![false; steps];
        let mut at = 0;
        let mut due = Some(due);
        // How often each action tried the step again.
        let mut used: Vec<(&str, u32)> = Vec::new();
        while let (Some(step), true) = (script.workflow.steps.get(at), at < script.steps.len()) {
            if *steps_left == 0 {
                came.is_passed = false;
                break;
            }
            *steps_left -= 1;
            if let Some(ran) = ran.get_mut(at) {
                *ran = true;
            }
            let times = (iteration, due.take().unwrap_or_else(Instant::now));
            let tried = self.once(
                (script, at),
                &flow,
                times,
                first_series,
                (steps_left, depth),
            );
            let tried = tried.await;
            let next = self.next(script, step, &flow, &tried, &mut used);
            if let Next::Again { wait, first } = next {
                tokio::time::sleep(wait).await;
                let times = (iteration, Instant::now());
                match first {
                    None => {}
                    Some(First::Step(other)) => {
                        let Some(step) = script.workflow.steps.get(other) else {
                            continue;
                        };
                        if let Some(ran) = ran.get_mut(other) {
                            *ran = true;
                        }
                        *steps_left = steps_left.saturating_sub(1);
                        let own = (script, other);
                        let tried = self.once(own, &flow, times, first_series, (steps_left, depth));
                        let tried = tried.await;
                        flow.take(script, &step.id, tried.outputs);
                    }
                    Some(First::Workflow(callee, inputs)) => {
                        let other = self.other(callee, inputs, times, (steps_left, depth));
                        Box::pin(other).await;
                    }
                }
                continue;
            }
            used.clear();
            came.is_passed &= tried.is_passed;
            if !step.outputs.is_empty() || !tried.outputs.is_empty() {
                flow.take(script, &step.id, tried.outputs);
            }
            if let Some(think) = step.think_time {
                tokio::time::sleep(pause(think, lane.common.seed, iteration.number, at)).await;
            }
            match next {
                Next::Follow => at += 1,
                Next::Step(other) => at = other,
                Next::Leave(None) | Next::Again { .. } => break,
                Next::Lost => {
                    came.is_passed = false;
                    break;
                }
                Next::Leave(Some((other, inputs))) => {
                    let times = (iteration, Instant::now());
                    let on = self.other(other, inputs, times, (steps_left, depth));
                    let on = Box::pin(on).await;
                    came.is_passed &= on.is_passed;
                    came.outputs.extend(on.outputs);
                    break;
                }
            }
        }
        if !ran.is_empty() {
            let steps = (iteration, first_series);
            let is_clean = self.clean_up((script, depth), &mut flow, steps, &ran);
            came.is_passed &= is_clean.await;
        }
        if script.workflow.outputs.is_empty() {
            return came;
        }
        let scope = flow.scope(program, script, None, None);
        for (name, output) in &script.workflow.outputs {
            match output.value.render(&scope) {
                Ok(value) => {
                    came.outputs.insert(name.clone(), value);
                }
                Err(_) => came.is_passed = false,
            }
        }
        came
    }

    /// Runs a step once.
    async fn once(
        &mut self,
        (script, at): (&Script, usize),
        flow: &Flow,
        (iteration, due): (Iteration, Instant),
        first_series: usize,
        (steps_left, depth): (&mut usize, usize),
    ) -> Tried {
        let (Some(step), Some(compiled)) = (script.workflow.steps.get(at), script.steps.get(at))
        else {
            return Tried::default();
        };
        match &compiled.call {
            Call::Operation(_) => {
                let own = At::new((script, at), self.part, first_series, iteration.number);
                match own {
                    Some(own) => self.step(own, flow, due).await,
                    None => Tried::default(),
                }
            }
            Call::Workflow(callee) => {
                let called = (script, step, *callee);
                let called = self.called(called, flow, (iteration, due), (steps_left, depth));
                Box::pin(called).await
            }
        }
    }

    /// Runs the steps that always run and were not reached (`x-proofmark-always`), as far as what they
    /// refer to is known. Whether all of them passed.
    async fn clean_up(
        &mut self,
        (script, depth): (&Script, usize),
        flow: &mut Flow,
        (iteration, first_series): (Iteration, usize),
        ran: &[bool],
    ) -> bool {
        let lane = self.lane.clone();
        let program = lane.program();
        let mut is_passed = true;
        for (index, _) in ran.iter().enumerate().filter(|(_, ran)| !**ran) {
            let Some(step) = script.workflow.steps.get(index).filter(|step| step.always) else {
                continue;
            };
            let scope = flow.scope(program, script, None, None);
            if !resolves(&script.workflow, step, &scope) {
                continue;
            }
            let times = (iteration, Instant::now());
            // Cleaning up must come to an end, too, but not to none because the steps are used up.
            let mut left = lane.common.max_steps;
            let tried = self.once(
                (script, index),
                flow,
                times,
                first_series,
                (&mut left, depth),
            );
            let tried = tried.await;
            is_passed &= tried.is_passed;
            flow.take(script, &step.id, tried.outputs);
        }
        is_passed
    }

    /// Runs another workflow with these inputs. One that does not take them fails.
    async fn other(
        &mut self,
        number: usize,
        mut inputs: Map<String, Value>,
        (iteration, due): (Iteration, Instant),
        (steps_left, depth): (&mut usize, usize),
    ) -> Came {
        let lane = self.lane.clone();
        let scripts = &lane.program().scripts;
        let Some(script) = scripts.get(number).filter(|_| depth < MOST_NESTED) else {
            return Came::default();
        };
        let workflow = &script.workflow;
        let seed = lane.common.seed.derive(&workflow.id, iteration.number);
        let is_taken =
            complete(workflow, &mut inputs, seed).is_ok() && objection(workflow, &inputs).is_none();
        if !is_taken {
            return Came::default();
        }
        let given = Flow::new(script, 0, Some(inputs));
        let left = (steps_left, depth + 1);
        self.workflow(number, (iteration, due), given, left).await
    }

    /// Runs the workflow that a step calls.
    async fn called(
        &mut self,
        (script, step, callee): (&Script, &Step, usize),
        flow: &Flow,
        (iteration, due): (Iteration, Instant),
        (steps_left, depth): (&mut usize, usize),
    ) -> Tried {
        let lane = self.lane.clone();
        let program = lane.program();
        let scope = flow.scope(program, script, None, None);
        let mut inputs = Map::new();
        for parameter in script.workflow.parameters_of(step) {
            let Ok(value) = parameter.value.value.render(&scope) else {
                return Tried::default();
            };
            inputs.insert(parameter.name.clone(), value);
        }
        let times = (iteration, due);
        let came = self.other(callee, inputs, times, (steps_left, depth)).await;
        let scope = flow.scope(program, script, None, Some(&came.outputs));
        let runs: Vec<CriterionRun> = step
            .criteria
            .iter()
            .map(|criterion| judged(criterion, &scope))
            .collect();
        let mut outputs = came.outputs.clone();
        for (name, output) in &step.outputs {
            if let Ok(value) = output.value.render(&scope) {
                outputs.insert(name.clone(), value);
            }
        }
        Tried {
            is_passed: came.is_passed && runs.iter().all(|run| run.holds),
            call: None,
            outputs,
        }
    }
}

/// How long a virtual user thinks.
fn pause(think: ThinkTime, seed: crate::seed::Seed, iteration: u64, step: usize) -> Duration {
    let spread = think.max.saturating_sub(think.min);
    if spread.is_zero() {
        return think.min;
    }
    let index = iteration.wrapping_mul(31).wrapping_add(step as u64);
    let random = seed.derive("think", index).rng().next_u64();
    let nanoseconds = u64::try_from(spread.as_nanos()).unwrap_or(u64::MAX);
    think.min + Duration::from_nanos(random % nanoseconds.max(1))
}
