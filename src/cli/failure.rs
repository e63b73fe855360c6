//! Failures: why a command could not do its work, with what the user can do about it.

use std::fmt;

use super::exit::Exit;

/// Ends a command with a message and an exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What is wrong: a lower-case fragment, perhaps with a picture of the source below it.
    pub message: String,
    /// What the user can do.
    pub help: Option<String>,
}

impl Failure {
    /// Nothing was sent, because something that was given cannot be used.
    pub(crate) fn unusable(message: impl Into<String>) -> Self {
        Self::new(Exit::Unusable, message)
    }

    /// A failure with an exit code.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            help: None,
        }
    }

    /// Suggests the known name that is most like the written one; where none is like it, helps
    /// otherwise.
    #[must_use]
    pub(crate) fn suggest<'n>(
        self,
        written: &str,
        known: impl Iterator<Item = &'n str>,
        otherwise: impl Into<String>,
    ) -> Self {
        /// The least likeness of two names for one to be suggested for the other.
        const ALIKE: f64 = 0.7;
        let nearest = known.max_by(|one, other| {
            strsim::jaro(one, written).total_cmp(&strsim::jaro(other, written))
        });
        match nearest {
            Some(name) if strsim::jaro(name, written) > ALIKE => {
                self.help(format!("did you mean `{name}`?"))
            }
            _ => self.help(otherwise),
        }
    }

    /// Adds what the user can do.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        if let Some(help) = &self.help {
            write!(f, "\nhelp: {help}")?;
        }
        Ok(())
    }
}
