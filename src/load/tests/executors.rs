//! Executors: how many iterations there are, and when.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::server::{json, serve};
use super::{Came, GOOD, one_step, stand, stand_with, steps};

/// A server that answers after a few milliseconds, as if it did something.
fn slow(milliseconds: u64) -> super::server::Served {
    serve(move |_| json("200", GOOD).after(milliseconds))
}

fn ran(scenario: &str, milliseconds: u64, lanes: u64) -> (Came, super::server::Served) {
    let served = slow(milliseconds);
    let stand = stand(&format!("    s: {scenario}\n"), &one_step()).on_lanes(lanes);
    (stand.run(&served.url), served)
}

#[test]
fn iterations_by_number_are_made_exactly_on_one_thread_and_on_two() {
    for lanes in [1, 2] {
        for (scenario, count) in [
            (
                "{executor: shared-iterations, vus: 3, iterations: 100, exec: w}",
                100,
            ),
            (
                "{executor: per-vu-iterations, vus: 3, iterations: 20, exec: w}",
                60,
            ),
        ] {
            let (came, served) = ran(scenario, 0, lanes);
            assert_eq!(came.counts(), [count, count, count, 0, 0, 0], "{scenario}");
            assert_eq!(came.report.total.requests, count);
            assert_eq!(served.count() as u64, count);
            assert_eq!(served.connections(), 3, "each keeps its connection");
            assert_eq!(came.report.generator.threads, lanes);
        }
    }
}

#[test]
fn iterations_by_number_end_when_their_time_does() {
    let scenario =
        "{executor: shared-iterations, vus: 2, iterations: 1000000, maxDuration: 500ms, exec: w}";
    let (came, served) = ran(scenario, 20, 1);
    let [due, begun, completed, failed, interrupted, dropped] = came.counts();
    assert_eq!((due, begun), (completed, completed));
    assert_eq!([failed, interrupted, dropped], [0; 3]);
    assert_eq!(served.count() as u64, completed);
    assert!((10..60).contains(&completed), "{completed}");
}

#[test]
fn constant_users_keep_at_it_for_their_time() {
    let (came, served) = ran(
        "{executor: constant-vus, vus: 4, duration: 1s, exec: w}",
        20,
        2,
    );
    assert_eq!(served.connections(), 4);
    assert_eq!(came.scenario().vus_max, 4);
    let count = came.report.total.requests;
    // Four in 20 ms and a little.
    assert!((60..=200).contains(&count), "{count}");
    assert_eq!(served.count() as u64, count);
}

#[test]
fn ramping_users_come_and_go() {
    let (came, served) = ran(
        "{executor: ramping-vus, startVUs: 0, stages: [{target: 4, duration: 1s}, {target: 0, duration: 1s}], exec: w}",
        10,
        2,
    );
    let begun = served.asked()[0].at;
    let mut windows: BTreeMap<u128, usize> = BTreeMap::new();
    for asked in served.asked() {
        let since = asked.at.duration_since(begun).as_millis();
        *windows.entry(since / 350).or_default() += 1;
    }
    // The first user comes after a quarter of a second, the last goes a quarter before the end.
    let edge = windows[&0].max(windows.get(&4).copied().unwrap_or(0));
    assert!(windows[&2] > edge, "{windows:?}");
    assert!(windows.keys().max() <= Some(&4), "{windows:?}");
    assert_eq!(came.counts()[0], came.counts()[2]);
}

#[test]
fn ramping_arrivals_are_as_many_as_the_area_under_the_ramp() {
    for lanes in [1, 2] {
        let (came, served) = ran(
            "{executor: ramping-arrival-rate, startRate: 0, stages: [{target: 100, duration: 1s}, {target: 50, duration: 0s}, {target: 50, duration: 1s}], preAllocatedVUs: 4, maxVUs: 20, exec: w}",
            1,
            lanes,
        );
        assert_eq!(came.counts(), [100, 100, 100, 0, 0, 0]);
        assert_eq!(served.count(), 100);
    }
}

