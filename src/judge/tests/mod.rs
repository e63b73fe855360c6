//! Every rung against `serde_json` and the whole validator.

mod agreement;
mod bodies;
mod captures;
mod shapes;
mod suite;

use std::sync::Arc;

use serde_json::Value;

use super::capture::{Captured, Captures};
use super::{Judge, Ladder, Rung, Rungs, Verdict};
use crate::document::Document;
use crate::schema::{Dialect, Schema, SchemaSet};

/// A schema of 2020-12.
fn schema(value: &Value) -> Schema {
    let document = Document::from_value("s.json", value.clone());
    SchemaSet::of_schema(document, Dialect::Draft202012)
}

const STREAM: Rungs = Rungs {
    seen: 0,
    shapes: false,
    stream: true,
    tape: false,
};

const SHAPES: Rungs = Rungs {
    shapes: true,
    ..STREAM
};

const TAPE: Rungs = Rungs {
    seen: 0,
    shapes: false,
    stream: false,
    tape: true,
};

/// All rungs of a schema, beside what has the last word.
struct Rivals {
    validator: Arc<crate::schema::Validator>,
    stream: Option<Judge>,
    shapes: Judge,
    tape: Judge,
    all: Judge,
}

impl Rivals {
    /// `None` if the schema cannot be used at all.
    fn new(schema: &Schema) -> Option<Self> {
        let ladder = Ladder::new(schema);
        assert_eq!(ladder.is_ok(), schema.validator().is_ok());
        let ladder = Arc::new(ladder.ok()?);
        let has_stream = ladder.beyond_stream().is_none();
        Some(Self {
            validator: schema.validator().unwrap(),
            stream: has_stream.then(|| Judge::new(&ladder, STREAM)),
            shapes: Judge::new(&ladder, SHAPES),
            tape: Judge::new(&ladder, TAPE),
            all: Judge::new(&ladder, Rungs::default()),
        })
    }

    /// The answers of stream, tape and the whole ladder (twice, so that the second may be remembered)
    /// agree with the last word: never a wrong "valid", and a wrong "invalid" only of what is not clear.
    fn agree(&mut self, body: &[u8]) {
        let read = serde_json::from_slice::<Value>(body);
        let is_valid = read.is_ok_and(|value| self.validator.is_valid(&value));
        let expected = if is_valid {
            Verdict::Valid
        } else {
            Verdict::Invalid
        };
        let stream = self.stream.as_mut().map(|stream| stream.judge(body));
        let answers = [
            ("stream", stream.unwrap_or(Verdict::Unsure)),
            ("tape", self.tape.judge(body)),
            ("shapes", self.shapes.judge(body)),
            ("shapes again", self.shapes.judge(body)),
            ("ladder", self.all.judge(body)),
            ("ladder again", self.all.judge(body)),
        ];
        let text = String::from_utf8_lossy(body);
        // A walk that stops at the first fault never comes to the second member of the same name.
        let is_unclear = is_valid && answers[1].1 == Verdict::Unsure;
        for (name, answer) in answers {
            let is_doubt = answer == Verdict::Invalid && is_unclear;
            assert!(
                answer == expected || answer == Verdict::Unsure || is_doubt,
                "{name} says {answer:?} of {text}, which is {expected:?}"
            );
        }
    }

    /// Whether some rung knows.
    fn is_sure(&mut self, body: &[u8]) -> bool {
        self.all.judge(body) != Verdict::Unsure
    }
}

/// A representation must do what the judge relies on.
#[test]
fn the_tape_is_read_as_the_judge_expects() {
    use super::marks::Marks;
    use super::node::{Read, TapeNode};
    use super::tape::Tape;
    use jsonschema::json::{Array, Node, Object};

    let body = r#"{"s":"h\u00e9","n":1.5,"t":true,"z":null,"a":[1,1.0,[2]],"o":{"x":{"y":[]}}}"#;
    let value: Value = serde_json::from_str(body).unwrap();
    let mut tape = Tape::default();
    let mut marks = Marks::default();
    assert!(marks.fill(body.as_bytes()));
    tape.read(body, &marks).unwrap();
    let read = Read { tape: &tape, body };
    let root = TapeNode::Entry(&read, 0);
    assert_eq!(*root.to_value(), value);
    assert!(root.equals_value(&value));
    let members = root.as_object().unwrap();
    assert_eq!(Object::len(&members), 6);
    assert!(members.get(&"missing".to_owned()).is_none());
    for ((name, node), (key, expected)) in members.members().zip(value.as_object().unwrap()) {
        assert_eq!(name, key);
        assert_eq!(*node.to_value(), *expected);
        assert_eq!(
            node.string_length(),
            expected.as_str().map(|text| text.chars().count() as u64)
        );
        let again = members.get(key).unwrap();
        assert_eq!(node.identity(), again.identity());
        assert_ne!(node.identity(), root.identity());
        assert!(again.equals_value(expected));
        assert!(!again.equals_value(&Value::from("other")));
    }
    let array = members.get(&"a".to_owned()).unwrap().as_array().unwrap();
    assert_eq!((Array::len(&array), array.elements().count()), (3, 3));
    assert!(!array.is_unique());
}
