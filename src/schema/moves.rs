//! Moves: nodes that stand elsewhere after lifting than where the author wrote them, so that a place
//! of either can be said as a place of the other.

use std::collections::HashMap;

use super::survey::Place;
use crate::document::Pointer;

/// One node that moved within its schema; both pointers start at the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Move {
    /// Where the author wrote it.
    pub(super) written: Pointer,
    /// Where it stands after lifting.
    pub(super) lifted: Pointer,
    /// Whether this is only about how places are called: what stands there moves in parts.
    pub(super) is_name: bool,
}

impl Move {
    pub(super) fn new(written: &[&str], lifted: &[&str]) -> Self {
        let pointer = |tokens: &[&str]| {
            let root = Pointer::root();
            tokens
                .iter()
                .fold(root, |pointer, token| pointer.join(token))
        };
        Self {
            written: pointer(written),
            lifted: pointer(lifted),
            is_name: false,
        }
    }

    /// As [`Self::new`], for a node of which only parts move.
    pub(super) fn name(written: &str, lifted: &str) -> Self {
        Self {
            is_name: true,
            ..Self::new(&[written], &[lifted])
        }
    }
}

/// The moves of all documents, by the schema as the author wrote it. The first that fits counts.
#[derive(Debug, Default)]
pub(super) struct Moves(HashMap<Place, Vec<Move>>);

impl Moves {
    pub(super) fn add(&mut self, schema: Place, moves: Vec<Move>) {
        if !moves.is_empty() {
            self.0.insert(schema, moves);
        }
    }

    /// Whether a member of a schema moves as a whole.
    pub(super) fn keeps(&self, schema: &Place, keyword: &str) -> bool {
        let mut moves = self.0.get(schema).into_iter().flatten();
        let whole = Pointer::root().join(keyword);
        moves.any(|moved| moved.written == whole && !moved.is_name)
    }

    /// The moves of each schema, those inside others first.
    pub(super) fn deepest_first(&self) -> Vec<(&Place, &[Move])> {
        let mut found: Vec<(&Place, &[Move])> = self
            .0
            .iter()
            .map(|(place, moves)| (place, moves.as_slice()))
            .collect();
        // A schema's text is longer than that of the one that it stands in.
        found.sort_by(|one, other| {
            let length = |place: &Place| place.1.as_str().len();
            length(other.0).cmp(&length(one.0)).then(one.0.cmp(other.0))
        });
        found
    }

    /// Where a node that the author wrote stands after lifting.
    pub(super) fn lifted(&self, document: usize, written: &Pointer) -> Pointer {
        self.translate(document, written, |moved| (&moved.written, &moved.lifted))
            .1
    }

    /// Where the author wrote what stands at a place after lifting.
    pub(super) fn written(&self, document: usize, lifted: &Pointer) -> Pointer {
        self.translate(document, lifted, |moved| (&moved.lifted, &moved.written))
            .0
    }

    /// The pointer in both forms: as written, as lifted.
    fn translate(
        &self,
        document: usize,
        pointer: &Pointer,
        sides: impl Fn(&Move) -> (&Pointer, &Pointer),
    ) -> (Pointer, Pointer) {
        if self.0.is_empty() {
            return (pointer.clone(), pointer.clone());
        }
        let mut place = (document, Pointer::root());
        let mut lifted = Pointer::root();
        let mut rest = pointer.clone();
        while !rest.is_root() {
            let moved = self.0.get(&place).and_then(|moves| {
                let mut moves = moves.iter();
                moves.find_map(|moved| Some((moved, rest.below(sides(moved).0)?)))
            });
            let (there, here, left) = if let Some((moved, left)) = moved {
                (moved.written.clone(), moved.lifted.clone(), left)
            } else {
                let (first, left) = rest.split_first();
                (first.clone(), first, left)
            };
            place.1 = place.1.concat(&there);
            lifted = lifted.concat(&here);
            rest = left;
        }
        (place.1, lifted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_translated_both_ways_through_nested_moves() {
        let mut moves = Moves::default();
        let tuple = || {
            vec![
                Move::new(&["items"], &["prefixItems"]),
                Move::new(&["additionalItems"], &["items"]),
            ]
        };
        let place = |text: &str| (0, text.parse().unwrap());
        moves.add(place("/a"), tuple());
        moves.add(place("/a/items/1"), tuple());
        for (written, lifted) in [
            ("", ""),
            ("/a", "/a"),
            ("/a/items/0", "/a/prefixItems/0"),
            ("/a/additionalItems/type", "/a/items/type"),
            ("/a/items/1/additionalItems", "/a/prefixItems/1/items"),
            ("/b/items/1", "/b/items/1"),
        ] {
            let (written, lifted): (Pointer, Pointer) =
                (written.parse().unwrap(), lifted.parse().unwrap());
            assert_eq!(moves.lifted(0, &written), lifted);
            assert_eq!(moves.written(0, &lifted), written);
            assert_eq!(moves.written(1, &lifted), lifted);
        }
    }
}
