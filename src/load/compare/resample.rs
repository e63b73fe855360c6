//! Resampling: how far a percentile of a run may lie from where it would lie in another stretch of the
//! same run (moving-block bootstrap).
//!
//! The requests of a second are not independent of each other, and neither are neighbouring seconds: a
//! pause of a garbage collector, a neighbour on the machine, a queue that drains. So whole blocks of
//! neighbouring windows are drawn, and not requests.

use std::collections::BTreeMap;

/// How many windows a run is cut into at most: more cost time and tell little.
const MOST_WINDOWS: usize = 120;
/// How many blocks there must be at least for their differences to say something.
pub(super) const LEAST_BLOCKS: usize = 8;
/// How many blocks are aimed at where neighbouring windows are alike.
const BLOCKS: f64 = 10.0;

/// The times of one run in windows, in an order of values that can be walked.
#[derive(Debug, Clone)]
pub(super) struct Series {
    /// The values that there are, from the smallest.
    values: Vec<u64>,
    /// How often each is in each window, by its place in `values`.
    windows: Vec<Vec<(usize, u64)>>,
}

impl Series {
    /// A series of windows, each with its values and how often they are there.
    pub(super) fn new(windows: &[Vec<(u64, u64)>]) -> Self {
        let size = windows.len().div_ceil(MOST_WINDOWS).max(1);
        let mut joined: Vec<BTreeMap<u64, u64>> = Vec::new();
        for some in windows.chunks(size) {
            let mut all = BTreeMap::new();
            for (value, count) in some.iter().flatten() {
                *all.entry(*value).or_default() += count;
            }
            joined.push(all);
        }
        let mut values: Vec<u64> = joined.iter().flat_map(|all| all.keys().copied()).collect();
        values.sort_unstable();
        values.dedup();
        let windows = joined.into_iter().map(|all| {
            let counts = all.into_iter();
            let placed = counts
                .map(|(value, count)| (values.binary_search(&value).unwrap_or_default(), count));
            placed.collect()
        });
        let windows = windows.collect();
        Self { values, windows }
    }

    /// How many values there are.
    pub(super) fn count(&self) -> u64 {
        self.windows.iter().flatten().map(|(_, count)| count).sum()
    }

    /// The percentiles of the whole, for shares from 0 to 1.
    pub(super) fn quantiles(&self, shares: &[f64]) -> Vec<f64> {
        let mut counts = vec![0; self.values.len()];
        for window in &self.windows {
            add(&mut counts, window);
        }
        self.read(&counts, shares)
    }

    /// How many windows a block has: as many as it takes for their medians to forget each other, at least
    /// the third root of all.
    pub(super) fn block(&self) -> usize {
        let medians: Vec<f64> = self
            .windows
            .iter()
            .filter(|window| !window.is_empty())
            .map(|window| {
                let mut counts = vec![0; self.values.len()];
                add(&mut counts, window);
                let median = self.read(&counts, &[0.5]);
                median.first().map_or(0.0, |median| median.max(1.0).ln())
            })
            .collect();
        let all = whole(self.windows.len());
        let least = all.cbrt().ceil();
        let most = (all / BLOCKS).floor().max(1.0);
        let length = memory(&medians).max(least).min(most);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 1 to the number of windows"
        )]
        let length = length as usize;
        length.max(1)
    }

    /// How many blocks there are.
    pub(super) fn blocks(&self) -> usize {
        self.windows.len() / self.block()
    }

    /// The percentiles of a run that might have been: blocks drawn from this one, as many windows as it
    /// has. `draw` gives a number from 0 up to, and without, its argument.
    pub(super) fn drawn(
        &self,
        block: usize,
        shares: &[f64],
        draw: &mut dyn FnMut(usize) -> usize,
    ) -> Vec<f64> {
        let mut counts = vec![0; self.values.len()];
        let all = self.windows.len();
        let mut left = all;
        while left > 0 {
            // Around the end, so that the first and last windows come as often as others.
            let from = draw(all);
            for step in 0..block.min(left) {
                if let Some(window) = self.windows.get((from + step) % all) {
                    add(&mut counts, window);
                }
            }
            left = left.saturating_sub(block);
        }
        self.read(&counts, shares)
    }

    fn read(&self, counts: &[u64], shares: &[f64]) -> Vec<f64> {
        let all = counts.iter().sum::<u64>();
        let value = |share: f64| {
            let target = share * number(all);
            let mut below = 0;
            let found = self.values.iter().zip(counts).find(|(_, count)| {
                below += **count;
                number(below) >= target && below > 0
            });
            found.map_or(0.0, |(value, _)| number(*value))
        };
        shares.iter().map(|share| value(*share)).collect()
    }
}

