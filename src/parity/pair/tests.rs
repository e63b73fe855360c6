//! What counts as a difference, and what does not.

mod accepted;
mod convention;
mod mirrors;

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::arazzo::{ParityRule, WrittenRule};
use crate::case::{Authority, Case, Phase, Prepared, Resources, encode, valid};
use crate::code::{Code, Severity};
use crate::http::{Exchange, Response, Timing};
use crate::record::Verdict;
use crate::seed::Seed;
use crate::spec::{OperationId, Spec};

mod answers;
mod switches;
mod workflows;

const DOCUMENT: &str = "
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /users/{userId}:
    get:
      operationId: read
      parameters:
        - {name: userId, in: path, required: true, schema: {type: string, format: uuid}}
      responses:
        '200':
          description: ok
          headers: {X-Total: {schema: {type: integer}}}
          content:
            application/json:
              schema:
                type: object
                required: [id]
                properties:
                  id: {type: string}
                  name: {type: string}
                  nick: {type: [string, 'null']}
                  age: {type: integer}
                  kind: {enum: [A, B]}
                  tags: {type: array, items: {type: string}}
                  extra: {type: object, additionalProperties: {type: string}}
                  createdAt: {type: string, format: date-time}
        '404':
          description: none
";

fn spec() -> Arc<Spec> {
    let spec = Spec::from_text_with("t.yaml", DOCUMENT, &crate::schema::Formats::default());
    Arc::new(spec.unwrap())
}

/// A case with its answer.
fn answered(spec: &Spec, case: Case, response: Response) -> Answered {
    let encoded = encode(spec, &case, &Authority::default());
    let request = encoded.unwrap().request;
    let verdict = Verdict {
        api: 0,
        case,
        prepared: Prepared::open(request.clone()),
        before: Vec::new(),
        exchange: Exchange {
            request,
            outcome: Ok(response),
            timing: Timing::default(),
        },
        findings: Vec::new(),
        applied: Vec::new(),
    };
    Answered {
        verdict,
        step: None,
        tries: Vec::new(),
        after_write: false,
        cut: None,
    }
}

fn judged(left: &Recording, right: &Recording, spec: &Spec) -> Outcome {
    let bases = ["http://one.example".to_owned()];
    let sides = Sides {
        specs: &[spec],
        rules: &Rules::default(),
        baseline: &bases,
        candidate: &bases,
    };
    judge(left, right, &[], &sides)
}

/// A recording of answers to the only operation.
fn recording(spec: &Spec, answers: &[Response]) -> Recording {
    let operation = &spec.operations[&OperationId::new("read")];
    let mut recording = Recording {
        ended: Some(crate::probe::Ended::Completed),
        ..Recording::default()
    };
    for (index, response) in (0..).zip(answers) {
        let seed = Seed::new(index);
        let case = valid(spec, operation, Phase::Valid, seed, &Resources::new()).unwrap();
        let answered = answered(spec, case, response.clone());
        recording.answers.insert(index.to_string(), answered);
    }
    recording
}

fn ok(body: &Value) -> Response {
    Response::new(200).with_body("application/json", body.to_string())
}

/// What differs between two lists of answers: code, kind, place.
fn differences(left: &[Response], right: &[Response], rules: Vec<ParityRule>) -> Vec<String> {
    let spec = spec();
    let rules = Rules::new(rules, jiff::civil::date(2026, 11, 22));
    let sides = Sides {
        specs: &[&spec],
        rules: &rules,
        baseline: &["http://one.example".to_owned()],
        candidate: &["http://other.example/base".to_owned()],
    };
    let pairs = compare(&recording(&spec, left), &recording(&spec, right), &sides);
    let found = pairs.iter().flat_map(|pair| &pair.differences);
    let told = found.map(|one| {
        let severity = match one.severity {
            Severity::Error => "",
            Severity::Warning => " warning",
            Severity::Note => " note",
        };
        format!("{} {}{severity} {}", one.code, one.kind, one.place)
    });
    told.map(|line| line.trim_end().to_owned()).collect()
}

fn bodies(left: &Value, right: &Value) -> Vec<String> {
    differences(&[ok(left)], &[ok(right)], Vec::new())
}

fn rule(at: &str, sameness: &str) -> WrittenRule {
    WrittenRule {
        at: Some(at.to_owned()),
        sameness: Some(sameness.to_owned()),
        reason: Some("because".to_owned()),
        ..WrittenRule::default()
    }
}

