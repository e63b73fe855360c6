//! Schemas made to exhaust whoever analyses them, each with what the answer is.

use super::*;
use serde_json::Map;

/// What comes of a schema.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// Instances, each of which the validator agrees with.
    Made,
    /// A reason why there is none.
    Contradictory,
    /// A reason why the schema cannot be used.
    Refused,
}

fn chain(depth: usize, leaf: &Value, link: impl Fn(Value) -> Value) -> Value {
    let mut definitions = Map::from_iter([("a0".to_owned(), leaf.clone())]);
    for number in 1..=depth {
        let before = json!({ "$ref": format!("#/$defs/a{}", number - 1) });
        definitions.insert(format!("a{number}"), link(before));
    }
    json!({ "$ref": format!("#/$defs/a{depth}"), "$defs": definitions })
}

fn wide(keyword: &str, branches: usize, members: usize) -> Value {
    let branch = |number: usize| {
        let names =
            (0..members).map(|member| (format!("v{number}_{member}"), json!({"type": "integer"})));
        json!({"type": "object", "properties": names.collect::<Map<_, _>>()})
    };
    json!({ keyword: (0..branches).map(branch).collect::<Vec<_>>() })
}

#[test]
fn hostile_schemas_are_answered() {
    let leaf = json!({"type": "object", "required": ["x"], "properties": {"x": {"type": "string", "maxLength": 5}}});
    let mut doubled = leaf.clone();
    for _ in 0..7 {
        doubled = json!({"allOf": [doubled, doubled]});
    }
    let far = |keyword: &str, number: &str| -> Value {
        serde_json::from_str(&format!(
            "{{\"type\": \"number\", \"{keyword}\": {number}}}"
        ))
        .unwrap()
    };
    let twice = |keyword: &'static str| move |part: Value| json!({ keyword: [part, part] });
    for (name, value, expected) in [
        ("wide oneOf", wide("oneOf", 24, 12), Answer::Made),
        ("wide anyOf", wide("anyOf", 30, 8), Answer::Made),
        ("long oneOf", wide("oneOf", 410, 1), Answer::Made),
        ("long allOf", wide("allOf", 300, 2), Answer::Made),
        ("doubled allOf", doubled, Answer::Made),
        (
            "allOf twice",
            chain(40, &leaf, twice("allOf")),
            Answer::Made,
        ),
        (
            "anyOf twice",
            chain(40, &leaf, twice("anyOf")),
            Answer::Made,
        ),
        (
            "oneOf twice",
            chain(40, &leaf, twice("oneOf")),
            Answer::Refused,
        ),
        ("references", chain(1_000, &leaf, |part| part), Answer::Made),
        ("large minimum", far("minimum", "1e400"), Answer::Made),
        ("far minimum", far("minimum", "1e1000000"), Answer::Refused),
        (
            "far divisor",
            far("multipleOf", "1e-1000000000"),
            Answer::Refused,
        ),
        (
            "far maximum",
            far("maximum", "-1e99999999999999999999"),
            Answer::Refused,
        ),
        (
            "no items",
            json!({"type": "array", "items": false, "minItems": 1}),
            Answer::Contradictory,
        ),
    ] {
        let schema = schema(&value);
        let generator = match Generator::new(&schema) {
            Ok(generator) => generator,
            Err(error) => {
                let answer = match error {
                    GenerateError::Schema(_) => Answer::Refused,
                    GenerateError::Unsatisfiable(_) => Answer::Contradictory,
                };
                assert_eq!(answer, expected, "{name}: {error}");
                continue;
            }
        };
        assert_eq!(expected, Answer::Made, "{name}");
        let judge = schema.validator().unwrap();
        let made: Vec<Value> = generator.series(Seed::new(1)).take(3).collect();
        assert_eq!(made.len(), 3, "{name}");
        assert!(made.iter().all(|value| judge.is_valid(value)), "{name}");
        for invalid in generator.invalid(Seed::new(1), 3) {
            assert!(!judge.is_valid(&invalid.value), "{name}");
        }
        for boundary in generator.boundary(6) {
            assert_eq!(
                judge.is_valid(boundary.value()),
                boundary.is_valid(),
                "{name}"
            );
        }
    }
}

#[test]
fn work_that_is_not_wanted_any_more_ends_at_once() {
    let value = wide("anyOf", 20, 4);
    let generator = Generator::new(&schema(&value)).unwrap();
    let asked = std::cell::Cell::new(0);
    let goes_on = || {
        asked.set(asked.get() + 1);
        asked.get() < 8
    };
    let all = generator.boundary(60).len();
    let found = generator
        .edges(60, &Work::while_wanted(60, &goes_on))
        .instances;
    assert!(found.len() < all.min(8), "{} of {all}", found.len());
    assert!(asked.get() >= 8);
}
