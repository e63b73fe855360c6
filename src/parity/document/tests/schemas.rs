//! Schemas: what each keyword's change is called, and what it breaks in which direction.

use super::{compared, document, told};
use crate::parity::document::{Evidence, Grade};

fn schemas(old: &str, new: &str) -> Vec<String> {
    told(&compared(
        &document("3.1.0", old, "{}"),
        &document("3.1.0", new, "{}"),
    ))
}

#[test]
fn what_narrows_breaks_requests_and_what_widens_breaks_responses() {
    for (wide, narrow, narrowed, widened) in [
        (
            "{type: string, enum: [a, b]}",
            "{type: string, enum: [a]}",
            "values-removed",
            "values-added",
        ),
        (
            "{type: string}",
            "{type: string, enum: [a]}",
            "values-listed",
            "values-unlisted",
        ),
        (
            "{type: string}",
            "{const: a}",
            "values-listed",
            "values-unlisted",
        ),
        (
            "{type: [string, 'null']}",
            "{type: string}",
            "types-removed",
            "types-added",
        ),
        (
            "{type: [string, integer]}",
            "{type: integer}",
            "types-removed",
            "types-added",
        ),
        (
            "{type: number}",
            "{type: integer}",
            "types-removed",
            "types-added",
        ),
        ("{}", "{type: integer}", "types-removed", "types-added"),
        (
            "{type: integer}",
            "{type: integer, minimum: 3}",
            "range-changed",
            "range-changed",
        ),
        (
            "{type: integer, maximum: 9}",
            "{type: integer, maximum: 3}",
            "range-changed",
            "range-changed",
        ),
        (
            "{type: number, minimum: 3}",
            "{type: number, exclusiveMinimum: 3}",
            "range-changed",
            "range-changed",
        ),
        (
            "{type: integer}",
            "{type: integer, format: int32}",
            "range-changed",
            "range-changed",
        ),
        (
            "{type: integer}",
            "{type: integer, multipleOf: 5}",
            "multiple-changed",
            "multiple-changed",
        ),
        (
            "{type: integer, multipleOf: 5}",
            "{type: integer, multipleOf: 10}",
            "multiple-changed",
            "multiple-changed",
        ),
        (
            "{type: string}",
            "{type: string, maxLength: 5}",
            "length-changed",
            "length-changed",
        ),
        (
            "{type: string}",
            "{type: string, minLength: 1}",
            "length-changed",
            "length-changed",
        ),
        (
            "{type: string}",
            "{type: string, pattern: '^a'}",
            "pattern-changed",
            "pattern-changed",
        ),
        (
            "{type: string}",
            "{type: string, format: uuid}",
            "format-changed",
            "format-changed",
        ),
        (
            "{type: array}",
            "{type: array, maxItems: 2}",
            "item-count-changed",
            "item-count-changed",
        ),
        (
            "{type: array}",
            "{type: array, uniqueItems: true}",
            "uniqueness-changed",
            "uniqueness-changed",
        ),
        (
            "{type: array}",
            "{type: array, contains: {const: 1}}",
            "condition-changed",
            "condition-changed",
        ),
        (
            "{type: array}",
            "{type: array, items: {type: string}}",
            "types-removed /*",
            "types-added /*",
        ),
        (
            "{type: object}",
            "{type: object, minProperties: 1}",
            "property-count-changed",
            "property-count-changed",
        ),
        (
            "{type: object}",
            "{type: object, propertyNames: {maxLength: 2}}",
            "condition-changed",
            "condition-changed",
        ),
        (
            "{type: object}",
            "{type: object, additionalProperties: {type: string}}",
            "types-removed /*",
            "types-added /*",
        ),
        (
            "{type: object, properties: {a: {type: string}}}",
            "{type: object, required: [a], properties: {a: {type: string}}}",
            "property-became-required /a",
            "property-became-optional /a",
        ),
        (
            "{type: object, properties: {a: {type: [string, integer]}}}",
            "{type: object, properties: {a: {type: string}}}",
            "types-removed /a",
            "types-added /a",
        ),
        (
            "{oneOf: [{type: string, maxLength: 2}, {type: object, required: [a]}]}",
            "{type: string, maxLength: 2}",
            "branch-removed",
            "branch-added",
        ),
    ] {
        let expect = |narrow: &str, widen: &str| {
            let mut all = vec![format!("request {narrow}"), format!("response {widen}")];
            all.sort();
            all
        };
        assert_eq!(
            schemas(wide, narrow),
            expect(
                &format!("breaking {narrowed}"),
                &format!("compatible {narrowed}")
            ),
            "{wide} to {narrow}"
        );
        assert_eq!(
            schemas(narrow, wide),
            expect(
                &format!("compatible {widened}"),
                &format!("breaking {widened}")
            ),
            "{narrow} to {wide}"
        );
    }
}

