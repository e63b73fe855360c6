//! Known good values of parameters, so that requests reach things that exist.

use indexmap::IndexMap;
use serde_json::Value;

use crate::spec::{Parameter, Place, Spec};

/// Values by place and name of the parameters that take them: documented, given by the user, or
/// met in answers of the server. The first ones are preferred.
pub type Resources = IndexMap<(Place, String), Vec<Value>>;

/// The values that the document's examples give to parameters.
pub fn documented(spec: &Spec) -> Resources {
    let mut found = Resources::new();
    let parameters = spec
        .operations
        .values()
        .flat_map(|operation| &operation.parameters);
    for parameter in parameters {
        for example in &parameter.examples {
            let key = (parameter.place, parameter.name.clone());
            let values = found.entry(key).or_default();
            if !values.contains(&example.value) {
                values.push(example.value.clone());
            }
        }
    }
    found
}

/// The known values that a parameter's schema accepts: those at hand, else its own examples, else
/// examples of parameters of the same place and name. Text that came from a URL can be a number.
pub(super) fn known(
    parameter: &Parameter,
    resources: &Resources,
    documented: &Resources,
) -> Vec<Value> {
    let Ok(validator) = parameter.schema.validator() else {
        return Vec::new();
    };
    let key = (parameter.place, parameter.name.clone());
    let own: Vec<Value> = parameter
        .examples
        .iter()
        .map(|example| example.value.clone())
        .collect();
    let accepted = |values: &[Value]| -> Vec<Value> {
        values
            .iter()
            .filter_map(|value| {
                let number = value
                    .as_str()
                    .and_then(|text| text.parse().ok().map(Value::Number));
                [Some(value.clone()), number]
                    .into_iter()
                    .flatten()
                    .find(|value| validator.is_valid(value))
            })
            .collect()
    };
    [resources.get(&key), Some(&own), documented.get(&key)]
        .into_iter()
        .flatten()
        .map(|values| accepted(values))
        .find(|values| !values.is_empty())
        .unwrap_or_default()
}
