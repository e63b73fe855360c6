//! Conjunctions of a walk: many choices for one place, made one after the other.

use serde_json::Value;

use super::super::arena::Conjunction;
use super::{TRIES, Walk};

impl Walk<'_> {
    /// An instance that starts without any choice, and takes over the members of what the choices
    /// that reject it allow, until none does.
    pub(super) fn conjunction(&mut self, all: &Conjunction, depth: u32) -> Option<Value> {
        for _ in 0..TRIES {
            let mut value = self.value(all.base, depth)?;
            for _ in 0..all.choices.len() * 2 + 8 {
                let mut open = all
                    .choices
                    .iter()
                    .filter(|(_, check)| !check.accepts(&value));
                let Some((choice, _)) = open.next() else {
                    break;
                };
                let density = std::mem::take(&mut self.density);
                let chosen = self.value(*choice, depth);
                self.density = density;
                value = combined(value, chosen?);
            }
            if all.check.accepts(&value) {
                return Some(value);
            }
        }
        self.fail("no instance was found that keeps all rules of one place together".to_owned());
        None
    }
}

/// Both objects as one; of other values the later.
fn combined(before: Value, after: Value) -> Value {
    match (before, after) {
        (Value::Object(mut before), Value::Object(after)) => {
            before.extend(after);
            Value::Object(before)
        }
        (_, after) => after,
    }
}
