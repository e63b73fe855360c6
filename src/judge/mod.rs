//! Judging bodies as they come off the wire, at the cost of a raw load generator.
//!
//! The question is only: are these bytes valid against this schema? A ladder of rungs answers it, the
//! cheapest first: bytes that were found valid before, a walk over the text, and a list of the values in
//! the text under the `jsonschema` crate. What a rung calls valid is exactly what `serde_json` and
//! [`Validator`](crate::schema::Validator) call valid together; whatever a rung doubts or refuses goes to
//! these, who also know why.

mod capture;
mod compile;
mod differ;
mod graph;
mod ladder;
mod leaf;
mod marks;
mod members;
mod names;
mod node;
mod number;
mod parts;
mod plain;
mod seen;
mod shape;
mod shapes;
mod tape;
#[cfg(test)]
mod tests;
mod texts;
mod token;
mod trail;
mod walk;
mod witness;
mod written;

pub use capture::{Captured, Captures};
pub use ladder::{Counts, Judge, Ladder, Rung, Rungs};

/// What is known about a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is JSON and valid.
    Valid,
    /// It is no JSON, or not valid; the report says why, and has the last word.
    Invalid,
    /// It cannot be told here: ask the slow way.
    Unsure,
}

/// Why a reading ends before the body does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// It is no JSON, or not valid.
    Invalid,
    /// It cannot be told from here.
    Unsure,
}
