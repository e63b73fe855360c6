//! Outlines: what a load would do, as a page. Nothing of it depends on any answer.

use std::fmt::Write;
use std::time::Duration;

use crate::arazzo::{Arrivals, Executor, LoadProfile, LoadScenario, Stage};
use crate::cli::source::counted;
use crate::load::{Load, Protocol, arrivals, descriptors, ports};

/// What a load would do.
pub(crate) fn outline(load: &Load, max_rps: Option<f64>) -> String {
    let mut page = profile(load.profile(), max_rps);
    for (workflow, step) in load.drafted() {
        row(
            &mut page,
            "drawn anew",
            &format!("{workflow}/{step}, for each iteration"),
        );
    }
    let connections = load.connections();
    let mut needs = counted(
        usize::try_from(connections).unwrap_or(usize::MAX),
        "connection",
    );
    needs.push_str(" at most");
    if load.protocols().contains(&Protocol::Http1) {
        needs.push_str(", one for each virtual user");
    }
    let mut has = Vec::new();
    let sources = load.sources();
    let from = match sources {
        1 => "ports for one address".to_owned(),
        many => format!("ports for each of {many} addresses"),
    };
    for (most, times, name) in [(descriptors(), 1, "open files"), (ports(), sources, &*from)] {
        if let Some(most) = most {
            let is_few = connections > most.saturating_mul(times);
            let note = if is_few { ": too few" } else { "" };
            has.push(format!("{most} {name}{note}"));
        }
    }
    if !has.is_empty() {
        let _ = write!(needs, "; this machine has {}", has.join(", "));
    }
    row(&mut page, "needs", &needs);
    row(&mut page, "threads", &load.lanes().to_string());
    page
}

/// What a profile asks for.
fn profile(profile: &LoadProfile, max_rps: Option<f64>) -> String {
    let mut page = String::new();
    let mut length = format!("{} in all", time(profile.length()));
    if !profile.warm_up.is_zero() {
        let _ = write!(
            length,
            ", of which the first {} are warm-up",
            time(profile.warm_up)
        );
    }
    row(&mut page, "load", &length);
    let mut due = 0.0;
    for (name, own) in &profile.scenarios {
        scenario(&mut page, name, own);
        due += arrivals(&own.executor).unwrap_or(0.0);
    }
    if due > 0.0 && profile.scenarios.len() > 1 {
        row(
            &mut page,
            "arrivals",
            &format!("{due:.0} in all scenarios with a rate"),
        );
    }
    for threshold in &profile.thresholds {
        let mut text = format!("{}: {}", threshold.subject(), threshold.text);
        if let Some(delay) = threshold.abort {
            let _ = write!(text, ", ends the run");
            if !delay.is_zero() {
                let _ = write!(text, " from {} on", time(delay));
            }
        }
        row(&mut page, "threshold", &text);
    }
    if let Some(most) = max_rps {
        let mut text = format!("{most} requests in a second, over all steps and threads");
        let peak = peak(profile);
        if peak > most {
            let _ = write!(
                text,
                "; the peak of {} iterations in a second is more, and will have to wait",
                short(peak)
            );
        }
        row(&mut page, "max-rps", &text);
    }
    page
}

fn row(page: &mut String, name: &str, text: &str) {
    let _ = writeln!(page, "{name:<12}{text}");
}

fn scenario(page: &mut String, name: &str, scenario: &LoadScenario) {
    let executor = &scenario.executor;
    let (begin, end) = (scenario.start, scenario.start + executor.length());
    let latest = match executor {
        Executor::SharedIterations { .. } | Executor::PerVuIterations { .. } => " at the latest",
        _ => "",
    };
    let text = format!(
        "{name}: {} from {} to {}{latest}, then {} to end",
        executor.name(),
        time(begin),
        time(end),
        time(scenario.graceful_stop)
    );
    row(page, "scenario", &text);
    let mix: f64 = scenario
        .exec
        .iter()
        .map(|share| f64::from(share.weight))
        .sum();
    for share in &scenario.exec {
        let part = f64::from(share.weight) / mix.max(1.0) * 100.0;
        row(page, "", &format!("{:>5.1} %  {}", part, share.workflow.id));
    }
    match executor {
        Executor::SharedIterations {
            vus, iterations, ..
        } => {
            row(
                page,
                "",
                &format!("{iterations} iterations by {vus} virtual users together"),
            );
        }
        Executor::PerVuIterations {
            vus, iterations, ..
        } => {
            let all = u64::from(*vus).saturating_mul(*iterations);
            let text = format!("{iterations} iterations by each of {vus} virtual users: {all}");
            row(page, "", &text);
        }
        Executor::ConstantVus { vus, .. } => {
            row(
                page,
                "",
                &format!("{vus} virtual users, as fast as answers allow"),
            );
        }
        Executor::RampingVus { start, stages, .. } => {
            table(
                page,
                begin,
                (f64::from(*start), stages),
                1.0,
                "virtual users",
            );
        }
        Executor::ConstantArrivalRate {
            rate,
            time_unit,
            duration,
            vus,
            arrivals,
        } => {
            let stage = Stage {
                target: *rate,
                duration: *duration,
            };
            let unit = time_unit.as_secs_f64();
            table(page, begin, (*rate, &[stage]), unit, "iterations/s");
            sums(page, executor, *arrivals, *vus);
        }
        Executor::RampingArrivalRate {
            start,
            time_unit,
            stages,
            vus,
            arrivals,
        } => {
            let unit = time_unit.as_secs_f64();
            table(page, begin, (*start, stages), unit, "iterations/s");
            sums(page, executor, *arrivals, *vus);
        }
    }
}

