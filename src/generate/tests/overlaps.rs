//! Branches that cannot be told apart, and schemas without instances.

use super::*;

fn found(value: &Value) -> Option<(usize, usize, Value)> {
    let overlap = overlap(&schema(value), &mut Budget::of_document())?;
    Some((overlap.branches.0, overlap.branches.1, overlap.witness))
}

#[test]
fn branches_that_ordinary_instances_match_together_have_a_witness() {
    let wrapper = |name: &str| json!({"type": "object", "properties": {name: {"type": "string"}}});
    for (value, expected) in [
        (
            json!({"type": "object", "oneOf": [wrapper("a"), wrapper("b"), wrapper("c")]}),
            (0, 1, json!({})),
        ),
        // What stands beside `oneOf` holds for the witness, too.
        (
            json!({"required": ["id"], "properties": {"id": {"const": 7}}, "oneOf": [wrapper("a"), wrapper("b")]}),
            (0, 1, json!({"id": 7})),
        ),
        (
            json!({"oneOf": [{"type": "string"}, {"type": "number"}, {"type": "integer"}]}),
            (1, 2, json!(0)),
        ),
        (
            json!({"oneOf": [{"enum": ["a", "x"]}, {"enum": ["b", "x"]}]}),
            (0, 1, json!("x")),
        ),
        (
            json!({"oneOf": [
                {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["a", "x"]}}},
                {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["b", "x"]}}}]}),
            (0, 1, json!({"kind": "x"})),
        ),
        (
            json!({"oneOf": [{"type": ["string", "null"]}, {"type": ["integer", "null"]}]}),
            (0, 1, Value::Null),
        ),
    ] {
        let found = found(&value);
        assert_eq!(found, Some(expected), "{value}");
        let (_, _, witness) = found.unwrap();
        let violations = schema(&value).validator().unwrap().violations(&witness);
        assert!(
            violations
                .iter()
                .all(|violation| !violation.overlaps.is_empty())
        );
    }
}

#[test]
fn branches_that_can_be_told_apart_have_none() {
    let tagged = |tag: &str| json!({"type": "object", "required": ["kind"], "properties": {"kind": {"const": tag}}});
    for value in [
        json!({"oneOf": [tagged("a"), tagged("b")]}),
        json!({"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}),
        json!({"oneOf": [{"type": "string", "maxLength": 3}, {"type": "string", "minLength": 4}]}),
        // Either name, but not both: meant so.
        json!({"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}),
        json!({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}),
        json!({"oneOf": [false, {"type": "string"}]}),
        json!({"type": "string"}),
    ] {
        assert_eq!(found(&value), None, "{value}");
    }
}

#[test]
fn a_budget_bounds_what_is_looked_at() {
    let branches: Vec<Value> = (0..60)
        .map(|number| {
            let members: serde_json::Map<String, Value> = (0..60)
                .map(|member| (format!("m{member}"), json!({"const": [number, member]})))
                .collect();
            json!({"type": "object", "required": ["m0"], "properties": members})
        })
        .collect();
    let large = schema(&json!({ "oneOf": branches }));
    let mut budget = Budget::of_document();
    let started = std::time::Instant::now();
    for _ in 0..100 {
        let _ = overlap(&large, &mut budget);
        let _ = contradiction(&large, &mut budget);
    }
    assert!(started.elapsed() < std::time::Duration::from_secs(15));
}

#[test]
fn contradictions_are_found_and_nothing_else_is() {
    let why = |value: &Value| contradiction(&schema(value), &mut Budget::of_document());
    for value in [
        // Whatever it is, it matches two.
        json!({"oneOf": [{}, {}, {"type": "string"}]}),
        json!({"type": "integer", "minimum": 5, "maximum": 4}),
        json!({"allOf": [{"type": "string"}, {"type": "integer"}]}),
        json!({"type": "object", "required": ["a"], "properties": {"a": false}}),
        json!({"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#"}}}),
    ] {
        assert!(why(&value).is_some(), "{value}");
        assert!(Generator::new(&schema(&value)).is_err(), "{value}");
    }
    for value in [
        json!({"type": "integer", "minimum": 4, "maximum": 4}),
        json!({"type": "object", "properties": {"a": {"minimum": 5, "maximum": 4, "type": "integer"}}}),
        json!({"oneOf": [{}, {"type": "string"}]}),
        json!(true),
    ] {
        assert_eq!(why(&value), None, "{value}");
    }
}

#[test]
fn any_branch_is_taken_where_none_matches_alone() {
    let same = json!({"type": "object", "required": ["paper"], "additionalProperties": false, "properties": {"paper": {"oneOf": [
        {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": false},
        {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": false}]}}});
    let schema = schema(&same);
    let strict = Generator::new(&schema).and_then(|generator| generator.valid(Seed::new(1)));
    assert!(strict.is_err());
    let lenient = Generator::of_any_branch(&schema).unwrap();
    for instance in lenient.series(Seed::new(1)).take(20) {
        let violations = schema.validator().unwrap().violations(&instance);
        assert!(!violations.is_empty());
        assert!(
            violations
                .iter()
                .all(|violation| !violation.overlaps.is_empty()),
            "{instance}"
        );
    }
    assert!(lenient.invalid(Seed::new(1), 5).is_empty());
    assert!(lenient.boundary(50).iter().all(Boundary::is_valid));
}

#[test]
fn what_only_seems_to_contradict_itself_has_instances() {
    for (value, instance) in [
        (
            json!({"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"}, "contains": {"type": "string"}}),
            json!(["a"]),
        ),
        (
            json!({"prefixItems": [{"type": "null"}, {"type": "string"}], "items": false, "contains": {"const": "x"}, "type": "array"}),
            json!([null, "x"]),
        ),
        (
            json!({"oneOf": [{"oneOf": [{"const": [1]}, {}, {}]}, {}]}),
            json!(true),
        ),
        (
            json!({"oneOf": [{"not": {"enum": [1.5, [1]]}}, {}]}),
            json!(1.5),
        ),
        (
            json!({"type": "object", "additionalProperties": {"type": "integer"}, "not": {"const": {"a": 1}}}),
            json!({}),
        ),
        (
            json!({"type": "number", "multipleOf": 2.5, "not": {"enum": [0, [1]]}}),
            json!(2.5),
        ),
        (
            json!({"not": {"patternProperties": {"b$": {"type": "boolean"}}}}),
            json!({"b": 1}),
        ),
    ] {
        let schema = schema(&value);
        let validator = schema.validator().unwrap();
        assert!(validator.is_valid(&instance), "{value}");
        assert_eq!(
            contradiction(&schema, &mut Budget::of_document()),
            None,
            "{value}"
        );
        let generator = Generator::new(&schema).unwrap_or_else(|error| panic!("{value}: {error}"));
        let found: Vec<Value> = generator.series(Seed::new(1)).take(3).collect();
        assert_eq!(found.len(), 3, "{value}");
        assert!(
            found.iter().all(|found| validator.is_valid(found)),
            "{value}"
        );
        assert!(validator.is_valid(&generator.minimal(Seed::new(1)).unwrap()));
    }
}
