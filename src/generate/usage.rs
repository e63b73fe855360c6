//! Usage: which choices a series of instances has made, so that the next ones make others.

use std::collections::HashMap;

use super::arena::NodeId;
use super::dice::Dice;

/// How often each choice of each node was taken.
#[derive(Debug, Clone, Default)]
pub(super) struct Usage {
    choices: HashMap<NodeId, Vec<u32>>,
}

/// In so many of twenty cases the least used choice is taken, as long as one was never used and after.
const STEERED_FIRST: usize = 19;
const STEERED: usize = 16;

impl Usage {
    /// One of `count` choices: rather one of those that were used least.
    pub(super) fn choose(&mut self, id: NodeId, count: usize, dice: &mut Dice) -> usize {
        let used = self.counts(id, count);
        let least = used.iter().take(count).min().copied().unwrap_or(0);
        let odds = if least == 0 { STEERED_FIRST } else { STEERED };
        let index = if dice.chance(odds, 20) {
            let rare: Vec<usize> = (0..count)
                .filter(|index| used.get(*index) == Some(&least))
                .collect();
            dice.pick(&rare).copied().unwrap_or(0)
        } else {
            dice.below(count)
        };
        if let Some(used) = used.get_mut(index) {
            *used += 1;
        }
        index
    }

    /// Whether an optional member is present: as proposed, unless it never was before.
    pub(super) fn member(
        &mut self,
        id: NodeId,
        index: usize,
        proposed: bool,
        dice: &mut Dice,
    ) -> bool {
        let used = self.counts(id, index + 1);
        let never = used.get(index) == Some(&0);
        let present = proposed || never && dice.chance(1, 3);
        if let (true, Some(used)) = (present, used.get_mut(index)) {
            *used += 1;
        }
        present
    }

    fn counts(&mut self, id: NodeId, count: usize) -> &mut Vec<u32> {
        let used = self.choices.entry(id).or_default();
        if used.len() < count {
            used.resize(count, 0);
        }
        used
    }
}
