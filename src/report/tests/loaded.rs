//! Runs under load, made by hand: one in which all is well, one in which hardly anything is, and one that
//! was bound by the generator.

use std::collections::BTreeMap;
use std::time::Duration;

use indexmap::IndexMap;

use crate::check::tests::Scene;
use crate::code::Code;
use crate::record::tests::{Story, verdict};
use crate::record::{
    Durations, Event, GeneratorLoad, LoadReport, Obstacle, Rates, ScenarioLoad, SecondLoad,
    SegmentsLoad, Soundness, StepLoad, StepWindow, ThresholdOutcome, ThresholdResult, Times,
    UnsentLoad, ValidationLoad, WindowLoad,
};

/// Times that grow from the median on.
fn latency(count: u64, median: f64) -> Times {
    let mut durations = Durations::default();
    // In a thousand, so many take so many times the median.
    let parts = [(500, 1.0), (900, 2.0), (950, 3.0), (990, 5.0), (999, 10.0)];
    for n in 0..count {
        let part = parts.iter().find(|(most, _)| n * 1_000 < count * most);
        let factor = part.map_or(20.0, |(_, factor)| *factor);
        durations.record(Duration::from_secs_f64(median * factor / 1_000.0));
    }
    Times::from(&durations)
}

pub(super) fn step(workflow: &str, name: &str, operation: &str, requests: u64) -> StepLoad {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let rate = requests as f64 / 10.0;
    StepLoad {
        scenario: "daily".into(),
        workflow: workflow.into(),
        step: name.into(),
        operation: operation.into(),
        requests,
        rate,
        response_time: latency(requests, 1.5),
        service_time: latency(requests, 1.25),
        connecting: latency(4, 0.5),
        statuses: BTreeMap::from([(200, requests)]),
        validated: requests,
        documented: requests,
        criteria: requests,
        sent_bytes: requests * 100,
        received_bytes: requests * 900,
        ..StepLoad::default()
    }
}

fn threshold(
    (metric, condition): (&str, &str),
    value: Option<f64>,
    outcome: ThresholdOutcome,
) -> ThresholdResult {
    ThresholdResult {
        metric: metric.into(),
        condition: condition.into(),
        value,
        outcome,
        place: Some("scenarios/pets.arazzo.yaml:12:5".into()),
        aborted: false,
    }
}

/// A run in which all is well.
pub(crate) fn sound() -> LoadReport {
    LoadReport {
        plan: "0123456789abcdef0123456789abcdef".to_owned(),
        shard: None,
        merged: None,
        late_ms: 0,
        soundness: Soundness::Valid,
        doubts: Vec::new(),
        notes: Vec::new(),
        scenarios: vec![ScenarioLoad {
            broken_off_duration: None,
            name: "daily".into(),
            tags: IndexMap::new(),
            executor: "constant-arrival-rate".into(),
            is_open: true,
            due: 5_000,
            begun: 5_000,
            late: 0,
            dropped: 0,
            completed: 5_000,
            failed: 0,
            interrupted: 0,
            duration: latency(5_000, 1.75),
            lag: latency(5_000, 0.01),
            vus: 2,
            vus_max: 10,
            rate: Rates {
                asked: Some(500.0),
                achieved: 500.0,
            },
            measured_ms: 10_000,
        }],
        steps: vec![step("readPets", "read", "readPet", 5_000)],
        total: StepLoad {
            scenario: String::new(),
            ..step("", "", "", 5_000)
        },
        unproven: None,
        thresholds: vec![ThresholdResult {
            place: None,
            ..threshold(
                ("achieved_rate", "rate>=0.99"),
                Some(1.0),
                ThresholdOutcome::Passed,
            )
        }],
        timeline: vec![SecondLoad {
            length_ms: 1_000,
            due: Some(500),
            begun: 500,
            requests: 500,
            p50_ms: 1.5,
            p95_ms: 4.5,
            p99_ms: 7.5,
            max_ms: 30.0,
            vus: 2,
            ..SecondLoad::default()
        }],
        windows: vec![WindowLoad {
            at_ms: 0,
            length_ms: 1_000,
            is_warm_up: false,
            steps: vec![StepWindow {
                step: 0,
                requests: 500,
                failed: 0,
                throttled: 0,
                schema_violations: 0,
                response_time: latency(500, 1.5).packed().clone(),
                service_time: latency(500, 1.25).packed().clone(),
            }],
        }],
        began: "2026-01-01T00:00:00Z".into(),
        warm_up_ms: 0,
        measured_ms: 10_000,
        generator: GeneratorLoad {
            clock: None,
            threads: 2,
            busiest: Some(0.12),
            longest_wait: Some(0.004),
            segments: Some(SegmentsLoad {
                again: 2,
                all: 21_000,
            }),
            send_lag: latency(5_000, 0.01),
            receive_lag: latency(50, 0.02),
            steal: Some(0.0),
            cpu_per_request_us: Some(12.5),
            connections: 10,
            http2_connections: 0,
            local: BTreeMap::new(),
            validation: ValidationLoad {
                seen: 4_000,
                shape: 500,
                stream: 400,
                tape: 90,
                full: 10,
            },
            held: 0,
            drafted: 0,
        },
        unsent: Vec::new(),
    }
}

