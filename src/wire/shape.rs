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

/// How many schemas are looked at to answer one question; beyond that, anything is admitted.
const STEPS: usize = 2000;

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
    Walk::new().types(schema)
}

/// The types that the schema admits for an item of an array.
pub(super) fn item_types(schema: &Schema, index: usize) -> Types {
    Walk::new().item_types(schema, index)
}

/// The types that the schema admits for a member of an object.
pub(super) fn member_types(schema: &Schema, name: &str) -> Types {
    Walk::new().combine(schema, &mut Vec::new(), &|walk, schema| {
        member(schema, name).map_or(Types::ALL, |member| walk.types(&member))
    })
}

/// The types that the schema admits for the items of an array that is a member of an object.
pub(super) fn member_item_types(schema: &Schema, name: &str, index: usize) -> Types {
    Walk::new().combine(schema, &mut Vec::new(), &|walk, schema| {
        member(schema, name).map_or(Types::ALL, |member| walk.item_types(&member, index))
    })
}

/// Whether the schema names the member in a `properties` that may apply.
pub(super) fn declares(schema: &Schema, name: &str) -> bool {
    any(schema, &|schema| {
        schema.below(&["properties", name]).is_some()
    })
}

/// Whether the schema forbids members that it does not name.
pub(super) fn is_closed(schema: &Schema) -> bool {
    any(schema, &|schema| {
        ["additionalProperties", "unevaluatedProperties"]
            .iter()
            .any(|keyword| schema.value().get(keyword) == Some(&Value::Bool(false)))
    })
}

/// The schema of a member, if exactly one place speaks about it.
pub(super) fn member_schema(schema: &Schema, name: &str) -> Option<Schema> {
    let mut found = Vec::new();
    visit(schema, &mut |schema| {
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
    any(schema, &|schema| schema.value().get(name).is_some_and(fits))
}

fn own_types(schema: &Schema) -> Types {
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

/// One question about a schema.
struct Walk {
    steps: usize,
}

impl Walk {
    fn new() -> Self {
        Self { steps: 0 }
    }

    fn types(&mut self, schema: &Schema) -> Types {
        self.combine(schema, &mut Vec::new(), &|_, schema| own_types(schema))
    }

    fn item_types(&mut self, schema: &Schema, index: usize) -> Types {
        self.combine(schema, &mut Vec::new(), &|walk, schema| {
            item(schema, index).map_or(Types::ALL, |item| walk.types(&item))
        })
    }

    /// Types under the algebra of applicators: all of `allOf` and `$ref`, any of `anyOf` and
    /// `oneOf`. `above` holds the schemas of the same instance that lead here: a cycle admits
    /// anything.
    fn combine(
        &mut self,
        schema: &Schema,
        above: &mut Vec<Schema>,
        own: &dyn Fn(&mut Self, &Schema) -> Types,
    ) -> Types {
        self.steps += 1;
        if self.steps > STEPS || above.contains(schema) {
            return Types::ALL;
        }
        above.push(schema.clone());
        let mut types = own(self, schema);
        if let Some(target) = target(schema) {
            types = types.and(self.combine(&target, above, own));
        }
        for branch in branches(schema, "allOf") {
            types = types.and(self.combine(&branch, above, own));
        }
        for keyword in ["anyOf", "oneOf"] {
            if schema.below(&[keyword]).is_some() {
                let mut union = Types::NONE;
                for branch in branches(schema, keyword) {
                    union = union.or(self.combine(&branch, above, own));
                }
                types = types.and(union);
            }
        }
        above.pop();
        types
    }
}

fn any(schema: &Schema, ask: &dyn Fn(&Schema) -> bool) -> bool {
    let mut answer = false;
    visit(schema, &mut |schema| answer = answer || ask(schema));
    answer
}

/// Visits every schema that may apply to the same instance, once each.
fn visit(schema: &Schema, see: &mut dyn FnMut(&Schema)) {
    let mut seen: Vec<Schema> = Vec::new();
    let mut waiting = vec![schema.clone()];
    while let Some(schema) = waiting.pop() {
        if seen.contains(&schema) || seen.len() >= STEPS {
            continue;
        }
        see(&schema);
        waiting.extend(target(&schema));
        for keyword in ["allOf", "anyOf", "oneOf"] {
            waiting.extend(branches(&schema, keyword));
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
        let many = vec!["{$ref: '#'}"; 40].join(", ");
        let wide = schema(&format!("anyOf: [{{items: {{$ref: '#'}}}}, {many}]"));
        assert_eq!(item_types(&wide, 0), Types::ALL);
        let levels: Vec<String> = (0..30)
            .map(|level| {
                let next = format!("{{$ref: '#/$defs/l{}'}}", level + 1);
                format!("  l{level}: {{anyOf: [{next}, {next}]}}\n")
            })
            .collect();
        let levels = levels.concat();
        let doubling = schema(&format!(
            "$ref: '#/$defs/l0'\n$defs:\n{levels}  l30: true\n"
        ));
        assert_eq!(types(&doubling), Types::ALL);
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
