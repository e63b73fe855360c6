//! Limiters: answers that ask to come later prove nothing about the server behind them.

use super::server::{Asked, Reply, json, serve, with};
use super::{Came, GOOD, stand_with, steps, times};
use crate::arazzo::Threshold;
use crate::code::Code;
use crate::record::{Outcome, ThresholdOutcome as Outcomes, Unproven};

/// A load of a hundred answers, of which so many are good and the others ask to come later.
fn limited(good: usize, thresholds: &str, step: &str) -> Came {
    let answer = move |asked: &Asked| -> Reply {
        match asked.number {
            number if number < good => json("200", GOOD),
            number if number % 2 == 0 => json("429", ""),
            _ => with("503", "retry-after: 1\r\n", ""),
        }
    };
    let profile = format!(
        "  scenarios:\n{}  thresholds: {{{thresholds}}}\n",
        times(100)
    );
    stand_with(super::API, &profile, &steps(step)).run(&serve(answer).url)
}

const STEP: &str = "  - {stepId: a, operationId: list}\n";

#[test]
fn nearly_all_answers_of_a_limiter_prove_nothing() {
    let thresholds = "http_req_failed: rate==0, http_req_duration: 'p(50)<1m', checks: rate>0.99";
    for good in [0, 5] {
        let came = limited(good, thresholds, STEP);
        assert_eq!(came.report.unproven, Some(Unproven::Throttled), "{good}");
        let summary = &came.summary;
        assert_eq!(
            (summary.verdict, summary.exit_code),
            (Outcome::Inconclusive, 3)
        );
        assert_eq!(summary.obstacles[0].code, Code::LIMITER_MEASURED);
        let mut thresholds = came.report.thresholds.iter();
        assert!(thresholds.all(|one| one.outcome == Outcomes::Inconclusive));
    }
}

#[test]
fn some_answers_of_a_limiter_are_a_note() {
    let came = limited(6, "http_req_failed: rate==0", STEP);
    assert_eq!((came.report.unproven, came.summary.exit_code), (None, 0));
    assert!(
        came.report
            .notes
            .iter()
            .any(|note| note.starts_with("94 of 100 answers"))
    );
}

#[test]
fn who_means_to_measure_a_limiter_may() {
    for threshold in [
        "http_req_throttled: rate>0.9",
        "'http_reqs{status:429}': count>10",
    ] {
        let came = limited(0, threshold, STEP);
        assert_eq!(
            (came.report.unproven, came.summary.exit_code),
            (None, 0),
            "{threshold}"
        );
        assert_eq!(came.report.thresholds[0].outcome, Outcomes::Passed);
    }
    assert!(Threshold::parse("http_req_throttled", "rate<0.1").is_ok());
}

#[test]
fn a_step_that_asks_to_be_put_off_is() {
    let came = {
        let profile = format!("  scenarios:\n{}", times(20));
        let step = "  - {stepId: a, operationId: list, successCriteria: [{condition: $statusCode == 429}]}\n";
        let served = serve(|_| json("429", ""));
        stand_with(super::API, &profile, &steps(step)).run(&served.url)
    };
    assert_eq!(came.report.unproven, None);
    assert_eq!(came.report.total.throttled, 20);
}

#[test]
fn a_step_that_is_always_put_off_proves_nothing_beside_one_that_is_served() {
    let two = "  - {stepId: a, operationId: list}\n  - {stepId: b, operationId: list}\n";
    let answer = |asked: &Asked| match asked.number % 2 {
        0 => json("200", GOOD),
        _ => json("429", ""),
    };
    for (thresholds, code) in [
        ("http_req_failed: rate==0", 3),
        ("http_req_failed: rate==0, http_req_throttled: rate<0.6", 0),
    ] {
        let profile = format!(
            "  scenarios:\n{}  thresholds: {{{thresholds}}}\n",
            times(20)
        );
        let came = stand_with(super::API, &profile, &steps(two)).run(&serve(answer).url);
        let summary = &came.summary;
        assert_eq!(summary.exit_code, code, "{}", summary.reason);
        assert_eq!(came.report.unproven, None);
        assert_eq!(came.report.thresholds[0].outcome, Outcomes::Passed);
        let told = summary.obstacles.iter().map(|one| &*one.message);
        let is_told = told
            .clone()
            .any(|told| told.starts_with("20 of 20 answers of step `w/b`"));
        assert_eq!(is_told, code == 3, "{:?}", told.collect::<Vec<_>>());
    }
}

#[test]
fn a_retry_after_that_says_nothing_asks_for_nothing() {
    for (value, throttled) in [
        ("1", 10),
        ("abc", 0),
        ("-1", 0),
        ("99999999999999999999", 0),
    ] {
        let profile = format!("  scenarios:\n{}", times(10));
        let field = format!("retry-after: {value}\r\n");
        let served = serve(move |_| with("503", &field, ""));
        let came = stand_with(super::API, &profile, &steps(STEP)).run(&served.url);
        let total = &came.report.total;
        assert_eq!(
            (total.throttled, total.failed),
            (throttled, 10 - throttled),
            "{value}"
        );
        assert_eq!(total.undocumented_status, 10 - throttled, "{value}");
    }
}
