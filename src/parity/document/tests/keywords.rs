//! Keywords: every keyword of JSON Schema 2020-12 and of OpenAPI 3.0, added, removed, tightened and
//! loosened, with what that means for requests and for answers.

use super::{compared, document, told};

/// What a change of a schema means for requests, and for answers.
fn grades(version: &str, old: &str, new: &str) -> (String, String) {
    let all = told(&compared(
        &document(version, old, COMPONENTS),
        &document(version, new, COMPONENTS),
    ));
    let worst = |direction: &str| {
        let of = |line: &&String| line.starts_with(direction);
        let grades = ["breaking", "unclear", "compatible"];
        let found = grades.iter().find(|grade| {
            let mut lines = all.iter().filter(of);
            lines.any(|line| line.contains(&format!(" {grade} ")))
        });
        found.map_or_else(|| "same".to_owned(), |grade| (*grade).to_owned())
    };
    (worst("request"), worst("response"))
}

const COMPONENTS: &str = "{B: {type: object, required: [k], properties: {k: {type: string}}}, C: {type: object, required: [k], properties: {k: {type: string}, z: {type: integer}}}}";

/// Keyword, the schema that lets more through, the one that lets less through.
const NARROWED: [(&str, &str, &str); 57] = [
    ("type", "{}", "{type: string}"),
    ("type", "{type: [string, integer]}", "{type: string}"),
    ("type", "{type: number}", "{type: integer}"),
    ("boolean", "true", "false"),
    ("enum", "{type: string}", "{type: string, enum: [a]}"),
    ("enum", "{enum: [a, 1]}", "{enum: [a]}"),
    ("const", "{type: string}", "{const: a}"),
    (
        "multipleOf",
        "{type: number}",
        "{type: number, multipleOf: 0.5}",
    ),
    (
        "multipleOf",
        "{type: number, multipleOf: 0.25}",
        "{type: number, multipleOf: 0.5}",
    ),
    (
        "multipleOf",
        "{type: integer, multipleOf: 3}",
        "{type: integer, multipleOf: 6}",
    ),
    ("maximum", "{type: number}", "{type: number, maximum: 9}"),
    (
        "maximum",
        "{type: number, maximum: 9.5}",
        "{type: number, maximum: 9}",
    ),
    (
        "exclusiveMaximum",
        "{type: integer}",
        "{type: integer, exclusiveMaximum: 9}",
    ),
    ("minimum", "{type: number}", "{type: number, minimum: -3}"),
    (
        "exclusiveMinimum",
        "{type: number, minimum: 3}",
        "{type: number, exclusiveMinimum: 3}",
    ),
    (
        "maxLength",
        "{type: string}",
        "{type: string, maxLength: 3}",
    ),
    (
        "maxLength",
        "{type: string, maxLength: 5}",
        "{type: string, maxLength: 3}",
    ),
    (
        "minLength",
        "{type: string, minLength: 1}",
        "{type: string, minLength: 3}",
    ),
    ("pattern", "{type: string}", "{type: string, pattern: '^a'}"),
    (
        "format",
        "{type: string}",
        "{type: string, format: date-time}",
    ),
    ("maxItems", "{type: array}", "{type: array, maxItems: 2}"),
    (
        "maxItems",
        "{type: array, items: {type: integer}}",
        "{type: array, maxItems: 0}",
    ),
    ("minItems", "{type: array}", "{type: array, minItems: 1}"),
    (
        "uniqueItems",
        "{type: array, items: {type: boolean}}",
        "{type: array, items: {type: boolean}, uniqueItems: true}",
    ),
    (
        "items",
        "{type: array}",
        "{type: array, items: {type: integer}}",
    ),
    (
        "items",
        "{type: array, items: {type: integer}}",
        "{type: array, items: false}",
    ),
    (
        "prefixItems",
        "{type: array}",
        "{type: array, prefixItems: [{type: integer}]}",
    ),
    (
        "prefixItems",
        "{type: array, prefixItems: [{type: integer}]}",
        "{type: array, prefixItems: [{type: integer, minimum: 3}]}",
    ),
    (
        "items",
        "{type: array, prefixItems: [{type: integer}]}",
        "{type: array, prefixItems: [{type: integer}], items: false}",
    ),
    (
        "unevaluatedItems",
        "{type: array, prefixItems: [{type: integer}]}",
        "{type: array, prefixItems: [{type: integer}], unevaluatedItems: false}",
    ),
    (
        "contains",
        "{type: array, items: {type: integer}}",
        "{type: array, items: {type: integer}, contains: {const: 3}}",
    ),
    (
        "minContains",
        "{type: array, contains: {const: 3}}",
        "{type: array, contains: {const: 3}, minContains: 2}",
    ),
    (
        "minContains",
        "{type: array, contains: {const: 3}, minContains: 0}",
        "{type: array, contains: {const: 3}}",
    ),
    (
        "maxContains",
        "{type: array, contains: {const: 3}}",
        "{type: array, contains: {const: 3}, maxContains: 2}",
    ),
    (
        "maxProperties",
        "{type: object}",
        "{type: object, maxProperties: 2}",
    ),
    (
        "minProperties",
        "{type: object, minProperties: 1}",
        "{type: object, minProperties: 3}",
    ),
    (
        "required",
        "{type: object, properties: {a: {}}}",
        "{type: object, required: [a], properties: {a: {}}}",
    ),
    (
        "required",
        "{type: object}",
        "{type: object, required: [a]}",
    ),
    (
        "properties",
        "{type: object, properties: {a: {}}}",
        "{type: object, properties: {a: {type: integer}}}",
    ),
    (
        "patternProperties",
        "{type: object}",
        "{type: object, patternProperties: {'^x-': {type: string}}}",
    ),
    (
        "patternProperties",
        "{type: object, patternProperties: {'^x-': {type: string}}}",
        "{type: object, patternProperties: {'^x-': {type: string, maxLength: 3}}}",
    ),
    (
        "patternProperties",
        "{type: object, patternProperties: {'^x-': {type: string}}}",
        "{type: object, patternProperties: {'^x-': {type: string}, '^[yz]$': {type: integer}}}",
    ),
    (
        "patternProperties",
        "{type: object, properties: {xa: {type: string}}}",
        "{type: object, properties: {xa: {type: string}}, patternProperties: {'^x': {maxLength: 2}}}",
    ),
    (
        "patternProperties",
        "{type: object, required: [id], properties: {id: {type: string}, m: {type: object}}}",
        "{type: object, required: [id], properties: {id: {type: string}, m: {type: object, patternProperties: {'^[a-z]{2}$': false}}}}",
    ),
    (
        "propertyNames",
        "{type: object}",
        "{type: object, propertyNames: {pattern: '^a'}}",
    ),
    (
        "dependentRequired",
        "{type: object, properties: {a: {}, b: {}}}",
        "{type: object, properties: {a: {}, b: {}}, dependentRequired: {a: [b]}}",
    ),
    (
        "dependentRequired",
        "{type: object, properties: {a: {}, b: {}, c: {}}, dependentRequired: {a: [b]}}",
        "{type: object, properties: {a: {}, b: {}, c: {}}, dependentRequired: {a: [b, c]}}",
    ),
    (
        "dependentSchemas",
        "{type: object, properties: {a: {}, b: {}}}",
        "{type: object, properties: {a: {}, b: {}}, dependentSchemas: {a: {required: [b]}}}",
    ),
    (
        "if",
        "{type: integer}",
        "{type: integer, if: {minimum: 5}, then: {maximum: 8}, else: {maximum: 2}}",
    ),
    ("not", "{type: string}", "{type: string, not: {const: a}}"),
    (
        "allOf",
        "{allOf: [{$ref: '#/components/schemas/B'}]}",
        "{allOf: [{$ref: '#/components/schemas/B'}, {maxProperties: 1}]}",
    ),
    (
        "anyOf",
        "{anyOf: [{type: string, maxLength: 3}, {type: integer, maximum: 3}]}",
        "{anyOf: [{type: string, maxLength: 3}]}",
    ),
    (
        "oneOf",
        "{oneOf: [{type: string, maxLength: 3}, {type: integer, maximum: 3}]}",
        "{oneOf: [{type: string, maxLength: 2}, {type: integer, maximum: 3}]}",
    ),
    (
        "$ref",
        "{type: object, properties: {k: {type: string}}}",
        "{$ref: '#/components/schemas/B'}",
    ),
    (
        "$dynamicRef",
        "{type: object, properties: {k: {type: string}}}",
        "{$dynamicRef: '#/components/schemas/B'}",
    ),
    (
        "type",
        "{type: object, properties: {a: {type: [integer, 'null']}}}",
        "{type: object, properties: {a: {type: integer}}}",
    ),
    (
        "additionalProperties",
        "{type: object, additionalProperties: {type: string}}",
        "{type: object, additionalProperties: {type: string, maxLength: 3}}",
    ),
];

