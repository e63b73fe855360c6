//! Thresholds: what must hold at the end of a run under load, in k6's grammar
//! (`p(95)<200`, and the metric as `http_req_duration{operation:getUser}`).

use std::time::Duration;

use indexmap::IndexMap;

use super::metric::{Metric, MetricKind};
use crate::document::Location;

/// A condition on a metric.
#[derive(Debug, Clone)]
pub struct Threshold {
    /// What is measured.
    pub metric: Metric,
    /// Which requests or iterations count: those with all of these tags.
    pub tags: IndexMap<String, String>,
    /// What is made of the samples.
    pub aggregate: Aggregate,
    /// How it is compared.
    pub comparison: Comparison,
    /// What it is compared with: milliseconds for times, a share from 0 to 1 for rates.
    pub bound: f64,
    /// The condition as it was written.
    pub text: String,
    /// Whether the run is ended when it does not hold, and how long it is first left alone.
    pub abort: Option<Duration>,
    /// Where it stands; `None` if it comes from the command line.
    pub location: Option<Location>,
}

/// What is made of the samples of a metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Aggregate {
    /// The mean.
    Average,
    /// The least.
    Least,
    /// The most.
    Most,
    /// The median.
    Median,
    /// A percentile, from 0 to 100.
    Percentile(f64),
    /// How many.
    Count,
    /// The share of a rate; how many in a second of a counter.
    Rate,
    /// The last value.
    Value,
}

/// How a value is compared with a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `==` or `===`
    Equal,
    /// `!=`
    Unequal,
}

/// Why a threshold cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThresholdError {
    /// There is no such metric.
    #[error("there is no metric `{0}`")]
    Metric(String),
    /// A tag is asked for twice, and only one value can be had.
    #[error("the tag `{0}` stands twice")]
    Twice(String),
    /// The tags are not written as `{name:value}`.
    #[error("`{0}` is no filter of tags")]
    Tags(String),
    /// There is no such aggregate.
    #[error("`{0}` is no aggregate of a threshold")]
    Aggregate(String),
    /// The metric has no such aggregate.
    #[error("{metric} has no `{aggregate}`, but {known}")]
    Kind {
        /// The metric.
        metric: Metric,
        /// The aggregate.
        aggregate: String,
        /// Those that it has.
        known: &'static str,
    },
    /// There is no comparison.
    #[error("`{0}` compares nothing")]
    Comparison(String),
    /// What it is compared with is no number.
    #[error("`{0}` is no number")]
    Bound(String),
}

impl Comparison {
    /// Whether the comparison holds.
    pub fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::Less => value < bound,
            Self::AtMost => value <= bound,
            Self::More => value > bound,
            Self::AtLeast => value >= bound,
            Self::Equal => (value - bound).abs() <= f64::EPSILON * bound.abs(),
            Self::Unequal => (value - bound).abs() > f64::EPSILON * bound.abs(),
        }
    }
}

/// Signs with what they mean, longer ones before those that they start with.
const SIGNS: [(&str, Comparison); 7] = [
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("===", Comparison::Equal),
    ("==", Comparison::Equal),
    ("!=", Comparison::Unequal),
    ("<", Comparison::Less),
    (">", Comparison::More),
];

impl Threshold {
    /// Reads a condition such as `p(95)<200` on a metric such as `http_req_duration{step:login}`.
    pub fn parse(metric: &str, condition: &str) -> Result<Self, ThresholdError> {
        let (metric, tags) = parse_metric(metric)?;
        let text = condition.trim();
        let found = SIGNS
            .iter()
            .filter_map(|(sign, comparison)| Some((text.find(sign)?, sign, *comparison)))
            .min_by_key(|(at, sign, _)| (*at, std::cmp::Reverse(sign.len())));
        let Some((at, sign, comparison)) = found else {
            return Err(ThresholdError::Comparison(text.to_owned()));
        };
        let (left, right) = (&text[..at], &text[at + sign.len()..]);
        let aggregate = parse_aggregate(left.trim())?;
        if !metric.kind().has(aggregate) {
            return Err(ThresholdError::Kind {
                metric,
                aggregate: left.trim().to_owned(),
                known: metric.kind().aggregates(),
            });
        }
        let is_time = metric.kind() == MetricKind::Trend;
        let is_share = metric.kind() == MetricKind::Rate;
        let bound = parse_bound(right.trim(), is_time, is_share)
            .ok_or_else(|| ThresholdError::Bound(right.trim().to_owned()))?;
        Ok(Self {
            metric,
            tags,
            aggregate,
            comparison,
            bound,
            text: text.to_owned(),
            abort: None,
            location: None,
        })
    }

    /// The metric with its tags, as it is written.
    pub fn subject(&self) -> String {
        if self.tags.is_empty() {
            return self.metric.name().to_owned();
        }
        let tags: Vec<String> = self
            .tags
            .iter()
            .map(|(name, value)| format!("{name}:{value}"))
            .collect();
        format!("{}{{{}}}", self.metric.name(), tags.join(","))
    }
}

