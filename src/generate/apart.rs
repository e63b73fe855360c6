//! Parts set apart: conjunctions of so many choices that to multiply them out would be too much. What
//! stands behind a reference is not multiplied out; a walk chooses there part by part.

use serde_json::{Map, Value, json};

use super::bundle::also;

/// How many combinations of choices one schema may have before its parts are set apart.
const COMBINATIONS: usize = 64;

/// Moves the parts with choices to definitions of their own, if they have too many combinations.
pub(super) fn set_apart(schema: &mut Map<String, Value>, definitions: &mut Vec<Value>) {
    if combinations(schema) <= COMBINATIONS {
        return;
    }
    for keyword in ["dependentSchemas", "dependentRequired"] {
        if let Some(Value::Object(rules)) = schema.shift_remove(keyword) {
            for (name, rule) in rules {
                also(schema, json!({ keyword: { name: rule } }));
            }
        }
    }
    let parts = schema.get_mut("allOf").and_then(Value::as_array_mut);
    for part in parts.into_iter().flatten() {
        let is_choice = part
            .as_object()
            .is_some_and(|members| combinations(members) > 1);
        if is_choice {
            let reference = json!({ "$ref": format!("#/$defs/p{}", definitions.len()) });
            definitions.push(std::mem::replace(part, reference));
        }
    }
}

/// How many combinations of branches a schema has.
fn combinations(schema: &Map<String, Value>) -> usize {
    let mut found = 1usize;
    let mut times = |count: usize| found = found.saturating_mul(count.max(1));
    for (keyword, argument) in schema {
        match (keyword.as_str(), argument) {
            ("anyOf" | "oneOf", Value::Array(branches)) => times(branches.len()),
            ("if", _) => times(2),
            ("dependentSchemas" | "dependentRequired", Value::Object(rules)) => {
                times(1 << rules.len().min(16));
            }
            ("allOf", Value::Array(parts)) => {
                for part in parts.iter().filter_map(Value::as_object) {
                    times(combinations(part));
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(mut schema: Value) -> (Value, Vec<Value>) {
        let mut definitions = Vec::new();
        if let Value::Object(members) = &mut schema {
            set_apart(members, &mut definitions);
        }
        (schema, definitions)
    }

    #[test]
    fn few_choices_stay_where_they_are() {
        let schema = json!({"allOf": [{"anyOf": [{}, {}, {}]}, {"if": {}, "then": {}}], "dependentSchemas": {"a": {}}});
        assert_eq!(apart(schema.clone()), (schema, Vec::new()));
    }

    #[test]
    fn many_choices_become_definitions() {
        let choice = json!({"anyOf": [{"required": ["a"]}, {"required": ["b"]}, {}]});
        let schema = json!({
            "allOf": [choice, {"type": "object"}, choice, choice],
            "dependentSchemas": {"a": {}, "b": {}},
        });
        let (schema, definitions) = apart(schema);
        assert_eq!(
            schema,
            json!({"allOf": [
                {"$ref": "#/$defs/p0"}, {"type": "object"}, {"$ref": "#/$defs/p1"}, {"$ref": "#/$defs/p2"},
                {"$ref": "#/$defs/p3"}, {"$ref": "#/$defs/p4"}
            ]})
        );
        assert_eq!(definitions.len(), 5);
        assert_eq!(
            definitions.last(),
            Some(&json!({"dependentSchemas": {"b": {}}}))
        );
    }
}
