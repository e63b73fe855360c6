//! Runs under load on the screen.

use std::fmt::Write;

use super::screen::{LABEL, Screen, Tone};
use super::text::{counted, printable, wrap};
use crate::arazzo::{Metric, MetricKind};
use crate::code::Code;
use crate::record::{
    GeneratorLoad, Latency, LoadReport, ScenarioLoad, Soundness, StepLoad, Summary,
    ThresholdOutcome, ThresholdResult,
};

/// The width of what stands left of the percentiles; with them a row has 78 characters.
const NAME: usize = 24;
/// The width of a column of percentiles.
const COLUMN: usize = 9;
/// From which share of a second on it is told that a thread waited for a processor.
const NOTICED_WAIT: f64 = 0.05;
/// From which share on it is told that segments were sent again.
const NOTICED_AGAIN: f64 = 0.001;

/// Texts in the columns of the table.
fn columns(texts: &[impl std::fmt::Display]) -> String {
    let mut line = String::new();
    for text in texts {
        let _ = write!(line, "{text:>COLUMN$}");
    }
    line
}

/// The percentiles that are shown.
const COLUMNS: [&str; 6] = ["p50", "p90", "p95", "p99", "p99.9", "max"];

impl Screen<'_> {
    /// What a run under load measured.
    pub(super) fn load(&mut self, summary: &Summary) {
        let Some(load) = &summary.load else {
            return;
        };
        self.soundness(summary, load);
        self.shards(load);
        self.heading("scenarios");
        for scenario in &load.scenarios {
            self.scenario(scenario);
        }
        self.times(load);
        self.answers(load);
        if !load.thresholds.is_empty() {
            self.heading("thresholds");
            for result in &load.thresholds {
                self.threshold(result, load);
            }
        }
        self.text.push('\n');
        self.generator(&load.generator);
    }

    fn soundness(&mut self, summary: &Summary, load: &LoadReport) {
        self.text.push('\n');
        let warm_up = match load.warm_up_ms {
            0 => String::new(),
            length => format!(" behind a warm-up of {:.1} s", seconds(length)),
        };
        let length = format!("{:.1} s{warm_up}", seconds(load.measured_ms));
        self.entry(0, "measured", &length);
        let (tone, word, told) = match load.soundness {
            Soundness::Valid => (Tone::Good, "valid", "the numbers are the target's"),
            Soundness::Suspect => (
                Tone::Doubtful,
                "SUSPECT",
                "part of the numbers may be the generator's",
            ),
            Soundness::GeneratorBound => (
                Tone::Bad,
                "GENERATOR-BOUND",
                "the numbers say what the generator can do",
            ),
            Soundness::Unmeasured => (Tone::Doubtful, "UNMEASURED", "no request was measured"),
        };
        let label = self.paint(Tone::Faint, &format!("{:<LABEL$}", "soundness"));
        let word = self.paint(tone, word);
        self.line(&format!("{label}{word}: {told}"));
        // What keeps the run from being conclusive stands above.
        let obstacles = || summary.obstacles.iter();
        let is_told = |doubt: &&String| !obstacles().any(|one| one.message.contains(&**doubt));
        for doubt in load.doubts.iter().filter(is_told) {
            self.entry(0, "", doubt);
        }
        for note in &load.notes {
            self.entry(0, "note", note);
        }
        for unsent in &load.unsent {
            let text = format!(
                "{} x {}/{}: {}",
                unsent.count, unsent.workflow, unsent.step, unsent.reason
            );
            self.entry(0, "not sent", &text);
        }
    }

    fn scenario(&mut self, scenario: &ScenarioLoad) {
        let name = printable(&scenario.name);
        let users = many(u64::from(scenario.vus_max), "virtual user");
        self.line(&format!("  {name}  {}, {users}", scenario.executor));
        let rate = match scenario.rate.asked {
            Some(asked) => format!(
                "{asked:.1}/s asked for, {:.1}/s begun; {} due, {} late, {} dropped",
                scenario.rate.achieved, scenario.due, scenario.late, scenario.dropped
            ),
            None => format!("{:.1}/s begun", scenario.rate.achieved),
        };
        self.entry(2, "rate", &rate);
        let ended = format!(
            "{} begun, {} completed, {} with a failed step, {} broken off",
            scenario.begun, scenario.completed, scenario.failed, scenario.interrupted
        );
        self.entry(2, "iterations", &ended);
        if scenario.duration.count > 0 {
            let values = spread(&scenario.duration);
            let named = COLUMNS.iter().zip(&values);
            let known = named.filter(|(_, value)| *value != "-");
            let named: Vec<String> = known
                .map(|(name, value)| format!("{name} {value}"))
                .collect();
            self.entry(2, "duration", &format!("{} ms", named.join(", ")));
        }
    }

    fn times(&mut self, load: &LoadReport) {
        self.text.push('\n');
        let head = columns(&COLUMNS);
        let title = self.paint(Tone::Strong, &format!("{:<NAME$}{head}", "times in ms"));
        self.line(&title);
        for step in &load.steps {
            let scenario = if load.scenarios.len() > 1 {
                format!("{}: ", step.scenario)
            } else {
                String::new()
            };
            let name = format!("{scenario}{}/{}", step.workflow, step.step);
            self.step_times(&name, step);
        }
        if load.steps.len() != 1 {
            self.step_times("all steps", &load.total);
        }
        for told in [
            "response: from the moment that a request was due (no coordinated omission)",
            "service: from sending it; `-`: n too small (fewer than ten beyond)",
        ] {
            let told = self.paint(Tone::Faint, &format!("  {told}"));
            self.line(&told);
        }
    }

    fn step_times(&mut self, name: &str, step: &StepLoad) {
        let numbers = format!("{}  {:.1}/s", many(step.requests, "request"), step.rate);
        // Names are cut in the middle, so that numbers stay in their columns.
        let room = (NAME + COLUMNS.len() * COLUMN).saturating_sub(4 + numbers.chars().count());
        let name = middle(&printable(name), room);
        self.line(&format!("  {name:<room$}  {numbers}"));
        for (what, latency) in [
            ("response", &step.response_time),
            ("service", &step.service_time),
            ("throttled", &step.throttled_time),
        ] {
            if latency.count == 0 {
                continue;
            }
            let numbers = columns(&spread(latency));
            self.line(&format!("    {what:<width$}{numbers}", width = NAME - 4));
        }
    }

    fn answers(&mut self, load: &LoadReport) {
        let total = &load.total;
        self.text.push('\n');
        let statuses = total
            .statuses
            .iter()
            .map(|(status, count)| format!("{status} x {count}"));
        let unanswered = total
            .unanswered
            .iter()
            .map(|(what, count)| format!("{what} x {count}"));
        let all: Vec<String> = statuses.chain(unanswered).collect();
        self.entry(0, "answers", &all.join(", "));
        let text = format!(
            "{} of {} failed, {} throttled, {} with an undocumented status",
            total.failed,
            many(total.requests, "request"),
            total.throttled,
            total.undocumented_status
        );
        self.entry(0, "", &text);
        if total.sent_again > 0 {
            let times = many(total.sent_again, "time");
            let text = format!(
                "sent again {times}, as their connections were gone or the server had not looked at them"
            );
            self.entry(0, "", &text);
        }
        let validation = &load.generator.validation;
        let text = format!(
            "{} judged by their schemas, {} broke them; {} seen before, {} of a known shape, {} streamed, {} by tape, {} in full",
            total.validated,
            total.schema_violations,
            validation.seen,
            validation.shape,
            validation.stream,
            validation.tape,
            validation.full,
        );
        self.entry(0, "bodies", &text);
        let text = format!(
            "{} judged, {} did not hold",
            total.criteria, total.criteria_failed
        );
        self.entry(0, "criteria", &text);
        if !total.findings.is_empty() {
            let found: Vec<String> = total
                .findings
                .iter()
                .map(|(code, count)| format!("{code} {} x {count}", code.name()))
                .collect();
            let warm_up = match load.warm_up_ms {
                0 => "",
                _ => "; behind the warm-up",
            };
            self.entry(0, "found", &format!("{}{warm_up}", found.join(", ")));
        }
    }

    fn threshold(&mut self, result: &ThresholdResult, load: &LoadReport) {
        let (tone, word) = match result.outcome {
            ThresholdOutcome::Passed => (Tone::Good, "PASS"),
            ThresholdOutcome::Crossed | ThresholdOutcome::NoData => (Tone::Bad, "FAIL"),
            ThresholdOutcome::Inconclusive => (Tone::Doubtful, "OPEN"),
        };
        let value = match result.value {
            None if result.outcome == ThresholdOutcome::Inconclusive => {
                let (why, code) = load.limit();
                format!("no data; {why} ({code})")
            }
            None => format!("no data ({})", Code::THRESHOLD_WITHOUT_DATA),
            Some(value) => {
                let about = match result.outcome {
                    ThresholdOutcome::Crossed => format!(" ({})", Code::THRESHOLD_CROSSED),
                    ThresholdOutcome::Inconclusive => {
                        let (why, code) = load.limit();
                        format!("; {why} ({code})")
                    }
                    ThresholdOutcome::Passed | ThresholdOutcome::NoData => String::new(),
                };
                format!("was {}{about}", measured(result, value))
            }
        };
        let aborted = if result.aborted {
            "; it ended the run"
        } else {
            ""
        };
        let is_passed = result.outcome == ThresholdOutcome::Passed;
        let place = match &result.place {
            Some(place) if !is_passed => format!("\n{place}"),
            _ => String::new(),
        };
        let text = format!(
            "{}: {}, {value}{aborted}{place}",
            result.metric, result.condition
        );
        let room = self.look.width.saturating_sub(8).max(20);
        for (index, line) in wrap(&printable(&text), room).iter().enumerate() {
            let word = match index {
                0 => self.paint(tone, word),
                _ => " ".repeat(word.len()),
            };
            self.line(&format!("  {word}  {line}"));
        }
    }

    fn generator(&mut self, generator: &GeneratorLoad) {
        let mut parts = vec![many(generator.threads, "thread")];
        if let Some(busiest) = generator.busiest {
            parts.push(format!("the busiest {:.0} % of its time", busiest * 100.0));
        }
        if let Some(cost) = generator.cpu_per_request_us {
            parts.push(format!("{cost:.1} \u{b5}s of CPU a request"));
        }
        for (name, lag) in [
            ("send lag", &generator.send_lag),
            ("receive lag", &generator.receive_lag),
        ] {
            if lag.count > 0 {
                parts.push(format!(
                    "{name} p50 {:.3} ms, p99 {:.3} ms",
                    lag.p50_ms, lag.p99_ms
                ));
            }
        }
        if let Some(wait) = generator.longest_wait.filter(|wait| *wait >= NOTICED_WAIT) {
            parts.push(format!(
                "waited for a processor up to {:.0} % of a second",
                wait * 100.0
            ));
        }
        let segments = generator.segments;
        if let Some(segments) = segments.filter(|one| one.share() >= NOTICED_AGAIN) {
            parts.push(format!(
                "this machine sent {} of {} again",
                segments.again,
                many(segments.all, "TCP segment")
            ));
        }
        if let Some(steal) = generator.steal.filter(|steal| *steal > 0.0) {
            parts.push(format!(
                "{:.1} % of the machine's time went to others",
                steal * 100.0
            ));
        }
        let opened = many(generator.connections, "connection");
        parts.push(match generator.http2_connections {
            0 => format!("{opened} opened"),
            all if all == generator.connections => format!("{opened} opened, HTTP/2"),
            some => format!("{opened} opened, {some} of them HTTP/2"),
        });
        self.entry(0, "generator", &parts.join("; "));
        for (reason, count) in &generator.local {
            let failed = many(*count, "request");
            self.entry(0, "", &format!("{failed} failed on this machine: {reason}"));
        }
    }
}

