//! How exactly proofmark keeps a rate: requests in the time that was asked for, and how much later than due
//! they were sent.

use std::process::Stdio;

use serde_json::Value;

use super::Plan;
use super::run::median;
use super::target::Target;
use super::tools::{Calls, Tool};

type Failure = Box<dyn std::error::Error>;

const RATES: [u32; 3] = [1_000, 10_000, 50_000];

pub(crate) fn measure(plan: &Plan) -> Result<(), Failure> {
    let mut target = Target::start(plan, false)?;
    let folder = tempfile::tempdir()?;
    println!(
        "| a second | requests of those due | from due to sent, p50 us | p99 us | all p99 us | busy % |\n|---|---|---|---|---|---|"
    );
    for rate in RATES {
        let mut rounds = Vec::new();
        for _ in 0..plan.rounds {
            let calls = Calls {
                url: &target.url.clone(),
                seconds: plan.seconds,
                connections: 50,
                http2: false,
                rate: Some(rate),
                folder: folder.path(),
            };
            target.counted()?;
            let mut command = Tool::Judging.command(&calls);
            command.stdout(Stdio::null()).status()?;
            let requests = target.counted()?.requests;
            let due = u64::from(rate) * plan.seconds;
            let said = std::fs::read(folder.path().join("report/run.json"))?;
            let said: Value = serde_json::from_slice(&said)?;
            let number = |pointer: &str| {
                let value = said.pointer(pointer).and_then(Value::as_f64);
                value.unwrap_or(f64::NAN)
            };
            rounds.push([
                super::run::number(requests) / super::run::number(due),
                number("/load/generator/send_lag/p50_ms") * 1_000.0,
                number("/load/generator/send_lag/p99_ms") * 1_000.0,
                number("/load/generator/busiest") * 100.0,
            ]);
        }
        let all = |column: usize| {
            rounds
                .iter()
                .filter_map(move |round| round.get(column).copied())
        };
        let typical = |column: usize| median(all(column).collect());
        let lags: Vec<String> = all(2).map(|lag| format!("{lag:.0}")).collect();
        println!(
            "| {rate} | {:.4} | {:.0} | {:.0} | {} | {:.0} |",
            typical(0),
            typical(1),
            typical(2),
            lags.join(", "),
            typical(3)
        );
    }
    Ok(())
}
