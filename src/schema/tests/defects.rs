//! What is said about schemas that cannot be used, and that the judge cannot use them either.

use super::super::{Dialect, SchemaSet};
use crate::code::{Code, Severity};
use crate::document::Document;

fn defects(dialect: Dialect, text: &str) -> Vec<String> {
    let document = Document::parse("s.yaml", text).unwrap();
    let schema = SchemaSet::of_schema(document, dialect);
    let defects = schema.set().defects();
    let is_usable = schema.validator().is_ok();
    let should_be_usable = defects
        .iter()
        .all(|defect| defect.code != Code::INVALID_SCHEMA);
    assert_eq!(is_usable, should_be_usable, "{text}: {defects:#?}");
    defects
        .iter()
        .map(|defect| {
            let hint = defect.hint.as_ref().map(|hint| format!(" / {hint}"));
            let place = defect.location.pointer.as_str();
            format!(
                "{place} {} {}{}",
                defect.code,
                defect.message,
                hint.unwrap_or_default()
            )
        })
        .collect()
}

#[test]
fn defects_of_2020_12_are_found_at_their_nodes() {
    let mut found = Vec::new();
    for text in [
        "type: strnig",
        "type: [string, string]",
        "type: 12",
        "properties: {a: {minLength: -1}}",
        "properties: {a: {maxLength: 1.5}}",
        "properties: {a: {maxLength: 2.0}}",
        "maximum: '5'",
        "multipleOf: 0",
        "multipleOf: 0.00",
        "uniqueItems: 'yes'",
        "pattern: '[a'",
        "pattern: '^(.{1,1000}){1000}$'",
        "pattern: '^(?<y>\\d{2})-\\k<y>$'",
        "pattern: '^[^]$'",
        "pattern: '^.{0,262144}$'",
        "pattern: '/^a$/'",
        "pattern: '(?<!a)(b)\\1'",
        "pattern: 1",
        "patternProperties: {'(': true}",
        "enum: a",
        "required: true",
        "required: [1]",
        "properties: [a]",
        "properties: {a: 1}",
        "allOf: {}",
        "anyOf: []",
        "items: [{type: string}]",
        "dependentRequired: {a: b}",
        "$ref: 12",
        "format: 1",
        "nullable: true\ntype: string",
        "exclusiveMinimum: true\nminimum: 1",
        "properties: {name: {}, title: {}}\nrequired: [nmae, other, title]",
        "properties: {a: {}}\npatternProperties: {^x: {}}\nrequired: [xa]",
        "properties: {a: {}}\nanyOf: [{required: [a]}, {properties: {b: {}}, required: [b]}]",
        "allOf: [{$ref: '#/$defs/base'}, {properties: {b: {}}, required: [a, b, c]}]\n$defs: {base: {properties: {a: {}}}}",
        "required: [a]",
        "enum: [{properties: 1, type: x}]\ndefault: {pattern: '('}\nexamples: [{type: x}]",
        "properties: {nullable: {type: boolean}, pattern: {type: string}, required: {type: array}}",
    ] {
        let defects = defects(Dialect::Draft202012, text);
        found.push(text.replace('\n', " | "));
        found.extend(defects.iter().map(|defect| format!("    {defect}")));
    }
    insta::assert_snapshot!(found.join("\n"), @r#"
    type: strnig
        /type PM704 `type` must be one of `string`, `number`, `integer`, `boolean`, `array`, `object`, `null`, or a list of them
    type: [string, string]
    type: 12
        /type PM704 `type` must be one of `string`, `number`, `integer`, `boolean`, `array`, `object`, `null`, or a list of them
    properties: {a: {minLength: -1}}
        /properties/a/minLength PM704 `minLength` must be an integer of at least 0
    properties: {a: {maxLength: 1.5}}
        /properties/a/maxLength PM704 `maxLength` must be an integer of at least 0
    properties: {a: {maxLength: 2.0}}
    maximum: '5'
        /maximum PM704 `maximum` must be a number
    multipleOf: 0
        /multipleOf PM704 `multipleOf` must be a number above 0
    multipleOf: 0.00
        /multipleOf PM704 `multipleOf` must be a number above 0
    uniqueItems: 'yes'
        /uniqueItems PM704 `uniqueItems` must be `true` or `false`
    pattern: '[a'
        /pattern PM704 `[a` is not a regular expression of ECMA 262
    pattern: '^(.{1,1000}){1000}$'
        /pattern PM704 `^(.{1,1000}){1000}$` is a larger regular expression than is supported / let `minLength` and `maxLength` count the characters
    pattern: '^(?<y>\d{2})-\k<y>$'
    pattern: '^[^]$'
    pattern: '^.{0,262144}$'
    pattern: '/^a$/'
    pattern: '(?<!a)(b)\1'
    pattern: 1
        /pattern PM704 `pattern` must be a string
    patternProperties: {'(': true}
        /patternProperties/( PM704 `(` is not a regular expression of ECMA 262
    enum: a
        /enum PM704 `enum` must be a list of values
    required: true
        /required PM704 `required` must be a list of property names
    required: [1]
        /required PM704 `required` must be a list of property names
    properties: [a]
        /properties PM704 `properties` must be an object of schemas
    properties: {a: 1}
        /properties/a PM704 a schema must be an object or a boolean
    allOf: {}
        /allOf PM704 `allOf` must be a list of at least one schema
    anyOf: []
        /anyOf PM704 `anyOf` must be a list of at least one schema
    items: [{type: string}]
        /items PM704 a schema must be an object or a boolean / a list of schemas belongs under `prefixItems`
    dependentRequired: {a: b}
        /dependentRequired PM704 `dependentRequired` must be an object of lists of property names
    $ref: 12
        /$ref PM704 `$ref` must be a string
    format: 1
        /format PM704 `format` must be a string
    nullable: true | type: string
        /nullable PM710 `nullable` has no effect in OpenAPI 3.1 / add "null" to the list of types: `type: [string, "null"]`
    exclusiveMinimum: true | minimum: 1
        /exclusiveMinimum PM710 `exclusiveMinimum` is a number in OpenAPI 3.1: `true` and `false` have no effect / write the limit itself: `exclusiveMinimum: 0`
    properties: {name: {}, title: {}} | required: [nmae, other, title]
        /required/0 PM711 `required` names `nmae`, which is not declared / did you mean `name`?
        /required/1 PM711 `required` names `other`, which is not declared
    properties: {a: {}} | patternProperties: {^x: {}} | required: [xa]
    properties: {a: {}} | anyOf: [{required: [a]}, {properties: {b: {}}, required: [b]}]
    allOf: [{$ref: '#/$defs/base'}, {properties: {b: {}}, required: [a, b, c]}] | $defs: {base: {properties: {a: {}}}}
        /allOf/1/required/2 PM711 `required` names `c`, which is not declared
    required: [a]
    enum: [{properties: 1, type: x}] | default: {pattern: '('} | examples: [{type: x}]
    properties: {nullable: {type: boolean}, pattern: {type: string}, required: {type: array}}
    "#);
}

#[test]
fn defects_of_openapi_30_are_found_at_their_nodes() {
    let mut found = Vec::new();
    for text in [
        "type: [string, 'null']",
        "type: 'null'",
        "type: file",
        "nullable: true",
        "nullable: true\ntype: string",
        "nullable: true\ntype: string\nenum: [a]",
        "nullable: true\ntype: string\nenum: [a, null]",
        "properties: {a: {nullable: true, $ref: '#'}}",
        "exclusiveMinimum: 5",
        "exclusiveMinimum: true\nminimum: 5",
        "const: 1",
        "patternProperties: {'(': 12}",
        "if: 5",
        "type: array",
        "items: {type: strnig}",
        "properties: {$ref: {type: object}}",
    ] {
        let defects = defects(Dialect::OpenApi30, text);
        found.push(text.replace('\n', " | "));
        found.extend(defects.iter().map(|defect| format!("    {defect}")));
    }
    insta::assert_snapshot!(found.join("\n"), @r#"
    type: [string, 'null']
        /type PM710 `type` takes no list in OpenAPI 3.0: it has no effect / write one type, with `nullable: true` if null is allowed, or `anyOf`
    type: 'null'
        /type PM710 `type` cannot be `null` in OpenAPI 3.0 / write `nullable: true` beside the type
    type: file
        /type PM704 `type` must be one of `string`, `number`, `integer`, `boolean`, `array`, `object`, `null`, or a list of them
    nullable: true
        /nullable PM710 `nullable` has no effect without a `type` beside it / write the type beside it
    nullable: true | type: string
    nullable: true | type: string | enum: [a]
        /nullable PM710 `nullable` has no effect beside an `enum` without null / add null to `enum`, if it is allowed
    nullable: true | type: string | enum: [a, null]
    properties: {a: {nullable: true, $ref: '#'}}
        /properties/a/nullable PM710 `nullable` beside `$ref` has no effect in OpenAPI 3.0
    exclusiveMinimum: 5
        /exclusiveMinimum PM710 `exclusiveMinimum` is a boolean in OpenAPI 3.0: a number has no effect / write the limit as `minimum` or `maximum`, and `true` here
    exclusiveMinimum: true | minimum: 5
    const: 1
        /const PM710 `const` has no effect in OpenAPI 3.0 / write an `enum` with one value
    patternProperties: {'(': 12}
        /patternProperties PM710 `patternProperties` has no effect in OpenAPI 3.0
    if: 5
        /if PM710 `if` has no effect in OpenAPI 3.0
    type: array
    items: {type: strnig}
        /items/type PM704 `type` must be one of `string`, `number`, `integer`, `boolean`, `array`, `object`, `null`, or a list of them
    properties: {$ref: {type: object}}
    "#);
}

#[test]
fn legal_patterns_that_are_beyond_us_are_no_errors() {
    for (pattern, severity) in [
        ("[a", Severity::Error),
        (r"^\uD83D$", Severity::Warning),
        ("^(.{1,1000}){1000}$", Severity::Warning),
    ] {
        let document = Document::from_value("s", serde_json::json!({ "pattern": pattern }));
        let schema = SchemaSet::of_schema(document, Dialect::Draft202012);
        let found: Vec<Severity> = schema
            .set()
            .defects()
            .iter()
            .map(|defect| defect.severity)
            .collect();
        assert_eq!(found, [severity], "{pattern}");
    }
}
