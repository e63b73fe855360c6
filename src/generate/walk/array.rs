//! Arrays of a walk.

use serde_json::Value;

use super::super::arena::{Items, NEVER, Node, NodeId};
use super::super::seen::Seen;
use super::{Mode, TRIES, Walk};

/// The most items that a schema may require.
const ITEM_LIMIT: usize = 10_000;
/// How many more items than required are made.
const MORE: usize = 3;

impl Walk<'_> {
    pub(super) fn items(&mut self, items: &Items, depth: u32) -> Option<Value> {
        if items.min > ITEM_LIMIT {
            self.fail(format!(
                "an array of at least {} items is longer than what is generated",
                items.min
            ));
            return None;
        }
        let Some(check) = &items.check else {
            return self.array(items, depth);
        };
        self.judged(check, |walk| walk.array(items, depth))
    }

    fn array(&mut self, items: &Items, depth: u32) -> Option<Value> {
        let wanted: usize = items.wanted.iter().map(|wanted| wanted.min).sum();
        if wanted > ITEM_LIMIT {
            return None;
        }
        let places = self.places(items);
        let least = places.iter().map(|(place, _)| place + 1).max();
        let length = self.length(items, wanted, depth).max(least.unwrap_or(0));
        let mut found: Vec<Value> = Vec::new();
        let seen = &mut Seen::default();
        for (place, node) in items.prefix.iter().take(length).enumerate() {
            let wanted = places.iter().find(|(taken, _)| *taken == place);
            let node = wanted.map_or(*node, |(_, node)| *node);
            match self.item(node, items, seen, depth) {
                Some(item) => found.push(item),
                None => return (found.len() >= items.min).then_some(Value::Array(found)),
            }
        }
        let start = found.len();
        for wanted in &items.wanted {
            let present = found
                .iter()
                .filter(|item| wanted.check.accepts(item))
                .count();
            for _ in present..wanted.min {
                found.push(self.item(wanted.node, items, seen, depth)?);
            }
        }
        let finite = match self.arena.node(items.rest) {
            Node::Values(values) if items.distinct => Some(values),
            _ => None,
        };
        let mut order: Vec<usize> = (0..finite.map_or(0, Vec::len)).collect();
        self.dice.shuffle(&mut order);
        while found.len() < length {
            let item = match finite {
                // Of few values each is taken once, in any order.
                Some(values) => std::iter::from_fn(|| order.pop())
                    .filter_map(|index| values.get(index))
                    .find(|value| seen.add(value))
                    .cloned(),
                None => self.filler(items, &found, seen, depth),
            };
            match item {
                Some(item) => found.push(item),
                None => break,
            }
        }
        if let (false, Some(tail)) = (items.wanted.is_empty(), found.get_mut(start..)) {
            self.dice.shuffle(tail);
        }
        (found.len() >= items.min).then_some(Value::Array(found))
    }

    /// Places of the prefix for what is wanted and cannot stand behind it.
    fn places(&mut self, items: &Items) -> Vec<(usize, NodeId)> {
        let mut found: Vec<(usize, NodeId)> = Vec::new();
        for wanted in &items.wanted {
            let open = wanted.within.iter().copied().enumerate();
            let mut open: Vec<(usize, NodeId)> = open
                .take(items.max.unwrap_or(usize::MAX))
                .filter(|(place, node)| {
                    self.arena.height(*node) != NEVER
                        && found.iter().all(|(taken, _)| taken != place)
                })
                .collect();
            if self.mode != Mode::Minimal {
                self.dice.shuffle(&mut open);
            }
            found.extend(open.into_iter().take(wanted.min));
        }
        found
    }

    fn length(&mut self, items: &Items, wanted: usize, depth: u32) -> usize {
        let most = items.max.unwrap_or(usize::MAX);
        let least = items.min.max(wanted).min(most);
        if self.is_frugal(depth) {
            return least;
        }
        let full = self.mode == Mode::Full;
        // A tuple is drawn whole in most cases.
        let usual = if full || self.dice.chance(2, 3) {
            items.prefix.len()
        } else {
            0
        };
        let least_usual = least.max(usual).max(usize::from(full)).min(most);
        let room = most.saturating_sub(least_usual).min(MORE);
        match self.dice.below(6) {
            0 => least.max(usize::from(full).min(most)),
            1 if most <= least.saturating_add(16) => most,
            _ if full => least_usual + self.dice.below(room.min(1) + 1),
            _ => least_usual + self.dice.below(room + 1),
        }
    }

    /// An item beyond those that are wanted; it does not use up the last place of a limited one.
    fn filler(
        &mut self,
        items: &Items,
        found: &[Value],
        seen: &mut Seen,
        depth: u32,
    ) -> Option<Value> {
        (0..TRIES).find_map(|_| {
            let item = self.item(items.rest, items, seen, depth)?;
            let fits = items.wanted.iter().all(|wanted| {
                wanted.max.is_none_or(|max| {
                    !wanted.check.accepts(&item)
                        || found
                            .iter()
                            .filter(|item| wanted.check.accepts(item))
                            .count()
                            < max
                })
            });
            fits.then_some(item)
        })
    }

    fn item(&mut self, node: usize, items: &Items, seen: &mut Seen, depth: u32) -> Option<Value> {
        let tries = if items.distinct { 16 } else { 1 };
        (0..tries).find_map(|_| {
            let item = self.value(node, depth + 1)?;
            let repeated = items.distinct && !seen.add(&item);
            if repeated && self.mode == Mode::Minimal {
                // A minimal walk repeats itself: look further.
                self.mode = Mode::Random;
                let other = self.value(node, depth + 1);
                self.mode = Mode::Minimal;
                return other.filter(|item| seen.add(item));
            }
            (!repeated).then_some(item)
        })
    }
}
