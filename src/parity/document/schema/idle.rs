//! Idle keywords: those that are written and say nothing, and ways to write one schema as another.

use serde_json::{Map, Value};

use super::conjunction::{decides, is_trivial};
use crate::schema::Schema;

/// How many wrappings are taken off.
const DEEPEST: usize = 16;

/// Whether a keyword of a schema decides about instances, given all of its keywords.
pub(super) fn is_decisive(keywords: &Map<String, Value>, keyword: &str) -> bool {
    decides(keyword)
        && keywords
            .get(keyword)
            .is_some_and(|value| !is_idle(keywords, keyword, value))
}

/// Whether a keyword that could decide says nothing.
fn is_idle(keywords: &Map<String, Value>, keyword: &str, value: &Value) -> bool {
    let is_zero = |value: &Value| value.as_f64() == Some(0.0);
    let has = |keyword: &str| keywords.contains_key(keyword);
    let is_empty = |value: &Value| match value {
        Value::Object(members) => members.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    match keyword {
        "minLength" | "minItems" | "minProperties" => is_zero(value),
        // Every integer is one.
        "multipleOf" => {
            let types = keywords.get("type");
            let is_integer = types.is_some_and(|types| {
                types == "integer" || types.as_array().is_some_and(|types| *types == ["integer"])
            });
            is_integer && value.as_f64() == Some(1.0)
        }
        "uniqueItems" | "not" => *value == Value::Bool(false),
        "required" | "properties" | "patternProperties" => is_empty(value),
        "dependentSchemas" => value
            .as_object()
            .is_some_and(|members| members.values().all(is_trivial)),
        "dependentRequired" => value
            .as_object()
            .is_some_and(|members| members.values().all(is_empty)),
        // As many as there are, or none.
        "contains" => keywords.get("minContains").is_some_and(is_zero) && !has("maxContains"),
        "minContains" | "maxContains" => !has("contains"),
        "if" => ["then", "else"]
            .iter()
            .all(|branch| keywords.get(*branch).is_none_or(is_trivial)),
        "then" | "else" => !has("if") || is_trivial(value),
        // Names are strings.
        "propertyNames" => match value {
            Value::Object(said) => said.iter().all(|(keyword, value)| {
                !decides(keyword) || keyword == "type" && value == "string"
            }),
            other => is_trivial(other),
        },
        _ => false,
    }
}

/// The schema that one says twice not to be not: `not` in `not`, and nothing beside the inner one.
pub(super) fn doubly_negated(schema: &Schema) -> Option<Schema> {
    let inner = alone(&schema.below(&["not"])?);
    (only_keyword(&inner)? == "not").then(|| inner.below(&["not"]))?
}

/// The schema that is meant: behind references, lists of one, and negations of negations.
pub(super) fn unwrapped(schema: &Schema) -> Schema {
    let mut at = alone(schema);
    for _ in 0..DEEPEST {
        let meant = match only_keyword(&at) {
            Some("not") => doubly_negated(&at),
            _ => None,
        };
        match meant {
            Some(meant) => at = alone(&meant),
            None => break,
        }
    }
    at
}

/// The schema behind references and lists of one.
fn alone(schema: &Schema) -> Schema {
    let mut at = schema.resolved();
    for _ in 0..DEEPEST {
        let only = match only_keyword(&at) {
            Some(keyword @ ("allOf" | "anyOf" | "oneOf")) => {
                let list = at.value().get(keyword).and_then(Value::as_array);
                let list = list.into_iter().flatten().enumerate();
                // What anything is an instance of adds nothing to the others.
                let mut parts = list.filter(|(_, part)| keyword != "allOf" || !is_trivial(part));
                let first = parts.next().map(|(index, _)| index.to_string());
                let is_one = parts.next().is_none();
                first
                    .filter(|_| is_one)
                    .and_then(|index| at.below(&[keyword, &index]))
            }
            _ => None,
        };
        match only {
            Some(only) => at = only.resolved(),
            None => break,
        }
    }
    at
}

/// The keyword that decides, where it is the only one.
fn only_keyword(schema: &Schema) -> Option<&str> {
    let keywords = schema.value().as_object()?;
    let mut decisive = keywords
        .keys()
        .filter(|keyword| is_decisive(keywords, keyword));
    let only = decisive.next()?;
    decisive.next().is_none().then_some(only)
}
