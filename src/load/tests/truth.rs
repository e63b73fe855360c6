//! Truth: what is wrong with a target, with the run or with the generator is said as it is.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::server::{json, serve, with};
use super::{API, GOOD, Stand, one_step, stand, stand_with, steps, times};
use crate::code::Code;
use crate::probe::Ended;
use crate::record::{Soundness, ThresholdOutcome};

#[test]
fn a_port_where_nobody_listens_is_given_up_soon() {
    // A port that was free a moment ago may belong to the server of another test by now.
    let url = "http://127.0.0.1:1".to_owned();
    for scenario in [
        "{executor: constant-vus, vus: 5, duration: 60s, exec: w}",
        "{executor: constant-arrival-rate, rate: 500, duration: 60s, preAllocatedVUs: 5, exec: w}",
        "{executor: shared-iterations, vus: 2, iterations: 100000, exec: w}",
        "{executor: shared-iterations, vus: 2, iterations: 4, exec: w}",
    ] {
        let begun = Instant::now();
        let came = stand(&format!("    s: {scenario}\n"), &one_step()).run(&url);
        assert!(begun.elapsed() < Duration::from_secs(8), "{scenario}");
        assert!(
            matches!(came.ended, Ended::Unreachable(_)),
            "{scenario} {:?}",
            came.ended
        );
        assert_eq!(
            came.summary.exit_code,
            3,
            "{scenario} {:?}",
            came.findings()
        );
        let requests = came.report.total.requests;
        assert!(requests < 5_000, "it did not spin: {requests}");
        assert_eq!(came.report.total.unanswered.get("refused"), Some(&requests));
    }
}

#[test]
fn a_server_that_closes_after_each_answer_is_asked_over_a_new_connection() {
    for fields in ["", "connection: close\r\n"] {
        let served = serve(move |_| with("200", fields, GOOD).closing());
        let scenario = "    s: {executor: shared-iterations, vus: 2, iterations: 50, exec: w}\n";
        let came = stand(scenario, &one_step()).run(&served.url);
        assert_eq!(
            came.counts(),
            [50, 50, 50, 0, 0, 0],
            "{:?}",
            came.report.total.unanswered
        );
        assert_eq!(served.connections(), 50);
        assert_eq!(came.report.generator.connections, 50);
    }
}

#[test]
fn a_server_that_never_answers_a_connection_is_not_asked_for_ever() {
    let served = serve(|_| super::server::Reply {
        text: String::new(),
        after: Duration::ZERO,
        closes: true,
    });
    let came = stand(&times(20), &one_step()).run(&served.url);
    assert_eq!(came.counts(), [20, 20, 20, 20, 0, 0]);
    assert_eq!(served.count(), 20);
    assert_eq!(came.report.total.unanswered.get("closed"), Some(&20));
    assert_eq!(came.findings(), [(Code::CONNECTION_CLOSED, 20)]);
}

#[test]
fn an_answer_that_the_document_cannot_tell_apart_is_excused_and_counted_each_time() {
    let one = "Thing: {type: object, required: [id], properties: {id: {type: integer}, name: {type: string}}}";
    let both = "Thing: {oneOf: [{type: object, properties: {id: {type: integer}}}, {type: object, properties: {name: {type: string}}}]}";
    let api = API.replace(one, both);
    for cache in [true, false] {
        let served = serve(|asked| {
            let number = asked.number % 2;
            json("200", &format!("{{\"id\":{number}}}"))
        });
        let profile = format!("  scenarios:\n{}", times(20));
        let mut stand = stand_with(&api, &profile, &one_step());
        stand.options.cache = cache;
        let came = stand.run(&served.url);
        assert_eq!(came.counts(), [20, 20, 20, 0, 0, 0]);
        assert_eq!(came.findings(), [(Code::OVERLAPPING_BRANCHES, 20)]);
        let step = came.step("a");
        assert_eq!(
            (
                step.validated,
                step.schema_violations,
                step.documented,
                step.undocumented_status
            ),
            (20, 0, 20, 0)
        );
        assert_eq!(
            (step.criteria, step.criteria_failed, step.failed),
            (20, 0, 0)
        );
        assert_eq!(came.samples, 3);
        let judged = &came.report.generator.validation;
        assert_eq!(
            (judged.seen, judged.full),
            if cache { (17, 3) } else { (0, 20) }
        );
    }
}

