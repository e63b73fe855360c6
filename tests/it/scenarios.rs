//! The scenarios that come with the demo document.

use std::fs;

use serde_json::Value;

use crate::support::{file, folder, run, text};

const ALL: [&str; 4] = [
    "negative",
    "user-lifecycle",
    "user-onboarding",
    "users-load",
];

fn path(name: &str) -> String {
    let path = file(&format!("scenarios/{name}.arazzo.yaml"));
    path.to_string_lossy().into_owned()
}

/// Runs some of them: the exit code, and the steps that failed, each with its workflow.
fn failed(names: &[&str], arguments: &[&str]) -> (Option<i32>, Vec<String>) {
    let folder = folder();
    let paths: Vec<String> = names.iter().map(|name| path(name)).collect();
    let paths = paths.iter().map(String::as_str);
    let all: Vec<&str> = ["run"].into_iter().chain(paths).collect();
    let output = run(folder.path(), &[&all[..], arguments].concat()).expect("the program runs");
    let report = fs::read_to_string(folder.path().join("reports/run.json"));
    let page = text(&output.stdout) + &text(&output.stderr);
    let report = report.unwrap_or_else(|error| panic!("no report: {error}\n{page}"));
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let word = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let mut failed = Vec::new();
    for workflow in report["workflows"].as_array().expect("workflows") {
        for step in workflow["steps"].as_array().expect("steps") {
            if word(step, "outcome") == "failed" {
                let names = (word(workflow, "workflow"), word(step, "step"));
                failed.push(format!("{}/{}", names.0, names.1));
            }
        }
    }
    (output.status.code(), failed)
}

#[test]
fn they_are_clean() {
    let folder = folder();
    for name in ALL {
        let arguments = ["lint", &path(name), "--fail-on", "warning"];
        let output = run(folder.path(), &arguments).expect("the program runs");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    }
}

#[test]
fn they_pass_with_any_seed() {
    for seed in ["1", "77"] {
        assert_eq!(
            failed(&ALL, &["--seed", seed]),
            (Some(0), Vec::new()),
            "seed {seed}"
        );
    }
}

#[test]
fn each_feels_what_it_is_for() {
    for (name, fault, step) in [
        (
            "user-lifecycle",
            "loses-updates",
            "userLifecycle/readProfile",
        ),
        ("user-lifecycle", "deletes-nothing", "userLifecycle/gone"),
        (
            "user-lifecycle",
            "forgets-created",
            "userLifecycle/listFavorites",
        ),
        (
            "user-onboarding",
            "reads-stale-state",
            "userOnboarding/readRole",
        ),
        (
            "negative",
            "accepts-invalid-body",
            "brokenUpdates/missingLegalEntity",
        ),
        (
            "negative",
            "accepts-invalid-parameters",
            "brokenRequests/badCompany",
        ),
        (
            "negative",
            "accepts-any-media-type",
            "brokenRequests/wrongMediaType",
        ),
        ("negative", "accepts-any-token", "brokenRequests/wrongToken"),
    ] {
        let (code, failed) = failed(&[name], &["--fault", fault]);
        assert_eq!(code, Some(1), "{fault}");
        assert!(failed.iter().any(|one| one == step), "{fault}: {failed:?}");
    }
}
