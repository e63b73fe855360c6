//! Span trees: where each node of a value stands, in the value's own shape, so that a document takes
//! room and time in proportion to its length however deep it nests.

use std::collections::HashMap;

use super::{Pointer, Span};

/// The places of a node and of everything below it.
#[derive(Debug, Clone)]
pub(super) struct SpanTree {
    pub(super) span: Span,
    pub(super) below: Below,
}

/// The places below a node.
#[derive(Debug, Clone)]
pub(super) enum Below {
    /// Below a scalar stands nothing.
    Nothing,
    /// The items of an array.
    Items(Vec<SpanTree>),
    /// The members of an object.
    Members(HashMap<Box<str>, SpanTree>),
}

impl SpanTree {
    /// The place of the node at `pointer`, or of its nearest ancestor that is known.
    pub(super) fn find(&self, pointer: &Pointer) -> Span {
        let mut at = self;
        for token in pointer.tokens() {
            let next = match &at.below {
                Below::Nothing => None,
                Below::Items(items) => token.parse().ok().and_then(|index: usize| items.get(index)),
                Below::Members(members) => members.get(&*token),
            };
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        at.span
    }
}
