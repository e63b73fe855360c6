//! What makes no difference, though it is written differently.

use super::{compared, document, told};
use crate::parity::document::{Evidence, Grade};

#[test]
fn what_only_reads_differently_is_no_change() {
    let components = "{Part: {type: object, required: [a, b], properties: {a: {type: string}, b: {type: integer}}}, Text: {type: string, minLength: 1}}";
    for (old, new) in [
        (
            "{$ref: '#/components/schemas/Text'}",
            "{type: string, minLength: 1}",
        ),
        (
            "{allOf: [{type: string}, {minLength: 1}]}",
            "{$ref: '#/components/schemas/Text'}",
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/Part'}]}",
            "{type: object, properties: {b: {type: integer}, a: {type: string}}, required: [b, a]}",
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/Part'}, {type: object, properties: {c: {type: string}}}]}",
            "{type: object, required: [a, b], properties: {a: {type: string}, b: {type: integer}, c: {type: string}}}",
        ),
        ("{const: x}", "{type: string, enum: [x]}"),
        ("{enum: [a, b, c]}", "{enum: [c, b, a]}"),
        (
            "{oneOf: [{const: a, title: A}, {const: b}]}",
            "{type: string, enum: [a, b]}",
        ),
        ("{oneOf: [{type: string}]}", "{type: string}"),
        (
            "{anyOf: [{type: string}, {type: 'null'}]}",
            "{type: [string, 'null']}",
        ),
        (
            "{oneOf: [{$ref: '#/components/schemas/Part'}, {type: 'null'}]}",
            "{type: [object, 'null'], required: [a, b], properties: {a: {type: string}, b: {type: integer}}}",
        ),
        (
            "{anyOf: [{type: string}, {type: integer}]}",
            "{type: [integer, string]}",
        ),
        (
            "{type: integer, exclusiveMinimum: 0}",
            "{type: integer, minimum: 1}",
        ),
        (
            "{type: integer, minimum: 1.0}",
            "{type: integer, minimum: 1}",
        ),
        ("{type: integer}", "{type: integer, format: int64}"),
        (
            "{type: object, additionalProperties: true}",
            "{type: object}",
        ),
        (
            "{type: array, items: {}}",
            "{type: array, minItems: 0, uniqueItems: false}",
        ),
        ("{type: integer, maxLength: 3}", "{type: integer}"),
        ("{type: integer}", "{type: integer, multipleOf: 1}"),
        ("{type: integer}", "{type: number, multipleOf: 1.0}"),
        (
            "{type: integer, multipleOf: 5}",
            "{type: integer, multipleOf: 5.0}",
        ),
        (
            "{type: integer, maximum: 9}",
            "{type: integer, maximum: 9.5}",
        ),
        (
            "{type: integer, maximum: -9}",
            "{type: integer, exclusiveMaximum: -8.5}",
        ),
        (
            "{type: integer, minimum: 1}",
            "{type: integer, minimum: 0.5}",
        ),
        (
            "{type: integer, minimum: -1}",
            "{type: integer, exclusiveMinimum: -1.5}",
        ),
        ("{type: string}", "{not: {not: {type: string}}}"),
        (
            "{type: object, properties: {a: {$ref: '#/components/schemas/Text'}}}",
            "{type: object, properties: {a: {not: {allOf: [{not: {type: [string], minLength: 1}}]}}}}",
        ),
        ("{not: {allOf: [{const: x}]}}", "{not: {enum: [x]}}"),
        ("{type: string}", "{type: [string]}"),
        (
            "{oneOf: [{type: string}, {type: integer}]}",
            "{oneOf: [{allOf: [true, {type: [string]}]}, {not: {not: {type: integer, multipleOf: 1}}}]}",
        ),
        ("{type: string}", "{allOf: [{anyOf: [{type: string}]}]}"),
        ("{type: string}", "{allOf: [true, {type: string}]}"),
        (
            "{type: string}",
            "{type: string, anyOf: [{maxLength: 2}, true]}",
        ),
        (
            "{anyOf: [{type: string, maxLength: 3}, {maxLength: 3, type: [string]}]}",
            "{type: string, maxLength: 3}",
        ),
        (
            "{anyOf: [{type: string, maxLength: 2}, {type: integer, maximum: 4}]}",
            "{oneOf: [{type: string, maxLength: 2}, {type: integer, maximum: 4}]}",
        ),
        ("{type: 'null'}", "{const: null}"),
        (
            "{type: string}",
            "{type: string, not: false, minLength: 0, if: {maxLength: 2}}",
        ),
        (
            "{type: object}",
            "{type: object, patternProperties: {'^x': {}}, dependentRequired: {a: [], b: [b]}, propertyNames: {type: string}, minProperties: 0}",
        ),
        (
            "{type: object, required: [a], properties: {a: {}}}",
            "{type: object, required: [a], properties: {a: {}}, minProperties: 1}",
        ),
        (
            "{type: array, contains: {const: 1}, minContains: 1}",
            "{type: array, contains: {enum: [1]}}",
        ),
        (
            "{type: array}",
            "{type: array, contains: {const: 1}, minContains: 0}",
        ),
        (
            "{type: string, description: a, example: b, x-c: d}",
            "{type: string, title: e}",
        ),
        (
            "{oneOf: [{type: object, required: [k], properties: {k: {const: a}}}, {type: object, required: [k], properties: {k: {const: b}}}]}",
            "{oneOf: [{type: object, required: [k], properties: {k: {const: b}}}, {type: object, required: [k], properties: {k: {enum: [a]}}}]}",
        ),
        (
            "{type: object, unevaluatedProperties: false, allOf: [{$ref: '#/components/schemas/Part'}]}",
            "{type: object, additionalProperties: false, required: [a, b], properties: {a: {type: string}, b: {type: integer}}}",
        ),
    ] {
        for (old, new) in [(old, new), (new, old)] {
            let comparison = compared(
                &document("3.1.0", old, components),
                &document("3.1.0", new, components),
            );
            assert!(
                comparison.changes.is_empty(),
                "{old}\n{new}\n{:?}",
                told(&comparison)
            );
        }
    }
}

#[test]
fn the_version_of_openapi_makes_no_difference() {
    for (old, new) in [
        ("{type: string, nullable: true}", "{type: [string, 'null']}"),
        (
            "{type: string, nullable: true, enum: [a, null]}",
            "{enum: [a, null]}",
        ),
        (
            "{type: integer, minimum: 0, exclusiveMinimum: true}",
            "{type: integer, exclusiveMinimum: 0}",
        ),
        (
            "{type: number, maximum: 9.5, exclusiveMaximum: true}",
            "{type: number, exclusiveMaximum: 9.5}",
        ),
        (
            "{type: string, format: byte}",
            "{type: string, contentEncoding: base64}",
        ),
    ] {
        let (old, new) = (document("3.0.3", old, "{}"), document("3.1.0", new, "{}"));
        assert!(compared(&old, &new).changes.is_empty(), "{old}\n{new}");
        assert!(compared(&new, &old).changes.is_empty(), "{old}\n{new}");
    }
}

#[test]
fn keywords_that_change_nothing_are_told_as_such() {
    // Every such address is of fifteen characters at most.
    let comparison = compared(
        &document("3.1.0", "{type: string, format: ipv4}", "{}"),
        &document("3.1.0", "{type: string, format: ipv4, maxLength: 15}", "{}"),
    );
    let [unclear, _] = comparison.changes.as_slice() else {
        panic!("{:?}", told(&comparison));
    };
    assert_eq!(
        (unclear.grade, unclear.evidence),
        (Grade::Unclear, Evidence::NotShown)
    );
}
