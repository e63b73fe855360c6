//! Bodies that cannot be read: what was not judged proves nothing.

use super::server::{Asked, json, serve, with};
use super::{Came, GOOD, one_step, stand_with, times};
use crate::code::Code;
use crate::record::{Outcome, ThresholdOutcome};

/// A load of fifty answers, of which so many are coded though nobody asked for that.
fn coded(count: usize, thresholds: &str) -> Came {
    let answer = move |asked: &Asked| {
        if asked.number < count {
            with("200", "content-encoding: gzip\r\n", "xxxxxxxx")
        } else {
            json("200", GOOD)
        }
    };
    let profile = format!(
        "  scenarios:\n{}  thresholds: {{{thresholds}}}\n",
        times(50)
    );
    stand_with(super::API, &profile, &one_step()).run(&serve(answer).url)
}

#[test]
fn a_load_of_which_no_body_could_be_read_proves_nothing() {
    let thresholds = "http_req_failed: rate==0, schema_violations: rate==0";
    let came = coded(50, thresholds);
    let total = &came.report.total;
    assert_eq!((total.validated, total.schema_violations), (0, 0));
    let summary = &came.summary;
    let verdict = (summary.verdict, summary.exit_code);
    assert_eq!(verdict, (Outcome::Inconclusive, 3));
    assert_eq!(summary.obstacles[0].code, Code::MALFORMED_BODY);
    assert!(summary.obstacles[0].message.starts_with("50 of 50 bodies"));
    let outcomes = came.report.thresholds.iter();
    let outcomes: Vec<_> = outcomes
        .map(|one| (one.metric.clone(), one.outcome))
        .collect();
    let bodies = (
        "schema_violations".to_owned(),
        ThresholdOutcome::Inconclusive,
    );
    assert!(outcomes.contains(&bodies), "{outcomes:?}");
}

#[test]
fn a_load_of_which_a_part_could_not_be_read_is_not_passed() {
    for (count, code) in [(9, 0), (10, 3), (25, 3)] {
        let came = coded(count, "http_req_failed: rate==0");
        let summary = &came.summary;
        assert_eq!(summary.exit_code, code, "{count}: {}", summary.reason);
        assert_eq!(came.report.total.validated, 50 - count as u64);
    }
}

#[test]
fn a_few_bodies_that_cannot_be_read_are_counted_by_themselves() {
    let came = coded(5, "schema_violations: rate==0");
    let total = &came.report.total;
    assert_eq!((total.validated, total.schema_violations), (45, 0));
    assert_eq!(came.summary.exit_code, 0);
    assert_eq!(came.findings(), [(Code::MALFORMED_BODY, 5)]);
}

#[test]
fn a_body_without_a_schema_need_not_be_read() {
    let schema = "application/json: {schema: {$ref: '#/components/schemas/Thing'}}";
    let api = super::API.replace(schema, "application/json: {}");
    let answer = |_: &Asked| with("200", "content-encoding: br\r\n", "xxxxxxxx");
    let profile = format!("  scenarios:\n{}", times(20));
    let came = stand_with(&api, &profile, &one_step()).run(&serve(answer).url);
    assert!(
        came.summary.obstacles.is_empty(),
        "{:?}",
        came.summary.obstacles
    );
    assert_eq!(came.findings(), [(Code::MALFORMED_BODY, 20)]);
}
