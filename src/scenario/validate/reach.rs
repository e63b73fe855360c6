//! Reach: whether instances of a schema can have something at a place.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::document::Location;
use crate::schema::Schema;

/// What a schema says about a place in its instances.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reach {
    /// Nothing can be there.
    Impossible(Lack),
    /// Something may be there, but no schema mentions it where others are.
    Undeclared(Lack),
    /// Nothing is said.
    Silent,
    /// It is declared.
    Declared,
}

/// What is not there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lack {
    /// The member or item.
    pub(super) name: String,
    /// The members that are declared.
    pub(super) known: BTreeSet<String>,
    /// The schema that says so.
    pub(super) schema: Location,
}

/// How deep references and combinations may lead before nothing more is said.
const DEEPEST: usize = 40;

impl Reach {
    /// What a schema says about a place.
    pub(super) fn of(schema: &Schema, tokens: &[String]) -> Self {
        look(schema, tokens, DEEPEST)
    }

    /// What several schemas say that hold together.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (found @ Self::Impossible(_), _) | (_, found @ Self::Impossible(_)) => found,
            (Self::Declared, _) | (_, Self::Declared) => Self::Declared,
            (Self::Undeclared(mut one), Self::Undeclared(other)) => {
                one.known.extend(other.known);
                Self::Undeclared(one)
            }
            (found @ Self::Undeclared(_), _) | (_, found @ Self::Undeclared(_)) => found,
            (Self::Silent, Self::Silent) => Self::Silent,
        }
    }

    /// What several schemas say of which one holds.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Declared, _) | (_, Self::Declared) => Self::Declared,
            (Self::Silent, _) | (_, Self::Silent) => Self::Silent,
            (Self::Undeclared(mut one), Self::Undeclared(other) | Self::Impossible(other))
            | (Self::Impossible(other), Self::Undeclared(mut one)) => {
                one.known.extend(other.known);
                Self::Undeclared(one)
            }
            (Self::Impossible(mut one), Self::Impossible(other)) => {
                one.known.extend(other.known);
                Self::Impossible(one)
            }
        }
    }
}

fn look(schema: &Schema, tokens: &[String], deepest: usize) -> Reach {
    let Some((first, rest)) = tokens.split_first() else {
        return Reach::Declared;
    };
    let lack = |known: BTreeSet<String>| Lack {
        name: first.clone(),
        known,
        schema: schema.location(),
    };
    let (members, deepest) = match (schema.value(), deepest.checked_sub(1)) {
        (Value::Bool(false), _) => return Reach::Impossible(lack(BTreeSet::new())),
        (Value::Object(members), Some(deepest)) => (members, deepest),
        _ => return Reach::Silent,
    };
    let index = first.parse::<usize>().ok();
    let mut reach: Option<Reach> = None;
    if may_be(members, "object") {
        reach = Some(member(schema, members, first, rest, deepest));
    }
    if let Some(index) = index.filter(|_| may_be(members, "array")) {
        let found = item(schema, members, index, rest, deepest);
        reach = Some(match reach {
            Some(other) => other.or(found),
            None => found,
        });
    }
    let mut reach = reach.unwrap_or_else(|| Reach::Impossible(lack(BTreeSet::new())));
    if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
        let target = schema.follow(reference);
        reach = reach.and(target.map_or(Reach::Silent, |target| look(&target, tokens, deepest)));
    }
    let branches = |keyword: &str| {
        let count = members
            .get(keyword)
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        let branches = (0..count).filter_map(|index| schema.below(&[keyword, &index.to_string()]));
        branches
            .map(|branch| look(&branch, tokens, deepest))
            .collect::<Vec<_>>()
    };
    reach = branches("allOf").into_iter().fold(reach, Reach::and);
    for keyword in ["anyOf", "oneOf"] {
        if let Some(found) = branches(keyword).into_iter().reduce(Reach::or) {
            reach = reach.and(found);
        }
    }
    // What is said under conditions may declare it.
    let is_conditional = ["if", "dependentSchemas", "$dynamicRef"]
        .iter()
        .any(|keyword| members.contains_key(*keyword));
    match reach {
        Reach::Undeclared(_) if is_conditional => Reach::Silent,
        reach => reach,
    }
}

fn may_be(members: &Map<String, Value>, kind: &str) -> bool {
    match members.get("type") {
        Some(Value::String(only)) => only == kind,
        Some(Value::Array(kinds)) => kinds.iter().any(|one| one == kind),
        _ => true,
    }
}

