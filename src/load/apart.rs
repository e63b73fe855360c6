//! Apart: what is measured only where a threshold asks for it, by tags such as `status`, or because it is
//! of another metric than the usual ones.

use std::time::Duration;

use super::measure::StepMeasure;
use crate::arazzo::{LoadProfile, Metric, Threshold};

/// The tag of a status; 0 without an answer.
const STATUS: &str = "status";
/// The tag of whether an answer is one that the step asks for.
const EXPECTED: &str = "expected_response";

/// What thresholds ask for beside the usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Extras {
    /// The time to the first byte.
    pub(crate) waiting: bool,
    /// All by status and by whether it was expected.
    pub(crate) kinds: bool,
}

impl Extras {
    /// What the thresholds of a profile ask for.
    pub(crate) fn of(profile: &LoadProfile) -> Self {
        let mut thresholds = profile.thresholds.iter();
        Self {
            waiting: thresholds.any(|threshold| threshold.metric == Metric::HttpReqWaiting),
            kinds: profile.thresholds.iter().any(asks),
        }
    }
}

/// A kind of answers that is counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Kind {
    /// The status; 0 without an answer.
    pub(crate) status: u16,
    /// Whether it is no failure, and does not ask to come later.
    pub(crate) is_expected: bool,
    /// Whether it asks to come later.
    pub(crate) is_limited: bool,
}

impl Kind {
    /// Whether these are requests that were broken off: without an answer, and without a failure.
    pub(crate) fn is_broken_off(self) -> bool {
        self.status == 0 && self.is_expected
    }
}

/// How long an exchange took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Took {
    pub(crate) service: Duration,
    pub(crate) response: Duration,
    pub(crate) waiting: Duration,
}

/// Counts an exchange apart; `took` is `None` without an answer.
pub(crate) fn count(
    step: &mut StepMeasure,
    kind: Kind,
    (sent, received): (u64, u64),
    took: Option<Took>,
) {
    let own = step.kinds.entry(kind).or_default();
    own.requests += 1;
    own.sent += sent;
    own.received += received;
    own.failed += u64::from(!kind.is_expected && !kind.is_limited);
    own.throttled += u64::from(kind.is_limited);
    own.broken_off += u64::from(kind.is_broken_off());
    if let Some(took) = took {
        own.service.record(took.service);
        own.response.record(took.response);
        own.waiting.record(took.waiting);
    }
}

/// Whether a threshold asks for kinds apart.
pub(crate) fn asks(threshold: &Threshold) -> bool {
    threshold.tags.keys().any(|name| is_tag(name))
}

/// Whether a tag tells kinds apart.
pub(crate) fn is_tag(name: &str) -> bool {
    matches!(name, STATUS | EXPECTED)
}

/// Whether such tags tell anything about a metric.
pub(crate) fn has_kinds(metric: Metric) -> bool {
    matches!(
        metric,
        Metric::HttpReqs
            | Metric::HttpReqDuration
            | Metric::HttpReqResponse
            | Metric::HttpReqWaiting
            | Metric::HttpReqFailed
            | Metric::HttpReqThrottled
            | Metric::DataSent
            | Metric::DataReceived
    )
}

/// What the value of such a tag must be, if it is something else.
pub(crate) fn objection(name: &str, value: &str) -> Option<&'static str> {
    match name {
        STATUS => match value.parse() {
            Ok(0 | 100..=599_u16) => None,
            _ => Some("a status from 100 to 599, or 0 without an answer"),
        },
        EXPECTED if !matches!(value, "true" | "false") => Some("`true` or `false`"),
        _ => None,
    }
}

/// Whether a kind is meant by a tag.
pub(crate) fn is_meant(kind: Kind, name: &str, value: &str) -> bool {
    match name {
        STATUS => value.parse() == Ok(kind.status),
        // What was to come of a request that was broken off nobody knows.
        EXPECTED => !kind.is_broken_off() && value.parse() == Ok(kind.is_expected),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_of_tags_are_what_answers_can_have() {
        for (name, value, is_wrong) in [
            ("status", "200", false),
            ("status", "0", false),
            ("status", "2xx", true),
            ("status", "999", true),
            ("expected_response", "true", false),
            ("expected_response", "yes", true),
            ("step", "anything", false),
        ] {
            assert_eq!(objection(name, value).is_some(), is_wrong, "{name} {value}");
        }
    }

    #[test]
    fn kinds_are_counted_apart_and_failures_are_failures() {
        let mut step = StepMeasure::default();
        let kind = |status, is_expected| Kind {
            status,
            is_expected,
            is_limited: status == 429,
        };
        let took = Took {
            service: Duration::from_millis(2),
            response: Duration::from_millis(3),
            waiting: Duration::from_millis(1),
        };
        count(&mut step, kind(200, true), (1, 2), Some(took));
        count(&mut step, kind(429, false), (1, 2), Some(took));
        count(&mut step, kind(500, false), (1, 2), Some(took));
        count(&mut step, kind(0, false), (1, 0), None);
        let rows: Vec<[u64; 4]> = step
            .kinds
            .values()
            .map(|own| [own.requests, own.failed, own.throttled, own.waiting.count()])
            .collect();
        assert_eq!(
            rows,
            [[1, 1, 0, 0], [1, 0, 0, 1], [1, 0, 1, 1], [1, 1, 0, 1]]
        );
    }
}