#[test]
fn no_second_has_the_arrivals_of_the_next() {
    for lanes in [1, 2] {
        let (came, _) = ran(
            "{executor: constant-arrival-rate, rate: 20, duration: 3s, preAllocatedVUs: 4, exec: w}",
            0,
            lanes,
        );
        assert_eq!(came.counts()[..2], [60, 60]);
        assert!(came.report.timeline[0].begun <= 20);
        let mut due = 0;
        for (second, row) in came.report.timeline.iter().enumerate() {
            due += row.due.unwrap();
            assert!(due <= 20 * (second as u64 + 1), "{due} in {second}");
        }
        assert_eq!(due, 60);
    }
}

#[test]
fn arrivals_of_two_threads_are_those_of_one() {
    let rows = "- workflowId: w\n  inputs: {type: object, properties: {n: {type: integer}}}\n  x-proofmark-feed: {file: rows.csv}\n  steps:\n  - {stepId: a, operationId: read, parameters: [{name: id, in: path, value: $inputs.n}]}\n";
    let text: String = std::iter::once("n\n".to_owned())
        .chain((0..500).map(|row| format!("{row}\n")))
        .collect();
    let all = |lanes: u64| -> Vec<String> {
        let served = slow(0);
        let stand = stand(
            "    s: {executor: constant-arrival-rate, rate: 300, duration: 1s, preAllocatedVUs: 6, exec: w}\n",
            rows,
        )
        .with_file("rows.csv", &text)
        .on_lanes(lanes);
        stand.run(&served.url);
        let mut lines = served.lines();
        lines.sort();
        lines
    };
    let one = all(1);
    assert_eq!(one.len(), 300);
    assert_eq!(one, all(2));
    // Each iteration has a row of its own.
    let mut single = one.clone();
    single.dedup();
    assert_eq!(single, one);
}

#[test]
fn every_row_of_a_feed_is_used() {
    let rows = "- workflowId: w\n  inputs: {type: object, properties: {n: {type: integer}}}\n  x-proofmark-feed: {file: rows.csv}\n  steps:\n  - {stepId: a, operationId: read, parameters: [{name: id, in: path, value: $inputs.n}]}\n";
    let served = slow(0);
    let stand = stand(
        "    s: {executor: shared-iterations, vus: 3, iterations: 21, exec: w}\n",
        rows,
    )
    .with_file("rows.csv", "n\n1\n2\n3\n4\n5\n6\n7\n");
    stand.run(&served.url);
    let mut rows: BTreeMap<String, usize> = BTreeMap::new();
    for line in served.lines() {
        *rows.entry(line).or_default() += 1;
    }
    let expected = (1..=7).map(|row| (format!("GET /things/{row}"), 3));
    assert_eq!(rows, expected.collect());
}

#[test]
fn a_scenario_begins_when_it_says() {
    let served = slow(0);
    let stand = stand(
        "    early: {executor: shared-iterations, vus: 1, iterations: 1, exec: w}\n    late: {executor: shared-iterations, vus: 1, iterations: 1, startTime: 600ms, exec: w}\n",
        &one_step(),
    );
    stand.run(&served.url);
    let asked = served.asked();
    assert_eq!(asked.len(), 2);
    let between = asked[1].at.duration_since(asked[0].at);
    assert!(between >= Duration::from_millis(500), "{between:?}");
    assert!(between < Duration::from_secs(3), "{between:?}");
}

#[test]
fn who_waits_for_ever_is_broken_off_when_the_grace_is_over() {
    let never = || json("200", GOOD).after(60_000);
    for scenario in [
        "{executor: constant-vus, vus: 3, duration: 300ms, gracefulStop: 200ms, exec: w}",
        "{executor: constant-arrival-rate, rate: 10, duration: 300ms, preAllocatedVUs: 3, gracefulStop: 200ms, exec: w}",
        "{executor: ramping-vus, startVUs: 3, stages: [{target: 3, duration: 300ms}], gracefulRampDown: 200ms, exec: w}",
        "{executor: shared-iterations, vus: 3, iterations: 3, maxDuration: 300ms, gracefulStop: 200ms, exec: w}",
    ] {
        let served = serve(move |_| never());
        let begun = Instant::now();
        let came = stand(&format!("    s: {scenario}\n"), &one_step()).run(&served.url);
        assert!(begun.elapsed() < Duration::from_secs(5), "{scenario}");
        assert_eq!(came.counts(), [3, 3, 0, 0, 3, 0], "{scenario}");
    }
}

