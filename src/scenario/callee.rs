//! Callees: the workflows that others lead to, by a step or by an action.

use std::collections::HashSet;

use super::{Called, Planned, Suite};
use crate::arazzo::{Destination, Then, Workflow};

impl Suite {
    /// The workflows that a workflow leads to, as far as they can be found.
    pub(super) fn callees(&self, file: usize, workflow: &Workflow) -> Vec<(usize, &Workflow)> {
        let mut callees = Vec::new();
        for step in &workflow.steps {
            if let Ok(Called::Workflow(other, callee)) = self.called(file, step) {
                callees.push((other, callee));
            }
            let actions = workflow
                .success_actions_of(step)
                .chain(workflow.failure_actions_of(step));
            for action in actions {
                let leads = match &action.then {
                    Then::GoTo(destination) => Some(destination),
                    Then::Retry(retry) => retry.first.as_ref(),
                    Then::End => None,
                };
                if let Some(Destination::Workflow(name)) = leads {
                    callees.extend(self.workflow(file, name).ok());
                }
            }
        }
        callees
    }

    /// The workflows that are planned, and those that they lead to, each once.
    pub fn reached(&self, planned: &[Planned]) -> Vec<(usize, &Workflow)> {
        let first = planned.iter().filter_map(|each| {
            let file = self.files.get(each.file)?;
            Some((each.file, file.description.workflow(&each.workflow)?))
        });
        let mut reached: Vec<(usize, &Workflow)> = Vec::new();
        let mut seen: HashSet<(usize, &str)> = HashSet::new();
        let mut pending: Vec<(usize, &Workflow)> = first.collect();
        pending.reverse();
        while let Some((file, workflow)) = pending.pop() {
            if seen.insert((file, &workflow.id)) {
                reached.push((file, workflow));
                pending.extend(self.callees(file, workflow).into_iter().rev());
            }
        }
        reached
    }
}
