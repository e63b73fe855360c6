//! `proofmark report` as users type it, on what `load` has written.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{file, folder, run, text};

/// Loads `getUserInfo` on a shard of two.
fn shard(folder: &Path, shard: &str) {
    let spec = file("specs/users-api.yaml").to_string_lossy().into_owned();
    let arguments = [
        "load",
        "-s",
        &*spec,
        "--operation",
        "getUserInfo",
        "--vus",
        "2",
        "--iterations",
        "31",
        "--shard",
        shard,
    ];
    let output = run(folder, &arguments).expect("the program runs");
    let printed = text(&output.stderr);
    assert!(printed.contains("taken from --shard"), "{printed}");
}

fn report(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let all: Vec<&str> = ["report"].iter().chain(arguments).copied().collect();
    let output = run(folder, &all).expect("the program runs");
    let printed = format!("{}\n{}", text(&output.stdout), text(&output.stderr));
    (output.status.code(), printed)
}

fn requests(file: &Path) -> Option<u64> {
    let report: Value = serde_json::from_slice(&fs::read(file).expect("a file")).expect("JSON");
    report.pointer("/load/total/requests")?.as_u64()
}

#[test]
fn shards_are_merged_shown_again_and_compared() {
    let folder = folder();
    let here = folder.path();
    shard(here, "0/2");
    shard(here, "1/2");
    let (zero, one) = (
        "reports/shard-0-of-2/run.json",
        "reports/shard-1-of-2/run.json",
    );
    assert_eq!(requests(&here.join(zero)), Some(16));
    assert_eq!(requests(&here.join(one)), Some(15));

    let (code, printed) = report(here, &["merge", "reports"]);
    // Whether the generator was the limit depends on the machine.
    assert!(matches!(code, Some(0 | 3)), "{code:?} {printed}");
    assert!(
        printed.contains("from the reports of 2 of 2 shards"),
        "{printed}"
    );
    let merged = here.join("reports/merged/run.json");
    assert_eq!(requests(&merged), Some(31));
    assert!(here.join("reports/merged/junit.xml").exists());
    let log = |name: &str| fs::read_to_string(here.join("reports/merged").join(name)).expect(name);
    let rows = log("timeline.ndjson");
    let rows = rows
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let counted = rows.map(|row: Value| row["requests"].as_u64().expect("a count"));
    assert_eq!(counted.sum::<u64>(), 31);
    assert!(log("latency.hlog").contains(";operation=getUserInfo;time=response,0.000,"));

    let (code, printed) = report(here, &["merge", zero, "--report-dir", "part"]);
    assert_eq!(code, Some(3), "{printed}");
    assert!(
        printed.contains("1 of 2 shards are missing: 1"),
        "{printed}"
    );
    assert!(printed.contains("PM405"), "{printed}");
    let (code, printed) = report(here, &["merge", zero, zero]);
    assert_eq!(code, Some(2), "{printed}");
    assert!(printed.contains("both of shard 0"), "{printed}");
    // What is read is not written over.
    let (code, printed) = report(
        here,
        &["merge", zero, one, "--report-dir", "reports/shard-0-of-2"],
    );
    assert_eq!(code, Some(2), "{printed}");
    assert!(printed.contains("would be written over"), "{printed}");

    let (code, printed) = report(here, &["reports/merged/run.json"]);
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains("31 requests"), "{printed}");
    let (code, printed) = report(here, &[one, "--to", "junit", "--report-dir", "again"]);
    assert_eq!(code, Some(0), "{printed}");
    let junit = |folder: &str| fs::read(here.join(folder).join("junit.xml")).expect("a file");
    assert_eq!(junit("again"), junit("reports/shard-1-of-2"));

    // A load this short tells nothing, and a gate does not pass because of that.
    let (code, printed) = report(here, &[one, "--compare", zero]);
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains("too few"), "{printed}");
    let gate = [one, "--compare", zero, "--fail-on-regression", "10%"];
    let (code, printed) = report(here, &gate);
    assert_eq!(code, Some(3), "{printed}");
    let told = [&gate[..], &["--to", "json", "--report-dir", "compared"]].concat();
    let (code, printed) = report(here, &told);
    assert_eq!(code, Some(3), "{printed}");
    assert!(!printed.contains("too few"), "{printed}");
    let compared = fs::read(here.join("compared/comparison.json")).expect("a file");
    let compared: Value = serde_json::from_slice(&compared).expect("JSON");
    assert_eq!(compared["exit_code"], 3);
    assert_eq!(compared["rows"][0]["verdict"], "too-few", "{compared}");
    let (code, printed) = report(here, &[one, "--compare", zero, "--to", "html"]);
    assert_eq!(code, Some(2), "{printed}");
}

#[test]
fn what_is_no_report_is_refused() {
    let folder = folder();
    fs::write(folder.path().join("x.json"), "{}").expect("a file");
    for arguments in [
        &["x.json"][..],
        &["merge", "x.json"],
        &["nowhere.json"],
        &["merge", "."],
        &[],
    ] {
        let (code, printed) = report(folder.path(), arguments);
        assert_eq!(code, Some(2), "{printed}");
    }
}
