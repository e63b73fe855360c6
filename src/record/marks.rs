//! Marks: the places where a document says that a value is not for everybody's eyes.
//!
//! These are `format: password`, `writeOnly: true` and the extension `x-pii`; besides, what is called like a
//! credential is one, whatever a document says.

use std::collections::BTreeMap;

use serde_json::Value;

use super::credential::{is_credential, may_be_one};
use super::redact::MASK;
use crate::schema::{Facets, Schema, SchemaSet};

/// What a document says about values that are not to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// `format: password` and `writeOnly`: nothing may show it.
    Secret,
    /// It is called like a credential: masked wherever it stands, unless it is a word that may stand anywhere.
    Credential,
    /// `x-pii`: not to be shown as far as it tells of anybody.
    Personal,
    /// What `x-pii` marks and tells of nobody by itself: a UUID. It is masked where it is marked only, or
    /// no path and no value that is compared could be read.
    Identifier,
}

/// A value that was masked.
pub(super) type Marked = (Mark, String);

/// Whether values at this place are not to be shown.
pub(super) fn mark_of(facets: &Facets) -> Option<Mark> {
    if facets.marked("writeOnly") || facets.any("format", |format| format == "password") {
        Some(Mark::Secret)
    } else if facets.any("x-pii", is_set) {
        Some(Mark::Personal)
    } else {
        None
    }
}

fn is_set(mark: &Value) -> bool {
    !matches!(mark, Value::Null | Value::Bool(false))
}

/// The scalars of an instance that its schema marks, without identifiers.
pub fn marked_values(instance: &Value, schema: &Schema) -> Vec<String> {
    let mut found = Vec::new();
    mask(&mut instance.clone(), schema, &mut found);
    let found = found
        .into_iter()
        .filter(|(mark, _)| *mark != Mark::Identifier);
    found.map(|(_, value)| value).collect()
}

/// Masks the marked values of an instance; what they were is added to `found`.
pub(super) fn mask(instance: &mut Value, schema: &Schema, found: &mut Vec<Marked>) {
    walk(instance, &Facets::of(schema), found);
}