/// A value of a threshold with its unit.
pub(super) fn measured(result: &ThresholdResult, value: f64) -> String {
    let name = result.metric.split('{').next().unwrap_or_default();
    match Metric::find(name).map(Metric::kind) {
        Some(MetricKind::Trend) => format!("{value:.2} ms"),
        Some(MetricKind::Rate) => format!("{}%", digits(value * 100.0)),
        Some(MetricKind::Counter) if result.condition.starts_with("rate") => {
            format!("{}/s", digits(value))
        }
        _ => digits(value),
    }
}

/// A number with at most three digits behind the point. One that is not zero does not look like it.
fn digits(value: f64) -> String {
    if value != 0.0 && value.abs() < 0.001 {
        return format!("{value:.1e}");
    }
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number with its noun.
fn many(count: u64, noun: &str) -> String {
    counted(usize::try_from(count).unwrap_or(usize::MAX), noun)
}

/// The percentiles that are shown; `-` for those that too few samples lie beyond.
fn spread(latency: &Latency) -> [String; 6] {
    let shown = |share: f64, value: f64| {
        if latency.tells(share) {
            format!("{value:.2}")
        } else {
            "-".to_owned()
        }
    };
    [
        shown(0.5, latency.p50_ms),
        shown(0.9, latency.p90_ms),
        shown(0.95, latency.p95_ms),
        shown(0.99, latency.p99_ms),
        shown(0.999, latency.p999_ms),
        format!("{:.2}", latency.max_ms),
    ]
}

/// At most so many characters, the middle `...` if there were more.
fn middle(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(3);
    let head: String = text.chars().take(kept / 2).collect();
    let tail: String = text.chars().skip(count - (kept - kept / 2)).collect();
    format!("{head}...{tail}")
}

#[expect(clippy::cast_precision_loss, reason = "a duration of some minutes")]
pub(super) fn seconds(milliseconds: u64) -> f64 {
    milliseconds as f64 / 1_000.0
}
