//! Stories to put the summary and its renderings to the test.

pub(crate) mod scenario;

use std::time::Duration;

use super::{
    Event, Obstacle, Outcome, Recorder, Redactor, Sink, Started, Summary, Timing, Verdict,
};
use crate::case::{Defect, Phase, Prepared, Skip, WireSecret};
use crate::check::tests::{Scene, invalid_body, spec};
use crate::check::{all, applied};
use crate::code::{Code, Severity};
use crate::http::{self, TransportError};
use crate::secret::Secret;
use crate::seed::Seed;
use crate::spec::{ApiKeyPlace, OperationId};

/// Events told one by one.
pub(crate) struct Story {
    events: Vec<Event>,
    secrets: Vec<Secret>,
    pub(crate) fail_on: Option<Severity>,
}

impl Story {
    /// A run over a few operations that has only begun.
    pub(crate) fn new() -> Self {
        let operations = ["listPets", "createPet", "readPet", "updatePet", "open"];
        Self {
            events: vec![Event::Started(Started {
                api: "Scenes 1".into(),
                document: "scene.yaml".into(),
                bases: vec!["http://127.0.0.1:8080".into()],
                target: "http://127.0.0.1:8080".into(),
                seed: Seed::new(7),
                operations: operations.map(|id| (0, OperationId::new(id))).into(),
                planned: 4,
                at: "2026-05-01T10:00:00Z".into(),
            })],
            secrets: Vec::new(),
            fail_on: Some(Severity::Error),
        }
    }

    pub(crate) fn with_secret(mut self, secret: &str) -> Self {
        self.secrets.push(Secret::new(secret));
        self
    }

    pub(crate) fn event(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }

    pub(crate) fn judged(self, scene: &Scene) -> Self {
        let verdict = verdict(scene, 10 * self.events.len() as u64);
        self.event(Event::Judged(Box::new(verdict)))
    }

    pub(crate) fn skipped(self, operation: &str, reason: &str) -> Self {
        self.event(Event::Skipped(Skip {
            operation: OperationId::new(operation),
            phase: Phase::Valid,
            reason: reason.into(),
        }))
    }

    pub(crate) fn finished(self) -> Self {
        self.event(Event::Finished {
            elapsed: Duration::from_millis(1234),
            interrupted: None,
        })
    }

    pub(crate) fn summary(&self) -> Summary {
        let redactor = Redactor::new(&[spec()], &self.secrets);
        let mut recorder = Recorder::new(&[spec()], redactor, self.fail_on);
        for event in &self.events {
            recorder.take(event).unwrap();
        }
        recorder.summary()
    }

    fn reversed(mut self) -> Self {
        self.events.reverse();
        self
    }
}

/// What comes of a scene whose answer is complete after so many milliseconds.
pub(crate) fn verdict(scene: &Scene, milliseconds: u64) -> Verdict {
    let step = scene.step();
    let mut exchange = step.exchange;
    exchange.timing = http::Timing {
        intended: Duration::ZERO,
        sent: Duration::from_millis(2),
        finished: Duration::from_millis(milliseconds),
    };
    let mut prepared = Prepared::open(exchange.request.clone());
    if exchange.request.header("authorization").is_some() {
        prepared.secret_headers.push("Authorization".into());
        prepared.secrets.push(WireSecret {
            place: ApiKeyPlace::Header,
            name: "Authorization".into(),
            variable: "PROOFMARK_TOKEN".into(),
            prefix: "Bearer ".into(),
        });
    }
    Verdict {
        api: 0,
        before: Vec::new(),
        case: step.case,
        prepared,
        exchange,
        findings: scene.judge(all()),
        applied: scene.with_subject(|subject| applied(subject, all())),
    }
}

/// A run with a bit of everything.
pub(crate) fn eventful() -> Story {
    let pet = r#"{"id": "1", "name": "Rex"}"#;
    let broken = r#"{"id": 17, "name": "Rex", "owner": "Ada Moreau"}"#;
    let method = Defect::Method("DELETE".into());
    Story::new()
        .judged(&Scene::new("listPets").answer(200, "application/json", "[]"))
        .judged(&Scene::new("readPet").answer(200, "application/json", pet))
        .judged(
            &Scene::new("readPet")
                .path("/pets/12345")
                .answer(200, "application/json", broken),
        )
        .judged(&Scene::new("readPet").answer(200, "application/json", broken))
        .judged(&Scene::new("readPet").answer(429, "", ""))
        .judged(&Scene::new("updatePet").answer(429, "", ""))
        .judged(&Scene::new("updatePet").failure(TransportError::Timeout(Duration::from_secs(5))))
        .judged(
            &Scene::new("createPet")
                .invalid(invalid_body())
                .answer(400, "", ""),
        )
        .judged(
            &Scene::new("createPet")
                .invalid(invalid_body())
                .answer(201, "", ""),
        )
        .judged(
            &Scene::new("createPet")
                .invalid(Defect::MissingBody)
                .answer(422, "", ""),
        )
        .judged(&Scene::new("createPet").invalid(method).answer(405, "", ""))
        .skipped("open", "no valid instance found")
        .skipped("readPet", "the path cannot be sent")
        .skipped("open", "no valid instance found")
        .finished()
}

