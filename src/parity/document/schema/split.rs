//! Splitting: schemas that say different things about different types, type by type. What one writes as
//! a list of types, another writes as a union or a condition.

use super::compare::{Compare, Goes};
use super::conjunction::Conjunction;
use super::difference::{Child, Role};
use super::types::Types;
use crate::document::Pointer;

/// The types that are looked at each for itself.
const PIECES: [Types; 5] = [
    Types::OBJECT,
    Types::ARRAY,
    Types::STRING,
    Types::NUMBER,
    Types::BOOLEAN,
];

/// What is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Splits {
    /// Conditions about types alone, with all beside them.
    Conditions,
    /// Unions, too.
    All,
}

impl Compare<'_> {
    /// Compares type by type, where the two are written differently and neither has a union or a
    /// condition left then.
    pub(super) fn split(&mut self, only: Splits) -> Goes {
        let (old, new) = (self.old, self.new);
        let both = old.types.and(new.types);
        let pieces: Vec<Types> = PIECES
            .into_iter()
            .filter(|piece| both.has(*piece))
            .collect();
        let has_condition = has_any_condition(old) || has_any_condition(new);
        let has_several = only == Splits::All && pieces.len() > 1 && (depends(old) || depends(new));
        if !has_condition && (!has_several || are_written_alike(old, new)) {
            return Goes::On;
        }
        let within = |side: &Conjunction, piece: Types| {
            let part = Conjunction::within(side.entries.clone(), piece);
            // Unions that are left are compared as such, beside conditions that are not.
            let is_left = has_any_condition(&part) || !has_condition && !part.unions.is_empty();
            (!is_left && !part.is_opaque).then_some(part)
        };
        let mut children = Vec::new();
        for piece in pieces {
            let piece = piece.and(both);
            let (Some(old), Some(new)) = (within(old, piece), within(new, piece)) else {
                return Goes::On;
            };
            children.push(Child {
                at: Pointer::root(),
                old,
                new,
                role: Role::Piece,
                travel: self.travel,
            });
        }
        self.types_of_unions();
        self.children.extend(children);
        Goes::NoFurther
    }
}

/// A side type by type, if what it says depends on the type and on nothing else of unions and conditions.
pub(super) fn pieces(side: &Conjunction) -> Option<Vec<Conjunction>> {
    if !depends(side) || side.is_opaque {
        return None;
    }
    let found = PIECES.into_iter().filter(|piece| side.types.has(*piece));
    let within = |piece: Types| {
        let part = Conjunction::within(side.entries.clone(), piece.and(side.types));
        (!depends(&part) && !part.is_opaque).then_some(part)
    };
    found.map(within).collect()
}

/// Whether what a side says depends on the type of the instance.
fn depends(side: &Conjunction) -> bool {
    !side.unions.is_empty() || has_any_condition(side)
}

/// Whether a side has a condition about types alone, which may hold or not.
fn has_any_condition(side: &Conjunction) -> bool {
    side.values("if").any(|(part, _)| {
        let condition = part.below(&["if"]);
        condition.is_some_and(|condition| Types::said(&condition).is_some())
            && side.decided(part).is_none()
    })
}

/// Whether both have unions of as many branches, which are matched with each other.
fn are_written_alike(old: &Conjunction, new: &Conjunction) -> bool {
    let count = |side: &Conjunction| -> Vec<usize> {
        let unions = side.unions.iter();
        unions.map(|union| union.branches.len()).collect()
    };
    count(old) == count(new)
}
