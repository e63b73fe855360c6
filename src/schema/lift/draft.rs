//! Lifting of JSON Schema draft 4 to 2019-09: what is written differently in 2020-12 at the same place.

use serde_json::{Map, Value};

use super::{lift_exclusive_flags, remove_identifiers};
use crate::schema::Dialect;

/// Lifts the members of a schema that stay where they are. `keeps` tells which ones move and must be
/// left as they are, though they mean nothing.
pub(super) fn lift(
    dialect: Dialect,
    schema: &mut Map<String, Value>,
    keeps: &dyn Fn(&str) -> bool,
) {
    schema.retain(|keyword, _| dialect.knows(keyword) || keeps(keyword));
    remove_identifiers(schema);
    for keyword in ["$dynamicRef", "$recursiveRef"] {
        schema.shift_remove(keyword);
    }
    if dialect == Dialect::Draft4 {
        schema.shift_remove("id");
    }
    if dialect.has_exclusive_flags() {
        // Numbers mean nothing where flags are expected.
        for keyword in ["exclusiveMinimum", "exclusiveMaximum"] {
            if schema.get(keyword).is_some_and(Value::is_number) {
                schema.shift_remove(keyword);
            }
        }
        lift_exclusive_flags(schema);
    }
    let is_tuple = schema.get("items").is_some_and(Value::is_array);
    if !is_tuple && !keeps("additionalItems") {
        schema.shift_remove("additionalItems");
    }
    if schema
        .get("items")
        .and_then(Value::as_array)
        .is_some_and(Vec::is_empty)
    {
        // No item is named: what is said of further ones is said of all.
        schema.shift_remove("items");
    }
}
