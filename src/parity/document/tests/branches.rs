//! Branches that overlap, and types and lists beside unions.

use super::{Limits, compare, compared, document, told};
use crate::spec::Spec;

fn schemas(old: &str, new: &str) -> Vec<String> {
    told(&compared(
        &document("3.1.0", old, "{}"),
        &document("3.1.0", new, "{}"),
    ))
}

/// Which way something breaks: what is refused now breaks requests, what is new breaks answers.
fn breaks(old: &str, new: &str) -> (bool, bool) {
    let told = schemas(old, new);
    let has = |prefix: &str| told.iter().any(|line| line.starts_with(prefix));
    (has("request breaking"), has("response breaking"))
}

/// A schema becomes narrower by what is said beside it, alone and as that of a property.
fn narrows(schema: &str, beside: &str) {
    let (wide, narrow) = (format!("{{{schema}}}"), format!("{{{schema}, {beside}}}"));
    assert_eq!(breaks(&wide, &narrow), (true, false), "{narrow}");
    assert_eq!(breaks(&narrow, &wide), (false, true), "{narrow}");
    let within = |schema: &str| format!("{{type: object, properties: {{p: {schema}}}}}");
    let (wide, narrow) = (within(&wide), within(&narrow));
    assert_eq!(breaks(&wide, &narrow), (true, false), "{narrow}");
    assert_eq!(breaks(&narrow, &wide), (false, true), "{narrow}");
}

#[test]
fn types_beside_unions_break_what_they_take_away() {
    let object = "{type: object, properties: {a: {type: string}}}";
    let array = "{type: array, items: {type: string}}";
    for (union, beside) in [
        (
            format!("anyOf: [{object}, {{type: string}}]"),
            "type: object",
        ),
        (
            format!("oneOf: [{object}, {{type: string}}]"),
            "type: object",
        ),
        (format!("anyOf: [{array}, {{type: string}}]"), "type: array"),
        (
            format!("anyOf: [{object}, {{type: string}}]"),
            "type: [object, 'null']",
        ),
        (
            format!("anyOf: [{object}, {{const: 1}}]"),
            "not: {type: number}",
        ),
        (
            format!("oneOf: [{object}, {{type: string}}]"),
            "not: {type: string}",
        ),
        (
            format!("oneOf: [{object}, {{type: string}}, {{type: integer}}]"),
            "not: {type: string}",
        ),
    ] {
        narrows(&union, beside);
    }
}

#[test]
fn what_matches_several_branches_of_one_of_is_refused() {
    for (wide, narrow) in [
        (
            "{anyOf: [{enum: [a, b]}, {enum: [b, c]}]}",
            "{oneOf: [{enum: [a, b]}, {enum: [b, c]}]}",
        ),
        (
            "{oneOf: [{const: a}, {const: b}]}",
            "{oneOf: [{const: a}, {const: b}, {const: a}]}",
        ),
        ("{type: number}", "{oneOf: [{type: number}, {const: 2}]}"),
        (
            "{type: string, maxLength: 10}",
            "{oneOf: [{type: string, maxLength: 10}, {type: string, enum: [EUR]}]}",
        ),
        (
            "{anyOf: [{type: integer}, {type: number}]}",
            "{oneOf: [{type: integer}, {type: number}]}",
        ),
        (
            "{anyOf: [{type: [string, integer]}, {type: integer}]}",
            "{oneOf: [{type: [string, integer]}, {type: integer}]}",
        ),
        (
            "{type: integer}",
            "{oneOf: [{enum: [1, 2]}, {type: integer}]}",
        ),
    ] {
        assert_eq!(breaks(wide, narrow), (true, false), "{narrow}");
        assert_eq!(breaks(narrow, wide), (false, true), "{narrow}");
    }
    // Both: what is new in one branch is refused where another one matches, too.
    let old = "{oneOf: [{type: integer, maximum: 5}, {type: integer, minimum: 6}]}";
    let new = "{oneOf: [{type: integer, maximum: 7}, {type: integer, minimum: 6}]}";
    assert!(breaks(old, new).0);
    // Nobody may ever have sent what several branches declare.
    let one = "{type: object, properties: {a: {type: string}}, required: [a]}";
    let two = format!(
        "{{oneOf: [{one}, {{type: object, properties: {{b: {{type: string}}}}, required: [b]}}]}}"
    );
    let told = schemas(&format!("{{oneOf: [{one}]}}"), &two);
    assert!(
        told.contains(&"request unclear condition-changed".to_owned()),
        "{told:?}"
    );
    let (excluding, list) = (
        "{oneOf: [{enum: [a, b]}, {enum: [b, c]}]}",
        "{enum: [a, c]}",
    );
    assert!(schemas(excluding, list).is_empty());
}

