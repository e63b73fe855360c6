//! Load: what a run under load measured, as it is reported.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{MergedLoad, SecondLoad, ShardLoad, Times, WindowLoad};
use crate::code::Code;

/// What a run under load measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoadReport {
    /// A hash of all that decides which requests are sent and how they are judged: only loads of one plan
    /// can be added.
    pub plan: String,
    /// Which of several machines this is about; `None` if there is but one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<ShardLoad>,
    /// What it was merged from, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged: Option<MergedLoad>,
    /// How much later than asked for it began, in milliseconds; the latest of several machines.
    pub late_ms: u64,
    /// Whether the numbers are the target's.
    pub soundness: Soundness,
    /// Why they may not be, in words.
    pub doubts: Vec<String>,
    /// What else a reader should know, such as that a limiter was measured.
    pub notes: Vec<String>,
    /// The scenarios of the profile.
    pub scenarios: Vec<ScenarioLoad>,
    /// The steps of the scenarios, warm-up excluded.
    pub steps: Vec<StepLoad>,
    /// All steps together.
    pub total: StepLoad,
    /// What had to hold.
    pub thresholds: Vec<ThresholdResult>,
    /// Why thresholds may be open although the generator was not the limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unproven: Option<Unproven>,
    /// When the profile began, in RFC 3339.
    pub began: String,
    /// Second by second, warm-up included; of a long run several seconds in a row.
    pub timeline: Vec<SecondLoad>,
    /// The same by step and with histograms, in fewer and longer rows.
    pub windows: Vec<WindowLoad>,
    /// How long the beginning was that thresholds do not measure, in milliseconds.
    pub warm_up_ms: u64,
    /// How long the measured part was, in milliseconds.
    pub measured_ms: u64,
    /// What the generator knows about itself.
    pub generator: GeneratorLoad,
    /// Requests that could not be made, by step and reason.
    pub unsent: Vec<UnsentLoad>,
}

/// Whether the numbers of a run are the target's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Soundness {
    /// They are.
    Valid,
    /// Part of them may be the generator's.
    Suspect,
    /// The generator was the limit: they say what it can do.
    GeneratorBound,
    /// There are none: no request was measured.
    Unmeasured,
}

/// A scenario of the profile.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ScenarioLoad {
    /// Its name.
    pub name: String,
    /// Its tags, which thresholds may ask for.
    pub tags: IndexMap<String, String>,
    /// Its executor, as k6 calls it.
    pub executor: String,
    /// Whether arrivals do not wait for answers.
    pub is_open: bool,
    /// Iterations that were due.
    pub due: u64,
    /// Those that were begun.
    pub begun: u64,
    /// Those that found no virtual user free and had to wait.
    pub late: u64,
    /// Those that were never begun.
    pub dropped: u64,
    /// Those that came to their end.
    pub completed: u64,
    /// Those of them in which a step failed.
    pub failed: u64,
    /// Those that were broken off.
    pub interrupted: u64,
    /// From the due time to the end.
    pub duration: Times,
    /// Iterations that were broken off: how long they had taken at least, from the due time; only if there are some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken_off_duration: Option<Times>,
    /// How much later than due they were begun.
    pub lag: Times,
    /// Virtual users in an iteration at the end.
    pub vus: u32,
    /// The most virtual users that there were.
    pub vus_max: u32,
    /// Iterations that were due in a second, and those that were begun, over the measured part.
    pub rate: Rates,
    /// How long that was, in milliseconds.
    pub measured_ms: u64,
}

/// What was asked for, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Rates {
    /// What was due in a second; `None` for a closed executor, which asks for no rate.
    pub asked: Option<f64>,
    /// What was begun in a second.
    pub achieved: f64,
}

