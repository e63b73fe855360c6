//! Soundness: whether the numbers of a run are the target's, or the generator's own.

use super::measure::number;
use crate::record::{GeneratorLoad, ScenarioLoad, Soundness, StepLoad};

/// Below this share of the asked rate a run says nothing about that rate.
const LEAST_ACHIEVED: f64 = 0.99;
/// Above this share of its time a thread keeps answers waiting.
const MOST_BUSY: f64 = 0.85;
/// Above this share of a second that a thread waits for a processor, answers wait with it.
const MOST_WAIT: f64 = 0.2;
/// Above this share of time that the machine gives to others, latencies are theirs as well.
const MOST_STEAL: f64 = 0.05;
/// Lags shorter than this disturb nobody.
const SMALL_LAG_MS: f64 = 0.2;
/// Of fewer lags nothing follows: one unlucky moment is no limit.
const LEAST_LAGS: u64 = 20;

/// How much is to be doubted.
pub(super) fn rank(soundness: Soundness) -> u8 {
    match soundness {
        // Of a machine that had no part of the load nothing is to be doubted.
        Soundness::Unmeasured => 0,
        Soundness::Valid => 1,
        Soundness::Suspect => 2,
        Soundness::GeneratorBound => 3,
    }
}

/// Whether the numbers of a run are the target's, and why they may not be. `most_vus` tells how many
/// virtual users a scenario may have.
pub(super) fn soundness(
    most_vus: impl Fn(&str) -> Option<u32>,
    scenarios: &[ScenarioLoad],
    total: &StepLoad,
    generator: &GeneratorLoad,
) -> (Soundness, Vec<String>) {
    let mut bound = Vec::new();
    let mut suspect = Vec::new();
    for scenario in scenarios.iter().filter(|scenario| scenario.is_open) {
        if scenario.due == 0 {
            continue;
        }
        let share = number(scenario.begun) / number(scenario.due);
        if share < LEAST_ACHIEVED {
            let most = most_vus(&scenario.name).filter(|most| scenario.vus_max >= *most);
            let hint = most.map_or_else(String::new, |most| {
                format!(": all {most} virtual users were waiting for answers, see `maxVUs`")
            });
            // Who is never answered is kept waiting by the target, and not by the generator.
            let is_unanswered = total.requests > 0 && total.statuses.is_empty();
            let doubts = if is_unanswered {
                &mut suspect
            } else {
                &mut bound
            };
            doubts.push(format!(
                "scenario `{}` began {:.1} % of the {} iterations that were due{hint}",
                scenario.name,
                share * 100.0,
                scenario.due
            ));
        } else if scenario.late > scenario.due / 100 {
            suspect.push(format!(
                "in scenario `{}` {} of {} arrivals had to wait for a virtual user, see `maxVUs`",
                scenario.name, scenario.late, scenario.due
            ));
        }
    }
    let service = &total.service_time;
    for (name, lag) in [
        ("iterations were begun late by", &generator.send_lag),
        ("answers lay in our own buffers for", &generator.receive_lag),
    ] {
        if lag.count < LEAST_LAGS || service.count == 0 {
            continue;
        }
        if lag.p50_ms > SMALL_LAG_MS && lag.p50_ms > service.p50_ms / 2.0 {
            bound.push(format!(
                "{name} {:.2} ms, beside a service time of {:.2} ms (p50)",
                lag.p50_ms, service.p50_ms
            ));
        } else if lag.p99_ms > SMALL_LAG_MS && lag.p99_ms > service.p99_ms / 10.0 {
            suspect.push(format!(
                "{name} {:.2} ms, beside a service time of {:.2} ms (p99)",
                lag.p99_ms, service.p99_ms
            ));
        }
    }
    if let Some(busiest) = generator.busiest.filter(|busiest| *busiest > MOST_BUSY) {
        suspect.push(format!(
            "a thread of the generator was busy {:.0} % of the time",
            busiest * 100.0
        ));
    }
    if let Some(wait) = generator.longest_wait.filter(|wait| *wait > MOST_WAIT) {
        suspect.push(format!(
            "a thread of the generator waited for a processor for {:.0} % of a second",
            wait * 100.0
        ));
    }
    if let Some(steal) = generator.steal.filter(|steal| *steal > MOST_STEAL) {
        suspect.push(format!(
            "the machine gave {:.0} % of its time to others",
            steal * 100.0
        ));
    }
    if generator.held > total.requests / 100 {
        bound.push(format!(
            "the target allows only so many requests in a second (`limits.max-rps`), for which they had to wait {} times",
            generator.held
        ));
    }
    if total.statuses.is_empty() && total.requests > 0 {
        suspect.push("nothing was answered, so that there is nothing to measure".to_owned());
    }
    let local: u64 = generator.local.values().sum();
    if local > 0 {
        let reasons: Vec<&str> = generator.local.keys().map(String::as_str).collect();
        let told = format!(
            "{local} requests failed on this machine: {}",
            reasons.join(", ")
        );
        if local > total.requests / 100 {
            bound.push(told);
        } else {
            suspect.push(told);
        }
    }
    let soundness = match (bound.is_empty(), suspect.is_empty()) {
        (false, _) => Soundness::GeneratorBound,
        _ if total.requests == 0 => Soundness::Unmeasured,
        (true, false) => Soundness::Suspect,
        (true, true) => Soundness::Valid,
    };
    bound.extend(suspect);
    (soundness, bound)
}
