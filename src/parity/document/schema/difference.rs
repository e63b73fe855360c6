//! Differences: what two schemas for the same instance say differently, before it is graded.

use serde_json::Value;

use super::conjunction::Conjunction;
use super::travel::Travel;
use crate::document::{Location, Pointer};
use crate::parity::document::change::Grade;
use crate::parity::document::kind::Kind;
use crate::schema::Schema;

/// What a difference does to the set of valid instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// What was valid may be invalid now, and nothing else is valid.
    Narrows,
    /// What was invalid may be valid now, and nothing else is invalid.
    Widens,
    /// Both.
    Both,
    /// It cannot be told from the keywords.
    Unsure,
    /// As graded, whatever instances say.
    Graded(Grade),
    /// As graded, where an instance that is harmful shows it; else it is unclear.
    ShownOr(Grade),
    /// Breaking where a harmful instance shows it: it matches several branches of a `oneOf` on the side
    /// that refuses it. Unclear where only one shows it that is put together of what several branches
    /// declare, which nobody may ever send; and where none does, unless the branches are apart.
    Overlap {
        /// Whether no instance satisfies two of the branches.
        are_apart: bool,
    },
}

/// A difference between two schemas for the same instance.
#[derive(Debug, Clone)]
pub(in crate::parity::document) struct Difference {
    pub(in crate::parity::document) kind: Kind,
    pub(super) effect: Effect,
    /// What changed, in words.
    pub(in crate::parity::document) message: String,
    /// The node, below the instance.
    pub(in crate::parity::document) at: Pointer,
    pub(in crate::parity::document) was: String,
    pub(in crate::parity::document) now: String,
    pub(in crate::parity::document) old: Option<Location>,
    pub(in crate::parity::document) new: Option<Location>,
    /// The keywords that an instance breaks to show it; any, if empty.
    pub(super) keywords: &'static [&'static str],
    /// Instances that may show it.
    pub(super) candidates: Vec<Value>,
    /// Schemas whose instances may show it, beside those of the two.
    pub(super) sources: Vec<Schema>,
    /// Members that may show it, put into instances.
    pub(super) insertions: Vec<Insertion>,
    /// Numbers of items or members with which instances may show it.
    pub(super) counts: Vec<usize>,
    /// Whether the old and the new schema say nothing but bounds, so that the bounds alone show it.
    pub(super) says_bounds_only: (bool, bool),
}

impl Effect {
    /// Whether nothing becomes valid that was not (`Narrows`), or nothing invalid that was valid
    /// (`Widens`).
    pub(super) fn is_only(self, other: Self) -> bool {
        self == other || self == Self::Graded(Grade::Note)
    }

    /// Whether it is about what matches several branches.
    pub(super) fn is_overlap(self) -> bool {
        matches!(self, Self::Overlap { .. })
    }
}

/// Members by what their names and values may be.
#[derive(Debug, Clone)]
pub(super) struct Insertion {
    /// What names match.
    pub(super) name: Schema,
    /// What is said about the values.
    pub(super) values: Vec<Schema>,
}

/// Two schemas for a node of the instance, or for the same instance.
#[derive(Debug, Clone)]
pub(super) struct Child {
    /// The node, below the instance.
    pub(super) at: Pointer,
    pub(super) old: Conjunction,
    pub(super) new: Conjunction,
    /// What it is of the pair that leads to it.
    pub(super) role: Role,
    /// As what values travel.
    pub(super) travel: Travel,
}

/// What a pair of schemas is of the pair that leads to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It is about a node below.
    Below,
    /// It is a branch of a union, about the same instance.
    Branch,
    /// It is the same, for instances of some types only.
    Piece,
}

impl Difference {
    pub(super) fn new(kind: Kind, effect: Effect, message: impl Into<String>) -> Self {
        Self {
            kind,
            effect,
            message: message.into(),
            at: Pointer::root(),
            was: String::new(),
            now: String::new(),
            old: None,
            new: None,
            keywords: &[],
            candidates: Vec::new(),
            sources: Vec::new(),
            insertions: Vec::new(),
            counts: Vec::new(),
            says_bounds_only: (false, false),
        }
    }

    pub(super) fn at(mut self, at: Pointer) -> Self {
        self.at = at;
        self
    }

    pub(super) fn texts(mut self, was: impl Into<String>, now: impl Into<String>) -> Self {
        self.was = was.into();
        self.now = now.into();
        self
    }

    /// Takes the places where the two say one of the keywords.
    pub(super) fn places(
        mut self,
        old: &Conjunction,
        new: &Conjunction,
        keywords: &'static [&'static str],
    ) -> Self {
        self.old = old.location(keywords);
        self.new = new.location(keywords);
        self.keywords = keywords;
        self
    }
}
