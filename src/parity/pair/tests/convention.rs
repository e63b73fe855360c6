//! Conventions of servers: told once and weighed by what the document promises.

use super::*;
use crate::case::{Defect, Intent};
use crate::check::Finding;
use crate::code::Code;
use crate::http::TransportError;
use crate::record::Redactor;
use crate::report::Look;

fn failure(status: u16, media_type: &str) -> Response {
    Response::new(status).with_body(media_type, "{}")
}

/// Two recordings of bad requests, each with another defect.
fn refused(left: &[Response], right: &[Response]) -> (Arc<Spec>, [Recording; 2]) {
    let spec = spec();
    let defects = [
        Defect::MissingBody,
        Defect::Method("PATCH".to_owned()),
        Defect::MediaType("text/x".to_owned()),
    ];
    let recordings = [left, right].map(|answers| {
        let mut recording = recording(&spec, answers);
        for (answered, defect) in recording.answers.values_mut().zip(defects.iter().cycle()) {
            answered.verdict.case.intent = Intent::Invalid(defect.clone());
        }
        recording
    });
    (spec, recordings)
}

fn report(spec: &Spec, recordings: &[Recording; 2]) -> Report {
    report_by(&Rules::default(), spec, recordings, Severity::Error)
}

pub(super) fn report_by(
    rules: &Rules,
    spec: &Spec,
    [left, right]: &[Recording; 2],
    least: Severity,
) -> Report {
    let bases = ["http://localhost".to_owned()];
    let sides = Sides {
        specs: &[spec],
        rules,
        baseline: &bases,
        candidate: &bases,
    };
    let outcome = judge(left, right, &[], &sides);
    let origin = Origin {
        specs: &[spec],
        recordings: (left, right),
        bases: (&bases, &bases),
        targets: ("one", "other"),
        redactor: &Redactor::default(),
        minimal: &Minimal::default(),
        seed: Seed::new(1),
        at: "2026-11-22T00:00:00Z",
        fail_on: Some(least),
        is_interrupted: false,
        commands: (None, None),
        again: None,
    };
    Report::new(&outcome, &origin)
}

#[test]
fn another_status_for_what_both_refuse_is_a_convention_unless_one_was_promised() {
    let json = "application/json";
    let found = |one: u16, other: u16| {
        let (spec, recordings) = refused(&[failure(one, json)], &[failure(other, json)]);
        let row = report(&spec, &recordings).differences.remove(0);
        format!(
            "{} {} {}: {}",
            row.code, row.kind, row.severity, row.message
        )
    };
    assert_eq!(
        found(400, 422),
        "PM502 same-class warning: 400 on the baseline, 422 on the candidate"
    );
    // The document declares 404.
    assert_eq!(
        found(404, 422),
        "PM502 same-class error: 404 on the baseline, 422 on the candidate"
    );
    // Of requests that are not wrong nothing is known of why they were refused.
    let told = differences(&[failure(400, json)], &[failure(422, json)], Vec::new());
    assert_eq!(told, ["PM502 same-class"]);
}

#[test]
fn the_media_type_of_failures_that_nobody_promised_is_a_convention() {
    let found = |status: u16| {
        let left = failure(status, "application/json");
        let right = failure(status, "application/problem+json");
        differences(&[left], &[right], Vec::new()).join("; ")
    };
    assert_eq!(found(415), "PM503 type warning");
    assert_eq!(found(404), "PM503 type");
}

