//! Calls of workflows: the inputs that they are given.

use serde_json::{Map, Value};

use super::Check;
use super::instance::Instance;
use crate::arazzo::{Parameter, Step, Workflow, suggest};
use crate::code::{Code, Severity};
use crate::document::{Location, Pointer};

impl<'a> Check<'a> {
    /// The inputs of a workflow that a step calls.
    pub(super) fn call(&mut self, step: &'a Step, called: &'a Workflow) {
        let inputs = called.declared_inputs();
        let workflow = self.workflow;
        let given: Vec<&Parameter> = workflow
            .parameters_of(step)
            .filter(|parameter| parameter.place.is_none())
            .collect();
        let is_own = |parameter: &Parameter| step.parameters.contains(parameter);
        for parameter in given.iter().copied().filter(|one| is_own(one)) {
            let name = &parameter.name;
            if inputs.is_open || inputs.schemas.contains_key(name) {
                continue;
            }
            let message = format!("workflow `{}` declares no input `{name}`", called.id);
            let hint = suggest::hint(name, inputs.schemas.keys().map(String::as_str));
            self.report(Code::UNDECLARED_PART, &parameter.location, message, hint);
        }
        let Some(schema) = &called.inputs else {
            return;
        };
        let mut instance = Instance {
            is_partial: called.feed.is_some(),
            ..Instance::default()
        };
        let mut values = Map::new();
        for parameter in &given {
            let at = Pointer::root().join(&parameter.name);
            let template = &parameter.value;
            let written = self.written(&template.location).cloned();
            values.insert(parameter.name.clone(), written.unwrap_or_default());
            let unknown = template.value.expressions().into_iter();
            let unknown = unknown.map(|(below, _)| at.concat(&below));
            instance.unknown.extend(unknown);
        }
        inputs.fill(&mut values);
        for drawn in &called.generate {
            if !values.contains_key(&drawn.value) {
                values.insert(drawn.value.clone(), Value::Null);
                let at = Pointer::root().join(&drawn.value);
                instance.unknown.push(at);
            }
        }
        instance.value = Value::Object(values);
        for violation in instance.violations(schema) {
            let is_missing = violation.keyword == "required" && violation.instance.is_root();
            if is_missing {
                let message = format!(
                    "an input of workflow `{}` is missing: {}",
                    called.id, violation.message
                );
                let hint = format!("`inputs` are declared at {}", violation.schema);
                let severity = Severity::Error;
                let code = Code::MISSING_PART;
                self.report_as(severity, code, &step.location, message, Some(hint));
                continue;
            }
            let at = self.given(&given, &violation.instance, step);
            let message = format!(
                "the input breaks `{}`: {}",
                violation.keyword, violation.message
            );
            let hint = format!("the schema is at {}", violation.schema);
            self.report(Code::PAYLOAD_MISMATCH, &at, message, Some(hint));
        }
    }

    /// Where the value of an input, or a node of it, is written.
    fn given(&self, given: &[&Parameter], at: &Pointer, step: &Step) -> Location {
        let (first, rest) = at.split_first();
        let name = first.last().unwrap_or_default();
        let parameter = given.iter().find(|parameter| parameter.name == name);
        parameter.map_or_else(
            || step.location.clone(),
            |parameter| self.place(&parameter.value.location.pointer.concat(&rest)),
        )
    }
}
