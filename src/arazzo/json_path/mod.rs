//! JSONPath (RFC 9535).
//!
//! It is written here because criteria need what crates do not give: numbers are compared exactly,
//! whatever their size, and a query on a huge value stops with an error when it costs too much.

mod evaluate;
mod filter;
mod function;
mod literal;
mod parse;
mod query;

use std::fmt;

use serde_json::Value;

use super::SyntaxError;
use crate::document::Pointer;
use query::Query;

/// A JSONPath query.
#[derive(Debug, Clone)]
pub struct JsonPath {
    source: String,
    query: Query,
}

/// A query visits more nodes than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the JSONPath is stopped: it costs more than {STEPS} steps on this value")]
pub struct TooMuch;

/// How many nodes a query may visit; comparing and searching texts counts by their length.
const STEPS: u64 = 5_000_000;

impl JsonPath {
    /// Reads a query, and proves it to be well-typed (RFC 9535 section 2.4.3).
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        Ok(Self {
            source: text.to_owned(),
            query: parse::parse(text)?,
        })
    }

    /// The nodes that the query selects, in order; one that is selected twice is there twice.
    pub fn select<'v>(&self, value: &'v Value) -> Result<Vec<&'v Value>, TooMuch> {
        evaluate::evaluate(&self.query, value)
    }

    /// The places of the selected nodes, each once, in the order in which a walk over the whole value
    /// comes to them, outer nodes first.
    pub fn locate(&self, value: &Value) -> Result<Vec<Pointer>, TooMuch> {
        let mut selected: Vec<*const Value> = self
            .select(value)?
            .into_iter()
            .map(std::ptr::from_ref)
            .collect();
        selected.sort_unstable();
        let mut found = Vec::new();
        if selected.is_empty() {
            return Ok(found);
        }
        let mut open = vec![(Pointer::root(), value)];
        while let Some((at, value)) = open.pop() {
            match value {
                Value::Array(items) => open.extend(
                    (items.iter().enumerate().rev()).map(|(index, item)| (at.index(index), item)),
                ),
                Value::Object(members) => open
                    .extend((members.iter().rev()).map(|(name, member)| (at.join(name), member))),
                _ => {}
            }
            if selected.binary_search(&std::ptr::from_ref(value)).is_ok() {
                found.push(at);
            }
        }
        Ok(found)
    }

    /// Whether the query can select one node at most (RFC 9535 section 2.3.5.1).
    pub fn is_singular(&self) -> bool {
        self.query.is_singular()
    }
}

impl PartialEq for JsonPath {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

#[cfg(test)]
mod tests;
