//! Remainders: what a branch of a `oneOf` accepts and the others do not.
//!
//! Each branch that is taken away may double the pieces of what is left, so only a few are kept: a
//! remainder is part of what there is, found with bounded work.

use super::algebra::{Canonical, followed, subtract};
use jsonschema::canonical::{CanonicalKind, CanonicalView};

/// How many subtractions one compilation may cost.
const SUBTRACTION_LIMIT: usize = 2_000;
/// The most pieces of a remainder that are kept between subtractions.
const PIECES: usize = 8;

/// What may still be subtracted in one compilation.
#[derive(Debug)]
pub(super) struct Subtractions(usize);

impl Default for Subtractions {
    fn default() -> Self {
        Self(SUBTRACTION_LIMIT)
    }
}

impl Subtractions {
    /// Pieces of what `branch`, the one of this number, accepts and no other of `branches` does; none
    /// where nothing is left. `None` where that would be too much work.
    pub(super) fn remainder(
        &mut self,
        branch: &Canonical,
        number: usize,
        branches: &[Canonical],
    ) -> Option<Vec<Canonical>> {
        // Fewer pieces of more branches.
        let pairs = branches.len().saturating_mul(branches.len()).max(1);
        let most = (SUBTRACTION_LIMIT / pairs).clamp(1, PIECES);
        let others = branches.iter().enumerate();
        let others = others.filter(|(index, _)| *index != number);
        if self.0 < branches.len() {
            return None;
        }
        let mut pieces = vec![followed(branch)];
        for (_, other) in others {
            let other = followed(other);
            let mut left: Vec<Canonical> = Vec::new();
            for piece in pieces {
                self.0 = self.0.saturating_sub(1);
                split(subtract(&piece, &other).unwrap_or(piece), &mut left);
            }
            left.truncate(most);
            pieces = left;
        }
        Some(pieces)
    }
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
