//! Reports that were changed by hand.

use std::time::{Duration, Instant};

use super::server::{json, serve};
use super::shards::{all, flawed, rows, sharded, written};
use super::{Came, GOOD};
use crate::load::{contradicts, merge};
use crate::record::{Soundness, Summary};

#[test]
fn a_report_that_contradicts_itself_is_not_merged() {
    let came = flawed(2);
    assert!(merge(written(&came)).is_ok());
    let text = crate::report::json(&came[1].summary).unwrap();
    let whole: serde_json::Value = serde_json::from_str(&text).unwrap();
    for (pointer, field) in [
        ("/load/total/requests", "load.total.requests"),
        ("/load/total/received_bytes", "load.total.received_bytes"),
        (
            "/load/total/schema_violations",
            "load.total.schema_violations",
        ),
        ("/load/total/failed", "load.total.failed"),
        ("/load/total/rate", "load.total.rate"),
        ("/load/total/statuses/200", "load.total.requests"),
        ("/load/steps/0/requests", "load.steps[0].requests"),
        ("/load/steps/0/failed", "load.steps[0].failed"),
        (
            "/load/steps/0/throttled",
            "load.steps[0].response_time.count",
        ),
        ("/load/scenarios/0/completed", "load.scenarios[0].completed"),
        ("/load/scenarios/0/begun", "load.scenarios[0].begun"),
        (
            "/load/scenarios/0/failed",
            "load.timeline[].failed_iterations",
        ),
        (
            "/load/scenarios/0/interrupted",
            "load.timeline[].interrupted",
        ),
        ("/load/scenarios/0/due", "load.timeline[].due"),
        ("/load/scenarios/0/dropped", "load.timeline[].dropped"),
        ("/load/timeline/0/requests", "load.timeline[].requests"),
        (
            "/load/windows/0/steps/0/requests",
            "load.windows[].steps[step=0].requests",
        ),
        ("/operations/0/statuses/200", "operations[].statuses"),
    ] {
        let mut edited = whole.clone();
        let member = edited.pointer_mut(pointer).unwrap();
        let less = member.as_f64().unwrap() < 1.0 || pointer.ends_with("rate");
        *member = if pointer.ends_with("rate") {
            serde_json::json!(0.5)
        } else if less {
            let is_part = pointer.starts_with("/load/scenarios");
            serde_json::json!(if is_part { 1 } else { 1_000_000 })
        } else {
            serde_json::json!(member.as_u64().unwrap() - 1)
        };
        let mut reports = written(&came);
        reports[1].1 = Summary::read(&edited.to_string()).unwrap();
        let told = merge(reports).unwrap_err().to_string();
        let expected = format!("`1.json` contradicts itself: `{field}` ");
        assert!(told.starts_with(&expected), "{pointer}: {told}");
    }
    // What it is depends on the machine.
    let other = match &whole["load"]["soundness"] {
        bound if bound == "generator-bound" => "valid",
        _ => "generator-bound",
    };
    for (member, value, told) in [
        ("began", serde_json::json!("yesterday"), "is no time"),
        (
            "measured_ms",
            serde_json::json!(1_000_000_000_000_u64),
            "of",
        ),
        ("warm_up_ms", serde_json::json!(5_000), "of"),
        ("soundness", serde_json::json!(other), "figures say"),
    ] {
        let mut edited = whole.clone();
        edited["load"][member] = value;
        if edited["load"]["doubts"] == serde_json::json!([]) {
            edited["load"]["doubts"] = serde_json::json!(["a thread did not tell"]);
        }
        let mut reports = written(&came);
        reports[1].1 = Summary::read(&edited.to_string()).unwrap();
        let refused = merge(reports).unwrap_err().to_string();
        let expected = format!("`1.json` contradicts itself: `load.{member}` ");
        assert!(refused.starts_with(&expected), "{refused}");
        assert!(refused.contains(told), "{refused}");
    }
    let mut swapped = whole.clone();
    swapped["load"]["windows"][0]["steps"][0]["response_time"] =
        whole["load"]["scenarios"][0]["lag"]["hdr"].clone();
    let mut reports = written(&came);
    reports[1].1 = Summary::read(&swapped.to_string()).unwrap();
    let told = merge(reports).unwrap_err().to_string();
    assert!(told.contains("response_time"), "{told}");
}

#[test]
fn no_report_that_was_left_alone_contradicts_itself() {
    let came = flawed(2);
    for one in &came {
        assert_eq!(contradicts(&one.summary), None);
    }
    let merged = merge(written(&came)).unwrap();
    assert_eq!(contradicts(&merged), None);
    let cut = "{executor: constant-vus, vus: 4, duration: 1s, gracefulStop: 0s, exec: w}";
    let served = serve(|_| json("200", GOOD).after(600_000));
    let stand = sharded(rows(cut), 0, 1);
    let came = [stand.run(&served.url)];
    assert_eq!(came[0].report.scenarios[0].interrupted, 4);
    assert_eq!(contradicts(&came[0].summary), None);
    let merged = merge(written(&came)).unwrap();
    assert_eq!(contradicts(&merged), None);
    assert_eq!(merged.load.unwrap().scenarios, came[0].report.scenarios);
}

#[test]
fn a_soundness_that_the_figures_do_not_bear_out_is_not_merged() {
    let scenario =
        "{executor: constant-arrival-rate, rate: 50, duration: 5s, preAllocatedVUs: 6, exec: w}";
    let served = serve(|_| json("200", GOOD));
    let came: Vec<Came> = (0..2)
        .map(|number| {
            let mut stand = sharded(rows(scenario), number, 2);
            // It missed what was due in the first seconds.
            stand.options.start_at = Instant::now().checked_sub(Duration::from_secs(4));
            stand.run(&served.url)
        })
        .collect();
    assert_eq!(came[1].report.soundness, Soundness::GeneratorBound);
    assert!(merge(written(&came)).is_ok());
    for (soundness, told) in [
        (
            Soundness::Valid,
            "is valid, and its figures say generator-bound: scenario `s` began",
        ),
        (
            Soundness::Suspect,
            "is suspect, and its figures say generator-bound",
        ),
        (
            Soundness::Unmeasured,
            "is unmeasured, and its figures say generator-bound",
        ),
    ] {
        for keeps_doubts in [true, false] {
            let mut reports = written(&came);
            let load = reports[1].1.load.as_mut().unwrap();
            load.soundness = soundness;
            if !keeps_doubts {
                load.doubts.clear();
            }
            let refused = merge(reports).unwrap_err().to_string();
            assert!(
                refused.contains("`1.json` contradicts itself: `load.soundness` "),
                "{refused}"
            );
            assert!(refused.contains(told), "{refused}");
        }
    }
    // Doubts without a figure are told by themselves.
    let (_, came) = all(
        "{executor: shared-iterations, vus: 4, iterations: 40, exec: w}",
        2,
        1,
    );
    let mut reports = written(&came);
    let load = reports[0].1.load.as_mut().unwrap();
    (load.soundness, load.doubts) = (Soundness::Valid, vec!["a thread did not tell".to_owned()]);
    let refused = merge(reports).unwrap_err().to_string();
    assert!(refused.contains("`load.soundness`"), "{refused}");
}
