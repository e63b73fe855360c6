//! `proofmark load` as users type it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{file, folder, proofmark, run, text};

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

/// A folder for reports in which this file has no room.
#[cfg(target_os = "linux")]
fn without_room_for(name: &str) -> tempfile::TempDir {
    let folder = folder();
    let reports = folder.path().join("reports");
    fs::create_dir(&reports).expect("a folder");
    std::os::unix::fs::symlink("/dev/full", reports.join(name)).expect("a link");
    folder
}

#[test]
#[cfg(target_os = "linux")]
fn a_load_goes_on_without_the_log_that_cannot_be_written() {
    let folder = without_room_for("timeline.ndjson");
    let (code, printed, report) = load(folder.path(), &["--iterations", "30"]);
    assert_eq!(code, Some(3), "{printed}");
    assert!(
        printed.contains("timeline.ndjson` cannot be written"),
        "{printed}"
    );
    assert!(printed.contains("the load goes on without it"), "{printed}");
    assert_eq!(
        number(&report, "/load/total/requests"),
        Some(30),
        "{printed}"
    );
    assert!(folder.path().join("reports/latency.hlog").exists());
}

#[test]
#[cfg(target_os = "linux")]
fn what_came_of_a_run_is_told_though_it_cannot_be_written() {
    let folder = without_room_for("run.json");
    let output = run(folder.path(), &["check", "--cases", "3"]).expect("the program runs");
    let (screen, told) = (text(&output.stdout), text(&output.stderr));
    assert!(told.contains("run.json` cannot be written"), "{told}");
    assert!(screen.contains("coverage"), "{screen}");
    assert_eq!(output.status.code(), Some(3), "{told}");
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
fn virtual_users_that_contradict_each_other_are_refused() {
    let folder = folder();
    let flags = ["--rate", "5", "--vus", "10", "--max-vus", "5"];
    let (code, printed, _) = load(folder.path(), &flags);
    assert_eq!(code, Some(2), "{printed}");
    assert!(
        printed.contains("--max-vus 5 is less than the 10"),
        "{printed}"
    );
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
fn a_target_that_is_not_there_fails_no_threshold() {
    let folder = folder();
    let arguments = ["-t", "http://127.0.0.1:1", "--iterations", "5"];
    let thresholds = [
        "--threshold",
        "http_req_failed: rate<0.01",
        "--threshold",
        "http_req_duration: p(95)<1s",
    ];
    let (code, printed, report) = load(folder.path(), &[&arguments[..], &thresholds].concat());
    assert_eq!(code, Some(3), "{printed}");
    assert_eq!(number(&report, "/exit_code"), Some(3), "{printed}");
    assert!(printed.contains("the target was not reached"), "{printed}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_dry_run_refuses_what_this_machine_cannot_do() {
    let folder = folder();
    let flags = ["--rate", "5", "--max-vus", "1000000", "--dry-run"];
    let (code, printed, _) = load(folder.path(), &flags);
    assert_eq!(code, Some(2), "{printed}");
    assert!(printed.contains(": too few"), "{printed}");
    assert!(
        printed.contains("the profile may need 1000000 connections"),
        "{printed}"
    );
}

#[test]
#[cfg(target_os = "linux")]
fn connections_come_from_addresses_of_this_machine_only() {
    let folder = folder();
    let flags = [
        "--rate",
        "5",
        "--max-vus",
        "1000000",
        "--dry-run",
        "--source-address",
    ];
    let both = [&flags[..], &["127.0.0.2,127.0.0.3"]].concat();
    let (code, printed, _) = load(folder.path(), &both);
    assert_eq!(code, Some(2), "{printed}");
    assert!(
        printed.contains("ports for each of 2 addresses"),
        "{printed}"
    );
    let (code, printed, _) = load(folder.path(), &[&flags[..], &["192.0.2.1"]].concat());
    assert_eq!(code, Some(2), "{printed}");
    let told = "`192.0.2.1` is no address of this machine";
    assert!(printed.contains(told), "{printed}");
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

/// What a server says to `GET`.
fn fetched(address: &str, path: &str) -> String {
    let mut stream = std::net::TcpStream::connect(address).expect("a connection");
    let request = format!("GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut told = String::new();
    stream.read_to_string(&mut told).expect("an answer");
    told
}

#[test]
fn what_is_counted_can_be_fetched_while_it_goes_on() {
    let folder = folder();
    let mut child = proofmark(folder.path())
        .args(["load", "--operation", "getUserInfo", "--rate", "20"])
        .arg("--spec")
        .arg(file("specs/users-api.yaml"))
        .args(["--duration", "60s", "--metrics", "0"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let said = BufReader::new(child.stderr.take().expect("standard error"));
    let mut lines = said.lines().map_while(Result::ok);
    let line = lines.find(|line| line.contains("metrics at "));
    let line = line.expect("where they are");
    let address = line.rsplit_once("http://").expect("a URL").1;
    let address = address.trim_end_matches("/metrics");
    let is_counted = |text: &str| {
        let mut samples = text.lines().filter_map(|line| line.rsplit_once(' '));
        samples.any(|(name, value)| {
            name.starts_with("proofmark_http_requests_total{")
                && value.parse().is_ok_and(|n: u64| n > 0)
        })
    };
    let begun = Instant::now();
    let told = loop {
        let told = fetched(address, "/metrics");
        if is_counted(&told) || begun.elapsed() > Duration::from_secs(30) {
            break told;
        }
        thread::sleep(Duration::from_millis(100));
    };
    let elsewhere = fetched(address, "/");
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert!(is_counted(&told), "{told}");
    assert!(told.starts_with("HTTP/1.1 200 "), "{told}");
    assert!(told.contains("text/plain; version=0.0.4"), "{told}");
    assert!(told.contains("operation=\"getUserInfo\""), "{told}");
    assert!(elsewhere.starts_with("HTTP/1.1 404 "), "{elsewhere}");
}
