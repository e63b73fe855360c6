//! Actions: where a workflow goes on after a step, and how a step is tried again.

use serde_json::{Map, Value};

use super::frame::Frame;
use super::run::Runner;
use super::step::Tried;
use crate::arazzo::{Action, Call, Destination, Step, Then, WorkflowName};
use crate::http::Transport;

/// Where a workflow goes on after a step.
pub(super) enum Next {
    /// With the step behind it.
    Follow,
    /// With another step of the same workflow.
    Step(usize),
    /// With another workflow, and not back.
    Workflow(WorkflowName, Result<Map<String, Value>, String>),
    /// Nowhere: an action ended it.
    End,
    /// Nowhere: the step failed, and no action says what to do.
    Break,
}

impl<'s, T: Transport> Runner<'s, '_, T> {
    /// The first action that may be taken and whose criteria hold.
    pub(super) fn choose(
        &self,
        frame: &Frame<'s>,
        step: &'s Step,
        tried: &Tried,
        may: impl Fn(&Action) -> bool,
    ) -> Option<&'s Action> {
        let scope = self.scope(frame, tried.call.as_ref(), tried.called.as_ref());
        let workflow = frame.workflow;
        let mut actions: Box<dyn Iterator<Item = &'s Action>> = if tried.is_passed() {
            Box::new(workflow.success_actions_of(step))
        } else {
            Box::new(workflow.failure_actions_of(step))
        };
        actions.find(|action| {
            let mut criteria = action.criteria.iter();
            may(action) && criteria.all(|criterion| criterion.value.judge(&scope).holds)
        })
    }

    /// Where an action leads, and how to say so.
    pub(super) fn next(
        &self,
        frame: &Frame<'s>,
        action: Option<&'s Action>,
        tried: &Tried,
    ) -> (Next, Option<String>) {
        let failed = !tried.is_passed();
        let Some(action) = action else {
            return (if failed { Next::Break } else { Next::Follow }, None);
        };
        let name = &action.name;
        match &action.then {
            Then::End => (
                Next::End,
                Some(format!("action `{name}` ends the workflow")),
            ),
            // There is no time for it.
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

    /// The inputs that an action gives to the workflow that it leads to. An error says which has no
    /// value.
    pub(super) fn action_inputs(
        &self,
        frame: &Frame<'s>,
        action: &Action,
        call: Option<&Call>,
    ) -> Result<Map<String, Value>, String> {
        let scope = self.scope(frame, call, None);
        let parameters = action.parameters.iter();
        parameters
            .map(|parameter| {
                let name = &parameter.name;
                let value = parameter.value.value.render(&scope);
                let value = value.map_err(|error| format!("in the parameter `{name}`, {error}"))?;
                Ok((name.clone(), value))
            })
            .collect()
    }
}
