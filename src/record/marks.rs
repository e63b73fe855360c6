//! Marks: the places where a document says that a value is not for everybody's eyes.
//!
//! These are `format: password`, `writeOnly: true` and the extension `x-pii`; besides, what is called like a
//! credential is one, whatever a document says.

use std::collections::BTreeMap;

use serde_json::Value;

use super::credential::{Kind, cover};
use super::redact::MASK;
use super::written::{Called, Writing, without};
use crate::document::Pointer;
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

/// The names of properties, and of header fields in lower case, that any schema of the documents marks.
pub(super) type MarkedNames = BTreeMap<String, Mark>;

/// What documents say about a node of an instance.
pub(super) enum Told<'a> {
    /// By the schema.
    Schema(Facets),
    /// No schema describes it: by the names that are marked anywhere, and what the node's own says.
    Names(&'a MarkedNames, Option<Mark>),
}

impl<'a> Told<'a> {
    /// What is said about an instance: by its schema, or by names if it has none.
    pub(super) fn of(schema: Option<&Schema>, names: &'a MarkedNames) -> Self {
        match schema {
            Some(schema) => Self::Schema(Facets::of(schema)),
            None => Self::Names(names, None),
        }
    }

    /// Whether the node is not to be shown.
    pub(super) fn mark(&self) -> Option<Mark> {
        match self {
            Self::Schema(facets) => mark_of(facets),
            Self::Names(_, mark) => *mark,
        }
    }

    fn member(&self, name: &str) -> Self {
        match self {
            Self::Schema(facets) => Self::Schema(facets.member(name)),
            Self::Names(names, _) => Self::Names(names, names.get(name).copied()),
        }
    }

    fn item(&self, index: usize) -> Self {
        match self {
            Self::Schema(facets) => Self::Schema(facets.item(index)),
            Self::Names(names, _) => Self::Names(names, None),
        }
    }
}

/// What was found in an instance that is not to be shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Found {
    /// What it was.
    pub(super) values: Vec<Marked>,
    /// Where it stood, with indexes starred; not what its name tells.
    pub(super) places: BTreeMap<Pointer, Mark>,
}

/// The scalars of an instance that its schema marks, without identifiers.
pub fn marked_values(instance: &Value, schema: &Schema) -> Vec<String> {
    let mut found = Found::default();
    let names = MarkedNames::new();
    mask(
        &mut instance.clone(),
        &Told::of(Some(schema), &names),
        &mut found,
    );
    let found = found.values.into_iter();
    let found = found.filter(|(mark, _)| *mark != Mark::Identifier);
    found.map(|(_, value)| value).collect()
}

/// Masks what is not to be shown of an instance, in one walk.
pub(super) fn mask(instance: &mut Value, told: &Told<'_>, found: &mut Found) {
    walk(instance, told, &Pointer::root(), found);
}

