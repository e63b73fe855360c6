//! `proofmark load` as users type it.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{file, folder, run, text};

/// Loads `getUserInfo` of the users document; how it ended, what it printed, and run.json.
fn load(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, Value) {
    let spec = file("specs/users-api.yaml").to_string_lossy().into_owned();
    let mut all = vec!["load", "-s", &*spec, "--operation", "getUserInfo"];
    all.extend_from_slice(arguments);
    let output = run(folder, &all).expect("the program runs");
    let printed = format!("{}\n{}", text(&output.stdout), text(&output.stderr));
    let written = fs::read(folder.join("reports/run.json")).unwrap_or_default();
    let report = serde_json::from_slice(&written).unwrap_or_default();
    (output.status.code(), printed, report)
}

fn number(report: &Value, pointer: &str) -> Option<u64> {
    report.pointer(pointer).and_then(Value::as_u64)
}

#[test]
fn every_iteration_is_made_and_every_answer_judged() {
    let folder = folder();
    let (code, printed, report) = load(folder.path(), &["--vus", "2", "--iterations", "30"]);
    // Whether the generator was the limit depends on the machine.
    assert!(matches!(code, Some(0 | 3)), "{code:?} {printed}");
    assert_eq!(
        number(&report, "/load/total/requests"),
        Some(30),
        "{printed}"
    );
    assert_eq!(
        number(&report, "/load/total/validated"),
        Some(30),
        "{printed}"
    );
    assert_eq!(number(&report, "/load/total/schema_violations"), Some(0));
    assert!(folder.path().join("reports/load.arazzo.yaml").exists());
}

#[test]
fn answers_that_break_their_schema_fail_the_run_and_all_are_counted() {
    let folder = folder();
    let arguments = ["--vus", "2", "--iterations", "30", "--fault", "wrong-type"];
    let (code, printed, report) = load(folder.path(), &arguments);
    assert_eq!(code, Some(1), "{printed}");
    assert_eq!(
        number(&report, "/load/total/schema_violations"),
        Some(30),
        "{printed}"
    );
    assert!(printed.contains("PM103"), "{printed}");
}

#[test]
fn thresholds_that_cannot_hold_fail_the_run_with_what_was_measured() {
    let folder = folder();
    let arguments = [
        "--iterations",
        "10",
        "--threshold",
        "http_reqs: count>1000",
        "--threshold",
        "http_req_duration{step:nowhere}: p(95)<1s",
    ];
    let (code, printed, report) = load(folder.path(), &arguments);
    // Beside a generator that was the limit, a count proves nothing; that there is no data does.
    assert_eq!(code, Some(1), "{printed}");
    let thresholds = report.pointer("/load/thresholds").and_then(Value::as_array);
    let outcomes: Vec<&str> = thresholds
        .into_iter()
        .flatten()
        .filter_map(|result| result.get("outcome")?.as_str())
        .collect();
    assert_eq!(outcomes.last(), Some(&"no-data"), "{printed}");
    assert!(matches!(
        outcomes.first(),
        Some(&("crossed" | "inconclusive"))
    ));
}

#[test]
fn the_capacity_is_looked_for_down_to_where_nothing_holds() {
    let folder = folder();
    let arguments = ["--search", "p99<1us", "--rate", "4", "-d", "300ms"];
    let (code, printed, _) = load(folder.path(), &arguments);
    assert!(matches!(code, Some(1 | 3)), "{code:?} {printed}");
    assert!(printed.contains("capacity   less than"), "{printed}");
}

#[test]
fn a_server_elsewhere_is_not_loaded_without_a_limit() {
    let folder = folder();
    fs::write(
        folder.path().join("proofmark.toml"),
        "[targets.far]\nurl = 'https://api.example'\nkind = 'staging'\n\
         [targets.live]\nurl = 'https://api.example'\nkind = 'production'\nlimits = { max-rps = 5 }\n",
    )
    .expect("a file");
    for (target, reason) in [("far", "max-rps"), ("live", "--confirm-host")] {
        let (code, printed, _) = load(folder.path(), &["-t", target, "--iterations", "1"]);
        assert_eq!(code, Some(2), "{printed}");
        assert!(printed.contains(reason), "{printed}");
    }
}

#[test]
fn a_file_without_a_profile_says_how_to_go_on() {
    let folder = folder();
    let scenario = file("scenarios/user-lifecycle.arazzo.yaml");
    let scenario = scenario.to_string_lossy();
    let output = run(folder.path(), &["load", &*scenario]).expect("the program runs");
    let printed = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{printed}");
    assert!(printed.contains("--vus 50 --duration 30s"), "{printed}");
}

#[test]
fn http_2_is_asked_for_where_it_can_be_spoken() {
    let folder = folder();
    let once = ["--iterations", "1"];
    for (version, arguments, reason) in [
        (
            "2",
            &["--connections", "2"][..],
            "--connections is about HTTP/2",
        ),
        (
            "2",
            &["--http2"],
            "the embedded sandbox speaks HTTP/1.1 only",
        ),
        (
            "2",
            &["-t", "two", "--connections", "2"],
            "no connection could be made",
        ),
        ("3", &[], "line 5: unknown variant"),
    ] {
        let target = format!(
            "[targets.two]\nurl = 'http://127.0.0.1:9'\nkind = 'sandbox'\nwrites = 'scenario'\nhttp = '{version}'\n"
        );
        fs::write(folder.path().join("proofmark.toml"), target).expect("a file");
        let (code, printed, _) = load(folder.path(), &[&once, arguments].concat());
        let expected = if reason.starts_with("no connection") {
            3
        } else {
            2
        };
        assert_eq!(code, Some(expected), "{printed}");
        assert!(printed.contains(reason), "{printed}");
    }
}

#[test]
fn a_dry_run_shows_what_would_be_done_and_sends_nothing() {
    let folder = folder();
    let (code, printed, report) = load(folder.path(), &["--rate", "50", "--dry-run"]);
    assert_eq!((code, report), (Some(0), Value::Null), "{printed}");
    assert!(
        printed.contains("500 arrivals, evenly; 50 virtual users at first"),
        "{printed}"
    );
    assert!(printed.contains("1000 connections at most"), "{printed}");
    let wrong = ["--dry-run", "--threshold", "http_reqs{statsu:200}: count>1"];
    let (code, printed, _) = load(folder.path(), &wrong);
    assert_eq!(code, Some(2), "{printed}");

    let scenario = file("scenarios/users-load.arazzo.yaml");
    let output = run(folder.path(), &["plan", &scenario.to_string_lossy()]);
    let output = output.expect("the program runs");
    let printed = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{printed}");
    assert!(printed.contains("## load\nload        "), "{printed}");
    assert!(
        printed.contains("constant-arrival-rate from 0 s to"),
        "{printed}"
    );
    assert!(!folder.path().join("reports/run.json").exists());
}
