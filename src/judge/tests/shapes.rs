//! Bodies of a shape that is known: other values between the same text.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::agreement::{any_schema, instance, scalar};
use super::bodies::write;
use super::*;

/// Puts other values in place of some strings, numbers and truths.
fn change(value: &mut Value, at: &mut usize, with: &[(usize, Value)]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| change(item, at, with)),
        Value::Object(members) => {
            for member in members.values_mut() {
                change(member, at, with);
            }
        }
        leaf => {
            if let Some((_, other)) = with.iter().find(|(place, _)| place == at) {
                *leaf = other.clone();
            }
            *at += 1;
        }
    }
}

fn count(value: &Value) -> usize {
    let mut at = 0;
    change(&mut value.clone(), &mut at, &[]);
    at
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_has_the_shape_of_a_valid_body_is_judged_by_its_values(
        rule in any_schema(),
        first in instance(),
        spice in any::<u8>(),
        changes in vec(vec((any::<Index>(), scalar()), 1..3), 12),
    ) {
        if let Some(mut rivals) = Rivals::new(&schema(&rule)) {
            rivals.agree(write(&first, spice).as_bytes());
            let leaves = count(&first).max(1);
            for change_set in changes {
                let mut value = first.clone();
                let with = change_set.into_iter().map(|(at, value)| (at.index(leaves), value));
                change(&mut value, &mut 0, &with.collect::<Vec<_>>());
                rivals.agree(write(&value, spice).as_bytes());
            }
        }
    }
}

/// A judge that knows the shape of one body, and which rung says what of others.
fn told(rule: &Value, first: &str, others: &[(&str, Option<Rung>)]) {
    let ladder = Arc::new(Ladder::new(&schema(rule)).unwrap());
    let mut judge = Judge::new(&ladder, SHAPES);
    assert_eq!(judge.judge(first.as_bytes()), Verdict::Valid, "{first}");
    let validator = schema(rule).validator().unwrap();
    for (body, expected) in others {
        let verdict = judge.judge(body.as_bytes());
        let rung = (verdict == Verdict::Valid).then(|| judge.rung());
        assert_eq!(rung, *expected, "{body}");
        let read = serde_json::from_str(body);
        let is_valid = read.is_ok_and(|value: Value| validator.is_valid(&value));
        assert_eq!(is_valid, expected.is_some(), "{body}");
    }
}

const SHAPE: Option<Rung> = Some(Rung::Shape);
const STREAM_TOO: Option<Rung> = Some(Rung::Stream);

