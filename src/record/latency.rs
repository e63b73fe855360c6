//! Latencies: how long exchanges took, as quantiles of a histogram.

use std::fmt;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// The longest duration that is told from longer ones: a day, in microseconds.
const LONGEST: u64 = 24 * 3600 * 1_000_000;

/// How many digits of a duration are kept.
pub(super) const DIGITS: u8 = 3;

/// Collects durations with three significant digits, in microseconds.
#[derive(Clone, PartialEq)]
pub struct Durations(Histogram<u64>);

/// How long exchanges took, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Latency {
    /// How many were measured.
    pub count: u64,
    /// The mean.
    pub mean_ms: f64,
    /// The median.
    pub p50_ms: f64,
    /// Nine of ten took no longer.
    pub p90_ms: f64,
    /// Nineteen of twenty took no longer.
    pub p95_ms: f64,
    /// Ninety-nine of a hundred took no longer.
    pub p99_ms: f64,
    /// All but one of a thousand took no longer.
    pub p999_ms: f64,
    /// The longest.
    pub max_ms: f64,
}

/// How many must lie beyond a quantile for it to mean something.
const BEYOND: f64 = 10.0;

impl Latency {
    /// Whether there are enough to speak of the quantile of a share from 0 to 1: ten beyond it. The median
    /// and what lies below it always count.
    pub fn tells(&self, share: f64) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "exact to 2^53")]
        let count = self.count as f64;
        self.count > 0 && (share <= 0.5 || count * (1.0 - share) >= BEYOND * (1.0 - 1e-9))
    }
}

impl Default for Durations {
    fn default() -> Self {
        match Histogram::new(DIGITS) {
            Ok(mut histogram) => {
                histogram.auto(true);
                Self(histogram)
            }
            Err(_) => unreachable!("three significant digits are within the limits"),
        }
    }
}

impl From<Histogram<u64>> for Durations {
    fn from(mut histogram: Histogram<u64>) -> Self {
        histogram.auto(true);
        Self(histogram)
    }
}

impl fmt::Debug for Durations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Durations").field(&self.latency()).finish()
    }
}

impl Durations {
    /// Takes a duration; longer ones than a day count as a day.
    pub fn record(&mut self, duration: Duration) {
        let microseconds = u64::try_from(duration.as_micros()).unwrap_or(LONGEST);
        if self.0.record(microseconds.min(LONGEST)).is_err() {
            self.0.saturating_record(microseconds);
        }
    }

    /// Takes a duration so many times.
    pub fn record_many(&mut self, duration: Duration, count: u64) {
        let microseconds = u64::try_from(duration.as_micros()).unwrap_or(LONGEST);
        if count > 0 {
            // It is within the limits, and grows as needed.
            let _ = self.0.record_n(microseconds.min(LONGEST), count);
        }
    }

    /// Adds what another collection holds: quantiles of several are those of all their durations.
    pub fn add(&mut self, other: &Self) {
        // Both grow as needed, so that nothing is out of range.
        let _ = self.0.add(&other.0);
    }

    /// Each duration in microseconds, to three digits, and how often it is there; from the shortest.
    pub fn counts(&self) -> Vec<(u64, u64)> {
        let recorded = self.0.iter_recorded();
        recorded
            .map(|step| (step.value_iterated_to(), step.count_at_value()))
            .collect()
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// The duration that a share of them, from 0 to 1, does not exceed, in milliseconds.
    pub fn quantile_ms(&self, share: f64) -> f64 {
        self.quantile(share)
    }

    /// How many are longer than so many milliseconds.
    pub fn longer_than(&self, milliseconds: f64) -> u64 {
        let counts = self.counts().into_iter();
        #[expect(
            clippy::cast_precision_loss,
            reason = "a histogram keeps three digits only"
        )]
        let longer = counts.filter(|(micros, _)| *micros as f64 / 1_000.0 > milliseconds);
        longer.map(|(_, count)| count).sum()
    }

    /// The mean, in milliseconds.
    pub fn mean_ms(&self) -> f64 {
        rounded(self.0.mean())
    }

    /// The shortest, in milliseconds.
    pub fn min_ms(&self) -> f64 {
        milliseconds(self.0.min())
    }

    /// The longest, in milliseconds.
    pub fn max_ms(&self) -> f64 {
        milliseconds(self.0.max())
    }

    /// The quantiles that are shown.
    pub fn latency(&self) -> Latency {
        Latency {
            count: self.0.len(),
            mean_ms: rounded(self.0.mean()),
            p50_ms: self.quantile(0.5),
            p90_ms: self.quantile(0.9),
            p95_ms: self.quantile(0.95),
            p99_ms: self.quantile(0.99),
            p999_ms: self.quantile(0.999),
            max_ms: milliseconds(self.0.max()),
        }
    }

    /// The histogram, in microseconds.
    pub(super) fn histogram(&self) -> &Histogram<u64> {
        &self.0
    }

    fn quantile(&self, quantile: f64) -> f64 {
        // A bucket's upper end may lie above the largest value in it.
        milliseconds(self.0.value_at_quantile(quantile).min(self.0.max()))
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a histogram keeps three digits only"
)]
fn milliseconds(microseconds: u64) -> f64 {
    rounded(microseconds as f64)
}

/// Microseconds as milliseconds to the microsecond.
fn rounded(microseconds: f64) -> f64 {
    microseconds.round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_in_milliseconds_to_three_digits() {
        let mut durations = Durations::default();
        for n in 1..=100 {
            durations.record(Duration::from_millis(n));
        }
        let latency = durations.latency();
        assert_eq!(latency.count, 100);
        for (value, expected) in [
            (latency.p50_ms, 50.0),
            (latency.p95_ms, 95.0),
            (latency.p99_ms, 99.0),
            (latency.max_ms, 100.0),
            (latency.mean_ms, 50.5),
        ] {
            assert!(
                (value - expected).abs() / expected < 0.002,
                "{value} {expected}"
            );
        }
        assert!(latency.p99_ms <= latency.max_ms);
    }

    #[test]
    fn nothing_and_everything_can_be_measured() {
        assert_eq!(Durations::default().latency(), Latency::default());
        let mut durations = Durations::default();
        durations.record(Duration::MAX);
        durations.record(Duration::ZERO);
        assert_eq!(durations.latency().count, 2);
    }
}
