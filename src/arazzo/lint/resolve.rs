//! References of expressions: whether what they name is there, and in time.

use super::Lint;
use super::expressions::{Moment, Site};
use super::flow::comes_after;
use crate::arazzo::{ComponentKind, Expression, Field, Reference, Target, Workflow, suggest};
use crate::code::Code;
use crate::document::Location;

/// The fields of a source description that are values.
const SOURCE_FIELDS: [&str; 3] = ["name", "url", "type"];

impl Lint<'_> {
    /// Reports an expression that cannot have a value where it stands.
    pub(super) fn resolve(&mut self, site: Site<'_>, expression: &Expression, at: &Location) {
        let Some(reference) = expression.refers() else {
            self.call(site, expression, at);
            return;
        };
        match reference {
            Reference::Input(field) => self.input(site.workflow, site.workflow, field, at),
            Reference::Output(field) => self.output(site, field, at),
            Reference::StepOutput(step, field) => self.step_output(site, step, field, at),
            Reference::WorkflowInput(id, field) => match self.description.workflow(id) {
                Some(other) => self.input(site.workflow, other, field, at),
                None => self.unknown_workflow(site.workflow, id, at),
            },
            Reference::WorkflowOutput(id, field) => match self.description.workflow(id) {
                Some(other) => self.workflow_output(site.workflow, other, field, at),
                None => self.unknown_workflow(site.workflow, id, at),
            },
            Reference::WorkflowStep(..) => {
                let message = format!("`{expression}` names a step, which has no value");
                let hint = Some("such names stand in `dependsOn` only".to_owned());
                self.unknown(site.workflow, at, message, hint);
            }
            Reference::Source(source, field) => self.source(site.workflow, source, field, at),
            Reference::Component(kind, name) => self.component(site.workflow, kind, name, at),
        }
    }

    fn unknown(
        &mut self,
        workflow: &Workflow,
        at: &Location,
        message: String,
        hint: Option<String>,
    ) {
        self.report(workflow, Code::UNKNOWN_NAME, at, message, hint);
    }

    /// A part of the call that is not there yet, or no more.
    fn call(&mut self, site: Site<'_>, expression: &Expression, at: &Location) {
        if !expression.reads_call() {
            return;
        }
        let (why, hint) = match site.moment {
            Moment::Before => (
                "is not known before the call",
                "values of earlier steps are `$steps.stepId.outputs.name`",
            ),
            Moment::End => (
                "is of no call: a workflow makes many",
                "make it an output of a step, and name that: `$steps.stepId.outputs.name`",
            ),
            Moment::After | Moment::Done => return,
        };
        let message = format!("`{expression}` {why}");
        self.unknown(site.workflow, at, message, Some(hint.to_owned()));
    }

    /// An input of `home`; `workflow` names it.
    fn input(&mut self, workflow: &Workflow, home: &Workflow, field: &Field, at: &Location) {
        let inputs = home.declared_inputs();
        let mut names = field.candidates().map(|(name, _)| name);
        if names.any(|name| inputs.schemas.contains_key(name)) {
            return;
        }
        if home.inputs.is_none() {
            let message = format!(
                "workflow `{}` declares no inputs, and `{}` is one",
                home.id, field.name
            );
            let hint = "add `inputs`, a JSON Schema with `properties`";
            self.doubt(at, message, hint);
        } else if !inputs.is_open {
            let known = inputs.schemas.keys().map(String::as_str);
            let hint = suggest::hint(&field.name, known);
            let message = format!("workflow `{}` declares no input `{}`", home.id, field.name);
            self.unknown(workflow, at, message, hint);
        }
    }

    /// `$outputs`: those of the workflow, or those of the workflow that the step has called.
    fn output(&mut self, site: Site<'_>, field: &Field, at: &Location) {
        let number = site.step.filter(|_| site.moment != Moment::Before);
        let step = number.and_then(|number| site.workflow.steps.get(number));
        match step.map(|step| &step.target) {
            Some(Target::Workflow(name)) if name.source.is_some() => {}
            Some(Target::Workflow(name)) => {
                if let Some(called) = self.description.workflow(&name.id) {
                    self.workflow_output(site.workflow, called, field, at);
                }
            }
            // What a workflow's steps share may belong to one that calls a workflow.
            None if site.moment == Moment::Done => {}
            _ => self.workflow_output(site.workflow, site.workflow, field, at),
        }
    }

    fn workflow_output(
        &mut self,
        workflow: &Workflow,
        home: &Workflow,
        field: &Field,
        at: &Location,
    ) {
        let mut names = field.candidates().map(|(name, _)| name);
        if !names.any(|name| home.outputs.contains_key(name)) {
            let hint = suggest::hint(&field.name, home.outputs.keys().map(String::as_str));
            let message = format!("workflow `{}` declares no output `{}`", home.id, field.name);
            self.unknown(workflow, at, message, hint);
        }
    }

    fn step_output(&mut self, site: Site<'_>, id: &str, field: &Field, at: &Location) {
        let workflow = site.workflow;
        let Some((number, step)) = workflow.step(id) else {
            let known = workflow.steps.iter().map(|step| step.id.as_str());
            let hint = suggest::hint(id, known);
            self.unknown(workflow, at, format!("there is no step `{id}`"), hint);
            return;
        };
        let mut names = field.candidates().map(|(name, _)| name);
        // Those of the workflow that a step calls are the step's, too.
        let called = match &step.target {
            Target::Workflow(name) if name.source.is_none() => self.description.workflow(&name.id),
            _ => None,
        };
        let is_elsewhere = matches!(&step.target, Target::Workflow(name) if name.source.is_some());
        let is_declared = names.any(|name| {
            let of_called = called.is_some_and(|called| called.outputs.contains_key(name));
            step.outputs.contains_key(name) || of_called
        });
        if !is_declared && !is_elsewhere {
            let hint = suggest::hint(&field.name, step.outputs.keys().map(String::as_str));
            let hint = hint.or_else(|| Some(format!("add it under `outputs` of `{id}`")));
            let message = format!("step `{id}` declares no output `{}`", field.name);
            self.unknown(workflow, at, message, hint);
            return;
        }
        match site.step {
            Some(own) if own == number && site.moment != Moment::Done => {
                let message = format!("the outputs of `{id}` are not known before it is done");
                self.unknown(workflow, at, message, None);
            }
            Some(own) if own < number && !comes_after(workflow, own, number) => {
                let message = format!("`{id}` has not run by then");
                let hint = "steps run in the order of the file: move it up".to_owned();
                self.unknown(workflow, at, message, Some(hint));
            }
            _ => {}
        }
    }

    fn source(&mut self, workflow: &Workflow, name: &str, field: &str, at: &Location) {
        if !self.description.sources.contains_key(name) {
            self.unknown_source(workflow, name, at);
        } else if !SOURCE_FIELDS.contains(&field) && !field.starts_with("x-") {
            let hint = suggest::hint(field, SOURCE_FIELDS);
            let message = format!("source description `{name}` has no value `{field}`");
            self.unknown(workflow, at, message, hint);
        }
    }

    fn component(&mut self, workflow: &Workflow, kind: ComponentKind, name: &str, at: &Location) {
        let components = &self.description.components;
        let known: Vec<&str> = match kind {
            ComponentKind::Inputs => components.inputs.keys().map(String::as_str).collect(),
            ComponentKind::Parameters => components.parameters.keys().map(String::as_str).collect(),
            ComponentKind::SuccessActions => {
                let actions = components.success_actions.keys();
                actions.map(String::as_str).collect()
            }
            ComponentKind::FailureActions => {
                let actions = components.failure_actions.keys();
                actions.map(String::as_str).collect()
            }
        };
        if !known.contains(&name) {
            let hint = suggest::hint(name, known);
            let message = format!("`components` has no `{name}` under `{kind}`");
            self.unknown(workflow, at, message, hint);
        }
    }
}