/// A step of a scenario under load.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StepLoad {
    /// The scenario; empty for all together.
    pub scenario: String,
    /// The workflow; empty for all together.
    pub workflow: String,
    /// The `stepId`; empty for all together.
    pub step: String,
    /// The number of the API description.
    #[serde(default, skip_serializing_if = "is_first")]
    pub api: usize,
    /// The operation; empty for all together.
    pub operation: String,
    /// Requests that were sent, or could not be.
    pub requests: u64,
    /// Requests in a second.
    pub rate: f64,
    /// Response time: from the due time to the last byte.
    pub response_time: Times,
    /// Service time: from sending to the last byte.
    pub service_time: Times,
    /// Service time of answers that ask to come later, which are in neither of the above.
    pub throttled_time: Times,
    /// Opening connections.
    pub connecting: Times,
    /// Answers by status.
    pub statuses: BTreeMap<u16, u64>,
    /// Requests without an answer, by what happened.
    pub unanswered: BTreeMap<String, u64>,
    /// How often requests were sent once more: the kept connection had gone while it was idle, or the server
    /// said that it had not looked at them. A request counts once, however often it was sent.
    #[serde(default)]
    pub sent_again: u64,
    /// Requests without an answer, or with an error that nobody asked for.
    pub failed: u64,
    /// Answers 429, or 503 with `Retry-After`.
    pub throttled: u64,
    /// Bodies that a schema was asked about.
    pub validated: u64,
    /// Those of them that break it.
    pub schema_violations: u64,
    /// Answers whose status was looked up in the document.
    pub documented: u64,
    /// Those of them with a status that is not documented.
    pub undocumented_status: u64,
    /// Success criteria that were judged.
    pub criteria: u64,
    /// Those of them that did not hold.
    pub criteria_failed: u64,
    /// What the checks found, by code.
    pub findings: BTreeMap<Code, u64>,
    /// Bytes that were sent.
    pub sent_bytes: u64,
    /// Bytes that were received.
    pub received_bytes: u64,
    /// From sending to the first byte of the answer; only if a threshold asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_time: Option<Times>,
    /// Requests that were broken off: how long they had taken at least, from the due time; only if there are some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken_off_response_time: Option<Times>,
    /// The same from sending, of those that were sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken_off_service_time: Option<Times>,
    /// The same by kind of answers; only if a threshold asks for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<KindLoad>,
}

impl StepLoad {
    /// Requests that were broken off: nobody knows what would have come of them.
    pub fn broken_off(&self) -> u64 {
        let times = self.broken_off_response_time.as_ref();
        times.map_or(0, |times| times.count)
    }

    /// Requests of which it is known what came of them.
    pub fn concluded(&self) -> u64 {
        self.requests.saturating_sub(self.broken_off())
    }
}

/// A kind of answers to a step under load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KindLoad {
    /// The status; 0 without an answer.
    pub status: u16,
    /// Whether they neither failed nor asked to come later.
    pub expected_response: bool,
    /// Whether they asked to come later.
    pub is_throttled: bool,
    /// How many.
    pub requests: u64,
    /// Response time: from the due time to the last byte.
    pub response_time: Times,
    /// Service time: from sending to the last byte.
    pub service_time: Times,
    /// From sending to the first byte.
    pub waiting_time: Times,
    /// Bytes that were sent.
    pub sent_bytes: u64,
    /// Bytes that were received.
    pub received_bytes: u64,
}

/// What came of a threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThresholdResult {
    /// The metric with its tags.
    pub metric: String,
    /// The condition.
    pub condition: String,
    /// What was measured: milliseconds for times, a share from 0 to 1 for rates; `None` without data.
    pub value: Option<f64>,
    /// What came of it.
    pub outcome: ThresholdOutcome,
    /// Where it stands; `None` for one that is always there, or from the command line.
    pub place: Option<String>,
    /// Whether it ended the run.
    pub aborted: bool,
}

/// What came of a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThresholdOutcome {
    /// It holds.
    Passed,
    /// It does not hold (PM401).
    Crossed,
    /// Nothing was measured that it is about (PM402).
    NoData,
    /// The generator was the limit, so that it proves nothing.
    Inconclusive,
}

/// Why a run proves nothing of what it was to measure, or not all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unproven {
    /// The target could not be reached.
    Unreachable,
    /// The credentials were refused throughout.
    Unauthorized,
    /// All, or nearly all, answers asked to come later.
    Throttled,
    /// It was ended before its time.
    Interrupted,
    /// It is one of several machines, and that part of the load is another one's.
    OtherShards,
}

