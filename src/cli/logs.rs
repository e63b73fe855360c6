//! Logs of a run under load: files that are written while it goes on, so that whatever ends it, all but
//! its last second is there.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::gate::unwritable;
use super::terminal;
use crate::record::{Event, Second, Sink};
use crate::report::{hlog_head, hlog_lines, timeline_line};

/// `latency.hlog` and `timeline.ndjson`, as far as they are wanted.
pub(crate) struct Logs {
    hlog: Option<(File, PathBuf)>,
    timeline: Option<(File, PathBuf)>,
    has_head: bool,
    failure: Option<Failure>,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
enum Log {
    Hlog,
    Timeline,
}

impl Logs {
    /// Makes the files.
    pub(crate) fn open(folder: &Path, hlog: bool, timeline: bool) -> Result<Self, Failure> {
        let open = |name: &str, is_wanted: bool| {
            if !is_wanted {
                return Ok(None);
            }
            let path = folder.join(name);
            let file = File::create(&path).map_err(|error| unwritable(&path, &error))?;
            Ok(Some((file, path)))
        };
        Ok(Self {
            hlog: open("latency.hlog", hlog)?,
            timeline: open("timeline.ndjson", timeline)?,
            has_head: false,
            failure: None,
        })
    }

    /// What was written.
    pub(crate) fn paths(&self) -> Vec<String> {
        let both = [&self.hlog, &self.timeline].into_iter().flatten();
        both.map(|(_, path)| path.display().to_string()).collect()
    }

    /// Why one of them was given up, if that is so. The load goes on without it.
    pub(crate) fn failure(self) -> Option<Failure> {
        self.failure
    }

    fn second(&mut self, second: &Second) {
        let head = (!self.has_head).then(|| hlog_head(second.began));
        self.has_head = true;
        self.log(Log::Hlog, || {
            Ok(head.unwrap_or_default() + &hlog_lines(second))
        });
        self.log(Log::Timeline, || Ok(timeline_line(second)?));
    }

    /// Writes to a file that is wanted. One write, not buffered: what was told is in the system's hands.
    fn log(&mut self, which: Log, text: impl FnOnce() -> io::Result<String>) {
        let place = match which {
            Log::Hlog => &mut self.hlog,
            Log::Timeline => &mut self.timeline,
        };
        let Some((file, path)) = place else {
            return;
        };
        let written = text().and_then(|text| file.write_all(text.as_bytes()));
        if let Err(error) = written {
            let failure = unwritable(path, &error);
            terminal::note(&format!("{}; the load goes on without it", failure.message));
            self.failure = Some(failure);
            *place = None;
        }
    }
}

impl Sink for Logs {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        if let Event::Second(second) = event {
            self.second(second);
        }
        Ok(())
    }
}
