//! Requests of steps: parameters, body and credentials put together.

use indexmap::IndexMap;
use serde_json::Value;

use super::body::{self, Seeds};
use super::generators::Generators;
use super::secrecy::credentials_in;
use super::security::{brought, is_credential};
use crate::arazzo::{Parameter, ParameterPlace, Scope, Step, Workflow};
use crate::case::{Authority, Case, Inputs, scripted};
use crate::record::carries_credentials;
use crate::secret::Secret;
use crate::spec::{Operation, Place, Spec};
use crate::wire::{encode_component, encode_reserved, is_field_value};

/// A request that is ready to be sent.
pub(crate) struct Drafted {
    pub(crate) case: Case,
    pub(crate) authority: Authority,
    /// The credentials that the step brought along.
    pub(crate) secrets: Vec<Secret>,
}

/// The request of a step, from the values that are known now. An error says what is missing or wrong.
pub(crate) fn draft(
    spec: &Spec,
    operation: &Operation,
    (workflow, step): (&Workflow, &Step),
    scope: &Scope<'_>,
    authority: &Authority,
    seeds: Seeds,
    generators: &Generators,
) -> Result<Drafted, String> {
    let mut inputs = Inputs::default();
    let mut secrets = Vec::new();
    for parameter in workflow.parameters_of(step) {
        // What all steps share is for those whose paths have it.
        if parameter.place == Some(ParameterPlace::Path)
            && workflow.parameters.contains(parameter)
            && operation.parameter(Place::Path, &parameter.name).is_none()
        {
            continue;
        }
        let value = parameter.value.value.render(scope);
        let value =
            value.map_err(|error| format!("in the parameter `{}`, {error}", parameter.name))?;
        let is_header = parameter.place == Some(ParameterPlace::Header);
        let is_credential = is_credential(spec, Place::Header, &parameter.name)
            || carries_credentials(&parameter.name);
        if is_header && is_credential {
            secrets.extend(credentials_in(&text(&value)));
        }
        add(&mut inputs, spec, operation, parameter, value)?;
    }
    let drawn = body::draw(operation, step.body.as_ref(), scope, seeds, generators)?;
    inputs.body = drawn.body;
    let brought = brought(spec, workflow, step, scope, authority);
    for ((place, name), text) in brought.written {
        let (name, text) = match place {
            Place::Path | Place::Header if is_field_value(&text) => (name, text),
            Place::Path | Place::Header => {
                return Err(format!(
                    "the header field `{name}` cannot hold its credential"
                ));
            }
            Place::Query | Place::Cookie => (encode_component(&name), encode_component(&text)),
        };
        inputs.undeclared.entry((place, name)).or_insert(text);
    }
    secrets.extend(brought.secrets);
    let case = scripted(spec, &operation.id, drawn.intent, inputs, seeds.visit)
        .map_err(|error| error.to_string())?;
    Ok(Drafted {
        case,
        authority: brought.authority,
        secrets,
    })
}

fn add(
    inputs: &mut Inputs,
    spec: &Spec,
    operation: &Operation,
    parameter: &Parameter,
    value: Value,
) -> Result<(), String> {
    let name = &parameter.name;
    let place = match parameter.place {
        Some(ParameterPlace::Path) => Place::Path,
        Some(ParameterPlace::Query) => Place::Query,
        Some(ParameterPlace::Header) => Place::Header,
        Some(ParameterPlace::Cookie) => Place::Cookie,
        Some(ParameterPlace::QueryString) => {
            let key = (Place::Query, String::new());
            inputs.undeclared.insert(key, query(&value));
            return Ok(());
        }
        None => return Err(format!("the parameter `{name}` does not say where it goes")),
    };
    let declared = operation
        .parameter(place, name)
        .filter(|_| !is_credential(spec, place, name));
    let keeps_reserved = parameter.allow_reserved && place == Place::Query;
    // Lists and objects keep the form that the description gives them.
    let is_plain = !value.is_array() && !value.is_object();
    if let Some(declared) = declared.filter(|_| !(keeps_reserved && is_plain)) {
        let key = (place, declared.name.clone());
        inputs.parameters.insert(key, value);
        return Ok(());
    }
    let text = text(&value);
    let (key, text) = match place {
        Place::Path => {
            return Err(format!("the path of `{}` has no `{name}`", operation.id));
        }
        Place::Header if !is_field_value(&text) => {
            return Err(format!("the header field `{name}` cannot hold its value"));
        }
        Place::Header => (name.clone(), text),
        Place::Query if keeps_reserved => (encode_component(name), encode_reserved(&text)),
        Place::Query | Place::Cookie => (encode_component(name), encode_component(&text)),
    };
    inputs.undeclared.insert((place, key), text);
    Ok(())
}

/// A value as text: strings as they are, the rest as JSON.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A whole query: a text as it is, members as pairs.
fn query(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let pairs: IndexMap<String, String> = members
                .iter()
                .map(|(name, value)| (encode_component(name), encode_component(&text(value))))
                .collect();
            let pairs: Vec<String> = pairs
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            pairs.join("&")
        }
        other => text(other),
    }
}
