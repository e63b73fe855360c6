//! Shards: several machines that share a load, and those that come late.

use std::time::{Duration, Instant};

use super::server::{json, serve};
use super::{Came, GOOD, Stand, stand, stand_with};
use crate::load::merge;
use crate::record::{Durations, ShardLoad, Soundness, Summary, ThresholdOutcome};

const ROWS: &str = "- workflowId: w\n  inputs: {type: object, properties: {n: {type: integer}}}\n  x-proofmark-feed: {file: rows.csv}\n  steps:\n  - {stepId: a, operationId: read, parameters: [{name: id, in: path, value: $inputs.n}]}\n";

/// A load of rows, each iteration with the row of its number.
pub(super) fn rows(scenario: &str) -> Stand {
    let text: String = std::iter::once("n\n".to_owned())
        .chain((0..500).map(|row| format!("{row}\n")))
        .collect();
    stand(&format!("    s: {scenario}\n"), ROWS).with_file("rows.csv", &text)
}

fn part(number: u64, of: u64) -> ShardLoad {
    ShardLoad {
        number,
        of,
        from: "a test".to_owned(),
        start_at: None,
    }
}

pub(super) fn sharded(mut stand: Stand, number: u64, of: u64) -> Stand {
    stand.options.shard = Some(part(number, of));
    stand
}

/// What all shards together sent, and what came of each.
pub(super) fn all(scenario: &str, shards: u64, lanes: u64) -> (Vec<String>, Vec<Came>) {
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
    let scenario =
        "{executor: constant-arrival-rate, rate: 50, duration: 5s, preAllocatedVUs: 5, exec: w}";
    let served = serve(|_| json("200", GOOD));
    let mut stand = rows(scenario);
    stand.options.start_at = Instant::now().checked_sub(Duration::from_millis(1500));
    let came = stand.run(&served.url);
    let own = came.scenario();
    assert_eq!(own.due, 250);
    assert_eq!(own.begun + own.dropped, 250);
    assert!((70..250).contains(&own.dropped), "{}", own.dropped);
    assert_eq!(own.late, own.dropped);
    assert!(came.report.late_ms >= 1500, "{}", came.report.late_ms);
    assert_eq!(came.report.soundness, Soundness::GeneratorBound);
    let lines = served.lines();
    assert_eq!(lines.len() as u64, own.begun);
    // It has the rows of its place, not the first ones.
    assert!(!lines.contains(&"GET /things/0".to_owned()));
    assert!(lines.contains(&"GET /things/249".to_owned()));
}