#[test]
fn bodies_differ_in_shape_value_and_order() {
    for (left, right, expected) in [
        (
            json!({"id": "a", "age": 1}),
            json!({"age": 1.0, "id": "a"}),
            "",
        ),
        (json!({"id": "a"}), json!({}), "PM505 only-in-baseline /id"),
        (
            json!({}),
            json!({"name": "x"}),
            "PM505 only-in-candidate warning /name",
        ),
        (json!({"odd": 1}), json!({}), "PM505 only-in-baseline /odd"),
        (
            json!({"nick": null}),
            json!({}),
            "PM505 null-or-absent warning /nick",
        ),
        (
            json!({"tags": []}),
            json!({}),
            "PM505 empty-or-absent warning /tags",
        ),
        (
            json!({"extra": {"x": "1"}}),
            json!({"extra": {}}),
            "PM506 entry note /extra/*",
        ),
        (json!({"age": 1}), json!({"age": "1"}), "PM505 type /age"),
        (
            json!({"nick": null}),
            json!({"nick": "n"}),
            "PM506 null note /nick",
        ),
        (
            json!({"name": "x"}),
            json!({"name": "y"}),
            "PM506 value note /name",
        ),
        (
            json!({"name": "ada@example.com"}),
            json!({"name": "y"}),
            "PM505 format warning /name",
        ),
        (
            json!({"kind": "A"}),
            json!({"kind": "B"}),
            "PM505 enum-member warning /kind",
        ),
        (
            json!({"tags": ["a", "b"]}),
            json!({"tags": ["b", "a"]}),
            "PM507 order note /tags",
        ),
        (
            json!({"tags": ["a"]}),
            json!({"tags": ["a", "b"]}),
            "PM507 length note /tags",
        ),
        (
            json!({"tags": ["a"]}),
            json!({"tags": [1, 2]}),
            "PM507 length note /tags; PM505 type /tags/*",
        ),
    ] {
        assert_eq!(bodies(&left, &right).join("; "), expected, "{left} {right}");
    }
}

#[test]
fn members_of_enums_count_as_known_when_any_answer_had_them() {
    let list = |kinds: [&str; 2]| kinds.map(|kind| ok(&json!({"kind": kind})));
    let found = differences(&list(["A", "B"]), &list(["B", "A"]), Vec::new());
    assert_eq!(found, ["PM506 value note /kind", "PM506 value note /kind"]);
}

const ONE: &str = "6b5a0d8e-bf30-4152-93ff-e74ba72fd61d";
const OTHER: &str = "0d5c2b9e-6a41-4f7d-9b38-2f1e8c7a4d60";
const THIRD: &str = "e4a7d031-92c6-4b5f-a1e8-7d30c96b2f48";

#[test]
fn what_both_sides_make_up_is_one_value_from_then_on() {
    let made = |id: &str| ok(&json!({"id": id}));
    let link = |base: &str, id: &str| ok(&json!({"name": format!("{base}/users/{id}/pets")}));
    let left = [made(ONE), made(ONE), link("http://one.example", ONE)];
    let right = [
        made(OTHER),
        made(OTHER),
        link("http://other.example/base", OTHER),
    ];
    assert_eq!(differences(&left, &right, Vec::new()), Vec::<String>::new());
    // The candidate makes up another one where the baseline says the same again.
    let right = [made(OTHER), made(THIRD)];
    let found = differences(&left[..2], &right, Vec::new());
    assert_eq!(found, ["PM506 value note /id"]);
}

#[test]
fn clocks_may_differ_and_what_is_no_time_may_not() {
    let at = |time: &str| json!({"createdAt": time});
    assert_eq!(
        bodies(&at("2025-01-01T00:00:00Z"), &at("2026-02-03T04:05:06.7Z")),
        Vec::<String>::new()
    );
    assert_eq!(
        bodies(&at("2025-01-01T00:00:00Z"), &at("soon")),
        ["PM505 format warning /createdAt"]
    );
}

#[test]
fn rules_say_what_still_has_to_be_the_same() {
    let left = json!({"name": "ada@example.com", "age": 100, "tags": ["a", "b"], "odd": 1});
    let right = json!({"name": "x", "age": 101, "tags": ["b", "c"]});
    let with = |rules: Vec<WrittenRule>| {
        let rules = rules.into_iter().map(|rule| rule.read("r".into()).unwrap());
        differences(&[ok(&left)], &[ok(&right)], rules.collect()).join("; ")
    };
    let all = "PM505 format warning /name; PM506 value note /age; PM506 value note /tags/*; PM506 value note /tags/*; PM505 only-in-baseline /odd";
    assert_eq!(with(Vec::new()), all);
    let approx = WrittenRule {
        relative: Some(0.01),
        ..rule("$.age", "approx")
    };
    let rules = vec![
        rule("$.name", "type"),
        approx,
        rule("$.tags", "set"),
        rule("$.odd", "ignore"),
    ];
    assert_eq!(with(rules), "PM507 items note /tags");
    // The first one counts; what is out of date, or about another operation, does not.
    assert_eq!(
        with(vec![rule("$.*", "ignore"), rule("$.name", "format")]),
        ""
    );
    let late = WrittenRule {
        until: Some("2026-11-21".into()),
        ..rule("$.*", "ignore")
    };
    assert_eq!(with(vec![late]), all);
    let elsewhere = WrittenRule {
        operation: Some("write*".into()),
        ..rule("$.*", "ignore")
    };
    assert_eq!(with(vec![elsewhere]), all);
}

