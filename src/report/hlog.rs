//! `latency.hlog`: the histograms of each second and step, in the log format of the tools of
//! `HdrHistogram` (version 1.3 of the format, V2 of the encoding).

use std::fmt::Write;

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::record::{Durations, LoadReport, Packed, Second, StepName};

/// What stands in a tag as it is; the rest would end it, or one of its parts.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The beginning of the log, for a run whose profile began at a moment.
pub fn hlog_head(began: Timestamp) -> String {
    let mut text = String::from(
        "#[proofmark: values are in microseconds; Interval_Max is in milliseconds]\n\
         #[Histogram log format version 1.3]\n",
    );
    let seconds = began.as_duration().as_secs_f64();
    let _ = writeln!(
        text,
        "#[StartTime: {seconds:.3} (seconds since epoch), {began}]"
    );
    text.push_str(
        "#[MaxValueDivisor: 1000.000]\n\
         \"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n",
    );
    text
}

/// The lines of a second: two for each step that was called, `time=response` and `time=service`.
pub fn hlog_lines(second: &Second) -> String {
    let mut text = String::new();
    for step in second.steps.iter().filter(|step| step.requests > 0) {
        for (time, durations) in [("response", &step.response), ("service", &step.service)] {
            line(&mut text, second, (&step.name, time), durations);
        }
    }
    text
}

/// The log of a load that is over, from the histograms in its report: a line may be about several
/// seconds.
pub fn hlog(load: &LoadReport) -> String {
    let began = load.began.parse().unwrap_or(Timestamp::UNIX_EPOCH);
    let mut text = hlog_head(began);
    for second in load.windows() {
        text.push_str(&hlog_lines(&second));
    }
    text
}

fn line(text: &mut String, second: &Second, (name, time): (&StepName, &str), all: &Durations) {
    let part = |text: &str| utf8_percent_encode(text, PLAIN).to_string();
    let _ = writeln!(
        text,
        "Tag=scenario={};workflow={};step={};operation={};time={time},{:.3},{:.3},{:.3},{}",
        part(&name.scenario),
        part(&name.workflow),
        part(&name.step),
        part(&name.operation),
        seconds(second.row.at_ms),
        seconds(second.row.length_ms),
        all.max_ms(),
        Packed::from(all).as_str()
    );
}

#[expect(clippy::cast_precision_loss, reason = "exact to 2^53")]
fn seconds(milliseconds: u64) -> f64 {
    milliseconds as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};

    use super::*;
    use crate::record::{SecondLoad, StepSecond};

    #[test]
    fn the_log_is_read_by_who_reads_such_logs() {
        let mut response = Durations::default();
        response.record(Duration::from_millis(30));
        let called = StepSecond {
            name: Arc::new(StepName {
                scenario: "day, and night".into(),
                workflow: "a;b=c%".into(),
                step: "gr\u{fc}n\n".into(),
                operation: "GET /users/{id}".into(),
            }),
            requests: 1,
            response: response.clone(),
            ..StepSecond::default()
        };
        let began: Timestamp = "2026-01-01T00:00:00.5Z".parse().unwrap();
        let second = Second {
            began,
            row: SecondLoad {
                at_ms: 2_000,
                length_ms: 1_000,
                ..SecondLoad::default()
            },
            steps: vec![StepSecond::default(), called],
        };
        let log = hlog_head(began) + &hlog_lines(&second);
        let entries: Vec<LogEntry<'_>> = IntervalLogIterator::new(log.as_bytes())
            .collect::<Result<_, _>>()
            .unwrap();
        let mut found = Vec::new();
        for entry in &entries {
            match entry {
                LogEntry::StartTime(at) => assert_eq!(at.as_secs(), 1_767_225_600),
                LogEntry::Interval(interval) => {
                    assert_eq!(interval.start_timestamp(), Duration::from_secs(2));
                    assert_eq!(interval.duration(), Duration::from_secs(1));
                    let packed = Packed::try_from(interval.encoded_histogram().to_owned()).unwrap();
                    found.push((interval.tag().unwrap().as_str(), packed.durations()));
                }
                LogEntry::BaseTime(_) => unreachable!("there is none"),
            }
        }
        let names = "scenario=day%2C%20and%20night;workflow=a%3Bb%3Dc%25;step=gr%C3%BCn%0A;operation=GET%20%2Fusers%2F%7Bid%7D";
        assert_eq!(
            found,
            [
                (&*format!("{names};time=response"), response),
                (&*format!("{names};time=service"), Durations::default()),
            ]
        );
    }
}
