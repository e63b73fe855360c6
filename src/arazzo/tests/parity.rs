//! Parity profiles.

use super::load;
use crate::arazzo::{Allowance, Compared, Failing, ParityProfile, Sameness};
use crate::code::Severity;

const WORKFLOWS: &str = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
workflows:
- {workflowId: read, steps: [{stepId: s, operationId: o}]}
x-proofmark-parity:
";

fn profile(lines: &str) -> (Option<ParityProfile>, String) {
    let (description, lines) = load(&format!("{WORKFLOWS}{lines}"));
    (description.unwrap().parity, lines)
}

#[test]
fn rules_are_read_with_their_lines() {
    let (profile, lines) = profile(
        "  baseline: staging
  rules:
    - { at: $.a, as: ignore, reason: r, operation: read*, until: 2027-01-31 }
    - { at: $.b, as: approx, absolute: 0.5, reason: r }
",
    );
    assert_eq!(lines, "");
    let profile = profile.unwrap();
    assert_eq!(profile.baseline.as_deref(), Some("staging"));
    let [one, other] = &*profile.rules else {
        panic!("{:?}", profile.rules);
    };
    assert_eq!(one.operation.as_deref(), Some("read*"));
    assert!(one.location.contains(":9"), "{}", one.location);
    let approx = Sameness::Approx {
        absolute: 0.5,
        relative: 0.0,
    };
    let Allowance::Places { sameness, .. } = &other.allowance else {
        panic!("{other:?}");
    };
    assert_eq!(*sameness, approx);
}

#[test]
fn categories_are_accepted_one_by_one_or_in_a_list() {
    let (profile, lines) = profile(
        "  rules:
    - { accept: PM511, kind: update-lost, reason: a mock }
    - { accept: [PM510, parity-status], operation: get*, reason: a mock }
    - { accept: PM999, reason: r }
    - { accept: PM511, at: $.a, reason: r }
    - { accept: [], reason: r }
    - { accept: PM511 }
",
    );
    let rules = profile.unwrap().rules;
    let told: Vec<String> = rules.iter().map(ToString::to_string).collect();
    assert!(
        told[0].ends_with(": PM511 update-lost (a mock)"),
        "{told:?}"
    );
    assert!(
        told[1].ends_with(": PM510, PM502 of `get*` (a mock)"),
        "{told:?}"
    );
    assert_eq!(told.len(), 2);
    for (line, told) in [
        (10, "`PM999` is no category"),
        (11, "`at` means nothing beside `accept`"),
        (12, "`accept` names no category"),
        (13, "a rule needs `reason`"),
    ] {
        let is_told = |text: &str| text.contains(told) && text.contains(&line.to_string());
        let found = lines.lines().any(is_told);
        assert!(found, "no `{told}` at line {line} in\n{lines}");
    }
}

#[test]
fn switches_say_what_is_compared() {
    let read = |lines: &str| {
        let (profile, told) = profile(lines);
        (profile.unwrap().compared, told)
    };
    let plain = Compared::default();
    assert_eq!(read("  baseline: a\n"), (plain, String::new()));
    let expected = Compared {
        values: false,
        messages: true,
        ..plain
    };
    let written = "  compare: {values: false, messages: true, order: true}\n";
    assert_eq!(read(written), (expected, String::new()));
    let (compared, told) = read("  compare: {values: 3, colour: true}\n");
    assert_eq!(compared, plain);
    assert!(told.contains("`values` is neither"), "{told}");
    assert!(told.contains("colour"), "{told}");
}

#[test]
fn a_rule_that_makes_no_sense_is_named_and_left_out() {
    let (profile, lines) = profile(
        "  rules:
    - { at: a, as: ignore, reason: r }
    - { at: $.a, as: nothing, reason: r }
    - { at: $.a, as: ignore }
    - { at: $.a, as: type, reason: r, untill: 2027-01-31 }
",
    );
    assert_eq!(profile.unwrap().rules.len(), 1);
    for (line, told) in [
        (8, "`a` is no JSONPath"),
        (9, "`as: nothing` means nothing"),
        (10, "a rule needs `reason`"),
        (11, "untill"),
    ] {
        let is_told = |text: &str| text.contains(told) && text.contains(&line.to_string());
        assert!(
            lines.lines().any(is_told),
            "no `{told}` at line {line} in\n{lines}"
        );
    }
}

#[test]
fn what_fails_is_said_in_the_words_of_the_command_line() {
    let read = |lines: &str| {
        let (profile, told) = profile(lines);
        (profile.unwrap().fails, told)
    };
    assert_eq!(read("  baseline: a\n"), (None, String::new()));
    for (word, expected) in [
        ("error", Failing::From(Severity::Error)),
        ("warning", Failing::From(Severity::Warning)),
        ("note", Failing::From(Severity::Note)),
        ("never", Failing::Never),
    ] {
        let written = format!("  failOn: {word}\n");
        assert_eq!(read(&written), (Some(expected), String::new()));
    }
    let (fails, told) = read("  failOn: warnings\n");
    assert_eq!(fails, None);
    assert!(told.contains("`failOn` cannot be `warnings`"), "{told}");
}
