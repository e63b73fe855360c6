//! deploy/ keeps its word: manifests are YAML, and what they type exists.

use std::fs;
use std::path::Path;

use proofmark::document::Document;
use serde_json::Value;

use crate::support::{file, folder, run, text};

/// The documents of a file of Kubernetes.
fn manifests(name: &str) -> Vec<Value> {
    let written = fs::read_to_string(file(name)).expect("a manifest");
    let documents = written.split("\n---\n");
    documents
        .map(|text| Document::parse(name, text).expect("YAML").value)
        .collect()
}

/// What the container of a Job types behind the program's name.
fn typed(name: &str) -> Vec<String> {
    let manifests = manifests(name);
    let mut jobs = manifests.iter().filter(|one| one["kind"] == "Job");
    let job = jobs.next().expect("a job");
    let container = &job["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["command"][0], "proofmark");
    let arguments = container["args"].as_array().expect("arguments").iter();
    arguments
        .map(|one| one.as_str().expect("a text").to_owned())
        .collect()
}

/// The flags in a text.
fn flags(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split([' ', '"', '\n', '=']);
    words.filter(|word| word.len() > 2 && word.starts_with("--"))
}

fn help(of: &[&str]) -> String {
    let folder = folder();
    let all: Vec<&str> = of.iter().chain(&["--help"]).copied().collect();
    text(&run(folder.path(), &all).expect("the program runs").stdout)
}

#[test]
fn the_job_runs_each_shard_once_and_leaves_it_time_to_end() {
    let manifests = manifests("deploy/kubernetes/load.yaml");
    let job = manifests
        .iter()
        .find(|one| one["kind"] == "Job")
        .expect("a job");
    let spec = &job["spec"];
    assert_eq!(spec["completionMode"], "Indexed");
    assert_eq!(spec["backoffLimit"], 0);
    assert_eq!(spec["completions"], spec["parallelism"]);
    let pod = &spec["template"]["spec"];
    assert_eq!(pod["restartPolicy"], "Never");
    assert!(pod["terminationGracePeriodSeconds"].as_u64() > Some(30));
    let variables = pod["containers"][0]["env"].as_array().expect("variables");
    let mut shards = variables
        .iter()
        .filter(|one| one["name"] == "PROOFMARK_SHARDS");
    let shards = shards.next().and_then(|one| one["value"].as_str());
    assert_eq!(shards, Some(&*spec["completions"].to_string()));
    let config = manifests.iter().find(|one| one["kind"] == "ConfigMap");
    let config = config.and_then(|one| one["data"]["proofmark.toml"].as_str());
    // Off this machine there is no load without a limit.
    assert!(config.is_some_and(|text| text.contains("max-rps")));
}

#[test]
fn what_is_typed_there_exists() {
    let (load, merge) = (help(&["load"]), help(&["report", "merge"]));
    let jobs = [
        ("deploy/kubernetes/load.yaml", &["load"][..], &load),
        ("deploy/kubernetes/merge.yaml", &["report", "merge"], &merge),
    ];
    for (name, command, help) in jobs {
        let typed = typed(name);
        assert_eq!(typed[..command.len()], *command);
        for flag in typed.iter().filter(|one| one.starts_with("--")) {
            assert!(help.contains(&**flag), "{name}: {flag}");
        }
    }
    let texts = [
        ("deploy/slurm/load.sbatch", &load),
        ("deploy/slurm/merge.sbatch", &merge),
    ];
    for (name, help) in texts {
        let text = fs::read_to_string(file(name)).expect("a batch file");
        let line = text.lines().find(|line| line.starts_with("exec "));
        let line = line.expect("a line that runs the program");
        assert!(flags(line).count() > 0, "{name}");
        for flag in flags(line) {
            assert!(help.contains(flag), "{name}: {flag}");
        }
    }
}

#[test]
fn the_manifest_can_be_read_with_its_files() {
    // As the pods see it: the names of files and sources in the arguments are those of the project.
    let typed = typed("deploy/kubernetes/load.yaml");
    let scenario = Path::new(&typed[1]).file_name().expect("a file");
    let scenario = file("scenarios").join(scenario);
    let text = fs::read_to_string(scenario).expect("the scenario");
    let source = typed.iter().skip_while(|one| *one != "--source").nth(1);
    let (name, path) = source
        .and_then(|one| one.split_once('='))
        .expect("a source");
    assert!(text.contains(&format!("- name: {name}\n")), "{name}");
    let document = Path::new(path).file_name().expect("a file");
    assert!(file("specs").join(document).exists());
}
