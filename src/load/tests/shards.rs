//! Shards: several machines that share a load, and those that come late.

use std::time::{Duration, Instant};

use super::server::{json, serve};
use super::{Came, GOOD, Stand, stand};
use crate::record::{ShardLoad, Soundness};

const ROWS: &str = "- workflowId: w\n  inputs: {type: object, properties: {n: {type: integer}}}\n  x-proofmark-feed: {file: rows.csv}\n  steps:\n  - {stepId: a, operationId: read, parameters: [{name: id, in: path, value: $inputs.n}]}\n";

/// A load of rows, each iteration with the row of its number.
fn rows(scenario: &str) -> Stand {
    let text: String = std::iter::once("n\n".to_owned())
        .chain((0..500).map(|row| format!("{row}\n")))
        .collect();
    stand(&format!("    s: {scenario}\n"), ROWS).with_file("rows.csv", &text)
}

fn sharded(mut stand: Stand, number: u64, of: u64) -> Stand {
    stand.options.shard = Some(ShardLoad {
        number,
        of,
        from: "a test".to_owned(),
        start_at: None,
    });
    stand
}

/// What all shards together sent, and what came of each.
fn all(scenario: &str, shards: u64, lanes: u64) -> (Vec<String>, Vec<Came>) {
    let served = serve(|_| json("200", GOOD));
    let came = (0..shards).map(|number| {
        let stand = sharded(rows(scenario).on_lanes(lanes), number, shards);
        stand.run(&served.url)
    });
    let came = came.collect();
    let mut lines = served.lines();
    lines.sort();
    (lines, came)
}

#[test]
fn all_shards_together_send_what_one_machine_does() {
    for scenario in [
        "{executor: constant-arrival-rate, rate: 200, duration: 500ms, preAllocatedVUs: 6, exec: w}",
        "{executor: ramping-arrival-rate, stages: [{target: 400, duration: 500ms}], preAllocatedVUs: 6, exec: w}",
        "{executor: shared-iterations, vus: 6, iterations: 101, exec: w}",
        "{executor: per-vu-iterations, vus: 5, iterations: 20, exec: w}",
    ] {
        let (one, _) = all(scenario, 1, 1);
        let (three, came) = all(scenario, 3, 2);
        assert!(one.len() >= 100, "{scenario}: {}", one.len());
        assert_eq!(one, three, "{scenario}");
        let sum: u64 = came.iter().map(|came| came.report.total.requests).sum();
        assert_eq!(sum, one.len() as u64, "{scenario}");
        let users: u32 = came.iter().map(|came| came.scenario().vus_max).sum();
        assert_eq!(users, if scenario.contains("per-vu") { 5 } else { 6 });
        assert_eq!(came[1].report.plan, came[2].report.plan);
    }
}

#[test]
fn loads_of_other_profiles_seeds_or_rows_are_other_plans() {
    let scenario = "{executor: shared-iterations, vus: 1, iterations: 1, exec: w}";
    let served = serve(|_| json("200", GOOD));
    let plan = |stand: Stand| stand.run(&served.url).report.plan;
    let first = plan(rows(scenario));
    assert_eq!(first, plan(rows(scenario).on_lanes(2)));
    assert_ne!(first, plan(rows(scenario).with_file("rows.csv", "n\n7\n")));
    let mut other = rows(scenario);
    other.options.seed = crate::seed::Seed::new(2);
    assert_ne!(first, plan(other));
    let scenario = "{executor: shared-iterations, vus: 1, iterations: 2, exec: w}";
    assert_ne!(first, plan(rows(scenario)));
}

#[test]
fn who_is_late_begins_at_its_place_and_counts_what_it_missed() {
    let scenario = "{executor: constant-arrival-rate, rate: 50, duration: 2500ms, preAllocatedVUs: 5, exec: w}";
    let served = serve(|_| json("200", GOOD));
    let mut stand = rows(scenario);
    stand.options.start_at = Instant::now().checked_sub(Duration::from_millis(1500));
    let came = stand.run(&served.url);
    let own = came.scenario();
    assert_eq!(own.due, 125);
    assert_eq!(own.begun + own.dropped, 125);
    assert!((70..110).contains(&own.dropped), "{}", own.dropped);
    assert_eq!(own.late, own.dropped);
    assert!(came.report.late_ms >= 1500, "{}", came.report.late_ms);
    assert_eq!(came.report.soundness, Soundness::GeneratorBound);
    let lines = served.lines();
    assert_eq!(lines.len() as u64, own.begun);
    // It has the rows of its place, not the first ones.
    assert!(!lines.contains(&"GET /things/0".to_owned()));
    assert!(lines.contains(&"GET /things/124".to_owned()));
}

#[test]
fn a_closed_load_that_begins_late_is_suspect() {
    let scenario = "{executor: constant-vus, vus: 1, duration: 1600ms, exec: w}";
    let served = serve(|_| json("200", GOOD).after(5));
    let mut stand = rows(scenario);
    stand.options.start_at = Instant::now().checked_sub(Duration::from_millis(1200));
    let came = stand.run(&served.url);
    assert_ne!(came.report.soundness, Soundness::Valid);
    let doubts = came.report.doubts.join("\n");
    assert!(doubts.contains("began 1."), "{doubts}");
}

#[test]
fn a_beginning_ahead_is_waited_for_and_can_be_interrupted() {
    let scenario = "{executor: shared-iterations, vus: 1, iterations: 1, exec: w}";
    let served = serve(|_| json("200", GOOD));
    let at = Instant::now() + Duration::from_millis(700);
    let mut stand = rows(scenario);
    stand.options.start_at = Some(at);
    stand.run(&served.url);
    assert!(Instant::now() >= at);
    assert_eq!(served.count(), 1);
    stand.options.start_at = Some(Instant::now() + Duration::from_secs(3600));
    let stop = stand.stop.clone();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        stop.ask();
    });
    let came = stand.run(&served.url);
    assert_eq!(came.report.total.requests, 0);
    assert_eq!(served.count(), 1);
}
