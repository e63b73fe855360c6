//! Edges: what a valid instance can show of a keyword. A bound has the values at it and next to it,
//! an `enum` its members, a union its branches, an object its members, there or not.

use std::collections::HashSet;

use serde_json::Value;

use super::decimal::Decimal;
use super::map::{Map, Place};
use super::number::NumberRange;
use super::site::{ITEM_LIMIT, LENGTH_LIMIT};
use crate::document::equal;

/// One thing to show of a keyword at a node.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Edge {
    /// The keyword applies, and holds.
    Kept,
    /// A value of the type.
    Kind(&'static str),
    /// This member of an `enum`.
    Choice(usize),
    /// This boolean.
    Flag(bool),
    /// This number, as text.
    Number(String),
    /// A string of so many characters.
    Length(usize),
    /// So many items.
    Items(usize),
    /// So many items that `contains` asks for.
    Wanted(usize),
    /// So many members.
    Members(usize),
    /// This branch of a union.
    Branch(usize),
    /// Whether the condition of `if` holds.
    Taken(bool),
    /// The member is there.
    Present(String),
    /// The member is not there.
    Absent(String),
    /// None of the declared members is there but those that are required.
    Bare,
    /// All declared members are there.
    Whole,
    /// A member that only `additionalProperties` covers.
    Undeclared,
    /// A member that this pattern of `patternProperties` covers.
    Patterned(usize),
    /// Of the optional members these and no others.
    Together(Vec<String>),
}

/// An edge, and the keyword that it is an edge of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Aim {
    pub(super) keyword: &'static str,
    /// The member that the keyword speaks about, if it speaks about several.
    pub(super) member: Option<String>,
    pub(super) edge: Edge,
}

/// How many items are many.
pub(super) const MANY: usize = 3;
/// The most members of an `enum`, and of an object, that are looked at one by one.
const CHOICES: usize = 1_000;

/// The whole numbers that are edges of machine words, or of nothing at all.
const WIDTHS: [&str; 9] = [
    "0",
    "-1",
    "1",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "9223372036854775807",
    "-9223372036854775808",
];

/// The edges of a place for values like this one, in the order in which they are worth showing.
pub(super) fn aims(place: &Place, value: &Value) -> Vec<Aim> {
    let mut found = Vec::new();
    let mut add = |keyword: &'static str, edges: Vec<Edge>| {
        found.extend(edges.into_iter().map(|edge| Aim {
            keyword,
            member: None,
            edge,
        }));
    };
    let has = |keyword: &str| place.keyword(keyword).is_some();
    let count = |keyword: &str| place.count(keyword);
    add("type", kinds(place));
    for keyword in ["anyOf", "oneOf"] {
        add(
            keyword,
            (0..place.branches(keyword).len())
                .map(Edge::Branch)
                .collect(),
        );
    }
    if let Some(Value::Array(members)) = place.keyword("enum") {
        add(
            "enum",
            (0..members.len().min(CHOICES)).map(Edge::Choice).collect(),
        );
    }
    for keyword in ["const", "not"].into_iter().filter(|keyword| has(keyword)) {
        add(keyword, vec![Edge::Kept]);
    }
    if has("if") {
        add("if", vec![Edge::Taken(true), Edge::Taken(false)]);
    }
    match value {
        Value::Null => {}
        Value::Bool(_) => add("type", vec![Edge::Flag(true), Edge::Flag(false)]),
        Value::String(_) => {
            for keyword in ["format", "pattern"]
                .into_iter()
                .filter(|keyword| has(keyword))
            {
                add(keyword, vec![Edge::Kept]);
            }
            let limit = LENGTH_LIMIT;
            add(
                "minLength",
                ends(count("minLength"), count("maxLength"), limit, Edge::Length),
            );
            add(
                "maxLength",
                tops(count("minLength"), count("maxLength"), limit, Edge::Length),
            );
        }
        Value::Number(_) => numbers(place, &mut add),
        Value::Array(_) => {
            let (min, max) = (count("minItems"), count("maxItems"));
            add("minItems", ends(min, max, ITEM_LIMIT, Edge::Items));
            add("maxItems", tops(min, max, ITEM_LIMIT, Edge::Items));
            let usual = usual(min, max).map(Edge::Items).collect();
            add(if has("items") { "items" } else { "type" }, usual);
            if place.keyword("uniqueItems") == Some(&Value::Bool(true)) {
                add("uniqueItems", vec![Edge::Kept]);
            }
            if has("contains") {
                let (least, most) = (count("minContains"), count("maxContains"));
                let keyword = if least.is_some() {
                    "minContains"
                } else {
                    "contains"
                };
                let least = least.or(Some(1));
                add(keyword, ends(least, most, ITEM_LIMIT, Edge::Wanted));
                add("maxContains", tops(least, most, ITEM_LIMIT, Edge::Wanted));
            }
        }
        Value::Object(_) => members(place, &mut found),
    }
    found
}

