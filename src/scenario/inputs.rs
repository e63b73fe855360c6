//! Inputs of workflows: given, by default, from rows, or drawn; and whether the workflow takes them.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::arazzo::Workflow;
use crate::code::Code;
use crate::document::{Diagnostic, Location};
use crate::generate::Generator;
use crate::schema::Schema;
use crate::seed::Seed;

/// Inputs that were given from outside.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Those for every workflow that declares them.
    pub all: Map<String, Value>,
    /// Those for one workflow, by `workflowId`; they come before the others.
    pub of_workflow: IndexMap<String, Map<String, Value>>,
    /// The names among them that somebody wrote for this run.
    pub from_file: Vec<String>,
    /// Those that were given as text: they become what the input's schema wants.
    pub texts: IndexMap<String, String>,
}

/// The inputs of a workflow. A row of its feed counts more than what was given, that more than what is
/// drawn, and that more than the schema's defaults.
pub(super) fn inputs(
    workflow: &Workflow,
    given: &Given,
    row: Option<&Map<String, Value>>,
    seed: Seed,
) -> Result<Map<String, Value>, Box<Diagnostic>> {
    let declared = workflow.declared_inputs();
    let mut inputs = Map::new();
    let takes = |name: &str| declared.is_open || declared.schemas.contains_key(name);
    for (name, value) in given.all.iter().filter(|(name, _)| takes(name)) {
        inputs.insert(name.clone(), value.clone());
    }
    for (name, text) in given.texts.iter().filter(|(name, _)| takes(name)) {
        inputs.insert(name.clone(), typed(text, declared.schemas.get(name)));
    }
    let own = given.of_workflow.get(&workflow.id);
    for (name, value) in own.into_iter().flatten() {
        inputs.insert(name.clone(), value.clone());
    }
    for (name, value) in row.into_iter().flatten() {
        let value = match value {
            // Cells of a table have no types.
            Value::String(text) => typed(text, declared.schemas.get(name)),
            other => other.clone(),
        };
        if takes(name) {
            inputs.insert(name.clone(), value);
        }
    }
    complete(workflow, &mut inputs, seed)?;
    match objection(workflow, &inputs) {
        None => Ok(inputs),
        Some(reason) => {
            let schema = workflow.inputs.as_ref();
            let location = schema.map_or_else(|| workflow.location.clone(), Schema::location);
            let diagnostic = refused(workflow, location, &reason);
            Err(Box::new(match missing(workflow, &inputs) {
                Some(name) => diagnostic.with_hint(format!(
                    "`--input {name}=...`, or `inputs` of the target in proofmark.toml"
                )),
                None => diagnostic,
            }))
        }
    }
}

/// Adds the inputs that are drawn, and the defaults of the others.
pub(crate) fn complete(
    workflow: &Workflow,
    inputs: &mut Map<String, Value>,
    seed: Seed,
) -> Result<(), Box<Diagnostic>> {
    let declared = workflow.declared_inputs();
    for name in &workflow.generate {
        let Some(schema) = declared.schemas.get(&name.value) else {
            continue;
        };
        if inputs.contains_key(&name.value) {
            continue;
        }
        let drawn = Generator::new(schema)
            .and_then(|generator| generator.valid(seed.derive(&name.value, 0)));
        let drawn = drawn.map_err(|error| {
            let reason = format!("the input `{}` cannot be drawn: {error}", name.value);
            Box::new(refused(workflow, name.location.clone(), &reason))
        })?;
        inputs.insert(name.value.clone(), drawn);
    }
    declared.fill(inputs);
    Ok(())
}

fn refused(workflow: &Workflow, location: Location, reason: &str) -> Diagnostic {
    let message = format!("workflow `{}`: {reason}", workflow.id);
    Diagnostic::new(Code::INPUTS_REFUSED, location, message)
}

/// What a workflow has against inputs.
pub(crate) fn objection(workflow: &Workflow, inputs: &Map<String, Value>) -> Option<String> {
    let schema = workflow.inputs.as_ref()?;
    let validator = match schema.validator() {
        Ok(validator) => validator,
        Err(error) => return Some(format!("its inputs cannot be judged: {error}")),
    };
    let violations = validator.violations(&Value::Object(inputs.clone()));
    if let Some(name) = missing(workflow, inputs) {
        return Some(format!("the input `{name}` is missing"));
    }
    let violation = violations.first()?;
    let place = violation
        .instance
        .as_str()
        .trim_start_matches('/')
        .replace('/', ".");
    Some(if place.is_empty() {
        format!(
            "the inputs break `{}`: {}",
            violation.keyword, violation.masked
        )
    } else {
        format!(
            "the input `{place}` breaks `{}`: {}",
            violation.keyword, violation.masked
        )
    })
}

/// The first required input that is not there.
fn missing(workflow: &Workflow, inputs: &Map<String, Value>) -> Option<String> {
    let schema = workflow.inputs.as_ref()?.resolved();
    let required = schema.value().get("required")?.as_array()?;
    let mut names = required.iter().filter_map(Value::as_str);
    names
        .find(|name| !inputs.contains_key(*name))
        .map(str::to_owned)
}

/// A text as the schema wants it: as JSON where only that is valid, else as a string.
pub(super) fn typed(text: &str, schema: Option<&Schema>) -> Value {
    let string = Value::String(text.to_owned());
    let parsed: Option<Value> = serde_json::from_str(text).ok();
    let validator = schema.and_then(|schema| schema.validator().ok());
    match (parsed, validator) {
        (Some(parsed), Some(validator))
            if validator.is_valid(&parsed) && !validator.is_valid(&string) =>
        {
            parsed
        }
        _ => string,
    }
}
