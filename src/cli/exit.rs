//! Exit codes: what a run tells the shell. They are part of the interface and never change.

use std::process::ExitCode;

/// The verdict of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Nothing at or above `--fail-on`.
    Success = 0,
    /// Findings.
    Findings = 1,
    /// Usage, configuration or document unusable; nothing was sent.
    Unusable = 2,
    /// Not conclusive: unreachable, or the credentials were refused throughout.
    Inconclusive = 3,
    /// Nothing was selected or executed.
    Nothing = 4,
    /// Interrupted; partial reports were written.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
