//! What people and programs get to see.

use super::{compared, document};
use crate::parity::document::{Grade, SCHEMA, json, junit, screen};
use crate::report::Look;

fn old() -> String {
    document(
        "3.1.0",
        "{$ref: '#/components/schemas/User'}",
        "{User: {type: object, required: [id], properties: {id: {type: string}, role: {enum: [OWNER, GUEST]}, mail: {type: string}}}}",
    )
}

fn new() -> String {
    document(
        "3.1.0",
        "{$ref: '#/components/schemas/User'}",
        "{User: {type: object, properties: {id: {type: string}, role: {enum: [OWNER]}, mail: {type: string, deprecated: true}}}}",
    )
}

#[test]
fn the_worst_comes_first_with_places_and_instances() {
    let look = Look {
        colour: false,
        width: 100,
        reports: vec!["reports/parity.json".to_owned()],
    };
    let comparison = compared(&old(), &new());
    insta::assert_snapshot!(screen(&comparison, Some(Grade::Breaking), &look), @r#"
    FAILED  5 changes: 1 breaks requests, 1 breaks responses, 2 compatible, 1 note
            old        old.yaml (T 1, 1 operation)
            new        new.yaml (T 1, 1 operation)

    breaks requests

      PM520      values-removed: no longer "GUEST"
                 request body, application/json at /role
      in         POST /things
      was        "OWNER", "GUEST"
                 old.yaml:15:90
      now        "OWNER"
                 new.yaml:15:74
      shown by   "GUEST", which was accepted and is refused now

    breaks responses

      PM521      property-became-optional: `id` may be missing now
                 response 200, application/json at /id
      in         POST /things
      was        required
                 old.yaml:15:34
      now        optional
                 new.yaml:15:47
      shown by   {} as a whole, which was no answer and may be one now

    compatible
      PM523      property-became-optional: `id` may be missing now
                 request body, application/json at /id of POST /things
      PM523      values-removed: no longer "GUEST"
                 response 200, application/json at /role of POST /things

    notes
      PM523      deprecated: `mail` is deprecated now
                 request body, application/json at /mail of POST /things

    reports    reports/parity.json
    "#);
    let same = compared(&old(), &old());
    let look = Look {
        reports: Vec::new(),
        ..look
    };
    insta::assert_snapshot!(screen(&same, Some(Grade::Note), &look), @"
    PASSED  no changes
            old        old.yaml (T 1, 1 operation)
            new        new.yaml (T 1, 1 operation)
    ");
}

#[test]
fn programs_get_what_the_schema_says() {
    use crate::document::Document;
    use crate::schema::{Dialect, SchemaSet};
    let schema = SchemaSet::of_schema(
        Document::parse("schema.json", SCHEMA).unwrap(),
        Dialect::Draft202012,
    );
    let validator = schema.validator().unwrap();
    for (old, new) in [(old(), new()), (new(), old()), (old(), old())] {
        let comparison = compared(&old, &new);
        for limit in [Some(Grade::Breaking), None] {
            let text = json(&comparison, limit).unwrap();
            let report = serde_json::from_str(&text).unwrap();
            let violations = validator.violations(&report);
            assert!(violations.is_empty(), "{violations:?}\n{text}");
            assert_eq!(
                report["verdict"] == "failed",
                limit.is_some()
                    && comparison.counts().breaking_requests
                        + comparison.counts().breaking_responses
                        > 0
            );
        }
    }
}

#[test]
fn junit_has_a_failure_for_what_fails_and_a_case_for_what_is_the_same() {
    let xml = junit(&compared(&old(), &new()), Some(Grade::Breaking)).unwrap();
    let xml = String::from_utf8(xml).unwrap();
    assert!(xml.contains("tests=\"5\" failures=\"2\""), "{xml}");
    assert!(xml.contains("<failure type=\"breaking-request-change\" message=\"values-removed: no longer &quot;GUEST&quot;\""), "{xml}");
    let xml = junit(&compared(&old(), &old()), Some(Grade::Breaking)).unwrap();
    let xml = String::from_utf8(xml).unwrap();
    assert!(
        xml.contains("classname=\"proofmark.parity.POST /things\" name=\"no changes\"/>"),
        "{xml}"
    );
}