#[test]
fn what_is_not_taken_apart_is_tried() {
    for (old, new) in [
        ("{not: {const: 1}}", "{not: {type: integer, minimum: 0}}"),
        (
            "{type: string, pattern: '^[a-z]+$'}",
            "{type: string, pattern: '^[a-y]+$'}",
        ),
    ] {
        let kind = if old.contains("not") {
            "condition-changed"
        } else {
            "pattern-changed"
        };
        assert_eq!(
            schemas(old, new),
            [
                format!("request breaking {kind}"),
                format!("response unclear {kind}")
            ]
        );
        assert_eq!(
            schemas(new, old),
            [
                format!("request unclear {kind}"),
                format!("response breaking {kind}")
            ]
        );
    }
}

#[test]
fn what_is_forbidden_altogether_breaks_requests() {
    let with = |property: &str| format!("{{type: object, properties: {{a: {property}}}}}");
    for old in [
        "{oneOf: [{type: integer}, {type: boolean}]}",
        "{type: string}",
        "{}",
    ] {
        let told = schemas(&with(old), &with("false"));
        let breaking = told
            .iter()
            .filter(|line| line.starts_with("request breaking"));
        assert_eq!(breaking.count(), 1, "{old}: {told:?}");
    }
}

#[test]
fn what_breaks_is_shown_by_an_instance() {
    let comparison = compared(
        &document(
            "3.1.0",
            "{type: object, required: [a], properties: {a: {type: string, maxLength: 9}}}",
            "{}",
        ),
        &document(
            "3.1.0",
            "{type: object, required: [a], properties: {a: {type: string, maxLength: 4}}}",
            "{}",
        ),
    );
    let [breaking, compatible] = comparison.changes.as_slice() else {
        panic!("{:?}", comparison.changes);
    };
    assert_eq!(breaking.grade, Grade::Breaking);
    let witness = breaking.witness.as_ref().unwrap();
    let text = witness.value.as_str().unwrap();
    assert!((5..=9).contains(&text.chars().count()), "{text}");
    assert_eq!(witness.at.as_str(), "/a");
    assert_eq!(
        (compatible.grade, compatible.evidence),
        (Grade::Compatible, Evidence::Said)
    );
}

#[test]
fn properties_come_and_go_by_whether_others_are_allowed() {
    let open = |properties: &str| format!("{{type: object, properties: {properties}}}");
    let closed = |properties: &str| {
        format!("{{type: object, additionalProperties: false, properties: {properties}}}")
    };
    let (one, two) = (
        "{a: {type: string}}",
        "{a: {type: string}, b: {type: string}}",
    );
    let same = |text: &str| [format!("request {text}"), format!("response {text}")];
    assert_eq!(
        schemas(&open(one), &open(two)),
        same("compatible property-added /b")
    );
    assert_eq!(
        schemas(&open(two), &open(one)),
        same("unclear property-removed /b")
    );
    assert_eq!(
        schemas(&closed(two), &closed(one)),
        [
            "request breaking property-removed /b",
            "response unclear property-removed /b"
        ]
    );
    assert_eq!(
        schemas(&closed(one), &closed(two)),
        [
            "request compatible property-added /b",
            "response breaking property-added /b"
        ]
    );
    assert_eq!(
        schemas(&open(one), &closed(one)),
        [
            "request breaking other-properties-refused",
            "response compatible other-properties-refused"
        ]
    );
    assert_eq!(
        schemas(&closed(one), &open(one)),
        [
            "request compatible other-properties-allowed",
            "response unclear other-properties-allowed"
        ]
    );
    let required =
        "{type: object, required: [b], properties: {a: {type: string}, b: {type: string}}}";
    assert_eq!(
        schemas(&open(one), required),
        [
            "request breaking required-property-added /b",
            "response compatible required-property-added /b"
        ]
    );
    assert_eq!(
        schemas(required, &open(one)),
        [
            "request unclear property-removed /b",
            "response breaking property-removed /b"
        ]
    );
    // A typed map says something about every name.
    let map =
        "{type: object, additionalProperties: {type: string}, properties: {a: {type: string}}}";
    assert_eq!(
        schemas(
            map,
            "{type: object, additionalProperties: {type: string}, properties: {a: {type: string}, b: {type: string, maxLength: 2}}}"
        ),
        [
            "request breaking length-changed /b",
            "response compatible length-changed /b"
        ]
    );
}

