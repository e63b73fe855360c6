//! Thresholds: what a condition comes to, from what was measured.

use indexmap::IndexMap;

use super::apart;
use super::measure::{IterationMeasure, Measures, Share, StepMeasure, number};
use super::program::{Labels, Series};
use crate::arazzo::{Aggregate, Comparison, Metric, Threshold};
use crate::record::{Durations, Soundness, ThresholdOutcome, ThresholdResult, Unproven};

/// What thresholds look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured<'a> {
    /// The steps.
    pub(crate) series: &'a [Series],
    /// The scenarios.
    pub(crate) parts: &'a [Labels],
    pub(crate) measures: &'a Measures,
    /// The virtual users in an iteration at the end, and the most there were, by scenario.
    pub(crate) users: &'a [(u32, u32)],
    /// How long was measured, in seconds.
    pub(crate) seconds: f64,
    /// Whether it is what one of several machines did, so that what had no part of the load here was not
    /// measured.
    pub(crate) is_part: bool,
}

/// The tags that requests have; a scenario's own come beside them.
pub(crate) const TAGS: [&str; 6] = [
    "scenario",
    "workflow",
    "step",
    "operation",
    "status",
    "expected_response",
];

impl Measured<'_> {
    /// What a threshold comes to, of a run that proves what it measured unless something else is said.
    pub(crate) fn judge(
        &self,
        threshold: &Threshold,
        soundness: Soundness,
        unproven: Option<Unproven>,
    ) -> ThresholdResult {
        let value = self.value(threshold);
        let metric = threshold.metric;
        let is_open = match unproven {
            Some(Unproven::Unreachable) => true,
            // That everything was refused is no answer to anything, but bodies were judged.
            Some(Unproven::Unauthorized | Unproven::Throttled) => !is_about_bodies(metric),
            // What was found in answers was found, whoever was the limit.
            _ => soundness == Soundness::GeneratorBound && !is_about_answers(metric),
        };
        let outcome = match value {
            None if unproven.is_some() => ThresholdOutcome::Inconclusive,
            None => ThresholdOutcome::NoData,
            Some(_) if is_open => ThresholdOutcome::Inconclusive,
            Some(value) if !threshold.comparison.holds(value, threshold.bound) => {
                ThresholdOutcome::Crossed
            }
            Some(_) if matches!(unproven, Some(Unproven::Unauthorized | Unproven::Throttled)) => {
                ThresholdOutcome::Inconclusive
            }
            Some(_) if soundness == Soundness::GeneratorBound => ThresholdOutcome::Inconclusive,
            Some(_) => ThresholdOutcome::Passed,
        };
        ThresholdResult {
            metric: threshold.subject(),
            condition: threshold.text.clone(),
            value,
            outcome,
            place: threshold.location.as_ref().map(ToString::to_string),
            aborted: false,
        }
    }

    /// What a threshold looks at; `None` without data.
    pub(crate) fn value(&self, threshold: &Threshold) -> Option<f64> {
        let steps = || self.steps(&threshold.tags).into_iter();
        let parts = || self.parts(&threshold.tags);
        let trend = |of: fn(&StepMeasure) -> &Durations| {
            let mut all = Durations::default();
            for step in steps() {
                all.add(of(step));
            }
            all
        };
        let rate = |of: fn(&StepMeasure) -> Share| {
            let mut all = Share::default();
            for step in steps() {
                all.join(of(step));
            }
            all.share()
        };
        let counted = |count: u64, has_data: bool| match threshold.aggregate {
            _ if !has_data => None,
            Aggregate::Rate => Some(number(count) / self.seconds),
            _ => Some(number(count)),
        };
        // That there was no answer of a kind is something that was measured.
        let mut own = self.series.iter();
        let has_steps =
            own.any(|series| self.has_work(series.part) && self.is_tagged(series, &threshold.tags));
        let step_sum = |of: fn(&StepMeasure) -> u64| counted(steps().map(of).sum(), has_steps);
        let has_parts = parts().any(|(at, _)| self.has_work(at));
        let sum = |of: fn(&IterationMeasure) -> u64| {
            counted(parts().map(|(_, part)| of(part)).sum(), has_parts)
        };
        match threshold.metric {
            Metric::HttpReqs => step_sum(|step| step.requests),
            Metric::DataSent => step_sum(|step| step.sent),
            Metric::DataReceived => step_sum(|step| step.received),
            Metric::HttpReqDuration => worst(
                threshold,
                trend(|step| &step.service),
                &trend(|step| &step.cut_service),
            ),
            Metric::HttpReqResponse => worst(
                threshold,
                trend(|step| &step.response),
                &trend(|step| &step.cut_response),
            ),
            Metric::HttpReqWaiting => quantity(&trend(|step| &step.waiting), threshold.aggregate),
            Metric::HttpReqConnecting => {
                quantity(&trend(|step| &step.connecting), threshold.aggregate)
            }
            Metric::HttpReqFailed => rate(|step| step.among_known(step.failed)),
            Metric::HttpReqThrottled => rate(|step| step.among_known(step.throttled)),
            Metric::HttpReqSentAgain => rate(|step| Share {
                of: step.requests,
                hits: step.again,
            }),
            Metric::Checks => rate(|step| step.criteria),
            Metric::SchemaViolations => rate(|step| step.violations),
            Metric::UndocumentedStatus => rate(|step| step.undocumented),
            Metric::Iterations => sum(|part| part.completed),
            Metric::DroppedIterations => sum(|part| part.dropped),
            Metric::LateIterations => sum(|part| part.late),
            Metric::IterationDuration => {
                let (mut all, mut cut) = (Durations::default(), Durations::default());
                for (_, part) in parts() {
                    all.add(&part.duration);
                    cut.add(&part.cut_duration);
                }
                worst(threshold, all, &cut)
            }
            Metric::AchievedRate => {
                let (begun, due) = parts()
                    .filter(|(at, _)| self.is_open(*at))
                    .fold((0, 0), |(begun, due), (_, part)| {
                        (begun + part.begun, due + part.due)
                    });
                (due > 0).then(|| number(begun) / number(due))
            }
            Metric::Vus => Some(self.users(&threshold.tags, |users| users.0)),
            Metric::VusMax => Some(self.users(&threshold.tags, |users| users.1)),
        }
    }

    fn is_open(&self, part: usize) -> bool {
        self.parts.get(part).is_some_and(|part| part.is_open)
    }

    fn users(&self, tags: &IndexMap<String, String>, of: fn(&(u32, u32)) -> u32) -> f64 {
        let parts = self.parts(tags);
        let users = parts.filter_map(|(at, _)| self.users.get(at)).map(of);
        f64::from(users.sum::<u32>())
    }

    fn is_tagged(&self, series: &Series, tags: &IndexMap<String, String>) -> bool {
        let part = self.parts.get(series.part);
        part.is_some_and(|part| has(part, Some(series), tags))
    }

    /// Whether anything of a scenario was due here.
    fn has_work(&self, part: usize) -> bool {
        let counted = self.measures.iterations.get(part);
        !self.is_part || counted.is_some_and(|counted| counted.due > 0)
    }

    /// What was counted of steps with these tags, whatever kind of answers came.
    fn series(&self, tags: &IndexMap<String, String>) -> impl Iterator<Item = &StepMeasure> {
        let both = self.series.iter().zip(&self.measures.steps);
        both.filter(|(series, _)| self.is_tagged(series, tags))
            .map(|(_, step)| step)
    }

    /// What was counted of steps with these tags.
    fn steps(&self, tags: &IndexMap<String, String>) -> Vec<&StepMeasure> {
        let all = self.series(tags);
        if !tags.keys().any(|name| apart::is_tag(name)) {
            return all.collect();
        }
        let kinds = all.flat_map(|step| &step.kinds);
        let meant = kinds.filter(|(kind, _)| {
            let mut tags = tags.iter();
            tags.all(|(name, value)| apart::is_meant(**kind, name, value))
        });
        meant.map(|(_, own)| own).collect()
    }

    /// What was counted of scenarios with these tags.
    fn parts(
        &self,
        tags: &IndexMap<String, String>,
    ) -> impl Iterator<Item = (usize, &IterationMeasure)> {
        let both = self.parts.iter().zip(&self.measures.iterations);
        both.enumerate()
            .filter(|(_, (part, _))| has(part, None, tags))
            .map(|(at, (_, counted))| (at, counted))
    }
}

