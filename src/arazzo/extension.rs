//! proofmark's own keys: what the standard leaves out.

use std::time::Duration;

use indexmap::IndexMap;

use crate::code::{Code, Severity};
use crate::document::Location;

/// The severity of findings by code (`x-proofmark-checks`); `None` turns a code off.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Severities(pub IndexMap<Code, Option<Severity>>);

/// A file whose rows become inputs (`x-proofmark-feed`): columns or members bind by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The file, relative to the Arazzo document.
    pub file: String,
    /// Which row comes next.
    pub pick: Pick,
    /// How it is written.
    pub format: FeedFormat,
    /// Where the feed stands.
    pub location: Location,
}

/// Which row of a feed comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pick {
    /// One after the other, and again from the start.
    #[default]
    Sequential,
    /// By chance.
    Random,
    /// One after the other, each once.
    Unique,
}

/// How the rows of a feed are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedFormat {
    /// Comma-separated values with a head (RFC 4180).
    Csv,
    /// A JSON object on each line.
    Ndjson,
}

/// A pause after a step under load (`x-proofmark-think-time`), drawn between two bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThinkTime {
    /// The shortest.
    pub min: Duration,
    /// The longest.
    pub max: Duration,
}