#[test]
fn a_closed_load_that_begins_late_is_suspect() {
    let scenario = "{executor: constant-vus, vus: 1, duration: 4s, exec: w}";
    let served = serve(|_| json("200", GOOD).after(5));
    let mut stand = rows(scenario);
    stand.options.start_at = Instant::now().checked_sub(Duration::from_millis(3500));
    let came = stand.run(&served.url);
    assert_ne!(came.report.soundness, Soundness::Valid);
    let doubts = came.report.doubts.join("\n");
    assert!(doubts.contains(" s late"), "{doubts}");
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

/// Reports of shards, as they are read from their files; as if all had begun together.
pub(super) fn written(came: &[Came]) -> Vec<(String, Summary)> {
    let first = came.first().map(|came| came.report.began.clone());
    let files = came.iter().enumerate();
    files
        .map(|(number, came)| {
            let text = crate::report::json(&came.summary).unwrap();
            let mut summary = Summary::read(&text).unwrap();
            if let (Some(load), Some(first)) = (&mut summary.load, &first) {
                load.began.clone_from(first);
            }
            (format!("{number}.json"), summary)
        })
        .collect()
}

/// A load whose threshold holds of the whole only, against a server that breaks the schema of some.
pub(super) fn flawed(shards: u64) -> Vec<Came> {
    let served = serve(|asked| {
        let is_wrong = asked.path.ends_with('7');
        json("200", if is_wrong { r#"{"id":"x"}"# } else { GOOD })
    });
    let profile = "  scenarios:\n    s: {executor: constant-arrival-rate, rate: 200, duration: 1s, preAllocatedVUs: 6, exec: w, tags: {kind: t}}\n  thresholds: {'http_reqs{kind:t}': [count==200], schema_violations: ['rate<0.001']}\n";
    let text: String = std::iter::once("n\n".to_owned())
        .chain((0..200).map(|row| format!("{row}\n")))
        .collect();
    let mut stand = stand_with(super::API, profile, ROWS).with_file("rows.csv", &text);
    let came = (0..shards).map(|number| {
        stand.options.shard = Some(part(number, shards));
        stand.run(&served.url)
    });
    came.collect()
}

#[test]
fn merged_reports_are_exactly_the_sum_of_their_parts() {
    let came = flawed(4);
    let whole = merge(written(&came)).unwrap();
    let load = whole.load.as_ref().unwrap();
    let sum = |of: fn(&Came) -> u64| came.iter().map(of).sum::<u64>();
    assert_eq!(load.total.requests, 200);
    assert_eq!(load.total.requests, sum(|came| came.report.total.requests));
    assert_eq!(load.total.schema_violations, 20);
    assert_eq!(load.total.statuses[&200], 200);
    assert_eq!(load.scenarios[0].due, 200);
    assert_eq!(load.scenarios[0].vus_max, 6);
    assert_eq!(
        load.total.sent_bytes,
        sum(|came| came.report.total.sent_bytes)
    );
    let mut times = Durations::default();
    for came in &came {
        times.add(&came.report.total.response_time.durations());
    }
    assert_eq!(load.total.response_time.durations(), times);
    let in_rows: u64 = load.timeline.iter().map(|row| row.requests).sum();
    assert_eq!(in_rows, 200);
    let windows = load.windows.iter().flat_map(|window| &window.steps);
    let mut times = Durations::default();
    windows.for_each(|step| times.add(&step.response_time.durations()));
    assert_eq!(times, load.total.response_time.durations());
    assert_eq!(
        load.soundness,
        came.iter()
            .map(|came| came.report.soundness)
            .max_by_key(|one| match one {
                Soundness::Unmeasured => 0,
                Soundness::Valid => 1,
                Soundness::Suspect => 2,
                Soundness::GeneratorBound => 3,
            })
            .unwrap()
    );
    // Judged on the whole: no part has 200 requests.
    let counts: Vec<Option<f64>> = load.thresholds.iter().map(|one| one.value).collect();
    assert!(counts.contains(&Some(200.0)), "{counts:?}");
    let findings = whole.findings.iter().map(|row| row.count).sum::<usize>();
    assert_eq!(findings, 20);
    assert_eq!(whole.clusters.len(), 1);
    assert_eq!(whole.counts.cases, 200);
    assert_eq!(
        (whole.exit_code, load.merged.as_ref().unwrap().missing.len()),
        (1, 0)
    );
}

#[test]
fn missing_shards_are_named_everywhere_and_prove_nothing() {
    let scenario = "{executor: constant-arrival-rate, rate: 200, duration: 500ms, preAllocatedVUs: 6, exec: w}";
    let (_, came) = all(scenario, 4, 1);
    let mut reports = written(&came);
    reports.remove(2);
    let whole = merge(reports).unwrap();
    assert_eq!(whole.exit_code, 3);
    let load = whole.load.as_ref().unwrap();
    assert_eq!(load.merged.as_ref().unwrap().missing, [2]);
    assert_eq!(load.total.requests, 75);
    assert!(
        load.thresholds
            .iter()
            .all(|one| one.outcome == ThresholdOutcome::Inconclusive)
    );
    let junit = crate::report::junit(&whole).unwrap();
    for text in [
        crate::report::json(&whole).unwrap(),
        String::from_utf8(junit).unwrap(),
        super::screen(&whole),
    ] {
        assert!(text.contains("1 of 4 shards are missing: 2"), "{text}");
    }
}

#[test]
fn what_is_counted_where_a_shard_has_no_part_is_open() {
    let profile = "  scenarios:
    s: {executor: shared-iterations, vus: 2, iterations: 8, exec: w}
    t: {executor: per-vu-iterations, vus: 1, iterations: 4, exec: w}
  thresholds: {'http_reqs{scenario:t}': 'count==4', 'iterations{scenario:t}': 'count==4', 'http_reqs{scenario:s}': 'count==4'}
";
    let served = serve(|_| json("200", GOOD));
    let (passed, open) = (ThresholdOutcome::Passed, ThresholdOutcome::Inconclusive);
    for (number, outcomes) in [(0, [passed, passed, passed]), (1, [open, open, passed])] {
        let stand = stand_with(super::API, profile, &super::one_step());
        let came = sharded(stand, number, 2).run(&served.url);
        let own = came.report.thresholds.iter().map(|one| one.outcome);
        assert_eq!(own.collect::<Vec<_>>(), outcomes, "{number}");
        assert_eq!(came.summary.exit_code, 0, "{}", came.summary.reason);
    }
}

#[test]
fn a_shard_that_was_ended_leaves_the_whole_open() {
    let mut came = flawed(2);
    for (stopped, counted) in [
        (None, ThresholdOutcome::Passed),
        (Some(1), ThresholdOutcome::Inconclusive),
    ] {
        if let Some(stopped) = stopped {
            let load = came[stopped].summary.load.as_mut().unwrap();
            load.unproven = Some(crate::record::Unproven::Interrupted);
        }
        let whole = merge(written(&came)).unwrap();
        let thresholds = whole.load.unwrap().thresholds;
        let outcome = |name: &str| {
            let mut all = thresholds.iter();
            all.find(|one| one.metric.starts_with(name))
                .unwrap()
                .outcome
        };
        // Where the generator was the limit it is open anyhow.
        let is_bound = whole
            .obstacles
            .iter()
            .any(|one| one.code == crate::code::Code::GENERATOR_BOUND);
        let counted = if is_bound {
            ThresholdOutcome::Inconclusive
        } else {
            counted
        };
        assert_eq!(outcome("http_reqs"), counted);
        // What was found in answers was found.
        assert_eq!(outcome("schema_violations"), ThresholdOutcome::Crossed);
    }
    let (_, mut came) = all(
        "{executor: shared-iterations, vus: 4, iterations: 40, exec: w}",
        2,
        1,
    );
    came[0].summary.interrupted = Some("SIGTERM".to_owned());
    let load = came[0].summary.load.as_mut().unwrap();
    load.unproven = Some(crate::record::Unproven::Interrupted);
    load.thresholds.push(crate::record::ThresholdResult {
        metric: "http_reqs".to_owned(),
        condition: "count==50".to_owned(),
        value: Some(20.0),
        outcome: ThresholdOutcome::Inconclusive,
        place: None,
        aborted: false,
    });
    let whole = merge(written(&came)).unwrap();
    assert_eq!(whole.exit_code, 3, "{}", whole.reason);
}

#[test]
fn what_does_not_belong_together_is_not_merged() {
    let scenario = "{executor: shared-iterations, vus: 2, iterations: 4, exec: w}";
    let other = "{executor: shared-iterations, vus: 2, iterations: 6, exec: w}";
    let (_, came) = all(scenario, 2, 1);
    let (_, others) = all(other, 2, 1);
    let served = serve(|_| json("200", GOOD));
    let alone = [rows(scenario).run(&served.url)];
    let refused = |reports: Vec<(String, Summary)>| merge(reports).unwrap_err().to_string();
    assert_eq!(refused(Vec::new()), "there is no report to merge");
    let alone = refused(written(&alone));
    assert!(alone.contains("not of a shard"), "{alone}");
    let mut twice = written(&came);
    twice.extend(written(&came));
    let twice = refused(twice);
    assert!(twice.contains("both of shard 0"), "{twice}");
    let mut three = written(&came);
    three.truncate(1);
    let mut other_number = three[0].clone();
    if let Some(shard) = other_number
        .1
        .load
        .as_mut()
        .and_then(|load| load.shard.as_mut())
    {
        shard.of = 3;
    }
    three.push(other_number);
    let told = refused(three);
    assert!(
        told.contains('2') && told.contains('3') && !told.contains("both"),
        "{told}"
    );
    let mut mixed = written(&came);
    mixed.truncate(1);
    mixed.push(written(&others).remove(1));
    let told = refused(mixed);
    assert!(told.contains("profile, workflows, documents"), "{told}");
    let mut old = written(&came);
    if let Some(load) = &mut old[1].1.load {
        load.began = "2020-01-01T00:00:00Z".to_owned();
    }
    assert!(refused(old).contains("of two runs"));
}

/// The same reports as if each shard had begun so many milliseconds after the one before.
fn staggered(came: &[Came], milliseconds: i64) -> Vec<(String, Summary)> {
    let mut reports = written(came);
    for (number, (_, summary)) in reports.iter_mut().enumerate() {
        let load = summary.load.as_mut().unwrap();
        let began: jiff::Timestamp = load.began.parse().unwrap();
        let late = jiff::SignedDuration::from_millis(milliseconds * i64::try_from(number).unwrap());
        load.began = began.checked_add(late).unwrap().to_string();
        // As long as it was to be, however long this machine took.
        load.measured_ms = 4_000;
        for row in &mut load.timeline {
            row.length_ms = 4_000;
        }
        load.total.rate = rounded(load.total.requests);
        for step in &mut load.steps {
            step.rate = rounded(step.requests);
        }
    }
    reports
}

/// The rate of so many requests in four seconds.
fn rounded(requests: u64) -> f64 {
    f64::from(u32::try_from(requests).unwrap()) / 4.0
}

#[test]
fn shards_that_were_to_begin_at_other_times_are_no_load_of_all() {
    let scenario = "{executor: shared-iterations, vus: 4, iterations: 40, exec: w}";
    let (_, came) = all(scenario, 2, 1);
    for (start, is_apart) in [
        (None, false),
        (Some("2026-01-01T10:00:00Z"), false),
        (Some("2026-01-01T10:00:00.900Z"), false),
        (Some("2026-01-01T10:00:02Z"), true),
        (Some("2026-01-01T09:59:57Z"), true),
    ] {
        let mut reports = staggered(&came, 0);
        let starts = [Some("2026-01-01T10:00:00Z"), start];
        for ((_, summary), start) in reports.iter_mut().zip(starts) {
            let shard = summary.load.as_mut().unwrap().shard.as_mut().unwrap();
            shard.start_at = start.map(str::to_owned);
        }
        let whole = merge(reports).unwrap();
        let apart = whole.load.unwrap().merged.unwrap().apart;
        assert_eq!(apart.is_some(), is_apart, "{start:?}: {apart:?}");
        if is_apart {
            assert_eq!(whole.exit_code, 3);
            let told = apart.unwrap();
            assert!(
                told.contains("they are of two runs, or --start-at"),
                "{told}"
            );
        }
    }
}

#[test]
fn shards_that_ran_one_after_the_other_are_no_load_of_all() {
    let scenario = "{executor: shared-iterations, vus: 4, iterations: 40, exec: w}";
    let (_, came) = all(scenario, 2, 1);
    for (late, told) in [
        (0, None),
        (900, None),
        (1_900, None),
        (3_000, Some("side by side for 1.0 s only")),
        (4_500, Some("shard 1 began 0.5 s after shard 0 had ended")),
    ] {
        let whole = merge(staggered(&came, late)).unwrap();
        let load = whole.load.as_ref().unwrap();
        let apart = load.merged.as_ref().unwrap().apart.as_deref();
        assert_eq!(apart.is_some(), told.is_some(), "{late}: {apart:?}");
        assert!(late < 1_000 || load.soundness != Soundness::Valid, "{late}");
        if let Some(told) = told {
            assert!(whole.reason.contains(told), "{}", whole.reason);
            assert_eq!(whole.exit_code, 3);
            assert_eq!(whole.obstacles[0].code, crate::code::Code::SHARDS_APART);
            assert!(load.doubts.iter().any(|doubt| doubt.contains(told)));
        }
    }
}
