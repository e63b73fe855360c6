//! Measures: what is counted while a run is under way, on one lane or in all.

use std::collections::BTreeMap;
use std::time::Duration;

use super::apart::Kind;
use super::clock::Ahead;
use crate::code::Code;
use crate::record::Durations;

/// What was counted of one step of one scenario.
#[derive(Debug, Clone, Default)]
pub(crate) struct StepMeasure {
    /// Requests that were sent, or could not be.
    pub(crate) requests: u64,
    /// From the due time to the last byte of the answer.
    pub(crate) response: Durations,
    /// From sending to the last byte of the answer.
    pub(crate) service: Durations,
    /// Opening connections.
    pub(crate) connecting: Durations,
    /// Service times of answers that ask to come later.
    pub(crate) throttled_service: Durations,
    /// Answers that ask to come later.
    pub(crate) throttled: u64,
    /// Requests without an answer, or with a failure that nobody asked for.
    pub(crate) failed: u64,
    /// Answers by status.
    pub(crate) statuses: BTreeMap<u16, u64>,
    /// Requests without an answer, by what happened.
    pub(crate) unanswered: BTreeMap<&'static str, u64>,
    /// What the checks found, by code; an answer may count more than once.
    pub(crate) findings: BTreeMap<Code, u64>,
    /// Criteria that were judged, and those that held.
    pub(crate) criteria: Share,
    /// Bodies that were judged by their schema, and those that broke it.
    pub(crate) violations: Share,
    /// Answers, and those with a status that is not documented.
    pub(crate) undocumented: Share,
    /// Bodies that the checks could not read, and so did not judge.
    pub(crate) unread: u64,
    /// Bytes that were sent.
    pub(crate) sent: u64,
    /// Bytes that were received.
    pub(crate) received: u64,
    /// From sending to the first byte of the answer, if a threshold asks for it.
    pub(crate) waiting: Durations,
    /// The same for each kind of answers, if a threshold asks for that.
    pub(crate) kinds: BTreeMap<Kind, StepMeasure>,
    /// Answers that refused the credentials in a step that did not ask for that.
    pub(crate) refused: u64,
    /// Answers that ask to come later in a step that did not ask for that.
    pub(crate) put_off: u64,
    /// How often requests were sent once more, as the server cannot have done anything with them.
    pub(crate) again: u64,
    /// How long a request had waited for an answer at least when it was broken off, the longest of them.
    pub(crate) silence: Duration,
    /// Requests that were broken off: nobody knows what would have come of them.
    pub(crate) broken_off: u64,
    /// How long requests had taken at least that were broken off, from their due times.
    pub(crate) cut_response: Durations,
    /// The same from sending them; of those that were sent.
    pub(crate) cut_service: Durations,
    /// Requests for which no connection could be made, by whosever fault but this machine's.
    pub(crate) locked_out: u64,
}

/// How many of how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) of: u64,
    pub(crate) hits: u64,
}

impl Share {
    pub(crate) fn add(&mut self, hit: bool) {
        self.of += 1;
        self.hits += u64::from(hit);
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.of += other.of;
        self.hits += other.hits;
    }

    /// From 0 to 1; `None` without any.
    pub(crate) fn share(self) -> Option<f64> {
        (self.of > 0).then(|| number(self.hits) / number(self.of))
    }
}

/// What was counted of the iterations of one scenario.
#[derive(Debug, Clone, Default)]
pub(crate) struct IterationMeasure {
    /// Arrivals that were due; of a closed executor, iterations that were begun.
    pub(crate) due: u64,
    /// Those that were begun.
    pub(crate) begun: u64,
    /// Those that found no virtual user free and had to wait.
    pub(crate) late: u64,
    /// Those that were never begun.
    pub(crate) dropped: u64,
    /// Those that came to their end.
    pub(crate) completed: u64,
    /// Those of them in which a step failed.
    pub(crate) failed: u64,
    /// Those that were broken off.
    pub(crate) interrupted: u64,
    /// From the due time to the end.
    pub(crate) duration: Durations,
    /// How long those that were broken off had taken at least, from their due times.
    pub(crate) cut_duration: Durations,
    /// How much later than due they were begun.
    pub(crate) lag: Durations,
    /// Those that were begun at the very moment, of a lane that has not yet handed over.
    pub(crate) prompt: u64,
}

/// What a lane learns about itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct SelfMeasure {
    /// How much later than meant iterations were begun, though a virtual user was free.
    pub(crate) send_lag: Durations,
    /// How long answers had lain in our own socket buffers.
    pub(crate) receive_lag: Durations,
    /// CPU time of the lane's thread; `None` where the system does not tell.
    pub(crate) busy: Option<Duration>,
    /// How long the lane's thread waited for a processor; `None` where the system does not tell.
    pub(crate) waited: Option<Duration>,
    /// How long the interval was.
    pub(crate) length: Duration,
    /// Requests whose bodies each [`Rung`](crate::judge::Rung) found valid, and those that were judged by
    /// the full validator.
    pub(crate) rungs: [u64; 5],
    /// Requests that were drawn up anew for their iteration.
    pub(crate) drafted: u64,
    /// Retries that were to wait for longer than anybody does.
    pub(crate) parked: u64,
    /// Requests that waited because the target allows only so many in a second, and all of a second had been sent.
    pub(crate) held: u64,
    /// Opened connections.
    pub(crate) opened: u64,
    /// Those of them that speak HTTP/2.
    pub(crate) opened_http2: u64,
    /// How far its clock is ahead of the target's, if an answer told.
    pub(crate) ahead: Option<Ahead>,
    /// Failures of this machine: no ports, no descriptors, no memory.
    pub(crate) local: BTreeMap<String, u64>,
}

