//! Calls: workflows that run others, and may do so for ever.

use super::Lint;
use super::cycle::{Ring, chain, rings};
use crate::arazzo::{Action, Destination, Target, Then, Workflow, WorkflowName};
use crate::code::Code;

impl Lint<'_> {
    /// Workflows that lead back to themselves.
    pub(super) fn calls(&mut self) {
        for Ring { members, at } in rings(self.description, called) {
            let Some(first) = members.first() else {
                continue;
            };
            let names = chain(members.iter().map(|workflow| workflow.id.as_str()));
            let message = format!("workflows lead back to themselves: `{names}`");
            let hint = "make sure that a criterion ends it: a run stops at the limit of steps";
            self.report(
                first,
                Code::SUSPICIOUS_FLOW,
                at,
                message,
                Some(hint.to_owned()),
            );
        }
    }
}

/// The workflows that a workflow may run, by its steps and actions.
pub(super) fn called(workflow: &Workflow) -> Vec<&WorkflowName> {
    let mut found = Vec::new();
    for step in &workflow.steps {
        if let Target::Workflow(name) = &step.target {
            found.push(name);
        }
        found.extend(destinations(step.on_success.iter().chain(&step.on_failure)));
    }
    let shared = workflow.success_actions.iter();
    found.extend(destinations(shared.chain(&workflow.failure_actions)));
    found
}

fn destinations<'a>(
    actions: impl Iterator<Item = &'a Action>,
) -> impl Iterator<Item = &'a WorkflowName> {
    actions.filter_map(|action| match destination(action) {
        Some(Destination::Workflow(name)) => Some(name),
        _ => None,
    })
}

/// Where an action leads.
pub(super) fn destination(action: &Action) -> Option<&Destination> {
    match &action.then {
        Then::End => None,
        Then::GoTo(destination) => Some(destination),
        Then::Retry(retry) => retry.first.as_ref(),
    }
}
