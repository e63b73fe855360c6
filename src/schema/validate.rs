//! Judging instances: the `jsonschema` crate behind a face that speaks of our documents.

use std::fmt;
use std::sync::Arc;

use jsonschema::error::ValidationErrorKind;
use jsonschema::json::Json;
use jsonschema::{Draft, PatternOptions, Retrieve, ValidationError, ValidationOptions};
use serde_json::{Value, json};

use super::Schema;
use super::base64::is_base64;
use super::reference::{self, uri};
use super::times::{is_date, is_date_time, is_time};
use crate::document::{Location, Pointer};

/// The documents of a set as `jsonschema` looks them up.
pub(super) type Registry = jsonschema::Registry<'static>;

/// A schema that cannot be compiled.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct SchemaError {
    /// What is wrong, a lower-case fragment.
    pub message: String,
    /// The schema, or the node in it that is at fault.
    pub location: Option<Location>,
}

/// A compiled schema. Formats are asserted; unknown formats are ignored.
pub struct Validator {
    schema: Schema,
    compiled: Arc<jsonschema::Validator>,
}

/// One way in which an instance breaks a schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    /// The keyword that is broken, for example `required`.
    pub keyword: String,
    /// The node of the instance that breaks it.
    pub instance: Pointer,
    /// The keyword's place in the document, after references.
    pub schema: Location,
    /// What is wrong, with values of the instance in it.
    pub message: String,
    /// What is wrong, without any value of the instance: fit for outputs that may be published.
    pub masked: String,
    /// The `oneOf` keywords that more than one branch matches, if nothing else is wrong; otherwise
    /// empty. Of `anyOf`, and of `oneOf` that no branch matches, those of a branch with no other fault.
    pub overlaps: Vec<Location>,
    /// Whether the keyword counts only because the instance fulfils a condition: it stands below `then`,
    /// `else` or `dependentSchemas`.
    pub conditional: bool,
}

/// Keywords whose schemas count under a condition.
const CONDITIONAL: [&str; 3] = ["then", "else", "dependentSchemas"];

/// How large a compiled pattern may be, in bytes. `^.{0,262144}$` takes four times as much each time it
/// is compiled, which one line of a document must not cost whoever reads it.
pub(crate) const PATTERN_BYTES: usize = 64 << 20;

/// How deep unions within unions are looked into for branches that overlap.
const OVERLAP_DEPTH: usize = 8;

/// Builds the registry over the lifted documents.
pub(super) fn registry(views: &[Arc<Value>]) -> Result<Registry, SchemaError> {
    let mut builder = jsonschema::Registry::new().draft(Draft::Draft202012);
    for (number, view) in views.iter().enumerate() {
        builder = builder.add(uri(number), view.clone()).map_err(broken)?;
    }
    builder.prepare().map_err(broken)
}

fn broken(error: impl fmt::Display) -> SchemaError {
    SchemaError {
        message: error.to_string(),
        location: None,
    }
}

fn is_dependent_required(pointer: &Pointer) -> bool {
    pointer.last().as_deref() == Some("dependentRequired")
}

/// How everything is compiled.
fn options<'a>() -> ValidationOptions<'a> {
    options_for()
}

/// How everything is compiled, for any representation of instances.
fn options_for<'a, F: Json>() -> ValidationOptions<'a, Arc<dyn Retrieve>, F> {
    jsonschema::options_for::<F>()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        // OpenAPI Format Registry; where a dialect does not know it, it is lifted under another name.
        .with_format("byte", is_base64)
        .with_format("date", is_date)
        .with_format("time", is_time)
        .with_format("date-time", is_date_time)
        .with_pattern_options(PatternOptions::fancy_regex().size_limit(PATTERN_BYTES))
}

/// Why a `pattern` cannot be compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unusable {
    /// It is not a regular expression of ECMA 262.
    Malformed,
    /// It is one, but what it compiles to exceeds [`PATTERN_BYTES`].
    TooLarge,
    /// It is one, in syntax that the regular expression engine does not know.
    Unsupported,
}

