//! Actions: where a workflow goes on after a step.

use std::time::Duration;

use serde_json::{Map, Value};

use super::flow::Flow;
use super::program::Script;
use super::step::Tried;
use super::user::VirtualUser;
use crate::arazzo::{Action, Destination, Retry, Scope, Step, Then, Workflow};
use crate::probe::retry_after;

/// The longest wait before a step is tried again.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What is run before a step is tried again.
pub(super) enum First {
    Step(usize),
    Workflow(usize, Map<String, Value>),
}

/// Where a workflow goes on.
pub(super) enum Next {
    Follow,
    Step(usize),
    Again {
        wait: Duration,
        /// What is run before.
        first: Option<First>,
    },
    Leave(Option<(usize, Map<String, Value>)>),
    /// Where an action leads cannot be gone to.
    Lost,
}

impl VirtualUser {
    /// Where a workflow goes on after a step.
    pub(super) fn next<'w>(
        &self,
        script: &'w Script,
        step: &'w Step,
        flow: &Flow,
        tried: &Tried,
        used: &mut Vec<(&'w str, u32)>,
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
        let program = self.lane.program();
        let scope = flow.scope(program, script, tried.call.as_deref(), Some(&tried.outputs));
        let mut actions = actions(&script.workflow, step, tried.is_passed);
        let chosen = actions.find(|action| {
            let may = match &action.then {
                Then::Retry(retry) => {
                    let mut counts = used.iter();
                    let count = counts.find(|(name, _)| *name == action.name);
                    count.map_or(0, |(_, count)| *count) < retry.limit
                }
                _ => true,
            };
            let mut criteria = action.criteria.iter();
            may && criteria.all(|criterion| criterion.value.judge(&scope).holds)
        });
        let Some(action) = chosen else {
            return if tried.is_passed {
                Next::Follow
            } else {
                Next::Leave(None)
            };
        };
        let workflow = |name| {
            let inputs = given(action, &scope);
            program.script(script.file, name).zip(inputs)
        };
        match &action.then {
            Then::End => Next::Leave(None),
            Then::Retry(retry) => {
                match used.iter_mut().find(|(name, _)| *name == action.name) {
                    Some((_, count)) => *count += 1,
                    None => used.push((&action.name, 1)),
                }
                let first = match &retry.first {
                    None => None,
                    Some(Destination::Step { id, .. }) => {
                        let found = script.workflow.step(id);
                        found.map(|(other, _)| First::Step(other))
                    }
                    Some(Destination::Workflow(name)) => {
                        workflow(name).map(|(other, inputs)| First::Workflow(other, inputs))
                    }
                };
                let wait = self.wait(retry, tried);
                Next::Again { wait, first }
            }
            Then::GoTo(Destination::Step { id, .. }) => match script.workflow.step(id) {
                Some((other, _)) => Next::Step(other),
                None => Next::Lost,
            },
            Then::GoTo(Destination::Workflow(name)) => {
                workflow(name).map_or(Next::Lost, |found| Next::Leave(Some(found)))
            }
        }
    }

    fn wait(&self, retry: &Retry, tried: &Tried) -> Duration {
        // Without an exchange the answer is that of another step.
        let asked = tried
            .call
            .as_ref()
            .and_then(|_| retry_after(&self.answer.response()));
        if asked.is_some_and(|asked| asked > LONGEST_WAIT) {
            self.lane.own(|own| own.parked += 1);
        }
        asked.unwrap_or(retry.after).min(LONGEST_WAIT)
    }
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
