//! Secrets: values that must never reach an output.

mod flaw;

use std::fmt;

pub use flaw::{Carrier, Flaw};

/// A credential; shows itself only where a request is built.
#[derive(Clone)]
pub struct Secret {
    value: String,
    origin: Option<String>,
    variable: Option<String>,
}

impl Secret {
    /// Wraps a credential.
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            origin: None,
            variable: None,
        }
    }

    /// Notes where it comes from, in words: `` `$API_TOKEN` (proofmark.toml:5) ``.
    #[must_use]
    pub fn with_origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// Notes the environment variable that holds it, without its `$`.
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<String>) -> Self {
        self.variable = Some(name.into());
        self
    }

    /// The value itself, for the wire.
    pub fn expose(&self) -> &str {
        &self.value
    }

    /// Where it comes from, if that is known. It never holds the value.
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// The environment variable that holds it, if one does.
    pub fn variable(&self) -> Option<&str> {
        self.variable.as_deref()
    }
}

/// Equal values are the same secret, wherever they come from.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}
