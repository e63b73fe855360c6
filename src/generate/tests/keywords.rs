//! Every keyword: valid instances are valid, and the keyword can be broken alone.

use std::collections::BTreeSet;

use super::*;

/// Draws from a schema in all ways, and returns the keywords that were broken alone.
fn broken(value: &Value) -> BTreeSet<String> {
    let schema = schema(value);
    let validator = schema.validator().unwrap();
    let generator = generator(value);
    for number in 0..30 {
        let seed = Seed::new(number);
        let instance = generator
            .valid(seed)
            .unwrap_or_else(|error| panic!("{value}: {error}"));
        assert!(validator.is_valid(&instance), "{value}: {instance}");
        assert_eq!(generator.valid(seed).unwrap(), instance);
        let minimal = generator.minimal(seed).unwrap();
        assert!(validator.is_valid(&minimal), "{value}: {minimal}");
    }
    for instance in generator.series(Seed::new(1)).take(20) {
        assert!(validator.is_valid(&instance), "{value}: {instance}");
    }
    let made = generator.invalid(Seed::new(5), 60);
    for invalid in &made {
        assert!(is_labelled(&schema, invalid), "{value}: {invalid:?}");
    }
    made.into_iter()
        .filter(|invalid| invalid.single)
        .map(|invalid| invalid.mutation.keyword)
        .collect()
}

