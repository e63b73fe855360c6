//! Edits: single steps from a JSON value towards a simpler one.

use serde_json::{Number, Value};

use super::decimal::Decimal;

/// One step, at the node that a path of positions leads to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Edit {
    path: Vec<usize>,
    change: Change,
}

#[derive(Debug, Clone, PartialEq)]
enum Change {
    /// Removes so many items or members from a position on.
    Remove(usize, usize),
    /// Puts a simpler value of the same type in its place.
    Replace(Value),
    /// Keeps so many characters of a string.
    Keep(usize),
    /// Makes every character of a string an `a`.
    Plain,
}

/// How deep edits reach.
const DEPTH: usize = 128;

/// The steps that may be taken from a value, the largest first.
pub(super) fn edits(value: &Value) -> Vec<Edit> {
    let mut found = Vec::new();
    let mut layer = vec![(Vec::new(), value)];
    while !layer.is_empty() {
        let mut next = Vec::new();
        for (path, node) in layer {
            own(node, &path, &mut found);
            let children: Vec<&Value> = match node {
                Value::Array(items) => items.iter().collect(),
                Value::Object(members) => members.values().collect(),
                _ => Vec::new(),
            };
            for (position, child) in children.into_iter().enumerate() {
                if path.len() < DEPTH {
                    let mut path = path.clone();
                    path.push(position);
                    next.push((path, child));
                }
            }
        }
        layer = next;
    }
    found
}

impl Edit {
    /// The value after the step; `None` when the step does not fit it.
    pub(super) fn apply(&self, value: &Value) -> Option<Value> {
        let mut made = value.clone();
        let mut node = &mut made;
        for position in &self.path {
            node = match node {
                Value::Array(items) => items.get_mut(*position)?,
                Value::Object(members) => members.values_mut().nth(*position)?,
                _ => return None,
            };
        }
        match (&self.change, &mut *node) {
            (Change::Replace(simpler), node) => *node = simpler.clone(),
            (Change::Remove(start, count), Value::Array(items)) => {
                let end = start
                    .checked_add(*count)
                    .filter(|end| *end <= items.len())?;
                items.drain(*start..end);
            }
            (Change::Remove(start, count), Value::Object(members)) => {
                let names: Vec<String> =
                    members.keys().skip(*start).take(*count).cloned().collect();
                for name in names {
                    members.shift_remove(&name);
                }
            }
            (Change::Keep(count), Value::String(text)) => {
                *text = text.chars().take(*count).collect();
            }
            (Change::Plain, Value::String(text)) => *text = text.chars().map(|_| 'a').collect(),
            _ => return None,
        }
        Some(made)
    }
}

fn own(node: &Value, path: &[usize], found: &mut Vec<Edit>) {
    let mut add = |change| {
        found.push(Edit {
            path: path.to_vec(),
            change,
        });
    };
    match node {
        Value::Null | Value::Bool(false) => {}
        Value::Bool(true) => add(Change::Replace(Value::Bool(false))),
        Value::Number(number) => {
            for simpler in simpler_numbers(number) {
                add(Change::Replace(Value::Number(simpler)));
            }
        }
        Value::String(text) => {
            let count = text.chars().count();
            let mut kept = vec![0, 1, count / 2, count.saturating_sub(1)];
            kept.dedup();
            for keep in kept.into_iter().filter(|keep| *keep < count) {
                add(Change::Keep(keep));
            }
            if text.chars().any(|character| character != 'a') {
                add(Change::Plain);
            }
        }
        Value::Array(items) => removals(items.len(), &mut add),
        Value::Object(members) => removals(members.len(), &mut add),
    }
}

/// Ever smaller runs, down to single ones; from the end, so that what is first stays.
fn removals(count: usize, add: &mut impl FnMut(Change)) {
    let mut run = count;
    while run > 0 {
        let mut end = count;
        while end >= run {
            add(Change::Remove(end - run, run));
            end -= run;
        }
        run /= 2;
    }
}

fn simpler_numbers(number: &Number) -> Vec<Number> {
    let Some(exact) = Decimal::read(number) else {
        return Vec::new();
    };
    let scale = exact.scale();
    let Some(digits) = exact.at(scale) else {
        return Vec::new();
    };
    let whole = 10i128.checked_pow(scale).map_or(0, |unit| digits / unit);
    let mut candidates = vec![
        Decimal::whole(0),
        Decimal::whole(1),
        Decimal::whole(whole),
        Decimal::new(digits / 10, scale.saturating_sub(1)),
        Decimal::new(-digits, scale),
    ];
    // Half way to zero, then ever smaller steps: any bound is found in few of them.
    let mut step = digits / 2;
    while step != 0 {
        candidates.push(Decimal::new(digits - step, scale));
        step /= 2;
    }
    candidates.push(Decimal::whole(whole - whole.signum()));
    let mut found: Vec<Number> = Vec::new();
    for candidate in candidates.iter().filter_map(|candidate| candidate.number()) {
        if candidate != *number && !found.contains(&candidate) {
            found.push(candidate);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn steps_cover_members_items_and_scalars() {
        let value = json!({"a": [1, 2], "b": "xy"});
        let made: Vec<Value> = edits(&value)
            .iter()
            .filter_map(|edit| edit.apply(&value))
            .collect();
        for expected in [
            json!({}),
            json!({"a": [1, 2]}),
            json!({"a": [], "b": "xy"}),
            json!({"a": [1], "b": "xy"}),
            json!({"a": [0, 2], "b": "xy"}),
            json!({"a": [1, 2], "b": ""}),
            json!({"a": [1, 2], "b": "aa"}),
        ] {
            assert!(made.contains(&expected), "{expected}");
        }
        assert!(!made.contains(&value));
    }
}