#[test]
fn overlaps_that_no_drawn_instance_shows_are_unclear() {
    let text = |pattern: &str| format!("{{type: string, pattern: '{pattern}'}}");
    let one_of = |one: &str, two: &str| format!("{{oneOf: [{}, {}]}}", text(one), text(two));
    // Nothing that is drawn from one of the two is of the other.
    let old = one_of("^a[0-9]{9}$", "^b[0-9]{9}$");
    let new = one_of("^[ab][0-9]{9}$", "^b[0-9]{8}[1]$");
    let told = schemas(&old, &new);
    let grades = [
        "request breaking condition-changed",
        "request unclear condition-changed",
    ];
    assert!(
        told.iter().any(|line| grades.contains(&line.as_str())),
        "{told:?}"
    );
    // What is less than it was matches no more branches, and what is more of an answer no fewer.
    let tagged = |least: u8, greatest: u8| {
        format!(
            "{{oneOf: [{{type: object, properties: {{a: {{type: integer, minimum: {least}}}}}, required: [a]}}, {{type: object, properties: {{b: {{type: string, maxLength: {greatest}}}}}, required: [b]}}]}}"
        )
    };
    let told = schemas(&tagged(0, 9), &tagged(1, 8));
    assert!(
        told.iter()
            .all(|line| !line.starts_with("request") || !line.contains("condition-changed")),
        "{told:?}"
    );
}

#[test]
fn discriminators_that_say_what_is_implied_say_nothing() {
    let components = "{A: {type: object, required: [k], properties: {k: {type: string}, x: {}}}, B: {type: object, required: [k], properties: {k: {type: string}, y: {}}}}";
    let union = |mapping: &str| {
        let schema = format!(
            "{{anyOf: [{{$ref: '#/components/schemas/A'}}, {{$ref: '#/components/schemas/B'}}], discriminator: {{propertyName: k{mapping}}}}}"
        );
        document("3.1.0", &schema, components)
    };
    let implied = union("");
    for (mapping, expected) in [
        (", mapping: {A: '#/components/schemas/A', B: B}", None),
        (", mapping: {B: B}", None),
        (", mapping: {a: A}", Some("compatible")),
        (", mapping: {A: B, B: A}", Some("unclear")),
        (", mapping: {A: B}", Some("unclear")),
    ] {
        let told = told(&compared(&implied, &union(mapping)));
        let expected: Vec<String> = expected
            .into_iter()
            .flat_map(|grade| {
                ["request", "response"]
                    .map(|direction| format!("{direction} {grade} discriminator-changed"))
            })
            .collect();
        assert_eq!(told, expected, "{mapping}");
    }
}

#[test]
fn a_one_of_that_nothing_satisfies_gives_no_new_answers() {
    let twice = "{oneOf: [{type: string}, {type: string}]}";
    let [old, new] = ["{type: string}", twice]
        .map(|schema| Spec::from_text("document.yaml", &document("3.1.0", schema, "{}")).unwrap());
    let told = told(&compare(&old, &new, Limits::default()));
    let has = |prefix: &str| told.iter().any(|line| line.starts_with(prefix));
    assert!(has("request breaking"), "{told:?}");
    assert!(!has("response breaking"), "{told:?}");
}

#[test]
fn members_of_lists_that_something_beside_refuses_are_gone() {
    for (list, beside) in [
        ("enum: [1, 5, 9]", "maximum: 7"),
        ("enum: [1, 5, 9]", "minimum: 2"),
        ("enum: [2, 3, 4]", "multipleOf: 2"),
        ("type: string, enum: [a, bbbbbb]", "maxLength: 5"),
        ("type: string, enum: [a, bbbbbb]", "minLength: 2"),
        ("type: string, enum: [a, bbbbbb]", "pattern: '^a'"),
        ("type: string, enum: ['2020-01-01', never]", "format: date"),
        ("enum: [a, b]", "not: {const: b}"),
        ("oneOf: [{const: a}, {const: bbb}]", "maxLength: 2"),
        ("anyOf: [{enum: [a]}, {enum: [bbb]}]", "maxLength: 2"),
    ] {
        narrows(list, beside);
    }
}