#[test]
fn a_convention_is_shown_once_with_the_defects_that_show_it() {
    let all = |status| vec![failure(status, "application/json"); 7];
    let (spec, recordings) = refused(&all(400), &all(422));
    let report = report(&spec, &recordings);
    assert_eq!((report.differences.len(), report.exit_code), (3, 0));
    let with_example = report
        .differences
        .iter()
        .filter(|row| row.example.is_some());
    assert_eq!(with_example.count(), 1);
    let look = Look {
        colour: false,
        width: 100,
        reports: Vec::new(),
    };
    let screen = report.screen(&look);
    let (_, shown) = screen.split_once("differences\n").unwrap();
    insta::assert_snapshot!(shown, @"

      warning    PM502 parity-status same-class
                 400 on the baseline, 422 on the candidate
      in         read (7 cases)
      requests   missing body (3 cases), undeclared method (2 cases), undeclared media type (2 cases)
      baseline   400 {}
      candidate  422 {}
      curl       curl -X GET --path-as-is http://localhost/users/55b51b58-5959-44f3-997d-80e89c55db53 -H 'Accept: application/json'

    besides
      noise      not looked for: the baseline was asked once
    ");
}

#[test]
fn a_side_that_validates_nothing_is_told_once() {
    let body = ok(&json!({"id": "a"}));
    let no = failure(400, "application/json");
    let told = |left: &[Response], right: &[Response]| {
        let (spec, recordings) = refused(left, right);
        let report = report(&spec, &recordings);
        let screen = report.screen(&Look {
            colour: false,
            width: 120,
            reports: Vec::new(),
        });
        let entries = screen.matches("PM510 parity-strictness").count();
        let lenient = report.lenient.map(|one| one.to_string());
        (lenient, report.differences.len(), entries)
    };
    let refuses = [(); 4].map(|()| no.clone());
    let accepts = [(); 4].map(|()| body.clone());
    let line = |one: &str, other: &str, count: usize| {
        let told = format!(
            "the {one} accepts {count} of 4 invalid requests that the {other} refuses, of 3 kinds"
        );
        Some(told)
    };
    // Each kind has a group of its own in the report, and all are one entry for people.
    let expected = (line("candidate", "baseline", 4), 3, 1);
    assert_eq!(told(&refuses, &accepts), expected);
    let expected = (line("baseline", "candidate", 4), 3, 1);
    assert_eq!(told(&accepts, &refuses), expected);
    // Most of them are enough; of two kinds each is a thing of its own.
    let most = [body.clone(), body.clone(), body.clone(), no.clone()];
    let expected = (line("candidate", "baseline", 3), 3, 1);
    assert_eq!(told(&refuses, &most), expected);
    let some = [body.clone(), body.clone(), no.clone(), body];
    assert_eq!(told(&refuses, &some), (None, 2, 2));
}

#[test]
fn who_lacks_what_only_a_variant_requires_keeps_the_document() {
    let text = DOCUMENT.replace(
        "required: [id]\n",
        "oneOf: [{required: [id]}, {required: [name]}]\n",
    );
    let formats = crate::schema::Formats::default();
    let spec = Arc::new(Spec::from_text_with("t.yaml", &text, &formats).unwrap());
    let recordings =
        [json!({"id": "a"}), json!({"name": "a"})].map(|body| recording(&spec, &[ok(&body)]));
    let rows = report(&spec, &recordings).differences;
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.severity, &*row.message))
        .collect();
    assert_eq!(
        told,
        [
            (
                Severity::Warning,
                "the baseline sends it, the candidate does not (declared as required by a variant)"
            ),
            (
                Severity::Warning,
                "the candidate sends it, the baseline does not (declared as required by a variant)"
            )
        ]
    );
}

#[test]
fn a_side_that_finds_nothing_at_all_is_asked_at_the_wrong_place() {
    let spec = spec();
    let found = |left: &[u16], right: &[u16]| {
        let recordings = [left, right].map(|statuses| {
            let answers: Vec<_> = statuses
                .iter()
                .map(|status| Response::new(*status))
                .collect();
            recording(&spec, &answers)
        });
        let told = illnesses(&recordings[0], &recordings[1]);
        told.iter()
            .map(|one| format!("{} {}", one.side.name(), one.kind))
            .collect::<Vec<_>>()
            .join("; ")
    };
    assert_eq!(
        found(&[200, 200, 404, 200], &[404; 4]),
        "candidate elsewhere"
    );
    assert_eq!(
        found(&[404; 4], &[200, 400, 404, 404]),
        "baseline elsewhere"
    );
    assert_eq!(found(&[404; 4], &[404; 4]), "");
    assert_eq!(found(&[200; 4], &[404, 404, 404, 400]), "");
    assert_eq!(found(&[200; 4], &[404, 404, 404, 200]), "");
    assert_eq!(found(&[200; 3], &[404; 3]), "");
    let (spec, _) = refused(&[], &[]);
    let lost = [[200; 4], [404; 4]].map(|statuses| recording(&spec, &statuses.map(Response::new)));
    let report = report(&spec, &lost);
    assert_eq!((report.exit_code, report.differences.len()), (3, 0));
    assert_eq!(report.obstacles[0].code, Code::NOT_EXERCISED);
}

