//! Places: positions in a source text, and the nodes that stand there.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeStruct};

use super::Pointer;

/// A place in a text; both numbers start at 1, columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// From the first character of a node to just behind its last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Where the node starts. For a member of a mapping this is its key.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
}

/// A node of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The document's name.
    pub document: Arc<str>,
    /// The node.
    pub pointer: Pointer,
    /// Where it stands in the source, if it has one.
    pub span: Option<Span>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.span {
            Some(span) => write!(
                f,
                "{}:{}:{}",
                self.document, span.start.line, span.start.column
            ),
            None => write!(f, "{}#{}", self.document, self.pointer),
        }
    }
}

/// What is written of a location: of a span only where it starts.
#[derive(Deserialize)]
struct Written {
    document: String,
    pointer: Pointer,
    line: Option<usize>,
    column: Option<usize>,
}

impl<'de> Deserialize<'de> for Location {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        let start = written.line.zip(written.column);
        let start = start.map(|(line, column)| Position { line, column });
        Ok(Self {
            document: written.document.into(),
            pointer: written.pointer,
            span: start.map(|start| Span { start, end: start }),
        })
    }
}

impl Serialize for Location {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Location", 4)?;
        fields.serialize_field("document", &*self.document)?;
        fields.serialize_field("pointer", &self.pointer)?;
        fields.serialize_field("line", &self.span.map(|span| span.start.line))?;
        fields.serialize_field("column", &self.span.map(|span| span.start.column))?;
        fields.end()
    }
}