fn add(counts: &mut [u64], window: &[(usize, u64)]) {
    for (place, count) in window {
        if let Some(own) = counts.get_mut(*place) {
            *own += count;
        }
    }
}

/// Over how many neighbours a series remembers itself: 1 and twice the sum of its correlations with
/// itself, as long as they are more than chance.
fn memory(series: &[f64]) -> f64 {
    let all = whole(series.len());
    if series.len() < 4 {
        return 1.0;
    }
    let mean = series.iter().sum::<f64>() / all;
    let spread = series
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>();
    if spread <= f64::EPSILON {
        return 1.0;
    }
    let chance = 2.0 / all.sqrt();
    let mut sum = 0.0;
    for lag in 1..series.len() / 2 {
        let pairs = series.iter().zip(series.iter().skip(lag));
        let alike: f64 = pairs
            .map(|(one, other)| (one - mean) * (other - mean))
            .sum();
        let correlation = alike / spread;
        if correlation < chance {
            break;
        }
        sum += correlation;
    }
    1.0 + 2.0 * sum
}

#[expect(clippy::cast_precision_loss, reason = "exact to 2^53")]
fn number(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "few windows")]
fn whole(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(medians: &[u64]) -> Series {
        let windows: Vec<Vec<(u64, u64)>> = medians
            .iter()
            .map(|median| vec![(median - 1, 10), (*median, 80), (median + 1, 10)])
            .collect();
        Series::new(&windows)
    }

    #[test]
    fn percentiles_are_those_of_all_windows() {
        let series = Series::new(&[vec![(1, 50), (2, 40)], vec![(100, 10)]]);
        assert_eq!(
            series.quantiles(&[0.5, 0.9, 0.91, 1.0]),
            [1.0, 2.0, 100.0, 100.0]
        );
        assert_eq!(series.count(), 100);
        assert_eq!(Series::new(&[]).quantiles(&[0.5]), [0.0]);
    }

    #[test]
    fn windows_that_remember_each_other_make_longer_blocks() {
        let restless: Vec<u64> = (0..100).map(|n| 1_000 + n * 7_919 % 100).collect();
        let slow: Vec<u64> = (0..100)
            .map(|n| if n % 40 < 20 { 1_000 } else { 1_500 })
            .collect();
        let (restless, slow) = (windows(&restless).block(), windows(&slow).block());
        assert_eq!(restless, 5);
        assert_eq!(slow, 10);
    }

    #[test]
    fn long_runs_are_cut_into_fewer_windows_and_lose_nothing() {
        let series = windows(&vec![1_000; 1_000]);
        assert!(series.windows.len() <= MOST_WINDOWS);
        assert_eq!(series.count(), 100_000);
        assert!(series.blocks() >= LEAST_BLOCKS);
    }

    #[test]
    fn what_is_drawn_are_as_many_windows_as_there_are() {
        let series = windows(&[100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000]);
        let mut last = 0;
        let mut draw = |most: usize| {
            last = (last + 7) % most;
            last
        };
        for _ in 0..20 {
            let drawn = series.drawn(3, &[0.0, 1.0], &mut draw);
            assert!(drawn[0] >= 99.0 && drawn[1] <= 1_001.0, "{drawn:?}");
        }
    }
}
