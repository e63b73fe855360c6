//! Seconds: what happened in each second of a run under load, and windows of several of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Durations, LoadReport, Packed};

/// A second of a run, as it is told while the run goes on.
#[derive(Debug, Clone)]
pub struct Second {
    /// When the profile began.
    pub began: jiff::Timestamp,
    /// All steps together.
    pub row: SecondLoad,
    /// The steps of the scenarios, also those that were not called.
    pub steps: Vec<StepSecond>,
}

/// Which step of which scenario something is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StepName {
    /// The scenario of the profile.
    pub scenario: String,
    /// The workflow.
    pub workflow: String,
    /// The `stepId`.
    pub step: String,
    /// The operation.
    pub operation: String,
}

/// What a step did in a second.
#[derive(Debug, Clone, Default)]
pub struct StepSecond {
    /// Which.
    pub name: Arc<StepName>,
    /// Requests that were sent, or could not be.
    pub requests: u64,
    /// Requests without an answer, or with an error that nobody asked for.
    pub failed: u64,
    /// How often requests were sent once more.
    pub sent_again: u64,
    /// Answers 429, or 503 with `Retry-After`.
    pub throttled: u64,
    /// Bodies that break their schemas.
    pub schema_violations: u64,
    /// Answers with a status that is not documented.
    pub undocumented_status: u64,
    /// Answers by status.
    pub statuses: BTreeMap<u16, u64>,
    /// Bytes that were sent.
    pub sent_bytes: u64,
    /// Bytes that were received.
    pub received_bytes: u64,
    /// From the due time to the last byte.
    pub response: Durations,
    /// From sending to the last byte.
    pub service: Durations,
}

/// A second of a run, or of a long run some seconds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SecondLoad {
    /// When it began, in milliseconds since the profile did.
    pub at_ms: u64,
    /// How long it was, in milliseconds.
    pub length_ms: u64,
    /// Whether it belongs to the warm-up.
    pub is_warm_up: bool,
    /// Iterations that were due; `None` where no executor asks for a rate.
    pub due: Option<u64>,
    /// Iterations of those executors that were begun, or else all.
    pub begun: u64,
    /// Iterations that found no virtual user free and had to wait.
    pub late: u64,
    /// Iterations that were never begun.
    pub dropped: u64,
    /// Iterations that ended with a failed step; `None` in reports of earlier versions.
    #[serde(default)]
    pub failed_iterations: Option<u64>,
    /// Iterations that were broken off; `None` in reports of earlier versions.
    #[serde(default)]
    pub interrupted: Option<u64>,
    /// Requests.
    pub requests: u64,
    /// Requests that failed.
    pub failed: u64,
    /// Answers that asked to come later.
    pub throttled: u64,
    /// Answers that broke their schemas.
    pub schema_violations: u64,
    /// Response times, in milliseconds.
    pub p50_ms: f64,
    /// Nineteen of twenty took no longer.
    pub p95_ms: f64,
    /// Ninety-nine of a hundred took no longer.
    pub p99_ms: f64,
    /// The longest.
    pub max_ms: f64,
    /// Service times, in milliseconds.
    pub service_p50_ms: f64,
    /// Nineteen of twenty took no longer.
    pub service_p95_ms: f64,
    /// Ninety-nine of a hundred took no longer.
    pub service_p99_ms: f64,
    /// The longest.
    pub service_max_ms: f64,
    /// How much later than due arrivals were put down, in milliseconds: 99 of 100 by no more.
    pub send_lag_p99_ms: f64,
    /// Virtual users in an iteration at its end.
    pub vus: u32,
    /// Connections that were opened.
    pub connections: u64,
}

impl SecondLoad {
    /// Adds what is counted in another row; times, virtual users and lengths are left alone.
    pub(crate) fn count(&mut self, other: &Self) {
        for (own, other) in [
            (&mut self.due, other.due),
            (&mut self.failed_iterations, other.failed_iterations),
            (&mut self.interrupted, other.interrupted),
        ] {
            *own = match (*own, other) {
                (Some(own), Some(other)) => Some(own + other),
                (own, other) => own.or(other),
            };
        }
        self.begun += other.begun;
        self.late += other.late;
        self.dropped += other.dropped;
        self.requests += other.requests;
        self.failed += other.failed;
        self.throttled += other.throttled;
        self.schema_violations += other.schema_violations;
        self.connections += other.connections;
    }
}

/// What the steps did in a part of a run, with histograms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WindowLoad {
    /// When it began, in milliseconds since the profile did.
    pub at_ms: u64,
    /// How long it was, in milliseconds.
    pub length_ms: u64,
    /// Whether it belongs to the warm-up.
    pub is_warm_up: bool,
    /// The steps of which something was sent.
    pub steps: Vec<StepWindow>,
}

/// What a step did in a part of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepWindow {
    /// Its place among the steps of the report, from 0.
    pub step: usize,
    /// Requests.
    pub requests: u64,
    /// Requests that failed.
    pub failed: u64,
    /// Answers that asked to come later.
    pub throttled: u64,
    /// Answers that broke their schemas.
    pub schema_violations: u64,
    /// From the due time to the last byte.
    pub response_time: Packed,
    /// From sending to the last byte.
    pub service_time: Packed,
}

impl LoadReport {
    /// The windows as they would have been told while the run went on, had they been seconds.
    pub fn windows(&self) -> impl Iterator<Item = Second> {
        let began = self.began.parse().unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        self.windows.iter().map(move |window| Second {
            began,
            row: SecondLoad {
                at_ms: window.at_ms,
                length_ms: window.length_ms,
                is_warm_up: window.is_warm_up,
                ..SecondLoad::default()
            },
            steps: window.steps.iter().map(|step| self.told(step)).collect(),
        })
    }

    fn told(&self, window: &StepWindow) -> StepSecond {
        let step = self.steps.get(window.step);
        let name = step.map(|step| StepName {
            scenario: step.scenario.clone(),
            workflow: step.workflow.clone(),
            step: step.step.clone(),
            operation: step.operation.clone(),
        });
        StepSecond {
            name: Arc::new(name.unwrap_or_default()),
            requests: window.requests,
            failed: window.failed,
            throttled: window.throttled,
            schema_violations: window.schema_violations,
            response: window.response_time.durations(),
            service: window.service_time.durations(),
            ..StepSecond::default()
        }
    }
}
