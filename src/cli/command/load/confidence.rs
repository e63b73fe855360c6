//! Confidence: how sure it is that a percentile keeps below a bound, from how many samples were beyond.

use crate::arazzo::{Aggregate, Comparison, Metric, MetricKind, Threshold};
use crate::record::Durations;

/// How many samples are to lie beyond a percentile, so that it is one.
const BEYOND: f64 = 10.0;

/// How many samples a threshold needs, so that its percentile is one.
pub(super) fn needed(threshold: &Threshold) -> f64 {
    let is_trend = threshold.metric.kind() == MetricKind::Trend;
    match threshold.aggregate {
        Aggregate::Percentile(percent) if is_trend && percent > 50.0 && percent < 100.0 => {
            (BEYOND / (1.0 - percent / 100.0)).ceil()
        }
        _ => 1.0,
    }
}

/// How many of how many samples were beyond the bound of a percentile, and how many may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Beyond {
    pub(super) count: u64,
    pub(super) of: u64,
    /// The share that may be, from 0 to 1.
    pub(super) share: f64,
}

impl Beyond {
    /// What was beyond the bound of a goal; `None` for goals that are no upper bound of a percentile of
    /// response times.
    pub(super) fn of(goal: &Threshold, responses: &Durations) -> Option<Self> {
        let is_upper = matches!(goal.comparison, Comparison::Less | Comparison::AtMost);
        let Aggregate::Percentile(percent) = goal.aggregate else {
            return None;
        };
        if !is_upper || goal.metric != Metric::HttpReqResponse || !(50.0..100.0).contains(&percent)
        {
            return None;
        }
        let counts = responses.counts().into_iter();
        #[expect(
            clippy::cast_precision_loss,
            reason = "a histogram keeps three digits only"
        )]
        let beyond = counts.filter(|(microseconds, _)| {
            let value = *microseconds as f64 / 1_000.0;
            !goal.comparison.holds(value, goal.bound)
        });
        Some(Self {
            count: beyond.map(|(_, count)| count).sum(),
            of: responses.count(),
            share: 1.0 - percent / 100.0,
        })
    }

    /// How likely it is that no more are beyond if just as many were to be as may be: where that is small,
    /// fewer would be.
    pub(super) fn at_most(self) -> f64 {
        self.cumulated(self.count)
    }

    /// How likely it is that so many or more are beyond though no more were to be than may be.
    pub(super) fn at_least(self) -> f64 {
        match self.count.checked_sub(1) {
            Some(fewer) => 1.0 - self.cumulated(fewer),
            None => 1.0,
        }
    }

    /// The cumulated binomial distribution.
    #[expect(clippy::cast_precision_loss, reason = "counts of samples")]
    fn cumulated(self, most: u64) -> f64 {
        if most >= self.of {
            return 1.0;
        }
        let of = self.of as f64;
        let odds = self.share.ln() - (-self.share).ln_1p();
        // The logarithm of the probability of each count follows from the one before.
        let mut term = of * (-self.share).ln_1p();
        let mut sum = term.exp();
        for count in 1..=most {
            let count = count as f64;
            term += ((of - count + 1.0) / count).ln() + odds;
            sum += term.exp();
        }
        sum.clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn goal(text: &str) -> Threshold {
        Threshold::parse(Metric::HttpReqResponse.name(), text).unwrap()
    }

    #[test]
    fn a_percentile_needs_ten_samples_beyond() {
        for (text, expected) in [
            ("p(99)<1s", 1_000.0),
            ("p(95)<1s", 200.0),
            ("p(99.9)<1s", 10_000.0),
            ("p(50)<1s", 1.0),
            ("max<1s", 1.0),
        ] {
            let needed = needed(&goal(text));
            assert!((needed - expected).abs() <= 1.0, "{text}: {needed}");
        }
    }

    #[test]
    fn confidence_is_that_of_the_binomial_distribution() {
        let beyond = |count, of| Beyond {
            count,
            of,
            share: 0.01,
        };
        for (one, expected) in [
            (beyond(0, 100), 0.99_f64.powi(100)),
            (beyond(0, 1_000), 0.99_f64.powi(1_000)),
            (beyond(1, 100), 0.99_f64.powi(100) + 0.99_f64.powi(99)),
            (beyond(9, 1_000), 0.457_3),
            (beyond(5, 5), 1.0),
        ] {
            let found = one.at_most();
            assert!((found - expected).abs() < 1e-3, "{one:?}: {found}");
        }
        assert!((beyond(1, 50).at_least() - 0.395).abs() < 1e-3);
        assert!(beyond(1, 1).at_least() < 0.011);
        assert!(beyond(0, 50).at_least() > 0.999);
        // Many samples are reckoned with, too.
        assert!(beyond(9_900, 1_000_000).at_most() > 0.1);
    }

    #[test]
    fn samples_beyond_a_bound_are_counted() {
        let mut responses = Durations::default();
        for milliseconds in [10, 20, 200, 300] {
            responses.record(Duration::from_millis(milliseconds));
        }
        let found = Beyond::of(&goal("p(99)<100ms"), &responses).unwrap();
        assert_eq!((found.count, found.of), (2, 4));
        assert!(Beyond::of(&goal("max<100ms"), &responses).is_none());
    }
}
