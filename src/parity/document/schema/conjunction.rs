//! Conjunctions: all the schemas that one instance has to satisfy, with references and `allOf` taken
//! apart. Where a keyword stands among them makes no difference.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::idle::{doubly_negated, is_decisive, unwrapped};
use super::same::same;
use super::types::{Types, branches, says_type_only};
use crate::document::Location;
use crate::schema::{Direction, Place, Schema};

/// Schemas that must all hold.
#[derive(Debug, Clone)]
pub(super) struct Conjunction {
    /// The schemas as they were asked for.
    pub(super) entries: Vec<Schema>,
    /// All of them with what they refer to, each for its own keywords only.
    pub(super) parts: Vec<Schema>,
    /// Their `oneOf` and `anyOf` that have several branches.
    pub(super) unions: Vec<Union>,
    /// The types that are allowed by them together.
    pub(super) types: Types,
    /// The types that are asked about: all of them, unless it is split by types.
    pub(super) only: Types,
    /// Whether one of them is `false`.
    pub(super) is_impossible: bool,
    /// Whether one of them cannot be read.
    pub(super) is_broken: bool,
    /// Whether they combine in ways that are not followed here.
    pub(super) is_opaque: bool,
    /// The places of the parts, in order: what tells conjunctions of one document apart.
    pub(super) key: Vec<Place>,
}

/// A list of schemas of which one, or exactly one, must hold. Those for null alone are left out.
#[derive(Debug, Clone)]
pub(super) struct Union {
    /// The schema that has it.
    pub(super) holder: Schema,
    /// `oneOf` or `anyOf`.
    pub(super) keyword: &'static str,
    /// The branches.
    pub(super) branches: Vec<Schema>,
}

/// The keywords that decide about instances.
const DECIDING: [&str; 39] = [
    "$ref",
    "$dynamicRef",
    "type",
    "enum",
    "const",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "format",
    "maxItems",
    "minItems",
    "uniqueItems",
    "contains",
    "maxContains",
    "minContains",
    "prefixItems",
    "items",
    "unevaluatedItems",
    "maxProperties",
    "minProperties",
    "required",
    "properties",
    "patternProperties",
    "additionalProperties",
    "propertyNames",
    "unevaluatedProperties",
    "dependentRequired",
    "dependentSchemas",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "dependencies",
];

/// How many parts are taken together.
const MOST: usize = 512;

/// Of how many branches those that are written twice are found.
const FEW: usize = 12;

/// Whether a keyword decides about instances.
pub(super) fn decides(keyword: &str) -> bool {
    DECIDING.contains(&keyword) || keyword == "then" || keyword == "else"
}

/// Whether a value, as a schema, allows everything.
pub(super) fn is_trivial(value: &Value) -> bool {
    match value {
        Value::Bool(allows) => *allows,
        Value::Object(keywords) => !keywords
            .keys()
            .any(|keyword| is_decisive(keywords, keyword)),
        _ => true,
    }
}

impl Conjunction {
    /// The conjunction of schemas; of none, everything is an instance.
    pub(super) fn of(entries: Vec<Schema>) -> Self {
        Self::within(entries, Types::ALL)
    }

    /// The same for instances of some types: a union of which one branch only allows any of them is that
    /// branch, and a condition about types alone is known to hold or not.
    pub(super) fn within(entries: Vec<Schema>, only: Types) -> Self {
        let types = entries.iter().map(Types::of).fold(only, Types::and);
        let mut made = Self {
            parts: Vec::new(),
            unions: Vec::new(),
            types,
            only,
            is_impossible: types.is_empty(),
            is_broken: false,
            is_opaque: false,
            key: Vec::new(),
            entries: Vec::new(),
        };
        let is_single = entries.len() == 1;
        let mut open: Vec<(Schema, bool)> = Vec::new();
        open.extend(entries.iter().rev().map(|entry| (entry.clone(), is_single)));
        let mut seen = HashSet::new();
        while let Some((schema, is_outermost)) = open.pop() {
            if !seen.insert((schema.document(), schema.pointer().clone())) {
                continue;
            }
            if made.parts.len() == MOST {
                made.is_opaque = true;
                break;
            }
            made.take(schema, is_outermost, &mut open);
        }
        if made.closes_unevaluated() && made.has_applicators() {
            made.is_opaque = true;
        }
        let place = |part: &Schema| (part.document(), part.pointer().clone());
        made.key = made.parts.iter().map(place).collect();
        made.key.sort();
        made.entries = entries;
        made
    }

