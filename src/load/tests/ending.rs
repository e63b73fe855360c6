//! Ends: what is counted of a run that comes to an end before its time, or that has nothing to do.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::server::{Served, json, serve};
use super::{Came, GOOD, Stand, one_step, stand, stand_with};
use crate::code::Code;
use crate::load::merge;
use crate::probe::Ended;
use crate::record::{
    LoadReport, Outcome, ShardLoad, Soundness, Summary, ThresholdOutcome as Outcomes, Unproven,
};

/// A server that takes requests and never answers.
fn silent() -> Served {
    serve(|_| json("200", GOOD).after(600_000))
}

/// Asks the run to stop, and insists, once so many requests were taken.
fn interrupt(stand: &Stand, served: &Arc<Served>, requests: usize, insists: bool) {
    let (stop, served) = (stand.stop.clone(), served.clone());
    thread::spawn(move || {
        while served.count() < requests {
            thread::sleep(Duration::from_millis(5));
        }
        stop.ask();
        if insists {
            stop.insist();
        }
    });
}

fn outcomes(report: &LoadReport) -> Vec<Outcomes> {
    let results = report.thresholds.iter();
    results.map(|result| result.outcome).collect()
}

#[test]
fn whoever_insists_on_the_end_of_a_run_still_has_all_that_was_begun_in_the_counts() {
    for scenario in [
        "{executor: constant-vus, vus: 3, duration: 10m, exec: w}",
        "{executor: ramping-vus, startVUs: 3, stages: [{target: 3, duration: 10m}], exec: w}",
        "{executor: constant-arrival-rate, rate: 100, duration: 10m, preAllocatedVUs: 3, exec: w}",
    ] {
        for lanes in [1, 2] {
            let served = Arc::new(silent());
            let mut stand = stand(&format!("    s: {scenario}\n"), &one_step()).on_lanes(lanes);
            stand.options.timeout = Duration::from_secs(600);
            interrupt(&stand, &served, 3, true);
            let came = stand.run(&served.url);
            assert_eq!(
                came.ended,
                Ended::Stopped("it was interrupted twice".into())
            );
            let [due, begun, completed, _, interrupted, dropped] = came.counts();
            assert_eq!([begun, completed, interrupted], [3, 0, 3], "{scenario}");
            assert_eq!(due, begun + dropped, "{scenario}");
            let total = &came.report.total;
            assert_eq!((total.requests, total.failed), (3, 0), "{scenario}");
            assert_eq!(total.unanswered["broken off"], 3, "{scenario}");
            assert_eq!(came.report.steps[0].requests, 3);
            assert!(!came.report.doubts.join("").contains("threads did not say"));
        }
    }
}

#[test]
fn what_is_broken_off_when_its_time_is_over_is_counted_by_itself() {
    let scenarios =
        "    s: {executor: constant-vus, vus: 2, duration: 300ms, gracefulStop: 0s, exec: w}\n";
    let profile = format!(
        "  scenarios:\n{scenarios}  thresholds: {{'http_reqs{{status:0}}': count==2, 'http_req_failed{{status:0}}': rate==0}}\n"
    );
    let served = silent();
    let came = stand_with(super::API, &profile, &one_step()).run(&served.url);
    assert_eq!(came.counts(), [2, 2, 0, 0, 2, 0]);
    let total = &came.report.total;
    assert_eq!((total.requests, total.unanswered["broken off"]), (2, 2));
    assert_eq!(total.failed, 0);
    let values: Vec<Option<f64>> = came.report.thresholds.iter().map(|one| one.value).collect();
    assert_eq!(values, [Some(2.0), None]);
}

#[test]
fn a_server_that_falls_silent_before_the_end_is_not_passed() {
    for (from, code) in [(5, 3), (usize::MAX, 0)] {
        let served = serve(move |asked| {
            let is_silent = asked.number >= from;
            json("200", GOOD).after(if is_silent { 600_000 } else { 1 })
        });
        let scenario = "    s: {executor: per-vu-iterations, vus: 2, iterations: 20, maxDuration: 1s, gracefulStop: 2s, exec: w}\n";
        let came = stand(scenario, &one_step()).run(&served.url);
        assert_eq!(came.ended, Ended::Completed);
        assert_eq!(came.summary.exit_code, code, "{}", came.summary.reason);
        let is_told = came
            .summary
            .reason
            .contains("nobody knows whether the target");
        assert_eq!(is_told, code == 3, "{}", came.summary.reason);
    }
}

