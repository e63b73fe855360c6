//! What lifting writes, and that nothing moves.

use serde_json::{Value, json};

use super::super::{Dialect, Direction, Schema, SchemaSet, SchemaSetBuilder};
use crate::document::{Document, Pointer};

fn lifted(dialect: Dialect, schema: Value) -> Value {
    let document = Document::from_value("s.yaml", schema);
    SchemaSet::of_schema(document, dialect).value().clone()
}

#[test]
fn openapi_30_becomes_2020_12_at_the_same_places() {
    for (schema, expected) in [
        (
            json!({"type": "string", "nullable": true}),
            json!({"type": ["string", "null"]}),
        ),
        (
            json!({"type": "string", "nullable": true, "enum": ["a"]}),
            json!({"type": "string", "enum": ["a"]}),
        ),
        (
            json!({"type": "string", "nullable": true, "enum": ["a", null]}),
            json!({"type": ["string", "null"], "enum": ["a", null]}),
        ),
        (
            json!({"type": "string", "nullable": false}),
            json!({"type": "string"}),
        ),
        (
            json!({"nullable": true, "allOf": [{"type": "object"}]}),
            json!({"allOf": [{"type": "object"}]}),
        ),
        (
            json!({"type": "number", "minimum": 1, "exclusiveMinimum": true, "maximum": 5, "exclusiveMaximum": false}),
            json!({"type": "number", "exclusiveMinimum": 1, "maximum": 5}),
        ),
        (json!({"exclusiveMaximum": true}), json!({})),
        (json!({"type": ["string", "null"]}), json!({})),
        (
            json!({"const": 1, "if": {}, "examples": [1], "example": 2, "$schema": "x", "$id": "y", "deprecated": true}),
            json!({"example": 2, "deprecated": true}),
        ),
        (
            json!({"properties": {
                "nullable": {"type": "boolean", "nullable": true},
                "properties": {"type": "object", "properties": {"const": {"const": 1}}},
                "examples": {"enum": [{"nullable": true, "const": 1}], "default": {"const": 1}}
            }}),
            json!({"properties": {
                "nullable": {"type": ["boolean", "null"]},
                "properties": {"type": "object", "properties": {"const": {}}},
                "examples": {"enum": [{"nullable": true, "const": 1}], "default": {"const": 1}}
            }}),
        ),
        (
            json!({"items": {"$ref": "#/properties/a%20b", "nullable": true, "description": "x"}, "properties": {"a b": {}}}),
            json!({"items": {"$ref": "proofmark://document/0#/view/properties/a%20b"}, "properties": {"a b": {}}}),
        ),
        (
            json!({"properties": {"$ref": {"type": "string", "nullable": true}}}),
            json!({"properties": {"$ref": {"type": ["string", "null"]}}}),
        ),
        (
            json!({"type": "string", "format": "binary", "discriminator": {"propertyName": "a"}, "xml": {}}),
            json!({"type": "string", "format": "binary", "discriminator": {"propertyName": "a"}, "xml": {}}),
        ),
    ] {
        assert_eq!(
            lifted(Dialect::OpenApi30, schema.clone()),
            expected,
            "{schema}"
        );
    }
}

#[test]
fn integer_formats_become_ranges_unless_they_are_implied() {
    let (low, high) = (i32::MIN, i32::MAX);
    for (schema, expected) in [
        (
            json!({"type": "integer", "format": "int32"}),
            json!({"type": "integer", "format": "int32", "minimum": low, "maximum": high}),
        ),
        (
            json!({"type": ["integer", "null"], "format": "int64"}),
            json!({"type": ["integer", "null"], "format": "int64", "minimum": i64::MIN, "maximum": i64::MAX}),
        ),
        (
            json!({"type": "integer", "format": "int32", "minimum": 0, "exclusiveMaximum": 10}),
            json!({"type": "integer", "format": "int32", "minimum": 0, "exclusiveMaximum": 10}),
        ),
        (
            json!({"type": "integer", "format": "int32", "minimum": -1e30, "maximum": 3_000_000_000_u64}),
            json!({"type": "integer", "format": "int32", "minimum": low, "maximum": high}),
        ),
        (
            json!({"type": "string", "format": "int32"}),
            json!({"type": "string", "format": "int32"}),
        ),
    ] {
        assert_eq!(
            lifted(Dialect::OpenApi31, schema.clone()),
            expected,
            "{schema}"
        );
    }
}

#[test]
fn a_number_outside_of_its_format_breaks_the_format() {
    let document = Document::parse(
        "s.yaml",
        "type: integer\nformat: int32\nmaximum: 5000000000\nexclusiveMinimum: 0\n",
    )
    .unwrap();
    let validator = SchemaSet::of_schema(document, Dialect::OpenApi31)
        .validator()
        .unwrap();
    let violation = validator
        .first_violation(&json!(3_000_000_000_u64))
        .unwrap();
    assert_eq!(violation.keyword, "format");
    assert_eq!(violation.schema.to_string(), "s.yaml:2:1");
    assert_eq!(violation.schema.pointer.as_str(), "/format");
    assert_eq!(violation.message, "3000000000 is not an `int32`");
    assert_eq!(violation.masked, "value is not an `int32`");
    let violation = validator.first_violation(&json!(0)).unwrap();
    assert_eq!(violation.keyword, "exclusiveMinimum");
    assert!(validator.is_valid(&json!(i32::MAX)));
}

