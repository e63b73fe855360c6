//! The set algebra of schemas: their canonical form, and judges of parts of it.
//!
//! The one place that knows the experimental `jsonschema::canonical`; all others see [`Canonical`].

use std::sync::OnceLock;

use jsonschema::canonical::{CanonicalKind, CanonicalView, options};
use jsonschema::{Draft, PatternOptions};
use serde_json::{Map, Value, json};

use crate::schema::PATTERN_BYTES;

/// A schema in canonical form: what instances it accepts, without how that was written.
pub(super) type Canonical = jsonschema::canonical::CanonicalSchema;

/// Keywords that are left out, in this order, when the canonical form cannot express a schema. What
/// is left accepts more, so that the validator has to filter.
const RELAXED: [&str; 14] = [
    "$dynamicRef",
    "unevaluatedProperties",
    "unevaluatedItems",
    "then",
    "else",
    "if",
    "not",
    "contains",
    "dependentSchemas",
    "oneOf",
    "propertyNames",
    "patternProperties",
    "uniqueItems",
    "anyOf",
];

/// The canonical form of a schema that stands for itself. Where it cannot be expressed the form of
/// a schema that accepts more. The error says why there is none at all.
pub(super) fn canonical(schema: Value) -> Result<Canonical, String> {
    canonical_at(schema, "")
}

/// As [`canonical`], for the schema at a pointer of a document.
pub(super) fn canonical_at(mut document: Value, pointer: &str) -> Result<Canonical, String> {
    for _ in 0..64 {
        let found = canonicalize(&document, pointer)?;
        let CanonicalView::Raw(raw) = found.view() else {
            return Ok(found);
        };
        let relaxed = match raw.pointer.as_deref() {
            Some(pointer) => document.pointer_mut(pointer).is_some_and(relax),
            None => false,
        };
        if !relaxed && !relax_anywhere(&mut document) {
            return Err(format!(
                "the schema cannot be analysed ({})",
                raw.reason.as_str()
            ));
        }
    }
    Err("the schema cannot be analysed".to_owned())
}

/// Only what both accept; `None` where that cannot be expressed.
pub(super) fn intersect(one: &Canonical, other: &Canonical) -> Option<Canonical> {
    one.intersect(other)
        .ok()
        .filter(|found| found.kind() != CanonicalKind::Raw)
}

/// What `one` accepts and `other` does not; `None` where that cannot be expressed.
pub(super) fn subtract(one: &Canonical, other: &Canonical) -> Option<Canonical> {
    one.subtract(other)
        .ok()
        .filter(|found| found.kind() != CanonicalKind::Raw)
}

/// The canonical form of a small schema without references.
pub(super) fn small(schema: &Value) -> Option<Canonical> {
    canonicalize(schema, "")
        .ok()
        .filter(|found| found.kind() != CanonicalKind::Raw)
}

/// The schema that chains of references without siblings end at.
pub(super) fn followed(schema: &Canonical) -> Canonical {
    let mut found = schema.clone();
    for _ in 0..64 {
        let CanonicalView::Reference(uri) = found.view() else {
            break;
        };
        match found.definition(&uri) {
            Some(next) => found = next,
            None => break,
        }
    }
    found
}

fn canonicalize(document: &Value, pointer: &str) -> Result<Canonical, String> {
    options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .with_pattern_options(PatternOptions::fancy_regex().size_limit(PATTERN_BYTES))
        .offline()
        .prepare(document)
        .and_then(|prepared| prepared.canonicalize_at(pointer))
        .map_err(|error| error.to_string())
}

fn relax(schema: &mut Value) -> bool {
    match schema {
        Value::Object(members) => {
            let found = RELAXED
                .iter()
                .find(|keyword| members.contains_key(**keyword));
            match found {
                Some(keyword) => members.shift_remove(*keyword).is_some(),
                None if members.is_empty() => false,
                None => {
                    *schema = Value::Object(Map::new());
                    true
                }
            }
        }
        _ => false,
    }
}

fn relax_anywhere(schema: &mut Value) -> bool {
    RELAXED.iter().any(|keyword| remove(schema, keyword, 0))
}

fn remove(value: &mut Value, keyword: &str, depth: usize) -> bool {
    match value {
        _ if depth > 512 => false,
        Value::Object(members) => {
            let here = members.shift_remove(keyword).is_some();
            members.values_mut().fold(here, |found, member| {
                remove(member, keyword, depth + 1) || found
            })
        }
        Value::Array(items) => {
            let found = items
                .iter_mut()
                .filter_map(|item| remove(item, keyword, depth + 1).then_some(()));
            found.count() > 0
        }
        _ => false,
    }
}

/// A judge of one node, compiled when it is first asked.
#[derive(Debug)]
pub(super) struct Check(OnceLock<Option<jsonschema::Validator>>, Option<Canonical>);

impl Check {
    /// A judge of a canonical schema.
    pub(super) fn new(schema: Canonical) -> Self {
        Self(OnceLock::new(), Some(schema))
    }

    /// A judge of strings: all patterns, none of the excluded ones, `min` to `max` characters.
    pub(super) fn all(
        patterns: &[String],
        excluded: &[String],
        min: usize,
        max: Option<usize>,
    ) -> Self {
        let matching = patterns.iter().map(|pattern| json!({ "pattern": pattern }));
        let barred = excluded
            .iter()
            .map(|pattern| json!({ "not": { "pattern": pattern } }));
        let mut rules: Vec<Value> = matching.chain(barred).collect();
        rules.push(json!({ "minLength": min }));
        rules.extend(max.map(|max| json!({ "maxLength": max })));
        Self(OnceLock::from(judge(&json!({ "allOf": rules }))), None)
    }

    /// Whether the node accepts the value. A node that cannot be compiled accepts everything: the
    /// instance as a whole is judged in the end.
    pub(super) fn accepts(&self, value: &Value) -> bool {
        self.0
            .get_or_init(|| judge(&self.1.as_ref()?.to_json_schema()))
            .as_ref()
            .is_none_or(|judge| judge.is_valid(value))
    }
}

/// Compiles a schema that stands for itself, with the same options as the validator's.
fn judge(schema: &Value) -> Option<jsonschema::Validator> {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .with_pattern_options(PatternOptions::fancy_regex().size_limit(PATTERN_BYTES))
        .build(schema)
        .ok()
}

/// A pattern to test names with, as the validator reads it.
#[derive(Debug)]
pub(super) struct Matcher(Option<jsonschema::Validator>);

impl Matcher {
    /// Compiles an ECMA 262 pattern.
    pub(super) fn new(pattern: &str) -> Self {
        Self(judge(&json!({ "pattern": pattern })))
    }

    /// Whether the pattern is found in the name.
    pub(super) fn matches(&self, name: &str) -> bool {
        self.0
            .as_ref()
            .is_some_and(|judge| judge.is_valid(&Value::String(name.to_owned())))
    }
}