#[test]
fn each_keyword_is_kept_and_can_be_broken_alone() {
    let rows: Vec<(Value, &[&str])> = vec![
        (json!({"type": "string"}), &["type"]),
        (json!({"type": ["integer", "null"]}), &["type"]),
        (json!({"type": "boolean"}), &["type"]),
        (json!({"enum": ["a", "b", 3, null]}), &["enum"]),
        (json!({"const": {"a": [1, 2]}}), &["const"]),
        (
            json!({"type": "string", "minLength": 3, "maxLength": 5}),
            &["minLength", "maxLength"],
        ),
        (
            json!({"type": "string", "pattern": "^[A-Z]{3}$", "maxLength": 3}),
            &["pattern", "type"],
        ),
        (
            json!({"type": "string", "pattern": "foo", "minLength": 6}),
            &["pattern", "minLength"],
        ),
        (
            json!({"type": "string", "format": "uuid"}),
            &["format", "type"],
        ),
        (
            json!({"type": "string", "format": "date-time"}),
            &["format"],
        ),
        (
            json!({"type": "string", "format": "email", "maxLength": 20}),
            &["format", "maxLength"],
        ),
        (
            json!({"type": "string", "format": "uuid", "pattern": "^[a-f]"}),
            &["pattern"],
        ),
        (json!({"type": "string", "format": "whatever"}), &["type"]),
        (json!({"type": "string", "format": "byte"}), &["format"]),
        (
            json!({"type": "string", "format": "byte", "minLength": 4, "maxLength": 12}),
            &["format", "minLength", "maxLength"],
        ),
        (
            json!({"type": "string", "contentEncoding": "base64"}),
            &["contentEncoding"],
        ),
        (
            json!({"type": "integer", "minimum": 3, "maximum": 7}),
            &["minimum", "maximum", "type"],
        ),
        (
            json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}),
            &["exclusiveMinimum", "exclusiveMaximum"],
        ),
        (
            json!({"type": "number", "multipleOf": 0.01, "minimum": 0}),
            &["multipleOf", "minimum"],
        ),
        (
            json!({"type": "integer", "multipleOf": 5, "minimum": 12}),
            &["multipleOf", "minimum"],
        ),
        (
            json!({"type": "integer", "minimum": 9_007_199_254_740_993_u64, "maximum": 9_007_199_254_740_995_u64}),
            &["minimum", "maximum"],
        ),
        (
            json!({"type": "integer", "format": "int32"}),
            &["type", "format"],
        ),
        (
            json!({"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 4}),
            &["minItems", "maxItems", "type"],
        ),
        (
            json!({"type": "array", "uniqueItems": true, "items": {"enum": [1, 2, 3]}, "minItems": 3}),
            &["uniqueItems"],
        ),
        (
            json!({"type": "array", "uniqueItems": true, "maxItems": 3}),
            &["uniqueItems", "maxItems"],
        ),
        (
            json!({"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": false, "minItems": 2}),
            &["falseSchema", "minItems", "type"],
        ),
        (
            json!({"type": "array", "contains": {"type": "string"}, "items": {"type": ["string", "integer"]}}),
            &["contains"],
        ),
        (
            json!({"type": "array", "contains": {"const": 1}, "minContains": 2, "maxContains": 3}),
            &["minContains", "maxContains"],
        ),
        (
            json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}),
            &["required", "type"],
        ),
        (
            json!({"type": "object", "properties": {"a": true}, "additionalProperties": false}),
            &["additionalProperties"],
        ),
        (
            json!({"type": "object", "additionalProperties": {"type": "integer"}}),
            &["type"],
        ),
        (
            json!({"type": "object", "patternProperties": {"^x-": {"type": "string"}}, "additionalProperties": false, "minProperties": 1}),
            &["additionalProperties", "minProperties", "type"],
        ),
        (
            json!({"type": "object", "minProperties": 2, "maxProperties": 3}),
            &["minProperties", "maxProperties"],
        ),
        (
            json!({"type": "object", "propertyNames": {"pattern": "^[a-z]{1,4}$"}, "minProperties": 2}),
            &["propertyNames", "minProperties"],
        ),
        (
            json!({"type": "object", "properties": {"a": true, "b": true}, "dependentRequired": {"a": ["b"]}}),
            &["dependentRequired"],
        ),
        (
            json!({"type": "object", "properties": {"x": true}, "dependentRequired": {"a": ["b", "c"]}}),
            &["dependentRequired"],
        ),
        (
            json!({"type": "object", "additionalProperties": {"type": "array", "minItems": 2},
                "dependentRequired": {"a": ["b", "c"], "d": ["e"], "e": ["f"]}}),
            &["dependentRequired"],
        ),
        (
            json!({"type": "object", "properties": {"a": true}, "dependentSchemas": {"a": {"required": ["c"]}}}),
            &["required"],
        ),
        (
            json!({"type": "object", "properties": {"gone": false, "here": {"type": "string"}}}),
            &["falseSchema"],
        ),
        (
            json!({"type": "object", "patternProperties": {"^a{1,2}$": false, "^b": {"type": "string"}}}),
            &["falseSchema"],
        ),
        (
            json!({"allOf": [{"type": "string"}, {"minLength": 2}]}),
            &["type", "minLength"],
        ),
        (
            json!({"anyOf": [{"type": "string", "maxLength": 3}, {"type": "integer", "minimum": 5}]}),
            &["anyOf"],
        ),
        (
            json!({"oneOf": [{"type": "string"}, {"type": "integer"}]}),
            &["oneOf"],
        ),
        (
            json!({"oneOf": [
                {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
                {"type": "object", "required": ["b"], "properties": {"b": {"type": "string"}}}
            ]}),
            &["oneOf"],
        ),
        (
            json!({"type": "integer", "not": {"multipleOf": 3}}),
            &["not"],
        ),
        (json!({"not": {"type": "string"}}), &["not"]),
        (
            json!({"type": "object", "properties": {"kind": {"enum": ["a", "b"]}}, "required": ["kind"],
                "if": {"properties": {"kind": {"const": "a"}}}, "then": {"required": ["x"]}, "else": {"required": ["y"]}}),
            &["required"],
        ),
        (
            json!({"$ref": "#/$defs/base", "minLength": 4, "$defs": {"base": {"type": "string", "maxLength": 6}}}),
            &["minLength", "maxLength", "type"],
        ),
        (
            json!({"type": "object", "required": ["name"], "properties": {
                "name": {"type": "string", "minLength": 1},
                "children": {"type": "array", "items": {"$ref": "#"}}}}),
            &["required", "type", "minLength"],
        ),
        (
            json!({"allOf": [{"type": "object", "properties": {"a": {"type": "string"}}}], "unevaluatedProperties": false}),
            &["unevaluatedProperties"],
        ),
    ];
    for (value, expected) in rows {
        let broken = broken(&value);
        for keyword in expected {
            assert!(
                broken.contains(*keyword),
                "{value}: `{keyword}` was not broken, only {broken:?}"
            );
        }
    }
}

#[test]
fn boolean_and_empty_schemas_have_every_kind_of_instance() {
    for value in [json!(true), json!({})] {
        let kinds: BTreeSet<&str> = (0..100)
            .map(
                |number| match generator(&value).valid(Seed::new(number)).unwrap() {
                    Value::Null => "null",
                    Value::Bool(_) => "boolean",
                    Value::Number(_) => "number",
                    Value::String(_) => "string",
                    Value::Array(_) => "array",
                    Value::Object(_) => "object",
                },
            )
            .collect();
        assert_eq!(kinds.len(), 6);
        assert!(generator(&value).invalid(Seed::new(1), 5).is_empty());
    }
}

