//! Walking schemas: which nodes an instance can have, and what each of them has to satisfy.

use std::collections::{HashSet, VecDeque};

use serde_json::Value;

use crate::document::Pointer;
use crate::schema::Schema;

/// How many schemas are looked at before the walk ends: documents can be huge.
const LIMIT: usize = 5_000;

/// A node that an instance can have.
#[derive(Debug, Clone)]
pub(super) struct Site {
    /// Its place in the instance; `*` stands for every item of a list.
    pub(super) at: Pointer,
    /// What it has to satisfy, or a part of that.
    pub(super) schema: Schema,
}

/// The nodes that instances of a schema can have, those near the root first. Each schema is visited
/// once, at the place nearest to the root.
pub(super) fn sites(schema: &Schema) -> Vec<Site> {
    let mut seen = HashSet::new();
    let mut queue = VecDeque::from([Site {
        at: Pointer::root(),
        schema: schema.clone(),
    }]);
    let mut found = Vec::new();
    while let Some(site) = queue.pop_front() {
        let key = (site.schema.document(), site.schema.pointer().clone());
        if found.len() >= LIMIT || !seen.insert(key) {
            continue;
        }
        queue.extend(below(&site));
        found.push(site);
    }
    found
}

fn below(site: &Site) -> Vec<Site> {
    let Value::Object(keywords) = site.schema.value() else {
        return Vec::new();
    };
    let mut next = Vec::new();
    let mut push = |at: Pointer, schema: Option<Schema>| {
        next.extend(schema.map(|schema| Site { at, schema }));
    };
    if let Some(reference) = keywords.get("$ref").and_then(Value::as_str) {
        push(site.at.clone(), site.schema.follow(reference));
    }
    for keyword in ["allOf", "oneOf", "anyOf"] {
        let branches = keywords.get(keyword).and_then(Value::as_array);
        for index in 0..branches.map_or(0, Vec::len) {
            let branch = site.schema.below(&[keyword, &index.to_string()]);
            push(site.at.clone(), branch);
        }
    }
    if let Some(Value::Object(properties)) = keywords.get("properties") {
        for name in properties.keys() {
            push(site.at.join(name), site.schema.below(&["properties", name]));
        }
    }
    if keywords.get("items").is_some_and(Value::is_object) {
        push(site.at.join("*"), site.schema.below(&["items"]));
    }
    next
}

/// Whether a schema allows a type, as far as its own `type` says.
pub(super) fn allows(schema: &Schema, name: &str) -> bool {
    match schema.value().get("type") {
        Some(Value::String(only)) => only == name,
        Some(Value::Array(names)) => names.iter().any(|allowed| allowed == name),
        _ => false,
    }
}
