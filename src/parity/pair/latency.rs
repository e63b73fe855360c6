//! PM512: whether one side is slower, as far as that can be told.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::recording::Recording;
use crate::spec::OperationId;

/// From how many pairs of answers on anything is claimed.
const LEAST: usize = 20;
/// From which ratio of the medians on a difference is worth a word.
const RATIO: f64 = 1.5;
/// How far the medians must be apart.
const APART: f64 = 1.0;
/// The quantile of the normal distribution that one chance result in two thousand passes, on two sides:
/// many operations are looked at.
const CONFIDENT: f64 = 3.5;

/// The latencies of one operation on both sides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LatencyRow {
    /// The operation.
    pub operation: OperationId,
    /// How many requests both sides answered.
    pub pairs: usize,
    /// The median of the baseline, in milliseconds.
    pub baseline_ms: f64,
    /// The median of the candidate, in milliseconds.
    pub candidate_ms: f64,
    /// What can be said.
    pub verdict: LatencyVerdict,
}

/// What latencies say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LatencyVerdict {
    /// Fewer than twenty pairs of answers.
    TooFew,
    /// No difference that matters, or one that may be chance.
    Alike,
    /// The candidate is slower, and hardly by chance.
    CandidateSlower,
    /// The baseline is slower, and hardly by chance.
    BaselineSlower,
}

/// The latencies of all operations that both sides answered.
pub fn latencies(baseline: &Recording, candidate: &Recording) -> Vec<LatencyRow> {
    let mut times: BTreeMap<(usize, &OperationId), Vec<(f64, f64)>> = BTreeMap::new();
    for (name, left) in &baseline.answers {
        let Some(right) = candidate.answers.get(name) else {
            continue;
        };
        let verdicts = (&left.verdict, &right.verdict);
        if verdicts.0.exchange.status().is_none()
            || verdicts.0.exchange.status() != verdicts.1.exchange.status()
        {
            continue;
        }
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        let key = (left.verdict.api, &left.verdict.case.operation);
        times.entry(key).or_default().push((
            ms(verdicts.0.exchange.timing.service_time()),
            ms(verdicts.1.exchange.timing.service_time()),
        ));
    }
    let rows = times.into_iter();
    rows.map(|((_, operation), pairs)| row(operation, &pairs))
        .collect()
}

fn row(operation: &OperationId, pairs: &[(f64, f64)]) -> LatencyRow {
    let median = |side: fn(&(f64, f64)) -> f64| {
        let mut times: Vec<f64> = pairs.iter().map(side).collect();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or_default()
    };
    let (baseline, candidate) = (median(|pair| pair.0), median(|pair| pair.1));
    LatencyRow {
        operation: operation.clone(),
        pairs: pairs.len(),
        baseline_ms: rounded(baseline),
        candidate_ms: rounded(candidate),
        verdict: verdict(pairs, baseline, candidate),
    }
}

/// A sign test: in how many of the pairs one side is slower, and whether chance does as well.
fn verdict(pairs: &[(f64, f64)], baseline: f64, candidate: f64) -> LatencyVerdict {
    if pairs.len() < LEAST {
        return LatencyVerdict::TooFew;
    }
    let slower = pairs.iter().filter(|(left, right)| right > left).count();
    let faster = pairs.iter().filter(|(left, right)| right < left).count();
    let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let all = count(slower + faster).max(1.0);
    let score = (count(slower) - all / 2.0) / (all / 4.0).sqrt();
    let (less, more) = (baseline.min(candidate), baseline.max(candidate));
    if more < less * RATIO || more - less < APART || score.abs() < CONFIDENT {
        LatencyVerdict::Alike
    } else if score > 0.0 {
        LatencyVerdict::CandidateSlower
    } else {
        LatencyVerdict::BaselineSlower
    }
}

fn rounded(milliseconds: f64) -> f64 {
    (milliseconds * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_hardly_chance_is_claimed() {
        let told = |pairs: &[(f64, f64)]| row(&OperationId::new("x"), pairs).verdict;
        assert_eq!(told(&[(1.0, 9.0); 19]), LatencyVerdict::TooFew);
        assert_eq!(told(&[(1.0, 9.0); 20]), LatencyVerdict::CandidateSlower);
        assert_eq!(told(&[(9.0, 1.0); 20]), LatencyVerdict::BaselineSlower);
        assert_eq!(told(&[(9.0, 10.0); 20]), LatencyVerdict::Alike);
        // Below a millisecond nobody feels it.
        assert_eq!(told(&[(0.1, 0.9); 20]), LatencyVerdict::Alike);
        let mut mixed = vec![(1.0, 9.0); 12];
        mixed.extend([(9.0, 1.0); 10]);
        assert_eq!(told(&mixed), LatencyVerdict::Alike);
    }
}
