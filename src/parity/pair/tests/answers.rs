//! Requests without an answer, and what follows from them.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::*;

/// The recording with another outcome of one case.
fn failing(mut recording: Recording, case: &str, error: crate::http::TransportError) -> Recording {
    let answered = recording.answers.get_mut(case).unwrap();
    answered.verdict.exchange.outcome = Err(error);
    recording
}

#[test]
fn what_has_no_answer_is_no_crash() {
    let spec = spec();
    let answers = [
        ok(&json!({"id": "a"})),
        ok(&json!({"id": "a"})),
        Response::new(500),
    ];
    let mut plain = answers.clone();
    plain[2] = ok(&json!({"id": "a"}));
    let left = recording(&spec, &plain);
    let right = failing(
        recording(&spec, &answers),
        "1",
        crate::http::TransportError::Closed,
    );
    let outcome = judged(&left, &right, &spec);
    let tally = outcome.tally(Severity::Warning);
    assert_eq!((tally.crashes, tally.without_answer), (1, 1));
    assert_eq!(
        outcome.verdict(Severity::Warning),
        "agrees on 1 of 3 cases; 1 crash, 1 without an answer"
    );
    let difference = &outcome.pairs[1].differences[0];
    assert_eq!(difference.code, Code::PARITY_REACHABILITY);
    // An answer stands for itself.
    assert_eq!(difference.baseline, None);
    assert!(difference.candidate.is_some());
}

#[test]
fn each_case_is_counted_by_its_gravest_difference_of_those_that_are_asked_for() {
    let spec = spec();
    let plain = || ok(&json!({"id": "a", "tags": ["x", "y"]}));
    let answers = [
        plain(),
        ok(&json!({"id": "b", "tags": ["x", "y"]})),
        ok(&json!({"id": "a", "tags": ["y", "x"]})),
        plain().with_header("X-Total", "3"),
        Response::new(200).with_body("text/plain", "a"),
        Response::new(200),
    ];
    let left = recording(&spec, &vec![plain(); answers.len()]);
    let outcome = judged(&left, &recording(&spec, &answers), &spec);
    assert_eq!(
        outcome.verdict(Outcome::least(Some(Severity::Error))),
        "agrees on 4 of 6 cases, 3 but for notes; 2 of media type"
    );
    assert_eq!(
        outcome.verdict(Outcome::least(Some(Severity::Note))),
        "agrees on 1 of 6 cases; 2 of media type; notes: 1 of values, 1 of order, 1 of header fields"
    );
    assert_eq!(Outcome::least(None), Severity::Warning);
}

#[test]
fn what_follows_from_a_write_without_an_answer_is_named_and_not_counted() {
    let spec = spec();
    let write = |mut recording: Recording| {
        let first = recording.answers.get("0").unwrap().verdict.prepared.clone();
        for name in ["0", "1", "2"] {
            let verdict = &mut recording.answers.get_mut(name).unwrap().verdict;
            match name {
                "0" => {
                    verdict.prepared.request.method = "PUT".to_owned();
                    verdict.exchange.request.method = "PUT".to_owned();
                }
                // The third one has nothing to do with it.
                "1" => {
                    let mut first = first.clone();
                    first.request.method = "PUT".to_owned();
                    verdict.before = vec![first];
                }
                _ => {}
            }
        }
        recording
    };
    let same = ok(&json!({"id": "a"}));
    let left = write(recording(
        &spec,
        &[same.clone(), same.clone(), same.clone()],
    ));
    let right = write(recording(
        &spec,
        &[same, Response::new(404), Response::new(404)],
    ));
    let counted = |outcome: &Outcome| {
        let differences = outcome.pairs.iter().flat_map(|pair| &pair.differences);
        differences
            .map(|one| (one.code, one.severity))
            .collect::<Vec<_>>()
    };
    let state = (Code::PARITY_STATE, Severity::Error);
    assert_eq!(counted(&judged(&left, &right, &spec)), [state, state]);
    let timeout = crate::http::TransportError::Timeout(std::time::Duration::from_secs(1));
    let outcome = judged(&left, &failing(right, "0", timeout), &spec);
    assert_eq!(
        counted(&outcome),
        [
            (Code::PARITY_REACHABILITY, Severity::Error),
            (Code::PARITY_STATE, Severity::Note),
            state
        ]
    );
    let told = &outcome.pairs[1].differences[0].message;
    assert!(
        told.contains("follows from PUT read, to which the candidate gave no answer"),
        "{told}"
    );
}

#[test]
fn an_answer_about_something_else_than_the_path_names_is_an_error() {
    let spec = spec();
    let other = "7d444840-9dc0-11d1-b245-5ffdce74fad2";
    let told = |shows: [bool; 2]| {
        let sides = shows.map(|shows| {
            let mut recording = recording(&spec, &[ok(&json!({}))]);
            let verdict = &mut recording.answers.get_mut("0").unwrap().verdict;
            let asked = verdict
                .case
                .inputs
                .parameters
                .values()
                .next()
                .unwrap()
                .clone();
            let id = if shows { asked } else { other.into() };
            verdict.exchange.outcome = Ok(ok(&json!({"id": id, "age": 3})));
            recording
        });
        let outcome = judged(&sides[0], &sides[1], &spec);
        let all = outcome.pairs.iter().flat_map(|pair| &pair.differences);
        let lines =
            all.map(|one| format!("{} {} {} {}", one.code, one.kind, one.severity, one.place));
        (
            lines.collect::<Vec<_>>(),
            outcome.verdict(Severity::Warning),
        )
    };
    let wrong = ["PM506 role error /id".to_owned()];
    for shows in [[true, false], [false, true]] {
        let (lines, verdict) = told(shows);
        assert_eq!(lines, wrong);
        assert_eq!(verdict, "agrees on 0 of 1 case; 1 of values");
    }
    for shows in [[true, true], [false, false]] {
        assert_eq!(told(shows).0, Vec::<String>::new());
    }
}

