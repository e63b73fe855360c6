//! Names of workflows in other files, and sources that could not be used.

use super::Check;
use crate::arazzo::{Action, Destination, Then, WorkflowName};

impl Check<'_> {
    /// Workflows that `dependsOn` and actions name in other files; those of the same file have been
    /// looked at with the file.
    pub(super) fn names(&mut self) {
        let workflow = self.workflow;
        let steps = workflow.steps.iter();
        let own = steps.clone().flat_map(|step| &step.on_success);
        let own = own.chain(steps.clone().flat_map(|step| &step.on_failure));
        let shared = workflow.success_actions.iter();
        let actions = own.chain(shared).chain(&workflow.failure_actions);
        let waits = steps.flat_map(|step| &step.depends_on);
        let waits = waits.filter_map(|name| name.workflow.as_ref());
        let names = actions.filter_map(destination).chain(waits);
        let names: Vec<&WorkflowName> = names.chain(&workflow.depends_on).collect();
        for name in names.into_iter().filter(|name| name.source.is_some()) {
            match self.suite.workflow(self.file, name) {
                Err(diagnostic) if !self.misses_sources() => self.add(*diagnostic),
                _ => {}
            }
        }
    }

    /// Whether a source of the file cannot be used, so that unknown names may be in it.
    pub(super) fn misses_sources(&self) -> bool {
        self.suite.misses_sources(self.file)
    }
}

fn destination(action: &Action) -> Option<&WorkflowName> {
    let destination = match &action.then {
        Then::GoTo(destination) => Some(destination),
        Then::Retry(retry) => retry.first.as_ref(),
        Then::End => None,
    };
    match destination {
        Some(Destination::Workflow(name)) => Some(name),
        _ => None,
    }
}