    fn take(&mut self, schema: Schema, is_outermost: bool, open: &mut Vec<(Schema, bool)>) {
        let keywords = match schema.value() {
            Value::Bool(false) => {
                self.is_impossible = true;
                self.parts.push(schema);
                return;
            }
            Value::Object(keywords) => keywords,
            _ => return,
        };
        if is_trivial(schema.value()) {
            return;
        }
        let unevaluated = ["unevaluatedProperties", "unevaluatedItems"];
        let has_unevaluated = unevaluated
            .iter()
            .any(|keyword| keywords.contains_key(*keyword));
        if has_unevaluated && !is_outermost || keywords.contains_key("$dynamicRef") {
            self.is_opaque = true;
        }
        let mut next = Vec::new();
        if let Some(reference) = keywords.get("$ref").and_then(Value::as_str) {
            let is_alone = !keywords
                .keys()
                .any(|keyword| keyword != "$ref" && is_decisive(keywords, keyword));
            match schema.follow(reference) {
                Some(target) => next.push((target, is_outermost && is_alone)),
                None => self.is_broken = true,
            }
        }
        next.extend(branches(&schema, "allOf").map(|part| (part, false)));
        let decided = self.decided(&schema);
        let holds = decided.iter().flatten();
        next.extend(holds.map(|part| (part.clone(), false)));
        for keyword in ["oneOf", "anyOf"] {
            if keywords.contains_key(keyword) {
                self.unite(&schema, keyword, &mut next);
            }
        }
        let meant = doubly_negated(&schema);
        let is_taken = |keyword: &str| {
            ["$ref", "allOf"].contains(&keyword)
                || keyword == "not" && meant.is_some()
                || ["if", "then", "else"].contains(&keyword) && decided.is_some()
        };
        let has_own = keywords
            .keys()
            .any(|keyword| is_decisive(keywords, keyword) && !is_taken(keyword));
        next.extend(meant.map(|part| (part, false)));
        open.extend(next.into_iter().rev());
        if has_own {
            self.parts.push(schema);
        }
    }

    /// What a condition about types alone comes to for the types that are asked about: the schema that
    /// holds, if any; `None` if that depends on the instance.
    pub(super) fn decided(&self, holder: &Schema) -> Option<Vec<Schema>> {
        let condition = holder.below(&["if"])?;
        let types = Types::said(&condition)?;
        if self.only.is_within(types) {
            Some(holder.below(&["then"]).into_iter().collect())
        } else if self.only.and(types).is_empty() {
            Some(holder.below(&["else"]).into_iter().collect())
        } else {
            None
        }
    }

    fn unite(&mut self, holder: &Schema, keyword: &'static str, next: &mut Vec<(Schema, bool)>) {
        let all: Vec<(Schema, Types)> = branches(holder, keyword)
            .map(|branch| {
                let types = Types::of(&branch);
                (branch, types)
            })
            .filter(|(_, types)| {
                !types.is_within(Types::NULL) && (self.only == Types::ALL || types.has(self.only))
            })
            .collect();
        let all = if keyword == "anyOf" {
            // Whatever another one says, this one lets through.
            if branches(holder, keyword).any(|branch| is_trivial(unwrapped(&branch).value())) {
                return;
            }
            distinct(all)
        } else {
            all
        };
        let mut seen = Types::NONE;
        let mut is_disjoint = true;
        let mut says_types_only = true;
        for (branch, types) in &all {
            let types = types.without(Types::NULL);
            is_disjoint &= !seen.has(types);
            seen = seen.or(types);
            says_types_only &= matches!(
                unwrapped(branch).value(),
                Value::Object(keywords) if says_type_only(keywords)
            );
        }
        match all.as_slice() {
            // The types say so.
            [] => {}
            [(branch, _)] => next.push((branch.clone(), false)),
            // All that they say is in the types already.
            _ if says_types_only && (is_disjoint || keyword == "anyOf") => {}
            _ => self.unions.push(Union {
                holder: holder.clone(),
                keyword,
                branches: all.into_iter().map(|(branch, _)| branch).collect(),
            }),
        }
    }

    /// Whether all keywords of the parts that decide are of a kind.
    pub(super) fn says_only(&self, is_meant: &dyn Fn(&str) -> bool) -> bool {
        self.parts.iter().all(|part| {
            part.value().as_object().is_some_and(|keywords| {
                let mut names = keywords.keys();
                names.all(|keyword| !is_decisive(keywords, keyword) || is_meant(keyword))
            })
        })
    }

    /// Whether everything is an instance.
    pub(super) fn is_anything(&self) -> bool {
        self.parts.is_empty() && !self.is_broken && !self.is_opaque
    }

