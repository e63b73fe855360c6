//! Flow: steps and actions that never come to pass.

use std::collections::BTreeSet;

use super::Lint;
use super::calls::destination;
use crate::arazzo::{Action, Destination, Step, Then, Workflow};
use crate::code::Code;

impl Lint<'_> {
    /// Steps and actions that never come to pass, and actions that cannot be told apart.
    pub(super) fn flow(&mut self, workflow: &Workflow) {
        self.unreachable_steps(workflow);
        for step in &workflow.steps {
            self.actions(workflow, &step.on_success);
            self.actions(workflow, &step.on_failure);
        }
        self.actions(workflow, &workflow.success_actions);
        self.actions(workflow, &workflow.failure_actions);
    }

    fn actions(&mut self, workflow: &Workflow, actions: &[Action]) {
        let mut names = BTreeSet::new();
        let mut certain: Option<&Action> = None;
        for action in actions {
            let at = &action.location;
            if !names.insert(&action.name) {
                let message = format!("two actions are called `{}`", action.name);
                let hint = "rename one: a step replaces the actions of its workflow by name";
                let code = Code::NONSTANDARD_FORM;
                self.report(workflow, code, at, message, Some(hint.to_owned()));
            }
            match certain {
                Some(earlier) => {
                    let message = format!(
                        "`{}` never happens: `{}` before it always does",
                        action.name, earlier.name
                    );
                    let hint = format!(
                        "give `{}` criteria, or remove what comes after",
                        earlier.name
                    );
                    self.report(workflow, Code::SUSPICIOUS_FLOW, at, message, Some(hint));
                }
                None if is_certain(action) => certain = Some(action),
                None => {}
            }
        }
    }

    fn unreachable_steps(&mut self, workflow: &Workflow) {
        let reached = reached(workflow);
        for (number, step) in workflow.steps.iter().enumerate() {
            if reached.contains(&number) {
                continue;
            }
            let before = number.checked_sub(1);
            let before = before.and_then(|before| workflow.steps.get(before));
            let message = match before {
                Some(before) if !falls_through(workflow, before) => format!(
                    "`{}` never runs: `{}` before it always ends or moves on",
                    step.id, before.id
                ),
                _ => format!("`{}` never runs: no step leads to it", step.id),
            };
            let code = Code::SUSPICIOUS_FLOW;
            self.report(workflow, code, &step.location, message, None);
        }
    }
}

/// Whether an action always happens when it is tried, and the step is then done with. A retry is not:
/// its limit is reached some time.
fn is_certain(action: &Action) -> bool {
    action.criteria.is_empty() && !matches!(action.then, Then::Retry(_))
}

/// Whether the next step in the list follows when a step has succeeded.
fn falls_through(workflow: &Workflow, step: &Step) -> bool {
    !workflow.success_actions_of(step).any(is_certain)
}

/// The numbers of the steps that something leads to.
fn reached(workflow: &Workflow) -> BTreeSet<usize> {
    reached_without(workflow, None)
}

/// Whether a step runs only when another one has run before, whatever the answers are.
pub(super) fn comes_after(workflow: &Workflow, step: usize, other: usize) -> bool {
    step != other && !reached_without(workflow, Some(other)).contains(&step)
}

/// The numbers of the steps that something leads to, if one of them leads nowhere and is not counted.
fn reached_without(workflow: &Workflow, without: Option<usize>) -> BTreeSet<usize> {
    let always = workflow.steps.iter().enumerate();
    let always = always.filter(|(_, step)| step.always);
    let mut pending: Vec<usize> = always.map(|(number, _)| number).collect();
    pending.push(0);
    let mut reached = BTreeSet::new();
    while let Some(number) = pending.pop() {
        let Some(step) = workflow.steps.get(number) else {
            continue;
        };
        if Some(number) == without || !reached.insert(number) {
            continue;
        }
        pending.extend(led_to(workflow, workflow.success_actions_of(step)));
        pending.extend(led_to(workflow, workflow.failure_actions_of(step)));
        if falls_through(workflow, step) {
            pending.push(number + 1);
        }
    }
    reached
}

/// The steps that actions lead to, up to the first action that always happens.
fn led_to<'a>(workflow: &Workflow, actions: impl Iterator<Item = &'a Action>) -> Vec<usize> {
    let mut found = Vec::new();
    for action in actions {
        if let Some(Destination::Step { id, .. }) = destination(action) {
            found.extend(workflow.step(id).map(|(number, _)| number));
        }
        if is_certain(action) {
            break;
        }
    }
    found
}