#[test]
fn marked_members_are_not_generated_against_their_direction() {
    let value = json!({"type": "object", "properties": {
        "id": {"type": "string", "readOnly": true},
        "secret": {"$ref": "#/$defs/secret"},
        "name": {"type": "string"}
    }, "$defs": {"secret": {"type": "string", "writeOnly": true}}});
    let request = schema(&value);
    for (schema, closed, open) in [
        (request.clone(), "id", "secret"),
        (request.towards(Direction::Response), "secret", "id"),
    ] {
        let drawn: Vec<Value> = Generator::new(&schema)
            .unwrap()
            .series(Seed::new(2))
            .take(40)
            .collect();
        assert!(drawn.iter().all(|instance| instance.get(closed).is_none()));
        assert!(drawn.iter().any(|instance| instance.get(open).is_some()));
    }
}

#[test]
fn examples_and_defaults_are_drawn_when_they_are_valid() {
    let value = json!({"type": "object", "required": ["a", "b"], "properties": {
        "a": {"type": "string", "example": "an example"},
        "b": {"type": "integer", "default": 4711, "examples": ["wrong", 4712]}
    }});
    let drawn: Vec<Value> = (0..200)
        .map(|number| generator(&value).valid(Seed::new(number)).unwrap())
        .collect();
    for (name, expected) in [
        ("a", json!("an example")),
        ("b", json!(4711)),
        ("b", json!(4712)),
    ] {
        assert!(
            drawn.iter().any(|instance| instance[name] == expected),
            "{expected}"
        );
    }
    assert!(
        drawn
            .iter()
            .any(|instance| instance["a"] != json!("an example"))
    );
}

#[test]
fn integers_keep_the_range_of_their_format() {
    for (format, low, high) in [
        ("int32", i64::from(i32::MIN), i64::from(i32::MAX)),
        ("int64", i64::MIN, i64::MAX),
    ] {
        let generator = generator(&json!({"type": "integer", "format": format}));
        let drawn: Vec<i64> = (0..300)
            .map(|number| {
                generator
                    .valid(Seed::new(number))
                    .unwrap()
                    .as_i64()
                    .unwrap()
            })
            .collect();
        assert!(drawn.contains(&low) && drawn.contains(&high), "{format}");
        assert!(drawn.iter().all(|number| (low..=high).contains(number)));
    }
}

#[test]
fn descriptions_read_as_sentences() {
    let value = json!({"type": "object", "required": ["persona"], "additionalProperties": false, "properties": {
        "persona": {"type": "string", "enum": ["GUEST", "EMPLOYEE"]},
        "id": {"type": "string", "format": "uuid"},
        "pet": {"oneOf": [{"type": "object", "required": ["meow"], "properties": {"meow": {"type": "integer"}}}, {"type": "null"}]}
    }});
    let mut said: Vec<String> = generator(&value)
        .invalid(Seed::new(1), 14)
        .into_iter()
        .map(|invalid| invalid.mutation.description)
        .collect();
    said.sort();
    said.dedup();
    insta::assert_snapshot!(said.join("\n"), @r"
    `/PERSONA` is not declared
    `/id` is a number, not a string
    `/id` is not a uuid
    `/persona_` is not declared
    `/persona` is missing
    `/persona` is not one of the enum's members
    `/pet/meow` is a string, not an integer, so `/pet` fails `oneOf`
    `/pet/meow` is missing, so `/pet` fails `oneOf`
    `/pet` does not match exactly one branch of `oneOf`
    `/pet` is a string, not null, so `/pet` fails `oneOf`
    `/pet` is an array, not an object, so `/pet` fails `oneOf`
    the instance is an array, not an object
    ");
}

#[test]
fn a_few_invalid_instances_break_many_keywords() {
    let properties: serde_json::Map<String, Value> = (0..40)
        .map(|number| (format!("p{number}"), json!({"type": "integer"})))
        .chain([
            ("a".to_owned(), json!({"type": "string", "maxLength": 3})),
            ("b".to_owned(), json!({"type": "string", "pattern": "^x+$"})),
            ("c".to_owned(), json!({"enum": ["u", "v"]})),
        ])
        .collect();
    let value = json!({"type": "object", "properties": properties, "required": ["a", "b", "c"]});
    let generator = generator(&value);
    for seed in 0..5 {
        let found = generator.invalid(Seed::new(seed), 6);
        let keywords: std::collections::BTreeSet<&str> = found
            .iter()
            .map(|invalid| &*invalid.mutation.keyword)
            .collect();
        let wanted = ["enum", "maxLength", "pattern", "required", "type"];
        assert!(keywords.iter().eq(&wanted), "{keywords:?}");
    }
}
