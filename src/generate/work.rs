//! Work: how much may be done for one list of instances, and whether anyone still wants it.

use std::cell::Cell;

use serde_json::Value;

/// What a list may cost, and how much more for each instance that is asked for. The unit is a byte of an
/// instance that is judged.
const LEAST: u64 = 64 << 20;
const EACH: u64 = 512 << 10;
/// What it costs to ask a schema about a node.
const QUESTION: usize = 64;

/// The work that may be done for one list of instances. It is counted, not timed: equal seeds give equal
/// lists on every machine, unless `goes_on` ends the work.
pub struct Work<'a> {
    goes_on: &'a dyn Fn() -> bool,
    left: Cell<u64>,
    is_interrupted: Cell<bool>,
}

impl Work<'static> {
    /// The work that a list of so many instances may cost.
    pub fn of(count: usize) -> Self {
        Self::while_wanted(count, &|| true)
    }
}

impl<'a> Work<'a> {
    /// As [`Self::of`]; ends when `goes_on` says so. It is asked before each instance is judged.
    pub fn while_wanted(count: usize, goes_on: &'a dyn Fn() -> bool) -> Self {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        Self {
            goes_on,
            left: Cell::new(EACH.saturating_mul(count).saturating_add(LEAST)),
            is_interrupted: Cell::new(false),
        }
    }

    /// Whether the list was given up because its schema is too large, so that more may be found.
    pub fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    /// Whether the list was given up because nobody wants it any more.
    pub fn is_interrupted(&self) -> bool {
        self.is_interrupted.get()
    }

    /// Whether there is more to be done.
    pub(super) fn is_left(&self) -> bool {
        if !self.is_interrupted.get() && !(self.goes_on)() {
            self.is_interrupted.set(true);
        }
        !self.is_spent() && !self.is_interrupted.get()
    }

    /// Takes what it costs to judge an instance of so many bytes, whose nodes so many schemas are asked
    /// about; says whether to go on.
    pub(super) fn spend(&self, bytes: usize, questions: usize) -> bool {
        let cost = questions.saturating_mul(QUESTION).saturating_add(bytes);
        let cost = u64::try_from(cost).unwrap_or(u64::MAX);
        self.left.set(self.left.get().saturating_sub(cost));
        self.is_left()
    }
}

/// How many values there are in an instance.
pub fn values(instance: &Value) -> usize {
    match instance {
        Value::Array(items) => 1 + items.iter().map(values).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(values).sum::<usize>(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_ends_when_it_is_spent_or_not_wanted() {
        let work = Work::of(1);
        assert!(work.spend(1 << 20, 1) && !work.is_spent());
        assert!(!work.spend(0, 1 << 30) && work.is_spent());
        let is_wanted = Cell::new(true);
        let goes_on = || is_wanted.get();
        let work = Work::while_wanted(1, &goes_on);
        assert!(work.spend(1, 1));
        is_wanted.set(false);
        assert!(!work.spend(1, 1) && !work.is_spent());
    }
}