/// Whether a step of a scenario, or the scenario itself, has all of these tags.
fn has(part: &Labels, series: Option<&Series>, tags: &IndexMap<String, String>) -> bool {
    tags.iter().all(|(name, value)| match (&**name, series) {
        ("scenario", _) => part.name == *value,
        ("workflow", Some(series)) => series.workflow == *value,
        ("step", Some(series)) => series.step == *value,
        ("operation", Some(series)) => series.operation.as_ref() == Some(value),
        (name, Some(_)) if apart::is_tag(name) => true,
        (name, _) => part.tags.get(name) == Some(value),
    })
}

/// Whether a metric says what was in answers, and not how fast or how many they were.
fn is_about_answers(metric: Metric) -> bool {
    matches!(
        metric,
        Metric::SchemaViolations
            | Metric::UndocumentedStatus
            | Metric::Checks
            | Metric::HttpReqFailed
    )
}

/// Whether a threshold asks about answers that ask to come later: who asks wants to measure the limiter.
pub(super) fn is_about_limiters(threshold: &Threshold) -> bool {
    let status = threshold.tags.get("status");
    threshold.metric == Metric::HttpReqThrottled
        || status.is_some_and(|status| matches!(&**status, "429" | "503"))
}

/// Whether a metric says how bodies keep the document.
fn is_about_bodies(metric: Metric) -> bool {
    metric == Metric::SchemaViolations
}

