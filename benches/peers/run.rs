//! CPU time per request of each tool, as a ratio to that of the first one in the same round.

use std::process::Stdio;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;

use super::Plan;
use super::target::Target;
use super::tools::{Calls, TOLD, Tool};

type Failure = Box<dyn std::error::Error>;

/// What a tool cost in one round.
#[derive(Debug, Clone, Copy)]
struct Cost {
    /// CPU time, in microseconds per request.
    cpu: f64,
    /// Requests in a second.
    rate: f64,
}

pub(crate) fn measure(plan: &Plan) -> Result<(), Failure> {
    let mut target = Target::start(plan, false)?;
    let folder = tempfile::tempdir()?;
    if plan.tls {
        std::fs::write(folder.path().join("peer.pem"), &target.certificate)?;
        let configuration = format!(
            "[targets.peer]\nkind = \"sandbox\"\nurl = \"{}\"\ncertificates = \"peer.pem\"\n",
            target.url
        );
        std::fs::write(folder.path().join("proofmark.toml"), configuration)?;
    }
    // hey and goose trust the system's certificates only.
    let all = if plan.http2 {
        &Tool::HTTP2[..]
    } else {
        &Tool::ALL
    };
    let (tools, missing): (Vec<Tool>, Vec<Tool>) = all
        .iter()
        .copied()
        .filter(|tool| !plan.tls || !matches!(tool, Tool::Hey | Tool::Goose))
        .partition(|tool| tool.is_there());
    for tool in missing {
        println!("{} is not installed: left out", tool.name());
    }
    if let Some(yardstick) = all.first().filter(|yardstick| !tools.contains(yardstick)) {
        let name = yardstick.name();
        return Err(format!("{name} is the yardstick, and is not installed").into());
    }
    let mut costs: Vec<(Tool, Vec<Cost>)> = tools.iter().map(|tool| (*tool, Vec::new())).collect();
    for round in 0..plan.rounds {
        for (tool, costs) in &mut costs {
            let calls = Calls {
                url: &target.url.clone(),
                seconds: plan.seconds,
                connections: 50,
                http2: plan.http2,
                rate: None,
                folder: folder.path(),
            };
            target.counted()?;
            let before = children()?;
            let status = tool.command(&calls).stdout(Stdio::null()).status()?;
            let cpu = children()? - before;
            let requests = target.counted()?.requests;
            if requests == 0 {
                let told = std::fs::read_to_string(folder.path().join(TOLD))?;
                let name = tool.name();
                println!(
                    "round {}: {name} sent nothing ({status})\n{told}",
                    round + 1
                );
                continue;
            }
            let cost = Cost {
                cpu: cpu / number(requests),
                rate: number(requests) / number(plan.seconds),
            };
            println!(
                "round {}: {} {:.2} us a request, {:.0} a second",
                round + 1,
                tool.name(),
                cost.cpu,
                cost.rate
            );
            costs.push(cost);
        }
    }
    table(&costs);
    Ok(())
}

/// Medians and ranges of ratios to the yardstick, round by round.
fn table(costs: &[(Tool, Vec<Cost>)]) {
    let Some((first, yardstick)) = costs.first() else {
        return;
    };
    println!(
        "\n| tool | CPU us a request | x {}, median | range | a second |\n|---|---|---|---|---|",
        first.name()
    );
    for (tool, own) in costs {
        let mut ratios: Vec<f64> = own
            .iter()
            .zip(yardstick)
            .map(|(own, first)| own.cpu / first.cpu)
            .collect();
        ratios.sort_by(f64::total_cmp);
        let (Some(least), Some(most)) = (ratios.first(), ratios.last()) else {
            continue;
        };
        let median_of = |value: fn(&Cost) -> f64| median(own.iter().map(value).collect());
        println!(
            "| {} | {:.2} | {:.2} | {least:.2}-{most:.2} | {:.0} |",
            tool.name(),
            median_of(|cost| cost.cpu),
            median(ratios.clone()),
            median_of(|cost| cost.rate),
        );
    }
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// CPU time of the children that have ended, in microseconds.
fn children() -> Result<f64, Failure> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let microseconds =
        usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Ok(f64::from(u32::try_from(microseconds / 1000)?) * 1000.0)
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(crate) fn number(count: u64) -> f64 {
    count as f64
}
