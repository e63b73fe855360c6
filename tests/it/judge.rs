//! The ladder over the demo document: bodies that are made for its schemas, valid and invalid.

use std::sync::Arc;

use proofmark::document::Pointer;
use proofmark::generate::Generator;
use proofmark::judge::{Captured, Captures, Judge, Ladder, Rungs, Verdict};
use proofmark::schema::{Direction, Schema};
use proofmark::seed::Seed;
use proofmark::spec::Spec;

use crate::support::file;

/// The component schemas of the demo document.
fn components() -> Vec<Schema> {
    let spec = Spec::open(&file("specs/users-api.yaml")).expect("the demo document");
    let is_component = |pointer: &Pointer| {
        let name = pointer.as_str().strip_prefix("/components/schemas/");
        name.is_some_and(|name| !name.contains('/'))
    };
    let places = spec.schemas.places();
    let places = places.filter(|(document, pointer)| *document == 0 && is_component(pointer));
    places
        .map(|(document, pointer)| spec.schemas.schema(*document, pointer, Direction::Response))
        .collect()
}

#[test]
fn bodies_made_for_the_demo_document_are_judged_alike_on_every_rung() {
    let (mut valid, mut invalid, mut streamed) = (0, 0, 0);
    for schema in components() {
        let Ok(generator) = Generator::new(&schema) else {
            continue;
        };
        let validator = schema.validator().expect("a validator");
        let ladder = Arc::new(Ladder::new(&schema).expect("a ladder"));
        streamed += usize::from(ladder.beyond_stream().is_none());
        let judge = |seen, shapes, stream, tape| {
            let rungs = Rungs {
                seen,
                shapes,
                stream,
                tape,
            };
            Judge::new(&ladder, rungs)
        };
        let mut judges = [
            judge(0, false, true, false),
            judge(0, true, true, false),
            judge(0, false, false, true),
            judge(64, true, true, true),
        ];
        let bodies = generator.series(Seed::new(7)).take(12);
        let broken = generator.invalid(Seed::new(7), 24);
        for value in bodies.chain(broken.into_iter().map(|one| one.value)) {
            let expected = if validator.is_valid(&value) {
                valid += 1;
                Verdict::Valid
            } else {
                invalid += 1;
                Verdict::Invalid
            };
            let body = value.to_string();
            for judge in &mut judges {
                if judge.judge(body.as_bytes()) != expected {
                    // Only the rung that is alone may not know.
                    assert!(ladder.beyond_stream().is_some(), "{judge:?}: {body}");
                }
            }
            assert_eq!(judges[3].judge(body.as_bytes()), expected, "{body}");
        }
    }
    assert!(valid > 1000 && invalid > 500, "{valid} {invalid}");
    // All of the demo document can be judged while it is read.
    assert_eq!(streamed, components().len());
}

#[test]
fn an_identifier_is_taken_out_of_an_answer_while_it_is_judged() {
    let schemas = components();
    let profile = schemas
        .iter()
        .find(|schema| schema.pointer().last().as_deref() == Some("UserProfile"));
    let ladder = Arc::new(Ladder::new(profile.expect("the profile")).expect("a ladder"));
    let mut judge = Judge::new(&ladder, Rungs::default());
    let captures = Captures::new(&["/id".parse().expect("a pointer")]);
    let mut captured = Captured::default();
    let body = br#"{ "isActive": true, "id" : "0d5c2b9e-6a41-4f7d-9b38-2f1e8c7a4d60" }"#;
    for _ in 0..2 {
        let verdict = judge.judge_and_capture(body, &captures, &mut captured);
        assert_eq!(verdict, Verdict::Valid);
        let id = captured.get(0, body);
        assert_eq!(id, Some("\"0d5c2b9e-6a41-4f7d-9b38-2f1e8c7a4d60\""));
    }
    let counts = judge.counts();
    assert_eq!((counts.stream, counts.seen), (1, 1));
}
