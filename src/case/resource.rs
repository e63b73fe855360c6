//! Known good values of parameters, so that requests reach things that exist.

use indexmap::IndexMap;
use serde_json::Value;

use crate::spec::{Parameter, PathTemplate, Place, Spec};

/// What a parameter names: its place, and its name or, in the path, its name behind the literal text
/// before it. `{id}` of `/notes/{id}` and of `/jobs/{id}` are different things, `{userId}` of
/// `/v2/users/{userId}` and of `/v3/users/{userId}/roles` the same.
pub type ResourceKey = (Place, String);

/// The key of a parameter of an operation on a path.
pub fn resource_key(path: &PathTemplate, place: Place, name: &str) -> ResourceKey {
    if place != Place::Path {
        return (place, name.to_owned());
    }
    let expression = format!("{{{name}}}");
    let before = path
        .as_str()
        .split_once(&*expression)
        .map_or("", |(before, _)| before);
    let literal = before
        .rsplit('/')
        .find(|segment| !segment.is_empty() && !segment.contains('{'))
        .unwrap_or_default();
    (place, format!("{literal}/{expression}"))
}

/// Values by what they name: documented, given by the user, or met in answers of the server. The
/// first ones are preferred.
pub type Resources = IndexMap<ResourceKey, Vec<Value>>;

/// The values that the document's examples give to parameters.
pub fn documented(spec: &Spec) -> Resources {
    let mut found = Resources::new();
    for operation in spec.operations.values() {
        for parameter in &operation.parameters {
            for example in &parameter.examples {
                let key = resource_key(&operation.path, parameter.place, &parameter.name);
                let values = found.entry(key).or_default();
                if !values.contains(&example.value) {
                    values.push(example.value.clone());
                }
            }
        }
    }
    found
}

/// The known values that a parameter's schema accepts: those at hand, else its own examples, else
/// examples of parameters of the same place and name. Text that came from a URL can be a number.
pub(super) fn known(
    path: &PathTemplate,
    parameter: &Parameter,
    resources: &Resources,
    documented: &Resources,
) -> Vec<Value> {
    let Ok(validator) = parameter.schema.validator() else {
        return Vec::new();
    };
    let key = resource_key(path, parameter.place, &parameter.name);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_of_different_collections_are_different() {
        let key = |path: &str, name| resource_key(&PathTemplate::new(path), Place::Path, name).1;
        assert_eq!(key("/notes/{id}", "id"), "notes/{id}");
        assert_ne!(key("/notes/{id}", "id"), key("/jobs/{id}", "id"));
        assert_eq!(
            key("/v2/users/{userId}", "userId"),
            key("/v3/users/{userId}/roles", "userId")
        );
        assert_eq!(key("/users/{userId}/notes/{id}", "id"), "notes/{id}");
        assert_eq!(key("/{tenant}", "tenant"), "/{tenant}");
    }
}