/// What answers or iterations took. Those that were broken off took longer than they had waited: where that
/// alone breaks an upper bound, it is what they come to with these.
fn worst(threshold: &Threshold, mut answered: Durations, cut: &Durations) -> Option<f64> {
    let value = quantity(&answered, threshold.aggregate);
    let is_upper = matches!(threshold.comparison, Comparison::Less | Comparison::AtMost);
    if !is_upper || cut.count() == 0 {
        return value;
    }
    answered.add(cut);
    let least = quantity(&answered, threshold.aggregate);
    let broken = least.filter(|least| !threshold.comparison.holds(*least, threshold.bound));
    broken.or(value)
}

fn quantity(all: &Durations, aggregate: Aggregate) -> Option<f64> {
    if all.count() == 0 {
        return None;
    }
    Some(match aggregate {
        Aggregate::Average => all.mean_ms(),
        Aggregate::Least => all.min_ms(),
        Aggregate::Most => all.max_ms(),
        Aggregate::Median => all.quantile_ms(0.5),
        Aggregate::Percentile(percent) => all.quantile_ms(percent / 100.0),
        Aggregate::Count | Aggregate::Rate | Aggregate::Value => number(all.count()),
    })
}

#[cfg(test)]
mod tests {
    use super::super::apart::{Kind, count};
    use super::super::recorded::step;
    use super::*;

    #[test]
    fn what_was_broken_off_is_in_no_share_of_failures() {
        let mut counted = StepMeasure {
            requests: 6,
            failed: 2,
            throttled: 1,
            broken_off: 2,
            ..StepMeasure::default()
        };
        for (status, is_expected, times) in [(200, true, 2), (500, false, 2), (0, true, 2)] {
            let kind = Kind {
                status,
                is_expected,
                is_limited: false,
            };
            (0..times).for_each(|_| count(&mut counted, kind, (0, 0), None));
        }
        for _ in 0..2 {
            counted.cut_response.record(std::time::Duration::ZERO);
        }
        let recorded = step(&counted, 1.0);
        assert_eq!((recorded.broken_off(), recorded.concluded()), (2, 4));
        let measures = Measures {
            steps: vec![counted],
            iterations: vec![IterationMeasure::default()],
            ..Measures::default()
        };
        let series = [Series {
            part: 0,
            workflow: "w".to_owned(),
            step: "a".to_owned(),
            operation: Some("list".to_owned()),
            api: 0,
        }];
        let parts = [Labels {
            name: "s".to_owned(),
            tags: IndexMap::new(),
            is_open: false,
        }];
        let measured = Measured {
            series: &series,
            parts: &parts,
            measures: &measures,
            users: &[(0, 0)],
            seconds: 1.0,
            is_part: false,
        };
        for (metric, condition, value) in [
            ("http_req_failed", "rate<1", Some(0.5)),
            (
                "http_req_failed{expected_response:true}",
                "rate<1",
                Some(0.0),
            ),
            ("http_req_failed{status:0}", "rate<1", None),
            ("http_req_throttled", "rate<1", Some(0.25)),
            ("http_reqs", "count>0", Some(6.0)),
            ("http_reqs{expected_response:true}", "count>0", Some(2.0)),
            ("http_reqs{expected_response:false}", "count>0", Some(2.0)),
            ("http_reqs{status:0}", "count>0", Some(2.0)),
        ] {
            let threshold = Threshold::parse(metric, condition).unwrap();
            assert_eq!(measured.value(&threshold), value, "{metric}");
        }
    }
}