/// Why a `pattern` cannot be compiled; `None` if it can.
pub(super) fn unusable(pattern: &str) -> Option<Unusable> {
    if options().build(&json!({ "pattern": pattern })).is_ok() {
        return None;
    }
    let translated = jsonschema_regex::to_rust_regex(pattern).ok();
    // What the engine can read it can compile, unless that takes too much.
    let is_read = translated.is_some_and(|pattern| regex_syntax::parse(&pattern).is_ok());
    Some(if is_read {
        Unusable::TooLarge
    } else if jsonschema_regex::is_valid_ecma_regex(pattern) {
        Unusable::Unsupported
    } else {
        Unusable::Malformed
    })
}

/// Compiles keywords that hold no schemas and no references exactly as they are compiled where they stand
/// in a document. An error if they cannot be.
pub(crate) fn compile_keywords<F: Json>(
    keywords: &Value,
) -> Result<jsonschema::Validator<F>, SchemaError> {
    options_for().build(keywords).map_err(broken)
}

/// Compiles a schema for a representation of instances.
pub(super) fn compile<F: Json>(
    registry: &Registry,
    schema: &Schema,
) -> Result<jsonschema::Validator<F>, SchemaError> {
    // Where no schema stands, every instance is valid.
    let entry = if schema.is_absent() {
        Value::Bool(true)
    } else {
        json!({ "$ref": reference::canonical(schema.document(), schema.pointer()) })
    };
    options_for()
        .with_registry(registry)
        .with_base_uri("proofmark://entry")
        .build(&entry)
        .map_err(|error| {
            let message = error.to_string();
            let fault = reference::fault(&message).and_then(|number| schema.set().fault(number));
            fault.cloned().unwrap_or_else(|| SchemaError {
                message,
                location: Some(schema.location()),
            })
        })
}

impl Validator {
    pub(super) fn new(schema: &Schema, compiled: Arc<jsonschema::Validator>) -> Self {
        Self {
            schema: schema.clone(),
            compiled,
        }
    }

    /// Whether the instance is valid.
    pub fn is_valid(&self, instance: &Value) -> bool {
        self.compiled.is_valid(instance)
    }

    /// Every way in which the instance is invalid; empty when it is valid.
    pub fn violations(&self, instance: &Value) -> Vec<Violation> {
        self.compiled
            .iter_errors(instance)
            .map(|error| self.violation(&error))
            .collect()
    }

    /// The first ways in which the instance is invalid, at most so many.
    pub fn first_violations(&self, instance: &Value, limit: usize) -> Vec<Violation> {
        self.compiled
            .iter_errors(instance)
            .take(limit)
            .map(|error| self.violation(&error))
            .collect()
    }

    /// The first way in which the instance is invalid.
    pub fn first_violation(&self, instance: &Value) -> Option<Violation> {
        self.compiled
            .iter_errors(instance)
            .next()
            .map(|error| self.violation(&error))
    }

