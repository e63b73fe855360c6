//! What was counted of a step, as it is recorded and read back.

use std::collections::BTreeMap;
use std::time::Duration;

use super::apart::Kind;
use super::measure::{IterationMeasure, Share, StepMeasure, number};
use crate::record::{Durations, KindLoad, Rates, ScenarioLoad, StepLoad, Times};

/// What was counted of a step in so many seconds; whose it is is not said.
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
        sent_again: counted.again,
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
        waiting_time: times(&counted.waiting),
        kinds: counted.kinds.iter().map(recorded).collect(),
        broken_off_response_time: times(&counted.cut_response),
        broken_off_service_time: times(&counted.cut_service),
        ..StepLoad::default()
    }
}

fn recorded((kind, counted): (&Kind, &StepMeasure)) -> KindLoad {
    KindLoad {
        status: kind.status,
        expected_response: kind.is_expected,
        is_throttled: kind.is_limited,
        requests: counted.requests,
        response_time: Times::from(&counted.response),
        service_time: Times::from(&counted.service),
        waiting_time: Times::from(&counted.waiting),
        sent_bytes: counted.sent,
        received_bytes: counted.received,
    }
}

/// What was counted of a step, from its record.
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
        waiting: durations(step.waiting_time.as_ref()),
        kinds: step.kinds.iter().map(restored_kind).collect(),
        unread: 0,
        refused: 0,
        put_off: 0,
        again: step.sent_again,
        locked_out: 0,
        silence: Duration::ZERO,
        broken_off: step.broken_off(),
        cut_response: durations(step.broken_off_response_time.as_ref()),
        cut_service: durations(step.broken_off_service_time.as_ref()),
    }
}

fn restored_kind(kind: &KindLoad) -> (Kind, StepMeasure) {
    let is_failed = !kind.expected_response && !kind.is_throttled;
    let key = Kind {
        status: kind.status,
        is_expected: kind.expected_response,
        is_limited: kind.is_throttled,
    };
    let counted = StepMeasure {
        requests: kind.requests,
        failed: if is_failed { kind.requests } else { 0 },
        throttled: if kind.is_throttled { kind.requests } else { 0 },
        broken_off: if key.is_broken_off() {
            kind.requests
        } else {
            0
        },
        response: kind.response_time.durations(),
        service: kind.service_time.durations(),
        waiting: kind.waiting_time.durations(),
        sent: kind.sent_bytes,
        received: kind.received_bytes,
        ..StepMeasure::default()
    };
    (key, counted)
}

/// Times that are recorded only if there are some.
fn times(durations: &Durations) -> Option<Times> {
    (durations.count() > 0).then(|| Times::from(durations))
}

fn durations(times: Option<&Times>) -> Durations {
    times.map(Times::durations).unwrap_or_default()
}

/// To three digits behind the point.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

/// What was counted of the iterations of a scenario in so many seconds; whose they are is not said.
pub(super) fn scenario(counted: &IterationMeasure, is_open: bool, seconds: f64) -> ScenarioLoad {
    ScenarioLoad {
        is_open,
        due: counted.due,
        begun: counted.begun,
        late: counted.late,
        dropped: counted.dropped,
        completed: counted.completed,
        failed: counted.failed,
        interrupted: counted.interrupted,
        duration: Times::from(&counted.duration),
        broken_off_duration: times(&counted.cut_duration),
        lag: Times::from(&counted.lag),
        rate: Rates {
            asked: is_open.then(|| rounded(number(counted.due) / seconds)),
            achieved: rounded(number(counted.begun) / seconds),
        },
        ..ScenarioLoad::default()
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
        cut_duration: durations(scenario.broken_off_duration.as_ref()),
        lag: scenario.lag.durations(),
        prompt: 0,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::apart::{Took, count};
    use super::*;

    #[test]
    fn what_was_counted_comes_back_as_it_was() {
        let mut counted = StepMeasure::default();
        let took = Took {
            service: Duration::from_millis(2),
            response: Duration::from_millis(3),
            waiting: Duration::from_millis(1),
        };
        counted.waiting.record(took.waiting);
        counted.broken_off = 1;
        counted.cut_response.record(took.response);
        counted.cut_service.record(took.service);
        for (status, is_expected, is_limited) in [
            (0, true, false),
            (200, true, false),
            (429, false, true),
            (500, false, false),
        ] {
            let kind = Kind {
                status,
                is_expected,
                is_limited,
            };
            count(&mut counted, kind, (10, 20), Some(took));
        }
        let written = serde_json::to_string(&step(&counted, 1.0)).unwrap();
        let read: StepLoad = serde_json::from_str(&written).unwrap();
        let again = restored(&read);
        assert_eq!(format!("{again:?}"), format!("{counted:?}"));
        let plain = serde_json::to_string(&step(&StepMeasure::default(), 1.0)).unwrap();
        assert!(
            !["kinds", "waiting_time", "broken_off"]
                .iter()
                .any(|one| plain.contains(one))
        );
    }
}