#[test]
fn properties_of_the_other_direction_do_not_matter() {
    let with = |mark: &str| {
        format!(
            "{{type: object, required: [a], properties: {{a: {{type: string{mark}}}, b: {{type: string}}}}}}"
        )
    };
    assert_eq!(
        schemas(
            &with(", readOnly: true"),
            &with(", readOnly: true, maxLength: 3")
        ),
        ["response compatible length-changed /a"]
    );
    assert_eq!(
        schemas(
            &with(", writeOnly: true"),
            &with(", writeOnly: true, maxLength: 3")
        ),
        ["request breaking length-changed /a"]
    );
    assert_eq!(
        schemas(&with(""), &with(", readOnly: true")),
        ["request unclear property-removed /a"]
    );
}

#[test]
fn branches_are_found_by_name_discriminator_and_likeness() {
    let components = |b: &str| {
        format!(
            "{{A: {{type: object, required: [k], properties: {{k: {{const: a}}, x: {{type: string}}}}}}, B: {{type: object, required: [k], properties: {{k: {{const: b}}, y: {b}}}}}}}"
        )
    };
    let union = "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}";
    let turned = "{oneOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/A'}]}";
    let comparison = compared(
        &document("3.1.0", union, &components("{type: string}")),
        &document("3.1.0", turned, &components("{type: string, maxLength: 3}")),
    );
    assert_eq!(
        told(&comparison),
        [
            "request breaking length-changed /y",
            "response compatible length-changed /y"
        ]
    );
    let inline = "{oneOf: [{type: object, required: [k], properties: {k: {const: b}, y: {type: string}}}, {$ref: '#/components/schemas/A'}]}";
    let same = compared(
        &document("3.1.0", union, &components("{type: string}")),
        &document("3.1.0", inline, &components("{type: string}")),
    );
    assert!(same.changes.is_empty(), "{:?}", told(&same));
    let fewer = "{oneOf: [{$ref: '#/components/schemas/A'}, {type: string}]}";
    let comparison = compared(
        &document("3.1.0", union, &components("{type: string}")),
        &document("3.1.0", fewer, &components("{type: string}")),
    );
    assert_eq!(
        told(&comparison),
        [
            "request breaking branch-removed",
            "request compatible branch-added",
            "response breaking branch-added",
            "response compatible branch-removed",
        ]
    );
}

#[test]
fn what_happens_to_several_branches_is_told_once() {
    let union = |branches: &str| format!("{{oneOf: [{{type: string, maxLength: 3}}, {branches}]}}");
    assert_eq!(
        schemas(
            &union("{type: integer, maximum: 3}, {type: boolean}"),
            &union("{type: array}")
        ),
        [
            "request breaking branch-removed",
            "request compatible branch-added",
            "response breaking branch-added",
            "response compatible branch-removed",
        ]
    );
    // One schema instead of several, type by type.
    assert_eq!(
        schemas(
            "{type: [string, integer], maxLength: 3, maximum: 3}",
            "{anyOf: [{type: string, maxLength: 3}, {type: integer, maximum: 2}]}"
        ),
        [
            "request breaking range-changed",
            "response compatible range-changed"
        ]
    );
}

#[test]
fn a_shared_schema_is_told_once_and_cycles_end() {
    let text = |most: u8| {
        format!(
            "openapi: 3.1.0
info: {{title: T, version: '1'}}
paths:
  /a:
    get: {{responses: {{'200': {{description: a, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Node'}}}}}}}}}}}}
  /b:
    get: {{responses: {{'200': {{description: a, content: {{application/json: {{schema: {{type: array, items: {{$ref: '#/components/schemas/Node'}}}}}}}}}}}}}}
components:
  schemas:
    Node: {{type: object, properties: {{name: {{type: string, maxLength: {most}}}, next: {{$ref: '#/components/schemas/Node'}}, all: {{type: array, items: {{$ref: '#/components/schemas/Node'}}}}}}}}
"
        )
    };
    let comparison = compared(&text(5), &text(9));
    assert_eq!(
        told(&comparison),
        ["response breaking length-changed /name"]
    );
    assert_eq!(comparison.changes[0].operations, ["GET /a", "GET /b"]);
    assert_eq!(comparison.verdict(), "1 change: 1 breaks responses");
}

#[test]
fn annotations_that_matter_are_told() {
    let with = |properties: &str| {
        let components = format!("{{Thing: {{type: object, properties: {properties}}}}}");
        document("3.1.0", "{$ref: '#/components/schemas/Thing'}", &components)
    };
    let comparison = compared(
        &with("{a: {type: integer, default: 1}, b: {type: string}, c: {type: number}}"),
        &with(
            "{a: {type: integer, default: 2}, b: {type: string, deprecated: true}, c: {type: number, format: double}}",
        ),
    );
    assert_eq!(
        told(&comparison),
        [
            "note deprecated /b",
            "note format-changed /c",
            "request unclear default-changed /a"
        ]
    );
}
