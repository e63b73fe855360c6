//! Progress: a bar on a terminal, a plain line now and then elsewhere. Always on standard error.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::code::Severity;
use crate::record::{Event, Sink};

/// How often a plain line is written.
const INTERVAL: Duration = Duration::from_secs(10);

/// Shows how far a run is.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    planned: usize,
    sent: usize,
    findings: usize,
    last: Instant,
}

impl Progress {
    /// A bar if `terminal` is true, else plain lines.
    pub(crate) fn new(terminal: bool) -> Self {
        Self {
            bar: terminal.then(|| {
                let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
                let style =
                    ProgressStyle::with_template("{elapsed_precise} {bar:30} {pos}/{len} {msg}");
                bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            }),
            planned: 0,
            sent: 0,
            findings: 0,
            last: Instant::now(),
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
                self.sent += 1;
                self.findings += verdict
                    .findings
                    .iter()
                    .filter(|finding| finding.severity == Severity::Error)
                    .count();
                if let Some(bar) = &self.bar {
                    bar.set_length(self.planned.max(self.sent) as u64);
                    bar.set_position(self.sent as u64);
                    bar.set_message(format!("{}, {}", verdict.case.operation, self.message()));
                } else if self.last.elapsed() >= INTERVAL {
                    self.last = Instant::now();
                    let planned = self.planned.max(self.sent);
                    writeln!(
                        io::stderr(),
                        "{} of {planned} cases sent, {}",
                        self.sent,
                        self.message()
                    )?;
                }
            }
            Event::Finished { .. } => {
                if let Some(bar) = &self.bar {
                    bar.finish_and_clear();
                }
            }
            _ => {}
        }
        Ok(())
    }
}
