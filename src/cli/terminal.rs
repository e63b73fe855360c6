//! The terminal: data goes to standard output, everything else to standard error.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;

use indicatif::ProgressBar;

use super::arguments::When;
use super::paint::Paint;
use crate::report::wrap;

/// The bar that is drawn on standard error, if there is one: what else is written there stands above it.
static LIVE: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// What standard output and standard error can show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    /// Colour on standard output.
    pub out: Paint,
    /// Colour on standard error.
    pub err: Paint,
    /// Whether something may be redrawn on standard error.
    pub redraws: bool,
    /// How wide the last screen may be, in characters.
    pub width: usize,
}

impl Terminal {
    /// Looks at both streams. `environment` looks up variables (`NO_COLOR`, `CI`, `TERM`).
    pub(crate) fn new(colour: When, environment: &dyn Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| environment(name).is_some_and(|value| !value.is_empty());
        let dumb = environment("TERM").is_some_and(|value| value == "dumb");
        let wanted = |is_terminal: bool| match colour {
            When::Always => true,
            When::Never => false,
            When::Auto => is_terminal && !set("NO_COLOR") && !dumb,
        };
        Self {
            out: Paint::new(wanted(io::stdout().is_terminal())),
            err: Paint::new(wanted(io::stderr().is_terminal())),
            redraws: io::stderr().is_terminal() && !dumb && !set("CI"),
            width: width(environment("COLUMNS")),
        }
    }
}

/// As wide as the terminal, within bounds; `COLUMNS` overrules.
fn width(columns: Option<String>) -> usize {
    let given = columns.and_then(|text| text.parse().ok());
    let found = || {
        console::Term::stdout()
            .size_checked()
            .map(|(_, columns)| usize::from(columns))
    };
    given.or_else(found).unwrap_or(100).clamp(40, 140)
}

/// Ends the process at once, as the signal would have.
#[expect(clippy::exit, reason = "a second Ctrl-C asks for exactly this")]
#[expect(
    clippy::disallowed_methods,
    reason = "there is no way back to `main` from here"
)]
pub(crate) fn stop_now() -> ! {
    std::process::exit(i32::from(super::exit::Exit::Interrupted as u8))
}

/// Writes data to standard output. A reader that went away is no error.
pub(crate) fn print(text: &str) -> io::Result<()> {
    stream(text).map(|_| ())
}

/// Writes a part of the data to standard output; `false` when the reader went away.
pub(crate) fn stream(text: &str) -> io::Result<bool> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes a message to standard error, on a terminal in lines that fit. Nothing can be done if that
/// fails.
pub(crate) fn note(text: &str) {
    let text = match columns() {
        Some(columns) => fitted(text, columns),
        None => text.to_owned(),
    };
    let write = || {
        let _ = writeln!(io::stderr(), "{text}");
    };
    let live = LIVE.lock().ok().and_then(|live| live.clone());
    match live {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// Says that a bar is drawn from now on, or none any more.
pub(crate) fn live(bar: Option<ProgressBar>) {
    if let Ok(mut live) = LIVE.lock() {
        *live = bar;
    }
}

/// How many characters standard error has in a line, if it is a terminal.
pub(crate) fn columns() -> Option<usize> {
    let terminal = io::stderr().is_terminal().then(console::Term::stderr)?;
    let (_, columns) = terminal.size_checked()?;
    Some(usize::from(columns)).filter(|columns| *columns > 0)
}

/// A text with its lines broken between words where they are too long; others stay as they are.
fn fitted(text: &str, columns: usize) -> String {
    let lines = text.split('\n').map(|line| {
        if line.chars().count() <= columns {
            line.to_owned()
        } else {
            wrap(line, columns).join("\n")
        }
    });
    lines.collect::<Vec<String>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_between_words_and_others_left_alone() {
        let text = "note: this is long\n  so  short\n";
        assert_eq!(fitted(text, 10), "note: this\nis long\n  so  short\n");
        assert_eq!(fitted(text, 80), text);
    }
}
