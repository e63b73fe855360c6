//! A schema as a graph: what is asked of a value, and which nodes judge the values in it.

use super::leaf::{Choice, Digits, Leaf, Letters};
use super::texts::Texts;
use super::written::Written;

/// The number of a node in its graph.
pub(super) type NodeId = u32;

/// The node that everything fulfils.
pub(super) const ANYTHING: NodeId = 0;

/// The kinds of values that a schema accepts.
pub(super) mod kinds {
    pub(in crate::judge) const NULL: u8 = 1;
    pub(in crate::judge) const BOOLEAN: u8 = 1 << 1;
    pub(in crate::judge) const NUMBER: u8 = 1 << 2;
    pub(in crate::judge) const STRING: u8 = 1 << 3;
    pub(in crate::judge) const ARRAY: u8 = 1 << 4;
    pub(in crate::judge) const OBJECT: u8 = 1 << 5;
    pub(in crate::judge) const ALL: u8 = (1 << 6) - 1;
}

/// How many names the properties of one node may have.
pub(super) const NAMES: usize = 256;

/// A compiled schema.
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) root: NodeId,
    /// Whether a name that is there twice could make something valid that is not.
    pub(super) wants_distinct: bool,
    /// How many places there are to remember which property comes next.
    pub(super) places: usize,
}

/// What a value must fulfil: one or more schemas at once.
#[derive(Default)]
pub(super) struct Node {
    /// Its number.
    pub(super) id: NodeId,
    /// The [`kinds`] that it may be of.
    pub(super) accepts: u8,
    /// The kinds of which nothing else is asked.
    pub(super) free: u8,
    pub(super) is_integer: bool,
    pub(super) choices: Vec<Choice>,
    pub(super) letters: Option<Box<Letters>>,
    pub(super) digits: Option<Box<Digits>>,
    pub(super) array: Option<Box<Array>>,
    pub(super) object: Option<Box<Object>>,
    /// What the same value must fulfil besides, of alternatives.
    pub(super) groups: Vec<Group>,
}

/// Alternatives for one value.
pub(super) struct Group {
    /// Whether exactly one must hold, and not at least one.
    pub(super) is_one: bool,
    pub(super) branches: Vec<NodeId>,
}

/// What is asked of an array.
pub(super) struct Array {
    /// The first items, one by one.
    pub(super) first: Vec<NodeId>,
    pub(super) rest: NodeId,
    pub(super) least: u64,
    pub(super) most: u64,
    /// Whether no two items may be equal.
    pub(super) is_unique: bool,
}

/// What is asked of an object.
#[derive(Default)]
pub(super) struct Object {
    /// The names that are known, in the order of the schema.
    pub(super) properties: Vec<Property>,
    /// Their names.
    pub(super) names: Texts,
    pub(super) required: Bits,
    pub(super) others: Others,
    pub(super) least: u64,
    pub(super) most: u64,
    /// Where its places start, see [`Graph::places`].
    pub(super) place: usize,
}

/// A property that is known by its name.
pub(super) struct Property {
    pub(super) name: Box<str>,
    /// The name as it stands in a body; `None` if that takes escapes.
    pub(super) written: Option<Written>,
    pub(super) node: NodeId,
}

/// What is asked of properties that are not known by their names.
pub(super) enum Others {
    /// The same of all.
    All(NodeId),
    /// What the patterns of each schema say.
    ByPattern(Vec<Patterns>),
}

/// The patterns of one schema.
pub(super) struct Patterns {
    pub(super) patterns: Vec<(Leaf, NodeId)>,
    /// What is asked where none matches.
    pub(super) otherwise: NodeId,
}

/// A set of properties, by their numbers.
#[derive(Clone, Copy, Default)]
pub(super) struct Bits([u64; NAMES / 64]);

impl Default for Others {
    fn default() -> Self {
        Self::All(ANYTHING)
    }
}

impl Bits {
    /// Whether it was not there yet.
    #[inline]
    pub(super) fn insert(&mut self, number: usize) -> bool {
        let bit = 1 << (number % 64);
        let word = self.0.get_mut(number / 64);
        word.is_some_and(|word| {
            let is_new = *word & bit == 0;
            *word |= bit;
            is_new
        })
    }

    #[inline]
    pub(super) fn has_all(&self, others: &Self) -> bool {
        let pairs = self.0.iter().zip(&others.0);
        pairs.fold(0, |missing, (own, other)| missing | (other & !own)) == 0
    }
}

impl Graph {
    /// Whether items must differ that may hold objects, whose members must then be known.
    pub(super) fn compares_objects(&self) -> bool {
        let may_hold = |id: &NodeId| {
            let node = self.nodes.get(*id as usize);
            node.is_none_or(|node| node.accepts & (kinds::ARRAY | kinds::OBJECT) != 0)
        };
        let arrays = self.nodes.iter().filter_map(|node| node.array.as_ref());
        let mut unique = arrays.filter(|array| array.is_unique);
        unique.any(|array| may_hold(&array.rest) || array.first.iter().any(may_hold))
    }
}

impl Node {
    pub(super) fn anything() -> Self {
        Self {
            accepts: kinds::ALL,
            free: kinds::ALL,
            ..Self::default()
        }
    }

    /// Finds out of which kinds nothing else is asked.
    pub(super) fn free(&mut self) {
        let is_open = self.groups.is_empty() && self.choices.is_empty();
        let asked = [
            (kinds::NUMBER, self.is_integer || self.digits.is_some()),
            (kinds::STRING, self.letters.is_some()),
            (kinds::ARRAY, self.array.is_some()),
            (kinds::OBJECT, self.object.is_some()),
        ];
        let asked = asked.iter().filter(|(_, is_asked)| *is_asked);
        let asked = asked.fold(0, |kinds, (kind, _)| kinds | kind);
        self.free = if is_open { self.accepts & !asked } else { 0 };
    }

    /// Whether nothing is asked but what the groups ask.
    pub(super) fn is_plain(&self) -> bool {
        self.accepts == kinds::ALL
            && !self.is_integer
            && self.choices.is_empty()
            && self.letters.is_none()
            && self.digits.is_none()
            && self.array.is_none()
            && self.object.is_none()
    }
}