    /// Whether `unevaluatedProperties` or `unevaluatedItems` say anything.
    fn closes_unevaluated(&self) -> bool {
        ["unevaluatedProperties", "unevaluatedItems"]
            .iter()
            .any(|keyword| self.values(keyword).any(|(_, value)| !is_trivial(value)))
    }

    fn has_applicators(&self) -> bool {
        let keywords = [
            "if",
            "dependentSchemas",
            "patternProperties",
            "contains",
            "not",
        ];
        !self.unions.is_empty() || keywords.iter().any(|keyword| self.has(keyword))
    }

    /// Whether any part has the keyword.
    pub(super) fn has(&self, keyword: &str) -> bool {
        self.values(keyword).next().is_some()
    }

    /// The parts that have a keyword, with its values.
    pub(super) fn values<'c>(
        &'c self,
        keyword: &'c str,
    ) -> impl Iterator<Item = (&'c Schema, &'c Value)> {
        self.parts
            .iter()
            .filter_map(move |part| Some((part, part.value().get(keyword)?)))
    }

    /// Where the first part with one of the keywords says so; else where the schema stands.
    pub(super) fn location(&self, keywords: &[&str]) -> Option<Location> {
        // What was written, before what is meant by it.
        let found = [true, false].into_iter().find_map(|is_written| {
            keywords.iter().find_map(|keyword| {
                let mut parts = self.values(keyword);
                let (part, _) =
                    parts.find(|(part, _)| !is_written || part.source().get(*keyword).is_some())?;
                Some(part.location_below(&[keyword]))
            })
        });
        found.or_else(|| self.entry_location())
    }

    /// Where the schema stands, or what it refers to.
    pub(super) fn entry_location(&self) -> Option<Location> {
        self.entries
            .first()
            .map(|entry| entry.resolved().location())
    }

    /// What is said about a property of this name by those who do not name it: `None` for a part that
    /// says nothing.
    pub(super) fn rest(&self) -> Self {
        let mut found: Vec<Schema> = Vec::new();
        for keyword in ["additionalProperties", "unevaluatedProperties"] {
            found.extend(self.parts.iter().filter_map(|part| part.below(&[keyword])));
            if !found.is_empty() {
                break;
            }
        }
        Self::of(found)
    }

    /// What is said about the property of this name.
    pub(super) fn property(&self, name: &str) -> Self {
        let mut found = Vec::new();
        for part in &self.parts {
            let named = part.below(&["properties", name]);
            found.extend(named.or_else(|| part.below(&["additionalProperties"])));
        }
        Self::of(found)
    }

    /// The names under `properties`, each once.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        self.values("properties")
            .filter_map(|(_, value)| value.as_object())
            .flat_map(Map::keys)
            .map(String::as_str)
            .filter(|name| seen.insert(*name))
            .collect()
    }

    /// What is said about the item of this number.
    pub(super) fn item(&self, index: usize) -> Self {
        let index = index.to_string();
        let mut found = Vec::new();
        for part in &self.parts {
            let named = part.below(&["prefixItems", &index]);
            found.extend(named.or_else(|| part.below(&["items"])));
        }
        Self::of(found)
    }

    /// What is said about items without a number of their own.
    pub(super) fn items(&self) -> Self {
        let mut found: Vec<Schema> = Vec::new();
        for keyword in ["items", "unevaluatedItems"] {
            found.extend(self.parts.iter().filter_map(|part| part.below(&[keyword])));
            if !found.is_empty() {
                break;
            }
        }
        Self::of(found)
    }

    /// Whether an instance satisfies all of them; `None` if that cannot be told.
    pub(super) fn admits(&self, instance: &Value) -> Option<bool> {
        for entry in &self.entries {
            if !entry.validator().ok()?.is_valid(instance) {
                return Some(false);
            }
        }
        Some(true)
    }

    /// An annotation, beside a reference or behind it.
    pub(super) fn annotation(&self, keyword: &str) -> Option<&Value> {
        let mut schemas = self.entries.iter().chain(&self.parts);
        schemas.find_map(|schema| schema.value().get(keyword))
    }

    /// Which way the instances travel.
    pub(super) fn direction(&self) -> Option<Direction> {
        self.entries.first().map(Schema::direction)
    }
}

/// Each branch once.
fn distinct(all: Vec<(Schema, Types)>) -> Vec<(Schema, Types)> {
    if all.len() > FEW {
        return all;
    }
    let mut kept: Vec<(Schema, Types)> = Vec::new();
    for (branch, types) in all {
        let is_known = kept
            .iter()
            .any(|(known, others)| *others == types && same(known, &branch));
        if !is_known {
            kept.push((branch, types));
        }
    }
    kept
}
