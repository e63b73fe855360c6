//! A server that holds all answers back for 200 ms every 2 s, at 5,000 requests in a second: what the
//! tools report of it, and how many of their requests really came into a stall.
//!
//! Of the requests that are due, one in ten falls into a stall, and waits between 200 ms and nothing,
//! evenly. So the truth is known: p95 100 ms, p99 180 ms, p99.9 198 ms, if serving takes no time.

use std::io::Read as _;
use std::process::Stdio;

use serde_json::Value;

use super::Plan;
use super::target::Target;
use super::tools::{Calls, Tool};

type Failure = Box<dyn std::error::Error>;

const RATE: u32 = 5_000;
const SECONDS: u64 = 12;

pub(crate) fn measure(plan: &Plan) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    println!(
        "asked: {RATE} a second for {SECONDS} s; the truth: 6,000 in stalls, p95 100, p99 180, p99.9 198 ms\n"
    );
    println!(
        "| tool | requests | in stalls | p95 ms | p99 ms | p99.9 ms |\n|---|---|---|---|---|---|"
    );
    for _ in 0..plan.rounds {
        for tool in [Tool::Cached, Tool::Judging, Tool::Oha, Tool::Hey] {
            if !tool.is_there() {
                continue;
            }
            let mut target = Target::start(plan, true)?;
            let calls = Calls {
                url: &target.url.clone(),
                seconds: SECONDS,
                connections: 50,
                http2: false,
                rate: Some(RATE),
                folder: folder.path(),
            };
            target.counted()?;
            let mut child = tool.command(&calls).stdout(Stdio::piped()).spawn()?;
            let mut said = String::new();
            if let Some(mut output) = child.stdout.take() {
                output.read_to_string(&mut said)?;
            }
            child.wait()?;
            let counted = target.counted()?;
            let [p95, p99, p999] = percentiles(tool, &said, folder.path())?;
            println!(
                "| {} | {} | {} | {p95:.1} | {p99:.1} | {p999:.1} |",
                tool.name(),
                counted.requests,
                counted.stalled
            );
        }
    }
    Ok(())
}

/// What a tool says in its first breath: p95, p99 and p99.9 in milliseconds.
fn percentiles(tool: Tool, said: &str, folder: &std::path::Path) -> Result<[f64; 3], Failure> {
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    Ok(match tool {
        Tool::Oha => {
            let said: Value = serde_json::from_str(said)?;
            let own = said.get("latencyPercentiles").unwrap_or(&Value::Null);
            ["p95", "p99", "p99.9"].map(|name| own.get(name).map_or(f64::NAN, number) * 1000.0)
        }
        Tool::Hey => {
            let mut times: Vec<f64> = said
                .lines()
                .skip(1)
                .filter_map(|line| line.split(',').next()?.parse().ok())
                .collect();
            times.sort_by(f64::total_cmp);
            [950, 990, 999].map(|share| {
                let at = (times.len() * share / 1000).min(times.len().saturating_sub(1));
                times.get(at).copied().unwrap_or(f64::NAN) * 1000.0
            })
        }
        Tool::Cached | Tool::Judging => {
            let report = std::fs::read_to_string(folder.join("report").join("run.json"))?;
            let report: Value = serde_json::from_str(&report)?;
            let own = report
                .pointer("/load/total/response_time")
                .unwrap_or(&Value::Null);
            ["p95_ms", "p99_ms", "p999_ms"].map(|name| own.get(name).map_or(f64::NAN, number))
        }
        Tool::Wrk | Tool::H2load | Tool::Goose => [f64::NAN; 3],
    })
}
