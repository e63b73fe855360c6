//! Shapes: which JSON types a schema admits, for the whole instance and for its parts, so that text
//! can be read as what is wanted.

use serde_json::Value;

use crate::schema::Schema;

/// A set of JSON types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Types(u8);

const STRING: u8 = 1;
const NUMBER: u8 = 2;
const BOOLEAN: u8 = 4;
const NULL: u8 = 8;
const ARRAY: u8 = 16;
const OBJECT: u8 = 32;

/// How deep references and applicators are followed; a cycle ends here.
const DEPTH: usize = 24;

impl Types {
    pub(super) const ALL: Self = Self(63);
    const NONE: Self = Self(0);

    pub(super) fn string(self) -> bool {
        self.0 & STRING != 0
    }

    pub(super) fn number(self) -> bool {
        self.0 & NUMBER != 0
    }

    pub(super) fn boolean(self) -> bool {
        self.0 & BOOLEAN != 0
    }

    pub(super) fn null(self) -> bool {
        self.0 & NULL != 0
    }

    pub(super) fn array(self) -> bool {
        self.0 & ARRAY != 0
    }

    pub(super) fn object(self) -> bool {
        self.0 & OBJECT != 0
    }

    pub(super) fn scalar(self) -> bool {
        self.0 & (STRING | NUMBER | BOOLEAN | NULL) != 0
    }

    fn named(name: &str) -> Self {
        Self(match name {
            "string" => STRING,
            "number" | "integer" => NUMBER,
            "boolean" => BOOLEAN,
            "null" => NULL,
            "array" => ARRAY,
            "object" => OBJECT,
            _ => 0,
        })
    }

