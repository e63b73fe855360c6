//! Attempts: instances found by trying, where analysis finds none. It reads some schemas as
//! contradictions that are none; what it says is believed only after these were tried.

use serde_json::{Map, Value, json};

use super::algebra::canonical;
use super::arena::{Arena, Exclusion};
use super::bundle::{CHAIN, also};
use super::dice::Dice;
use super::sample::Sample;
use super::stray::plain;
use super::walk::{Mode, Walk};

/// How many walks over the relaxed schema are judged, and how many steps they may take in all.
const WALKS: usize = 24;
const FUEL: u32 = 20_000;
/// How many constants and names are taken from a schema.
const WORDS: usize = 48;
/// Larger schemas are not taken apart, in bytes of their JSON.
const SIZE_LIMIT: usize = 100_000;

/// What may be an instance of one schema. Nothing here is known to be one.
pub(super) struct Attempts {
    /// The schema without what tells branches apart and shuts values out.
    relaxed: Option<Arena>,
    candidates: Vec<Value>,
}

impl Attempts {
    /// What may be an instance of a bundled schema; nothing where it is large.
    pub(super) fn new(mut bundle: Value, chain: usize) -> Self {
        if chain > CHAIN || bundle.to_string().len() > SIZE_LIMIT {
            return Self {
                relaxed: None,
                candidates: Vec::new(),
            };
        }
        let candidates = candidates(&bundle);
        widen(&mut bundle, true);
        let relaxed = canonical(bundle).ok();
        let relaxed = relaxed.and_then(|found| Arena::build(&found, Exclusion::Tried).ok());
        Self {
            relaxed,
            candidates,
        }
    }

    /// The first that is accepted.
    pub(super) fn find(
        &self,
        dice: &mut Dice,
        mode: Mode,
        accepts: impl Fn(&Value) -> bool,
    ) -> Option<Value> {
        let mut fuel = FUEL;
        for _ in 0..WALKS {
            let Some(arena) = &self.relaxed else {
                break;
            };
            let walk = Walk::new(arena, Dice::new(dice.bits()), mode).limited(fuel);
            let (found, steps) = walk.instance_and_steps();
            fuel = fuel.saturating_sub(steps);
            if let Some(value) = found.ok().filter(&accepts) {
                return Some(value);
            }
        }
        let start = match mode {
            Mode::Minimal => 0,
            _ => dice.below(self.candidates.len()),
        };
        let (before, after) = self.candidates.split_at_checked(start)?;
        after
            .iter()
            .chain(before)
            .find(|value| accepts(value))
            .cloned()
    }
}

/// Makes every `oneOf` an `anyOf`, and leaves out `not` if that is asked for. A bundle holds nothing
/// but schemas, constants and names.
pub(super) fn widen(bundle: &mut Value, without_not: bool) {
    match bundle {
        Value::Array(items) => items.iter_mut().for_each(|item| widen(item, without_not)),
        Value::Object(members) => {
            if without_not && members.get("not").is_some_and(is_schema) {
                members.shift_remove("not");
            }
            for (name, member) in members.iter_mut() {
                if !matches!(name.as_str(), "const" | "enum") {
                    widen(member, without_not);
                }
            }
            if let Some(branches @ Value::Array(_)) = members.shift_remove("oneOf") {
                also(members, json!({ "anyOf": branches }));
            }
        }
        _ => {}
    }
}

fn is_schema(value: &Value) -> bool {
    value.is_object() || value.is_boolean()
}

/// Plain values, the constants that a schema speaks of, and objects with its names.
fn candidates(bundle: &Value) -> Vec<Value> {
    let mut constants: Vec<Value> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut open = vec![bundle];
    while let Some(node) = open.pop() {
        let Value::Object(members) = node else {
            open.extend(node.as_array().into_iter().flatten());
            continue;
        };
        for (keyword, argument) in members {
            match (keyword.as_str(), argument) {
                ("const", value) => constants.push(value.clone()),
                ("enum", Value::Array(values)) => constants.extend(values.iter().cloned()),
                ("required", Value::Array(required)) => {
                    names.extend(required.iter().filter_map(Value::as_str).map(str::to_owned));
                }
                ("properties", Value::Object(members)) => {
                    names.extend(members.keys().cloned());
                    open.extend(members.values());
                }
                ("patternProperties", Value::Object(members)) => {
                    for pattern in members.keys() {
                        names.extend(Sample::of(pattern).texts(Dice::new(0)).take(2));
                    }
                    open.extend(members.values());
                }
                (_, argument) => open.push(argument),
            }
        }
        if names.len() + constants.len() > WORDS * 4 {
            break;
        }
    }
    constants.truncate(WORDS);
    names.truncate(WORDS);
    let mut found = plain();
    found.extend(constants.iter().cloned());
    for value in &constants {
        found.push(json!([value]));
    }
    for name in &names {
        found.push(json!(name));
        for value in plain() {
            let mut members = Map::new();
            members.insert(name.clone(), value);
            found.push(Value::Object(members));
        }
    }
    found
}
