//! Gathering: what the lanes tell, second by second, as the report of a run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::action::LONGEST_WAIT;
use super::clock::Ahead;
use super::measure::{Measures, StepMeasure, number};
use super::own::{Segments, Ticks};
use super::program::{Labels, Program};
use super::recorded::{rounded, scenario, step};
use super::second::{count_iterations, names, of_second};
use super::soundness::soundness;
use super::threshold::Measured;
use super::timeline::{Timeline, milliseconds, set_times};
use crate::arazzo::{LoadProfile, Threshold};
use crate::probe::Ended;
use crate::record::{
    Durations, GeneratorLoad, LoadReport, ScenarioLoad, Second, SecondLoad, SegmentsLoad,
    ShardLoad, Soundness, StepLoad, StepName, ThresholdOutcome, ThresholdResult, Times, Unproven,
    UnsentLoad, ValidationLoad,
};

/// How many reasons are told why requests could not be made.
const MOST_REASONS: usize = 20;
/// How much later than asked for a run may begin without a word.
const MOST_LATE: Duration = Duration::from_secs(1);
/// How often a threshold is looked at that may end the run.
const LEAST_SAMPLES_SECONDS: f64 = 1.0;

/// What was gathered so far.
pub(crate) struct Gathered<'p> {
    pub(super) program: &'p Program,
    pub(super) profile: &'p LoadProfile,
    lanes: u64,
    /// What was measured, and what was measured in the warm-up.
    pub(super) measured: Measures,
    pub(super) warm_up: Measures,
    /// Intervals that not all lanes have told of yet, by their beginning.
    pending: BTreeMap<Duration, Pending>,
    /// When the last intervals of lanes that have ended began.
    ended: Vec<Duration>,
    timeline: Timeline,
    /// The steps, by the number of the series; `None` for those that call no operation.
    names: Vec<Option<Arc<StepName>>>,
    /// When the profile began.
    began: Timestamp,
    users: Vec<(u32, u32)>,
    users_max: Vec<u32>,
    busiest: Option<f64>,
    longest_wait: Option<f64>,
    measured_time: Duration,
    unsent: BTreeMap<(usize, String), u64>,
    ticks: Option<Ticks>,
    segments: Option<Segments>,
    /// The threshold that ended the run.
    aborted: Option<usize>,
    /// How much later than asked for the run began.
    pub(crate) late: Duration,
    /// Whether other machines have parts of the load.
    pub(crate) is_part: bool,
    /// Threads that did not tell what they did last.
    pub(crate) silent: u64,
    /// What thresholds can ask of scenarios.
    labels: Vec<Labels>,
}

struct Pending {
    length: Duration,
    told: u64,
    measures: Measures,
    users: Vec<(u32, u32)>,
}

/// An interval of one lane.
pub(crate) struct Interval {
    pub(crate) begin: Duration,
    pub(crate) length: Duration,
    pub(crate) measures: Measures,
    /// Virtual users in an iteration, and all that there are, by scenario.
    pub(crate) users: Vec<(u32, u32)>,
    /// Whether the lane ends with it.
    pub(crate) is_last: bool,
}

impl<'p> Gathered<'p> {
    pub(crate) fn new(
        program: &'p Program,
        profile: &'p LoadProfile,
        lanes: u64,
        began: Timestamp,
    ) -> Self {
        let fresh = || Measures::new(program.series.len(), program.parts.len());
        Self {
            program,
            profile,
            lanes,
            measured: fresh(),
            warm_up: fresh(),
            pending: BTreeMap::new(),
            ended: Vec::new(),
            timeline: Timeline::default(),
            names: names(program),
            began,
            users: vec![(0, 0); program.parts.len()],
            users_max: vec![0; program.parts.len()],
            busiest: None,
            longest_wait: None,
            measured_time: Duration::ZERO,
            unsent: BTreeMap::new(),
            ticks: Ticks::now(),
            segments: Segments::now(),
            aborted: None,
            late: Duration::ZERO,
            is_part: false,
            silent: 0,
            labels: program.parts.iter().map(Labels::of).collect(),
        }
    }

