//! What can be wrong with templates.

use std::fmt;

use super::super::SyntaxError;
use crate::document::Pointer;

/// A value is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct TemplateError {
    /// Where in the value.
    pub pointer: Pointer,
    /// What is wrong with the string there.
    pub error: SyntaxError,
}

/// A template has no value in a scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RenderError {
    /// Where in the template.
    pub pointer: Pointer,
    /// What is missing, a lower-case fragment.
    pub message: String,
    /// The names from the innermost one outwards, until the pointer is made of them.
    way: Vec<String>,
}

impl RenderError {
    pub(super) fn new(error: &impl fmt::Display) -> Self {
        Self {
            pointer: Pointer::root(),
            message: error.to_string(),
            way: Vec::new(),
        }
    }

    pub(super) fn inside(mut self, name: &str) -> Self {
        self.way.push(name.to_owned());
        self
    }

    pub(super) fn turned(mut self) -> Self {
        self.pointer = std::mem::take(&mut self.way)
            .iter()
            .rev()
            .fold(Pointer::root(), |pointer, name| pointer.join(name));
        self
    }
}
