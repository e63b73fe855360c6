//! Inputs that nobody gave although a step that is certainly run cannot be sent without them.

use serde_json::{Map, Value};

use super::link::Called;
use super::suite::Suite;
use crate::arazzo::{Expression, ParameterPlace, Placed, Step, Template, Workflow};
use crate::code::Code;
use crate::document::{Diagnostic, Location, Pointer};
use crate::spec::Place;

/// The first value that needs an input that is not there. Looked at are the steps up to the first one
/// after which success may lead elsewhere: with one of them that cannot be sent, the workflow has
/// failed whatever the target answers. What is declared as required has been asked for before.
pub(super) fn unset(
    suite: &Suite,
    file: usize,
    workflow: &Workflow,
    inputs: &Map<String, Value>,
) -> Option<Diagnostic> {
    for step in &workflow.steps {
        // A step that cleans up is left out where it cannot be sent.
        if !step.always
            && let Some((name, at)) = needed(suite, file, (workflow, step), inputs)
        {
            let message = format!(
                "workflow `{}`: the input `{name}` is missing, which step `{}` cannot be sent without",
                workflow.id, step.id
            );
            let hint = format!("`--input {name}=...`, or `inputs` of the target in proofmark.toml");
            let told = Diagnostic::new(Code::INPUTS_REFUSED, at, message);
            return Some(told.with_hint(hint));
        }
        if workflow.success_actions_of(step).next().is_some() {
            return None;
        }
    }
    None
}

/// The name of the input, and where it is needed.
fn needed(
    suite: &Suite,
    file: usize,
    (workflow, step): (&Workflow, &Step),
    inputs: &Map<String, Value>,
) -> Option<(String, Location)> {
    let called = suite.called(file, step).ok()?;
    let parameters = workflow.parameters_of(step).filter(|parameter| {
        // What all steps share is for those whose paths have it.
        let is_shared = parameter.place == Some(ParameterPlace::Path)
            && workflow.parameters.contains(parameter);
        match &called {
            Called::Operation(_, operation) if is_shared => {
                operation.parameter(Place::Path, &parameter.name).is_some()
            }
            _ => true,
        }
    });
    let body = step.body.iter();
    let payload = body.filter_map(|body| body.payload.as_ref());
    let mut values = parameters.map(|parameter| &parameter.value).chain(payload);
    values.find_map(|value| absent(value, inputs))
}

fn absent(value: &Placed<Template>, inputs: &Map<String, Value>) -> Option<(String, Location)> {
    let mut expressions = value.value.expressions().into_iter();
    expressions.find_map(|(_, expression): (Pointer, &Expression)| match expression {
        Expression::Input(field)
            if !field
                .candidates()
                .any(|(name, _)| inputs.contains_key(name)) =>
        {
            Some((field.name.clone(), value.location.clone()))
        }
        _ => None,
    })
}