/// The stages of a ramp, each with its ends.
fn table(page: &mut String, begin: Duration, ramp: (f64, &[Stage]), unit: f64, of: &str) {
    let (start, stages) = ramp;
    let (mut at, mut from) = (begin, start / unit);
    for stage in stages {
        let (end, to) = (at + stage.duration, stage.target / unit);
        let way = if from.total_cmp(&to).is_eq() {
            short(to)
        } else {
            format!("{} to {}", short(from), short(to))
        };
        let times = format!("{} - {}", time(at), time(end));
        row(page, "", &format!("{times:<18}{way} {of}"));
        (at, from) = (end, to);
    }
}

fn sums(
    page: &mut String,
    executor: &Executor,
    spread: Arrivals,
    vus: crate::arazzo::VirtualUsers,
) {
    let due = arrivals(executor).unwrap_or(0.0);
    let text = match spread {
        Arrivals::Even => format!("{due:.0} arrivals, evenly"),
        Arrivals::Poisson => format!("about {due:.0} arrivals, by chance and by the seed"),
    };
    row(
        page,
        "",
        &format!(
            "{text}; {} virtual users at first, {} at most",
            vus.pre_allocated, vus.max
        ),
    );
}

/// The most iterations that are due in a second.
fn peak(profile: &LoadProfile) -> f64 {
    let scenarios = profile.scenarios.values();
    let peaks = scenarios.map(|scenario| match &scenario.executor {
        Executor::ConstantArrivalRate {
            rate, time_unit, ..
        } => rate / time_unit.as_secs_f64(),
        Executor::RampingArrivalRate {
            start,
            stages,
            time_unit,
            ..
        } => {
            let targets = stages.iter().map(|stage| stage.target);
            targets.fold(*start, f64::max) / time_unit.as_secs_f64()
        }
        _ => 0.0,
    });
    peaks.fold(0.0, f64::max)
}

/// A time with a unit in which it is short.
fn time(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds >= 120.0 && time.subsec_nanos() == 0 {
        let (minutes, rest) = (time.as_secs() / 60, time.as_secs() % 60);
        return match rest {
            0 => format!("{minutes} min"),
            rest => format!("{minutes} min {rest} s"),
        };
    }
    format!("{} s", short(seconds))
}

/// A number with as many digits as it needs, three at most behind the point.
fn short(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(profile: &str) -> LoadProfile {
        let text = format!(
            "arazzo: 1.0.1\ninfo: {{title: t, version: '1'}}\nsourceDescriptions: [{{name: a, url: a.yaml, type: openapi}}]\nx-proofmark-load:\n{profile}\nworkflows:\n- {{workflowId: w, steps: [{{stepId: s, operationId: o}}]}}\n- {{workflowId: v, steps: [{{stepId: s, operationId: o}}]}}\n"
        );
        let document = crate::document::Document::parse("a.yaml", &text).unwrap();
        let (description, _) = crate::arazzo::read(document);
        description.unwrap().load.unwrap()
    }

    #[test]
    fn every_executor_says_what_it_will_do() {
        let own = read(
            "  warmUp: 5s
  scenarios:
    a: {executor: constant-arrival-rate, rate: 30, timeUnit: 1m, duration: 2m30s, preAllocatedVUs: 2, maxVUs: 9, exec: [{workflow: w, weight: 3}, {workflow: v}]}
    b: {executor: ramping-arrival-rate, startRate: 10, stages: [{target: 50, duration: 10s}, {target: 50, duration: 500ms}], preAllocatedVUs: 4, arrivals: poisson, exec: w}
    c: {executor: ramping-vus, startVUs: 2, stages: [{target: 8, duration: 3s}], exec: w}
    d: {executor: constant-vus, vus: 3, duration: 4s, startTime: 10s, gracefulStop: 0s, exec: w}
    e: {executor: shared-iterations, vus: 3, iterations: 7, exec: w}
    f: {executor: per-vu-iterations, vus: 3, iterations: 7, maxDuration: 1m, exec: w}
  thresholds:
    http_req_response: p(95)<500
    schema_violations: {threshold: rate==0, abortOnFail: true, delayAbortEval: 10s}",
        );
        insta::assert_snapshot!(profile(&own, Some(20.0)), @r"
        load        10 min in all, of which the first 5 s are warm-up
        scenario    a: constant-arrival-rate from 0 s to 2 min 30 s, then 30 s to end
                     75.0 %  w
                     25.0 %  v
                    0 s - 2 min 30 s  0.5 iterations/s
                    75 arrivals, evenly; 2 virtual users at first, 9 at most
        scenario    b: ramping-arrival-rate from 0 s to 10.5 s, then 30 s to end
                    100.0 %  w
                    0 s - 10 s        10 to 50 iterations/s
                    10 s - 10.5 s     50 iterations/s
                    about 325 arrivals, by chance and by the seed; 4 virtual users at first, 4 at most
        scenario    c: ramping-vus from 0 s to 3 s, then 30 s to end
                    100.0 %  w
                    0 s - 3 s         2 to 8 virtual users
        scenario    d: constant-vus from 10 s to 14 s, then 0 s to end
                    100.0 %  w
                    3 virtual users, as fast as answers allow
        scenario    e: shared-iterations from 0 s to 10 min at the latest, then 30 s to end
                    100.0 %  w
                    7 iterations by 3 virtual users together
        scenario    f: per-vu-iterations from 0 s to 60 s at the latest, then 30 s to end
                    100.0 %  w
                    7 iterations by each of 3 virtual users: 21
        arrivals    400 in all scenarios with a rate
        threshold   http_req_response: p(95)<500
        threshold   schema_violations: rate==0, ends the run from 10 s on
        max-rps     20 requests in a second, over all steps and threads; the peak of 50 iterations in a second is more, and will have to wait
        ");
    }
}
