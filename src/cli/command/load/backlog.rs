//! Backlogs: requests that pile up, as more come than are answered.
//!
//! A rate that is too high by a tenth has requests wait a tenth of a second longer with each second. In a
//! short trial most may still be answered in time, so that it is the growth that tells.

use crate::record::WindowLoad;

/// How much times must grow in each second at least, in seconds.
const LEAST_SLOPE: f64 = 0.02;
/// How many times as long answers must take at the end.
const LEAST_RATIO: f64 = 1.5;
/// Shorter windows are not looked at.
const LEAST_LENGTH_MS: u64 = 500;
/// How many answers a window must have for a median.
const LEAST_ANSWERS: u64 = 10;

/// How many standard errors of the medians the growth must be.
const LEAST_ERRORS: f64 = 4.0;

/// That answers took longer and longer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Growth {
    /// By how much in each second, in seconds.
    slope: f64,
}

/// The answers of a window: its middle, their median and its standard error, in seconds.
struct Typical {
    at: f64,
    median: f64,
    error: f64,
}

/// Whether answers took longer from one window to the next, throughout and by much more than by chance.
pub(super) fn growth(windows: &[WindowLoad]) -> Option<Growth> {
    let typical: Vec<Typical> = windows
        .iter()
        .filter(|window| !window.is_warm_up && window.length_ms >= LEAST_LENGTH_MS)
        .filter_map(Typical::of)
        .collect();
    let (first, last) = (typical.first()?, typical.last()?);
    let is_growing = typical.is_sorted_by(|one, other| one.median < other.median);
    let growth = last.median - first.median;
    let slope = growth / (last.at - first.at);
    let is_much = slope >= LEAST_SLOPE
        && last.median >= LEAST_RATIO * first.median
        && growth >= LEAST_ERRORS * first.error.hypot(last.error);
    (typical.len() > 1 && is_growing && is_much).then_some(Growth { slope })
}

impl Typical {
    fn of(window: &WindowLoad) -> Option<Self> {
        let mut all = crate::record::Durations::default();
        for step in &window.steps {
            all.add(&step.response_time.durations());
        }
        let seconds = |share: f64| all.quantile_ms(share) / 1_000.0;
        #[expect(
            clippy::cast_precision_loss,
            reason = "a trial is short, and its answers are few"
        )]
        let (middle, count) = (
            (window.at_ms as f64 + window.length_ms as f64 / 2.0) / 1_000.0,
            all.count() as f64,
        );
        (all.count() >= LEAST_ANSWERS).then(|| Self {
            at: middle,
            median: seconds(0.5),
            // As of a normal distribution, from what lies between the quartiles.
            error: 0.93 * (seconds(0.75) - seconds(0.25)) / count.sqrt(),
        })
    }
}

impl Growth {
    /// What that means, in words.
    pub(super) fn told(self) -> String {
        format!(
            "answers took {:.0} ms longer with each second: requests come faster than they are answered, and pile up",
            self.slope * 1_000.0
        )
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::record::{Durations, Packed, StepWindow};

    /// Windows of a second with so many milliseconds as the median of twenty answers.
    fn windows(medians: &[u64]) -> Vec<WindowLoad> {
        let window = |(at, milliseconds): (u64, &u64)| {
            let mut times = Durations::default();
            times.record_many(Duration::from_millis(*milliseconds), 20);
            WindowLoad {
                at_ms: at * 1_000,
                length_ms: 1_000,
                is_warm_up: false,
                steps: vec![StepWindow {
                    step: 0,
                    requests: 20,
                    failed: 0,
                    throttled: 0,
                    schema_violations: 0,
                    response_time: Packed::from(&times),
                    service_time: Packed::from(&times),
                }],
            }
        };
        (0..).zip(medians).map(window).collect()
    }

    #[test]
    fn times_that_grow_throughout_are_a_backlog() {
        for (medians, slope) in [
            (&[50, 450][..], Some(0.4)),
            (&[10, 110, 210, 310, 410], Some(0.1)),
            (&[10, 25], None),
            (&[500, 560, 620], None),
            (&[10, 200, 150, 400], None),
            (&[400, 10], None),
            (&[300], None),
            (&[], None),
        ] {
            let found = growth(&windows(medians)).map(|growth| growth.slope);
            match (found, slope) {
                (Some(found), Some(slope)) => {
                    assert!((found - slope).abs() < 0.01, "{medians:?}: {found}");
                }
                (found, slope) => assert_eq!(found, slope, "{medians:?}"),
            }
        }
    }

    #[test]
    fn the_warm_up_and_what_is_short_do_not_count() {
        let mut all = windows(&[10, 310]);
        all[0].is_warm_up = true;
        assert_eq!(growth(&all), None);
        let mut all = windows(&[10, 310]);
        all[1].length_ms = 100;
        assert_eq!(growth(&all), None);
    }

    #[test]
    fn what_chance_explains_is_no_backlog() {
        // Twenty answers around 150 ms, and around 250 ms, as far apart as they are from each other.
        let scattered = |middle: u64, spread: u64| {
            let mut all = windows(&[0]);
            let mut times = Durations::default();
            for number in 0..20 {
                times.record(Duration::from_millis(
                    middle - spread + number * spread / 10,
                ));
            }
            all[0].steps[0].response_time = Packed::from(&times);
            all.remove(0)
        };
        let pair = |spread: u64| {
            let mut later = scattered(250, spread);
            later.at_ms = 1_000;
            [scattered(150, spread), later]
        };
        assert_eq!(growth(&pair(140)), None);
        assert!(growth(&pair(20)).is_some());
    }
}
