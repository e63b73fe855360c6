//! Documents: JSON or YAML text as a value in which every node knows its place in the source.

mod builder;
mod compare;
mod diagnostic;
mod file;
mod json;
mod line_starts;
mod location;
mod number;
mod pointer;
mod span_tree;
mod type_name;
mod yaml;

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use span_tree::SpanTree;

pub use compare::{compare, equal};
pub use diagnostic::Diagnostic;
pub use file::{read_pipe, read_text};
pub use location::{Location, Position, Span};
pub use pointer::{Pointer, PointerError};
pub(crate) use type_name::type_name;

/// A file that was read: its text, its value and where each node stands.
#[derive(Debug)]
pub struct Document {
    /// The name to show: the path as the user gave it, or as a reference reached it.
    pub name: Arc<str>,
    /// The source text.
    pub text: Arc<str>,
    /// The root value, members in document order.
    pub value: Value,
    spans: Option<SpanTree>,
}

/// Why a text is no document at all; nothing of it can be used.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct DocumentError {
    /// What is wrong, a lower-case fragment.
    pub message: String,
    /// The document's name.
    pub name: Arc<str>,
    /// Where, if the reader got that far.
    pub span: Option<Span>,
    /// What the author can do about it.
    pub hint: Option<String>,
}

impl Document {
    /// Reads JSON (RFC 8259) or YAML 1.2 (core schema, with merge keys). JSON is what starts with `{`
    /// or `[` or is named `.json`; what turns out to be a YAML flow collection is read as that.
    /// Duplicate keys, alias bombs and nesting deeper than [`MAX_DEPTH`] are refused.
    pub fn parse(name: &str, text: &str) -> Result<Self, DocumentError> {
        let name: Arc<str> = name.into();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let is_named_json = Path::new(&*name)
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        let built = if is_named_json {
            json::read(&name, text)
        } else if text.trim_start().starts_with(['{', '[']) {
            json::read(&name, text).or_else(|error| yaml::read(&name, text).map_err(|_| error))
        } else {
            yaml::read(&name, text)
        }?;
        Ok(Self {
            name,
            text: text.into(),
            value: built.value,
            spans: Some(built.spans),
        })
    }

    /// A document made from a value in memory; its nodes have no place in a source.
    pub fn from_value(name: &str, value: Value) -> Self {
        Self {
            name: name.into(),
            text: "".into(),
            value,
            spans: None,
        }
    }

    /// The node at a pointer.
    pub fn node(&self, pointer: &Pointer) -> Option<&Value> {
        pointer.find(&self.value)
    }

    /// The place of the node at `pointer`, or of its nearest ancestor that has one.
    pub fn span(&self, pointer: &Pointer) -> Option<Span> {
        self.spans.as_ref().map(|spans| spans.find(pointer))
    }

    /// The place of the character of this number, from 0, or the end of the text.
    pub fn position(&self, character: usize) -> Position {
        line_starts::LineStarts::of(&self.text).position(character)
    }

    /// The location of the node at `pointer`, for messages and reports.
    pub fn location(&self, pointer: &Pointer) -> Location {
        Location {
            document: self.name.clone(),
            pointer: pointer.clone(),
            span: self.span(pointer),
        }
    }
}

/// How deep the containers of a document may nest.
pub const MAX_DEPTH: usize = 512;

#[cfg(test)]
mod tests;
