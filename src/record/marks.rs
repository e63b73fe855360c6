//! Marks: the places where a document says that a value is not for everybody's eyes.
//!
//! These are `format: password`, `writeOnly: true` and the extension `x-pii`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::redact::MASK;
use crate::schema::{Facets, Schema, SchemaSet};

/// Whether values at this place are not to be shown.
pub(super) fn is_marked(facets: &Facets) -> bool {
    facets.marked("writeOnly")
        || facets.any("format", |format| format == "password")
        || facets.any("x-pii", is_set)
}

fn is_set(mark: &Value) -> bool {
    !matches!(mark, Value::Null | Value::Bool(false))
}

/// The scalars of an instance that its schema marks.
pub fn marked_values(instance: &Value, schema: &Schema) -> Vec<String> {
    let mut found = Vec::new();
    mask(&mut instance.clone(), schema, &mut found);
    found
}

/// Masks the marked values of an instance; what they were is added to `found`.
pub(super) fn mask(instance: &mut Value, schema: &Schema, found: &mut Vec<String>) {
    walk(instance, &Facets::of(schema), found);
}

fn walk(instance: &mut Value, facets: &Facets, found: &mut Vec<String>) {
    if facets.is_empty() || instance.is_null() {
        return;
    }
    if is_marked(facets) {
        cover(instance, found);
        return;
    }
    match instance {
        Value::Object(members) => {
            for (name, value) in members {
                walk(value, &facets.member(name), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                walk(item, &facets.item(index), found);
            }
        }
        _ => {}
    }
}

/// Masks a value, and notes all the scalars in it.
fn cover(instance: &mut Value, found: &mut Vec<String>) {
    note(instance, found);
    *instance = Value::String(MASK.to_owned());
}

fn note(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Number(number) => found.push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| note(item, found)),
        Value::Object(members) => members.values().for_each(|value| note(value, found)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// The names of all properties that any schema of the documents marks.
pub(super) fn marked_names(set: &SchemaSet) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for number in 0..set.len() {
        collect(&set.document(number).value, &mut names);
    }
    names
}

fn collect(node: &Value, names: &mut BTreeSet<String>) {
    match node {
        Value::Object(members) => {
            if let Some(Value::Object(properties)) = members.get("properties") {
                for (name, schema) in properties {
                    let marked = schema.get("writeOnly") == Some(&Value::Bool(true))
                        || schema
                            .get("format")
                            .is_some_and(|format| format == "password")
                        || schema.get("x-pii").is_some_and(is_set);
                    if marked {
                        names.insert(name.clone());
                    }
                }
            }
            members.values().for_each(|value| collect(value, names));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        _ => {}
    }
}

/// Masks members by name, for bodies that no schema describes.
pub(super) fn mask_by_name(
    instance: &mut Value,
    names: &BTreeSet<String>,
    found: &mut Vec<String>,
) {
    match instance {
        Value::Object(members) => {
            for (name, value) in members {
                if names.contains(name) && !value.is_null() {
                    cover(value, found);
                } else {
                    mask_by_name(value, names, found);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                mask_by_name(item, names, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document::Document;
    use crate::schema::Dialect;

    fn schema() -> Schema {
        let value = json!({
            "$ref": "#/$defs/person",
            "$defs": {
                "person": {
                    "allOf": [{"properties": {"name": {"x-pii": "SENSITIVE"}}}],
                    "properties": {
                        "pin": {"type": "string", "format": "password"},
                        "card": {"type": "object", "writeOnly": true},
                        "public": {"type": "string", "x-pii": false},
                        "friends": {"items": {"$ref": "#/$defs/person"}},
                        "by": {"additionalProperties": {"$ref": "#/$defs/person"}},
                        "one": {"oneOf": [{"type": "null"}, {"$ref": "#/$defs/person"}]},
                    }
                }
            }
        });
        SchemaSet::of_schema(Document::from_value("s", value), Dialect::Draft202012)
    }

    #[test]
    fn marked_values_are_masked_wherever_the_schema_leads() {
        let mut instance = json!({
            "name": "Ada",
            "pin": "1234",
            "card": {"number": 4711},
            "public": "yes",
            "extra": "stays",
            "friends": [{"name": "Bob", "public": "no"}],
            "by": {"x": {"name": "Eve"}},
            "one": {"pin": "99"},
        });
        let mut found = Vec::new();
        mask(&mut instance, &schema(), &mut found);
        assert_eq!(
            instance,
            json!({
                "name": "***",
                "pin": "***",
                "card": "***",
                "public": "yes",
                "extra": "stays",
                "friends": [{"name": "***", "public": "no"}],
                "by": {"x": {"name": "***"}},
                "one": {"pin": "***"},
            })
        );
        found.sort();
        assert_eq!(found, ["1234", "4711", "99", "Ada", "Bob", "Eve"]);
    }

    #[test]
    fn without_a_schema_the_names_tell() {
        let names = marked_names(schema().set());
        assert_eq!(names.iter().collect::<Vec<_>>(), ["card", "name", "pin"]);
        let mut instance = json!([{"deep": {"name": "Ada", "age": 3}}]);
        mask_by_name(&mut instance, &names, &mut Vec::new());
        assert_eq!(instance, json!([{"deep": {"name": "***", "age": 3}}]));
    }
}