#[test]
fn what_one_side_was_told_and_the_other_forgot_is_not_told_for_each_member() {
    let spec = spec();
    let told = |forgets: [bool; 2], bodies: [Value; 2]| {
        let mut recordings = bodies.map(|body| recording(&spec, &[ok(&body)]));
        for (recording, forgets) in recordings.iter_mut().zip(forgets) {
            let verdict = &mut recording.answers.get_mut("0").unwrap().verdict;
            let name = (crate::spec::Place::Query, "wanted".to_owned());
            verdict.case.inputs.parameters.insert(name, json!("B"));
            if forgets {
                let (operation, case) = (&verdict.case.operation, &verdict.case.id);
                let finding = Finding::new(Code::UPDATE_LOST, operation, case, "lost");
                verdict.findings.push(finding);
            }
        }
        let rows = report(&spec, &recordings).differences;
        let told = rows
            .iter()
            .map(|row| format!("{} {}", row.code, row.severity));
        told.collect::<Vec<_>>().join("; ")
    };
    let found = |forgets: [bool; 2], kind: &str| {
        let bodies = [kind, "A"].map(|kind| json!({"id": "a", "kind": kind}));
        told(forgets, bodies)
    };
    assert_eq!(found([false, false], "B"), "PM505 warning");
    assert_eq!(found([false, true], "B"), "PM511 error; PM505 note");
    // The baseline forgets: what it shows is its own.
    assert_eq!(found([true, false], "B"), "PM511 error; PM505 warning");
    assert_eq!(found([true, true], "B"), "PM505 warning");
    // It was never sent.
    assert_eq!(found([false, true], "C"), "PM511 error; PM505 warning");
    // What is left of the write before the one that was lost; and what was never written.
    for (odd, expected) in [
        ("B", "PM511 error; PM505 note"),
        ("C", "PM505 error; PM511 error"),
    ] {
        let bodies = [json!({"id": "a"}), json!({"id": "a", "odd": odd})];
        assert_eq!(told([false, true], bodies), expected);
    }
}

#[test]
fn a_side_that_breaks_off_most_answers_is_not_there() {
    let spec = spec();
    let found = |broken: usize| {
        let mut recordings = [(); 2].map(|()| recording(&spec, &vec![Response::new(200); 8]));
        for answered in recordings[1].answers.values_mut().take(broken) {
            answered.verdict.exchange.outcome = Err(TransportError::Truncated);
        }
        let told = illnesses(&recordings[0], &recordings[1]);
        let told = told.iter().map(|one| (one.side, one.kind, &*one.message));
        told.map(|(side, kind, message)| format!("{} {kind}: {message}", side.name()))
            .collect::<Vec<_>>()
            .join("; ")
    };
    // Half of the operations may be broken: those are differences.
    assert_eq!(found(4), "");
    assert_eq!(
        found(5),
        "candidate unreachable: 5 of 8 requests got no whole answer"
    );
}

#[test]
fn what_http_asks_for_is_not_said_to_be_of_the_document() {
    let spec = spec();
    let told = |code: Code, title: &str| {
        let mut sides = [(); 2].map(|()| recording(&spec, &[Response::new(401)]));
        let verdict = &mut sides[1].answers[0].verdict;
        let (operation, case) = (&verdict.case.operation, &verdict.case.id);
        let finding = Finding::new(code, operation, case, title);
        verdict.findings.push(finding);
        let rows = report(&spec, &sides).differences;
        let rows = rows.into_iter().map(|row| row.message);
        rows.collect::<Vec<_>>()
    };
    assert_eq!(
        told(Code::CHALLENGE_MISSING, "401 without `WWW-Authenticate`"),
        [
            "the candidate answers 401 without `WWW-Authenticate`, which RFC 9110 section 11.6.1 asks for"
        ]
    );
    assert_eq!(
        told(Code::UNDOCUMENTED_STATUS, "status 401 is not documented"),
        ["the candidate breaks the document: status 401 is not documented"]
    );
}