    fn of(value: &Value) -> Self {
        Self(match value {
            Value::String(_) => STRING,
            Value::Number(_) => NUMBER,
            Value::Bool(_) => BOOLEAN,
            Value::Null => NULL,
            Value::Array(_) => ARRAY,
            Value::Object(_) => OBJECT,
        })
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The types that the schema admits for the instance itself.
pub(super) fn types(schema: &Schema) -> Types {
    combine(schema, DEPTH, &own_types)
}

/// The types that the schema admits for an item of an array.
pub(super) fn item_types(schema: &Schema, index: usize) -> Types {
    combine(schema, DEPTH, &|schema, depth| {
        item(schema, index).map_or(Types::ALL, |item| combine(&item, depth, &own_types))
    })
}

/// The types that the schema admits for a member of an object.
pub(super) fn member_types(schema: &Schema, name: &str) -> Types {
    combine(schema, DEPTH, &|schema, depth| {
        member(schema, name).map_or(Types::ALL, |member| combine(&member, depth, &own_types))
    })
}

/// The types that the schema admits for the items of an array that is a member of an object.
pub(super) fn member_item_types(schema: &Schema, name: &str, index: usize) -> Types {
    combine(schema, DEPTH, &|schema, depth| {
        member(schema, name).map_or(Types::ALL, |member| {
            combine(&member, depth, &|schema, depth| {
                item(schema, index).map_or(Types::ALL, |item| combine(&item, depth, &own_types))
            })
        })
    })
}

/// Whether the schema names the member in a `properties` that may apply.
pub(super) fn declares(schema: &Schema, name: &str) -> bool {
    any(schema, DEPTH, &|schema| {
        schema.below(&["properties", name]).is_some()
    })
}

/// Whether the schema forbids members that it does not name.
pub(super) fn is_closed(schema: &Schema) -> bool {
    any(schema, DEPTH, &|schema| {
        ["additionalProperties", "unevaluatedProperties"]
            .iter()
            .any(|keyword| schema.value().get(keyword) == Some(&Value::Bool(false)))
    })
}

/// The schema of a member, if exactly one place speaks about it.
pub(super) fn member_schema(schema: &Schema, name: &str) -> Option<Schema> {
    let mut found = Vec::new();
    visit(schema, DEPTH, &mut |schema| {
        if let Some(member) = schema.below(&["properties", name])
            && !found.contains(&member)
        {
            found.push(member);
        }
    });
    match <[Schema; 1]>::try_from(found) {
        Ok([only]) => Some(only),
        Err(_) => None,
    }
}

/// Whether any schema that applies to the same instance has a keyword with a value that fits.
pub(super) fn keyword(schema: &Schema, name: &str, fits: &dyn Fn(&Value) -> bool) -> bool {
    any(schema, DEPTH, &|schema| {
        schema.value().get(name).is_some_and(fits)
    })
}

fn own_types(schema: &Schema, _depth: usize) -> Types {
    let keywords = match schema.value() {
        Value::Bool(false) => return Types::NONE,
        Value::Object(keywords) => keywords,
        _ => return Types::ALL,
    };
    let named = match keywords.get("type") {
        Some(Value::String(name)) => Types::named(name),
        Some(Value::Array(names)) => names
            .iter()
            .filter_map(Value::as_str)
            .fold(Types::NONE, |types, name| types.or(Types::named(name))),
        _ => Types::ALL,
    };
    let listed = match (keywords.get("const"), keywords.get("enum")) {
        (Some(value), _) => Types::of(value),
        (None, Some(Value::Array(values))) => values
            .iter()
            .fold(Types::NONE, |types, value| types.or(Types::of(value))),
        _ => Types::ALL,
    };
    named.and(listed)
}

fn item(schema: &Schema, index: usize) -> Option<Schema> {
    schema
        .below(&["prefixItems", &index.to_string()])
        .or_else(|| schema.below(&["items"]))
}

fn member(schema: &Schema, name: &str) -> Option<Schema> {
    if let Some(member) = schema.below(&["properties", name]) {
        return Some(member);
    }
    if schema.below(&["patternProperties"]).is_some() {
        return None;
    }
    schema.below(&["additionalProperties"])
}

/// A property of types under the algebra of applicators: all of `allOf` and `$ref`, any of `anyOf`
/// and `oneOf`.
fn combine(schema: &Schema, depth: usize, own: &dyn Fn(&Schema, usize) -> Types) -> Types {
    let Some(depth) = depth.checked_sub(1) else {
        return Types::ALL;
    };
    let mut types = own(schema, depth);
    if let Some(target) = target(schema) {
        types = types.and(combine(&target, depth, own));
    }
    for branch in branches(schema, "allOf") {
        types = types.and(combine(&branch, depth, own));
    }
    for keyword in ["anyOf", "oneOf"] {
        if schema.below(&[keyword]).is_some() {
            let union = branches(schema, keyword).fold(Types::NONE, |types, branch| {
                types.or(combine(&branch, depth, own))
            });
            types = types.and(union);
        }
    }
    types
}

fn any(schema: &Schema, depth: usize, ask: &dyn Fn(&Schema) -> bool) -> bool {
    let mut answer = false;
    visit(schema, depth, &mut |schema| answer = answer || ask(schema));
    answer
}

/// Visits every schema that may apply to the same instance, once each.
fn visit(schema: &Schema, depth: usize, see: &mut dyn FnMut(&Schema)) {
    let mut seen: Vec<Schema> = Vec::new();
    let mut waiting = vec![(schema.clone(), depth)];
    while let Some((schema, depth)) = waiting.pop() {
        if depth == 0 || seen.contains(&schema) {
            continue;
        }
        see(&schema);
        waiting.extend(target(&schema).map(|target| (target, depth - 1)));
        for keyword in ["allOf", "anyOf", "oneOf"] {
            waiting.extend(branches(&schema, keyword).map(|branch| (branch, depth - 1)));
        }
        seen.push(schema);
    }
}

fn target(schema: &Schema) -> Option<Schema> {
    schema.follow(schema.value().get("$ref")?.as_str()?)
}

fn branches(schema: &Schema, keyword: &'static str) -> impl Iterator<Item = Schema> {
    let count = schema
        .value()
        .get(keyword)
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    (0..count).filter_map(move |index| schema.below(&[keyword, &index.to_string()]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::schema::{Dialect, SchemaSet};

    fn schema(text: &str) -> Schema {
        SchemaSet::of_schema(
            Document::parse("s.yaml", text).unwrap(),
            Dialect::Draft202012,
        )
    }

    #[test]
    fn types_follow_references_and_applicators() {
        let union =
            schema("anyOf: [{type: integer}, {$ref: '#/$defs/a'}]\n$defs: {a: {enum: [x]}}");
        let found = types(&union);
        assert!(found.number() && found.string() && !found.boolean());
        let narrowed = schema("allOf: [{type: [string, integer]}, {type: [string, 'null']}]");
        assert_eq!(types(&narrowed), Types(STRING));
        assert_eq!(types(&schema("true")), Types::ALL);
    }

    #[test]
    fn a_cycle_of_references_ends() {
        assert_eq!(types(&schema("allOf: [{$ref: '#'}]")), Types::ALL);
    }

    #[test]
    fn parts_have_types_of_their_own() {
        let object = schema(
            "allOf: [{properties: {a: {type: integer}, l: {items: {type: boolean}}}}]\nadditionalProperties: {type: string}",
        );
        assert!(member_types(&object, "zzz").string());
        assert!(!member_types(&object, "zzz").number());
        assert!(declares(&object, "a") && !declares(&object, "zzz"));
        assert!(member_item_types(&object.below(&["allOf", "0"]).unwrap(), "l", 3).boolean());
        let list = schema("prefixItems: [{type: string}]\nitems: {type: integer}");
        assert!(item_types(&list, 0).string() && item_types(&list, 1).number());
    }
}
