//! Source descriptions: the other documents that workflows use.

use crate::document::Location;

/// A source description (Arazzo 1.0.1 section 4.6.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The name that expressions use.
    pub name: String,
    /// Where the document is: a URL, or a path relative to the Arazzo document.
    pub url: String,
    /// What the document is; `None` if the file does not say.
    pub kind: Option<SourceKind>,
    /// Where the source description stands.
    pub location: Location,
}

/// What a source description describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// An OpenAPI description.
    OpenApi,
    /// Another Arazzo description.
    Arazzo,
    /// An `AsyncAPI` description (Arazzo 1.1); steps that use it are refused.
    AsyncApi,
}