/// How many edges of a place are not looked at because its lists are too long.
pub(super) fn omitted(place: &Place) -> usize {
    let members = place.keyword("enum").and_then(Value::as_array);
    let choices = members.map_or(0, Vec::len).saturating_sub(CHOICES);
    let unseen = place.travelling().skip(CHOICES);
    let required: HashSet<&str> = place.required().collect();
    // There and not there.
    let names = unseen.filter(|name| !required.contains(name.as_str()));
    choices + 2 * names.count()
}

fn kinds(place: &Place) -> Vec<Edge> {
    const NAMES: [&str; 7] = [
        "null", "boolean", "integer", "number", "string", "array", "object",
    ];
    let written = match place.keyword("type") {
        Some(Value::Array(names)) => names.as_slice(),
        Some(name) => std::slice::from_ref(name),
        None => &[],
    };
    let is_written = |name: &str| written.iter().any(|other| other == name);
    NAMES
        .into_iter()
        .filter(|name| is_written(name) || *name == "integer" && is_written("number"))
        .map(Edge::Kind)
        .collect()
}

/// None, one, two and many, as far as the bounds allow.
fn usual(min: Option<usize>, max: Option<usize>) -> impl Iterator<Item = usize> {
    let counts = [0, 1, 2, MANY].into_iter();
    counts.filter(move |count| {
        min.is_none_or(|min| *count >= min) && max.is_none_or(|max| *count <= max)
    })
}

/// The least count and the next one.
fn ends(
    min: Option<usize>,
    max: Option<usize>,
    limit: usize,
    edge: fn(usize) -> Edge,
) -> Vec<Edge> {
    let Some(min) = min.filter(|min| *min < limit) else {
        return Vec::new();
    };
    let next = Some(min + 1).filter(|next| max.is_none_or(|max| *next <= max));
    [Some(min), next].into_iter().flatten().map(edge).collect()
}

/// The greatest count and the one before.
fn tops(
    min: Option<usize>,
    max: Option<usize>,
    limit: usize,
    edge: fn(usize) -> Edge,
) -> Vec<Edge> {
    let Some(max) = max.filter(|max| *max < limit) else {
        return Vec::new();
    };
    let before = max
        .checked_sub(1)
        .filter(|before| min.is_none_or(|min| *before >= min));
    [Some(max), before]
        .into_iter()
        .flatten()
        .map(edge)
        .collect()
}

