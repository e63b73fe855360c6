//! Completing: making a value satisfy a schema while keeping as much of it as possible.
//!
//! What a sandbox stores was valid where it came in; where it goes out, the document may ask for
//! more. What is missing is generated, what does not fit is replaced, so that an answer never breaks
//! the document.

use serde_json::{Map, Value};

use super::generators::Generators;
use super::store::place;
use super::walk;
use crate::document::{Location, Pointer};
use crate::schema::{Schema, Violation};
use crate::seed::Seed;

/// How often the violations that are left are mended.
const ROUNDS: u64 = 12;

/// The value, changed as little as it takes to satisfy the schema; a generated instance when that
/// does not succeed. A schema that cannot be compiled, or that nothing satisfies, is satisfied by
/// whatever comes.
pub(super) fn complete(
    generators: &Generators,
    schema: &Schema,
    value: Option<Value>,
    seed: Seed,
) -> Value {
    let mut value = value.unwrap_or_else(|| empty(schema));
    let Ok(validator) = schema.validator() else {
        return value;
    };
    for round in 0..ROUNDS {
        let violations = validator.violations(&value);
        if violations.is_empty() {
            return value;
        }
        let before = value.clone();
        let mut mended: Vec<Pointer> = Vec::new();
        for violation in violations {
            // A node that was replaced a moment ago has other violations now, if any.
            let stale = mended.iter().any(|node| node.contains(&violation.instance));
            if !stale
                && mend(
                    generators,
                    schema,
                    &mut value,
                    &violation,
                    seed.derive("round", round),
                )
            {
                mended.push(violation.instance);
            }
        }
        if value == before {
            break;
        }
    }
    generators
        .valid(schema, seed.derive("instead", 0))
        .unwrap_or(value)
}

/// The emptiest value of the first type that the schema names.
pub(super) fn empty(schema: &Schema) -> Value {
    let types = walk::sites(schema)
        .into_iter()
        .filter(|site| site.at.is_root())
        .collect::<Vec<_>>();
    let allows = |name| types.iter().any(|site| walk::allows(&site.schema, name));
    if allows("object") || types.iter().any(|site| has(&site.schema, "properties")) {
        Value::Object(Map::new())
    } else if allows("array") || types.iter().any(|site| has(&site.schema, "items")) {
        Value::Array(Vec::new())
    } else if allows("string") {
        Value::String(String::new())
    } else if allows("integer") || allows("number") {
        Value::from(0)
    } else if allows("boolean") {
        Value::Bool(false)
    } else {
        Value::Null
    }
}

fn has(schema: &Schema, keyword: &str) -> bool {
    schema.value().get(keyword).is_some()
}

/// Changes the value where it breaks the schema. Says whether the node itself was replaced.
fn mend(
    generators: &Generators,
    root: &Schema,
    value: &mut Value,
    violation: &Violation,
    seed: Seed,
) -> bool {
    let seed = seed.derive(violation.instance.as_str(), 0);
    let Some(holder) = holder(root, &violation.schema) else {
        return false;
    };
    match violation.keyword.as_str() {
        "required" => {
            add_required(generators, &holder, value, violation, seed);
            false
        }
        "additionalProperties" if !has(&holder, "patternProperties") => {
            drop_undeclared(&holder, value, &violation.instance);
            false
        }
        // A property that must not be sent in this direction.
        "falseSchema" | "not" if !violation.instance.is_root() => {
            place::remove(value, &violation.instance);
            true
        }
        _ => {
            match generators.valid(&holder, seed) {
                Some(node) => place::put(value, &violation.instance, node),
                None => {
                    place::remove(value, &violation.instance);
                }
            }
            true
        }
    }
}

/// The schema that a keyword belongs to.
fn holder(root: &Schema, keyword: &Location) -> Option<Schema> {
    let set = root.set();
    let number = (0..set.len()).find(|number| set.document(*number).name == keyword.document)?;
    Some(set.schema(number, &keyword.pointer.parent()?, root.direction()))
}

fn add_required(
    generators: &Generators,
    holder: &Schema,
    value: &mut Value,
    violation: &Violation,
    seed: Seed,
) {
    let Some(Value::Object(members)) = value.pointer_mut(violation.instance.as_str()) else {
        return;
    };
    let required = holder.value().get("required").and_then(Value::as_array);
    for name in required.into_iter().flatten().filter_map(Value::as_str) {
        if members.contains_key(name) {
            continue;
        }
        let schema = holder.below(&["properties", name]);
        let member = schema.map_or(Value::Null, |schema| {
            scanty(generators, &schema, seed.derive(name, 0))
        });
        members.insert(name.to_owned(), member);
    }
}

/// A value that says as little as possible. A container is empty, what it needs is added in the next
/// round; for the rest the document is asked first.
fn scanty(generators: &Generators, schema: &Schema, seed: Seed) -> Value {
    let empty = empty(schema);
    if empty.is_object() || empty.is_array() {
        return empty;
    }
    let resolved = schema.resolved();
    let keywords = resolved.value();
    let validator = schema.validator().ok();
    ["default", "example"]
        .iter()
        .filter_map(|name| keywords.get(name))
        .chain(keywords.get("examples").and_then(|list| list.get(0)))
        .find(|value| {
            validator
                .as_ref()
                .is_some_and(|validator| validator.is_valid(value))
        })
        .cloned()
        .or_else(|| generators.valid(schema, seed))
        .unwrap_or(empty)
}

fn drop_undeclared(holder: &Schema, value: &mut Value, at: &Pointer) {
    if let Some(Value::Object(members)) = value.pointer_mut(at.as_str()) {
        let declared = holder.value().get("properties").and_then(Value::as_object);
        members.retain(|name, _| declared.is_some_and(|declared| declared.contains_key(name)));
    }
}