#[test]
fn failures_are_compared_in_what_they_say_to_programs() {
    let failure = |body: &Value| Response::new(404).with_body("application/json", body.to_string());
    let found = |left: &Value, right: &Value| {
        differences(&[failure(left)], &[failure(right)], Vec::new()).join("; ")
    };
    let left = json!({"code": "gone", "message": "It is gone."});
    assert_eq!(
        found(&left, &json!({"code": "gone", "message": "Not found"})),
        ""
    );
    assert_eq!(
        found(&left, &json!({"code": "none", "message": "x"})),
        "PM509 code warning /code"
    );
    assert_eq!(
        found(&left, &json!({"code": "gone"})),
        "PM509 only-in-baseline warning /message"
    );
}

#[test]
fn statuses_and_header_fields_are_told() {
    let found =
        |left: Response, right: Response| differences(&[left], &[right], Vec::new()).join("; ");
    let empty = || Response::new(200);
    assert_eq!(found(empty(), Response::new(404)), "PM511 existence");
    assert_eq!(found(empty(), Response::new(400)), "PM502 refused");
    assert_eq!(found(empty(), Response::new(401)), "PM502 credentials");
    assert_eq!(found(empty(), Response::new(503)), "PM502 candidate-fails");
    assert_eq!(found(empty(), Response::new(204)), "PM502 same-class");
    assert_eq!(
        found(Response::new(404), Response::new(500)),
        "PM502 candidate-fails"
    );
    let with = |name: &str, value: &str| empty().with_header(name, value);
    assert_eq!(
        found(empty(), with("x-total", "3")),
        "PM508 only-in-candidate note x-total"
    );
    assert_eq!(
        found(with("x-total", "2"), with("x-total", "3")),
        "PM508 value note x-total"
    );
    assert_eq!(found(with("date", "a"), with("date", "b")), "");
    assert_eq!(found(with("etag", "a"), with("etag", "b")), "");
    assert_eq!(
        found(with("allow", "GET, PUT"), with("allow", "PUT,GET")),
        ""
    );
    let (one, other) = (
        "http://one.example/users/1",
        "http://other.example/base/users/1",
    );
    assert_eq!(found(with("location", one), with("location", other)), "");
    let text = |kind: &str| empty().with_body(kind, "x");
    assert_eq!(found(text("text/plain"), text("text/html")), "PM503 type");
    assert_eq!(
        found(text("text/plain"), text("text/plain; charset=latin1")),
        "PM503 charset warning"
    );
}

#[test]
fn a_made_up_code_may_have_digits_only() {
    let named = |name: &str| ok(&json!({"name": name}));
    for (one, other, expected) in [
        ("02127931", "d4f77138", "PM506 value note /name"),
        ("d4f77138", "02127931", "PM506 value note /name"),
        ("4711", "name", "PM505 format warning /name"),
    ] {
        let found = differences(&[named(one)], &[named(other)], Vec::new());
        assert_eq!(found, [expected], "{one} and {other}");
    }
}

#[test]
fn what_the_baseline_does_not_repeat_is_noise_for_the_place_or_the_case() {
    let spec = spec();
    let rules = Rules::default();
    let bases = [String::new()];
    let sides = Sides {
        specs: &[&spec],
        rules: &rules,
        baseline: &bases,
        candidate: &bases,
    };
    let name = |name: &str| ok(&json!({"name": name, "age": 1}));
    let first = recording(
        &spec,
        &[name("a"), name("a"), Response::new(200), Response::new(200)],
    );
    let again = recording(
        &spec,
        &[name("b"), name("a"), Response::new(404), Response::new(200)],
    );
    let gone = || Response::new(404);
    let candidate = recording(
        &spec,
        &[
            name("c"),
            ok(&json!({"name": "d", "age": 2})),
            gone(),
            gone(),
        ],
    );
    let outcome = judge(&first, &candidate, &[again], &sides);
    let left: Vec<_> = outcome
        .groups()
        .iter()
        .map(|group| (group.code, group.place.to_owned(), group.count))
        .collect();
    let expected = [
        (crate::code::Code::PARITY_STATE, String::new(), 1),
        (crate::code::Code::PARITY_VALUE, "/age".to_owned(), 1),
    ];
    assert_eq!(left, expected);
    assert_eq!(outcome.noise.values().sum::<usize>(), 3);
    assert_eq!(
        outcome.verdict(Severity::Warning),
        "agrees on 3 of 4 cases, 1 but for notes; 1 of state"
    );
    assert_eq!(
        outcome.verdict(Severity::Note),
        "agrees on 2 of 4 cases; 1 of state; notes: 1 of values"
    );
}