#[test]
fn what_a_keyword_narrows_breaks_requests_and_what_it_widens_breaks_answers() {
    for (keyword, wide, narrow) in NARROWED {
        let expected = ("breaking".to_owned(), "compatible".to_owned());
        assert_eq!(
            grades("3.1.0", wide, narrow),
            expected,
            "{keyword}: {wide} to {narrow}"
        );
        let expected = ("compatible".to_owned(), "breaking".to_owned());
        assert_eq!(
            grades("3.1.0", narrow, wide),
            expected,
            "{keyword}: {narrow} to {wide}"
        );
    }
}

#[test]
fn other_changes_of_keywords_are_graded_by_what_is_known() {
    let object = |property: &str| format!("{{type: object, properties: {{a: {property}}}}}");
    let required =
        |property: &str| format!("{{type: object, required: [a], properties: {{a: {property}}}}}");
    let union = |rest: &str| {
        format!("{{oneOf: [{{$ref: '#/components/schemas/B'}}, {{type: string}}]{rest}}}")
    };
    let mapped = |b: &str, c: &str| {
        format!(
            "{{oneOf: [{{$ref: '#/components/schemas/B'}}, {{$ref: '#/components/schemas/C'}}], discriminator: {{propertyName: k, mapping: {{b: '#/components/schemas/{b}', c: {c}}}}}}}"
        )
    };
    let plain = "{type: string}".to_owned();
    for (keyword, version, old, new, request, response) in [
        // Bounds that cross.
        ("minimum", "3.1.0", "{type: integer, minimum: 0, maximum: 9}".to_owned(), "{type: integer, minimum: 5, maximum: 20}".to_owned(), "breaking", "breaking"),
        ("multipleOf", "3.1.0", "{type: integer, multipleOf: 4}".to_owned(), "{type: integer, multipleOf: 6}".to_owned(), "breaking", "breaking"),
        // Closed objects: told to expect nothing in particular.
        ("additionalProperties", "3.1.0", object("{}"), object("{}").replace("{type", "{additionalProperties: false, type"), "breaking", "compatible"),
        ("additionalProperties", "3.1.0", object("{}").replace("{type", "{additionalProperties: false, type"), object("{}"), "compatible", "unclear"),
        ("unevaluatedProperties", "3.1.0", object("{}"), object("{}").replace("{type", "{unevaluatedProperties: false, type"), "breaking", "compatible"),
        ("patternProperties", "3.1.0", "{type: object, additionalProperties: false}".to_owned(), "{type: object, additionalProperties: false, patternProperties: {'^x': {type: string}}}".to_owned(), "compatible", "breaking"),
        ("patternProperties", "3.1.0", "{type: object, additionalProperties: false, patternProperties: {'^x': {type: string}}}".to_owned(), "{type: object, additionalProperties: false}".to_owned(), "breaking", "compatible"),
        // Several branches at once.
        ("oneOf", "3.1.0", "{anyOf: [{type: string}, {type: string, maxLength: 3}]}".to_owned(), "{oneOf: [{type: string}, {type: string, maxLength: 3}]}".to_owned(), "breaking", "unclear"),
        // Nothing that is asserted.
        ("title", "3.1.0", plain.clone(), "{type: string, title: T, description: D, $comment: c, examples: [a], example: a}".to_owned(), "same", "same"),
        ("contentMediaType", "3.1.0", plain.clone(), "{type: string, contentMediaType: application/json, contentSchema: {type: object}}".to_owned(), "same", "same"),
        ("format", "3.1.0", plain.clone(), "{type: string, format: mine}".to_owned(), "unclear", "unclear"),
        ("deprecated", "3.1.0", object("{type: string}"), object("{type: string, deprecated: true}"), "same", "same"),
        ("default", "3.1.0", object("{type: string}"), object("{type: string, default: x}"), "unclear", "same"),
        ("$defs", "3.1.0", plain.clone(), "{type: string, $defs: {X: {type: integer}}}".to_owned(), "same", "same"),
        // Directions.
        ("readOnly", "3.1.0", object("{type: string}"), object("{type: string, readOnly: true}"), "unclear", "same"),
        ("readOnly", "3.1.0", object("{type: string, readOnly: true}"), object("{type: string}"), "compatible", "same"),
        ("readOnly", "3.0.3", required("{type: string, readOnly: true}"), required("{type: string}"), "breaking", "same"),
        ("writeOnly", "3.1.0", object("{type: string}"), object("{type: string, writeOnly: true}"), "same", "unclear"),
        ("writeOnly", "3.0.3", required("{type: string}"), required("{type: string, writeOnly: true}"), "same", "breaking"),
        ("writeOnly", "3.0.3", required("{type: string, writeOnly: true}"), required("{type: string}"), "same", "compatible"),
        // OpenAPI 3.0.
        ("nullable", "3.0.3", plain.clone(), "{type: string, nullable: true}".to_owned(), "compatible", "breaking"),
        ("nullable", "3.0.3", "{type: string, nullable: true}".to_owned(), plain.clone(), "breaking", "compatible"),
        ("nullable", "3.0.3", "{type: string, nullable: true, enum: [a]}".to_owned(), "{type: string, enum: [a]}".to_owned(), "same", "same"),
        ("nullable", "3.0.3", "{type: string, nullable: true, enum: [a]}".to_owned(), "{type: string, nullable: true, enum: [a, null]}".to_owned(), "compatible", "breaking"),
        ("nullable", "3.0.3", plain.clone(), "{type: string, nullable: false}".to_owned(), "same", "same"),
        ("exclusiveMinimum", "3.0.3", "{type: number, minimum: 3}".to_owned(), "{type: number, minimum: 3, exclusiveMinimum: true}".to_owned(), "breaking", "compatible"),
        // Which branch is meant.
        ("discriminator", "3.0.3", union(""), union(", discriminator: {propertyName: k}"), "compatible", "compatible"),
        ("discriminator", "3.0.3", union(", discriminator: {propertyName: k}"), union(""), "unclear", "unclear"),
        ("discriminator", "3.1.0", union(", discriminator: {propertyName: k}"), union(", discriminator: {propertyName: l}"), "unclear", "unclear"),
        ("discriminator", "3.1.0", mapped("B", "C"), mapped("B", "'#/components/schemas/C'"), "same", "same"),
        ("discriminator", "3.1.0", mapped("B", "C"), mapped("C", "B"), "unclear", "unclear"),
    ] {
        let expected = (request.to_owned(), response.to_owned());
        assert_eq!(grades(version, &old, &new), expected, "{keyword}: {old} to {new}");
    }
}

#[test]
fn a_member_that_matches_a_new_pattern_shows_that_requests_break() {
    let comparison = compared(
        &document("3.1.0", "{type: object}", "{}"),
        &document(
            "3.1.0",
            "{type: object, patternProperties: {'^x-[a-z]+$': {type: string}}}",
            "{}",
        ),
    );
    let broken = comparison.changes.first().unwrap();
    let witness = broken.witness.as_ref().unwrap();
    let members = witness.value.as_object().unwrap();
    assert!(
        members
            .iter()
            .any(|(name, value)| name.starts_with("x-") && !value.is_string()),
        "{members:?}"
    );
}
