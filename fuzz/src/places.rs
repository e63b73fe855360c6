//! Places: whether a span lies within a text.

use proofmark::document::{Position, Span};

/// A text as the places in it count: by lines and characters.
pub(super) struct Lines<'a>(Vec<&'a str>);

impl<'a> Lines<'a> {
    /// The lines of a file; a byte order mark in front is no character.
    pub(super) fn of_file(text: &'a str) -> Self {
        Self::of(text.strip_prefix('\u{feff}').unwrap_or(text))
    }

    /// The lines of a text.
    pub(super) fn of(text: &'a str) -> Self {
        Self(text.split('\n').collect())
    }

    /// Panics unless the span lies within the text.
    pub(super) fn hold(&self, span: Span) {
        assert!(span.start <= span.end, "{span:?} ends before it starts");
        for at in [span.start, span.end] {
            assert!(self.offset(at).is_some(), "{at:?} is outside of the text");
        }
    }

    /// The text from a position to the end of its line.
    pub(super) fn from(&self, at: Position) -> &'a str {
        let offset = self.offset(at).unwrap_or_else(|| panic!("{at:?}"));
        &self.0[at.line - 1][offset..]
    }

    /// The bytes before a position in its line.
    fn offset(&self, at: Position) -> Option<usize> {
        let line = self.0.get(at.line.checked_sub(1)?)?;
        let ends = line.char_indices().map(|(offset, _)| offset);
        ends.chain([line.len()]).nth(at.column.checked_sub(1)?)
    }
}
