//! Iterations: a virtual user goes through a workflow once.

use std::time::{Duration, Instant};

use proptest::prelude::Rng as _;
use serde_json::{Map, Value};

use super::flow::Flow;
use super::program::{Call, Script};
use super::step::{At, Tried};
use super::user::VirtualUser;
use crate::arazzo::{
    Action, Destination, Retry, Scope, Step, Then, ThinkTime, Workflow, WorkflowValues,
};
use crate::probe::retry_after;
use crate::record::CriterionRun;
use crate::scenario::{complete, judged, objection};

/// How deep workflows may call each other.
const MOST_NESTED: usize = 16;
/// The longest wait before a step is tried again.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

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

/// Where a workflow goes on.
enum Next {
    Follow,
    Step(usize),
    Again(Duration),
    Leave(Option<(usize, Map<String, Value>)>),
}

impl VirtualUser {
    /// Goes through the workflow that the iteration's number picks, and counts it.
    pub(crate) async fn iterate(&mut self, iteration: Iteration) {
        let shard = self.shard.clone();
        let part = self.part;
        let lag = iteration.due.elapsed();
        shard.iterations(part, |counted| {
            counted.begun += 1;
            counted.lag.record(lag);
        });
        let busy = shard.busy.get(part);
        if let Some(busy) = busy {
            busy.set(busy.get() + 1);
        }
        let script = self.pick(iteration.number);
        let mut steps = shard.common.max_steps;
        let mut flow_before = Flow::default();
        let program = shard.program();
        let mut is_passed = true;
        if let Some(script) = program.scripts.get(script) {
            for needed in &script.before {
                let came =
                    self.workflow(*needed, (iteration, iteration.due), None, (&mut steps, 0));
                let came = Box::pin(came).await;
                is_passed &= came.is_passed;
                if let Some(needed) = program.scripts.get(*needed) {
                    let values = WorkflowValues {
                        inputs: needed.inputs.first().cloned().unwrap_or_default(),
                        outputs: came.outputs,
                    };
                    flow_before
                        .workflows
                        .insert(needed.workflow.id.clone(), values);
                }
            }
        }
        if is_passed {
            let due = if flow_before.workflows.is_empty() {
                iteration.due
            } else {
                Instant::now()
            };
            let came = self.workflow(script, (iteration, due), Some(flow_before), (&mut steps, 0));
            is_passed = came.await.is_passed;
        }
        if let Some(busy) = busy {
            busy.set(busy.get().saturating_sub(1));
        }
        let took = iteration.due.elapsed();
        shard.iterations(part, |counted| {
            counted.completed += 1;
            counted.failed += u64::from(!is_passed);
            counted.duration.record(took);
        });
        self.breathe().await;
    }

