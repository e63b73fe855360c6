//! Queries as trees.

use regex_automata::meta::Regex;
use serde_json::Value;

use crate::arazzo::comparison::Comparison;

/// A query: where it starts, and how it goes on.
#[derive(Debug, Clone)]
pub(super) struct Query {
    pub(super) start: Start,
    pub(super) segments: Vec<Segment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// `$`
    Root,
    /// `@`
    Current,
}

#[derive(Debug, Clone)]
pub(super) struct Segment {
    /// Whether all descendants are asked (`..`).
    pub(super) is_descendant: bool,
    pub(super) selectors: Vec<Selector>,
}

#[derive(Debug, Clone)]
pub(super) enum Selector {
    Name(String),
    Wildcard,
    Index(i64),
    Slice {
        start: Option<i64>,
        end: Option<i64>,
        step: i64,
    },
    Filter(Logical),
}

/// What holds or does not.
#[derive(Debug, Clone)]
pub(super) enum Logical {
    Any(Vec<Logical>),
    All(Vec<Logical>),
    Not(Box<Logical>),
    Compare(Comparable, Comparison, Comparable),
    Exists(Query),
    /// `match` or `search`.
    Matches(Box<Matches>),
}

/// A call of `match` or `search`.
#[derive(Debug, Clone)]
pub(super) struct Matches {
    pub(super) is_whole: bool,
    pub(super) text: Comparable,
    pub(super) pattern: Comparable,
    /// The compiled pattern, if it is a literal one that can be compiled.
    pub(super) compiled: Option<Regex>,
}

/// What has a value, or none.
#[derive(Debug, Clone)]
pub(super) enum Comparable {
    Literal(Value),
    Singular(Query),
    /// `length(…)`
    Length(Box<Comparable>),
    /// `count(…)`
    Count(Query),
    /// `value(…)`
    Value(Query),
}

impl Query {
    pub(super) fn is_singular(&self) -> bool {
        self.segments.iter().all(|segment| {
            !segment.is_descendant
                && matches!(
                    segment.selectors.as_slice(),
                    [Selector::Name(_) | Selector::Index(_)]
                )
        })
    }
}
