//! Logs of a run under load: files that are written while it goes on, so that whatever ends it, all but
//! its last second is there.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::gate::unwritable;
use crate::record::{Event, Second, Sink};
use crate::report::{hlog_head, hlog_lines, timeline_line};

/// `latency.hlog` and `timeline.ndjson`, as far as they are wanted.
pub(crate) struct Logs {
    hlog: Option<File>,
    timeline: Option<File>,
    has_head: bool,
    paths: Vec<PathBuf>,
}

impl Logs {
    /// Makes the files.
    pub(crate) fn open(folder: &Path, hlog: bool, timeline: bool) -> Result<Self, Failure> {
        let mut paths = Vec::new();
        let mut open = |name: &str, is_wanted: bool| {
            if !is_wanted {
                return Ok(None);
            }
            let path = folder.join(name);
            let file = File::create(&path).map_err(|error| unwritable(&path, &error))?;
            paths.push(path);
            Ok(Some(file))
        };
        Ok(Self {
            hlog: open("latency.hlog", hlog)?,
            timeline: open("timeline.ndjson", timeline)?,
            has_head: false,
            paths,
        })
    }

    /// What was written.
    pub(crate) fn paths(&self) -> Vec<String> {
        let shown = self.paths.iter().map(|path| path.display().to_string());
        shown.collect()
    }

    fn second(&mut self, second: &Second) -> io::Result<()> {
        if let Some(file) = &mut self.hlog {
            let mut text = String::new();
            if !self.has_head {
                text = hlog_head(second.began);
                self.has_head = true;
            }
            text.push_str(&hlog_lines(second));
            // One write, not buffered: what was told is in the system's hands.
            file.write_all(text.as_bytes())?;
        }
        if let Some(file) = &mut self.timeline {
            file.write_all(timeline_line(second)?.as_bytes())?;
        }
        Ok(())
    }
}

impl Sink for Logs {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Second(second) => self.second(second),
            _ => Ok(()),
        }
    }
}
