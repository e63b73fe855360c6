//! Diagnostics: what is wrong with a document, where, and what to do about it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Location;
use crate::code::{Code, Severity};

/// A defect of a document. It costs the node that it names, never the whole document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// The kind of defect (`PM7xx`).
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong: a lower-case fragment without a final period.
    pub message: String,
    /// The node at fault.
    pub location: Location,
    /// What the author can do, if there is something to say.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// A diagnostic of the code's own severity.
    pub fn new(code: Code, location: Location, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.entry().severity,
            message: message.into(),
            location,
            hint: None,
        }
    }

    /// Adds what the author can do.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// One line: place, severity, code, message and hint.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            severity,
            message,
            location,
            hint,
        } = self;
        write!(f, "{location}: {severity}[{code}] {message}")?;
        match hint {
            Some(hint) => write!(f, " / {hint}"),
            None => Ok(()),
        }
    }
}
