//! Consistency: whether the schemas that operations use have instances at all, and whether branches
//! that exclude each other can be told apart.

use std::collections::BTreeSet;

use super::Spec;
use super::clash::clash;
use crate::code::Code;
use crate::document::{Diagnostic, Pointer};
use crate::generate::{Budget, Overlap, contradiction, overlap};
use crate::schema::{Place, Schema};

/// The longest witness that is shown, in characters.
const SHOWN: usize = 80;

/// What is wrong with the schemas that operations use (PM708 and PM712), each once.
pub(super) fn defects(spec: &Spec) -> Vec<Diagnostic> {
    let mut budget = Budget::of_document();
    let mut found = Vec::new();
    let roots = roots(spec);
    let mut looked = BTreeSet::new();
    for schema in &roots {
        let schema = schema.resolved();
        if looked.insert((schema.document(), schema.pointer().clone())) {
            found.extend(unsatisfiable(&schema, &mut budget));
        }
    }
    for schema in reachable(spec, &roots) {
        found.extend(overlapping(&schema, &mut budget));
    }
    found
}

/// The schemas of parameters, bodies and headers.
fn roots(spec: &Spec) -> Vec<Schema> {
    let mut found = Vec::new();
    for operation in spec.operations.values() {
        let parameters = operation.parameters.iter();
        found.extend(parameters.map(|parameter| parameter.schema.clone()));
        let bodies = operation.body.iter().flat_map(|body| body.content.values());
        found.extend(bodies.filter_map(|media| media.schema.clone()));
        for response in operation.responses.0.values() {
            let bodies = response.content.values();
            found.extend(bodies.filter_map(|media| media.schema.clone()));
            let headers = response.headers.values();
            found.extend(headers.map(|header| header.schema.clone()));
        }
    }
    found
}

/// Every schema with a `oneOf` that the roots lead to, each once, in the direction in which it is met
/// first.
fn reachable(spec: &Spec, roots: &[Schema]) -> Vec<Schema> {
    let mut places: Vec<&Place> = spec.schemas.places().collect();
    places.sort_by(|one, other| (one.0, one.1.as_str()).cmp(&(other.0, other.1.as_str())));
    let mut seen: BTreeSet<(usize, Pointer)> = BTreeSet::new();
    let mut found = Vec::new();
    let mut pending: Vec<Schema> = roots.iter().rev().cloned().collect();
    while let Some(root) = pending.pop() {
        let key = (root.document(), root.pointer().clone());
        if seen.contains(&key) {
            continue;
        }
        let prefix = format!("{}/", root.pointer());
        let first = places.partition_point(|(document, pointer)| {
            (*document, pointer.as_str()) < (root.document(), &*prefix)
        });
        let below = places.iter().skip(first).take_while(|(document, pointer)| {
            *document == root.document() && pointer.as_str().starts_with(&prefix)
        });
        let schemas = below
            .map(|(document, pointer)| spec.schemas.schema(*document, pointer, root.direction()));
        for schema in std::iter::once(root.clone()).chain(schemas) {
            if !seen.insert((schema.document(), schema.pointer().clone())) {
                continue;
            }
            let reference = schema.value().get("$ref").and_then(|text| text.as_str());
            pending.extend(reference.and_then(|reference| schema.follow(reference)));
            if schema.value().get("oneOf").is_some() {
                found.push(schema);
            }
        }
    }
    found
}

fn unsatisfiable(schema: &Schema, budget: &mut Budget) -> Option<Diagnostic> {
    let reason = contradiction(schema, budget)?;
    let (schema, reason) = innermost(schema.clone(), reason, budget);
    // A schema that is `false` says so itself.
    if schema.value().is_boolean() {
        return None;
    }
    let reason = clash(schema.value()).unwrap_or(reason);
    let message = format!("no instance satisfies the schema: {reason}");
    Some(Diagnostic::new(
        Code::UNSATISFIABLE_SCHEMA,
        schema.location(),
        message,
    ))
}

/// The part of a schema that has no instance, if what it is required for has none for that reason.
fn innermost(mut schema: Schema, mut reason: String, budget: &mut Budget) -> (Schema, String) {
    for _ in 0..16 {
        let value = schema.value();
        let required = value.get("required").and_then(|names| names.as_array());
        let names = required
            .into_iter()
            .flatten()
            .filter_map(|name| name.as_str());
        let members = names.filter_map(|name| schema.below(&["properties", name]));
        let count = value
            .get("allOf")
            .and_then(|parts| parts.as_array())
            .map_or(0, Vec::len);
        let parts = (0..count).filter_map(|part| schema.below(&["allOf", &part.to_string()]));
        let items = value.get("minItems").and_then(|_| schema.below(&["items"]));
        let inner = members.chain(parts).chain(items).find_map(|part| {
            let part = part.resolved();
            // That `false` allows nothing is no mistake; to ask for something there is.
            if part.value().is_boolean() {
                return None;
            }
            let reason = contradiction(&part, budget)?;
            Some((part, reason))
        });
        match inner {
            Some((part, why)) if part != schema => (schema, reason) = (part, why),
            _ => break,
        }
    }
    (schema, reason)
}

fn overlapping(schema: &Schema, budget: &mut Budget) -> Option<Diagnostic> {
    let Overlap { branches, witness } = overlap(schema, budget)?;
    let location = schema
        .set()
        .document(schema.document())
        .location(&schema.pointer().join("oneOf"));
    let text = witness.to_string();
    let shown = if text.chars().count() <= SHOWN {
        text
    } else {
        text.chars().take(SHOWN - 1).chain(['…']).collect()
    };
    let (one, other) = branches;
    let message = format!(
        "branches {one} and {other} of `oneOf` both match `{shown}`, so that it is not valid"
    );
    Some(
        Diagnostic::new(Code::OVERLAPPING_BRANCHES, location, message).with_hint(
            "use `anyOf`, require the member that names the branch, or tell branches apart by a `const`",
        ),
    )
}
