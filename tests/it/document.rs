//! The gate over documents with difficulties, as a user runs it.

use std::fs;
use std::path::Path;

use crate::support::{folder, run, text};

/// Runs `check` against the sandbox of a document: its exit code, the screen and the JUnit report.
fn check(folder: &Path, paths: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let document = format!(
        "openapi: 3.1.0\ninfo: {title}\npaths:\n{paths}",
        title = "{title: t, version: '1'}"
    );
    fs::write(folder.join("api.yaml"), document).expect("a document");
    let mut words = vec!["check", "-s", "api.yaml", "--cases", "12"];
    words.extend(arguments);
    let output = run(folder, &words).expect("the program runs");
    let junit = fs::read_to_string(folder.join("reports/junit.xml")).expect("a report");
    (output.status.code(), text(&output.stdout), junit)
}

/// A path with an operation that takes a body.
fn taking(name: &str, media_type: &str, schema: &str) -> String {
    format!(
        "  /{name}:\n    post:\n      operationId: {name}\n      requestBody: {{required: true, content: {{{media_type}: {{schema: {schema}}}}}}}\n      responses: {{'204': {{description: d}}, '400': {{description: d}}, '415': {{description: d}}}}\n"
    )
}

#[test]
fn errors_of_the_document_fail_the_gate() {
    let folder = folder();
    let paths = taking("good", "application/json", "{type: integer}")
        + &taking(
            "bad",
            "application/json",
            "{type: string, minLength: 5, maxLength: 2}",
        );
    let (code, screen, junit) = check(folder.path(), &paths, &[]);
    assert_eq!(code, Some(1), "{screen}");
    for line in [
        "FAILED  1 error in the document",
        "PM708      error api.yaml:",
        "PM903      note nothing was sent to 1 operation: bad",
    ] {
        assert!(screen.contains(line), "{line} in {screen}");
    }
    let case = "<testcase classname=\"proofmark.document\" name=\"unsatisfiable-schema\"";
    assert!(junit.contains(case), "{junit}");

    let (code, screen, junit) = check(folder.path(), &paths, &["-o", "good"]);
    assert_eq!(code, Some(0), "{screen}");
    assert!(!junit.contains("proofmark.document"), "{junit}");
    assert!(!screen.contains("PM903"), "{screen}");
}

#[test]
fn bodies_that_may_be_empty_are_no_trouble_for_the_own_sandbox() {
    let folder = folder();
    let members = "{type: object, properties: {a: {type: string}, b: {type: integer}}}";
    let paths = [
        taking("text", "text/plain", "{type: string}"),
        taking(
            "bytes",
            "application/octet-stream",
            "{type: string, format: binary}",
        ),
        taking("form", "application/x-www-form-urlencoded", members),
        taking("parts", "multipart/form-data", members),
    ];
    let (code, screen, _) = check(folder.path(), &paths.concat(), &[]);
    assert_eq!(code, Some(0), "{screen}");
    assert!(
        screen.contains("operations 4/4 exercised, 4/4 succeeded"),
        "{screen}"
    );
}