/// All that was counted in an interval.
#[derive(Debug, Clone, Default)]
pub(crate) struct Measures {
    /// By the number of the series.
    pub(crate) steps: Vec<StepMeasure>,
    /// By the number of the scenario.
    pub(crate) iterations: Vec<IterationMeasure>,
    pub(crate) own: SelfMeasure,
}

impl Measures {
    pub(crate) fn new(series: usize, scenarios: usize) -> Self {
        Self {
            steps: vec![StepMeasure::default(); series],
            iterations: vec![IterationMeasure::default(); scenarios],
            own: SelfMeasure::default(),
        }
    }

    /// Adds what was counted elsewhere, or later.
    pub(crate) fn add(&mut self, other: &Self) {
        for (own, other) in self.steps.iter_mut().zip(&other.steps) {
            own.add(other);
        }
        for (own, other) in self.iterations.iter_mut().zip(&other.iterations) {
            own.add(other);
        }
        self.own.add(&other.own);
    }
}

impl StepMeasure {
    pub(crate) fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.response.add(&other.response);
        self.service.add(&other.service);
        self.connecting.add(&other.connecting);
        self.throttled_service.add(&other.throttled_service);
        self.throttled += other.throttled;
        self.failed += other.failed;
        join(&mut self.statuses, &other.statuses);
        join(&mut self.unanswered, &other.unanswered);
        join(&mut self.findings, &other.findings);
        self.criteria.join(other.criteria);
        self.violations.join(other.violations);
        self.undocumented.join(other.undocumented);
        self.unread += other.unread;
        self.sent += other.sent;
        self.received += other.received;
        self.waiting.add(&other.waiting);
        for (kind, other) in &other.kinds {
            self.kinds.entry(*kind).or_default().add(other);
        }
        self.refused += other.refused;
        self.put_off += other.put_off;
        self.again += other.again;
        self.locked_out += other.locked_out;
        self.silence = self.silence.max(other.silence);
        self.broken_off += other.broken_off;
        self.cut_response.add(&other.cut_response);
        self.cut_service.add(&other.cut_service);
    }
}

impl StepMeasure {
    /// How many requests hit something, among those of which it is known what came of them.
    pub(crate) fn among_known(&self, hits: u64) -> Share {
        Share {
            of: self.requests.saturating_sub(self.broken_off),
            hits,
        }
    }
}

impl IterationMeasure {
    /// Puts those that were begun at the very moment among the others.
    pub(crate) fn settle(&mut self) {
        let prompt = std::mem::take(&mut self.prompt);
        self.lag.record_many(Duration::ZERO, prompt);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.due += other.due;
        self.begun += other.begun;
        self.late += other.late;
        self.dropped += other.dropped;
        self.completed += other.completed;
        self.failed += other.failed;
        self.interrupted += other.interrupted;
        self.duration.add(&other.duration);
        self.cut_duration.add(&other.cut_duration);
        self.lag.add(&other.lag);
        self.prompt += other.prompt;
    }
}

impl SelfMeasure {
    fn add(&mut self, other: &Self) {
        self.send_lag.add(&other.send_lag);
        self.receive_lag.add(&other.receive_lag);
        for (own, other) in [
            (&mut self.busy, other.busy),
            (&mut self.waited, other.waited),
        ] {
            *own = match (*own, other) {
                (Some(own), Some(other)) => Some(own + other),
                (own, other) => own.or(other),
            };
        }
        self.length += other.length;
        for (own, other) in self.rungs.iter_mut().zip(other.rungs) {
            *own += other;
        }
        self.drafted += other.drafted;
        self.parked += other.parked;
        self.held += other.held;
        self.opened += other.opened;
        self.opened_http2 += other.opened_http2;
        self.ahead = match (self.ahead, other.ahead) {
            (Some(own), Some(other)) => Some(own.and(other)),
            (own, other) => own.or(other),
        };
        join(&mut self.local, &other.local);
    }
}

fn join<K: Ord + Clone>(own: &mut BTreeMap<K, u64>, other: &BTreeMap<K, u64>) {
    for (key, count) in other {
        *own.entry(key.clone()).or_default() += count;
    }
}

/// A count for divisions.
#[expect(clippy::cast_precision_loss, reason = "exact to 2^53")]
pub(super) fn number(count: u64) -> f64 {
    count as f64
}
