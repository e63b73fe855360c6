//! Remainders: what a branch of a `oneOf` accepts and the others do not.
//!
//! Each branch that is taken away may double the pieces of what is left, so only a few are kept: a
//! remainder is part of what there is, found with bounded work.

use super::algebra::{Canonical, followed, subtract};
use jsonschema::canonical::{CanonicalKind, CanonicalView};

/// How many small subtractions one compilation may cost, and which part of what is left of them the
/// branches of one `oneOf` may.
const SUBTRACTION_LIMIT: usize = 6_000;
const SHARE: usize = 4;
/// The most pieces of a remainder that are kept between subtractions.
const PIECES: usize = 4;
/// Up to what size, in bytes of its JSON, a schema is small: one to be taken away from others, and
/// one that it is taken away from.
const SMALL_OTHER: usize = 160;
const SMALL_PIECE: usize = 2_048;

/// What may still be subtracted in one compilation.
#[derive(Debug)]
pub(super) struct Subtractions(usize);

impl Default for Subtractions {
    fn default() -> Self {
        Self(SUBTRACTION_LIMIT)
    }
}

impl Subtractions {
    /// What has to be left when the branches of one more `oneOf` are done.
    pub(super) fn reserve(&self) -> usize {
        self.0 - self.0 / SHARE
    }

    /// Pieces of what `branch`, the one of this number, accepts and no other of `branches` does; none
    /// where nothing is left. `None` where that would leave less than `reserve`.
    pub(super) fn remainder(
        &mut self,
        branch: &Canonical,
        number: usize,
        branches: &[Canonical],
        reserve: usize,
    ) -> Option<Vec<Canonical>> {
        let mut pieces = vec![followed(branch)];
        for (index, other) in branches.iter().enumerate() {
            if index == number {
                continue;
            }
            let other = followed(other);
            // Every rule of what is taken away makes a piece, and pieces are compared in pairs.
            let rules = 1 + size(&other) / SMALL_OTHER;
            let mut left: Vec<Canonical> = Vec::new();
            for piece in pieces {
                let cost = rules * rules * (1 + size(&piece) / SMALL_PIECE);
                self.0 = self.0.checked_sub(cost).filter(|left| *left >= reserve)?;
                split(subtract(&piece, &other).unwrap_or(piece), &mut left);
            }
            left.truncate(PIECES);
            pieces = left;
        }
        Some(pieces)
    }
}

/// The size of a schema, in bytes of its JSON.
fn size(schema: &Canonical) -> usize {
    schema.to_json_schema().to_string().len()
}

/// Adds the branches of a union, or the schema itself if it is none.
fn split(schema: Canonical, pieces: &mut Vec<Canonical>) {
    match schema.view() {
        CanonicalView::AnyOf(branches) => {
            for branch in branches {
                if !pieces.contains(&branch) {
                    pieces.push(branch);
                }
            }
        }
        _ if schema.kind() == CanonicalKind::False || pieces.contains(&schema) => {}
        _ => pieces.push(schema),
    }
}
