//! Metrics of a run under load under the names that k6 gives them, for scripts that know those.

use indexmap::IndexMap;
use serde::Serialize;

use crate::arazzo::Metric;
use crate::record::{Durations, LoadReport, ScenarioLoad, StepLoad, Times};

/// What a metric came to; times are in milliseconds, shares from 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Value {
    /// How many, and how many in a second.
    Counter { count: u64, rate: f64 },
    /// How many of how many.
    Rate {
        rate: Option<f64>,
        count: u64,
        of: u64,
    },
    /// A size.
    Gauge { value: u64 },
    /// Times.
    Trend {
        count: u64,
        avg: Option<f64>,
        min: Option<f64>,
        med: Option<f64>,
        max: Option<f64>,
        p90: Option<f64>,
        p95: Option<f64>,
        p99: Option<f64>,
        p999: Option<f64>,
    },
}

/// The metrics of all requests, then those of each operation and of each step, which have their tags
/// behind their names.
pub(super) fn metrics(load: &LoadReport) -> IndexMap<String, Value> {
    let total = &load.total;
    #[expect(clippy::cast_precision_loss, reason = "exact to 2^53")]
    let seconds = if total.rate > 0.0 {
        total.requests as f64 / total.rate
    } else {
        (load.measured_ms as f64 / 1_000.0).max(1e-3)
    };
    let mut all = IndexMap::new();
    of_steps(&mut all, "", &[total], seconds);
    of_scenarios(&mut all, &load.scenarios, seconds);
    let mut operations: IndexMap<&str, Vec<&StepLoad>> = IndexMap::new();
    for step in &load.steps {
        operations.entry(&step.operation).or_default().push(step);
    }
    for (operation, steps) in operations {
        of_steps(
            &mut all,
            &format!("{{operation:{operation}}}"),
            &steps,
            seconds,
        );
    }
    for step in &load.steps {
        let tags = format!(
            "{{scenario:{},workflow:{},step:{}}}",
            step.scenario, step.workflow, step.step
        );
        of_steps(&mut all, &tags, &[step], seconds);
    }
    all
}

fn of_steps(all: &mut IndexMap<String, Value>, tags: &str, steps: &[&StepLoad], seconds: f64) {
    let sum = |of: fn(&StepLoad) -> u64| steps.iter().map(|step| of(step)).sum::<u64>();
    let share = |hits: fn(&StepLoad) -> u64, of: fn(&StepLoad) -> u64| rate(sum(hits), sum(of));
    let times = |of: fn(&StepLoad) -> &Times| trend(steps.iter().map(|step| of(step)));
    for (metric, value) in [
        (
            Metric::HttpReqs,
            counter(sum(|step| step.requests), seconds),
        ),
        (Metric::HttpReqDuration, times(|step| &step.service_time)),
        (Metric::HttpReqResponse, times(|step| &step.response_time)),
        (Metric::HttpReqConnecting, times(|step| &step.connecting)),
        (
            Metric::HttpReqFailed,
            share(|step| step.failed, StepLoad::concluded),
        ),
        (
            Metric::HttpReqThrottled,
            share(|step| step.throttled, StepLoad::concluded),
        ),
        (
            Metric::HttpReqSentAgain,
            share(|step| step.sent_again, |step| step.requests),
        ),
        (
            Metric::Checks,
            share(
                |step| step.criteria - step.criteria_failed.min(step.criteria),
                |step| step.criteria,
            ),
        ),
        (
            Metric::SchemaViolations,
            share(|step| step.schema_violations, |step| step.validated),
        ),
        (
            Metric::UndocumentedStatus,
            share(|step| step.undocumented_status, |step| step.documented),
        ),
        (
            Metric::DataSent,
            counter(sum(|step| step.sent_bytes), seconds),
        ),
        (
            Metric::DataReceived,
            counter(sum(|step| step.received_bytes), seconds),
        ),
    ] {
        all.insert(format!("{}{tags}", metric.name()), value);
    }
}

fn of_scenarios(all: &mut IndexMap<String, Value>, scenarios: &[ScenarioLoad], seconds: f64) {
    let sum = |of: fn(&ScenarioLoad) -> u64| scenarios.iter().map(of).sum::<u64>();
    let open = || scenarios.iter().filter(|scenario| scenario.is_open);
    for (metric, value) in [
        (
            Metric::Iterations,
            counter(sum(|one| one.completed), seconds),
        ),
        (
            Metric::DroppedIterations,
            counter(sum(|one| one.dropped), seconds),
        ),
        (
            Metric::LateIterations,
            counter(sum(|one| one.late), seconds),
        ),
        (
            Metric::IterationDuration,
            trend(scenarios.iter().map(|one| &one.duration)),
        ),
        (
            Metric::AchievedRate,
            rate(
                open().map(|one| one.begun).sum(),
                open().map(|one| one.due).sum(),
            ),
        ),
        (
            Metric::Vus,
            Value::Gauge {
                value: sum(|one| u64::from(one.vus)),
            },
        ),
        (
            Metric::VusMax,
            Value::Gauge {
                value: sum(|one| u64::from(one.vus_max)),
            },
        ),
    ] {
        all.insert(metric.name().to_owned(), value);
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact to 2^53")]
fn counter(count: u64, seconds: f64) -> Value {
    Value::Counter {
        count,
        rate: (count as f64 / seconds * 1e3).round() / 1e3,
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact to 2^53")]
fn rate(count: u64, of: u64) -> Value {
    Value::Rate {
        rate: (of > 0).then(|| count as f64 / of as f64),
        count,
        of,
    }
}

/// Percentiles that fewer than ten lie beyond say nothing, and are left out.
fn trend<'a>(all: impl Iterator<Item = &'a Times>) -> Value {
    let mut durations = Durations::default();
    for one in all {
        durations.add(&one.durations());
    }
    let latency = durations.latency();
    let has = |value: f64| (latency.count > 0).then_some(value);
    let told = |share: f64, value: f64| latency.tells(share).then_some(value);
    Value::Trend {
        count: latency.count,
        avg: has(latency.mean_ms),
        min: has(durations.min_ms()),
        med: has(latency.p50_ms),
        max: has(latency.max_ms),
        p90: told(0.9, latency.p90_ms),
        p95: told(0.95, latency.p95_ms),
        p99: told(0.99, latency.p99_ms),
        p999: told(0.999, latency.p999_ms),
    }
}
