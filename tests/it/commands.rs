//! The commands, as a user runs them.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::support::{file, folder, proofmark, run, text};

/// A server command on a free port; ends with the value.
struct Serving {
    child: Child,
    target: String,
}

impl Serving {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = proofmark(folder);
        command.args(arguments).args(["--port", "0", "--quiet"]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        let mut target = String::new();
        let out = child.stdout.take().expect("standard output");
        BufReader::new(out).read_line(&mut target).expect("a line");
        Self {
            child,
            target: target.trim().to_owned(),
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn report(folder: &Path) -> Value {
    let text = fs::read_to_string(folder.join("reports/run.json")).expect("a report");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn the_gate_is_green_from_any_folder() {
    let folder = folder();
    let output = run(folder.path(), &["check", "--cases", "3"]).expect("the program runs");
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{err}{out}");
    assert!(out.contains("operations 27/27 exercised"), "{out}");
    assert!(out.contains("reports/run.json"), "{out}");
    assert_eq!(report(folder.path())["exit_code"], 0);
    let junit = fs::read_to_string(folder.path().join("reports/junit.xml")).expect("a report");
    assert!(
        junit.contains("classname=\"proofmark.check.getUserInfo\""),
        "{junit}"
    );
}

#[test]
fn a_faulty_sandbox_is_red_and_says_how_to_see_it_again() {
    let folder = folder();
    let sandbox = Serving::start(folder.path(), &["sandbox", "--fault", "missing-property"]);
    let arguments = [
        "check",
        "-t",
        &sandbox.target,
        "--token",
        "sandbox-token",
        "--cases",
        "3",
    ];
    let output = run(folder.path(), &arguments).expect("the program runs");
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{out}");
    for fragment in [
        "PM103",
        "`required`",
        "curl -X",
        &sandbox.target,
        "$PROOFMARK_TOKEN",
    ] {
        assert!(out.contains(fragment), "no `{fragment}` in\n{out}");
    }
    assert!(!out.contains("sandbox-token"), "a secret is shown");
}

#[test]
fn a_wrong_token_is_said_and_proves_nothing() {
    let folder = folder();
    let sandbox = Serving::start(folder.path(), &["sandbox"]);
    let output = run(
        folder.path(),
        &["check", "-t", &sandbox.target, "--token", "wrong"],
    )
    .expect("the program runs");
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{out}");
    assert!(out.contains("PM902"), "{out}");
    assert!(out.contains("the credential from `--token`"), "{out}");
}

#[test]
fn the_mock_keeps_the_petstore_contract_without_state() {
    let folder = folder();
    let spec = file("specs/petstore-3.0.yaml");
    let spec = spec.to_string_lossy();
    let mock = Serving::start(folder.path(), &["mock", &spec]);
    // A mock takes any credential, so that the protocol phase would find it open.
    let phases = "examples,valid,invalid";
    let arguments = [
        "check",
        "-s",
        &spec,
        "-t",
        &mock.target,
        "--token",
        "a:b",
        "--cases",
        "3",
        "--phases",
        phases,
    ];
    let output = run(folder.path(), &arguments).expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
}

#[test]
fn lists_are_one_thing_a_line() {
    let folder = folder();
    let faults = text(
        &run(folder.path(), &["sandbox", "--list-faults"])
            .expect("the program runs")
            .stdout,
    );
    assert!(faults.lines().count() >= 20, "{faults}");
    let codes = text(
        &run(folder.path(), &["explain"])
            .expect("the program runs")
            .stdout,
    );
    assert!(codes.lines().all(|line| line.starts_with("PM")), "{codes}");
}

#[test]
fn a_plan_sends_nothing_and_shows_no_secret() {
    let folder = folder();
    let output = run(folder.path(), &["plan", "-o", "updateUser", "--cases", "2"])
        .expect("the program runs");
    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{out}");
    assert!(
        out.contains("curl -X PUT") && out.contains("$PROOFMARK_TOKEN"),
        "{out}"
    );
    assert!(!folder.path().join("reports").exists());
}

#[test]
fn the_demo_document_has_no_errors() {
    let folder = folder();
    let output = run(folder.path(), &["lint"]).expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert!(
        text(&output.stdout).contains("27 operations"),
        "{}",
        text(&output.stdout)
    );
}
