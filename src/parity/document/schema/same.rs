//! Sameness: whether two schemas are written alike, whatever references, annotations and order they are
//! written with. What is the same accepts the same.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Map, Value};

use super::conjunction::{decides, is_trivial};
use crate::document::equal;
use crate::schema::{Place, Schema};

/// How many pairs of schemas one question may look at; beyond them nothing is the same.
const MOST: usize = 5_000;

/// Whether two schemas are written alike.
pub(super) fn same(old: &Schema, new: &Schema) -> bool {
    Question::default().schemas(old, new)
}

/// Whether keywords of two schemas are written alike.
pub(super) fn same_keywords(old: &Schema, new: &Schema, keywords: &[&str]) -> bool {
    let mut question = Question::default();
    keywords
        .iter()
        .all(|keyword| question.keyword(old, new, keyword))
}

#[derive(Default)]
struct Question {
    /// Pairs that are looked at, or were: if they differ, the answer is no already.
    seen: HashSet<(Place, Place)>,
}

impl Question {
    fn schemas(&mut self, old: &Schema, new: &Schema) -> bool {
        let (old, new) = (old.resolved(), new.resolved());
        let place = |schema: &Schema| (schema.document(), schema.pointer().clone());
        if !self.seen.insert((place(&old), place(&new))) {
            return true;
        }
        if self.seen.len() > MOST {
            return false;
        }
        if is_trivial(old.value()) || is_trivial(new.value()) {
            return is_trivial(old.value()) && is_trivial(new.value());
        }
        let (Value::Object(one), Value::Object(other)) = (old.value(), new.value()) else {
            return old.value() == new.value();
        };
        let keywords: BTreeSet<&String> = one
            .keys()
            .chain(other.keys())
            .filter(|keyword| decides(keyword))
            .collect();
        keywords
            .into_iter()
            .all(|keyword| self.keyword(&old, &new, keyword))
    }

    fn keyword(&mut self, old: &Schema, new: &Schema, keyword: &str) -> bool {
        let (one, other) = (old.value().get(keyword), new.value().get(keyword));
        match keyword {
            "additionalProperties"
            | "unevaluatedProperties"
            | "items"
            | "unevaluatedItems"
            | "not"
            | "if"
            | "then"
            | "else"
            | "contains"
            | "propertyNames" => match (old.below(&[keyword]), new.below(&[keyword])) {
                (Some(one), Some(other)) => self.schemas(&one, &other),
                (None, None) => true,
                (Some(only), None) | (None, Some(only)) => {
                    keyword.starts_with(['a', 'u', 'i']) && is_trivial(only.value())
                }
            },
            "properties" | "patternProperties" | "dependentSchemas" => {
                let names = |members: Option<&Value>| -> BTreeSet<String> {
                    let members = members.and_then(Value::as_object);
                    members.into_iter().flat_map(Map::keys).cloned().collect()
                };
                let (ours, theirs) = (names(one), names(other));
                ours == theirs
                    && ours.iter().all(|name| {
                        let below = |schema: &Schema| schema.below(&[keyword, name]);
                        match (below(old), below(new)) {
                            (Some(one), Some(other)) => self.schemas(&one, &other),
                            _ => false,
                        }
                    })
            }
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => {
                let count = |list: Option<&Value>| list.and_then(Value::as_array).map(Vec::len);
                count(one) == count(other)
                    && (0..count(one).unwrap_or(0)).all(|index| {
                        let index = index.to_string();
                        let below = |schema: &Schema| schema.below(&[keyword, &index]);
                        match (below(old), below(new)) {
                            (Some(one), Some(other)) => self.schemas(&one, &other),
                            _ => false,
                        }
                    })
            }
            "$ref" => {
                let target = |schema: &Schema, text: Option<&Value>| {
                    text.and_then(Value::as_str)
                        .and_then(|text| schema.follow(text))
                };
                match (target(old, one), target(new, other)) {
                    (Some(one), Some(other)) => self.schemas(&one, &other),
                    (None, None) => true,
                    _ => false,
                }
            }
            "required" | "type" | "enum" => match (one, other) {
                (None, None) => true,
                (Some(one), Some(other)) => are_same_members(one, other),
                (Some(Value::Array(names)), None) | (None, Some(Value::Array(names))) => {
                    keyword == "required" && names.is_empty()
                }
                _ => false,
            },
            _ => match (one, other) {
                (None, None) => true,
                (Some(one), Some(other)) => equal(one, other),
                _ => false,
            },
        }
    }
}

fn are_same_members(one: &Value, other: &Value) -> bool {
    let list = |value: &Value| match value {
        Value::Array(members) => members.clone(),
        single => vec![single.clone()],
    };
    let (one, other) = (list(one), list(other));
    let are_in = |some: &[Value], all: &[Value]| {
        let texts: HashSet<String> = all.iter().map(Value::to_string).collect();
        some.iter().all(|member| {
            texts.contains(&member.to_string()) || all.iter().any(|known| equal(member, known))
        })
    };
    are_in(&one, &other) && are_in(&other, &one)
}
