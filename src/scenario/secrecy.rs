//! Secrecy: which outputs of steps are credentials, and must be masked before they are first shown.

use std::collections::BTreeSet;

use crate::arazzo::{ParameterPlace, Reference, Workflow};
use crate::record::carries_credentials;
use crate::secret::Secret;
use serde_json::{Map, Value};

/// The outputs of steps that a workflow uses as credentials, as step and name: for `x-security`, or in a
/// header field for them.
pub(crate) fn secret_outputs(workflow: &Workflow) -> BTreeSet<(String, String)> {
    let steps = workflow.steps.iter().flat_map(|step| &step.security);
    let securities = workflow.security.iter().chain(steps);
    let values = securities.flat_map(|security| security.values.values());
    let own = workflow.steps.iter().flat_map(|step| &step.parameters);
    let fields = workflow.parameters.iter().chain(own).filter(|parameter| {
        let is_header = parameter.place == Some(ParameterPlace::Header);
        is_header && carries_credentials(&parameter.name)
    });
    values
        .chain(fields.map(|parameter| &parameter.value))
        .flat_map(|value| value.value.expressions())
        .filter_map(|(_, expression)| match expression.refers() {
            Some(Reference::StepOutput(step, field)) => Some((step, field)),
            _ => None,
        })
        .flat_map(|(step, field)| {
            let names = field.candidates();
            names.map(|(name, _)| (step.to_owned(), name.to_owned()))
        })
        .collect()
}

/// The secrets among the outputs of a step.
pub(crate) fn secrets_among(
    secret: &BTreeSet<(String, String)>,
    step: &str,
    outputs: &Map<String, Value>,
) -> Vec<Secret> {
    let named = outputs.iter().filter(|(name, _)| {
        let key = (step.to_owned(), (*name).clone());
        secret.contains(&key)
    });
    named
        .filter_map(|(_, value)| value.as_str())
        .map(Secret::new)
        .collect()
}

/// The credentials in the value of a header field: all of it, and what stands behind the scheme.
pub(super) fn credentials_in(value: &str) -> Vec<Secret> {
    let behind = value.split_once(' ').map(|(_, rest)| rest.trim());
    let parts = std::iter::once(value).chain(behind);
    parts.map(Secret::new).collect()
}
