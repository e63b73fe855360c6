//! Captures: every rung finds what the pointer finds in the value.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::document::Pointer;

const POINTERS: [&str; 9] = [
    "", "/a", "/a/b", "/a/0", "/b/1/a", "/a~1b", "/c/~0", "/a/00", "/é",
];

fn found(rungs: Rungs, value: &Value, bodies: &[&[u8]]) -> Vec<Vec<Option<Value>>> {
    let ladder = Arc::new(Ladder::new(&schema(value)).unwrap());
    let pointers = POINTERS.map(|pointer| pointer.parse::<Pointer>().unwrap());
    let captures = Captures::new(&pointers);
    let mut judge = Judge::new(&ladder, rungs);
    let mut captured = Captured::default();
    bodies
        .iter()
        .map(|body| {
            let verdict = judge.judge_and_capture(body, &captures, &mut captured);
            assert_eq!(verdict, Verdict::Valid);
            (0..POINTERS.len())
                .map(|number| captured.get(number, body))
                .map(|text| text.map(|text| serde_json::from_str(text).unwrap()))
                .collect()
        })
        .collect()
}

fn agrees(value: &Value, rungs: Rungs, body: &str) {
    let bodies = [body.as_bytes(), body.as_bytes()];
    let read: Value = serde_json::from_str(body).unwrap();
    let expected = POINTERS.map(|pointer| read.pointer(pointer).cloned());
    for captured in found(rungs, value, &bodies) {
        assert_eq!(captured, expected, "{body} {rungs:?}");
    }
}

#[test]
fn captures_are_found_by_walk_tape_and_memory() {
    let body = r#" {"a": {"b" : "x\n", "0": 1e2}, "b": [0, {"a": [ ]}], "a/b": null, "c": {"~": 1}, "\u00e9": true} "#;
    let walked = json!({"anyOf": [{"required": ["zz"]}, {"properties": {"a": {"properties": {"b": {"type": "string"}}}}}]});
    agrees(&walked, STREAM, body);
    agrees(&walked, SHAPES, body);
    agrees(&walked, Rungs::default(), body);
    let listed = json!({"not": {"required": ["zz"]}});
    agrees(&listed, TAPE, body);
    agrees(&listed, Rungs::default(), body);
    agrees(
        &json!({"patternProperties": {"^a": {"type": ["object", "null"]}}}),
        STREAM,
        body,
    );
}

#[test]
fn of_members_that_stand_twice_the_last_is_captured() {
    let body = r#"{"a":{"b":1,"0":1},"a":{"b":2,"b":3},"b":[1,{"a":1}],"b":[1]}"#;
    agrees(&json!({"type": "object"}), STREAM, body);
    agrees(&json!({"type": "object"}), SHAPES, body);
    agrees(&json!(true), STREAM, body);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn captures_agree_with_pointers(
        members in prop::collection::vec((prop::sample::select(&["a", "b", "c", "é", "a/b", "~", "0"][..]), 0..4_u8), 0..6),
        spice in any::<u8>(),
    ) {
        let mut value = json!({});
        for (name, kind) in members {
            let inner = std::mem::take(&mut value);
            value = match kind {
                0 => json!([1, inner]),
                1 => json!({ name: inner }),
                2 => json!({ name: inner, "a": {"b": [name]} }),
                _ => json!([{ name: 1 }, inner, {"a": inner}]),
            };
        }
        let body = super::bodies::write(&value, spice);
        agrees(&json!(true), STREAM, &body);
        agrees(&json!(true), SHAPES, &body);
        agrees(&json!(true), TAPE, &body);
    }
}
