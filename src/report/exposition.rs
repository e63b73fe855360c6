//! What a run under load counted so far, in the text format that Prometheus reads (version 0.0.4).

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::record::{Durations, Second, StepName, StepSecond};

/// The upper ends of the buckets, in seconds: those that Prometheus' own libraries have, and two below.
const BUCKETS: [(u64, &str); 14] = [
    (500, "0.0005"),
    (1_000, "0.001"),
    (2_500, "0.0025"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (50_000, "0.05"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (500_000, "0.5"),
    (1_000_000, "1"),
    (2_500_000, "2.5"),
    (5_000_000, "5"),
    (10_000_000, "10"),
];

/// What a run under load counted so far, warm-up included: sums never go down.
#[derive(Debug, Default)]
pub struct Exposition {
    steps: Vec<(String, StepSums)>,
    due: Option<u64>,
    begun: u64,
    late: u64,
    dropped: u64,
    connections: u64,
    vus: u32,
    is_warm_up: bool,
}

#[derive(Debug, Default)]
struct StepSums {
    requests: u64,
    failed: u64,
    sent_again: u64,
    throttled: u64,
    schema_violations: u64,
    undocumented_status: u64,
    statuses: BTreeMap<u16, u64>,
    sent_bytes: u64,
    received_bytes: u64,
    response: Buckets,
    service: Buckets,
}

#[derive(Debug, Default)]
struct Buckets {
    /// How many durations each bucket has, without those of smaller ones.
    counts: [u64; BUCKETS.len()],
    /// How many durations there are, those above all buckets included.
    all: u64,
    /// Their sum, in microseconds.
    sum: u64,
}

impl Exposition {
    /// Adds a second.
    pub fn take(&mut self, second: &Second) {
        let row = &second.row;
        if let Some(due) = row.due {
            *self.due.get_or_insert(0) += due;
        }
        self.begun += row.begun;
        self.late += row.late;
        self.dropped += row.dropped;
        self.connections += row.connections;
        self.vus = row.vus;
        self.is_warm_up = row.is_warm_up;
        for step in &second.steps {
            let labels = labels(&step.name);
            let known = self.steps.iter().position(|(known, _)| *known == labels);
            let at = known.unwrap_or_else(|| {
                self.steps.push((labels, StepSums::default()));
                self.steps.len() - 1
            });
            if let Some((_, sums)) = self.steps.get_mut(at) {
                sums.take(step);
            }
        }
    }

    /// The text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let counter = |text: &mut String, name: &str, help: &str, of: fn(&StepSums) -> u64| {
            head(text, name, "counter", help);
            for (labels, sums) in &self.steps {
                let _ = writeln!(text, "proofmark_{name}{{{labels}}} {}", of(sums));
            }
        };
        counter(
            &mut text,
            "http_requests_total",
            "Requests that were sent, or could not be.",
            |sums| sums.requests,
        );
        head(
            &mut text,
            "http_responses_total",
            "counter",
            "Answers by status.",
        );
        for (labels, sums) in &self.steps {
            for (status, count) in &sums.statuses {
                let _ = writeln!(
                    text,
                    "proofmark_http_responses_total{{{labels},status=\"{status}\"}} {count}"
                );
            }
        }
        counter(
            &mut text,
            "http_requests_failed_total",
            "Requests without an answer, or with an error that nobody asked for.",
            |sums| sums.failed,
        );
        counter(
            &mut text,
            "http_requests_sent_again_total",
            "How often requests were sent once more, as their connections were gone or the server had not looked at them.",
            |sums| sums.sent_again,
        );
        counter(
            &mut text,
            "http_requests_throttled_total",
            "Answers 429, or 503 with Retry-After.",
            |sums| sums.throttled,
        );
        counter(
            &mut text,
            "schema_violations_total",
            "Bodies that break their schemas.",
            |sums| sums.schema_violations,
        );
        counter(
            &mut text,
            "undocumented_statuses_total",
            "Answers with a status that is not documented.",
            |sums| sums.undocumented_status,
        );
        counter(
            &mut text,
            "sent_bytes_total",
            "Bytes that were sent.",
            |sums| sums.sent_bytes,
        );
        counter(
            &mut text,
            "received_bytes_total",
            "Bytes that were received.",
            |sums| sums.received_bytes,
        );
        self.times(
            &mut text,
            (
                "response_time_seconds",
                "From the due time to the last byte.",
            ),
            |sums| &sums.response,
        );
        self.times(
            &mut text,
            ("service_time_seconds", "From sending to the last byte."),
            |sums| &sums.service,
        );
        self.whole(&mut text);
        text
    }

    fn times(&self, text: &mut String, (name, help): (&str, &str), of: fn(&StepSums) -> &Buckets) {
        head(text, name, "histogram", help);
        for (labels, sums) in &self.steps {
            let own = of(sums);
            let mut below = 0;
            for ((_, end), count) in BUCKETS.iter().zip(own.counts) {
                below += count;
                let _ = writeln!(
                    text,
                    "proofmark_{name}_bucket{{{labels},le=\"{end}\"}} {below}"
                );
            }
            let all = own.all;
            let (whole, rest) = (own.sum / 1_000_000, own.sum % 1_000_000);
            let _ = writeln!(
                text,
                "proofmark_{name}_bucket{{{labels},le=\"+Inf\"}} {all}"
            );
            let _ = writeln!(text, "proofmark_{name}_sum{{{labels}}} {whole}.{rest:06}");
            let _ = writeln!(text, "proofmark_{name}_count{{{labels}}} {all}");
        }
    }

    /// What no step has for itself.
    fn whole(&self, text: &mut String) {
        let mut one = |name: &str, kind: &str, help: &str, value: u64| {
            head(text, name, kind, help);
            let _ = writeln!(text, "proofmark_{name} {value}");
        };
        if let Some(due) = self.due {
            let help = "Iterations of executors with a rate that were due.";
            one("iterations_due_total", "counter", help, due);
        }
        let help = "Iterations of those executors that were begun, or else all.";
        one("iterations_begun_total", "counter", help, self.begun);
        let help = "Iterations that had to wait for a virtual user.";
        one("iterations_late_total", "counter", help, self.late);
        let help = "Iterations that were never begun.";
        one("iterations_dropped_total", "counter", help, self.dropped);
        let help = "Connections that were opened.";
        one("connections_total", "counter", help, self.connections);
        let help = "Virtual users in an iteration at the end of the last second.";
        one("vus", "gauge", help, u64::from(self.vus));
        let help = "Whether the last second belongs to the warm-up.";
        one("warm_up", "gauge", help, u64::from(self.is_warm_up));
    }
}

