//! `parity --documents`, as a user runs it.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{file, folder, proofmark, run, text};

#[test]
fn a_document_is_the_same_as_itself_and_not_as_one_that_takes_less() {
    let folder = folder();
    let old = fs::read_to_string(file("specs/users-api.yaml")).expect("a document");
    let new = old.replacen("GUEST", "VISITOR", 1);
    assert_ne!(old, new);
    fs::write(folder.path().join("old.yaml"), &old).expect("a file");
    fs::write(folder.path().join("new.yaml"), new).expect("a file");
    let parity = |arguments: &[&str]| {
        let mut all = vec!["parity", "--documents"];
        all.extend(arguments);
        let output = run(folder.path(), &all).expect("the program runs");
        (
            output.status.code(),
            text(&output.stdout),
            text(&output.stderr),
        )
    };
    let (code, out, err) = parity(&["old.yaml", "old.yaml", "--fail-on", "any"]);
    assert_eq!(code, Some(0), "{err}{out}");
    assert!(out.starts_with("PASSED  no changes"), "{out}");
    let (code, out, err) = parity(&["old.yaml", "new.yaml"]);
    assert_eq!(code, Some(1), "{err}{out}");
    assert!(out.starts_with("FAILED  "), "{out}");
    assert!(out.contains("no longer \"GUEST\""), "{out}");
    let report = fs::read_to_string(folder.path().join("reports/parity.json")).expect("a report");
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["verdict"], "failed");
    assert_eq!(report["changes"][0]["witness"]["value"], "GUEST");
    assert!(folder.path().join("reports/parity.junit.xml").is_file());
    let page = fs::read_to_string(folder.path().join("reports/parity.html")).expect("a report");
    assert!(
        page.contains("FAILED") && page.contains("Breaks requests"),
        "{page}"
    );
    let (code, out, err) = parity(&["old.yaml", "new.yaml", "--fail-on", "never"]);
    assert_eq!(code, Some(0), "{err}{out}");
    let (code, _, err) = parity(&["old.yaml", "none.yaml"]);
    assert_eq!(code, Some(2), "{err}");
}

#[test]
fn a_new_document_with_errors_is_inconclusive() {
    let folder = folder();
    let old = fs::read_to_string(file("specs/users-api.yaml")).expect("a document");
    let new = format!("{old}\nx-none: 1\n").replacen(
        "#/components/schemas/",
        "#/components/schemas/No",
        1,
    );
    fs::write(folder.path().join("old.yaml"), &old).expect("a file");
    fs::write(folder.path().join("new.yaml"), new).expect("a file");
    let output = run(
        folder.path(),
        &["parity", "--documents", "old.yaml", "new.yaml"],
    );
    let output = output.expect("the program runs");
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{shown}");
    assert!(shown.starts_with("INCONCLUSIVE"), "{shown}");
    assert!(shown.contains("errors of the new document"), "{shown}");
}

#[cfg(unix)]
#[test]
fn a_document_may_come_through_a_pipe() {
    let folder = folder();
    let old = fs::read(file("specs/users-api.yaml")).expect("a document");
    fs::write(folder.path().join("new.yaml"), &old).expect("a file");
    let mut child = proofmark(folder.path())
        .args(["parity", "--documents", "/dev/stdin", "new.yaml"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut input = child.stdin.take().expect("standard input");
    input.write_all(&old).expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let shown = format!("{}{}", text(&output.stderr), text(&output.stdout));
    assert_eq!(output.status.code(), Some(0), "{shown}");
    assert!(shown.contains("PASSED  no changes"), "{shown}");
}

#[test]
fn options_that_are_about_targets_are_refused_with_help() {
    let folder = folder();
    let all = ["parity", "--documents", "a", "b", "--cases", "5"];
    let output = run(folder.path(), &all).expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    let err = text(&output.stderr);
    assert!(err.contains("--cases"), "{err}");
    assert!(err.contains("help: two documents"), "{err}");
    // What is refused for another reason has no such help.
    let output = run(folder.path(), &["parity", "--no-such"]).expect("the program runs");
    assert!(!text(&output.stderr).contains("two documents"));
}