fn required(text: &str, direction: Direction, at: &str) -> Value {
    let mut builder = SchemaSetBuilder::default();
    builder.add(
        Document::parse("s.yaml", text).unwrap(),
        Dialect::Draft202012,
    );
    let set = builder.build();
    let schema: Schema = set.schema(0, &Pointer::root(), direction);
    schema.value().pointer(at).unwrap().clone()
}

#[test]
fn marked_properties_are_not_required_in_the_other_direction() {
    for (text, at, request, response) in [
        (
            "properties: {a: {readOnly: true}, b: {writeOnly: true}, c: {}}\nrequired: [a, b, c]",
            "/required",
            json!(["b", "c"]),
            json!(["a", "c"]),
        ),
        (
            "properties: {a: {$ref: '#/$defs/a'}}\nrequired: [a]\n$defs: {a: {allOf: [{readOnly: true}]}}",
            "/required",
            json!([]),
            json!(["a"]),
        ),
        (
            "allOf: [{$ref: '#/$defs/base'}, {required: [a]}]\n$defs: {base: {properties: {a: {readOnly: true}}}}",
            "/allOf/1/required",
            json!([]),
            json!(["a"]),
        ),
        (
            "required: [a]\nallOf: [{properties: {a: {readOnly: true}}}]",
            "/required",
            json!([]),
            json!(["a"]),
        ),
        (
            "properties: {a: {readOnly: true}}\nnot: {required: [a]}",
            "/not/required",
            json!(["a"]),
            json!(["a"]),
        ),
        (
            "properties: {a: {properties: {b: {readOnly: true}}}, b: {}}\nrequired: [b]",
            "/required",
            json!(["b"]),
            json!(["b"]),
        ),
        (
            "properties: {readOnly: {type: boolean}}\nrequired: [readOnly]",
            "/required",
            json!(["readOnly"]),
            json!(["readOnly"]),
        ),
        (
            "properties: {a: {$ref: '#/properties/a', readOnly: true}}\nrequired: [a]",
            "/required",
            json!([]),
            json!(["a"]),
        ),
    ] {
        assert_eq!(required(text, Direction::Request, at), request, "{text}");
        assert_eq!(required(text, Direction::Response, at), response, "{text}");
    }
}

#[test]
fn one_bad_schema_costs_only_what_uses_it() {
    let text = "
good: {type: string}
allOf: [{$ref: 'http://[bad'}]
properties: {x: {$ref: 'https://example.com/x.json'}}
components:
  schemas:
    Good: {$ref: '#/good'}
    Dangling: {properties: {a: {$ref: '#/nowhere'}}}
    Remote: {$ref: 'https://example.com/a.json#/b'}
    File: {$ref: 'nothing.yaml'}
    Pattern: {pattern: '('}
    Type: {type: strnig}
    Circle: {$ref: '#/components/schemas/Circle'}
    Circle1: {$ref: '#/components/schemas/Circle2'}
    Circle2: {$ref: '#/components/schemas/Circle1'}
    Endless: {allOf: [{$ref: '#/components/schemas/Endless'}]}
    Uses: {properties: {a: {$ref: '#/components/schemas/Pattern'}}}
    Identified: {$id: 'https://example.com/i', $ref: '#/good', $schema: 'https://example.com/unknown'}
openapi: 3.1.0
";
    let mut builder = SchemaSetBuilder::default();
    builder.add(
        Document::parse("s.yaml", text).unwrap(),
        Dialect::Draft202012,
    );
    let set = builder.build();
    for (name, is_usable) in [
        ("Good", true),
        ("Dangling", false),
        ("Remote", false),
        ("File", false),
        ("Pattern", false),
        ("Type", false),
        ("Circle", false),
        ("Circle1", false),
        ("Endless", true),
        ("Uses", false),
        ("Identified", true),
        ("NotThere", true),
    ] {
        let pointer = Pointer::root()
            .join("components")
            .join("schemas")
            .join(name);
        let schema = set.schema(0, &pointer, Direction::Response);
        let validator = schema.validator();
        assert_eq!(validator.is_ok(), is_usable, "{name}: {validator:?}");
        if let Ok(validator) = validator {
            assert!(validator.is_valid(&json!("x")), "{name}");
        }
    }
    let pointer = Pointer::root()
        .join("components")
        .join("schemas")
        .join("Dangling");
    let error = set
        .schema(0, &pointer, Direction::Request)
        .validator()
        .unwrap_err();
    assert_eq!(error.to_string(), "`#/nowhere` leads nowhere");
}