/// A run of two scenarios in which hardly anything is well.
fn troubled() -> LoadReport {
    let mut create = step("registerAnotherPetAndReadItBack", "create", "createPet", 80);
    create.failed = 30;
    create.throttled = 20;
    create.throttled_time = latency(20, 0.25);
    create.statuses = BTreeMap::from([(201, 40), (429, 20), (503, 10)]);
    create.unanswered = BTreeMap::from([("not sent".into(), 3), ("timeout".into(), 7)]);
    create.undocumented_status = 10;
    create.findings = BTreeMap::from([(Code::SERVER_ERROR, 10), (Code::NO_ANSWER, 7)]);
    let mut read = step("registerAnotherPetAndReadItBack", "read", "readPet", 1);
    read.scenario = "nightly".into();
    let base = sound();
    let mut total = step("", "", "", 5_081);
    total.scenario = String::new();
    total.failed = 30;
    total.throttled = 20;
    total.throttled_time = create.throttled_time.clone();
    total.statuses = BTreeMap::from([(200, 5_001), (201, 40), (429, 20), (503, 10)]);
    total.unanswered = create.unanswered.clone();
    total.undocumented_status = 10;
    total.schema_violations = 2;
    total.criteria_failed = 37;
    total.findings = create.findings.clone();
    LoadReport {
        soundness: Soundness::Suspect,
        doubts: vec![
            "a thread of the generator was busy 91 % of the time".into(),
            "in scenario `daily` 120 of 5080 arrivals had to wait for a virtual user, see `maxVUs`"
                .into(),
        ],
        notes: vec![
            "20 of 5071 answers asked to come later (429, or 503 with Retry-After): a limiter was measured, not the server behind it"
                .into(),
        ],
        scenarios: vec![
            ScenarioLoad {
                due: 5_100,
                begun: 5_080,
                late: 120,
                dropped: 20,
                completed: 5_078,
                failed: 37,
                interrupted: 2,
                ..base.scenarios[0].clone()
            },
            ScenarioLoad {
                name: "nightly".into(),
                executor: "per-vu-iterations".into(),
                is_open: false,
                due: 1,
                begun: 1,
                completed: 1,
                duration: latency(1, 3.0),
                vus_max: 1,
                rate: Rates {
                    asked: None,
                    achieved: 0.1,
                },
                ..base.scenarios[0].clone()
            },
        ],
        steps: vec![base.steps[0].clone(), create, read],
        total,
        thresholds: vec![
            threshold(
                ("http_req_duration{operation:readPet}", "p(95)<200"),
                Some(4.5),
                ThresholdOutcome::Passed,
            ),
            ThresholdResult {
                aborted: true,
                ..threshold(
                    ("http_req_failed", "rate<0.1%"),
                    Some(0.005_904),
                    ThresholdOutcome::Crossed,
                )
            },
            threshold(
                ("schema_violations", "rate==0"),
                Some(0.000_000_4),
                ThresholdOutcome::Crossed,
            ),
            threshold(("http_reqs", "rate>=400"), Some(508.1), ThresholdOutcome::Passed),
            threshold(
                ("http_req_response{step:neverReached}", "p(99)<1s"),
                None,
                ThresholdOutcome::NoData,
            ),
        ],
        warm_up_ms: 5_000,
        generator: GeneratorLoad {
            busiest: Some(0.91),
            longest_wait: Some(0.07),
            segments: Some(SegmentsLoad {
                again: 300,
                all: 21_000,
            }),
            steal: Some(0.021),
            local: BTreeMap::from([("no descriptors are left".to_owned(), 1)]),
            held: 0,
            drafted: 80,
            ..base.generator
        },
        unsent: vec![UnsentLoad {
            workflow: "registerAnotherPetAndReadItBack".into(),
            step: "create".into(),
            reason: "`$steps.read.outputs.name` has no value".into(),
            count: 3,
        }],
        ..base
    }
}

/// A run that says what the generator can do.
fn bound() -> LoadReport {
    let base = sound();
    LoadReport {
        soundness: Soundness::GeneratorBound,
        doubts: vec![
            "scenario `daily` began 60.0 % of the 5000 iterations that were due: all 10 virtual users were waiting for answers, see `maxVUs`"
                .into(),
        ],
        thresholds: vec![threshold(
            ("http_req_response", "p(95)<200ms"),
            Some(4.5),
            ThresholdOutcome::Inconclusive,
        )],
        scenarios: vec![ScenarioLoad {
            begun: 3_000,
            late: 4_000,
            dropped: 2_000,
            completed: 3_000,
            rate: Rates {
                asked: Some(500.0),
                achieved: 300.0,
            },
            ..base.scenarios[0].clone()
        }],
        ..base
    }
}

pub(crate) fn told(report: LoadReport) -> Story {
    let hindered = report.soundness == Soundness::GeneratorBound;
    let doubt = report.doubts.first().cloned().unwrap_or_default();
    let story = Story::new().event(Event::Loaded(Box::new(report)));
    if !hindered {
        return story.finished();
    }
    let message = format!("the generator was the limit, not the target: {doubt}");
    let code = Code::GENERATOR_BOUND;
    story
        .event(Event::Hindered(Obstacle { code, message }))
        .finished()
}

/// The three of them as stories, with what was found in the second.
pub(in crate::report) fn stories() -> [Story; 3] {
    let late = Scene::new("createPet").failure(crate::http::TransportError::Timeout(
        std::time::Duration::from_secs(5),
    ));
    let stray = Scene::new("createPet").answer(503, "text/plain", "full");
    let [sound, troubled, bound] = [sound(), troubled(), bound()].map(told);
    let troubled = [late, stray].iter().fold(troubled, |story, scene| {
        let verdict = Box::new(verdict(scene, 10));
        story.event(Event::Sampled(verdict, Vec::new()))
    });
    [sound, troubled, bound]
}
