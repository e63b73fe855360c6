//! Lifting: schemas of older dialects, and what `readOnly`/`writeOnly` mean in one direction, written
//! as JSON Schema 2020-12.
//!
//! Only the members of schemas change. Those that have another name in 2020-12 move, and so do those
//! that mean nothing in their own dialect but have schemas in them that references lead to; see
//! [`moves`]. References come out in one form (`proofmark://document/N#/view/pointer`); schemas that
//! cannot be used get a reference that leads nowhere, so that whatever needs them cannot be compiled.

mod draft;
mod format;
mod pattern;
mod shift;

use serde_json::{Map, Number, Value, json};

use super::declared::Declarations;
use super::fault::Faults;
use super::moves::Moves;
use super::survey::Survey;
use super::{Dialect, Direction, Formats, dialect_mix, keyword, reference, repeat};
use crate::document::Document;

pub(crate) use format::FORMAT_HINT;
pub(super) use pattern::judged;
pub(super) use shift::{is_plain_reference, moves};

/// The documents with their schemas lifted.
pub(super) fn lift(
    documents: &[(Document, Dialect)],
    survey: &Survey,
    declarations: &Declarations<'_>,
    moves: &Moves,
    faults: &Faults,
    formats: &Formats,
    direction: Direction,
) -> Vec<Value> {
    let mut views: Vec<Value> = documents
        .iter()
        .map(|(document, _)| document.value.clone())
        .collect();
    for place in &survey.schemas {
        let (number, pointer) = place;
        let Some((_, dialect)) = documents.get(*number) else {
            continue;
        };
        let node = views
            .get_mut(*number)
            .and_then(|view| view.pointer_mut(pointer.as_str()));
        let fault = faults
            .number(place)
            .map(|number| Value::String(reference::nowhere(number)));
        let schema = match (node, fault.is_some()) {
            (Some(Value::Object(schema)), _) => schema,
            (Some(other), true) => {
                *other = json!({ "$ref": fault });
                continue;
            }
            _ => continue,
        };
        if fault.is_some() {
            // The judge must come to the reference, and not stop at what is wrong.
            schema.retain(|keyword, value| keyword::breach(keyword, value).is_none());
        }
        repeat::strike(schema);
        let target = survey.targets.get(place);
        let reference = target.map(|target| {
            let (document, pointer) = &target.place;
            Value::String(reference::canonical(
                *document,
                &moves.lifted(*document, pointer),
            ))
        });
        let reference = fault.clone().or(reference);
        let is_reference = schema.get("$ref").is_some_and(Value::is_string);
        // What moves is still needed by other references.
        let keeps = |keyword: &str| moves.keeps(place, keyword);
        if dialect.ignores_siblings() && is_reference {
            schema.retain(|keyword, _| keyword == "$ref" || keeps(keyword));
        }
        match dialect {
            Dialect::OpenApi30 => lift_openapi_30(schema, &keeps),
            Dialect::Draft202012 | Dialect::OpenApi31 => lift_2020_12(*dialect, schema),
            older => draft::lift(*older, schema, &keeps),
        }
        if let Some(reference) = reference {
            // A dynamic reference that can mean one schema only is a plain one.
            for keyword in ["$dynamicRef", "$recursiveRef"] {
                schema.shift_remove(keyword);
            }
            schema.insert("$ref".to_owned(), reference);
        }
        if let Some(Value::Array(required)) = schema.get_mut("required") {
            required.retain(|name| {
                name.as_str()
                    .is_none_or(|name| !declarations.is_absent(place, name, direction))
            });
        }
        lift_counts(schema);
        pattern::lift(schema);
        format::lift(*dialect, schema, formats);
    }
    shift::apply(moves, &mut views);
    views
}

/// What identifies schemas: every reference is canonical, so nothing needs them any more, and
/// none of them can change what a reference means.
const IDENTIFIERS: [&str; 6] = [
    "$id",
    "$schema",
    "$anchor",
    "$dynamicAnchor",
    "$vocabulary",
    "$recursiveAnchor",
];

fn remove_identifiers(schema: &mut Map<String, Value>) {
    for identifier in IDENTIFIERS {
        schema.shift_remove(identifier);
    }
}

fn lift_2020_12(dialect: Dialect, schema: &mut Map<String, Value>) {
    remove_mixes(dialect, schema, &|_| false);
    remove_identifiers(schema);
}

/// Takes away the keywords that do not belong to the dialect.
fn remove_mixes(dialect: Dialect, schema: &mut Map<String, Value>, keeps: &dyn Fn(&str) -> bool) {
    for mix in dialect_mix::mixes(dialect, schema) {
        if !mix.has_effect && !keeps(mix.keyword) {
            schema.shift_remove(mix.keyword);
        }
    }
}

fn lift_openapi_30(schema: &mut Map<String, Value>, keeps: &dyn Fn(&str) -> bool) {
    remove_mixes(Dialect::OpenApi30, schema, keeps);
    remove_identifiers(schema);
    for keyword in ["id", "examples"] {
        schema.shift_remove(keyword);
    }
    let nullable = schema.shift_remove("nullable") == Some(Value::Bool(true));
    let name = schema
        .get("type")
        .and_then(Value::as_str)
        .map(str::to_owned);
    if let Some(name) = name.filter(|name| nullable && name != "null") {
        // OAS 3.0.4 section 4.7.24.2: `nullable` widens the `type` that stands beside it, and nothing
        // else: an `enum` still says whether null is among its values.
        schema.insert("type".to_owned(), json!([name, "null"]));
    }
    lift_exclusive_flags(schema);
}

/// Writes a limit with a flag beside it as an exclusive limit.
fn lift_exclusive_flags(schema: &mut Map<String, Value>) {
    for (bound, exclusive) in [
        ("minimum", "exclusiveMinimum"),
        ("maximum", "exclusiveMaximum"),
    ] {
        let Some(Value::Bool(is_exclusive)) = schema.get(exclusive) else {
            continue;
        };
        let limit = if *is_exclusive {
            schema.shift_remove(bound)
        } else {
            None
        };
        match limit {
            Some(limit) => schema.insert(exclusive.to_owned(), limit),
            None => schema.shift_remove(exclusive),
        };
    }
}

/// Writes counts such as `2.0` and `1e1` as integers.
fn lift_counts(schema: &mut Map<String, Value>) {
    for (keyword, value) in schema.iter_mut() {
        let Value::Number(number) = value else {
            continue;
        };
        if number.as_u64().is_some() || !keyword::is_counting(keyword) {
            continue;
        }
        let whole = number.as_f64().filter(|number| number.fract() == 0.0);
        if let Some(whole) = whole.filter(|whole| (0.0..1e15).contains(whole)) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "whole, positive and far below the limit"
            )]
            let count = whole as u64;
            *value = Value::Number(Number::from(count));
        }
    }
}
