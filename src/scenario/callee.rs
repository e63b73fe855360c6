//! Callees: the workflows that others lead to, by a step or by an action.

use std::collections::{HashMap, HashSet};

use super::run::MOST_NESTED;
use super::{Called, Planned, Suite};
use crate::arazzo::{Destination, Then, Workflow};

impl Suite {
    /// The workflows that a workflow leads to, as far as they can be found.
    pub(crate) fn callees(&self, file: usize, workflow: &Workflow) -> Vec<(usize, &Workflow)> {
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

    /// How many steps are done when every planned workflow goes from its first step to its last, with
    /// those of the workflows that they call.
    pub(super) fn steps_planned(&self, planned: &[Planned]) -> usize {
        let mut known = HashMap::new();
        let counts = planned.iter().map(|each| {
            let file = self.files.get(each.file);
            let workflow = file.and_then(|file| file.description.workflow(&each.workflow));
            workflow.map_or(0, |workflow| {
                self.steps_below(each.file, workflow, &mut known, 0)
            })
        });
        counts.fold(0, usize::saturating_add)
    }

    fn steps_below<'s>(
        &'s self,
        file: usize,
        workflow: &'s Workflow,
        known: &mut HashMap<(usize, &'s str), usize>,
        depth: usize,
    ) -> usize {
        if depth > MOST_NESTED {
            return 0;
        }
        let key = (file, &*workflow.id);
        if let Some(count) = known.get(&key) {
            return *count;
        }
        // One that leads back to itself is counted once.
        known.insert(key, 0);
        let mut count = workflow.steps.len();
        for step in &workflow.steps {
            if let Ok(Called::Workflow(other, callee)) = self.called(file, step) {
                count = count.saturating_add(self.steps_below(other, callee, known, depth + 1));
            }
        }
        known.insert(key, count);
        count
    }
}
