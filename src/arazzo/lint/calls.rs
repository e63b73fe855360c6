//! Calls: workflows that run others, and may do so for ever.

use super::cycle::{Ring, chain, rings};
use super::{Found, Lint};
use crate::arazzo::{Action, Destination, Target, Then, Workflow, WorkflowName};
use crate::code::Code;
use crate::document::{Diagnostic, Location};

impl Lint<'_> {
    /// Workflows that lead back to themselves.
    pub(super) fn calls(&mut self) {
        let mut endless: Vec<Vec<&str>> = Vec::new();
        for Ring { members, .. } in rings(self.description, needed) {
            let names: Vec<&str> = members.iter().map(|workflow| &*workflow.id).collect();
            if !members
                .iter()
                .any(|workflow| calls_one_of(workflow, &names))
            {
                continue;
            }
            let Some(diagnostic) = circle(&members) else {
                continue;
            };
            // The defect is told once, and costs them all.
            self.found.extend(members.iter().map(|workflow| Found {
                workflow: Some(workflow.id.clone()),
                diagnostic: diagnostic.clone(),
            }));
            endless.push(names);
        }
        for Ring { members, at } in rings(self.description, called) {
            let Some(first) = members.first() else {
                continue;
            };
            let names: Vec<&str> = members.iter().map(|workflow| &*workflow.id).collect();
            if endless.contains(&names) {
                continue;
            }
            let names = chain(names);
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

/// What is wrong with workflows of which each calls the next one, or waits for it, and the last the
/// first: none of them can end.
pub(crate) fn circle(members: &[&Workflow]) -> Option<Diagnostic> {
    let first = *members.first()?;
    let ring: Vec<(&str, &Location)> = members
        .iter()
        .zip(members.iter().skip(1).copied().chain([first]))
        .map(|(workflow, next)| {
            let mut names = needed(workflow).into_iter();
            let at = names.find(|name| name.id == next.id);
            let at = at.map_or(&workflow.location, |name| &name.location);
            (&*workflow.id, at)
        })
        .collect();
    let (_, at) = *ring.first()?;
    let ring: Vec<String> = ring
        .into_iter()
        .map(|(name, at)| format!("`{name}` ({at})"))
        .collect();
    let message = format!(
        "workflows call each other in a circle: {} -> `{}`; none of them is run",
        ring.join(" -> "),
        first.id
    );
    let hint =
        "let a success action with criteria end the workflow before it calls, or go on with `goto`";
    let diagnostic = Diagnostic::new(Code::DEPENDENCY_CYCLE, at.clone(), message);
    Some(diagnostic.with_hint(hint))
}

/// The workflows that must have run for a workflow to pass: those that it waits for, and those that its
/// steps call. What stands behind a step that may lead elsewhere when it succeeds is not certain.
pub(crate) fn needed(workflow: &Workflow) -> Vec<&WorkflowName> {
    let mut found: Vec<&WorkflowName> = workflow.depends_on.iter().collect();
    for step in &workflow.steps {
        if let Target::Workflow(name) = &step.target {
            found.push(name);
        }
        if workflow.success_actions_of(step).next().is_some() {
            break;
        }
    }
    found
}

/// Whether a step of a workflow calls one of these.
fn calls_one_of(workflow: &Workflow, names: &[&str]) -> bool {
    let mut steps = workflow.steps.iter();
    steps.any(|step| {
        matches!(&step.target, Target::Workflow(name) if name.source.is_none() && names.contains(&&*name.id))
    })
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