    /// The script of an iteration: by weights, spread as evenly as they allow.
    fn pick(&self, number: u64) -> usize {
        let part = self.shard.program().parts.get(self.part);
        let mix = part.map_or(&[][..], |part| &part.mix);
        match mix {
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

    /// Goes through a workflow.
    async fn workflow(
        &mut self,
        number: usize,
        (iteration, mut due): (Iteration, Instant),
        known: Option<Flow>,
        (steps_left, depth): (&mut usize, usize),
    ) -> Came {
        let shard = self.shard.clone();
        let program = shard.program();
        let (Some(script), Some(part)) =
            (program.scripts.get(number), program.parts.get(self.part))
        else {
            return Came::default();
        };
        let rows = u64::try_from(script.inputs.len()).unwrap_or(1).max(1);
        let row = usize::try_from(iteration.number % rows).unwrap_or_default();
        let mut flow = match known {
            Some(known) if known.is_given() => known,
            Some(known) => Flow::new(script, row, None).after(known),
            None => Flow::new(script, row, None),
        };
        let first_series = part.series.get(&number).copied().unwrap_or(usize::MAX);
        let mut came = Came {
            is_passed: true,
            outputs: Map::new(),
        };
        let mut ran = vec![
            false;
            if script.has_clean_up() {
                script.steps.len()
            } else {
                0
            }
        ];
        let mut at = 0;
        let mut attempts = 0_u32;
        while let (Some(step), Some(compiled)) =
            (script.workflow.steps.get(at), script.steps.get(at))
        {
            if *steps_left == 0 {
                came.is_passed = false;
                break;
            }
            *steps_left -= 1;
            if let Some(ran) = ran.get_mut(at) {
                *ran = true;
            }
            let tried = match &compiled.call {
                Call::Operation(_) => match place(script, at, first_series, iteration) {
                    Some(at) => self.step(at, &flow, due).await,
                    None => Tried::default(),
                },
                Call::Workflow(callee) => {
                    let called = self.called(
                        (script, step, *callee),
                        &flow,
                        (iteration, due),
                        (steps_left, depth),
                    );
                    Box::pin(called).await
                }
            };
            let next = self.next(script, step, &flow, &tried, attempts);
            if let Next::Again(wait) = next {
                attempts += 1;
                tokio::time::sleep(wait).await;
                due = Instant::now();
                continue;
            }
            attempts = 0;
            came.is_passed &= tried.is_passed;
            if !step.outputs.is_empty() || !tried.outputs.is_empty() {
                flow.take(script, &step.id, tried.outputs);
            }
            if let Some(think) = step.think_time {
                tokio::time::sleep(pause(think, shard.common.seed, iteration.number, at)).await;
            }
            due = Instant::now();
            match next {
                Next::Follow => at += 1,
                Next::Step(other) => at = other,
                Next::Leave(None) | Next::Again(_) => break,
                Next::Leave(Some((other, inputs))) => {
                    if depth < MOST_NESTED
                        && let Some(callee) = program.scripts.get(other)
                    {
                        let given = Flow::new(callee, 0, Some(inputs));
                        let on = self.workflow(
                            other,
                            (iteration, due),
                            Some(given),
                            (steps_left, depth + 1),
                        );
                        let on = Box::pin(on).await;
                        came.is_passed &= on.is_passed;
                        came.outputs.extend(on.outputs);
                    }
                    break;
                }
            }
        }
        self.clean_up(script, &mut flow, (iteration, first_series), &ran)
            .await;
        let scope = flow.scope(program, script, None, None);
        for (name, output) in &script.workflow.outputs {
            match output.value.render(&scope) {
                Ok(value) => {
                    came.outputs.insert(name.clone(), value);
                }
                Err(_) => came.is_passed &= false,
            }
        }
        came
    }

    /// Runs the steps that always run and were not reached (`x-proofmark-always`).
    async fn clean_up(
        &mut self,
        script: &Script,
        flow: &mut Flow,
        (iteration, first_series): (Iteration, usize),
        ran: &[bool],
    ) {
        for (index, _) in ran.iter().enumerate().filter(|(_, ran)| !**ran) {
            let Some(at) = place(script, index, first_series, iteration) else {
                continue;
            };
            if !at.step.always || !script.knows(flow, index) {
                continue;
            }
            let tried = self.step(at, flow, Instant::now()).await;
            flow.take(script, &at.step.id, tried.outputs);
        }
    }

    /// Runs the workflow that a step calls.
    async fn called(
        &mut self,
        (script, step, callee): (&Script, &Step, usize),
        flow: &Flow,
        (iteration, due): (Iteration, Instant),
        (steps_left, depth): (&mut usize, usize),
    ) -> Tried {
        let shard = self.shard.clone();
        let program = shard.program();
        let Some(called) = program.scripts.get(callee).filter(|_| depth < MOST_NESTED) else {
            return Tried::default();
        };
        let scope = flow.scope(program, script, None, None);
        let mut inputs = Map::new();
        for parameter in script.workflow.parameters_of(step) {
            let Ok(value) = parameter.value.value.render(&scope) else {
                return Tried::default();
            };
            inputs.insert(parameter.name.clone(), value);
        }
        let seed = shard
            .common
            .seed
            .derive(&called.workflow.id, iteration.number);
        let is_taken = complete(&called.workflow, &mut inputs, seed).is_ok()
            && objection(&called.workflow, &inputs).is_none();
        if !is_taken {
            return Tried::default();
        }
        let given = Flow::new(called, 0, Some(inputs));
        let came = self.workflow(
            callee,
            (iteration, due),
            Some(given),
            (steps_left, depth + 1),
        );
        let came = came.await;
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

    /// Where a workflow goes on after a step.
    fn next(
        &self,
        script: &Script,
        step: &Step,
        flow: &Flow,
        tried: &Tried,
        attempts: u32,
    ) -> Next {
        let (own, shared) = if tried.is_passed {
            (&step.on_success, &script.workflow.success_actions)
        } else {
            (&step.on_failure, &script.workflow.failure_actions)
        };
        if own.is_empty() && shared.is_empty() {
            return if tried.is_passed {
                Next::Follow
            } else {
                Next::Leave(None)
            };
        }
        let program = self.shard.program();
        let scope = flow.scope(program, script, tried.call.as_ref(), Some(&tried.outputs));
        let actions = actions(&script.workflow, step, tried.is_passed);
        let may = |action: &&Action| match &action.then {
            Then::Retry(retry) => attempts < retry.limit,
            _ => true,
        };
        let chosen = actions.filter(may).find(|action| {
            let mut criteria = action.criteria.iter();
            criteria.all(|criterion| criterion.value.judge(&scope).holds)
        });
        let Some(action) = chosen else {
            return if tried.is_passed {
                Next::Follow
            } else {
                Next::Leave(None)
            };
        };
        match &action.then {
            Then::End => Next::Leave(None),
            Then::Retry(retry) => Next::Again(self.wait(retry)),
            Then::GoTo(Destination::Step { id, .. }) => match script.workflow.step(id) {
                Some((other, _)) => Next::Step(other),
                None => Next::Leave(None),
            },
            Then::GoTo(Destination::Workflow(name)) => {
                let inputs = given(action, &scope);
                let other = program.script(script.file, name);
                Next::Leave(other.zip(inputs))
            }
        }
    }

    fn wait(&self, retry: &Retry) -> Duration {
        let response = self.answer.response();
        let asked = retry_after(&response);
        asked.unwrap_or(retry.after).min(LONGEST_WAIT)
    }
}

/// A step of a script that calls an operation.
fn place(
    script: &Script,
    index: usize,
    first_series: usize,
    iteration: Iteration,
) -> Option<At<'_>> {
    let (step, compiled) = (script.workflow.steps.get(index)?, script.steps.get(index)?);
    let Call::Operation(calls) = &compiled.call else {
        return None;
    };
    Some(At {
        script,
        step,
        calls,
        criteria: compiled.criteria,
        series: first_series.saturating_add(index),
        iteration: iteration.number,
        wants: compiled.wants.as_ref(),
        is_asked: compiled.is_asked,
    })
}

/// The inputs that an action gives to the workflow that it leads to.
fn given(action: &Action, scope: &Scope<'_>) -> Option<Map<String, Value>> {
    let parameters = action.parameters.iter();
    parameters
        .map(|parameter| {
            let value = parameter.value.value.render(scope).ok()?;
            Some((parameter.name.clone(), value))
        })
        .collect()
}

fn actions<'w>(
    workflow: &'w Workflow,
    step: &'w Step,
    is_passed: bool,
) -> Box<dyn Iterator<Item = &'w Action> + 'w> {
    if is_passed {
        Box::new(workflow.success_actions_of(step))
    } else {
        Box::new(workflow.failure_actions_of(step))
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