#[test]
fn who_is_asked_for_may_stand_elsewhere_in_an_answer_as_well() {
    let spec = spec();
    let (asked, other) = (
        "11111111-2222-4333-8444-555555555555",
        "99999999-2222-4333-8444-555555555555",
    );
    // One is the own manager, and the other one is not.
    let sides = [asked, other].map(|manager| {
        let mut recording = recording(&spec, &[ok(&json!({}))]);
        let verdict = &mut recording.answers[0].verdict;
        for sent in verdict.case.inputs.parameters.values_mut() {
            *sent = asked.into();
        }
        let body = json!({"id": asked, "manager": manager, "age": 3});
        verdict.exchange.outcome = Ok(ok(&body));
        recording
    });
    let outcome = judged(&sides[0], &sides[1], &spec);
    let all = outcome.pairs.iter().flat_map(|pair| &pair.differences);
    let kinds: Vec<&str> = all.map(|one| one.kind).collect();
    assert!(!kinds.contains(&"role"), "{kinds:?}");
}

#[test]
fn an_update_that_is_read_in_another_order_or_breaks_the_document_is_not_lost() {
    let spec = spec();
    let told = |left: &Value, right: &Value, broken: bool| {
        let mut sides = [left, right].map(|body| recording(&spec, &[ok(body)]));
        let verdict = &mut sides[1].answers.get_mut("0").unwrap().verdict;
        let codes = [
            Some(Code::UPDATE_LOST),
            broken.then_some(Code::RESPONSE_SCHEMA),
        ];
        for code in codes.into_iter().flatten() {
            let (operation, case) = (&verdict.case.operation, &verdict.case.id);
            let finding = crate::check::Finding::new(code, operation, case, "`/tags` is lost");
            verdict.findings.push(finding);
        }
        let outcome = judged(&sides[0], &sides[1], &spec);
        let found = outcome.pairs[0].differences.iter();
        let lost = found.filter(|one| one.code == Code::PARITY_STATE);
        lost.map(|one| one.candidate.clone().unwrap())
            .collect::<Vec<_>>()
    };
    let tags = |tags: Value| json!({"id": "a", "tags": tags});
    let (one, shuffled) = (tags(json!(["x", "y"])), tags(json!(["y", "x"])));
    assert_eq!(told(&one, &shuffled, false), Vec::<Value>::new());
    assert_eq!(told(&one, &tags(json!(["x"])), true), Vec::<Value>::new());
    // What is missing is said.
    let lost = [json!("`/tags` is lost")];
    assert_eq!(told(&one, &tags(json!(["x"])), false), lost);
}

#[test]
fn a_body_that_cannot_be_read_does_not_agree() {
    let plain = || ok(&json!({"id": "a"}));
    let coded = || plain().with_header("content-encoding", "br");
    let two = |left: Response, right: Response| {
        differences(
            &[left, plain(), plain()],
            &[right, plain(), plain()],
            Vec::new(),
        )
    };
    let told = ["PM503 encoding"];
    assert_eq!(two(coded(), plain()), told);
    assert_eq!(two(plain(), coded()), told);
    assert_eq!(two(coded(), coded()), told);
    let named = plain().with_header("content-encoding", "identity");
    assert_eq!(two(named, plain()), Vec::<String>::new());
}

#[test]
fn bodies_whose_coding_can_be_undone_are_compared_and_the_coding_is_told_of_one_side() {
    let gzip = |body: &Value| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(body.to_string().as_bytes()).unwrap();
        let coded = Response::new(200).with_header("content-encoding", "GZIP");
        coded.with_body("application/json", encoder.finish().unwrap())
    };
    let (one, other) = (json!({"name": "a"}), json!({"name": "b"}));
    let two = |left: Response, right: Response| differences(&[left], &[right], Vec::new());
    let coded = "PM503 coded warning";
    assert_eq!(two(gzip(&one), ok(&one)), [coded]);
    assert_eq!(two(ok(&one), gzip(&one)), [coded]);
    assert_eq!(two(gzip(&one), gzip(&one)), Vec::<String>::new());
    let value = "PM506 value note /name";
    assert_eq!(two(gzip(&one), gzip(&other)), [value]);
    assert_eq!(two(gzip(&one), ok(&other)), [coded, value]);
    // A side that codes everything in a way that can be undone is fit.
    let spec = spec();
    let sides = [gzip(&one), ok(&one)].map(|answer| recording(&spec, &vec![answer; 8]));
    assert_eq!(illnesses(&sides[0], &sides[1]), []);
}
