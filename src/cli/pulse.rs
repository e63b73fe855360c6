//! The pulse of a run under load: what it is doing now, and what it has done so far.

use std::time::Duration;

use crate::record::{Durations, Latency, Second, SecondLoad};
use crate::report::counted;

/// What is shown of a run under load while it goes on.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    /// How long the profile is.
    length: Duration,
    /// The response times of the measured part so far.
    overall: Durations,
    late: u64,
    failed: u64,
    schema_violations: u64,
}

impl Pulse {
    /// For a profile of some length.
    pub(crate) fn new(length: Duration) -> Self {
        Self {
            length,
            ..Self::default()
        }
    }

    /// How long the profile is, in seconds.
    pub(crate) fn seconds(&self) -> u64 {
        u64::try_from(self.length.as_millis().div_ceil(1_000).max(1)).unwrap_or(u64::MAX)
    }

    /// Takes a second; what is to be shown, in two lines: the second, and all so far.
    pub(crate) fn beat(&mut self, second: &Second) -> [String; 2] {
        let row = &second.row;
        let mut now = Durations::default();
        for step in &second.steps {
            now.add(&step.response);
        }
        self.late += row.late;
        self.failed += row.failed;
        self.schema_violations += row.schema_violations;
        if !row.is_warm_up {
            self.overall.add(&now);
        }
        let asked = row.due.map_or_else(String::new, |due| {
            format!("{:.0}/s asked, ", rate(due, row))
        });
        let first = format!(
            "{}: {asked}{:.0}/s begun, {:.0} requests/s, {}, {}",
            self.stage(row),
            rate(row.begun, row),
            rate(row.requests, row),
            counted(usize::try_from(row.vus).unwrap_or(usize::MAX), "user"),
            spread(&now.latency())
        );
        let second = format!(
            "in all: {}; {} late, {} failed, {} broke their schemas",
            spread(&self.overall.latency()),
            self.late,
            self.failed,
            self.schema_violations
        );
        [first, second]
    }

    /// What part of the run a second belongs to.
    fn stage(&self, row: &SecondLoad) -> &'static str {
        if row.is_warm_up {
            "warm-up"
        } else if u128::from(row.at_ms) >= self.length.as_millis() {
            "the last answers"
        } else {
            "measured"
        }
    }
}

/// The percentiles; `-` for those that too few samples lie beyond, as in the report.
fn spread(latency: &Latency) -> String {
    if latency.count == 0 {
        return "no answers".to_owned();
    }
    let shown = |share: f64, value: f64| {
        if latency.tells(share) {
            format!("{value:.1}")
        } else {
            "-".to_owned()
        }
    };
    format!(
        "p50 {:.1}, p95 {}, p99 {} ms",
        latency.p50_ms,
        shown(0.95, latency.p95_ms),
        shown(0.99, latency.p99_ms)
    )
}

#[expect(clippy::cast_precision_loss, reason = "counts of a second")]
fn rate(count: u64, row: &SecondLoad) -> f64 {
    count as f64 * 1_000.0 / row.length_ms.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::StepSecond;

    fn second(at_ms: u64, is_warm_up: bool, took: u64) -> Second {
        let mut step = StepSecond::default();
        step.response.record(Duration::from_millis(took));
        Second {
            began: jiff::Timestamp::UNIX_EPOCH,
            row: SecondLoad {
                at_ms,
                length_ms: 500,
                is_warm_up,
                due: Some(10),
                begun: 9,
                late: 1,
                requests: 20,
                failed: 2,
                schema_violations: 3,
                vus: 4,
                ..SecondLoad::default()
            },
            steps: vec![step],
        }
    }

    #[test]
    fn a_second_is_told_beside_all_so_far() {
        let mut pulse = Pulse::new(Duration::from_millis(1_500));
        assert_eq!(pulse.seconds(), 2);
        let [now, all] = pulse.beat(&second(0, true, 100));
        assert_eq!(
            now,
            "warm-up: 20/s asked, 18/s begun, 40 requests/s, 4 users, p50 100.0, p95 -, p99 - ms"
        );
        assert_eq!(
            all,
            "in all: no answers; 1 late, 2 failed, 3 broke their schemas"
        );
        pulse.beat(&second(500, false, 10));
        let [now, all] = pulse.beat(&second(1_500, false, 30));
        assert!(now.starts_with("the last answers: "), "{now}");
        assert!(now.ends_with("p50 30.0, p95 -, p99 - ms"), "{now}");
        assert_eq!(
            all,
            "in all: p50 10.0, p95 -, p99 - ms; 3 late, 6 failed, 9 broke their schemas"
        );
    }

    #[test]
    fn percentiles_beyond_which_few_samples_lie_are_not_told() {
        let mut pulse = Pulse::new(Duration::from_secs(9));
        let mut last = String::new();
        for at in 0..10 {
            let mut second = second(at * 500, false, 10);
            second.steps = vec![second.steps[0].clone(); 20];
            [_, last] = pulse.beat(&second);
        }
        assert!(
            last.starts_with("in all: p50 10.0, p95 10.0, p99 - ms;"),
            "{last}"
        );
    }
}