#[test]
fn workflows_are_mixed_by_their_weights() {
    let served = slow(0);
    let workflows = "- workflowId: often\n  steps:\n  - {stepId: a, operationId: list}\n- workflowId: seldom\n  steps:\n  - {stepId: a, operationId: remove, parameters: [{name: id, in: path, value: 1}]}\n";
    let stand = stand(
        "    s: {executor: shared-iterations, vus: 4, iterations: 1000, exec: [{workflow: often, weight: 7}, {workflow: seldom, weight: 3}]}\n",
        workflows,
    );
    stand.run(&served.url);
    let often = served
        .asked()
        .iter()
        .filter(|asked| asked.method == "GET")
        .count();
    assert!((650..=750).contains(&often), "{often}");
    assert_eq!(served.count(), 1000);
}

#[test]
fn a_load_that_ends_with_its_warm_up_says_so() {
    let profile = "  warmUp: 9m\n  scenarios:\n    s: {executor: shared-iterations, vus: 1, iterations: 3, exec: w}\n";
    let came = stand_with(super::API, profile, &one_step()).run(&serve(|_| json("200", GOOD)).url);
    assert_eq!(came.summary.exit_code, 4);
    assert_eq!(came.summary.reason, "nothing was sent behind the warm-up");
}

#[test]
fn what_is_sent_in_the_warm_up_is_judged_and_not_counted() {
    let served = serve(|asked| {
        let body = if asked.number < 20 { "{}" } else { GOOD };
        json("200", body)
    });
    let profile = "  warmUp: 1s\n  thresholds: {schema_violations: ['rate==0']}\n  scenarios:\n    s: {executor: constant-arrival-rate, rate: 50, duration: 2s, preAllocatedVUs: 5, exec: w}\n";
    let came = stand_with(super::API, profile, &one_step()).run(&served.url);
    assert_eq!(served.count(), 100);
    let requests = came.report.total.requests;
    assert!((48..=52).contains(&requests), "{requests}");
    assert_eq!(came.report.total.schema_violations, 0);
    assert_eq!(came.report.warm_up_ms, 1_000);
    // They are findings nevertheless.
    let found: Vec<usize> = came.findings().iter().map(|(_, count)| *count).collect();
    assert_eq!(found, [20]);
    assert_eq!(came.summary.exit_code, 1);
}

#[test]
fn a_thread_that_ends_early_does_not_hold_up_what_the_others_tell() {
    // The one virtual user of the first thread is done at once, the other one is not.
    let served = serve(|asked| {
        let wait = if asked.path.ends_with("/1") { 700 } else { 0 };
        json("200", GOOD).after(wait)
    });
    let rows = "- workflowId: w\n  inputs: {type: object, properties: {n: {type: integer}}}\n  x-proofmark-feed: {file: rows.csv}\n  steps:\n  - {stepId: a, operationId: read, parameters: [{name: id, in: path, value: $inputs.n}]}\n";
    let stand = stand(
        "    s: {executor: per-vu-iterations, vus: 2, iterations: 4, exec: w}\n",
        rows,
    )
    .with_file("rows.csv", "n\n0\n1\n")
    .on_lanes(2);
    let came = stand.run(&served.url);
    assert_eq!(came.report.total.requests, 8);
    assert_eq!(came.seconds, came.report.timeline.len(), "as they go by");
    let at: Vec<u64> = came.report.timeline.iter().map(|row| row.at_ms).collect();
    assert_eq!(at, [0, 1_000, 2_000]);
}

#[test]
fn steps_of_an_iteration_follow_each_other() {
    let served = slow(0);
    let workflow = steps(
        "  - {stepId: a, operationId: list, x-proofmark-think-time: 20ms}\n  - {stepId: b, operationId: remove, parameters: [{name: id, in: path, value: 1}], successCriteria: [{condition: '$statusCode == 200'}]}\n",
    );
    stand(&super::times(3), &workflow).run(&served.url);
    let pair = ["GET /things", "DELETE /things/1"];
    assert_eq!(served.lines(), [pair, pair, pair].concat());
    for pair in served.asked().chunks(2) {
        assert!(pair[1].at.duration_since(pair[0].at) >= Duration::from_millis(19));
    }
}
