//! Workflows: what one side forgets on the way is told once, of the step that shows it.

use serde_json::json;

use super::*;
use crate::case::{Body, Intent};

const WRITTEN: &str = "
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /users/{userId}:
    parameters:
      - {name: userId, in: path, required: true, schema: {type: string, enum: [a]}}
    get:
      operationId: read
      responses: {'200': {description: ok, content: &user {application/json: {schema: {
        type: object, properties: {name: {type: string}, nick: {type: string}, kind: {type: string}, age: {type: integer}}}}}}}
    put:
      operationId: write
      requestBody: {content: *user}
      responses: {'200': {description: ok}}
  /users:
    post:
      operationId: make
      requestBody: {content: *user}
      responses: {'201': {description: made}}
";

/// A workflow of one side: what it writes, and what it reads afterwards.
fn side(spec: &Spec, wrote: (&Value, u16), shown: &[Value]) -> Recording {
    let answers = shown.iter().map(ok);
    let mut answers = vec![Response::new(wrote.1)].into_iter().chain(answers);
    let mut recording = Recording {
        ended: Some(crate::probe::Ended::Completed),
        ..Recording::default()
    };
    let steps = std::iter::once("write").chain(std::iter::repeat("read"));
    for ((index, response), id) in (0..).zip(answers.by_ref()).zip(steps) {
        let operation = &spec.operations[&OperationId::new(id)];
        let (seed, none) = (Seed::new(index), Resources::new());
        let mut case = valid(spec, operation, Phase::Scenario, seed, &none).unwrap();
        case.intent = Intent::Scripted;
        if let Some(Body::Instance { value, .. }) = &mut case.inputs.body {
            *value = wrote.0.clone();
        }
        let answered = Answered {
            step: Some(format!("w/{index}")),
            after_write: index > 0,
            ..answered(spec, case, response)
        };
        recording
            .answers
            .insert(format!("f w /{index} #1"), answered);
    }
    recording
}

fn told(left: &Recording, right: &Recording, spec: &Spec) -> Vec<String> {
    let outcome = judged(left, right, spec);
    assert_eq!(
        (&*outcome.illnesses, &*outcome.unfinished),
        (&[][..], &[][..])
    );
    let pairs = outcome.pairs.iter();
    let lines = pairs.flat_map(|pair| {
        let differences = pair.differences.iter();
        differences.map(|one| {
            let (code, kind, severity) = (one.code, one.kind, one.severity);
            format!("{} {code} {kind} {severity} {}", pair.name, one.place)
                .trim_end()
                .to_owned()
        })
    });
    lines.collect()
}

