//! Sameness: whether two schemas are written alike, whatever references, annotations and order they are
//! written with. What is the same accepts the same.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Map, Value};

use super::conjunction::is_trivial;
use super::idle::{is_decisive, unwrapped};
use crate::document::equal;
use crate::schema::{Place, Schema};

/// How many pairs of schemas one question may look at; beyond them nothing is the same.
const MOST: usize = 5_000;

/// With how many others a member of a list is compared.
const TRIED: usize = 32;

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
    /// How many pairs were looked at.
    asked: usize,
}

impl Question {
    fn schemas(&mut self, old: &Schema, new: &Schema) -> bool {
        let (old, new) = (unwrapped(old), unwrapped(new));
        let place = |schema: &Schema| (schema.document(), schema.pointer().clone());
        if !self.seen.insert((place(&old), place(&new))) {
            return true;
        }
        self.asked += 1;
        if self.asked > MOST {
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
            .filter(|keyword| is_decisive(one, keyword) || is_decisive(other, keyword))
            .collect();
        keywords
            .into_iter()
            .all(|keyword| self.keyword(&old, &new, keyword))
    }

    /// Lists in which the order does not matter.
    fn lists(&mut self, old: &[Schema], mut new: Vec<Schema>) -> bool {
        if old.len() != new.len() {
            return false;
        }
        old.iter().enumerate().all(|(number, one)| {
            // Most stand in the same order.
            let first = number.saturating_sub(old.len() - new.len());
            let order = (first..new.len()).chain(0..first.min(new.len()));
            let found = order
                .take(TRIED)
                .find(|at| new.get(*at).is_some_and(|other| self.attempt(one, other)));
            if let Some(at) = found {
                new.remove(at);
            }
            found.is_some()
        })
    }

    /// As [`Self::schemas`]; what a failure took for granted is forgotten.
    fn attempt(&mut self, old: &Schema, new: &Schema) -> bool {
        let seen = self.seen.clone();
        let is_same = self.schemas(old, new);
        if !is_same {
            self.seen = seen;
        }
        is_same
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
            "prefixItems" => {
                let (one, other) = (list(old, keyword), list(new, keyword));
                one.len() == other.len()
                    && one
                        .iter()
                        .zip(&other)
                        .all(|(one, other)| self.schemas(one, other))
            }
            "allOf" | "anyOf" | "oneOf" => self.lists(&list(old, keyword), list(new, keyword)),
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
            "const" | "enum" => match (listed(old), listed(new)) {
                (Some(one), Some(other)) => are_same_members(&one, &other),
                _ => old.value().get(keyword) == new.value().get(keyword),
            },
            "required" | "type" => match (one, other) {
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

/// The schemas in a list.
fn list(schema: &Schema, keyword: &str) -> Vec<Schema> {
    let list = schema.value().get(keyword).and_then(Value::as_array);
    (0..list.map_or(0, Vec::len))
        .filter_map(|index| schema.below(&[keyword, &index.to_string()]))
        .collect()
}

/// The values that are listed, by `const` or by `enum`; `None` if that cannot be told in one list.
fn listed(schema: &Schema) -> Option<Value> {
    let said = |keyword: &str| schema.value().get(keyword);
    match (said("const"), said("enum")) {
        (Some(only), None) => Some(Value::Array(vec![only.clone()])),
        (None, Some(values)) => Some(values.clone()),
        _ => None,
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
