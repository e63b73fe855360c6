//! Searches for the capacity: the rate at which a goal still holds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use indexmap::IndexMap;

use super::backlog::growth;
use super::confidence::{Beyond, needed};
use super::hunt::{Came, Hunt, Trial};
use super::profile::{nothing_to_measure, typed};
use super::{Bench, Measured, introduce};
use crate::arazzo::{Comparison, Executor, LoadProfile, Threshold};
use crate::cli::arguments::load::Load as Arguments;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::scenario_source;
use crate::cli::server;
use crate::cli::terminal::{self, Terminal};
use crate::cli::{gate, print};
use crate::code::Code;
use crate::probe::{Ended, Stop};
use crate::record::{LoadReport, Obstacle, Soundness, Summary, ThresholdOutcome, Unproven};
use crate::scenario::Suite;

/// The first rate, unless somebody says otherwise.
const FIRST: f64 = 10.0;
/// How long a rate is tried, unless somebody says otherwise.
const TRIED: Duration = Duration::from_secs(5);
/// Above this share of answers that ask to come later it is the limiter's rate that is found.
const MOST_PUT_OFF: f64 = 0.01;
/// How likely chance may be as an explanation of what does not hold.
const CHANCE: f64 = 0.05;

/// Tries rates until the capacity is known, and reports the last one at which all held.
pub(super) async fn run(
    bench: &Bench<'_>,
    suite: Suite,
    goal: &Threshold,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let arguments = bench.arguments;
    check(goal, arguments)?;
    let begun = Instant::now();
    let selection = scenario_source::choose(&suite, &arguments.choice)?;
    introduce(&suite, &bench.servers);
    terminal::note(&format!(
        "searching for the rate at which `{}: {}` still holds  seed {}\n",
        goal.subject(),
        goal.text,
        arguments.seed
    ));
    let stop = Arc::new(Stop::default());
    let profile = |trial: Trial| -> Result<LoadProfile, Failure> {
        let mut scenario = typed(&suite, &selection, arguments)?;
        if let Executor::ConstantArrivalRate { rate, duration, .. } = &mut scenario.executor {
            (*rate, *duration) = (trial.rate, trial.length);
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
    let asked = arguments.thresholds.iter().chain([goal]);
    let needed = asked.map(needed).fold(1.0, f64::max);
    let pace = &arguments.pace;
    let first = pace.rate.unwrap_or(FIRST);
    let mut hunt = Hunt::new(first, pace.duration.unwrap_or(TRIED), needed);
    let mut known: Vec<(f64, Measured)> = Vec::new();
    let mut is_out_of_time = false;
    while let Some(trial) = hunt.next() {
        let is_over = |most: Duration| begun.elapsed() + trial.length > most;
        if !known.is_empty() && arguments.reach.bounds.max_time.is_some_and(is_over) {
            is_out_of_time = true;
            break;
        }
        let profile = profile(trial)?;
        let mut scenarios = profile.scenarios.values();
        let most_vus = scenarios.find_map(|scenario| match scenario.executor {
            Executor::ConstantArrivalRate { vus, .. } => Some(vus.max),
            _ => None,
        });
        let measured = bench
            .measure(bench.open()?, profile, false, &stop, terminal)
            .await?;
        let came = came(&measured, (goal, needed), most_vus);
        say(trial, &came, &measured);
        if measured.ended != Ended::Completed {
            let exit = conclude(bench, &measured, &stop, terminal)?;
            if hunt.holds().is_some() {
                let (told, _) = told(&hunt);
                print(&format!(
                    "\ncapacity   {told}; then the search was broken off\n"
                ))?;
            }
            return Ok(exit);
        }
        hunt.take(trial, came, is_silent(&measured));
        known.retain(|(rate, _)| rate.total_cmp(&trial.rate).is_ne());
        known.push((trial.rate, measured));
    }
    let shown = hunt.holds().or(hunt.fails()).map(|(rate, ..)| *rate);
    let mut known = known.into_iter();
    let Some((_, mut measured)) = known.find(|(rate, _)| Some(*rate) == shown) else {
        return Err(Failure::new(Exit::Nothing, "no rate was tried"));
    };
    let (mut told, mut is_found) = told(&hunt);
    if is_out_of_time {
        told.push_str("; there was no time to try more (`--max-time`)");
        is_found = false;
    }
    if !is_found {
        leave_open(&mut measured.summary, &told);
    }
    let exit = conclude(bench, &measured, &stop, terminal)?;
    print(&format!("\ncapacity   {told}\n"))?;
    // What held once and does not any more is nothing to be sure of.
    let is_told = hunt.holds().is_some() && !hunt.has_died();
    if let Some(told) = confidence(&measured, goal).filter(|_| is_told) {
        print(&format!("           {told}\n"))?;
    }
    Ok(exit)
}

/// Says that the capacity is not known, though nothing else may be wrong.
fn leave_open(summary: &mut Summary, told: &str) {
    let obstacle = Obstacle {
        code: Code::CAPACITY_UNKNOWN,
        message: format!("the capacity is {told}"),
    };
    summary.obstacles.insert(0, obstacle);
    summary.conclude();
}

/// Refuses what cannot be searched for.
fn check(goal: &Threshold, arguments: &Arguments) -> Result<(), Failure> {
    if !matches!(goal.comparison, Comparison::Less | Comparison::AtMost) {
        let told = format!("`{}` becomes easier the slower the server is", goal.text);
        return Err(Failure::unusable(told)
            .help("what is searched for is the highest rate at which times are short: `--search 'p99<200ms'`"));
    }
    let length = arguments.pace.duration.unwrap_or(TRIED);
    if arguments
        .pace
        .warm_up
        .is_some_and(|warm_up| warm_up >= length)
    {
        return Err(nothing_to_measure());
    }
    Ok(())
}

/// Whether requests were sent, and none was answered.
fn is_silent(measured: &Measured) -> bool {
    let load = measured.summary.load.as_ref();
    load.is_some_and(|load| load.total.requests > 0 && load.total.statuses.is_empty())
}

/// What is known of the capacity, and whether that is all that was asked.
fn told(hunt: &Hunt) -> (String, bool) {
    let high = hunt.fails().map(|(rate, came, _)| match came {
        Came::Bound(why) => (*rate, why.clone(), false),
        Came::Fails(why) => (*rate, why.clone(), true),
        Came::Doubtful(why) => (*rate, format!("{why}, which may be chance"), false),
        Came::Holds | Came::Few(_) => (*rate, String::new(), false),
    });
    match (hunt.holds(), high) {
        _ if hunt.has_died() => (
            "not known: a rate that had held does not hold any more, after one at which nothing was answered"
                .to_owned(),
            false,
        ),
        (Some((low, Came::Few(few), _)), high) => {
            let high = high.map(|(high, why, _)| format!("; at {high:.1}/s {why}"));
            let high = high.unwrap_or_default();
            (
                format!("not known: at {low:.1}/s it seems to hold, by {few}{high}"),
                false,
            )
        }
        (Some((low, ..)), Some((high, why, true))) => {
            (format!("{low:.1}/s: at {high:.1}/s {why}"), true)
        }
        (Some((low, ..)), Some((high, why, false))) => {
            (format!("at least {low:.1}/s: at {high:.1}/s {why}"), false)
        }
        (Some((low, ..)), None) => (
            format!("at least {low:.1}/s: no higher rate was tried"),
            false,
        ),
        (None, Some((high, why, _))) => (format!("less than {high:.1}/s: {why}"), false),
        (None, None) => ("unknown".to_owned(), false),
    }
}

/// How sure it is that the goal holds at the rate that is reported.
fn confidence(measured: &Measured, goal: &Threshold) -> Option<String> {
    let load = measured.summary.load.as_ref()?;
    let beyond = Beyond::of(goal, &load.total.response_time.durations())?;
    // More than this nobody knows of a server.
    let share = (1.0 - beyond.at_most()).min(0.999) * 100.0;
    let may = (beyond.share * 1e6).round() / 1e4;
    Some(format!(
        "{share:.1} % confidence, as far as answers do not depend on each other: {} of {} took longer, and {may} % may",
        beyond.count, beyond.of
    ))
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

/// What a rate came to, where a goal needs so many samples and there may be so many virtual users.
fn came(measured: &Measured, (goal, needed): (&Threshold, f64), most_vus: Option<u32>) -> Came {
    let Some(load) = &measured.summary.load else {
        return Came::Fails("nothing was measured".to_owned());
    };
    let why = load.doubts.first().cloned().unwrap_or_default();
    let crossed = load
        .thresholds
        .iter()
        .find(|result| result.outcome == ThresholdOutcome::Crossed);
    let count = load.total.response_time.count;
    #[expect(clippy::cast_precision_loss, reason = "a count of samples")]
    let is_few = (count as f64) < needed;
    match crossed {
        Some(result) => {
            let value = result.value.unwrap_or_default();
            let told = format!(
                "`{}: {}` does not hold, it was {value:.3}",
                result.metric, result.condition
            );
            let is_goal = result.condition == goal.text && result.metric == goal.subject();
            let beyond = Beyond::of(goal, &load.total.response_time.durations());
            let is_chance = beyond.is_some_and(|beyond| beyond.at_least() > CHANCE);
            if is_few && is_goal && is_chance {
                return Came::Doubtful(format!("{told}, of {count} answers"));
            }
            Came::Fails(told)
        }
        None if load.unproven == Some(Unproven::Throttled) => {
            Came::Fails("nearly all answers asked to come later (429, or 503)".to_owned())
        }
        None if is_put_off(load) => Came::Fails(format!(
            "{} of {} requests were asked to come later (429, or 503 with Retry-After)",
            load.total.throttled, load.total.requests
        )),
        None if load.soundness == Soundness::GeneratorBound => bound(load, goal, &why, most_vus),
        None if load.soundness == Soundness::Unmeasured => {
            Came::Fails("no request was measured".to_owned())
        }
        None if measured.summary.counts.failing > 0 => Came::Fails(found(&measured.summary)),
        None => match measured.summary.obstacles.first() {
            Some(obstacle) => Came::Fails(obstacle.message.clone()),
            None if let Some(growth) = growth(&load.windows) => Came::Fails(growth.told()),
            None if is_few => Came::Few(format!("{count} of the {needed} answers that it takes")),
            None => Came::Holds,
        },
    }
}

/// What was found, with its codes.
fn found(summary: &Summary) -> String {
    let mut codes: Vec<String> = summary
        .findings
        .iter()
        .filter(|finding| summary.fails(finding.severity))
        .map(|finding| finding.code.to_string())
        .collect();
    codes.sort_unstable();
    codes.dedup();
    format!("{} ({})", summary.reason, codes.join(", "))
}

/// Whether a limiter let through less than was asked for, and nobody means to measure it.
fn is_put_off(load: &LoadReport) -> bool {
    let (put_off, all) = (load.total.throttled, load.total.requests);
    #[expect(clippy::cast_precision_loss, reason = "counts of requests")]
    let is_more = put_off as f64 > MOST_PUT_OFF * all as f64;
    let asks = |subject: &str| {
        ["http_req_throttled", "status:429", "status:503"]
            .iter()
            .any(|name| subject.contains(name))
    };
    let mut thresholds = load.thresholds.iter();
    is_more && !thresholds.any(|result| asks(&result.metric))
}

/// Whether it was the server after all that kept the generator from its rate: then its answers were late.
fn bound(load: &LoadReport, goal: &Threshold, why: &str, most_vus: Option<u32>) -> Came {
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
        None => Came::Bound(match most_vus.filter(|most| are_all_waiting(load, *most)) {
            Some(most) => format!(
                "all {most} virtual users were waiting for answers: the target was the limit, or it takes more of them (`--max-vus`)"
            ),
            None => format!("the generator was the limit ({why})"),
        }),
    }
}

/// Whether iterations were left out because no virtual user was free: whose answers these wait for may be the
/// limit as well as who has too few of them.
fn are_all_waiting(load: &LoadReport, most: u32) -> bool {
    let mut scenarios = load.scenarios.iter();
    scenarios.any(|scenario| scenario.is_open && scenario.dropped > 0 && scenario.vus_max >= most)
}

fn say(trial: Trial, came: &Came, measured: &Measured) {
    let latency = measured
        .summary
        .load
        .as_ref()
        .map(|load| &load.total.response_time);
    let p99 = latency.filter(|latency| latency.tells(0.99)).map_or_else(
        || "-".to_owned(),
        |latency| format!("{:.1}", latency.p99_ms),
    );
    let told = match came {
        Came::Holds => "holds".to_owned(),
        Came::Few(few) => format!("seems to hold, by {few}"),
        Came::Doubtful(why) => format!("may not hold: {why}"),
        Came::Fails(why) => format!("does not hold: {why}"),
        Came::Bound(why) => format!("cannot be told: {why}"),
    };
    let rate = trial.rate;
    let length = (trial.length.as_secs_f64() * 10.0).round() / 10.0;
    terminal::note(&format!(
        "{rate:>10.1}/s for {length} s  response p99 {p99} ms  {told}"
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::ThresholdResult;

    #[test]
    fn where_all_users_wait_the_target_may_be_the_limit() {
        let goal = Threshold::parse("http_req_response", "p(99)<200").unwrap();
        let mut load = crate::report::tests::loaded::sound();
        load.scenarios = vec![crate::record::ScenarioLoad {
            is_open: true,
            dropped: 5,
            vus_max: 20,
            ..crate::record::ScenarioLoad::default()
        }];
        for (most, told) in [
            (Some(20), "all 20 virtual users were waiting for answers"),
            (Some(21), "the generator was the limit (why)"),
            (None, "the generator was the limit (why)"),
        ] {
            let Came::Bound(why) = bound(&load, &goal, "why", most) else {
                panic!("{most:?}");
            };
            assert!(why.starts_with(told), "{why}");
        }
    }

    #[test]
    fn a_capacity_that_is_not_known_is_no_success() {
        let story = crate::report::tests::loaded::told(crate::report::tests::loaded::sound());
        let mut summary = story.summary();
        assert_eq!(summary.exit_code, 0);
        leave_open(&mut summary, "not known: for a reason");
        assert_eq!(summary.exit_code, 3);
        assert_eq!(summary.reason, "the capacity is not known: for a reason");
    }

    #[test]
    fn a_limiter_is_no_capacity_unless_somebody_asks_for_it() {
        let asking = |metric: &str| ThresholdResult {
            metric: metric.to_owned(),
            condition: "rate<1".to_owned(),
            value: None,
            outcome: ThresholdOutcome::Passed,
            place: None,
            aborted: false,
        };
        for (put_off, metric, expected) in [
            (0, "http_req_response", false),
            (10, "http_req_response", false),
            (11, "http_req_response", true),
            (900, "http_req_response", true),
            (900, "http_req_throttled", false),
            (900, "http_reqs{status:429}", false),
        ] {
            let mut load = crate::report::tests::loaded::sound();
            load.total.requests = 1_000;
            load.total.throttled = put_off;
            load.thresholds = vec![asking(metric)];
            assert_eq!(is_put_off(&load), expected, "{put_off} {metric}");
        }
    }
}
