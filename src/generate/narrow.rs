//! Narrowing: the schema of a place with some keywords taken away and conditions added.

use serde_json::{Map, Value, json};

use super::algebra::canonical;
use super::arena::{Arena, Exclusion};
use super::bundle::{Marks, ROOT, also, bundle_within};
use super::map::Place;
use crate::schema::Schema;

/// Narrowing can blow up: only done for schemas that are small, in bytes of their JSON.
const SIZE_LIMIT: usize = 24_000;
/// Nor for a `oneOf` of more branches, each of which is set against all others.
const BRANCHES: usize = 100;
/// So many schemas hardly ever are that small: few take less than `"a":true`.
const NODE_LIMIT: usize = SIZE_LIMIT / 8;

/// What is left of a schema without the `removed` keywords and with the conditions that are made from
/// its own keywords; `None` where that is nothing or cannot be computed.
pub(super) fn narrow(
    place: &Place,
    marks: Marks,
    removed: &[&str],
    conditions: impl FnOnce(&Map<String, Value>) -> Option<Vec<Value>>,
) -> Option<Arena> {
    within(place.small(marks)?.clone(), removed, conditions)
}

/// The bundle of a schema that is small enough to be narrowed.
pub(super) fn small(schema: &Schema, marks: Marks) -> Option<Value> {
    let bundle = bundle_within(schema, marks, NODE_LIMIT).ok()?;
    let is_small = bundle.branches <= BRANCHES && bundle.value.to_string().len() <= SIZE_LIMIT;
    is_small.then_some(bundle.value)
}

/// As [`narrow`], for a schema that is bundled already.
pub(super) fn within(
    mut bundle: Value,
    removed: &[&str],
    conditions: impl FnOnce(&Map<String, Value>) -> Option<Vec<Value>>,
) -> Option<Arena> {
    let Some(Value::Object(own)) = bundle.pointer(&format!("/$defs/{ROOT}")) else {
        return None;
    };
    let mut rules = own.clone();
    let conditions = conditions(own)?;
    for keyword in removed {
        rules.shift_remove(*keyword);
    }
    for condition in conditions {
        also(&mut rules, condition);
    }
    let definitions = bundle.get_mut("$defs")?.as_object_mut()?;
    definitions.insert("narrowed".to_owned(), Value::Object(rules));
    let narrowed = json!({ "$ref": "#/$defs/narrowed", "$defs": definitions });
    Arena::build(&canonical(narrowed).ok()?, Exclusion::Tried).ok()
}
