//! Syntax errors of expressions, conditions and templates.

use super::super::suggest;

/// A text is no expression, condition, JSONPath or template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}{}", hint.as_ref().map(|hint| format!(": {hint}")).unwrap_or_default())]
pub struct SyntaxError {
    /// Where in the text, in bytes from its start; always at a character's border.
    pub offset: usize,
    /// What is wrong, a lower-case fragment.
    pub message: String,
    /// What the author can do about it, a lower-case fragment.
    pub hint: Option<String>,
}

impl SyntaxError {
    pub(in crate::arazzo) fn new(offset: usize, message: impl Into<String>) -> Self {
        Self {
            offset,
            message: message.into(),
            hint: None,
        }
    }

    pub(in crate::arazzo) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Suggests what was probably meant by a word.
    pub(in crate::arazzo) fn suggest<'a>(
        mut self,
        written: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        self.hint = suggest::hint(written, known);
        self
    }

    /// The error of a part, as one of the whole text that has the part at `offset`.
    pub(in crate::arazzo) fn shifted(mut self, offset: usize) -> Self {
        self.offset += offset;
        self
    }
}
