//! Served: which share of requests had an answer that was wanted. Times of few, or of refusals, are no
//! times of the work.

use super::named;
use super::student::{NORMAL, difference, mean};
use crate::load::measure::number;
use crate::record::{LoadReport, StepLoad};

/// By how much shares may differ, so that times are still those of the same answers, and what is no more
/// failures to anybody.
const MARGIN: f64 = 0.01;
/// More failures than this, and times are mostly those of failures.
const MOST: f64 = 0.5;

/// The share of requests of a step that failed, had no answer, or were asked to come later.
#[derive(Debug, Clone, PartialEq)]
pub struct Unserved {
    /// The step: `scenario: workflow/step`.
    pub step: String,
    /// From 0 to 1; of several runs, their mean.
    pub old: f64,
    /// The same of the new.
    pub new: f64,
    /// Whether it is more than before, with a confidence of 99 %.
    pub is_more: bool,
}

impl Unserved {
    /// What came of the same step in all runs of both sides.
    pub(super) fn of(old: &[&StepLoad], new: &[&StepLoad]) -> Option<Self> {
        let name = named(new.first()?);
        let (before, after) = (shares(old), shares(new));
        let least = difference(&before, &after)
            .or_else(|| Some(of_counts(old.first()?, new.first()?)))
            .map(|(low, _)| low)?;
        Some(Self {
            step: name,
            old: mean(&before),
            new: mean(&after),
            is_more: least > MARGIN,
        })
    }

    /// Whether the times of both sides are those of other answers, or mostly of failures.
    pub fn hides_times(&self) -> bool {
        (self.old - self.new).abs() > MARGIN || self.old.max(self.new) > MOST
    }

    /// That, for people.
    pub(super) fn note(&self) -> Option<String> {
        self.hides_times().then(|| {
            format!(
                "{}: {:.1} % of the old requests failed or were asked to come later, and {:.1} % of the new: their times are not compared",
                self.step,
                self.old * 100.0,
                self.new * 100.0
            )
        })
    }
}

fn shares(steps: &[&StepLoad]) -> Vec<f64> {
    let shares = steps.iter().map(|step| share(step));
    shares.collect()
}

fn share(step: &StepLoad) -> f64 {
    let unserved = step.failed.saturating_add(step.throttled);
    (number(unserved) / number(step.concluded().max(1))).min(1.0)
}

/// Between what the difference of the shares of two runs lies, as far as requests fail by themselves.
fn of_counts(old: &StepLoad, new: &StepLoad) -> (f64, f64) {
    let error = |step: &StepLoad| {
        // One more and one less: none of few is not none of all.
        let of = number(step.concluded()) + 2.0;
        let share = (share(step) * number(step.concluded()) + 1.0) / of;
        share * (1.0 - share) / of
    };
    let half = NORMAL * (error(old) + error(new)).sqrt();
    let centre = share(new) - share(old);
    (centre - half, centre + half)
}

/// The places of two reports that are of one run.
pub fn twins(loads: &[LoadReport]) -> Option<(usize, usize)> {
    let is_twin = |one: &LoadReport, other: &LoadReport| {
        (&one.began, &one.plan, &one.shard) == (&other.began, &other.plan, &other.shard)
            && one.timeline == other.timeline
    };
    loads.iter().enumerate().find_map(|(at, one)| {
        let others = loads.iter().take(at);
        let mut others = others.enumerate();
        let (found, _) = others.find(|(_, other)| is_twin(one, other))?;
        Some((found, at))
    })
}
