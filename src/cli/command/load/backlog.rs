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

/// That answers took longer and longer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Growth {
    /// By how much in each second, in seconds.
    slope: f64,
}

/// Whether answers took longer from one window to the next, throughout and by much.
pub(super) fn growth(windows: &[WindowLoad]) -> Option<Growth> {
    let medians: Vec<(f64, f64)> = windows
        .iter()
        .filter(|window| !window.is_warm_up && window.length_ms >= LEAST_LENGTH_MS)
        .filter_map(median)
        .collect();
    let ((begin, first), (end, last)) = (*medians.first()?, *medians.last()?);
    let is_growing = medians.is_sorted_by(|one, other| one.1 < other.1);
    let slope = (last - first) / (end - begin);
    let is_much = slope >= LEAST_SLOPE && last >= LEAST_RATIO * first;
    (medians.len() > 1 && is_growing && is_much).then_some(Growth { slope })
}

/// The middle of a window and the median of its answers, in seconds.
fn median(window: &WindowLoad) -> Option<(f64, f64)> {
    let mut all = crate::record::Durations::default();
    for step in &window.steps {
        all.add(&step.response_time.durations());
    }
    #[expect(clippy::cast_precision_loss, reason = "the length of a trial")]
    let middle = (window.at_ms as f64 + window.length_ms as f64 / 2.0) / 1_000.0;
    (all.count() >= LEAST_ANSWERS).then(|| (middle, all.quantile_ms(0.5) / 1_000.0))
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
}
