//! Names of workflows, steps and source descriptions, outside of expressions.

use super::Lint;
use super::calls::{called, destination};
use crate::arazzo::{
    Action, Destination, SchemeReference, Security, SourceKind, Workflow, WorkflowName, suggest,
};
use crate::code::Code;
use crate::document::Location;

impl Lint<'_> {
    /// Names that lead nowhere.
    pub(super) fn names(&mut self, workflow: &Workflow) {
        let waits = workflow.steps.iter().flat_map(|step| &step.depends_on);
        let others = waits.filter_map(|name| name.workflow.as_ref());
        let names = workflow.depends_on.iter().chain(called(workflow));
        let names: Vec<&WorkflowName> = names.chain(others).collect();
        for name in names {
            self.workflow_name(workflow, name);
        }
        for step in &workflow.steps {
            for name in &step.depends_on {
                let home = match &name.workflow {
                    None => Some(workflow),
                    Some(other) if other.source.is_none() => self.description.workflow(&other.id),
                    Some(_) => None,
                };
                if let Some(home) = home {
                    self.step_name(workflow, home, &name.id, &name.location);
                }
            }
            self.action_steps(workflow, &step.on_success);
            self.action_steps(workflow, &step.on_failure);
            self.security_sources(workflow, &step.security);
        }
        self.action_steps(workflow, &workflow.success_actions);
        self.action_steps(workflow, &workflow.failure_actions);
        self.security_sources(workflow, &workflow.security);
    }

    fn action_steps(&mut self, workflow: &Workflow, actions: &[Action]) {
        for action in actions {
            if let Some(Destination::Step { id, location }) = destination(action) {
                self.step_name(workflow, workflow, id, location);
            }
        }
    }

    /// A step that must be one of `home`; `workflow` names it.
    fn step_name(&mut self, workflow: &Workflow, home: &Workflow, id: &str, at: &Location) {
        if home.step(id).is_none() {
            let hint = suggest::hint(id, home.steps.iter().map(|step| step.id.as_str()));
            let message = format!("workflow `{}` has no step `{id}`", home.id);
            self.report(workflow, Code::UNKNOWN_NAME, at, message, hint);
        }
    }

    fn workflow_name(&mut self, workflow: &Workflow, name: &WorkflowName) {
        let description = self.description;
        let code = Code::UNKNOWN_NAME;
        let Some(source) = &name.source else {
            if description.workflow(&name.id).is_none() {
                self.unknown_workflow(workflow, &name.id, &name.location);
            }
            return;
        };
        match description.sources.get(source).map(|source| source.kind) {
            None => self.unknown_source(workflow, source, &name.location),
            Some(Some(SourceKind::OpenApi | SourceKind::AsyncApi)) => {
                let message = format!("`{source}` is no Arazzo description and has no workflows");
                self.report(workflow, code, &name.location, message, None);
            }
            Some(Some(SourceKind::Arazzo) | None) => {}
        }
    }

    pub(super) fn unknown_workflow(&mut self, workflow: &Workflow, id: &str, at: &Location) {
        let known = self.description.workflows.keys().map(String::as_str);
        let hint = suggest::hint(id, known);
        let message = format!("there is no workflow `{id}`");
        self.report(workflow, Code::UNKNOWN_NAME, at, message, hint);
    }

    pub(super) fn unknown_source(&mut self, workflow: &Workflow, name: &str, at: &Location) {
        let known = self.description.sources.keys().map(String::as_str);
        let hint = suggest::hint(name, known);
        let message = format!("there is no source description `{name}`");
        self.report(workflow, Code::UNKNOWN_NAME, at, message, hint);
    }

    fn security_sources(&mut self, workflow: &Workflow, security: &[Security]) {
        for one in security {
            if let SchemeReference::Named {
                source: Some(source),
                ..
            } = &one.scheme
                && !self.description.sources.contains_key(source)
            {
                self.unknown_source(workflow, source, &one.location);
            }
        }
    }
}
