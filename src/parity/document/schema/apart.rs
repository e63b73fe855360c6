//! Apartness: whether no instance satisfies two schemas at once.

use serde_json::Value;

use super::conjunction::Conjunction;
use super::types::Types;
use super::values::listed;
use crate::document::equal;
use crate::schema::Schema;

/// How deep properties are looked into.
const DEEPEST: usize = 3;

/// Of how many branches each is held against each.
const MOST: usize = 24;

/// Whether no instance satisfies two of the branches; null excepted, which types tell.
pub(super) fn are_apart(branches: &[Schema]) -> bool {
    let all: Vec<Conjunction> = branches
        .iter()
        .take(MOST + 1)
        .map(|branch| Conjunction::of(vec![branch.clone()]))
        .collect();
    all.len() <= MOST
        && all.iter().enumerate().all(|(number, one)| {
            let mut later = all.iter().skip(number + 1);
            later.all(|other| apart(one, other, 0))
        })
}

/// Whether nothing but null satisfies both.
fn apart(one: &Conjunction, other: &Conjunction, depth: usize) -> bool {
    let types = one.types.and(other.types).without(Types::NULL);
    if types.is_empty() || one.is_impossible || other.is_impossible {
        return true;
    }
    if let (Some(some), Some(others)) = (listed(one), listed(other)) {
        let is_among = |value: &Value| others.iter().any(|known| equal(known, value));
        return !some.iter().any(is_among);
    }
    types == Types::OBJECT && depth < DEEPEST && {
        let asked = required(one);
        let asked: Vec<&str> = asked.into_iter().chain(required(other)).collect();
        asked.into_iter().any(|name| {
            let (some, others) = (one.property(name), other.property(name));
            // Null is told apart here: it would be the same one in both.
            let has_null = some.types.has(Types::NULL) && others.types.has(Types::NULL);
            !has_null && apart(&some, &others, depth + 1)
        })
    }
}

/// The properties that must be there.
fn required(side: &Conjunction) -> Vec<&str> {
    let lists = side.values("required");
    let names = lists.filter_map(|(_, value)| value.as_array()).flatten();
    names.filter_map(Value::as_str).collect()
}
