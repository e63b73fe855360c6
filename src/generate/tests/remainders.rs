//! Branches of a `oneOf` that most instances match together.

use std::time::{Duration, Instant};

use super::*;

fn one_of(count: usize, branch: impl Fn(usize) -> Value) -> Value {
    json!({ "oneOf": (0..count).map(branch).collect::<Vec<_>>() })
}

#[test]
fn many_branches_that_overlap_have_instances_soon() {
    let nested = |number: usize| {
        json!({"type": "object", "properties": {
            format!("v{number}"): {"type": "integer"},
            "w": {"type": "object", "properties": {format!("z{number}"): {"type": "string"}}}}})
    };
    let required = |number: usize| {
        json!({"type": "object", "required": ["id"], "properties": {
            "id": {"type": "string"},
            format!("v{number}"): {"type": "integer"},
            "w": {"type": "object", "properties": {
                format!("z{number}"): {"type": "string", "maxLength": number + 1}}}}})
    };
    let listed = |number: usize| {
        let members: Vec<usize> = (number..number + 20).collect();
        json!({"type": "object", "properties": {
            format!("p{number}"): {"type": "string"}, "q": {"enum": members}}})
    };
    let bounded = |number: usize| {
        json!({"type": "object", "properties": {
            format!("p{number}"): {"type": "string"}, "q": {"type": "integer", "minimum": number}}})
    };
    for (name, value) in [
        ("nested", one_of(12, nested)),
        ("required", one_of(15, required)),
        ("listed", one_of(20, listed)),
        ("bounded", one_of(20, bounded)),
    ] {
        let started = Instant::now();
        let schema = schema(&value);
        let validator = schema.validator().unwrap();
        let generator = Generator::new(&schema).unwrap();
        let found: Vec<Value> = generator.series(Seed::new(1)).take(3).collect();
        assert_eq!(found.len(), 3, "{name}");
        assert!(
            found.iter().all(|instance| validator.is_valid(instance)),
            "{name}"
        );
        let taken = started.elapsed();
        assert!(taken < Duration::from_secs(20), "{name} took {taken:?}");
    }
}

#[test]
fn many_and_wide_branches_that_overlap_answer_soon() {
    let wide = |number: usize| {
        let members: serde_json::Map<String, Value> = (0..30)
            .map(|member| (format!("f{number}_{member}"), json!({"type": "integer"})))
            .collect();
        json!({"type": "object", "properties": members})
    };
    let narrow = |number: usize| json!({"type": "object", "properties": {format!("v{number}"): {"type": "integer"}}});
    for (name, value) in [("wide", one_of(30, wide)), ("many", one_of(200, narrow))] {
        let started = Instant::now();
        let found = Generator::new(&schema(&value)).map(|made| made.valid(Seed::new(1)).is_ok());
        let taken = started.elapsed();
        assert!(
            taken < Duration::from_secs(20),
            "{name} took {taken:?}, {found:?}"
        );
    }
}