/// What a side makes and reads afterwards, as steps of a workflow or as generated cases.
fn creator(spec: &Spec, is_workflow: bool, [sent, shown]: [&Value; 2]) -> Recording {
    let mut recording = Recording {
        ended: Some(crate::probe::Ended::Completed),
        ..Recording::default()
    };
    let mut before = Vec::new();
    for (index, id) in (0..).zip(["make", "read"]) {
        let operation = &spec.operations[&OperationId::new(id)];
        let phase = if is_workflow {
            Phase::Scenario
        } else {
            Phase::Stateful
        };
        let (seed, none) = (Seed::new(index), Resources::new());
        let mut case = valid(spec, operation, phase, seed, &none).unwrap();
        if let Some(Body::Instance { value, .. }) = &mut case.inputs.body {
            *value = sent.clone();
        }
        let made = Response::new(201).with_body("application/json", r#"{"id":"a"}"#);
        let response = if id == "make" { made } else { ok(shown) };
        let mut answered = answered(spec, case, response);
        answered.step = is_workflow.then(|| format!("w/{index}"));
        answered.after_write = index > 0;
        answered.verdict.before.clone_from(&before);
        before.push(answered.verdict.prepared.clone());
        let name = format!("f w /{index} #1");
        recording.answers.insert(name, answered);
    }
    recording
}

#[test]
fn what_was_created_and_is_not_read_back_is_lost() {
    let spec = Spec::from_text_with("t.yaml", WRITTEN, &crate::schema::Formats::default());
    let spec = spec.unwrap();
    let sent = json!({"name": "new", "age": 3});
    let other = json!({"name": "new", "age": 1});
    for is_workflow in [false, true] {
        let keeps = creator(&spec, is_workflow, [&sent, &sent]);
        let loses = creator(&spec, is_workflow, [&sent, &other]);
        for (left, right) in [(&keeps, &loses), (&loses, &keeps)] {
            assert_eq!(
                told(left, right, &spec),
                [
                    "f w /1 #1 PM511 update-lost error",
                    "f w /1 #1 PM506 value note /age"
                ]
            );
        }
        // What neither keeps, or both show in the same way, is no difference.
        assert_eq!(told(&keeps, &keeps, &spec), [""; 0]);
        assert_eq!(told(&loses, &loses, &spec), [""; 0]);
    }
}

#[test]
fn a_lost_update_is_told_once_of_the_first_step_that_shows_it() {
    let spec = Spec::from_text_with("t.yaml", WRITTEN, &crate::schema::Formats::default());
    let spec = spec.unwrap();
    let wrote = json!({"name": "new", "nick": "n"});
    let old = json!({"name": "old", "kind": "K", "age": 3});
    let keeps = side(
        &spec,
        (&wrote, 200),
        &[wrote.clone(), wrote.clone(), wrote.clone()],
    );
    // It goes no further after two reads.
    let loses = side(&spec, (&wrote, 200), &[old.clone(), old.clone()]);
    assert_eq!(
        told(&keeps, &loses, &spec),
        [
            "f w /1 #1 PM511 update-lost error",
            "f w /1 #1 PM506 value note /name",
            "f w /1 #1 PM505 only-in-baseline note /nick",
            "f w /1 #1 PM505 only-in-candidate note /kind",
            "f w /1 #1 PM505 only-in-candidate note /age",
            "f w /2 #1 PM511 update-lost error",
            "f w /2 #1 PM506 value note /name",
            "f w /2 #1 PM505 only-in-baseline note /nick",
            "f w /2 #1 PM505 only-in-candidate note /kind",
            "f w /2 #1 PM505 only-in-candidate note /age",
            "f w /2 #1 PM511 candidate-breaks-off note",
        ]
    );
    // Another type is no matter of what is remembered.
    let [aged, typed] = [
        json!({"name": "new", "age": 3}),
        json!({"name": "old", "age": "3"}),
    ];
    let [one, two] =
        [&aged, &typed].map(|shown| side(&spec, (&wrote, 200), std::slice::from_ref(shown)));
    let lines = told(&one, &two, &spec);
    assert!(
        lines.contains(&"f w /1 #1 PM505 type error /age".to_owned()),
        "{lines:?}"
    );
    // Both lose it, or nothing was written: what differs then is no state.
    let other = json!({"name": "older"});
    for (status, left, right) in [(200, &old, &other), (422, &wrote, &old)] {
        let [one, two] =
            [left, right].map(|shown| side(&spec, (&wrote, status), std::slice::from_ref(shown)));
        let lines = told(&one, &two, &spec);
        assert!(
            lines.iter().all(|line| !line.contains("PM511")),
            "{lines:?}"
        );
        assert!(!lines.is_empty());
    }
}

/// The number of warnings about shapes.
fn warnings(outcome: &Outcome) -> usize {
    let pairs = outcome.pairs.iter();
    let all = pairs.flat_map(|pair| &pair.differences);
    all.filter(|one| one.code == Code::PARITY_SHAPE && one.severity == Severity::Warning)
        .count()
}

#[test]
fn what_a_side_shows_that_keeps_no_state_is_told_once() {
    let spec = Spec::from_text_with("t.yaml", WRITTEN, &crate::schema::Formats::default());
    let spec = spec.unwrap();
    let wrote = json!({"name": "new", "nick": "n"});
    let example = json!({"name": "x", "kind": "K", "age": 3});
    let added = json!({"name": "new", "nick": "n", "age": 3});
    // The last two reads are of what nobody has written: one of another name, and one that is not there.
    let side = |shown: [&Value; 5], has_all: bool| {
        let shown = shown.map(Clone::clone);
        let mut side = side(&spec, (&wrote, 200), &shown);
        for answered in side.answers.values_mut().skip(4) {
            answered.after_write = false;
        }
        if !has_all {
            side.answers[5].verdict.exchange.outcome = Ok(Response::new(404));
        }
        side
    };
    let old = json!({"name": "old"});
    let keeps = side([&wrote, &wrote, &wrote, &old, &old], false);
    let told = |candidate: &Recording| {
        let outcome = judged(&keeps, candidate, &spec);
        let found = outcome.stateless.as_ref();
        let found = found.map(|one| (one.side, one.reads, one.operations, one.notes));
        (found, warnings(&outcome))
    };
    let examples = side([&example; 5], true);
    assert_eq!(told(&examples), (Some((Side::Candidate, 3, 1, 2)), 0));
    // Who has nothing that the other one has not got may have lost it only.
    let loses = side([&example; 5], false);
    assert_eq!(told(&loses), (None, 2));
    // Who mostly shows what was written lies about the rest.
    let adds = side([&example, &added, &added, &example, &old], true);
    assert_eq!(told(&adds), (None, 4));
    let shown = judged(&keeps, &examples, &spec).stateless.unwrap();
    assert_eq!(
        shown.to_string(),
        "the candidate keeps no state: 3 reads after a write do not show it, and 1 operation \
         serve what the other side has not got; it answers with examples, and 2 differences of \
         members that may be missing are notes"
    );
}

#[test]
fn a_workflow_that_ends_where_a_side_fails_has_one_error() {
    let spec = Spec::from_text_with("t.yaml", WRITTEN, &crate::schema::Formats::default());
    let spec = spec.unwrap();
    let shown = json!({"name": "x"});
    let well = side(&spec, (&shown, 200), &[shown.clone(), shown.clone()]);
    let mut fails = side(&spec, (&shown, 200), std::slice::from_ref(&shown));
    fails.answers[1].verdict.exchange.outcome = Ok(Response::new(502));
    for (left, right, who) in [(&well, &fails, "candidate"), (&fails, &well, "baseline")] {
        assert_eq!(
            told(left, right, &spec),
            [
                format!("f w /1 #1 PM502 {who}-fails error"),
                format!("f w /1 #1 PM511 {who}-breaks-off note"),
            ]
        );
        let outcome = judged(left, right, &spec);
        let last = outcome
            .pairs
            .last()
            .and_then(|pair| pair.differences.last());
        assert_eq!(
            last.map(|one| &*one.message),
            Some(
                "the workflow goes no further there: 1 step of the other side has no match; \
                 it follows from what came of this step"
            )
        );
    }
}

#[test]
fn attempts_that_failed_are_told_where_the_other_side_answers_at_once() {
    let spec = Spec::from_text_with("t.yaml", WRITTEN, &crate::schema::Formats::default());
    let spec = spec.unwrap();
    let shown = json!({"name": "x"});
    let tried = |tries: &[Option<u16>]| {
        let mut side = side(&spec, (&shown, 200), std::slice::from_ref(&shown));
        side.answers[1].tries = tries.to_vec();
        side
    };
    let found = |one: &[Option<u16>], other: &[Option<u16>], again: &[Option<u16>]| {
        let sides = [one, other].map(tried);
        let mut outcome = judged(&sides[0], &sides[1], &spec);
        for pair in &mut outcome.pairs {
            pair.differences.clear();
        }
        super::super::retries::retried(&mut outcome.pairs, (&sides[0], &sides[1]), &[tried(again)]);
        let all = outcome.pairs.iter().flat_map(|pair| &pair.differences);
        let lines = all.map(|one| format!("{} {}: {}", one.kind, one.severity, one.message));
        lines.collect::<Vec<_>>()
    };
    let failing = [Some(503), None];
    let warning = "retries warning: the baseline was asked 1 time (200), \
                   the candidate 3 times (503, no answer, 200)";
    assert_eq!(found(&[], &failing, &[]), [warning]);
    // The baseline fails now and then, too.
    assert_eq!(
        found(&[], &failing, &[Some(502)]),
        [warning.replace("warning", "note")]
    );
    assert_eq!(found(&failing, &failing, &[]), [""; 0]);
    // Waiting for something to be ready.
    let waiting =
        "retries note: the baseline was asked 2 times (200, 200), the candidate 1 time (200)";
    assert_eq!(found(&[Some(200)], &[], &[]), [waiting]);
    let outcome = judged(&tried(&[]), &tried(&failing), &spec);
    assert!(outcome.differs(Severity::Warning) && !outcome.differs(Severity::Error));
}
