//! The schemas in a schema: those that hold of the same value together with it, and those below its
//! keywords.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::document::Pointer;
use crate::schema::Schema;

/// How many schemas may hold of one value together.
const TOGETHER: usize = 256;

/// A keyword, or what else of a schema, that no graph can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Beyond(pub(super) String);

/// Where a schema stands.
pub(super) type Place = (usize, Pointer);

/// Where a schema stands.
pub(super) fn place(schema: &Schema) -> Place {
    (schema.document(), schema.pointer().clone())
}

/// A keyword that no graph can say, in this place.
pub(super) fn beyond(keyword: &str) -> Beyond {
    Beyond(format!("`{keyword}`"))
}

/// A schema with all that holds of the same value besides, through `$ref` and `allOf`.
pub(super) fn gather(
    schema: &Schema,
    path: &mut Vec<Place>,
    all: &mut Vec<Schema>,
) -> Result<(), Beyond> {
    if path.len() >= TOGETHER || all.len() >= TOGETHER || path.contains(&place(schema)) {
        return Err(Beyond("a schema of too many parts".to_owned()));
    }
    if all.contains(schema) {
        return Ok(());
    }
    if let Value::Object(members) = schema.value() {
        path.push(place(schema));
        if let Some(reference) = members.get("$ref") {
            let target = reference.as_str().and_then(|text| schema.follow(text));
            gather(&target.ok_or_else(|| beyond("$ref"))?, path, all)?;
        }
        if let Some(argument) = members.get("allOf") {
            for part in list(schema, "allOf", argument)? {
                gather(&part, path, all)?;
            }
        }
        path.pop();
    }
    all.push(schema.clone());
    Ok(())
}

/// The schemas in a list.
pub(super) fn list(
    schema: &Schema,
    keyword: &str,
    argument: &Value,
) -> Result<Vec<Schema>, Beyond> {
    let items = argument.as_array().ok_or_else(|| beyond(keyword))?;
    let schemas = (0..items.len()).map(|index| {
        let below = schema.below(&[keyword, &index.to_string()]);
        below.ok_or_else(|| beyond(keyword))
    });
    schemas.collect()
}

/// The schemas below names.
pub(super) fn named(
    schema: &Schema,
    members: &Map<String, Value>,
    keyword: &str,
) -> Result<IndexMap<String, Schema>, Beyond> {
    let named = match members.get(keyword) {
        None => return Ok(IndexMap::new()),
        Some(Value::Object(named)) => named,
        Some(_) => return Err(beyond(keyword)),
    };
    let schemas = named.keys().map(|name| {
        let below = schema.below(&[keyword, name]);
        Ok((name.clone(), below.ok_or_else(|| beyond(keyword))?))
    });
    schemas.collect()
}
