//! Progress: a bar on a terminal, a plain line now and then elsewhere. Always on standard error.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::canvas::{MARGIN, canvas};
use super::pulse::Pulse;
use super::terminal;
use crate::check::Finding;
use crate::code::Severity;
use crate::record::{Event, Second, Sink};
use crate::report::wrap;

/// How often a plain line is written.
const INTERVAL: Duration = Duration::from_secs(10);

/// A wait that is told of where there is no bar, in seconds.
const NOTICED: f64 = 1.0;

/// Shows how far a run is.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    planned: usize,
    /// How many cases were sent, or steps run.
    done: usize,
    findings: usize,
    /// What is under way.
    now: String,
    last: Instant,
    /// What is shown of a run under load.
    pulse: Option<Pulse>,
}

impl Progress {
    /// A bar if `terminal` is true, else plain lines.
    pub(crate) fn new(terminal: bool) -> Self {
        let bar = terminal.then(|| {
            let bar = ProgressBar::with_draw_target(Some(0), canvas());
            // What does not fit is left out.
            bar.with_style(style("{pos}/{len} {wide_msg}"))
        });
        terminal::live(bar.clone());
        Self {
            bar,
            planned: 0,
            done: 0,
            findings: 0,
            now: String::new(),
            last: Instant::now(),
            pulse: None,
        }
    }

    /// The same for a run under load with a profile of some length: its seconds are what is done.
    pub(crate) fn under_load(terminal: bool, length: Duration) -> Self {
        let mut progress = Self::new(terminal);
        let pulse = Pulse::new(length);
        if let Some(bar) = &progress.bar {
            bar.set_style(style("{pos}/{len} s\n{msg}"));
            bar.set_length(pulse.seconds());
        }
        progress.pulse = Some(pulse);
        progress
    }

    fn count(&mut self, findings: &[Finding]) {
        let errors = findings.iter();
        let errors = errors.filter(|finding| finding.severity == Severity::Error);
        self.findings += errors.count();
    }

    /// One more is done.
    fn step(&mut self, what: &str) -> io::Result<()> {
        self.done += 1;
        self.show();
        if self.bar.is_none() && self.last.elapsed() >= INTERVAL {
            self.last = Instant::now();
            let planned = self.planned.max(self.done);
            let message = self.message();
            writeln!(io::stderr(), "{} of {planned} {what}, {message}", self.done)?;
        }
        Ok(())
    }

    /// A second of a load is over.
    fn second(&mut self, second: &Second) -> io::Result<()> {
        let findings = self.message();
        let Some(pulse) = &mut self.pulse else {
            return Ok(());
        };
        let [now, all] = pulse.beat(second);
        let at = second.row.at_ms.saturating_add(second.row.length_ms) / 1_000;
        match &self.bar {
            Some(bar) => {
                bar.set_position(at.min(pulse.seconds()));
                let columns = terminal::columns().unwrap_or(80);
                let columns = columns.saturating_sub(usize::from(MARGIN));
                let text = format!("{now}\n{all}, {findings}");
                bar.set_message(wrap(&text, columns).join("\n"));
            }
            None if self.last.elapsed() >= INTERVAL => {
                self.last = Instant::now();
                writeln!(io::stderr(), "{at:>4} s  {now}")?;
                writeln!(io::stderr(), "        {all}, {findings}")?;
            }
            None => {}
        }
        Ok(())
    }

    fn show(&self) {
        if let Some(bar) = &self.bar {
            bar.set_length(self.planned.max(self.done) as u64);
            bar.set_position(self.done as u64);
            bar.set_message(format!("{}, {}", self.now, self.message()));
        }
    }

    fn message(&self) -> String {
        match self.findings {
            0 => "no findings".to_owned(),
            1 => "1 finding".to_owned(),
            many => format!("{many} findings"),
        }
    }
}

/// A bar with its time, and what stands behind it; short where the terminal is narrow.
fn style(rest: &str) -> ProgressStyle {
    let columns = terminal::columns().unwrap_or(80);
    let length = if columns < 70 { 12 } else { 30 };
    let template = format!("{{elapsed_precise}} {{bar:{length}}} {rest}");
    ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// Whatever ended the run: nothing of the bar stays behind.
impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
            terminal::live(None);
        }
    }
}

impl Sink for Progress {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Started(started) => self.planned = started.planned,
            Event::Planned { cases } => {
                self.planned += cases;
                if let Some(bar) = &self.bar {
                    bar.set_length(self.planned as u64);
                }
            }
            Event::Judged(verdict) => {
                self.now = verdict.case.operation.to_string();
                self.count(&verdict.findings);
                self.step("cases sent")?;
            }
            Event::WorkflowStarted(started) => {
                self.now.clone_from(&started.key.workflow);
                self.show();
            }
            Event::StepWaits(waits) => {
                self.now = format!("{}/{} waits {}", waits.key.workflow, waits.step, waits.wait);
                self.show();
                if self.bar.is_none() && waits.wait.seconds >= NOTICED {
                    writeln!(io::stderr(), "{}", self.now)?;
                }
            }
            Event::Step(run) => {
                self.now = format!("{}/{}", run.key.workflow, run.step);
                let mut attempts = run.attempts.iter().rev();
                if let Some(verdict) = attempts.find_map(|attempt| attempt.verdict.as_ref()) {
                    self.count(&verdict.findings);
                }
                self.findings += usize::from(run.code.is_some());
                // Steps that were not reached are done, too.
                self.step("steps done")?;
            }
            Event::Second(second) => self.second(second)?,
            Event::Sampled(verdict, _) => self.count(&verdict.findings),
            Event::Finished { .. } => {
                if let Some(bar) = &self.bar {
                    bar.finish_and_clear();
                    terminal::live(None);
                }
            }
            _ => {}
        }
        Ok(())
    }
}
