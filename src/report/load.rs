//! Runs under load on the screen.

use super::screen::{LABEL, Screen, Tone};
use super::text::{counted, printable};
use crate::code::Code;
use crate::record::{
    GeneratorLoad, Latency, LoadReport, ScenarioLoad, Soundness, StepLoad, Summary,
    ThresholdOutcome, ThresholdResult,
};

/// Names are cut in the middle of the table, so that numbers stay in their columns.
const NAME: usize = 34;

/// How many samples a percentile needs beyond it to mean something.
const BEYOND: f64 = 10.0;

impl Screen<'_> {
    /// What a run under load measured.
    pub(super) fn load(&mut self, summary: &Summary) {
        let Some(load) = &summary.load else {
            return;
        };
        self.soundness(load);
        self.heading("scenarios");
        for scenario in &load.scenarios {
            self.scenario(scenario);
        }
        self.times(load);
        self.answers(load);
        if !load.thresholds.is_empty() {
            self.heading("thresholds");
            for result in &load.thresholds {
                self.threshold(result);
            }
        }
        self.text.push('\n');
        self.generator(&load.generator);
    }

    fn soundness(&mut self, load: &LoadReport) {
        self.text.push('\n');
        let warm_up = match load.warm_up_ms {
            0 => String::new(),
            length => format!(" behind a warm-up of {:.1} s", seconds(length)),
        };
        let (tone, word) = match load.soundness {
            Soundness::Valid => (Tone::Good, "the numbers are the target's"),
            Soundness::Suspect => (
                Tone::Doubtful,
                "SUSPECT: part of the numbers may be the generator's",
            ),
            Soundness::GeneratorBound => (
                Tone::Bad,
                "GENERATOR-BOUND: the numbers say what the generator can do",
            ),
        };
        let label = self.paint(Tone::Faint, &format!("{:<LABEL$}", "measured"));
        let word = self.paint(tone, word);
        self.line(&format!(
            "{label}{:.1} s{warm_up}; {word}",
            seconds(load.measured_ms)
        ));
        for doubt in &load.doubts {
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
        let rate = match scenario.rate.asked {
            Some(asked) => format!(
                "asked for {asked:.1}/s, began {:.1}/s, {} late, {} dropped",
                scenario.rate.achieved, scenario.late, scenario.dropped
            ),
            None => format!("began {:.1}/s", scenario.rate.achieved),
        };
        let ended = format!(
            "{} of {} completed, {} with a failed step, {} broken off",
            scenario.completed,
            counted(
                usize::try_from(scenario.begun).unwrap_or(usize::MAX),
                "iteration"
            ),
            scenario.failed,
            scenario.interrupted
        );
        let users = counted(
            usize::try_from(scenario.vus_max).unwrap_or(usize::MAX),
            "virtual user",
        );
        let text = format!("{}: {rate}; {ended}; {users}", scenario.executor);
        self.line(&format!("  {}", printable(&scenario.name)));
        self.entry(2, "", &text);
        if scenario.duration.count > 0 {
            let text = spread(&scenario.duration).join("  ");
            self.entry(
                2,
                "iteration",
                &format!("p50 p90 p95 p99 p99.9 max: {text} ms"),
            );
        }
    }

    fn times(&mut self, load: &LoadReport) {
        self.text.push('\n');
        let head = ["p50", "p90", "p95", "p99", "p99.9", "max"];
        let head: String = head.iter().map(|name| format!("{name:>9}")).collect();
        let title = format!(
            "{:<NAME$}{:>10}{:>9}{head}",
            "times in ms", "requests", "/s"
        );
        let title = self.paint(Tone::Strong, &title);
        self.line(&title);
        for step in &load.steps {
            let name = format!("{}/{}", step.workflow, step.step);
            self.step_times(&name, step);
        }
        if load.steps.len() != 1 {
            self.step_times("all", &load.total);
        }
        let told = "response: from the moment that a request was due (no coordinated omission); service: from sending it";
        let told = self.paint(Tone::Faint, &format!("  {told}"));
        self.line(&told);
    }

    fn step_times(&mut self, name: &str, step: &StepLoad) {
        let name = middle(&printable(name), NAME - 2);
        self.line(&format!(
            "  {name:<width$}{:>10}{:>9.1}",
            step.requests,
            step.rate,
            width = NAME - 2
        ));
        for (what, latency) in [
            ("response", &step.response_time),
            ("service", &step.service_time),
            ("throttled", &step.throttled_time),
        ] {
            if latency.count == 0 {
                continue;
            }
            let numbers: String = spread(latency)
                .iter()
                .map(|text| format!("{text:>9}"))
                .collect();
            self.line(&format!(
                "    {what:<width$}{numbers}",
                width = NAME - 4 + 19
            ));
        }
    }

    fn answers(&mut self, load: &LoadReport) {
        let total = &load.total;
        self.text.push('\n');
        let statuses: Vec<String> = total
            .statuses
            .iter()
            .map(|(status, count)| format!("{status} x {count}"))
            .chain(
                total
                    .unanswered
                    .iter()
                    .map(|(what, count)| format!("{what} x {count}")),
            )
            .collect();
        self.entry(0, "answers", &statuses.join(", "));
        let validation = &load.generator.validation;
        let text = format!(
            "{} judged by their schemas, {} broke them ({} seen before, {} while reading, {} by tape, {} by the full validator); {} undocumented statuses",
            total.validated,
            total.schema_violations,
            validation.seen,
            validation.stream,
            validation.tape,
            validation.full,
            total.undocumented_status
        );
        self.entry(0, "bodies", &text);
        let text = format!(
            "{} of {} did not hold; {} failed, {} throttled of {}",
            total.criteria_failed,
            total.criteria,
            total.failed,
            total.throttled,
            counted(
                usize::try_from(total.requests).unwrap_or(usize::MAX),
                "request"
            )
        );
        self.entry(0, "criteria", &text);
        if !total.findings.is_empty() {
            let found: Vec<String> = total
                .findings
                .iter()
                .map(|(code, count)| format!("{code} {} x {count}", code.name()))
                .collect();
            self.entry(0, "found", &found.join(", "));
        }
    }

    fn threshold(&mut self, result: &ThresholdResult) {
        let (tone, word) = match result.outcome {
            ThresholdOutcome::Passed => (Tone::Good, "PASS"),
            ThresholdOutcome::Crossed | ThresholdOutcome::NoData => (Tone::Bad, "FAIL"),
            ThresholdOutcome::Inconclusive => (Tone::Doubtful, "OPEN"),
        };
        let word = self.paint(tone, word);
        let value = match result.value {
            None => format!("no data ({})", Code::THRESHOLD_WITHOUT_DATA),
            Some(value) if result.outcome == ThresholdOutcome::Crossed => {
                format!("was {value:.4} ({})", Code::THRESHOLD_CROSSED)
            }
            Some(value) if result.outcome == ThresholdOutcome::Inconclusive => {
                format!("was {value:.4}; the generator was the limit")
            }
            Some(value) => format!("was {value:.4}"),
        };
        let aborted = if result.aborted {
            ", ended the run"
        } else {
            ""
        };
        let place = result
            .place
            .as_ref()
            .map_or_else(String::new, |place| format!("  {place}"));
        let text = format!(
            "{}: {}  {value}{aborted}{place}",
            result.metric, result.condition
        );
        self.line(&format!("  {word}  {}", printable(&text)));
    }

    fn generator(&mut self, generator: &GeneratorLoad) {
        let mut parts = vec![counted(
            usize::try_from(generator.shards).unwrap_or(usize::MAX),
            "thread",
        )];
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
        if let Some(steal) = generator.steal.filter(|steal| *steal > 0.0) {
            parts.push(format!(
                "{:.1} % of the machine's time went to others",
                steal * 100.0
            ));
        }
        let connections = usize::try_from(generator.connections).unwrap_or(usize::MAX);
        parts.push(format!("{} opened", counted(connections, "connection")));
        self.entry(0, "generator", &parts.join("; "));
        for (reason, count) in &generator.local {
            self.entry(
                0,
                "",
                &format!("{count} requests failed on this machine: {reason}"),
            );
        }
    }
}

/// The percentiles that are shown; `-` for those that too few samples lie beyond.
fn spread(latency: &Latency) -> [String; 6] {
    #[expect(clippy::cast_precision_loss, reason = "exact to 2^53")]
    let count = latency.count as f64;
    let shown = |share: f64, value: f64| {
        if count * (1.0 - share) < BEYOND && share > 0.5 {
            "-".to_owned()
        } else {
            format!("{value:.2}")
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
fn seconds(milliseconds: u64) -> f64 {
    milliseconds as f64 / 1_000.0
}