fn walk(instance: &mut Value, facets: &Facets, found: &mut Vec<Marked>) {
    if instance.is_null() {
        return;
    }
    if let Some(mark) = mark_of(facets) {
        cover(instance, mark, found);
        return;
    }
    match instance {
        Value::Object(members) => {
            for (name, value) in members {
                let facets = facets.member(name);
                if mark_of(&facets).is_none() && is_credential(name) && may_be_one(value) {
                    cover(value, Mark::Credential, found);
                } else {
                    walk(value, &facets, found);
                }
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
fn cover(instance: &mut Value, mark: Mark, found: &mut Vec<Marked>) {
    note(instance, mark, found);
    *instance = Value::String(MASK.to_owned());
}

fn note(value: &Value, mark: Mark, found: &mut Vec<Marked>) {
    match value {
        Value::String(text) if mark == Mark::Personal && is_uuid(text) => {
            found.push((Mark::Identifier, text.clone()));
        }
        Value::String(text) => found.push((mark, text.clone())),
        Value::Number(number) => found.push((mark, number.to_string())),
        Value::Array(items) => items.iter().for_each(|item| note(item, mark, found)),
        Value::Object(members) => members.values().for_each(|value| note(value, mark, found)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Whether a text is a UUID (RFC 9562 section 4).
fn is_uuid(text: &str) -> bool {
    let mut lengths = [8, 4, 4, 4, 12].into_iter();
    let mut groups = text.split('-');
    let is_group = |(group, length): (&str, usize)| {
        group.len() == length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    groups.by_ref().zip(lengths.by_ref()).all(is_group)
        && text.len() == 36
        && text.matches('-').count() == 4
}

/// The names of all properties that any schema of the documents marks; as secrets where any does.
pub(super) fn marked_names(set: &SchemaSet) -> BTreeMap<String, Mark> {
    let mut names = BTreeMap::new();
    for number in 0..set.len() {
        collect(&set.document(number).value, &mut names);
    }
    names
}

fn collect(node: &Value, names: &mut BTreeMap<String, Mark>) {
    match node {
        Value::Object(members) => {
            if let Some(Value::Object(properties)) = members.get("properties") {
                for (name, schema) in properties {
                    let is_secret = schema.get("writeOnly") == Some(&Value::Bool(true))
                        || schema
                            .get("format")
                            .is_some_and(|format| format == "password");
                    let is_personal = schema.get("x-pii").is_some_and(is_set);
                    let mark = match (is_secret, is_personal) {
                        (true, _) => Mark::Secret,
                        (false, true) => Mark::Personal,
                        (false, false) => continue,
                    };
                    let known = names.entry(name.clone()).or_insert(mark);
                    *known = mark.min(*known);
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
    names: &BTreeMap<String, Mark>,
    found: &mut Vec<Marked>,
) {
    match instance {
        Value::Object(members) => {
            for (name, value) in members {
                match names.get(name) {
                    Some(mark) if !value.is_null() => cover(value, *mark, found),
                    _ if is_credential(name) && may_be_one(value) => {
                        cover(value, Mark::Credential, found);
                    }
                    _ => mask_by_name(value, names, found),
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
        let expected = [
            (Mark::Secret, "1234"),
            (Mark::Secret, "4711"),
            (Mark::Secret, "99"),
            (Mark::Personal, "Ada"),
            (Mark::Personal, "Bob"),
            (Mark::Personal, "Eve"),
        ];
        assert_eq!(found, expected.map(|(mark, text)| (mark, text.to_owned())));
    }

    #[test]
    fn without_a_schema_the_names_tell() {
        let names = marked_names(schema().set());
        let expected = [
            ("card", Mark::Secret),
            ("name", Mark::Personal),
            ("pin", Mark::Secret),
        ];
        let expected = expected.map(|(name, mark)| (name.to_owned(), mark));
        assert_eq!(names, BTreeMap::from(expected));
        let mut instance = json!([{"deep": {"name": "Ada", "age": 3}}]);
        mask_by_name(&mut instance, &names, &mut Vec::new());
        assert_eq!(instance, json!([{"deep": {"name": "***", "age": 3}}]));
    }

    #[test]
    fn what_is_called_like_a_credential_is_one_with_a_schema_and_without() {
        let login = json!({
            "access_token": "eyJ.a", "token_type": "Bearer", "expires_in": 3600, "refresh_token": null,
            "password": {"minLength": 8, "apiKey": "k"}, "secret": false, "pin": "1", "extra": [{"clientSecret": 7}],
        });
        let clean = json!({
            "access_token": "***", "token_type": "Bearer", "expires_in": 3600, "refresh_token": null,
            "password": {"minLength": 8, "apiKey": "***"}, "secret": false, "pin": "***", "extra": [{"clientSecret": "***"}],
        });
        let expected = [
            (Mark::Secret, "1"),
            (Mark::Credential, "7"),
            (Mark::Credential, "eyJ.a"),
            (Mark::Credential, "k"),
        ];
        let expected = expected.map(|(mark, text)| (mark, text.to_owned()));
        let schema = schema();
        let names = marked_names(schema.set());
        for is_known in [true, false] {
            let (mut instance, mut found) = (login.clone(), Vec::new());
            if is_known {
                mask(&mut instance, &schema, &mut found);
            } else {
                mask_by_name(&mut instance, &names, &mut found);
            }
            assert_eq!(instance, clean);
            found.sort();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_uuid_is_an_identifier_unless_it_is_a_secret() {
        let id = "6b5a0d8e-bf30-4152-93ff-e74ba72fd61d";
        let mut instance = json!({"name": id, "pin": id});
        let mut found = Vec::new();
        mask(&mut instance, &schema(), &mut found);
        assert_eq!(instance, json!({"name": "***", "pin": "***"}));
        let marks: Vec<Mark> = found.iter().map(|(mark, _)| *mark).collect();
        assert_eq!(marks, [Mark::Identifier, Mark::Secret]);
        for other in [
            "",
            "6b5a0d8e",
            "6b5a0d8e-bf30-4152-93ff-e74ba72fd61",
            "6b5a0d8e-bf30-4152-93ff-e74ba72fd61d-",
            "6b5a0d8ebf3041529-3ff-e74ba72f-d61-d",
            "zb5a0d8e-bf30-4152-93ff-e74ba72fd61d",
        ] {
            assert!(!is_uuid(other), "{other}");
        }
        assert_eq!(
            marked_values(&json!({"name": id, "pin": "1234"}), &schema()),
            ["1234"]
        );
    }
}