    /// Takes an interval of a lane; the seconds that it completes.
    pub(crate) fn take(&mut self, interval: &Interval) -> Vec<Second> {
        let own = &interval.measures.own;
        // The last interval may be too short to say anything.
        if own.length > Duration::from_millis(500) {
            for (most, time) in [
                (&mut self.busiest, own.busy),
                (&mut self.longest_wait, own.waited),
            ] {
                if let Some(time) = time {
                    let share = time.as_secs_f64() / own.length.as_secs_f64();
                    *most = Some(most.unwrap_or(0.0).max(share));
                }
            }
        }
        let parts = self.program.parts.len();
        let pending = self
            .pending
            .entry(interval.begin)
            .or_insert_with(|| Pending {
                length: interval.length,
                told: 0,
                measures: Measures::new(self.program.series.len(), parts),
                users: vec![(0, 0); parts],
            });
        pending.told += 1;
        pending.length = pending.length.max(interval.length);
        pending.measures.add(&interval.measures);
        for (sum, users) in pending.users.iter_mut().zip(&interval.users) {
            sum.0 += users.0;
            sum.1 += users.1;
        }
        if interval.is_last {
            self.ended.push(interval.begin);
        }
        let mut completed = Vec::new();
        while let Some(first) = self.pending.first_entry() {
            let begin = *first.key();
            let ended = self.ended.iter().filter(|last| **last < begin).count();
            if first.get().told + u64::try_from(ended).unwrap_or_default() < self.lanes {
                break;
            }
            let pending = first.remove();
            completed.push(self.complete(begin, pending));
        }
        completed
    }

    /// Counts intervals that some lanes did not tell of: they ended before.
    pub(crate) fn flush(&mut self) -> Vec<Second> {
        let mut completed = Vec::new();
        while let Some((begin, pending)) = self.pending.pop_first() {
            completed.push(self.complete(begin, pending));
        }
        completed
    }

    fn complete(&mut self, begin: Duration, pending: Pending) -> Second {
        let is_warm_up = begin < self.profile.warm_up;
        for (most, users) in self.users_max.iter_mut().zip(&pending.users) {
            *most = (*most).max(users.1);
        }
        for (own, users) in self.users.iter_mut().zip(&pending.users) {
            *own = (users.0, own.1.max(users.1));
        }
        if is_warm_up {
            self.warm_up.add(&pending.measures);
        } else {
            self.measured.add(&pending.measures);
            self.measured_time += pending.length;
        }
        let mut row = SecondLoad {
            at_ms: milliseconds(begin),
            length_ms: milliseconds(pending.length),
            is_warm_up,
            vus: pending.users.iter().map(|users| users.0).sum(),
            connections: pending.measures.own.opened,
            ..SecondLoad::default()
        };
        count_iterations(self.program, &mut row, &pending.measures.iterations);
        let (mut response, mut service) = (Durations::default(), Durations::default());
        for step in &pending.measures.steps {
            row.requests += step.requests;
            row.failed += step.failed;
            row.throttled += step.throttled;
            row.schema_violations += step.violations.hits;
            response.add(&step.response);
            service.add(&step.service);
        }
        let lag = pending.measures.own.send_lag;
        set_times(&mut row, &response, &service, &lag);
        let named = pending.measures.steps.into_iter().zip(&self.names);
        let steps = named.filter_map(|(step, name)| Some(of_second(step, name.clone()?)));
        let second = Second {
            began: self.began,
            row,
            steps: steps.collect(),
        };
        self.timeline.take(&second, [&response, &service, &lag]);
        second
    }

    pub(crate) fn unsent(&mut self, series: usize, reason: String, count: u64) {
        let is_known = self.unsent.contains_key(&(series, reason.clone()));
        if is_known || self.unsent.len() < MOST_REASONS {
            *self.unsent.entry((series, reason)).or_default() += count;
        }
    }