/// What the generator knows about itself.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct GeneratorLoad {
    /// Threads that send.
    pub threads: u64,
    /// The largest share of its time that one of them was busy, from 0 to 1; `None` where the system
    /// does not tell.
    pub busiest: Option<f64>,
    /// The largest share of a second that one of them waited for a processor although it had something to
    /// do, from 0 to 1; absent where the system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest_wait: Option<f64>,
    /// How far this machine's clock is ahead of the target's; absent where no `Date` of an answer tells, or
    /// where they contradict each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockLoad>,
    /// TCP segments of the whole machine meanwhile, whoever sent them; absent where the system does not
    /// tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segments: Option<SegmentsLoad>,
    /// How much later than due arrivals were put down.
    pub send_lag: Times,
    /// How long answers had lain in our own socket buffers; samples of plain connections on Linux.
    pub receive_lag: Times,
    /// The share of time that the machine gave to others, from 0 to 1; `None` where it does not tell.
    pub steal: Option<f64>,
    /// CPU time per request, in microseconds; `None` where the system does not tell.
    pub cpu_per_request_us: Option<f64>,
    /// Connections that were opened.
    pub connections: u64,
    /// Those of them that spoke HTTP/2.
    pub http2_connections: u64,
    /// Failures of this machine, which are not the target's.
    pub local: BTreeMap<String, u64>,
    /// How bodies were found valid, or were left to the full validator.
    pub validation: ValidationLoad,
    /// Requests that waited because the target allows only so many in a second, and all of a second had been sent.
    pub held: u64,
    /// Requests that had to be drawn up anew for their iteration.
    pub drafted: u64,
}

/// Between which bounds a clock is ahead of the target's, in milliseconds; behind it where they are negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClockLoad {
    /// At least.
    pub least_ms: i64,
    /// At most.
    pub most_ms: i64,
}

/// TCP segments that a machine sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SegmentsLoad {
    /// Those that were sent again, as no acknowledgement had come.
    pub again: u64,
    /// All.
    pub all: u64,
}

impl SegmentsLoad {
    /// The share that was sent again, from 0 to 1.
    pub fn share(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a share needs few digits")]
        let share = self.again as f64 / self.all.max(1) as f64;
        share
    }
}

/// How bodies were judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ValidationLoad {
    /// The same bytes had been found valid before.
    pub seen: u64,
    /// They were of the shape of one that had been found valid. Reports of before shapes were known have none.
    #[serde(default)]
    pub shape: u64,
    /// While they were read.
    pub stream: u64,
    /// By a list of their values.
    pub tape: u64,
    /// By the full validator.
    pub full: u64,
}

/// Requests of a step that could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnsentLoad {
    /// The workflow.
    pub workflow: String,
    /// The `stepId`.
    pub step: String,
    /// Why.
    pub reason: String,
    /// How often.
    pub count: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_first(api: &usize) -> bool {
    *api == 0
}

impl LoadReport {
    /// Why its numbers prove nothing, where thresholds are inconclusive.
    pub fn limit(&self) -> (&'static str, Code) {
        let merged = self.merged.as_ref();
        if merged.is_some_and(|merged| !merged.missing.is_empty()) {
            return ("shards are missing", Code::MISSING_SHARDS);
        }
        if merged.is_some_and(|merged| merged.apart.is_some()) {
            return ("the shards were not side by side", Code::SHARDS_APART);
        }
        let without_data = Code::THRESHOLD_WITHOUT_DATA;
        match self.unproven {
            Some(Unproven::Unreachable) => ("the target was not reached", Code::UNREACHABLE),
            Some(Unproven::Unauthorized) => ("the credentials were refused", Code::UNAUTHORIZED),
            Some(Unproven::Throttled) => ("a limiter was measured", Code::LIMITER_MEASURED),
            _ if self.soundness == Soundness::GeneratorBound => {
                ("the generator was the limit", Code::GENERATOR_BOUND)
            }
            Some(Unproven::Interrupted) => ("the run ended early", without_data),
            Some(Unproven::OtherShards) => ("other shards have that part", without_data),
            None => ("nothing was measured", without_data),
        }
    }

    /// Whether anything was sent in the warm-up.
    pub fn is_warmed_up(&self) -> bool {
        let mut rows = self.timeline.iter();
        rows.any(|row| row.is_warm_up && row.requests > 0)
    }

    /// Thresholds that were crossed, or had no data.
    pub fn failed_thresholds(&self) -> usize {
        let failed = |result: &&ThresholdResult| {
            matches!(
                result.outcome,
                ThresholdOutcome::Crossed | ThresholdOutcome::NoData
            )
        };
        self.thresholds.iter().filter(failed).count()
    }
}
