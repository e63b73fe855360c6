//! Schemas that no instance satisfies, and schemas made to exhaust a generator.

use std::time::{Duration, Instant};

use super::*;

#[test]
fn schemas_without_instances_are_refused_with_a_reason() {
    for value in [
        json!(false),
        json!({"type": "integer", "minimum": 5, "maximum": 4}),
        json!({"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#"}}}),
        json!({"$ref": "#/$defs/a", "$defs": {
            "a": {"type": "object", "required": ["b"], "properties": {"b": {"$ref": "#/$defs/b"}}},
            "b": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/a"}}}}),
        json!({"type": "string", "pattern": "^a+$", "maxLength": 0}),
        json!({"allOf": [{"enum": [1, 2]}, {"enum": [3]}]}),
    ] {
        let outcome =
            Generator::new(&schema(&value)).and_then(|generator| generator.valid(Seed::new(1)));
        match outcome {
            Err(GenerateError::Unsatisfiable(reason)) => {
                assert!(reason.len() > 10, "{value}: {reason}");
            }
            other => panic!("{value}: {other:?}"),
        }
    }
}

#[test]
fn a_schema_that_cannot_be_compiled_is_an_error() {
    let outcome = Generator::new(&schema(&json!({"type": "string", "pattern": "("})));
    assert!(matches!(outcome, Err(GenerateError::Schema(_))));
}

#[test]
fn costly_schemas_answer_soon() {
    let nested = (0..200).fold(
        json!({"type": "string"}),
        |inner, _| json!({"type": "object", "required": ["a"], "properties": {"a": inner}}),
    );
    let chain: serde_json::Map<String, Value> = (0..1000)
        .map(|number| {
            let next = json!({"type": "object", "required": ["a"], "properties": {"a": {"$ref": format!("#/$defs/d{}", number + 1)}}});
            (format!("d{number}"), next)
        })
        .chain([("d1000".to_owned(), json!({"type": "null"}))])
        .collect();
    let overlapping: Vec<Value> = (0..12)
        .map(|number| json!({"type": "object", "properties": {format!("p{number}"): {"type": "string"}}}))
        .collect();
    let wide: serde_json::Map<String, Value> = (0..2000)
        .map(|number| {
            (
                format!("p{number}"),
                json!({"type": "array", "items": {"type": "string"}}),
            )
        })
        .collect();
    for (name, value) in [
        (
            "maxLength",
            json!({"type": "string", "maxLength": 1_000_000_000}),
        ),
        (
            "minLength",
            json!({"type": "string", "minLength": 1_000_000_000}),
        ),
        (
            "minItems",
            json!({"type": "array", "minItems": 1_000_000, "items": {"type": "string"}}),
        ),
        (
            "maxItems",
            json!({"type": "array", "maxItems": 1_000_000_000, "items": {"type": "string"}}),
        ),
        (
            "minProperties",
            json!({"type": "object", "minProperties": 1_000_000}),
        ),
        ("nested", nested),
        ("chain", json!({"$ref": "#/$defs/d0", "$defs": chain})),
        (
            "pattern",
            json!({"type": "string", "pattern": "^(a+)+(b|c|bc)*[a-z]{1,900}(x+x+)+y$"}),
        ),
        (
            "large pattern",
            json!({"type": "string", "pattern": "^.{0,262144}$"}),
        ),
        (
            "look-around",
            json!({"type": "string", "pattern": "^(?=.*[0-9])(?=.*[a-z])[a-z0-9]{8,12}$"}),
        ),
        ("oneOf", json!({"oneOf": overlapping})),
        ("wide", json!({"type": "object", "properties": wide})),
        (
            "doubling",
            json!({"type": "array", "items": {"anyOf": [{"type": "array", "items": {"$ref": "#"}, "minItems": 2}, {"type": "null"}]}, "minItems": 2}),
        ),
        (
            "exact",
            json!({"type": "number", "multipleOf": 1e-30, "minimum": 1e20}),
        ),
    ] {
        let started = Instant::now();
        let schema = schema(&value);
        if let Ok(generator) = Generator::new(&schema) {
            for number in 0..3 {
                if let Ok(instance) = generator.valid(Seed::new(number)) {
                    assert!(schema.validator().unwrap().is_valid(&instance), "{name}");
                    assert!(instance.to_string().len() < 1 << 20, "{name}");
                }
            }
            let _ = generator.invalid(Seed::new(1), 5);
            for boundary in generator.boundary(20) {
                let valid = schema.validator().unwrap().is_valid(boundary.value());
                assert_eq!(valid, boundary.is_valid(), "{name}");
            }
        }
        println!("{name}: {:?}", started.elapsed());
        assert!(started.elapsed() < Duration::from_secs(20), "{name}");
    }
}

#[test]
fn overlapping_branches_give_a_strictly_valid_instance_only_where_one_is_needed() {
    let wrappers = json!({
        "paper": {"type": "object", "oneOf": [{"$ref": "#/$defs/passport"}, {"$ref": "#/$defs/visa"}]},
        "passport": {"type": "object", "properties": {"passport": {"type": "object"}}},
        "visa": {"type": "object", "properties": {"visa": {"type": "object"}}}
    });
    let list =
        generator(&json!({"type": "array", "items": {"$ref": "#/$defs/paper"}, "$defs": wrappers}));
    for number in 0..20 {
        assert_eq!(list.valid(Seed::new(number)).unwrap(), json!([]));
    }
    let needed = generator(&json!({"$ref": "#/$defs/paper", "$defs": wrappers}));
    let paper = needed.valid(Seed::new(1)).unwrap();
    assert!(
        paper.get("passport").is_some() || paper.get("visa").is_some(),
        "{paper}"
    );
}

#[test]
fn a_union_that_leads_back_to_itself_ends() {
    let strings = json!({"type": "string", "maxLength": 9});
    for value in [
        json!({"oneOf": [{"$ref": "#"}, strings], "const": [2]}),
        json!({"anyOf": [{"$ref": "#"}, strings]}),
        json!({"oneOf": [strings, {"$ref": "#", "type": "string"}], "exclusiveMaximum": 5}),
        json!({"anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}], "$defs": {
            "a": {"anyOf": [{"$ref": "#/$defs/b"}, {"$ref": "#"}]},
            "b": {"anyOf": [{"$ref": "#/$defs/a"}, {"type": "array", "items": {"$ref": "#"}}]}}}),
    ] {
        let schema = schema(&value);
        let Ok(generator) = Generator::new(&schema) else {
            continue;
        };
        for number in 0..20 {
            for found in [
                generator.valid(Seed::new(number)),
                generator.minimal(Seed::new(number)),
            ] {
                assert!(found.is_err() || schema.validator().unwrap().is_valid(&found.unwrap()));
            }
        }
    }
}
