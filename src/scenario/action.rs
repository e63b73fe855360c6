//! Actions: where a workflow goes on after a step, and how a step is tried again.

use std::time::Duration;

use serde_json::{Map, Value};

use super::frame::Frame;
use super::run::Runner;
use super::step::Tried;
use crate::arazzo::{Action, Call, Destination, Retry, Step, Then, WorkflowName};
use crate::http::Transport;
use crate::probe::retry_after;

/// Where a workflow goes on after a step.
pub(super) enum Next {
    /// With the step behind it.
    Follow,
    /// With another step of the same workflow.
    Step(usize),
    /// With another workflow, and not back.
    Workflow(WorkflowName, Map<String, Value>),
    /// Nowhere: an action ended it.
    End,
    /// Nowhere: the step failed, and no action says what to do.
    Break,
}

/// The longest wait before a step is tried again.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

impl<'s, T: Transport> Runner<'s, '_, T> {
    /// The first action whose criteria hold.
    pub(super) fn action(
        &self,
        frame: &Frame<'s>,
        step: &'s Step,
        tried: &Tried,
    ) -> Option<&'s Action> {
        self.choose(frame, step, tried, &[])
    }

    pub(super) fn choose(
        &self,
        frame: &Frame<'s>,
        step: &'s Step,
        tried: &Tried,
        spent: &[&str],
    ) -> Option<&'s Action> {
        let scope = self.scope(frame, tried.call.as_ref(), tried.called.as_ref());
        let workflow = frame.workflow;
        let actions: Vec<&Action> = if tried.failure.is_none() {
            workflow.success_actions_of(step).collect()
        } else {
            workflow.failure_actions_of(step).collect()
        };
        let holds = |action: &Action| {
            let mut criteria = action.criteria.iter();
            criteria.all(|criterion| criterion.value.judge(&scope).holds)
        };
        let mut open = actions.into_iter().filter(|action| {
            let is_spent = retry(action).is_some() && spent.contains(&&*action.name);
            !is_spent
        });
        open.find(|action| holds(action))
    }

    /// Where an action leads, and how to say so.
    pub(super) fn next(
        &self,
        frame: &Frame<'s>,
        action: Option<&'s Action>,
        tried: &Tried,
    ) -> (Next, Option<String>) {
        let failed = tried.failure.is_some();
        let Some(action) = action else {
            return (if failed { Next::Break } else { Next::Follow }, None);
        };
        let name = &action.name;
        match &action.then {
            Then::End => (
                Next::End,
                Some(format!("action `{name}` ends the workflow")),
            ),
            // It is over, or the limit is 0.
            Then::Retry(_) => (Next::Break, None),
            Then::GoTo(Destination::Step { id, .. }) => match frame.workflow.step(id) {
                Some((index, _)) => {
                    let then = format!("action `{name}` goes on with step `{id}`");
                    (Next::Step(index), Some(then))
                }
                None => (Next::Break, None),
            },
            Then::GoTo(Destination::Workflow(workflow)) => {
                let inputs = self.action_inputs(frame, action, tried.call.as_ref());
                let then = format!("action `{name}` goes on with workflow `{workflow}`");
                (Next::Workflow(workflow.clone(), inputs), Some(then))
            }
        }
    }

    /// The inputs that an action gives to the workflow that it leads to.
    pub(super) fn action_inputs(
        &self,
        frame: &Frame<'s>,
        action: &Action,
        call: Option<&Call>,
    ) -> Map<String, Value> {
        let scope = self.scope(frame, call, None);
        let parameters = action.parameters.iter();
        parameters
            .filter_map(|parameter| {
                let value = parameter.value.value.render(&scope).ok()?;
                Some((parameter.name.clone(), value))
            })
            .collect()
    }
}

pub(super) fn retry(action: &Action) -> Option<&Retry> {
    match &action.then {
        Then::Retry(retry) => Some(retry),
        _ => None,
    }
}

/// How long to wait: what the answer asks for, else what the action says.
pub(super) fn wait(retry: &Retry, tried: &Tried) -> Duration {
    let verdict = tried.attempt.verdict.as_deref();
    let response = verdict.and_then(|verdict| verdict.exchange.response());
    let asked = response.and_then(retry_after);
    asked.unwrap_or(retry.after).min(LONGEST_WAIT)
}
