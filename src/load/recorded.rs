//! Recorded forms: what was counted as reports have it, and back.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::apart::Kind;
use super::measure::{IterationMeasure, Share, StepMeasure, number};
use crate::record::{Durations, KindLoad, ScenarioLoad, StepLoad, StepName, StepSecond, Times};

/// What was counted of a step in so many seconds.
pub(super) fn step(counted: &StepMeasure, seconds: f64) -> StepLoad {
    StepLoad {
        requests: counted.requests,
        rate: rounded(number(counted.requests) / seconds),
        response_time: Times::from(&counted.response),
        service_time: Times::from(&counted.service),
        throttled_time: Times::from(&counted.throttled_service),
        connecting: Times::from(&counted.connecting),
        statuses: counted.statuses.clone(),
        unanswered: counted
            .unanswered
            .iter()
            .map(|(what, count)| ((*what).to_owned(), *count))
            .collect(),
        failed: counted.failed,
        throttled: counted.throttled,
        validated: counted.violations.of,
        schema_violations: counted.violations.hits,
        documented: counted.undocumented.of,
        undocumented_status: counted.undocumented.hits,
        criteria: counted.criteria.of,
        criteria_failed: counted.criteria.of - counted.criteria.hits,
        findings: counted.findings.clone(),
        sent_bytes: counted.sent,
        received_bytes: counted.received,
        waiting: (counted.waiting.count() > 0).then(|| Times::from(&counted.waiting)),
        kinds: counted
            .kinds
            .iter()
            .map(|(kind, counted)| KindLoad {
                status: kind.status,
                is_expected: kind.is_expected,
                is_limited: kind.is_limited,
                counted: step(counted, seconds),
            })
            .collect(),
        ..StepLoad::default()
    }
}

/// To three digits behind the point.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

/// What was counted of a step in a second.
pub(super) fn of_second(counted: StepMeasure, name: Arc<StepName>) -> StepSecond {
    StepSecond {
        name,
        requests: counted.requests,
        failed: counted.failed,
        throttled: counted.throttled,
        schema_violations: counted.violations.hits,
        undocumented_status: counted.undocumented.hits,
        statuses: counted.statuses,
        sent_bytes: counted.sent,
        received_bytes: counted.received,
        response: counted.response,
        service: counted.service,
    }
}

/// What was counted of a step that a report has.
pub(super) fn restored(step: &StepLoad) -> StepMeasure {
    StepMeasure {
        requests: step.requests,
        response: step.response_time.durations(),
        service: step.service_time.durations(),
        connecting: step.connecting.durations(),
        throttled_service: step.throttled_time.durations(),
        throttled: step.throttled,
        failed: step.failed,
        statuses: step.statuses.clone(),
        // Their names are not known to the program; they are added as they stand.
        unanswered: BTreeMap::new(),
        findings: step.findings.clone(),
        criteria: Share {
            of: step.criteria,
            hits: step.criteria.saturating_sub(step.criteria_failed),
        },
        violations: Share {
            of: step.validated,
            hits: step.schema_violations,
        },
        undocumented: Share {
            of: step.documented,
            hits: step.undocumented_status,
        },
        sent: step.sent_bytes,
        received: step.received_bytes,
        waiting: step
            .waiting
            .as_ref()
            .map_or_else(Durations::default, Times::durations),
        kinds: step
            .kinds
            .iter()
            .map(|one| {
                let kind = Kind {
                    status: one.status,
                    is_expected: one.is_expected,
                    is_limited: one.is_limited,
                };
                (kind, restored(&one.counted))
            })
            .collect(),
        // What it is for ends with the run.
        refused: 0,
    }
}

/// What was counted of the iterations of a scenario that a report has.
pub(super) fn restored_scenario(scenario: &ScenarioLoad) -> IterationMeasure {
    IterationMeasure {
        due: scenario.due,
        begun: scenario.begun,
        late: scenario.late,
        dropped: scenario.dropped,
        completed: scenario.completed,
        failed: scenario.failed,
        interrupted: scenario.interrupted,
        duration: scenario.duration.durations(),
        lag: scenario.lag.durations(),
    }
}