impl StepSums {
    fn take(&mut self, step: &StepSecond) {
        self.requests += step.requests;
        self.failed += step.failed;
        self.sent_again += step.sent_again;
        self.throttled += step.throttled;
        self.schema_violations += step.schema_violations;
        self.undocumented_status += step.undocumented_status;
        for (status, count) in &step.statuses {
            *self.statuses.entry(*status).or_default() += count;
        }
        self.sent_bytes += step.sent_bytes;
        self.received_bytes += step.received_bytes;
        self.response.take(&step.response);
        self.service.take(&step.service);
    }
}

impl Buckets {
    fn take(&mut self, durations: &Durations) {
        for (microseconds, count) in durations.counts() {
            self.all += count;
            self.sum = self.sum.saturating_add(microseconds.saturating_mul(count));
            let mut buckets = BUCKETS.iter().zip(&mut self.counts);
            if let Some((_, own)) = buckets.find(|((end, _), _)| microseconds <= *end) {
                *own += count;
            }
        }
    }
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(
        text,
        "# HELP proofmark_{name} {help}\n# TYPE proofmark_{name} {kind}"
    );
}

fn labels(name: &StepName) -> String {
    let StepName {
        scenario,
        workflow,
        step,
        operation,
    } = name;
    let named = [
        ("scenario", scenario),
        ("workflow", workflow),
        ("step", step),
        ("operation", operation),
    ];
    let each = named.map(|(label, value)| {
        let value = value.replace('\\', r"\\").replace('"', "\\\"");
        format!("{label}=\"{}\"", value.replace('\n', r"\n"))
    });
    each.join(",")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::record::SecondLoad;

    fn second(times: &[u64]) -> Second {
        let mut durations = Durations::default();
        for time in times {
            durations.record(Duration::from_micros(*time));
        }
        let name = StepName {
            scenario: "day".into(),
            workflow: "a\\b".into(),
            step: "say \"hi\"\n".into(),
            operation: "getUser".into(),
        };
        let count = u64::try_from(times.len()).unwrap();
        Second {
            began: jiff::Timestamp::UNIX_EPOCH,
            row: SecondLoad {
                due: Some(count),
                begun: count,
                vus: 3,
                ..SecondLoad::default()
            },
            steps: vec![StepSecond {
                name: Arc::new(name),
                requests: count,
                statuses: BTreeMap::from([(200, count)]),
                response: durations.clone(),
                service: durations,
                ..StepSecond::default()
            }],
        }
    }

    #[test]
    fn seconds_add_up_in_buckets_that_hold_all_below_them() {
        let mut exposition = Exposition::default();
        exposition.take(&second(&[400, 1_000, 12_000_000]));
        exposition.take(&second(&[2_000]));
        let text = exposition.text();
        let labels = r#"scenario="day",workflow="a\\b",step="say \"hi\"\n",operation="getUser""#;
        for (line, expected) in [
            (format!("http_requests_total{{{labels}}}"), "4"),
            (
                format!("http_responses_total{{{labels},status=\"200\"}}"),
                "4",
            ),
            (
                format!("response_time_seconds_bucket{{{labels},le=\"0.0005\"}}"),
                "1",
            ),
            (
                format!("response_time_seconds_bucket{{{labels},le=\"0.001\"}}"),
                "2",
            ),
            (
                format!("response_time_seconds_bucket{{{labels},le=\"10\"}}"),
                "3",
            ),
            (
                format!("response_time_seconds_bucket{{{labels},le=\"+Inf\"}}"),
                "4",
            ),
            (format!("response_time_seconds_count{{{labels}}}"), "4"),
            ("iterations_due_total".to_owned(), "4"),
            ("vus".to_owned(), "3"),
        ] {
            let whole = format!("proofmark_{line} {expected}\n");
            assert!(text.contains(&whole), "{whole}{text}");
        }
        // Every sample stands below the head of its family, and every family has one head.
        let heads: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("# TYPE"))
            .collect();
        let distinct: std::collections::BTreeSet<_> = heads.iter().collect();
        assert_eq!(heads.len(), distinct.len());
    }

    #[test]
    fn a_run_that_has_not_begun_has_heads_only() {
        let text = Exposition::default().text();
        assert!(text.contains("# TYPE proofmark_http_requests_total counter\n"));
        assert!(!text.contains("iterations_due_total"));
    }
}
