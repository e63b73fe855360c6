//! Dependencies: `dependsOn` of workflows and, since 1.1, of steps.

use super::cycle::{Ring, chain, cycles, rings};
use super::{Found, Lint};
use crate::arazzo::{Step, StepName, Workflow};
use crate::code::Code;
use crate::document::Diagnostic;

impl Lint<'_> {
    /// Workflows that wait for themselves.
    pub(super) fn dependencies(&mut self) {
        let waiting = rings(self.description, |workflow| {
            workflow.depends_on.iter().collect()
        });
        for Ring { members, at } in waiting {
            let names = chain(members.iter().map(|workflow| workflow.id.as_str()));
            let message = format!("workflows wait for each other: `{names}`; none of them is run");
            let diagnostic = Diagnostic::new(Code::DEPENDENCY_CYCLE, at.clone(), message);
            // The defect is told once, and costs them all.
            self.found.extend(members.iter().map(|workflow| Found {
                workflow: Some(workflow.id.clone()),
                diagnostic: diagnostic.clone(),
            }));
        }
    }

    /// Steps that wait for themselves, or for what comes later.
    pub(super) fn step_dependencies(&mut self, workflow: &Workflow) {
        let number = |name: &StepName| {
            let is_local = match &name.workflow {
                None => true,
                Some(other) => other.source.is_none() && other.id == workflow.id,
            };
            is_local
                .then(|| workflow.step(&name.id))?
                .map(|(number, _)| number)
        };
        let edges: Vec<Vec<usize>> = workflow
            .steps
            .iter()
            .map(|step| step.depends_on.iter().filter_map(number).collect())
            .collect();
        let found = cycles(&edges);
        for cycle in &found {
            let members = cycle
                .iter()
                .filter_map(|number| workflow.steps.get(*number));
            let members: Vec<&Step> = members.collect();
            let Some(first) = members.first() else {
                continue;
            };
            let at = first
                .depends_on
                .first()
                .map_or(&first.location, |name| &name.location);
            let names = chain(members.iter().map(|step| step.id.as_str()));
            let message = format!("steps wait for each other: `{names}`");
            self.report(workflow, Code::DEPENDENCY_CYCLE, at, message, None);
        }
        for (index, step) in workflow.steps.iter().enumerate() {
            for name in &step.depends_on {
                let later = number(name).filter(|other| *other > index);
                let is_told = |other: usize| {
                    found
                        .iter()
                        .any(|cycle| cycle.contains(&index) && cycle.contains(&other))
                };
                if let Some(other) = later
                    && !is_told(other)
                {
                    let message =
                        format!("`{}` waits for `{}`, which comes later", step.id, name.id);
                    let hint = format!("move `{}` up", name.id);
                    let code = Code::SUSPICIOUS_FLOW;
                    self.report(workflow, code, &name.location, message, Some(hint));
                }
            }
        }
    }
}