fn walk(instance: &mut Value, told: &Told<'_>, at: &Pointer, found: &mut Found) {
    if instance.is_null() {
        return;
    }
    if let Some(mark) = told.mark() {
        note(instance, mark, &mut found.values);
        found.places.insert(at.starred(), mark);
        *instance = Value::String(MASK.to_owned());
        return;
    }
    match instance {
        Value::Object(members) => {
            for (name, value) in members {
                let (told, at) = (told.member(name), at.join(name));
                match Kind::of(name).filter(|_| told.mark().is_none()) {
                    Some(kind) => {
                        credentials(kind, value, found);
                        walk(value, &told, &at, found);
                    }
                    None => walk(value, &told, &at, found),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                walk(item, &told.item(index), &at.index(index), found);
            }
        }
        Value::String(text) => {
            // A URL in it may have a query.
            let clean = without(text, Writing::Part, &Called::credential, &mut found.values);
            if clean != *text {
                *text = clean;
            }
        }
        _ => {}
    }
}

/// Masks what stands under the name of a credential.
fn credentials(kind: Kind, value: &mut Value, found: &mut Found) {
    let is_whole = !matches!(value, Value::Array(_) | Value::Object(_));
    cover(kind, value, &mut |text| {
        // What is wrong with a password stands in lists of sentences: those are masked there only.
        if is_whole || !text.contains(char::is_whitespace) {
            found.values.push((Mark::Credential, text.to_owned()));
        }
    });
}

/// Notes all the scalars of a value.
fn note(value: &Value, mark: Mark, found: &mut Vec<Marked>) {
    match value {
        // It was masked before.
        Value::String(text) if text == MASK => {}
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
pub(super) fn is_uuid(text: &str) -> bool {
    let mut lengths = [8, 4, 4, 4, 12].into_iter();
    let mut groups = text.split('-');
    let is_group = |(group, length): (&str, usize)| {
        group.len() == length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    groups.by_ref().zip(lengths.by_ref()).all(is_group)
        && text.len() == 36
        && text.matches('-').count() == 4
}

/// The names of all properties and header fields that any schema of the documents marks; as secrets where any does.
pub(super) fn marked_names(set: &SchemaSet) -> MarkedNames {
    let mut names = BTreeMap::new();
    for number in 0..set.len() {
        collect(&set.document(number).value, &mut names);
    }
    names
}

fn collect(node: &Value, names: &mut MarkedNames) {
    match node {
        Value::Object(members) => {
            if let Some(Value::Object(properties)) = members.get("properties") {
                for (name, schema) in properties {
                    note_name(name.clone(), schema, names);
                }
            }
            if let Some(Value::Object(fields)) = members.get("headers") {
                for (name, field) in fields {
                    if let Some(schema) = field.get("schema") {
                        note_name(name.to_ascii_lowercase(), schema, names);
                    }
                }
            }
            members.values().for_each(|value| collect(value, names));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        _ => {}
    }
}

fn note_name(name: String, schema: &Value, names: &mut MarkedNames) {
    let is_secret = schema.get("writeOnly") == Some(&Value::Bool(true))
        || schema
            .get("format")
            .is_some_and(|format| format == "password");
    let mark = if is_secret {
        Mark::Secret
    } else if schema.get("x-pii").is_some_and(is_set) {
        Mark::Personal
    } else {
        return;
    };
    let known = names.entry(name).or_insert(mark);
    *known = mark.min(*known);
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

    /// Masks an instance by the schema; what was found in it.
    fn masked(instance: &mut Value) -> Found {
        let (mut found, names) = (Found::default(), MarkedNames::new());
        mask(instance, &Told::of(Some(&schema()), &names), &mut found);
        found
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
        let found = masked(&mut instance);
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
        let places: Vec<&str> = found.places.keys().map(Pointer::as_str).collect();
        assert_eq!(
            places,
            [
                "/by/x/name",
                "/card",
                "/friends/*/name",
                "/name",
                "/one/pin",
                "/pin"
            ]
        );
        let mut found = found.values;
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
        mask(
            &mut instance,
            &Told::of(None, &names),
            &mut Found::default(),
        );
        assert_eq!(instance, json!([{"deep": {"name": "***", "age": 3}}]));
    }

    #[test]
    fn what_is_called_like_a_credential_is_one_with_a_schema_and_without() {
        let login = json!({
            "access_token": "eyJ.a", "token_type": "Bearer", "expires_in": 3600, "refresh_token": null,
            "password": {"minLength": 8, "apiKey": "k"}, "secret": false, "pin": "1", "extra": [{"clientSecret": 7}],
            "tokens": ["t1", "is too short"], "next": "/a?token=t2&page=3",
        });
        let clean = json!({
            "access_token": "***", "token_type": "Bearer", "expires_in": 3600, "refresh_token": null,
            "password": {"minLength": "***", "apiKey": "***"}, "secret": false, "pin": "***", "extra": [{"clientSecret": "***"}],
            "tokens": ["***", "***"], "next": "/a?token=***&page=3",
        });
        let expected = [
            (Mark::Secret, "1"),
            (Mark::Credential, "7"),
            (Mark::Credential, "8"),
            (Mark::Credential, "eyJ.a"),
            (Mark::Credential, "k"),
            (Mark::Credential, "t1"),
            (Mark::Credential, "t2"),
        ];
        let expected = expected.map(|(mark, text)| (mark, text.to_owned()));
        let schema = schema();
        let names = marked_names(schema.set());
        for is_known in [true, false] {
            let (mut instance, mut found) = (login.clone(), Found::default());
            let told = Told::of(Some(&schema).filter(|_| is_known), &names);
            mask(&mut instance, &told, &mut found);
            assert_eq!(instance, clean);
            let mut found = found.values;
            found.sort();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_uuid_is_an_identifier_unless_it_is_a_secret() {
        let id = "6b5a0d8e-bf30-4152-93ff-e74ba72fd61d";
        let mut instance = json!({"name": id, "pin": id});
        let found = masked(&mut instance);
        assert_eq!(instance, json!({"name": "***", "pin": "***"}));
        let marks: Vec<Mark> = found.values.iter().map(|(mark, _)| *mark).collect();
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