fn parse_metric(text: &str) -> Result<(Metric, IndexMap<String, String>), ThresholdError> {
    let text = text.trim();
    let (name, rest) = match text.split_once('{') {
        Some((name, rest)) => (name.trim(), Some(rest)),
        None => (text, None),
    };
    let metric = Metric::find(name).ok_or_else(|| ThresholdError::Metric(name.to_owned()))?;
    let mut tags = IndexMap::new();
    if let Some(rest) = rest {
        let wrong = || ThresholdError::Tags(format!("{{{rest}"));
        let inner = rest.trim_end().strip_suffix('}').ok_or_else(wrong)?;
        for pair in inner.split(',') {
            let (name, value) = pair.split_once(':').ok_or_else(wrong)?;
            let (name, value) = (name.trim(), value.trim());
            if name.is_empty() || value.is_empty() {
                return Err(wrong());
            }
            if tags.insert(name.to_owned(), value.to_owned()).is_some() {
                return Err(ThresholdError::Twice(name.to_owned()));
            }
        }
    }
    Ok((metric, tags))
}

fn parse_aggregate(text: &str) -> Result<Aggregate, ThresholdError> {
    let wrong = || ThresholdError::Aggregate(text.to_owned());
    Ok(match text {
        "avg" => Aggregate::Average,
        "min" => Aggregate::Least,
        "max" => Aggregate::Most,
        "med" => Aggregate::Median,
        "count" => Aggregate::Count,
        "rate" => Aggregate::Rate,
        "value" => Aggregate::Value,
        other => {
            let inner = other
                .strip_prefix("p(")
                .and_then(|rest| rest.strip_suffix(')'));
            // `p95` is how many people write it.
            let inner = inner.or_else(|| other.strip_prefix('p'));
            let number: f64 = inner
                .and_then(|inner| inner.trim().parse().ok())
                .ok_or_else(wrong)?;
            if !(0.0..=100.0).contains(&number) {
                return Err(wrong());
            }
            Aggregate::Percentile(number)
        }
    })
}

/// A bound: milliseconds unless a unit is written, and a share also as percents.
fn parse_bound(text: &str, is_time: bool, is_share: bool) -> Option<f64> {
    let units: &[(&str, f64)] = match (is_time, is_share) {
        (true, _) => &[("ms", 1.0), ("us", 0.001), ("s", 1_000.0), ("m", 60_000.0)],
        (_, true) => &[("%", 0.01)],
        _ => &[],
    };
    let unit = units.iter().find(|(unit, _)| text.ends_with(unit));
    let (digits, factor) = match unit {
        Some((unit, factor)) => (text.strip_suffix(unit)?.trim_end(), *factor),
        None => (text, 1.0),
    };
    let is_plain = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    let number: f64 = digits.parse().ok().filter(|_| is_plain)?;
    Some(number * factor).filter(|number| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(metric: &str, condition: &str) -> String {
        match Threshold::parse(metric, condition) {
            Ok(found) => format!(
                "{} {:?} {:?} {}",
                found.subject(),
                found.aggregate,
                found.comparison,
                found.bound
            ),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn thresholds_are_written_as_k6_writes_them() {
        for (metric, condition, expected) in [
            (
                "http_req_duration",
                "p(95)<200",
                "http_req_duration Percentile(95.0) Less 200",
            ),
            (
                "http_req_duration",
                "p99 <= 1.5s",
                "http_req_duration Percentile(99.0) AtMost 1500",
            ),
            (
                "http_req_duration",
                "med<200us",
                "http_req_duration Median Less 0.2",
            ),
            (
                "http_req_duration{operation:getUser, step:a}",
                "avg>1",
                "http_req_duration{operation:getUser,step:a} Average More 1",
            ),
            (
                "http_req_failed",
                "rate<1%",
                "http_req_failed Rate Less 0.01",
            ),
            (
                "schema_violations",
                "rate==0",
                "schema_violations Rate Equal 0",
            ),
            (
                "schema_violations",
                "rate===0",
                "schema_violations Rate Equal 0",
            ),
            ("http_reqs", "rate>=100", "http_reqs Rate AtLeast 100"),
            ("http_reqs", "count!=1e3", "http_reqs Count Unequal 1000"),
            ("vus_max", "value<=50", "vus_max Value AtMost 50"),
        ] {
            assert_eq!(read(metric, condition), expected);
        }
    }

    #[test]
    fn what_is_no_threshold_says_why() {
        for (metric, condition, expected) in [
            (
                "http_req_durations",
                "p(95)<1",
                "there is no metric `http_req_durations`",
            ),
            ("http_reqs{", "count>1", "`{` is no filter of tags"),
            ("http_reqs{a}", "count>1", "`{a}` is no filter of tags"),
            ("http_reqs{a:}", "count>1", "`{a:}` is no filter of tags"),
            (
                "http_reqs{a:1,b:1,a:2}",
                "count>1",
                "the tag `a` stands twice",
            ),
            (
                "http_req_duration",
                "p(101)<1",
                "`p(101)` is no aggregate of a threshold",
            ),
            (
                "http_req_duration",
                "mean<1",
                "`mean` is no aggregate of a threshold",
            ),
            (
                "http_req_duration",
                "rate<1",
                "`http_req_duration` has no `rate`, but `avg`, `min`, `max`, `med` and `p(N)`",
            ),
            (
                "http_req_duration",
                "p(95) 200",
                "`p(95) 200` compares nothing",
            ),
            ("http_req_duration", "p(95)<", "`` is no number"),
            ("http_req_duration", "p(95)<soon", "`soon` is no number"),
            ("http_req_duration", "p(95)<nan", "`nan` is no number"),
            ("http_reqs", "count<5ms", "`5ms` is no number"),
        ] {
            assert_eq!(read(metric, condition), expected);
        }
    }
}