#[test]
fn a_step_that_is_never_answered_is_not_passed_beside_one_that_is_slow() {
    let two = "  - {stepId: a, operationId: list}\n  - {stepId: b, operationId: list}\n";
    // The first four requests are those to `a`, and the virtual users then wait for `b`.
    let served = serve(|asked| match asked.number {
        0..4 => json("200", GOOD).after(900),
        _ => json("200", GOOD).after(600_000),
    });
    let scenario = "    s: {executor: per-vu-iterations, vus: 4, iterations: 1, maxDuration: 2s, gracefulStop: 0s, exec: w}\n";
    let came = stand(scenario, &super::steps(two)).run(&served.url);
    assert_eq!(came.ended, Ended::Completed);
    assert_eq!(came.summary.exit_code, 3, "{}", came.summary.reason);
    let reason = &came.summary.reason;
    assert!(
        reason.contains("step `w/b`: none of its 4 requests"),
        "{reason}"
    );
}

#[test]
fn what_is_broken_off_took_at_least_as_long_as_it_had_waited() {
    let profile = "  scenarios:
    s: {executor: constant-vus, vus: 2, duration: 1s, gracefulStop: 0s, exec: w}
  thresholds: {http_req_response: ['p(95)<100', 'p(95)<10m', 'max>0'], http_req_duration: 'med<=100', 'http_req_duration{status:200}': 'max<100'}
";
    let came = stand_with(super::API, profile, &one_step()).run(&silent().url);
    let (crossed, open) = (Outcomes::Crossed, Outcomes::NoData);
    assert_eq!(outcomes(&came.report), [crossed, open, open, crossed, open]);
    assert!(came.report.thresholds[0].value.unwrap() >= 100.0);
    let total = &came.report.total;
    let times = total.broken_off_response_time.as_ref();
    assert_eq!(times.map(|times| times.count), Some(2));
    assert_eq!(came.summary.exit_code, 1);
}

#[test]
fn an_iteration_that_is_broken_off_took_at_least_as_long_as_until_then() {
    let profile = "  scenarios:
    s: {executor: constant-vus, vus: 2, duration: 1s, gracefulStop: 0s, exec: w}
  thresholds: {iteration_duration: ['p(95)<100', 'p(95)<10m', 'max>0']}
";
    let came = stand_with(super::API, profile, &one_step()).run(&silent().url);
    let (crossed, open) = (Outcomes::Crossed, Outcomes::NoData);
    assert_eq!(outcomes(&came.report), [crossed, open, open]);
    let scenario = &came.report.scenarios[0];
    let cut = scenario.broken_off_duration.as_ref();
    assert_eq!(cut.map(|times| times.count), Some(scenario.interrupted));
    assert_eq!(scenario.interrupted, 2);
    assert_eq!(scenario.duration.count, 0);
}

#[test]
fn a_target_that_answers_nothing_is_the_limit_and_not_the_generator() {
    let scenario = "    s: {executor: constant-arrival-rate, rate: 40, duration: 1500ms, preAllocatedVUs: 2, gracefulStop: 0s, exec: w}\n";
    let stand = stand(scenario, &one_step());
    // Fewer arrivals were begun than a rate asks for, unless it is known that nobody is there.
    for (url, code) in [(&*silent().url, 1), ("http://127.0.0.1:1", 3)] {
        let came = stand.run(url);
        assert_eq!(came.report.soundness, Soundness::Suspect, "{url}");
        assert_eq!(came.summary.exit_code, code, "{url}");
        let doubts = came.report.doubts.join("\n");
        assert!(doubts.contains("nothing was answered"), "{doubts}");
        let obstacles = came.summary.obstacles.iter();
        let codes: Vec<Code> = obstacles.map(|obstacle| obstacle.code).collect();
        assert!(!codes.contains(&Code::GENERATOR_BOUND), "{url} {codes:?}");
    }
}

/// A load with thresholds that have data only once something was answered.
fn with_thresholds(scenario: &str) -> Stand {
    let profile = format!(
        "  scenarios:\n    s: {scenario}\n  thresholds: {{http_req_duration: 'p(95)<60s', http_req_failed: 'rate<0.01', schema_violations: 'rate==0'}}\n"
    );
    stand_with(super::API, &profile, &one_step())
}

