//! Subschemas: under which keywords schemas stand, as a table, and in which dialects.

use serde_json::{Map, Value};

use super::Dialect;
use crate::document::Pointer;

/// How schemas stand under a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// The member is the schema.
    One,
    /// The member is an array of schemas.
    List,
    /// The member's members are schemas.
    Named,
    /// The member's members are schemas, unless they are lists of names.
    NamedUnlessLists,
}

/// The keyword, and the first and the last dialect that knows it.
type Row = (&'static str, Shape, Dialect, Dialect);

const FIRST: Dialect = Dialect::OpenApi30;
const LAST: Dialect = Dialect::Draft202012;

/// `$defs` and `definitions` say nothing themselves, but references into them are seen in the wild.
const ROWS: &[Row] = &[
    ("properties", Shape::Named, FIRST, LAST),
    ("items", Shape::One, FIRST, LAST),
    ("allOf", Shape::List, FIRST, LAST),
    ("oneOf", Shape::List, FIRST, LAST),
    ("anyOf", Shape::List, FIRST, LAST),
    ("not", Shape::One, FIRST, LAST),
    ("additionalProperties", Shape::One, FIRST, LAST),
    ("$defs", Shape::Named, Dialect::Draft201909, LAST),
    ("$defs", Shape::Named, FIRST, FIRST),
    ("definitions", Shape::Named, FIRST, LAST),
    ("patternProperties", Shape::Named, Dialect::Draft4, LAST),
    (
        "additionalItems",
        Shape::One,
        Dialect::Draft4,
        Dialect::Draft201909,
    ),
    (
        "dependencies",
        Shape::NamedUnlessLists,
        Dialect::Draft4,
        LAST,
    ),
    ("propertyNames", Shape::One, Dialect::Draft6, LAST),
    ("contains", Shape::One, Dialect::Draft6, LAST),
    ("if", Shape::One, Dialect::Draft7, LAST),
    ("then", Shape::One, Dialect::Draft7, LAST),
    ("else", Shape::One, Dialect::Draft7, LAST),
    ("dependentSchemas", Shape::Named, Dialect::Draft201909, LAST),
    ("unevaluatedItems", Shape::One, Dialect::Draft201909, LAST),
    (
        "unevaluatedProperties",
        Shape::One,
        Dialect::Draft201909,
        LAST,
    ),
    ("contentSchema", Shape::One, Dialect::Draft201909, LAST),
    ("prefixItems", Shape::List, LAST, LAST),
];

/// The places of the schemas right below a schema. Beside a `$ref` whose siblings mean nothing only
/// definitions count.
pub(super) fn subschemas(
    dialect: Dialect,
    at: &Pointer,
    schema: &Map<String, Value>,
) -> Vec<Pointer> {
    let is_hidden = dialect.ignores_siblings() && schema.get("$ref").is_some_and(Value::is_string);
    let mut found = Vec::new();
    for (keyword, shape, first, last) in ROWS {
        let is_known = (first.age()..=last.age()).contains(&dialect.age());
        if !is_known || is_hidden && *keyword != "definitions" {
            continue;
        }
        let below = || at.join(keyword);
        let is_list = dialect.has_lists_of_items() && *keyword == "items";
        match (shape, schema.get(*keyword)) {
            (Shape::List, Some(Value::Array(items))) => {
                let list = below();
                found.extend((0..items.len()).map(|index| list.index(index)));
            }
            (Shape::One, Some(Value::Array(items))) if is_list => {
                let list = below();
                found.extend((0..items.len()).map(|index| list.index(index)));
            }
            (Shape::One, Some(_)) => found.push(below()),
            (Shape::Named | Shape::NamedUnlessLists, Some(Value::Object(members))) => {
                let map = below();
                let schemas = members
                    .iter()
                    .filter(|(_, member)| *shape == Shape::Named || !member.is_array());
                found.extend(schemas.map(|(name, _)| map.join(name)));
            }
            _ => {}
        }
    }
    found
}
