//! Trees: an instance and its way to a simpler one. Every step is valid, as the validator says.

use std::sync::Arc;

use proptest::strategy::ValueTree;
use serde_json::Value;

use super::edit::{Edit, edits};
use super::source::Source;

/// A valid instance that shrinks through valid instances only.
#[derive(Debug)]
pub struct InstanceTree {
    source: Arc<Source>,
    current: Value,
    previous: Option<Value>,
    /// The edits of `current`.
    edits: Vec<Edit>,
    /// The next edit to try.
    next: usize,
    /// Whether a step stood since the edits were last tried from the first one on.
    progressed: bool,
    steps: usize,
}

/// How many candidates one tree judges in all.
const STEP_LIMIT: usize = 20_000;

impl InstanceTree {
    pub(super) fn new(source: Arc<Source>, current: Value) -> Self {
        Self {
            source,
            current,
            previous: None,
            edits: Vec::new(),
            next: 0,
            progressed: false,
            steps: 0,
        }
    }

    fn candidate(&mut self) -> Option<Value> {
        loop {
            if let Some(edit) = self.edits.get(self.next) {
                self.next += 1;
                if let Some(candidate) = edit.apply(&self.current) {
                    return Some(candidate);
                }
            } else if std::mem::take(&mut self.progressed) {
                self.next = 0;
            } else {
                return None;
            }
        }
    }
}

impl ValueTree for InstanceTree {
    type Value = Value;

    fn current(&self) -> Value {
        self.current.clone()
    }

    fn simplify(&mut self) -> bool {
        if self.previous.take().is_some() {
            // The last step stood: go on from there, with the edits that were next anyway.
            self.edits = edits(&self.current);
            self.progressed = true;
        }
        if self.steps == 0 {
            self.edits = edits(&self.current);
        }
        while self.steps < STEP_LIMIT {
            // The simplest instance there is comes first, then one edit after the other.
            let candidate = match self.steps {
                0 => self.source.simplest(),
                _ => self.candidate(),
            };
            let Some(candidate) = candidate else {
                if self.steps == 0 {
                    self.steps = 1;
                    continue;
                }
                return false;
            };
            self.steps += 1;
            // Only what weighs less is simpler; so shrinking ends.
            if weight(&candidate) < weight(&self.current)
                && self.source.validator().is_valid(&candidate)
            {
                self.previous = Some(std::mem::replace(&mut self.current, candidate));
                return true;
            }
        }
        false
    }

    fn complicate(&mut self) -> bool {
        match self.previous.take() {
            Some(previous) => {
                self.current = previous;
                true
            }
            None => false,
        }
    }
}

/// What an instance weighs: nodes, then characters, then how far its numbers are from zero.
pub(super) fn weight(value: &Value) -> (usize, usize, u128) {
    let sum = |parts: &mut dyn Iterator<Item = &Value>| {
        parts
            .map(weight)
            .fold((1, 0, 0), |sum: (usize, usize, u128), part| {
                (sum.0 + part.0, sum.1 + part.1, sum.2.saturating_add(part.2))
            })
    };
    match value {
        Value::Null => (1, 0, 0),
        Value::Bool(set) => (1, 1 + usize::from(*set), 0),
        Value::Number(number) => {
            let text = number.to_string();
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            (1, 2 + 10 * text.len(), digits.parse().unwrap_or(u128::MAX))
        }
        Value::String(text) => (1, text.chars().map(strangeness).sum(), 0),
        Value::Array(items) => sum(&mut items.iter()),
        Value::Object(members) => sum(&mut members.values()),
    }
}

fn strangeness(character: char) -> usize {
    match character {
        'a' => 10,
        'b'..='z' | '0'..='9' => 11,
        'A'..='Z' | ' ' => 12,
        '!'..='~' => 13,
        _ => 20,
    }
}
