//! Calls: workflows that run others, and may do so for ever.

use super::Lint;
use super::cycle::{chain, cycles};
use crate::arazzo::{Action, Destination, Target, Then, Workflow, WorkflowName};
use crate::code::Code;

impl Lint<'_> {
    /// Workflows that lead back to themselves.
    pub(super) fn calls(&mut self) {
        let description = self.description;
        let workflows: Vec<&Workflow> = description.workflows.values().collect();
        let number = |name: &WorkflowName| {
            let local = name.source.is_none();
            local.then(|| description.workflows.get_index_of(&name.id))?
        };
        let edges: Vec<Vec<usize>> = workflows
            .iter()
            .map(|workflow| called(workflow).into_iter().filter_map(number).collect())
            .collect();
        for cycle in cycles(&edges) {
            let members = cycle.iter().filter_map(|number| workflows.get(*number));
            let members: Vec<&Workflow> = members.copied().collect();
            let Some(first) = members.first() else {
                continue;
            };
            let second = members.get(1).unwrap_or(first);
            let call = called(first)
                .into_iter()
                .find(|name| name.source.is_none() && name.id == second.id);
            let at = call.map_or(&first.location, |name| &name.location);
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