fn numbers(place: &Place, add: &mut impl FnMut(&'static str, Vec<Edge>)) {
    let range = NumberRange::of_keywords(|keyword| place.keyword(keyword));
    let (low, high) = range.ends();
    let text = |numbers: Vec<serde_json::Number>| -> Vec<Edge> {
        numbers
            .into_iter()
            .map(|number| Edge::Number(number.to_string()))
            .collect()
    };
    let either = |one: &'static str, other: &'static str| {
        if place.keyword(one).is_some() {
            one
        } else {
            other
        }
    };
    let open = low.is_empty() || high.is_empty();
    add(either("exclusiveMinimum", "minimum"), text(low));
    add(either("exclusiveMaximum", "maximum"), text(high));
    if place.keyword("multipleOf").is_some() {
        add("multipleOf", vec![Edge::Kept]);
    }
    // Where a side is open, what machines store numbers in is an edge.
    if open && place.keyword("type").is_some() && place.keyword("enum").is_none() {
        let widths = WIDTHS.into_iter().filter(|text| {
            let number = text.parse().ok();
            number.is_some_and(|number| range.contains(&number))
        });
        add(
            "type",
            widths.map(|text| Edge::Number(text.to_owned())).collect(),
        );
    }
}

fn members(place: &Place, found: &mut Vec<Aim>) {
    let required: Vec<&str> = place.required().collect();
    let declared: Vec<&String> = place.travelling().take(CHOICES).collect();
    let optional: Vec<&String> = declared
        .iter()
        .copied()
        .filter(|name| !required.contains(&name.as_str()))
        .collect();
    let aim = |keyword, member: Option<&str>, edge| Aim {
        keyword,
        member: member.map(str::to_owned),
        edge,
    };
    if !optional.is_empty() {
        found.push(aim("properties", None, Edge::Whole));
        found.push(aim("properties", None, Edge::Bare));
    }
    for name in &required {
        found.push(aim(
            "required",
            Some(name),
            Edge::Present((*name).to_owned()),
        ));
    }
    for name in &optional {
        let name = name.as_str();
        found.push(aim(
            "properties",
            Some(name),
            Edge::Present(name.to_owned()),
        ));
        found.push(aim("properties", Some(name), Edge::Absent(name.to_owned())));
    }
    let mut add = |keyword, edges: Vec<Edge>| {
        found.extend(edges.into_iter().map(|edge| aim(keyword, None, edge)));
    };
    let count = |keyword: &str| place.count(keyword);
    let (min, max) = (count("minProperties"), count("maxProperties"));
    add("minProperties", ends(min, max, ITEM_LIMIT, Edge::Members));
    add("maxProperties", tops(min, max, ITEM_LIMIT, Edge::Members));
    if place
        .keyword("additionalProperties")
        .is_some_and(|rule| *rule != Value::Bool(false))
    {
        add("additionalProperties", vec![Edge::Undeclared]);
        if declared.is_empty() {
            let counts = usual(min, max).map(Edge::Members);
            add("additionalProperties", counts.collect());
        }
    }
    add(
        "patternProperties",
        (0..place.patterns().len()).map(Edge::Patterned).collect(),
    );
    if place.keyword("propertyNames").is_some() {
        add("propertyNames", vec![Edge::Kept]);
    }
    for keyword in ["dependentRequired", "dependentSchemas"] {
        if let Some(Value::Object(rules)) = place.keyword(keyword) {
            for name in rules.keys().take(CHOICES) {
                found.push(aim(keyword, Some(name), Edge::Present(name.clone())));
                found.push(aim(keyword, Some(name), Edge::Absent(name.clone())));
            }
        }
    }
    let factors: Vec<String> = optional.into_iter().cloned().collect();
    for row in super::cover::pairs(factors.len(), CHOICES) {
        let present = factors.iter().zip(row).filter(|(_, present)| *present);
        let names = present.map(|(name, _)| name.clone()).collect();
        found.push(aim("properties", Some("pairs"), Edge::Together(names)));
    }
}

impl Aim {
    /// Whether a value that the place applies to shows this.
    pub(super) fn is_shown(&self, map: &Map, place: &Place, value: &Value) -> bool {
        match (&self.edge, value) {
            (Edge::Kept, Value::Array(items)) if self.keyword == "uniqueItems" => items.len() > 1,
            (Edge::Kept, Value::Object(members)) if self.keyword == "propertyNames" => {
                !members.is_empty()
            }
            (Edge::Kept, value) => match self.keyword {
                "format" | "pattern" => value.is_string(),
                "multipleOf" => value.is_number(),
                "uniqueItems" | "propertyNames" => false,
                _ => true,
            },
            (Edge::Kind(name), value) => is_kind(name, value),
            (Edge::Choice(index), value) => place
                .keyword("enum")
                .and_then(|members| members.get(index))
                .is_some_and(|member| equal(member, value)),
            (Edge::Flag(flag), Value::Bool(value)) => flag == value,
            (Edge::Number(text), Value::Number(number)) => {
                let wanted = text.parse().ok().as_ref().and_then(Decimal::read);
                matches!((wanted, Decimal::read(number)), (Some(one), Some(other)) if one == other)
            }
            (Edge::Length(length), Value::String(text)) => text.chars().count() == *length,
            (Edge::Items(count), Value::Array(items)) => items.len() == *count,
            (Edge::Wanted(count), Value::Array(items)) => {
                let judge = place.schema.below(&["contains"]);
                let judge = judge.and_then(|wanted| wanted.validator().ok());
                judge.is_some_and(|judge| {
                    items.iter().filter(|item| judge.is_valid(item)).count() == *count
                })
            }
            (Edge::Members(count), Value::Object(members)) => members.len() == *count,
            (Edge::Branch(index), value) => place
                .branches(self.keyword)
                .get(*index)
                .is_some_and(|branch| map.accepts(*branch, value)),
            (Edge::Taken(taken), value) => place
                .condition()
                .is_some_and(|condition| map.accepts(condition, value) == *taken),
            (Edge::Present(name), Value::Object(members)) => members.contains_key(name),
            (Edge::Absent(name), Value::Object(members)) => !members.contains_key(name),
            (Edge::Bare, Value::Object(members)) => {
                place.optional().all(|name| !members.contains_key(name))
            }
            (Edge::Whole, Value::Object(members)) => {
                place.travelling().all(|name| members.contains_key(name))
            }
            (Edge::Undeclared, Value::Object(members)) => {
                members.keys().any(|name| !place.declares(name))
            }
            (Edge::Patterned(index), Value::Object(members)) => place
                .patterns()
                .get(*index)
                .is_some_and(|(matcher, _)| members.keys().any(|name| matcher.matches(name))),
            (Edge::Together(names), Value::Object(members)) => place
                .optional()
                .all(|name| members.contains_key(name) == names.contains(name)),
            _ => false,
        }
    }

    /// What is shown, in words that follow the name of the node.
    pub(super) fn words(&self, place: &Place) -> String {
        match &self.edge {
            Edge::Kept => format!("keeps `{}`", self.keyword),
            Edge::Kind(name) => format!("is of type {name}"),
            Edge::Choice(index) => {
                let member = place.keyword("enum").and_then(|members| members.get(index));
                format!("is {}", member.unwrap_or(&Value::Null))
            }
            Edge::Flag(flag) => format!("is {flag}"),
            Edge::Number(text) => format!("is {text}"),
            Edge::Length(1) => "has 1 character".to_owned(),
            Edge::Length(count) => format!("has {count} characters"),
            Edge::Items(1) => "has 1 item".to_owned(),
            Edge::Items(count) => format!("has {count} items"),
            Edge::Wanted(count) => format!("has {count} of the items that it must contain"),
            Edge::Members(1) => "has 1 member".to_owned(),
            Edge::Members(count) => format!("has {count} members"),
            Edge::Branch(index) => format!("matches branch {index} of `{}`", self.keyword),
            Edge::Taken(true) => "matches `if`".to_owned(),
            Edge::Taken(false) => "does not match `if`".to_owned(),
            Edge::Present(name) => format!("has `{name}`"),
            Edge::Absent(name) => format!("has no `{name}`"),
            Edge::Bare => "has no optional member".to_owned(),
            Edge::Whole => "has every declared member".to_owned(),
            Edge::Undeclared => "has a member that is not declared".to_owned(),
            Edge::Patterned(_) => "has a member of a pattern".to_owned(),
            Edge::Together(names) if names.is_empty() => "has no optional member".to_owned(),
            Edge::Together(names) => format!("has of the optional members {}", names.join(", ")),
        }
    }
}

/// Whether a value is of a type. Whole numbers are integers, also `1.0`, and the others are numbers:
/// so that a `number` is shown with a fraction.
fn is_kind(name: &str, value: &Value) -> bool {
    match value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Number(number) => {
            let whole =
                Decimal::read(number).is_none_or(|number| number.is_multiple_of(Decimal::whole(1)));
            name == if whole { "integer" } else { "number" }
        }
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
    }
}

impl Place {
    /// The names that are required here.
    pub(super) fn required(&self) -> impl Iterator<Item = &str> {
        let names = self.keyword("required").and_then(Value::as_array);
        names.into_iter().flatten().filter_map(Value::as_str)
    }

    /// The declared members that travel in the schema's direction and may be there.
    pub(super) fn travelling(&self) -> impl Iterator<Item = &String> {
        self.properties().filter(|name| {
            let property = self.keyword("properties").and_then(|all| all.get(*name));
            property != Some(&Value::Bool(false)) && !self.holds_back(name)
        })
    }

    /// Those of them that are not required.
    pub(super) fn optional(&self) -> impl Iterator<Item = &String> {
        let required: Vec<&str> = self.required().collect();
        self.travelling()
            .filter(move |name| !required.contains(&name.as_str()))
    }
}