    fn violation(&self, error: &jsonschema::ValidationError<'_>) -> Violation {
        let place = self.place(error);
        let mut violation = Violation {
            keyword: error.kind().keyword().to_owned(),
            instance: error.instance_path().as_str().parse().unwrap_or_default(),
            schema: self.schema.location(),
            message: error.to_string(),
            masked: error.masked().to_string(),
            overlaps: self.overlaps(error, 0),
            conditional: error
                .evaluation_path()
                .as_str()
                .split('/')
                .any(|token| CONDITIONAL.contains(&token)),
        };
        let Some((view, pointer)) = place else {
            return violation;
        };
        let set = self.schema.set();
        violation.schema = set.location(view, &pointer);
        if let Some(limit @ ("minContains" | "maxContains")) = pointer.last().as_deref() {
            // Reported as `contains`, whose limits they are.
            limit.clone_into(&mut violation.keyword);
        }
        if let ("exclusiveMinimum" | "exclusiveMaximum", Some(bound @ ("minimum" | "maximum"))) = (
            &*violation.keyword,
            violation.schema.pointer.last().as_deref(),
        ) {
            // The keyword is a flag there, and what it makes stricter is the bound.
            bound.clone_into(&mut violation.keyword);
        }
        if let Some(keyword) = pointer.parent().filter(is_dependent_required) {
            // Reported as `required` at the number of the missing name, whatever it depends on.
            violation.schema = set.location(view, &keyword);
            let written = violation.schema.pointer.last();
            violation.keyword = written.unwrap_or_default().into_owned();
        }
        if let Some("minLength" | "maxLength") = pointer.last().as_deref()
            && set.written(view, &pointer).is_none()
        {
            // Lifted from a pattern of lengths.
            let at = pointer.parent().unwrap_or_default().join("pattern");
            "pattern".clone_into(&mut violation.keyword);
            violation.schema = set.location(view, &at);
        }
        if pointer.last().as_deref() == Some("format") && set.written(view, &pointer).is_none() {
            // Lifted from the encoding.
            let at = pointer.parent().unwrap_or_default().join("contentEncoding");
            "contentEncoding".clone_into(&mut violation.keyword);
            violation.schema = set.location(view, &at);
            violation.message = format!("{} is not base64", error.instance());
            "value is not base64".clone_into(&mut violation.masked);
        }
        if let Some((format, at)) = self.lifted_format(view, &pointer) {
            "format".clone_into(&mut violation.keyword);
            violation.schema = set.location(view, &at);
            violation.message = format!("{} is not an `{format}`", error.instance());
            violation.masked = format!("value is not an `{format}`");
        }
        violation
    }

