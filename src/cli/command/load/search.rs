//! Searches for the capacity: the rate at which a goal still holds.

use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;

use super::profile::typed;
use super::{Bench, Measured, introduce};
use crate::arazzo::{Executor, LoadProfile, Threshold};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::scenario_source;
use crate::cli::server;
use crate::cli::terminal::{self, Terminal};
use crate::cli::{gate, print};
use crate::probe::{Ended, Stop};
use crate::record::{LoadReport, Soundness, ThresholdOutcome, Unproven};
use crate::scenario::Suite;

/// The first rate, unless somebody says otherwise.
const FIRST: f64 = 10.0;
/// How long a rate is tried, unless somebody says otherwise.
const TRIED: Duration = Duration::from_secs(5);
/// How often a rate is doubled.
const MOST_DOUBLINGS: usize = 20;
/// How close together the rates are that hold and do not, in the end.
const CLOSE: f64 = 1.1;

/// What a rate came to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Came {
    /// The goal holds.
    Holds,
    /// Something does not: what.
    Fails(String),
    /// The generator was the limit: why.
    Bound(String),
}

/// Tries rates until the capacity is known, and reports the last one at which all held.
pub(super) async fn run(
    bench: &Bench<'_>,
    suite: Suite,
    goal: &Threshold,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let arguments = bench.arguments;
    let selection = scenario_source::choose(&suite, &arguments.choice)?;
    introduce(&suite, &bench.servers);
    terminal::note(&format!(
        "searching for the rate at which `{}: {}` still holds  seed {}\n",
        goal.subject(),
        goal.text,
        arguments.seed
    ));
    let stop = Arc::new(Stop::default());
    let profile = |rate: f64| -> Result<LoadProfile, Failure> {
        let mut scenario = typed(&suite, &selection, arguments)?;
        if let Executor::ConstantArrivalRate {
            rate: own,
            duration,
            ..
        } = &mut scenario.executor
        {
            *own = rate;
            *duration = arguments.pace.duration.unwrap_or(TRIED);
        }
        let mut thresholds = arguments.thresholds.clone();
        thresholds.push(goal.clone());
        Ok(LoadProfile {
            scenarios: IndexMap::from([("search".to_owned(), scenario)]),
            thresholds,
            warm_up: arguments.pace.warm_up.unwrap_or_default(),
            location: None,
        })
    };
    let mut rate = arguments.pace.rate.unwrap_or(FIRST);
    let mut holds: Option<(f64, Measured)> = None;
    let mut fails: Option<(f64, Came, Measured)> = None;
    for _ in 0..MOST_DOUBLINGS {
        let measured = bench
            .measure(bench.open()?, profile(rate)?, false, &stop, terminal)
            .await?;
        let came = came(&measured, goal);
        say(rate, &came, &measured);
        if measured.ended != Ended::Completed {
            return conclude(bench, &measured, &stop, terminal);
        }
        match came {
            Came::Holds => holds = Some((rate, measured)),
            other => fails = Some((rate, other, measured)),
        }
        rate = match (&holds, &fails) {
            (Some((low, _)), Some((high, _, _))) if high / low <= CLOSE => break,
            (Some((low, _)), Some((high, _, _))) => (low * high).sqrt(),
            (Some((low, _)), None) => low * 2.0,
            (None, Some((high, _, _))) if *high > 1.0 => high / 4.0,
            (None, _) => break,
        };
    }
    let told = match (&holds, &fails) {
        (Some((low, _)), Some((high, Came::Bound(why), _))) => {
            format!("at least {low:.1}/s: at {high:.1}/s the generator was the limit ({why})\n")
        }
        (Some((low, _)), Some((high, Came::Fails(why), _))) => {
            format!("{low:.1}/s: at {high:.1}/s {why}\n")
        }
        (Some((low, _)), _) => format!("at least {low:.1}/s: no higher rate was tried\n"),
        (None, Some((high, Came::Bound(why) | Came::Fails(why), _))) => {
            format!("less than {high:.1}/s: {why}\n")
        }
        (None, _) => "unknown\n".to_owned(),
    };
    let is_found = matches!((&holds, &fails), (Some(_), Some((_, Came::Fails(_), _))));
    let shown = holds.map(|(_, measured)| measured);
    let Some(measured) = shown.or(fails.map(|(_, _, measured)| measured)) else {
        return Err(Failure::new(Exit::Nothing, "no rate was tried"));
    };
    let exit = conclude(bench, &measured, &stop, terminal)?;
    print(&format!("\ncapacity   {told}"))?;
    Ok(match exit {
        // The capacity is not known, though nothing else is wrong.
        Exit::Success if !is_found => Exit::Inconclusive,
        exit => exit,
    })
}

fn conclude(
    bench: &Bench<'_>,
    measured: &Measured,
    stop: &Arc<Stop>,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let reports = (&bench.reach, &*measured.logs);
    let exit = gate::conclude(&measured.summary, &measured.ended, stop, reports, terminal)?;
    if exit == Exit::Findings {
        server::say_again(&bench.servers);
    }
    Ok(exit)
}

/// What a rate came to.
fn came(measured: &Measured, goal: &Threshold) -> Came {
    let Some(load) = &measured.summary.load else {
        return Came::Fails("nothing was measured".to_owned());
    };
    let why = load.doubts.first().cloned().unwrap_or_default();
    let crossed = load
        .thresholds
        .iter()
        .find(|result| result.outcome == ThresholdOutcome::Crossed);
    match crossed {
        Some(result) => {
            let value = result.value.unwrap_or_default();
            Came::Fails(format!(
                "`{}: {}` does not hold, it was {value:.3}",
                result.metric, result.condition
            ))
        }
        None if load.unproven == Some(Unproven::Throttled) => {
            Came::Fails("nearly all answers asked to come later (429, or 503)".to_owned())
        }
        None if load.soundness == Soundness::GeneratorBound => bound(load, goal, why),
        None if load.soundness == Soundness::Unmeasured => {
            Came::Fails("no request was measured".to_owned())
        }
        None if measured.summary.counts.failing > 0 => Came::Fails(measured.summary.reason.clone()),
        None => Came::Holds,
    }
}

/// Whether it was the server after all that kept the generator from its rate: then its answers were late.
fn bound(load: &LoadReport, goal: &Threshold, why: String) -> Came {
    let late = load.thresholds.iter().find(|result| {
        result.metric == goal.subject()
            && result.condition == goal.text
            && result
                .value
                .is_some_and(|value| !goal.comparison.holds(value, goal.bound))
    });
    match late {
        Some(result) => Came::Fails(format!(
            "`{}` was {:.3} ms, and {why}",
            result.metric,
            result.value.unwrap_or_default()
        )),
        None => Came::Bound(why),
    }
}

fn say(rate: f64, came: &Came, measured: &Measured) {
    let p99 = measured
        .summary
        .load
        .as_ref()
        .map_or(0.0, |load| load.total.response_time.p99_ms);
    let told = match came {
        Came::Holds => "holds".to_owned(),
        Came::Fails(why) => format!("does not hold: {why}"),
        Came::Bound(why) => format!("generator-bound: {why}"),
    };
    terminal::note(&format!("{rate:>10.1}/s  response p99 {p99:.1} ms  {told}"));
}
