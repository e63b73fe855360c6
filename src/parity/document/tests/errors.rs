//! Documents with errors: what they leave open is never passed as the same.

use super::{Comparison, Limits, compare, document};
use crate::parity::document::{Grade, json, junit, screen};
use crate::report::Look;

fn compared(old: &str, new: &str) -> Comparison {
    let read = |name: &str, text: &str| crate::spec::Spec::from_text(name, text).unwrap();
    compare(
        &read("old.yaml", old),
        &read("new.yaml", new),
        Limits::default(),
    )
}

fn shown(comparison: &Comparison, fail_on: Option<Grade>) -> String {
    let look = Look {
        colour: false,
        width: 100,
        reports: Vec::new(),
    };
    screen(comparison, fail_on, &look)
}

#[test]
fn a_new_error_is_shown_and_leaves_the_comparison_open() {
    let good = document("3.1.0", "{type: string}", "{}");
    let bad = document("3.1.0", "{$ref: '#/components/schemas/None'}", "{}");
    let comparison = compared(&good, &bad);
    assert!(comparison.is_open());
    assert!(!comparison.fails(Some(Grade::Breaking)));
    let text = shown(&comparison, Some(Grade::Breaking));
    assert!(text.starts_with("INCONCLUSIVE"), "{text}");
    assert!(text.contains("new.yaml:9"), "{text}");
    let report = json(&comparison, Some(Grade::Breaking)).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["verdict"], "inconclusive");
    assert_eq!(report["errors"][0]["version"], "new");
    assert_eq!(report["errors"][0]["is_known"], false);
    let xml = String::from_utf8(junit(&comparison, Some(Grade::Breaking)).unwrap()).unwrap();
    assert!(xml.contains("<error "), "{xml}");
    assert!(!xml.contains("errors=\"0\""), "{xml}");
}

#[test]
fn errors_are_named_by_the_document_that_has_them() {
    let plain = document("3.2.0", "{type: string}", "{}");
    let further = plain.replace(
        "    post:",
        "    query: {responses: {'200': {description: ok}}}\n    post:",
    );
    let broken = document("3.2.0", "{$ref: '#/components/schemas/None'}", "{}");
    for (old, new, heading) in [
        (
            &further,
            &plain,
            "errors of the old document, which leave open what it said",
        ),
        (
            &plain,
            &further,
            "errors of the new document, which leave open what it says",
        ),
        (
            &further,
            &broken,
            "errors of both documents, which leave open what they say",
        ),
    ] {
        let text = shown(&compared(old, new), None);
        assert!(text.contains(heading), "{text}");
    }
}

#[test]
fn what_breaks_fails_whatever_else_is_open() {
    let old = document("3.1.0", "{type: object}", "{A: {type: string}}");
    let new = document(
        "3.1.0",
        "{type: object, required: [a]}",
        "{A: {$ref: '#/components/schemas/None'}}",
    );
    let comparison = compared(&old, &new);
    assert!(comparison.is_open() && comparison.fails(Some(Grade::Breaking)));
    let text = shown(&comparison, Some(Grade::Breaking));
    assert!(text.starts_with("FAILED"), "{text}");
    assert!(shown(&comparison, None).starts_with("INCONCLUSIVE"));
}

#[test]
fn an_error_that_was_there_and_that_nothing_leads_to_leaves_nothing_open() {
    let with = |rest: &str| {
        document(
            "3.1.0",
            "{type: string}",
            &format!("{{{rest}A: {{$ref: '#/components/schemas/None'}}}}"),
        )
    };
    let comparison = compared(&with(""), &with("First: {type: string}, "));
    assert_eq!(comparison.defects.len(), 2);
    assert!(!comparison.is_open());
    assert!(shown(&comparison, Some(Grade::Breaking)).starts_with("PASSED"));
    // One more of the same kind is a new one.
    let more = with("First: {$ref: '#/components/schemas/None'}, ");
    assert!(compared(&with(""), &more).is_open());
    // What cannot be compared is open, though neither is worse.
    let bad = document("3.1.0", "{$ref: '#/components/schemas/None'}", "{}");
    assert!(compared(&bad, &bad).is_open());
}
