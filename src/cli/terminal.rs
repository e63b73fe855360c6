//! The terminal: data goes to standard output, everything else to standard error.

use std::io::{self, IsTerminal, Write};

use super::arguments::When;
use super::paint::Paint;

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
    given.or_else(found).unwrap_or(100).clamp(60, 140)
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

/// Writes a message to standard error. Nothing can be done if that fails.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