#[test]
fn answers_that_ask_to_come_later_are_throttled_and_not_failed() {
    let served = serve(|asked| {
        if asked.number % 2 == 0 {
            json("200", GOOD)
        } else {
            with("429", "retry-after: 1\r\n", "").after(20)
        }
    });
    let came = stand(&times(20), &one_step()).run(&served.url);
    let total = &came.report.total;
    assert_eq!((total.requests, total.throttled, total.failed), (20, 10, 0));
    assert_eq!(total.response_time.count, 10);
    assert_eq!(total.throttled_time.count, 10);
    assert!(
        total.throttled_time.p50_ms >= 15.0,
        "{:?}",
        total.throttled_time
    );
    assert!(total.service_time.p50_ms < total.throttled_time.p50_ms);
    assert!(
        came.report
            .notes
            .iter()
            .any(|note| note.contains("a limiter was measured"))
    );
    assert_eq!(came.findings(), []);
    assert_eq!(total.undocumented_status, 0);
}

#[test]
fn every_answer_is_judged_and_samples_are_few() {
    for cache in [true, false] {
        let served = serve(|asked| match asked.number % 4 {
            0 => json("200", GOOD),
            1 => json("200", r#"{"id":"text"}"#),
            2 => json("202", GOOD),
            _ => {
                let reply = json("200", GOOD);
                let text = reply.text.replace("application/json", "text/html");
                super::server::Reply { text, ..reply }
            }
        });
        let mut stand = stand(&times(200), &one_step()).on_lanes(1);
        stand.options.cache = cache;
        let came = stand.run(&served.url);
        let total = &came.report.total;
        assert_eq!(total.schema_violations, 50);
        assert_eq!(total.undocumented_status, 50);
        assert_eq!(total.findings.get(&Code::RESPONSE_SCHEMA), Some(&50));
        assert_eq!(total.findings.get(&Code::UNDOCUMENTED_STATUS), Some(&50));
        let mut found = came.findings();
        found.sort();
        assert!(found.len() >= 3, "{found:?}");
        assert!(found.iter().all(|(_, count)| *count == 50), "{found:?}");
        assert!(came.samples <= 3 * found.len(), "{}", came.samples);
        assert_eq!(came.summary.exit_code, 1);
        let seen = total_seen(&came);
        assert_eq!(seen > 0, cache, "{seen}");
    }
}

fn total_seen(came: &super::Came) -> u64 {
    came.report.generator.validation.seen
}

#[test]
fn a_faultless_server_is_found_faultless() {
    for cache in [true, false] {
        let served = serve(|_| json("200", GOOD).after(3));
        let mut stand = stand(&times(50), &one_step());
        stand.options.cache = cache;
        let came = stand.run(&served.url);
        assert_eq!(came.report.total.validated, 50);
        assert_eq!(came.findings(), []);
        assert_ne!(
            came.report.soundness,
            Soundness::GeneratorBound,
            "{:?}",
            came.report.doubts
        );
        assert_eq!(came.summary.exit_code, 0, "{}", came.summary.reason);
    }
}

fn judged(thresholds: &str, duration: &str) -> super::Came {
    // The answers take their time, so that the machine is not what is measured.
    let served = serve(|_| json("200", GOOD).after(5));
    let profile = format!(
        "  thresholds: {{{thresholds}}}\n  scenarios:\n    s: {{executor: constant-vus, vus: 2, duration: {duration}, exec: w}}\n"
    );
    let workflows = format!(
        "{}- workflowId: idle\n  steps:\n  - {{stepId: z, operationId: login}}\n",
        one_step()
    );
    stand_with(API, &profile, &workflows).run(&served.url)
}

#[test]
fn thresholds_decide() {
    for (thresholds, outcome, exit) in [
        (
            "http_req_duration: ['p(95)<5000']",
            ThresholdOutcome::Passed,
            0,
        ),
        (
            "http_req_duration: ['p(95)<1']",
            ThresholdOutcome::Crossed,
            1,
        ),
        (
            "'http_req_duration{step:a}': ['min>=4']",
            ThresholdOutcome::Passed,
            0,
        ),
        (
            "'http_req_duration{step:nobody}': ['p(95)<5000']",
            ThresholdOutcome::NoData,
            1,
        ),
        ("http_reqs: ['count>5']", ThresholdOutcome::Passed, 0),
        ("iterations: ['count<5']", ThresholdOutcome::Crossed, 1),
        (
            "schema_violations: ['rate==0']",
            ThresholdOutcome::Passed,
            0,
        ),
        (
            "http_req_failed: ['rate<0.01']",
            ThresholdOutcome::Passed,
            0,
        ),
        ("checks: ['rate>0.99']", ThresholdOutcome::Passed, 0),
    ] {
        let came = judged(thresholds, "400ms");
        assert_eq!(came.report.thresholds[0].outcome, outcome, "{thresholds}");
        assert_eq!(
            came.summary.exit_code, exit,
            "{thresholds}: {}",
            came.summary.reason
        );
    }
}

#[test]
fn a_threshold_may_end_the_run() {
    let begun = Instant::now();
    let came = judged(
        "http_req_duration: [{threshold: 'p(95)<1', abortOnFail: true, delayAbortEval: 500ms}]",
        "60s",
    );
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(came.report.thresholds[0].aborted);
    assert_eq!(came.report.thresholds[0].outcome, ThresholdOutcome::Crossed);
    assert_eq!(came.summary.exit_code, 1);
    assert!(matches!(came.ended, Ended::Stopped(_)));
}

/// Stops a load that would take a minute, once or twice; how long that took.
fn interrupted(scenario: &str, answer_after: u64, is_insisted: bool) -> (super::Came, Duration) {
    let served = serve(move |_| json("200", GOOD).after(answer_after));
    let stand: Stand = stand(&format!("    s: {scenario}\n"), &one_step()).on_lanes(2);
    let stop = Arc::clone(&stand.stop);
    let asked = thread::spawn(move || {
        thread::sleep(Duration::from_millis(400));
        stop.ask();
        let at = Instant::now();
        if is_insisted {
            thread::sleep(Duration::from_millis(200));
            stop.insist();
        }
        at
    });
    let came = stand.run(&served.url);
    let at = asked.join().unwrap();
    (came, at.elapsed())
}

#[test]
fn whoever_interrupts_once_gets_what_was_begun() {
    for scenario in [
        "{executor: constant-vus, vus: 4, duration: 60s, exec: w}",
        "{executor: shared-iterations, vus: 4, iterations: 1000000, exec: w}",
        "{executor: ramping-vus, startVUs: 2, stages: [{target: 100, duration: 60s}], exec: w}",
        "{executor: constant-arrival-rate, rate: 50, duration: 60s, preAllocatedVUs: 10, exec: w}",
        "{executor: ramping-arrival-rate, startRate: 50, stages: [{target: 50, duration: 100ms}, {target: 0, duration: 0s}, {target: 0, duration: 60s}], preAllocatedVUs: 10, exec: w}",
        "{executor: constant-vus, vus: 4, startTime: 60s, duration: 60s, exec: w}",
    ] {
        let (came, took) = interrupted(scenario, 20, false);
        assert!(took < Duration::from_secs(4), "{scenario}: {took:?}");
        assert!(matches!(came.ended, Ended::Stopped(_)), "{scenario}");
        let [_, begun, completed, _, interrupted, _] = came.counts();
        assert_eq!((begun, interrupted), (completed, 0), "{scenario}");
        assert_eq!(came.report.total.requests, completed, "{scenario}");
    }
}

#[test]
fn whoever_interrupts_twice_does_not_wait() {
    let scenario = "{executor: constant-vus, vus: 4, duration: 60s, exec: w}";
    let (came, took) = interrupted(scenario, 60_000, true);
    assert!(took < Duration::from_secs(4), "{took:?}");
    assert!(matches!(came.ended, Ended::Stopped(_)));
}

#[test]
fn no_more_requests_are_sent_than_is_allowed() {
    for lanes in [1, 2] {
        let served = serve(|_| json("200", GOOD));
        let mut stand = stand(
            "    s: {executor: constant-vus, vus: 8, duration: 1s, exec: w}\n",
            &one_step(),
        )
        .on_lanes(lanes);
        stand.options.max_rps = Some(50.0);
        stand.run(&served.url);
        let count = served.count();
        assert!((35..=62).contains(&count), "{count}");
    }
}

#[test]
fn credentials_that_are_refused_throughout_prove_nothing() {
    let served = serve(|_| json("401", GOOD));
    let workflow = steps("  - {stepId: a, operationId: secret}\n");
    let came = stand(&times(5), &workflow).run(&served.url);
    assert!(matches!(came.ended, Ended::Unauthorized(_)));
}
