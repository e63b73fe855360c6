//! The ladder: whatever the bytes, no rung calls valid what `serde_json` and the validator do not.

use std::sync::Arc;

use proofmark::document::{Document, Pointer};
use proofmark::judge::{Captured, Captures, Judge, Ladder, Rungs, Verdict};
use proofmark::schema::{Dialect, Schema, SchemaSet};
use serde_json::Value;

/// Schemas for bytes that bring none.
const SCHEMAS: [&str; 4] = [
    r##"{"type":"object","required":["a"],"properties":{"a":{"type":"integer","minimum":1},"b":{"items":{"$ref":"#"}}},"additionalProperties":{"type":["string","null","number"]}}"##,
    r##"{"oneOf":[{"type":"string","minLength":2,"pattern":"^[a-z]"},{"properties":{"a":{"enum":[1,"x",null]}}},{"type":"array","items":{"$ref":"#"}}]}"##,
    r#"{"not":{"type":"null"},"properties":{"a":{"multipleOf":0.1}},"maxProperties":2,"uniqueItems":true}"#,
    r##"{"anyOf":[{"patternProperties":{"^a":{"$ref":"#"}},"type":"object"},{"format":"date-time","type":"string"},{"type":"number","exclusiveMaximum":10}]}"##,
];

/// Judges a body: the bytes behind the first line, which is a schema; without one, all behind the first byte, which
/// chooses a schema.
///
/// # Panics
/// If a rung is wrong.
pub fn judge(data: &[u8]) {
    /// Texts beyond this are more than one idea.
    const LONGEST: usize = 4096;
    let data = data.get(..LONGEST).unwrap_or(data);
    let Some((schema, body)) = parts(data) else {
        return;
    };
    let schema = SchemaSet::of_schema(
        Document::from_value("fuzz.json", schema),
        Dialect::Draft202012,
    );
    let Ok(validator) = schema.validator() else {
        return;
    };
    let read = serde_json::from_slice::<Value>(body).ok();
    let is_valid = read.as_ref().is_some_and(|value| validator.is_valid(value));
    agree(&schema, body, read.filter(|_| is_valid).as_ref());
}

fn parts(data: &[u8]) -> Option<(Value, &[u8])> {
    let end = data.iter().position(|byte| *byte == b'\n');
    let line = end.and_then(|end| Some((data.get(..end)?, data.get(end + 1..)?)));
    if let Some((line, body)) = line
        && let Ok(schema @ Value::Object(_)) = serde_json::from_slice(line)
    {
        return Some((schema, body));
    }
    let (first, body) = data.split_first()?;
    let schema = SCHEMAS.get(usize::from(first % 4))?;
    Some((serde_json::from_str(schema).ok()?, body))
}

/// What each rung calls valid is, and what it captures is what stands there.
fn agree(schema: &Schema, body: &[u8], valid: Option<&Value>) {
    let ladder = Ladder::new(schema).unwrap_or_else(|error| panic!("{error}"));
    let ladder = Arc::new(ladder);
    let pointers = ["", "/a", "/a/0", "/b/a"].map(|text| {
        text.parse::<Pointer>()
            .unwrap_or_else(|error| panic!("{error}"))
    });
    let captures = Captures::new(&pointers);
    let mut captured = Captured::default();
    for (seen, shapes, stream, tape) in [
        (0, false, true, false),
        (0, true, true, false),
        (0, false, false, true),
        (0, true, true, true),
        (16, true, true, true),
    ] {
        let rungs = Rungs {
            seen,
            shapes,
            stream,
            tape,
        };
        let mut judge = Judge::new(&ladder, rungs);
        for _ in 0..2 {
            if judge.judge_and_capture(body, &captures, &mut captured) != Verdict::Valid {
                continue;
            }
            let Some(value) = valid else {
                panic!("{judge:?} takes {:?}", String::from_utf8_lossy(body));
            };
            for (number, pointer) in pointers.iter().enumerate() {
                let text = captured.get(number, body);
                let found = text.and_then(|text| serde_json::from_str::<Value>(text).ok());
                assert_eq!(found.as_ref(), value.pointer(pointer.as_str()), "{pointer}");
            }
        }
    }
}
