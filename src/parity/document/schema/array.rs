//! Arrays: items by number, all others, how many, and whether they differ.

use super::compare::Compare;
use super::conjunction::Conjunction;
use super::difference::{Difference, Effect};
use crate::document::Pointer;
use crate::parity::document::kind::Kind;

/// How many items are compared one by one.
const MOST: usize = 200;

impl Compare<'_> {
    /// Compares what is said about arrays.
    pub(super) fn arrays(&mut self) {
        let count = |side: &Conjunction| {
            let lists = side.values("prefixItems");
            let lengths = lists.filter_map(|(_, value)| value.as_array().map(Vec::len));
            lengths.max().unwrap_or(0)
        };
        let (was, now) = (
            room(self.old, count(self.old)),
            room(self.new, count(self.new)),
        );
        let are_as_many = least(self.old) == least(self.new) && was == now;
        // Beyond the greatest number of items there are none to be compared.
        let most = if are_as_many {
            was
        } else {
            greatest(self.old).min(greatest(self.new))
        };
        let named = count(self.old).max(count(self.new)).min(MOST).min(most);
        for index in 0..named {
            let (old, new) = (self.old.item(index), self.new.item(index));
            self.below(Pointer::root().index(index), old, new);
        }
        if most > named {
            let (old, new) = (self.old.items(), self.new.items());
            self.below(Pointer::root().join("*"), old, new);
        }
        if !are_as_many {
            self.count(
                Kind::ItemCountChanged,
                "number of items",
                &["minItems", "maxItems"],
            );
        }
        // One item differs from all others.
        if was.min(now) > 1 {
            self.uniqueness();
        }
    }

    fn uniqueness(&mut self) {
        let is_unique = |side: &Conjunction| {
            let mut flags = side.values("uniqueItems");
            flags.any(|(_, value)| value.as_bool() == Some(true))
        };
        let (effect, message) = match (is_unique(self.old), is_unique(self.new)) {
            (false, true) => (Effect::Narrows, "items must differ from each other now"),
            (true, false) => (Effect::Widens, "items need not differ any more"),
            _ => return,
        };
        let difference = Difference::new(Kind::UniquenessChanged, effect, message);
        self.push(difference, &["uniqueItems"]);
    }
}

/// How many items there must be.
fn least(side: &Conjunction) -> u64 {
    let limits = side.values("minItems");
    let limits = limits.filter_map(|(_, value)| value.as_u64());
    limits.max().unwrap_or(0)
}

/// How many items there may be, up to the first that nothing satisfies. So many of them are spoken about by
/// number.
fn room(side: &Conjunction, named: usize) -> usize {
    let mut numbers = 0..=named.min(MOST);
    let first = numbers.find(|index| side.item(*index).is_impossible);
    greatest(side).min(first.unwrap_or(usize::MAX))
}

/// How many items there may be, as `maxItems` has it.
fn greatest(side: &Conjunction) -> usize {
    let limits = side.values("maxItems");
    let limits = limits.filter_map(|(_, value)| value.as_u64());
    limits
        .min()
        .and_then(|limit| usize::try_from(limit).ok())
        .unwrap_or(usize::MAX)
}
