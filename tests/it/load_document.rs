//! docs/load.md keeps its word: the metrics and executors that there are stand in it, and its profile is one.

use std::fs;

use proofmark::arazzo::Metric;

use crate::support::{file, folder, run, text};

fn document() -> String {
    fs::read_to_string(file("docs/load.md")).expect("docs/load.md")
}

#[test]
fn every_metric_is_explained() {
    let document = document();
    let rows: Vec<&str> = document
        .lines()
        .filter(|line| line.starts_with("| `"))
        .filter_map(|line| line.split('|').nth(1))
        .collect();
    for metric in Metric::all() {
        let name = metric.to_string();
        assert!(rows.iter().any(|row| row.contains(&name)), "{name}");
    }
}

#[test]
fn its_profile_is_one() {
    let document = document();
    let (_, rest) = document.split_once("```yaml\n").expect("a profile");
    let (profile, _) = rest.split_once("```").expect("its end");
    let scenario =
        fs::read_to_string(file("scenarios/users-load.arazzo.yaml")).expect("a scenario");
    let (head, rest) = scenario
        .split_once("x-proofmark-load:\n")
        .expect("a profile of its own");
    let (_, workflows) = rest.split_once("\nworkflows:").expect("workflows");
    let specs = file("specs").to_string_lossy().into_owned();
    let head = head.replace("../specs", &specs);
    let folder = folder();
    let path = folder.path().join("load.arazzo.yaml");
    fs::write(&path, format!("{head}{profile}\nworkflows:{workflows}")).expect("a file");
    let path = path.to_string_lossy();
    let output =
        run(folder.path(), &["lint", &*path, "--fail-on", "note"]).expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
}