    fn overlaps(&self, error: &ValidationError<'_>, depth: usize) -> Vec<Location> {
        match error.kind() {
            ValidationErrorKind::OneOfMultipleValid { .. } => {
                let place = self.place(error);
                let location = place.map(|(view, at)| self.schema.set().location(view, &at));
                location.into_iter().collect()
            }
            ValidationErrorKind::AnyOf { context }
            | ValidationErrorKind::OneOfNotValid { context }
                if depth < OVERLAP_DEPTH =>
            {
                let branches = context.iter().map(|errors| {
                    let found = errors.iter().map(|error| self.overlaps(error, depth + 1));
                    let found: Vec<Vec<Location>> = found.collect();
                    if found.iter().any(Vec::is_empty) {
                        Vec::new()
                    } else {
                        found.concat()
                    }
                });
                let mut branches = branches.filter(|found| !found.is_empty());
                branches.next().unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    /// The view and the pointer of the keyword that an error is about.
    fn place(&self, error: &ValidationError<'_>) -> Option<(usize, Pointer)> {
        error
            .absolute_keyword_location()
            .and_then(|uri| reference::parse_canonical(self.schema.document(), uri.as_str()))
            .filter(|(view, _)| self.schema.set().has_view(*view))
    }

    /// The format, and its place, that a `minimum`, `maximum` or `pattern` was lifted from: the author
    /// wrote the format and not the bound or the pattern.
    fn lifted_format(&self, view: usize, keyword: &Pointer) -> Option<(&str, Pointer)> {
        if !matches!(
            keyword.last().as_deref(),
            Some("minimum" | "maximum" | "pattern")
        ) {
            return None;
        }
        let set = self.schema.set();
        let lifted = set.view(view, self.schema.direction());
        let written = set.written(view, keyword);
        let is_own = keyword.last().as_deref() == Some("pattern") && written.is_some();
        if is_own || lifted.pointer(keyword.as_str()) == written {
            return None;
        }
        let at = keyword.parent()?.join("format");
        let format = lifted.pointer(at.as_str())?.as_str()?;
        Some((format, at))
    }
}

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Validator({})", self.schema.location())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Dialect, SchemaSet};
    use crate::document::Document;

    #[test]
    fn overlapping_branches_are_told_from_branches_that_do_not_match() {
        let text = "properties:\n  a: {$ref: '#/$defs/wrapper'}\n  b:\n    anyOf: [{type: 'null'}, {type: array, items: {$ref: '#/$defs/wrapper'}}]\n$defs:\n  wrapper:\n    type: object\n    oneOf: [{properties: {x: {type: string}}}, {properties: {y: {type: string}}}]\n";
        let schema = SchemaSet::of_schema(
            Document::parse("s.yaml", text).unwrap(),
            Dialect::Draft202012,
        );
        let validator = schema.validator().unwrap();
        let at = |instance| {
            let violation = validator.first_violation(&instance).unwrap();
            let overlaps = violation.overlaps.iter().map(ToString::to_string);
            overlaps.collect::<Vec<_>>()
        };
        assert_eq!(at(serde_json::json!({"a": {}})), ["s.yaml:8:5"]);
        assert_eq!(at(serde_json::json!({"b": [{"x": "1"}]})), ["s.yaml:8:5"]);
        assert!(at(serde_json::json!({"a": {"x": 1, "y": 1}})).is_empty());
        assert!(at(serde_json::json!({"b": [{}, 1]})).is_empty());
        assert!(at(serde_json::json!({"a": 1})).is_empty());
    }

    #[test]
    fn a_violation_names_keyword_instance_and_place_behind_references() {
        let text = "$ref: '#/$defs/a%20b'\n$defs:\n  a b:\n    required: [id]\n    properties:\n      id: {type: string, format: uuid}\n";
        let schema = SchemaSet::of_schema(
            Document::parse("s.yaml", text).unwrap(),
            Dialect::Draft202012,
        );
        let validator = schema.validator().unwrap();
        let missing = validator.first_violation(&serde_json::json!({})).unwrap();
        assert_eq!(missing.keyword, "required");
        assert_eq!(missing.schema.to_string(), "s.yaml:4:5");
        let wrong = validator
            .first_violation(&serde_json::json!({"id": "x"}))
            .unwrap();
        assert_eq!(
            (&*wrong.keyword, wrong.instance.as_str()),
            ("format", "/id")
        );
        assert_eq!(wrong.schema.to_string(), "s.yaml:6:26");
    }

    #[test]
    fn the_limits_of_contains_are_keywords_of_their_own() {
        let text = "contains: {const: 1}\nminContains: 2\nmaxContains: 2\n";
        for dialect in [Dialect::Draft201909, Dialect::Draft202012] {
            let document = Document::parse("s.yaml", text).unwrap();
            let schema = SchemaSet::of_schema(document, dialect);
            let validator = schema.validator().unwrap();
            for (instance, keyword, place) in [
                (serde_json::json!([1]), "minContains", "s.yaml:2:1"),
                (serde_json::json!([1, 1, 1]), "maxContains", "s.yaml:3:1"),
            ] {
                let violation = validator.first_violation(&instance).unwrap();
                assert_eq!(violation.keyword, keyword);
                assert_eq!(violation.schema.to_string(), place);
            }
        }
        let document = Document::parse("s.yaml", "contains: {const: 1}\n").unwrap();
        let schema = SchemaSet::of_schema(document, Dialect::Draft202012);
        let validator = schema.validator().unwrap();
        let violation = validator.first_violation(&serde_json::json!([])).unwrap();
        assert_eq!(violation.keyword, "contains");
    }

    #[test]
    fn what_a_condition_asks_for_is_told_from_what_always_counts() {
        let text = "$ref: '#/$defs/a'\nrequired: [id]\n$defs:\n  a:\n    if: {properties: {kind: {const: x}}}\n    then: {$ref: '#/$defs/b'}\n  b: {required: [x]}\n";
        let schema = SchemaSet::of_schema(
            Document::parse("s.yaml", text).unwrap(),
            Dialect::Draft202012,
        );
        let violations = schema
            .validator()
            .unwrap()
            .violations(&serde_json::json!({}));
        let found = violations
            .iter()
            .map(|one| (one.schema.to_string(), one.conditional));
        let mut found: Vec<_> = found.collect();
        found.sort();
        assert_eq!(
            found,
            [("s.yaml:2:1".into(), false), ("s.yaml:7:7".into(), true)]
        );
    }

    #[test]
    fn what_was_compiled_goes_with_its_documents() {
        let document = Document::parse("s.yaml", "type: string").unwrap();
        let schema = SchemaSet::of_schema(document, Dialect::Draft202012);
        assert!(schema.validator().unwrap().is_valid(&"x".into()));
        let set = std::sync::Arc::downgrade(schema.set());
        drop(schema);
        assert!(set.upgrade().is_none());
    }
}
