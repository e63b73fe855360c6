//! Folding: conjunctions made smaller before they are analysed, and unions that are too much to be
//! set against each other moved behind references. Both leave the meaning of a schema as it is.
//!
//! To intersect the parts of `allOf` one after the other costs the square of their size, and to compare
//! the branches of a union more than that. What stands behind a reference is not compared.

use std::collections::HashSet;

use indexmap::IndexSet;
use serde_json::{Map, Value, json};

use super::work::values;

/// So many parts of a conjunction are intersected as they are.
const PARTS: usize = 16;
/// What the branches of one union may cost to be compared: the square of how many there are times how
/// many values are in their JSON.
const COMPARISONS: usize = 100_000;

/// Leaves out parts of `allOf` and branches of `anyOf` that say nothing new, and merges parts of a long
/// `allOf` that only list members.
pub(super) fn fold(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(parts)) = schema.get_mut("allOf") {
        spread(parts);
        parts.retain(|part| *part != Value::Bool(true));
        once(parts);
        if parts.len() > PARTS {
            merge(parts);
        }
    }
    if let Some(Value::Array(branches)) = schema.get_mut("anyOf") {
        once(branches);
    }
}

/// Moves the branches of a union that is too large to definitions of their own.
pub(super) fn behind_references(schema: &mut Map<String, Value>, definitions: &mut Vec<Value>) {
    for keyword in ["anyOf", "oneOf"] {
        let Some(Value::Array(branches)) = schema.get_mut(keyword) else {
            continue;
        };
        let count = branches.len().saturating_mul(branches.len());
        let size = branches.iter().map(values).fold(0, usize::saturating_add);
        if count.saturating_mul(size) <= COMPARISONS {
            continue;
        }
        for branch in branches {
            let is_large = ["properties", "allOf", "patternProperties", "items"]
                .iter()
                .any(|keyword| branch.get(keyword).is_some());
            if is_large {
                let reference = json!({ "$ref": format!("#/$defs/p{}", definitions.len()) });
                definitions.push(std::mem::replace(branch, reference));
            }
        }
    }
}

/// Puts the parts of a conjunction within a conjunction beside those around it.
fn spread(parts: &mut Vec<Value>) {
    let is_conjunction = |part: &Value| {
        let members = part.as_object().filter(|members| members.len() == 1);
        members.is_some_and(|members| members.get("allOf").is_some_and(Value::is_array))
    };
    if !parts.iter().any(is_conjunction) {
        return;
    }
    let spread = std::mem::take(parts).into_iter().flat_map(|mut part| {
        match part.get_mut("allOf").map(Value::take) {
            Some(Value::Array(inner)) if part.as_object().is_some_and(|part| part.len() == 1) => {
                inner
            }
            Some(other) => {
                if let Some(slot) = part.get_mut("allOf") {
                    *slot = other;
                }
                vec![part]
            }
            None => vec![part],
        }
    });
    *parts = spread.collect();
}

/// Keeps the first of equal schemas.
fn once(schemas: &mut Vec<Value>) {
    if schemas.len() > 1 {
        let mut seen = HashSet::new();
        schemas.retain(|schema| seen.insert(schema.to_string()));
    }
}

/// Merges the parts that say no more than that an object has members, each of which one part declares.
fn merge(parts: &mut Vec<Value>) {
    let mut properties = Map::new();
    let mut required: IndexSet<String> = IndexSet::new();
    let mut is_typed = false;
    parts.retain(|part| {
        let Some(plain) = plain(part) else {
            return true;
        };
        let declared = || plain.get("properties").and_then(Value::as_object);
        let clashes = |(name, rules): (&String, &Value)| {
            properties.get(name).is_some_and(|known| known != rules)
        };
        if declared().into_iter().flatten().any(clashes) {
            return true;
        }
        for (name, rules) in declared().into_iter().flatten() {
            properties.insert(name.clone(), rules.clone());
        }
        let names = plain.get("required").and_then(Value::as_array);
        let names = names.into_iter().flatten().filter_map(Value::as_str);
        required.extend(names.map(str::to_owned));
        is_typed |= plain.contains_key("type");
        false
    });
    let mut merged = Map::new();
    if is_typed {
        merged.insert("type".to_owned(), "object".into());
    }
    if !properties.is_empty() {
        merged.insert("properties".to_owned(), properties.into());
    }
    if !required.is_empty() {
        let required: Vec<String> = required.into_iter().collect();
        merged.insert("required".to_owned(), required.into());
    }
    if !merged.is_empty() {
        parts.insert(0, merged.into());
    }
}

/// A schema that says nothing but that an object has members.
fn plain(schema: &Value) -> Option<&Map<String, Value>> {
    let members = schema.as_object()?;
    let is_plain = members
        .iter()
        .all(|(keyword, argument)| match keyword.as_str() {
            "type" => argument == "object",
            "properties" => argument.is_object(),
            "required" => argument.is_array(),
            _ => false,
        });
    is_plain.then_some(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(mut schema: Value) -> Value {
        fold(schema.as_object_mut().unwrap());
        schema
    }

    #[test]
    fn conjunctions_say_each_thing_once() {
        let part = json!({"required": ["a"]});
        for (schema, expected) in [
            (json!({"allOf": [part, part]}), json!({"allOf": [part]})),
            (
                json!({"allOf": [{"allOf": [part, {"minLength": 1}]}, true, part]}),
                json!({"allOf": [part, {"minLength": 1}]}),
            ),
            (
                json!({"allOf": [{"allOf": [part], "minLength": 1}, part]}),
                json!({"allOf": [{"allOf": [part], "minLength": 1}, part]}),
            ),
            (
                json!({"anyOf": [part, {}, part]}),
                json!({"anyOf": [part, {}]}),
            ),
            // To match two equal branches of these is to match more than one.
            (
                json!({"oneOf": [part, part]}),
                json!({"oneOf": [part, part]}),
            ),
        ] {
            assert_eq!(folded(schema), expected);
        }
    }

    #[test]
    fn many_parts_that_list_members_become_one() {
        let mut parts: Vec<Value> = (0..40)
            .map(|number| json!({"type": "object", "properties": {format!("p{number}"): {"type": "string"}}, "required": ["p0"]}))
            .collect();
        parts.push(json!({"properties": {"p0": {"minLength": 3}}}));
        parts.push(json!({"additionalProperties": false}));
        let schema = folded(json!({ "allOf": parts }));
        let parts = schema["allOf"].as_array().unwrap();
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[0]["properties"].as_object().unwrap().len(), 40);
        assert_eq!(parts[0]["required"], json!(["p0"]));
        assert_eq!(parts[1], json!({"properties": {"p0": {"minLength": 3}}}));
        assert_eq!(parts[2], json!({"additionalProperties": false}));
    }

    #[test]
    fn only_unions_that_cost_much_stand_behind_references() {
        for (count, moved) in [(3, 0), (200, 200)] {
            let branches: Vec<Value> = (0..count)
                .map(|number| json!({"properties": {format!("p{number}"): {"type": "string"}}}))
                .collect();
            let mut schema = json!({ "oneOf": branches });
            let mut definitions = Vec::new();
            behind_references(schema.as_object_mut().unwrap(), &mut definitions);
            assert_eq!(definitions.len(), moved);
            assert_eq!(schema["oneOf"][0].get("$ref").is_some(), moved > 0);
        }
    }
}
