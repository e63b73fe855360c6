//! Trees: an instance and its way to a simpler one. Every step is what the first one was: valid, or
//! invalid in the very same way.

use std::fmt;
use std::sync::Arc;

use proptest::strategy::ValueTree;
use serde_json::Value;

use super::Invalid;
use super::edit::{Edit, edits};
use super::invalid::{Breaker, Made};
use super::source::Source;

/// A valid instance that shrinks through valid instances only.
#[derive(Debug)]
pub struct InstanceTree {
    source: Arc<Source>,
    descent: Descent,
}

/// An invalid instance that shrinks through instances with the same violations.
pub struct InvalidTree {
    breaker: Arc<Breaker>,
    made: Made,
    descent: Descent,
}

/// A value on its way to a simpler one.
#[derive(Debug)]
struct Descent {
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

impl Descent {
    fn new(current: Value) -> Self {
        Self {
            edits: edits(&current),
            current,
            previous: None,
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

    /// Goes on to a simpler value that is accepted: to the simplest one that is known, then one edit
    /// after the other.
    fn simplify(
        &mut self,
        simplest: impl FnOnce() -> Option<Value>,
        accepts: &dyn Fn(&Value) -> bool,
    ) -> bool {
        if self.previous.take().is_some() {
            // The last step stood: go on from there, with the edits that were next anyway.
            self.edits = edits(&self.current);
            self.progressed = true;
        }
        let mut first = if self.steps == 0 { simplest() } else { None };
        while self.steps < STEP_LIMIT {
            self.steps += 1;
            let Some(candidate) = first.take().or_else(|| self.candidate()) else {
                return false;
            };
            // Only what weighs less is simpler; so shrinking ends.
            if weight(&candidate) < weight(&self.current) && accepts(&candidate) {
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

impl InstanceTree {
    pub(super) fn new(source: Arc<Source>, current: Value) -> Self {
        Self {
            source,
            descent: Descent::new(current),
        }
    }
}

impl ValueTree for InstanceTree {
    type Value = Value;

    fn current(&self) -> Value {
        self.descent.current.clone()
    }

    fn simplify(&mut self) -> bool {
        let source = &self.source;
        self.descent
            .simplify(|| source.simplest(), &|value| source.is_valid(value))
    }

    fn complicate(&mut self) -> bool {
        self.descent.complicate()
    }
}

impl InvalidTree {
    pub(super) fn new(breaker: Arc<Breaker>, made: Made) -> Self {
        Self {
            breaker,
            descent: Descent::new(made.invalid.value.clone()),
            made,
        }
    }
}

impl ValueTree for InvalidTree {
    type Value = Invalid;

    fn current(&self) -> Invalid {
        Invalid {
            value: self.descent.current.clone(),
            ..self.made.invalid.clone()
        }
    }

    fn simplify(&mut self) -> bool {
        let keeps = self.breaker.keeper(&self.made);
        self.descent.simplify(|| None, &keeps)
    }

    fn complicate(&mut self) -> bool {
        self.descent.complicate()
    }
}

impl fmt::Debug for InvalidTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InvalidTree").field(&self.current()).finish()
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