fn member(
    schema: &Schema,
    members: &Map<String, Value>,
    first: &str,
    rest: &[String],
    deepest: usize,
) -> Reach {
    if let Some(property) = schema.below(&["properties", first]) {
        return look(&property, rest, deepest);
    }
    if members.contains_key("patternProperties") {
        return Reach::Silent;
    }
    let properties = members.get("properties").and_then(Value::as_object);
    let known: BTreeSet<String> = properties
        .into_iter()
        .flat_map(Map::keys)
        .cloned()
        .collect();
    let lack = Lack {
        name: first.to_owned(),
        known,
        schema: schema.location(),
    };
    match members.get("additionalProperties") {
        Some(Value::Bool(false)) => return Reach::Impossible(lack),
        Some(Value::Object(_)) => {
            return schema
                .below(&["additionalProperties"])
                .map_or(Reach::Silent, |schema| look(&schema, rest, deepest));
        }
        _ => {}
    }
    let combines = [
        "$ref",
        "$dynamicRef",
        "allOf",
        "anyOf",
        "oneOf",
        "if",
        "dependentSchemas",
    ];
    let is_closed = members.get("unevaluatedProperties") == Some(&Value::Bool(false))
        && !combines
            .iter()
            .any(|keyword| members.contains_key(*keyword));
    if is_closed {
        Reach::Impossible(lack)
    } else if lack.known.is_empty() {
        Reach::Silent
    } else {
        Reach::Undeclared(lack)
    }
}

fn item(
    schema: &Schema,
    members: &Map<String, Value>,
    index: usize,
    rest: &[String],
    deepest: usize,
) -> Reach {
    let number = index.to_string();
    let lack = || Lack {
        name: number.clone(),
        known: BTreeSet::new(),
        schema: schema.location(),
    };
    let most = members.get("maxItems").and_then(Value::as_u64);
    if most.is_some_and(|most| u64::try_from(index).is_ok_and(|index| index >= most)) {
        return Reach::Impossible(lack());
    }
    let prefix = schema.below(&["prefixItems", &number]);
    match prefix.or_else(|| schema.below(&["items"])) {
        // An item that is not allowed is not there, whatever is looked for in it.
        Some(item) if *item.value() == Value::Bool(false) => Reach::Impossible(lack()),
        Some(item) => look(&item, rest, deepest),
        None => Reach::Silent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::schema::{Dialect, SchemaSet};

    fn reach(schema: &str, pointer: &str) -> &'static str {
        let document = Document::parse("s.yaml", schema).unwrap();
        let schema = SchemaSet::of_schema(document, Dialect::Draft202012);
        let tokens: Vec<String> = pointer.split('/').skip(1).map(str::to_owned).collect();
        match Reach::of(&schema, &tokens) {
            Reach::Impossible(_) => "impossible",
            Reach::Undeclared(_) => "undeclared",
            Reach::Silent => "silent",
            Reach::Declared => "declared",
        }
    }

    #[test]
    fn a_place_is_impossible_only_where_that_is_certain() {
        let closed = "additionalProperties: false\nproperties: {a: {type: object}, list: {type: array, items: {type: string}}}";
        let open = "properties: {a: {properties: {b: {}}}}";
        for (schema, pointer, expected) in [
            (closed, "", "declared"),
            (closed, "/a", "declared"),
            (closed, "/b", "impossible"),
            (closed, "/a/x", "silent"),
            (closed, "/list/0", "declared"),
            (closed, "/list/0/x", "impossible"),
            (closed, "/list/length", "impossible"),
            (open, "/a/b", "declared"),
            (open, "/a/c", "undeclared"),
            (open, "/c", "undeclared"),
            ("{}", "/a", "silent"),
            ("true", "/a", "silent"),
            ("false", "/a", "impossible"),
            ("type: string", "/a", "impossible"),
            ("type: [object, 'null']", "/a", "silent"),
            ("additionalProperties: {type: string}", "/a", "declared"),
            ("additionalProperties: {type: string}", "/a/b", "impossible"),
            (
                "{properties: {a: {}}, patternProperties: {'^x-': {}}}",
                "/x-b",
                "silent",
            ),
            (
                "{properties: {a: {}}, unevaluatedProperties: false}",
                "/b",
                "impossible",
            ),
            (
                "{allOf: [{properties: {b: {}}}], properties: {a: {}}, unevaluatedProperties: false}",
                "/b",
                "declared",
            ),
            (
                "{anyOf: [{type: string}, {properties: {a: {}}}]}",
                "/a",
                "declared",
            ),
            (
                "{anyOf: [{type: string}, {properties: {a: {}}}]}",
                "/b",
                "undeclared",
            ),
            (
                "{oneOf: [{properties: {a: {}}, additionalProperties: false}, {type: 'null'}]}",
                "/b",
                "impossible",
            ),
            (
                "{properties: {a: {}}, if: {}, then: {properties: {b: {}}}}",
                "/b",
                "silent",
            ),
            (
                "{$ref: '#/$defs/a', $defs: {a: {additionalProperties: false}}}",
                "/b",
                "impossible",
            ),
            (
                "{properties: {a: {$ref: '#'}}, additionalProperties: false}",
                "/a/a/a/b",
                "impossible",
            ),
            ("{allOf: [{$ref: '#'}]}", "/a", "silent"),
            (
                "{type: array, prefixItems: [{}], items: false}",
                "/1",
                "impossible",
            ),
            ("{type: array, maxItems: 1}", "/1/x", "impossible"),
        ] {
            assert_eq!(reach(schema, pointer), expected, "{schema} at {pointer}");
        }
    }
}
