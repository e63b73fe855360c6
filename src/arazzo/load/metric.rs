//! Metrics: what is measured under load. The names are k6's where it has one.

use std::fmt;

use super::threshold::Aggregate;

/// What is measured. The names are k6's where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "`Metric::about` says it")]
pub enum Metric {
    HttpReqs,
    HttpReqDuration,
    HttpReqResponse,
    HttpReqWaiting,
    HttpReqConnecting,
    HttpReqFailed,
    HttpReqThrottled,
    HttpReqSentAgain,
    Iterations,
    IterationDuration,
    DroppedIterations,
    LateIterations,
    AchievedRate,
    Checks,
    SchemaViolations,
    UndocumentedStatus,
    Vus,
    VusMax,
    DataSent,
    DataReceived,
}

/// What the samples of a metric are, and so what can be made of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// Times.
    Trend,
    /// A share of yes among yes and no.
    Rate,
    /// A sum.
    Counter,
    /// The last value.
    Gauge,
}

/// Every metric with its name and what it is.
const METRICS: [(Metric, &str, MetricKind, &str); 20] = {
    use Metric::{
        AchievedRate, Checks, DataReceived, DataSent, DroppedIterations, HttpReqConnecting,
        HttpReqDuration, HttpReqFailed, HttpReqResponse, HttpReqSentAgain, HttpReqThrottled,
        HttpReqWaiting, HttpReqs, IterationDuration, Iterations, LateIterations, SchemaViolations,
        UndocumentedStatus, Vus, VusMax,
    };
    use MetricKind::{Counter, Gauge, Rate, Trend};
    [
        (HttpReqs, "http_reqs", Counter, "requests that were sent"),
        (
            HttpReqDuration,
            "http_req_duration",
            Trend,
            "service time: from sending a request to the last byte of its answer",
        ),
        (
            HttpReqResponse,
            "http_req_response",
            Trend,
            "response time: from the moment that a request was due to the last byte of its answer",
        ),
        (
            HttpReqWaiting,
            "http_req_waiting",
            Trend,
            "from sending a request to the first byte of its answer",
        ),
        (
            HttpReqConnecting,
            "http_req_connecting",
            Trend,
            "opening a connection, TLS included",
        ),
        (
            HttpReqFailed,
            "http_req_failed",
            Rate,
            "requests without an answer, or with one that is 4xx or 5xx and not asked for",
        ),
        (
            HttpReqThrottled,
            "http_req_throttled",
            Rate,
            "answers 429, or 503 with `Retry-After`",
        ),
        (
            HttpReqSentAgain,
            "http_req_sent_again",
            Rate,
            "how often requests were sent again, beside all requests",
        ),
        (
            Iterations,
            "iterations",
            Counter,
            "iterations that came to their end",
        ),
        (
            IterationDuration,
            "iteration_duration",
            Trend,
            "an iteration, from the moment that it was due",
        ),
        (
            DroppedIterations,
            "dropped_iterations",
            Counter,
            "arrivals that were due and never begun",
        ),
        (
            LateIterations,
            "late_iterations",
            Counter,
            "arrivals that had to wait for a virtual user",
        ),
        (
            AchievedRate,
            "achieved_rate",
            Rate,
            "the share of the arrivals due that were begun in time for the scenario",
        ),
        (Checks, "checks", Rate, "success criteria that held"),
        (
            SchemaViolations,
            "schema_violations",
            Rate,
            "answers whose body breaks its schema",
        ),
        (
            UndocumentedStatus,
            "undocumented_status",
            Rate,
            "answers with a status that the operation does not document",
        ),
        (Vus, "vus", Gauge, "virtual users in an iteration"),
        (
            VusMax,
            "vus_max",
            Gauge,
            "virtual users that there were at most",
        ),
        (DataSent, "data_sent", Counter, "bytes that were sent"),
        (
            DataReceived,
            "data_received",
            Counter,
            "bytes that were received",
        ),
    ]
};

impl Metric {
    /// Every metric.
    pub fn all() -> impl Iterator<Item = Self> + Clone {
        METRICS.iter().map(|entry| entry.0)
    }

    /// The metric of this name.
    pub fn find(name: &str) -> Option<Self> {
        let entry = METRICS.iter().find(|entry| entry.1 == name)?;
        Some(entry.0)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.entry().1
    }

    /// What its samples are.
    pub fn kind(self) -> MetricKind {
        self.entry().2
    }

    /// What it is.
    pub fn about(self) -> &'static str {
        self.entry().3
    }

    fn entry(self) -> &'static (Self, &'static str, MetricKind, &'static str) {
        let found = METRICS.iter().find(|entry| entry.0 == self);
        found.unwrap_or(&METRICS[0])
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.name())
    }
}

impl MetricKind {
    pub(super) fn aggregates(self) -> &'static str {
        match self {
            Self::Trend => "`avg`, `min`, `max`, `med` and `p(N)`",
            Self::Rate => "`rate`",
            Self::Counter => "`count` and `rate`",
            Self::Gauge => "`value`",
        }
    }

    pub(super) fn has(self, aggregate: Aggregate) -> bool {
        match aggregate {
            Aggregate::Average
            | Aggregate::Least
            | Aggregate::Most
            | Aggregate::Median
            | Aggregate::Percentile(_) => self == Self::Trend,
            Aggregate::Count => self == Self::Counter,
            Aggregate::Rate => matches!(self, Self::Counter | Self::Rate),
            Aggregate::Value => self == Self::Gauge,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_has_one_entry_and_is_found_by_its_name() {
        for metric in Metric::all() {
            assert_eq!(Metric::find(metric.name()), Some(metric));
            assert!(!metric.about().is_empty());
        }
        assert_eq!(Metric::all().count(), METRICS.len());
    }
}