#[test]
fn each_value_is_asked_what_it_was_asked_in_the_first_body() {
    let rule = json!({"type": "object", "properties": {
        "id": {"type": "string", "format": "uuid"},
        "n": {"type": "integer", "minimum": 3, "maximum": 90},
        "on": {"enum": [true, "x"]},
        "any": {"type": "string"},
        "kind": {"enum": ["cat", "dog"]},
    }});
    let body = |id: &str, n: &str, on: &str, any: &str, kind: &str| {
        format!(r#" {{"id": "{id}", "n":{n},"on": {on},"any":"{any}","kind":"{kind}"}} "#)
    };
    let (id, other) = (
        "0d5c2b9e-6a41-4f7d-9b38-2f1e8c7a4d60",
        "00000000-0000-0000-0000-0000000000ff",
    );
    let long = "é".repeat(200);
    let first = body(id, "3", "true", "", "cat");
    let others = [
        (body(other, "90", "true", "a", "dog"), SHAPE),
        (body(id, "4", "true", &long, "dog"), SHAPE),
        (
            body(id, "4.0", "true", "\\n\\u00e9\\\"", "\\u0063at"),
            SHAPE,
        ),
        (body(id, "2", "true", "", "cat"), None),
        (body(id, "91", "true", "", "cat"), None),
        (body(id, "4.5", "true", "", "cat"), None),
        (body(id, "03", "true", "", "cat"), None),
        (body(id, "\"3\"", "true", "", "cat"), None),
        (body(id, "3", "false", "", "cat"), None),
        (body(id, "3", "truth", "", "cat"), None),
        (body(id, "3", "\"x\"", "", "cat"), STREAM_TOO),
        (body(id, "3", "true", "\u{1}", "cat"), None),
        (body(id, "3", "true", "\\x", "cat"), None),
        (body(id, "3", "true", "\\", "cat"), None),
        (body(id, "3", "true", "", "cow"), None),
        (body("no identifier", "3", "true", "", "cat"), None),
        (body(id, "3", "true", "", "cat") + " ", STREAM_TOO),
        (body(id, "3", "true", "", "cat") + "x", None),
        (
            body(id, "3", "true", "", "cat").replace("\"any\"", "\"all\""),
            STREAM_TOO,
        ),
        (body(id, "3", "true", "", "cat").replace("} ", ""), None),
    ];
    let others: Vec<_> = others.iter().map(|(body, rung)| (&**body, *rung)).collect();
    told(&rule, &first, &others);
}

#[test]
fn another_alternative_is_not_of_the_shape() {
    let rule = json!({"oneOf": [
        {"properties": {"t": {"const": "a"}, "v": {"type": "string", "maxLength": 2}}, "required": ["t"]},
        {"properties": {"t": {"const": "b"}, "v": {"type": "string", "minLength": 2}}, "required": ["t"]},
    ]});
    told(
        &rule,
        r#"{"t":"a","v":"x"}"#,
        &[
            (r#"{"t":"a","v":"yz"}"#, SHAPE),
            (r#"{"t":"a","v":"xyz"}"#, None),
            (r#"{"t":"b","v":"xyz"}"#, STREAM_TOO),
            (r#"{"t":"b","v":"zyx"}"#, SHAPE),
            (r#"{"t":"b","v":"x"}"#, None),
            (r#"{"t":"c","v":"x"}"#, None),
        ],
    );
}

#[test]
fn items_that_must_differ_are_compared_in_each_body() {
    let rule = json!({"properties": {"a": {"uniqueItems": true}, "b": {"type": "string"}}});
    told(
        &rule,
        r#"{"a":[1,[true,"x"],"x"],"b":""}"#,
        &[
            (r#"{"a":[22,[false,"x"],"y"],"b":"long"}"#, SHAPE),
            (r#"{"a":[1,[true,"x"],""],"b":""}"#, SHAPE),
        ],
    );
    let same = json!({"type": "array", "items": {"type": "string"}, "uniqueItems": true});
    let ladder = Arc::new(Ladder::new(&schema(&same)).unwrap());
    let mut judge = Judge::new(&ladder, SHAPES);
    assert_eq!(judge.judge(br#"["a","b"]"#), Verdict::Valid);
    assert_eq!(judge.judge(br#"["b","b"]"#), Verdict::Unsure);
}

#[test]
fn what_is_captured_is_looked_for_where_it_stands_in_this_body() {
    let ladder = Arc::new(Ladder::new(&schema(&json!({"type": "object"}))).unwrap());
    let captures = |pointers: &[&str]| {
        let pointers: Vec<_> = pointers.iter().map(|text| text.parse().unwrap()).collect();
        Captures::new(&pointers)
    };
    let sets = [
        captures(&["/id", "/o", "/n", "/none"]),
        captures(&["/o/x/0"]),
        Captures::none(),
    ];
    let mut judge = Judge::new(&ladder, SHAPES);
    let mut captured = Captured::default();
    for (id, n, x) in [
        ("a", "1", "\"\""),
        ("longer", "-2e3", "\"\\n\""),
        ("", "0", "\"é\""),
    ] {
        let body = format!(r#"{{"id":"{id}", "n":{n},"o":{{"x":[{x}]}}}}"#);
        let expected: [&[Option<String>]; 3] = [
            &[
                Some(format!("\"{id}\"")),
                Some(format!(r#"{{"x":[{x}]}}"#)),
                Some(n.to_owned()),
                None,
            ],
            &[Some(x.to_owned())],
            &[],
        ];
        for (set, expected) in sets.iter().zip(expected) {
            let verdict = judge.judge_and_capture(body.as_bytes(), set, &mut captured);
            assert_eq!(verdict, Verdict::Valid);
            let found = (0..expected.len()).map(|number| captured.get(number, body.as_bytes()));
            let found: Vec<_> = found.map(|text| text.map(str::to_owned)).collect();
            assert_eq!(found, expected, "{body}");
        }
    }
    assert_eq!(judge.counts().shape, 6);
}

/// A body whose shape no other number has.
fn of_its_own(number: u32) -> String {
    format!(r#"{{"name {number}":{number}}}"#)
}

#[test]
fn bodies_of_always_other_shapes_are_hardly_held_against_any() {
    let ladder = Arc::new(Ladder::new(&schema(&json!({"type": "object"}))).unwrap());
    let mut judge = Judge::new(&ladder, SHAPES);
    for number in 0..4_000 {
        assert_eq!(judge.judge(of_its_own(number).as_bytes()), Verdict::Valid);
    }
    assert_eq!((judge.counts().shape, judge.counts().stream), (0, 4_000));
    assert!(judge.counts().learnt < 40, "{:?}", judge.counts());
    // What comes to be alike is found out.
    for number in 0..3_000 {
        let body = format!(r#"{{"same":{number}}}"#);
        assert_eq!(judge.judge(body.as_bytes()), Verdict::Valid);
    }
    assert!(judge.counts().shape > 1_000, "{:?}", judge.counts());
}

#[test]
fn a_few_shapes_are_known_side_by_side() {
    let ladder = Arc::new(Ladder::new(&schema(&json!({"type": "object"}))).unwrap());
    let mut judge = Judge::new(&ladder, SHAPES);
    for number in 0..1_000_u32 {
        let body = of_its_own(number % 4);
        assert_eq!(judge.judge(body.as_bytes()), Verdict::Valid);
    }
    assert!(judge.counts().shape > 900, "{:?}", judge.counts());
}