    fn looked_at(&self) -> Measured<'_> {
        Measured {
            series: &self.program.series,
            parts: &self.labels,
            measures: &self.measured,
            users: &self.users,
            seconds: self.measured_time.as_secs_f64().max(1e-3),
            is_part: self.is_part,
        }
    }

    /// The threshold for which the run is ended, if there is one.
    pub(crate) fn abort(&mut self, elapsed: Duration) -> Option<&'p Threshold> {
        let looked = self.looked_at();
        if looked.seconds < LEAST_SAMPLES_SECONDS {
            return None;
        }
        let found = self.profile.thresholds.iter().position(|threshold| {
            threshold.abort.is_some_and(|delay| elapsed >= delay)
                && looked
                    .value(threshold)
                    .is_some_and(|value| !threshold.comparison.holds(value, threshold.bound))
        })?;
        self.aborted = Some(found);
        self.profile.thresholds.get(found)
    }

    /// All of it as a report.
    pub(crate) fn report(mut self, ended: &Ended, shard: Option<ShardLoad>) -> LoadReport {
        let (timeline, windows) = std::mem::take(&mut self.timeline).into_parts();
        // What drains afterwards is counted, but belongs to the time in which it was due.
        let asked = self.profile.length().saturating_sub(self.profile.warm_up);
        let seconds = self.measured_time.min(asked).as_secs_f64().max(1e-3);
        let scenarios = self.scenarios();
        let mut all = StepMeasure::default();
        let mut steps = Vec::new();
        for (series, counted) in self.program.series.iter().zip(&self.measured.steps) {
            all.add(counted);
            if let Some(operation) = &series.operation {
                let part = self.program.parts.get(series.part);
                steps.push(StepLoad {
                    scenario: part.map_or_else(String::new, |part| part.name.clone()),
                    workflow: series.workflow.clone(),
                    step: series.step.clone(),
                    api: series.api,
                    operation: operation.clone(),
                    ..step(counted, seconds)
                });
            }
        }
        let total = step(&all, seconds);
        let generator = self.generator(&all);
        let (mut soundness, mut doubts) = soundness(
            |name| {
                let mut parts = self.program.parts.iter();
                let part = parts.find(|part| part.name == name)?;
                Some(part.scenario.executor.most_vus())
            },
            &scenarios,
            &total,
            &generator,
        );
        if self.late > MOST_LATE {
            doubts.push(format!(
                "this machine began {:.1} s late; what was due before was not made",
                self.late.as_secs_f64()
            ));
            if soundness == Soundness::Valid {
                soundness = Soundness::Suspect;
            }
        }
        if self.silent > 0 {
            doubts.push(format!(
                "{} of {} threads did not say what they did last, which is in none of the numbers",
                self.silent, self.lanes
            ));
            if soundness == Soundness::Valid {
                soundness = Soundness::Suspect;
            }
        }
        let unproven = self.unproven(ended);
        let thresholds = self.thresholds(soundness, unproven);
        let mut notes = Vec::new();
        if let Some(shard) = shard.as_ref().filter(|_| self.is_empty_part(unproven)) {
            notes.push(format!(
                "shard {} of {} has no part of this load",
                shard.number, shard.of
            ));
        }
        if all.throttled > 0 {
            notes.push(format!(
                "{} of {} answers asked to come later (429, or 503 with Retry-After): a limiter was measured, not the server behind it",
                all.throttled,
                all.statuses.values().sum::<u64>()
            ));
        }
        notes.extend(self.sent_again());
        let parked = self.measured.own.parked + self.warm_up.own.parked;
        if parked > 0 {
            notes.push(format!(
                "{parked} times an answer asked to wait for more than {} s before the next try (Retry-After), which no virtual user does",
                LONGEST_WAIT.as_secs()
            ));
        }
        if generator.drafted > 0 {
            notes.push(format!(
                "{} requests were drawn up anew for their iteration, which costs more than filling in values",
                generator.drafted
            ));
        }
        LoadReport {
            plan: String::new(),
            late_ms: milliseconds(self.late),
            shard,
            merged: None,
            soundness,
            doubts,
            notes,
            scenarios,
            steps,
            total,
            thresholds,
            unproven,
            warm_up_ms: milliseconds(self.profile.warm_up),
            measured_ms: milliseconds(self.measured_time),
            generator,
            unsent: self.unsent_rows(),
            began: self.began.to_string(),
            timeline,
            windows,
        }
    }

    fn scenarios(&self) -> Vec<ScenarioLoad> {
        let parts = self.program.parts.iter().zip(&self.measured.iterations);
        parts
            .zip(&self.users_max)
            .zip(&self.users)
            .map(|(((part, counted), vus_max), users)| {
                let is_open = part.scenario.executor.is_open();
                let end = part.scenario.start + part.scenario.executor.length();
                let own = end.saturating_sub(part.scenario.start.max(self.profile.warm_up));
                let own = self.measured_time.min(own);
                let seconds = own.as_secs_f64().max(1e-3);
                ScenarioLoad {
                    name: part.name.clone(),
                    tags: part.scenario.tags.clone(),
                    executor: part.scenario.executor.name().to_owned(),
                    vus: users.0,
                    vus_max: *vus_max,
                    measured_ms: milliseconds(own),
                    ..scenario(counted, is_open, seconds)
                }
            })
            .collect()
    }

    fn generator(&self, all: &StepMeasure) -> GeneratorLoad {
        let own = &self.measured.own;
        let [seen, shape, stream, tape, full] = own.rungs;
        let steal = self.ticks.and_then(|then| Ticks::now()?.steal_since(then));
        let busy = own.busy.filter(|_| all.requests > 0);
        GeneratorLoad {
            threads: self.lanes,
            busiest: self.busiest.map(rounded),
            longest_wait: self.longest_wait.map(rounded),
            clock: match (own.ahead, self.warm_up.own.ahead) {
                (Some(one), Some(other)) => one.and(other).recorded(),
                (one, other) => one.or(other).and_then(Ahead::recorded),
            },
            segments: self.segments.and_then(|then| {
                let (again, all) = Segments::now()?.since(then);
                Some(SegmentsLoad { again, all })
            }),
            send_lag: Times::from(&own.send_lag),
            receive_lag: Times::from(&own.receive_lag),
            steal: steal.map(rounded),
            cpu_per_request_us: busy
                .map(|busy| rounded(busy.as_secs_f64() * 1e6 / number(all.requests))),
            connections: own.opened + self.warm_up.own.opened,
            http2_connections: own.opened_http2 + self.warm_up.own.opened_http2,
            local: own.local.clone(),
            validation: ValidationLoad {
                seen,
                shape,
                stream,
                tape,
                full,
            },
            drafted: own.drafted,
            held: own.held,
        }
    }

    /// Why the run proves nothing of what it was to measure, or not all of it.
    fn unproven(&self, ended: &Ended) -> Option<Unproven> {
        match ended {
            Ended::Unreachable(_) => Some(Unproven::Unreachable),
            Ended::Unauthorized(_) => Some(Unproven::Unauthorized),
            _ if self.put_off().is_some() => Some(Unproven::Throttled),
            Ended::Stopped(_) => Some(Unproven::Interrupted),
            Ended::Completed if self.is_part => {
                let looked = self.looked_at();
                let mut thresholds = self.profile.thresholds.iter();
                let is_open = thresholds.any(|threshold| looked.value(threshold).is_none());
                (is_open || self.is_empty()).then_some(Unproven::OtherShards)
            }
            Ended::Completed => None,
        }
    }

    /// Whether nothing was due.
    fn is_empty(&self) -> bool {
        let both = [&self.measured, &self.warm_up].into_iter();
        both.flat_map(|measures| &measures.iterations)
            .all(|counted| counted.due == 0)
    }

    fn is_empty_part(&self, unproven: Option<Unproven>) -> bool {
        unproven == Some(Unproven::OtherShards) && self.is_empty()
    }

    fn thresholds(&self, soundness: Soundness, unproven: Option<Unproven>) -> Vec<ThresholdResult> {
        let looked = self.looked_at();
        let is_blind = self.unread().is_some();
        let thresholds = self.profile.thresholds.iter().enumerate();
        thresholds
            .map(|(number, threshold)| {
                let mut result = looked.judge(threshold, soundness, unproven);
                if is_blind && result.outcome == ThresholdOutcome::NoData {
                    result.outcome = ThresholdOutcome::Inconclusive;
                }
                result.aborted = self.aborted == Some(number);
                if result.aborted && result.outcome == ThresholdOutcome::Passed {
                    // It did not hold when it ended the run, and that was what it asked for.
                    result.outcome = ThresholdOutcome::Crossed;
                }
                result
            })
            .collect()
    }

    fn unsent_rows(&self) -> Vec<UnsentLoad> {
        let rows = self.unsent.iter().filter_map(|((series, reason), count)| {
            let series = self.program.series.get(*series)?;
            Some(UnsentLoad {
                workflow: series.workflow.clone(),
                step: series.step.clone(),
                reason: reason.clone(),
                count: *count,
            })
        });
        rows.collect()
    }
}