#[test]
fn a_run_that_is_interrupted_before_it_began_has_failed_nothing() {
    let served = serve(|_| json("200", GOOD));
    let mut stand = with_thresholds(
        "{executor: constant-arrival-rate, rate: 10, duration: 1s, preAllocatedVUs: 2, exec: w}",
    );
    stand.options.start_at = Some(Instant::now() + Duration::from_secs(3600));
    stand.stop.ask();
    let came = stand.run(&served.url);
    let reason = "it was interrupted before it began".to_owned();
    assert_eq!(came.ended, Ended::Stopped(reason));
    assert_eq!(came.summary.verdict, Outcome::Inconclusive);
    assert_eq!(came.report.unproven, Some(Unproven::Interrupted));
    assert_eq!(came.report.soundness, Soundness::Unmeasured);
    assert_eq!(outcomes(&came.report), [Outcomes::Inconclusive; 4]);
    let screen = came.screen();
    assert!(screen.contains("no data; the run ended early"), "{screen}");
    assert!(screen.contains("interrupted before it began"), "{screen}");
    assert!(
        screen.contains("UNMEASURED: no request was measured"),
        "{screen}"
    );
}

#[test]
fn thresholds_prove_nothing_of_a_target_that_is_not_there() {
    let stand = with_thresholds("{executor: constant-vus, vus: 2, duration: 400ms, exec: w}");
    let came = stand.run("http://127.0.0.1:1");
    assert!(
        matches!(came.ended, Ended::Unreachable(_)),
        "{:?}",
        came.ended
    );
    assert_eq!(came.summary.verdict, Outcome::Inconclusive);
    assert_eq!(came.summary.exit_code, 3);
    assert_eq!(outcomes(&came.report), [Outcomes::Inconclusive; 3]);
}

#[test]
fn thresholds_prove_nothing_where_all_credentials_are_refused() {
    let served = serve(|_| json("401", ""));
    let scenario = "{executor: shared-iterations, vus: 2, iterations: 100, exec: w}";
    let came = with_thresholds(scenario).run(&served.url);
    assert!(
        matches!(came.ended, Ended::Unauthorized(_)),
        "{:?}",
        came.ended
    );
    // The status is not documented, which is found however the run ended.
    assert!(!outcomes(&came.report).contains(&Outcomes::Crossed));
    assert_eq!(came.report.unproven, Some(Unproven::Unauthorized));
}

/// Shards of a load for which there are fewer users than machines.
fn shards(of: u64) -> (Vec<Came>, Served) {
    let served = serve(|_| json("200", GOOD));
    let mut stand =
        with_thresholds("{executor: per-vu-iterations, vus: 2, iterations: 5, exec: w}");
    let came = (0..of).map(|number| {
        stand.options.shard = Some(ShardLoad {
            number,
            of,
            from: "a test".to_owned(),
            start_at: None,
        });
        stand.run(&served.url)
    });
    (came.collect(), served)
}

#[test]
fn a_shard_without_a_part_of_the_load_proves_nothing_and_belongs_to_the_whole() {
    let (came, served) = shards(3);
    let empty = &came[2];
    assert_eq!(empty.ended, Ended::Completed);
    assert_eq!(
        (empty.summary.verdict, empty.summary.exit_code),
        (Outcome::Empty, 4)
    );
    assert_eq!(empty.report.unproven, Some(Unproven::OtherShards));
    assert_eq!(outcomes(&empty.report), [Outcomes::Inconclusive; 3]);
    assert_eq!(empty.report.soundness, Soundness::Unmeasured);
    let notes = empty.report.notes.join("\n");
    assert!(
        notes.contains("shard 2 of 3 has no part of this load"),
        "{notes}"
    );
    let first = came[0].report.began.clone();
    let written = came.iter().enumerate().map(|(number, came)| {
        let text = crate::report::json(&came.summary).unwrap();
        let mut summary = Summary::read(&text).unwrap();
        if let Some(load) = &mut summary.load {
            load.began.clone_from(&first);
        }
        (format!("{number}.json"), summary)
    });
    let whole = merge(written.collect()).unwrap();
    let load = whole.load.as_ref().unwrap();
    assert!(load.merged.as_ref().unwrap().missing.is_empty());
    assert_eq!(load.total.requests, 10);
    assert_eq!(served.count(), 10);
    assert_eq!(load.unproven, None);
    assert!(!outcomes(load).contains(&Outcomes::NoData));
    assert!(matches!(whole.exit_code, 0 | 3), "{}", whole.reason);
}
