//! Strays: instances that break a schema for which no planned breach is known, or which nothing
//! satisfies. They are found by trying, and labelled with what the validator reports.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::dice::Dice;
use super::map;
use super::{Invalid, Mutation};
use crate::document::Pointer;
use crate::schema::{Schema, Validator};

/// How many candidates are judged.
const CANDIDATES: usize = 4_000;
/// How many violations are looked at.
const REPORTED: usize = 500_000;
/// How many nodes of a valid instance are changed, and how many names are tried as members.
const NODES: usize = 64;
const NAMES: usize = 24;

/// Up to `count` instances that break the schema, those that break it once first. `valid` ones are
/// tried with small changes.
pub(super) fn strays(
    schema: &Schema,
    validator: &Validator,
    valid: &[Value],
    dice: &mut Dice,
    count: usize,
) -> Vec<Invalid> {
    let mut candidates = plain();
    for value in valid {
        changed(value, &mut candidates);
    }
    candidates.extend(named(schema));
    candidates.truncate(CANDIDATES);
    dice.shuffle(&mut candidates);
    let map = map::Map::new(schema);
    let are_clean = valid.iter().all(|value| map.held_back(value).is_empty());
    let mut seen = HashSet::new();
    let mut reported = 0usize;
    let (mut single, mut several) = (Vec::new(), Vec::new());
    for value in candidates {
        if single.len() >= count {
            break;
        }
        // What the other side would not take is no part of a mistake.
        let is_mixed = are_clean && !map.held_back(&value).is_empty();
        if is_mixed || !seen.insert(value.to_string()) {
            continue;
        }
        let violations = validator.violations(&value);
        let Some(violation) = violations.first() else {
            continue;
        };
        reported = reported.saturating_add(violations.len());
        if reported > REPORTED && single.len() + several.len() >= count.min(1) {
            break;
        }
        let at = &violation.instance;
        let node = if at.is_root() {
            "the instance".to_owned()
        } else {
            format!("`{at}`")
        };
        let mutation = Mutation {
            keyword: violation.keyword.clone(),
            schema: violation.schema.clone(),
            instance: at.clone(),
            description: super::describe::shortened(format!(
                "{node} breaks `{}`",
                violation.keyword
            )),
        };
        let is_single = violations.len() == 1;
        let kind = if is_single { &mut single } else { &mut several };
        kind.push(Invalid {
            value,
            mutation,
            single: is_single,
        });
    }
    single.extend(several);
    single.truncate(count);
    single
}

/// Values of every kind.
pub(super) fn plain() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(-1),
        json!(0.5),
        json!(1.5),
        json!(1_000_000),
        json!(-1_000_000),
        json!(""),
        json!("text"),
        json!("0"),
        json!([]),
        json!([null]),
        json!([0]),
        json!(["text"]),
        json!([0, 0]),
        json!([0, "text", null, {}]),
        json!({}),
        json!({"other": null}),
        json!({"other": "text", "another": 0}),
    ]
}

/// A valid instance with one change somewhere.
fn changed(value: &Value, found: &mut Vec<Value>) {
    let mut nodes = vec![Pointer::root()];
    let mut next = 0;
    while let Some(at) = nodes.get(next).cloned() {
        next += 1;
        let Some(node) = value.pointer(at.as_str()) else {
            continue;
        };
        let mut edits = plain();
        match node {
            Value::Object(members) => {
                let below = members.keys().map(|name| at.join(name));
                nodes.extend(below);
                edits.extend(members.keys().map(|name| without(members, name)));
                let mut more = members.clone();
                more.insert("other".to_owned(), json!("text"));
                edits.push(Value::Object(more));
            }
            Value::Array(items) => {
                nodes.extend((0..items.len()).map(|index| at.index(index)));
                for last in plain() {
                    edits.push(items.iter().cloned().chain([last]).collect());
                }
                edits.push(items.iter().skip(1).cloned().collect());
                edits.push(items.iter().chain(items).cloned().collect());
            }
            _ => {}
        }
        nodes.truncate(NODES);
        for edit in edits {
            let mut whole = value.clone();
            if let Some(node) = whole.pointer_mut(at.as_str()) {
                *node = edit;
                found.push(whole);
            }
        }
    }
}

fn without(members: &Map<String, Value>, name: &str) -> Value {
    let kept = members.iter().filter(|(other, _)| *other != name);
    let kept = kept.map(|(name, value)| (name.clone(), value.clone()));
    Value::Object(kept.collect())
}

/// Objects with the names that the schema speaks of.
fn named(schema: &Schema) -> Vec<Value> {
    let mut names = Vec::new();
    let mut open = vec![schema.value()];
    while let Some(node) = open.pop() {
        match node {
            Value::Object(members) => {
                names.extend(members.keys().cloned());
                open.extend(members.values());
            }
            Value::Array(items) => open.extend(items),
            Value::String(text) => names.push(text.clone()),
            _ => {}
        }
        if names.len() > NAMES * 4 {
            break;
        }
    }
    let mut seen = HashSet::new();
    names.retain(|name| !name.starts_with("proofmark:") && seen.insert(name.clone()));
    names.truncate(NAMES);
    let mut found = Vec::new();
    for name in &names {
        found.extend(plain().into_iter().map(|value| json!({ name: value })));
        found.push(json!(name));
    }
    for one in &names {
        for other in &names {
            found.push(json!({ one: 1, other: "text" }));
        }
    }
    found
}