#[test]
fn a_run_is_counted() {
    let summary = eventful().summary();
    assert_eq!(summary.verdict, Outcome::Failed);
    assert_eq!(summary.exit_code, 1);
    assert_eq!(summary.reason, "3 findings");
    assert_eq!(
        (
            summary.counts.cases,
            summary.counts.valid,
            summary.counts.invalid
        ),
        (11, 7, 4)
    );
    assert_eq!(summary.counts.answered, 10);
    assert_eq!(summary.counts.skipped, 3);
    let statuses: Vec<_> = summary.counts.statuses.into_iter().collect();
    assert_eq!(
        statuses,
        [(200, 4), (201, 1), (400, 1), (405, 1), (422, 1), (429, 2)]
    );
    let read = &summary.operations[2];
    assert_eq!(read.id.as_str(), "readPet");
    assert_eq!(
        (&*read.seen, &*read.unseen),
        (&["200".into()][..], &["404".into()][..])
    );
    assert_eq!(read.checks["response-schema"].applied, 3);
    assert_eq!(read.checks["response-schema"].found, 2);
    assert!(!summary.operations[4].exercised);
}

#[test]
fn clusters_lead_to_findings_with_the_smallest_example() {
    let summary = eventful().summary();
    let titles: Vec<String> = summary
        .clusters
        .iter()
        .map(|cluster| format!("{} {}", cluster.code, cluster.title))
        .collect();
    assert_eq!(
        titles,
        [
            "PM103 `type` broken at `/id`: value is not of type \"string\"",
            "PM202 `minLength` of the body at `/name` is not enforced",
            "PM614 no complete answer came in time",
            "PM205 405 without the `Allow` header field",
            "PM701 status 429 is not documented",
            "PM701 status 400 is not documented",
            "PM701 status 422 is not documented",
        ]
    );
    let schema = summary
        .finding(&summary.clusters[0].fingerprints[0])
        .unwrap();
    assert_eq!(schema.count, 2);
    assert_eq!(schema.example.request.path, "/pets/1");
    assert_eq!(
        schema.example.curl,
        "curl -X GET --path-as-is http://127.0.0.1:8080/pets/1"
    );
    let response = schema.example.response.as_ref().unwrap();
    assert_eq!(
        response.body.as_deref(),
        Some(r#"{"id":17,"name":"Rex","owner":"***"}"#)
    );
    assert_eq!(summary.clusters[4].operations.len(), 2);
}

#[test]
fn coverage_counts_parts_of_the_document() {
    let coverage = eventful().summary().coverage;
    assert_eq!(
        (coverage.operations.exercised, coverage.operations.total),
        (4, 5)
    );
    assert_eq!(
        (coverage.responses.exercised, coverage.responses.total),
        (3, 12)
    );
    assert_eq!(
        (coverage.parameters.exercised, coverage.parameters.total),
        (2, 5)
    );
    // A refusal proves nothing as long as nothing is accepted.
    assert!(coverage.keywords.is_empty());
    let proven = eventful().judged(&Scene::new("createPet").answer(201, "", ""));
    let coverage = proven.summary().coverage;
    let keywords: Vec<_> = coverage
        .keywords
        .iter()
        .map(|(name, count)| (&**name, count.answered, count.refused))
        .collect();
    assert_eq!(keywords, [("minLength", 2, 1), ("required", 1, 1)]);
}

#[test]
fn what_was_left_out_is_grouped_by_reason() {
    let skipped = eventful().summary().skipped;
    assert_eq!(skipped.len(), 2);
    assert_eq!(skipped[0].reason, "no valid instance found");
    assert_eq!((skipped[0].count, skipped[0].operations.len()), (2, 1));
}

#[test]
fn the_order_of_events_does_not_matter() {
    let mut there = eventful().summary();
    let mut back = eventful().reversed().summary();
    there.timing = Timing::default();
    back.timing = Timing::default();
    // `curl` names the target, which the reversed run learns last.
    for row in there.findings.iter_mut().chain(&mut back.findings) {
        row.example.curl.clear();
    }
    assert_eq!(there, back);
}

const UNPROVEN: &str = "no valid request succeeded, so that no refusal proves anything";

#[test]
fn the_verdict_follows_findings_obstacles_and_what_was_sent() {
    let fine =
        || Story::new().judged(&Scene::new("listPets").answer(200, "application/json", "[]"));
    let bad = || Story::new().judged(&Scene::new("listPets").answer(500, "", ""));
    let gap = || Story::new().judged(&Scene::new("listPets").answer(429, "", ""));
    let silent = Story::new()
        .judged(&Scene::new("listPets").failure(TransportError::Unreachable("refused".into())));
    let obstacle = || {
        Event::Hindered(Obstacle {
            code: Code::UNREACHABLE,
            message: "no connection".into(),
        })
    };
    let early = Event::Finished {
        elapsed: Duration::ZERO,
        interrupted: Some("stopped".into()),
    };
    let strict = Story {
        fail_on: Some(Severity::Warning),
        ..gap()
    };
    let lenient = Story {
        fail_on: None,
        ..bad()
    };
    for (story, outcome, code, reason) in [
        (
            fine(),
            Outcome::Passed,
            0,
            "nothing was found that fails the run",
        ),
        (bad(), Outcome::Failed, 1, "1 finding"),
        (gap(), Outcome::Inconclusive, 3, UNPROVEN),
        // The gap, and an operation that never succeeded.
        (strict, Outcome::Failed, 1, "2 findings"),
        (lenient, Outcome::Inconclusive, 3, UNPROVEN),
        (Story::new(), Outcome::Empty, 4, "nothing was sent"),
        (silent, Outcome::Inconclusive, 3, "nothing was answered"),
        (
            fine().event(obstacle()),
            Outcome::Inconclusive,
            3,
            "no connection",
        ),
        (
            bad().event(obstacle()),
            Outcome::Failed,
            1,
            "1 finding; also not conclusive: no connection",
        ),
        (
            fine().event(early),
            Outcome::Inconclusive,
            3,
            "ended early: stopped",
        ),
    ] {
        let summary = story.summary();
        assert_eq!(
            (summary.verdict, summary.exit_code, &*summary.reason),
            (outcome, code, reason)
        );
    }
}

#[test]
fn marked_values_are_shown_in_no_example() {
    // The plan's own inventions stay in the command, or it would not show the fault again.
    let body = r#"{"name": "", "pin": "4711-0815", "owner": "Ada Moreau"}"#;
    let sent = || Scene::new("createPet").body(body);
    let planned = Story::new()
        .judged(&sent().answer(500, "text/plain", "bad pin 4711-0815 of Ada Moreau"))
        .summary();
    let example = &planned.findings[0].example;
    assert_eq!(
        example.request.body.as_deref(),
        Some(r#"{"name":"","pin":"***","owner":"***"}"#)
    );
    let response = example.response.as_ref().unwrap();
    assert_eq!(response.body.as_deref(), Some("bad pin *** of ***"));
    assert!(example.curl.contains("4711-0815"), "{}", example.curl);

    // So do those of sequences, but where a path may name what the server told.
    let first = Story::new()
        .judged(&sent().after(Vec::new()).answer(500, "", ""))
        .summary();
    let curl = &first.findings[0].example.curl;
    assert!(curl.contains("4711-0815"), "{curl}");
    let later = Scene::new("updatePet").body(body).after(Vec::new());
    let sequence = Story::new().judged(&later.answer(500, "", "")).summary();
    let text = serde_json::to_string(&sequence).unwrap();
    assert!(!text.contains("4711") && !text.contains("Ada"), "{text}");
}

#[test]
fn bodies_are_cut_and_bytes_are_counted() {
    let long = format!("[{}]", "\"ä\",".repeat(3000));
    let summary = Story::new()
        .judged(&Scene::new("listPets").answer(500, "text/plain", &long))
        .summary();
    let response = summary.findings[0].example.response.as_ref().unwrap();
    let body = response.body.as_ref().unwrap();
    assert!(
        body.len() < 4200 && body.ends_with("(15002 bytes in all)"),
        "{}",
        body.len()
    );
}
