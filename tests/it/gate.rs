//! The gate over the faultless sandbox: green, complete, repeatable.

use proofmark::code::Severity;
use proofmark::conform::Ended;
use proofmark::record::Summary;
use proofmark::report::json;

use crate::support::Demo;

fn above_gap(summary: &Summary) -> Vec<String> {
    summary
        .clusters
        .iter()
        .filter(|cluster| cluster.severity == Severity::Error)
        .map(|cluster| {
            format!(
                "{} {} in {:?}",
                cluster.code, cluster.title, cluster.operations
            )
        })
        .collect()
}

fn is_green(demo: &Demo, seed: u64) {
    let (summary, ended) = demo.check(None, seed, 6);
    assert_eq!(ended, Ended::Completed);
    assert_eq!(above_gap(&summary), Vec::<String>::new(), "seed {seed}");
    let idle: Vec<_> = summary
        .operations
        .iter()
        .filter(|row| !row.exercised)
        .map(|row| &row.id)
        .collect();
    assert!(idle.is_empty(), "not exercised: {idle:?}");
    let unproven: Vec<_> = summary.unproven().map(|row| &row.id).collect();
    assert!(unproven.is_empty(), "never succeeded: {unproven:?}");
}

#[test]
fn the_clean_users_sandbox_is_green_with_every_operation_exercised() {
    for seed in 1..=2 {
        is_green(&Demo::users(), seed);
    }
}

#[test]
fn the_clean_petstore_sandbox_is_green_with_every_operation_exercised() {
    for seed in 1..=2 {
        is_green(&Demo::petstore(), seed);
    }
}

/// `run.json` without what depends on the clock.
fn bytes(summary: &Summary) -> String {
    let text = json(summary).expect("a report");
    let mut report: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let members = report.as_object_mut().expect("an object");
    assert!(members.remove("timing").is_some(), "times stand apart");
    report.to_string()
}

#[test]
fn equal_seeds_give_equal_reports_and_others_do_not() {
    let demo = Demo::users();
    let report = |seed| bytes(&demo.check(None, seed, 3).0);
    let first = report(7);
    assert_eq!(first, report(7));
    assert_ne!(first, report(8));
}
