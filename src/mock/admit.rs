//! Admission: whether a request keeps the document, and what it says.

use indexmap::IndexMap;
use serde_json::Value;

use super::behaviour::Source;
use super::fault::{Fault, Injection};
use super::refusal::{Problem, Refusal};
use super::store::place;
use crate::http::Request;
use crate::schema::Schema;
use crate::spec::{MediaType, Operation, Place, RequestBody};
use crate::wire::{self, MediaRange, WireError};

/// How many violations of a body are told.
const MOST_PROBLEMS: usize = 10;

/// A request that keeps the document, as values.
#[derive(Debug, Clone)]
pub(super) struct Admitted<'a> {
    /// The operation.
    pub(super) operation: &'a Operation,
    /// The values of the parameters; of those that were not sent the declared default.
    pub(super) parameters: IndexMap<(Place, String), Value>,
    /// The body, if one was sent and the operation takes one.
    pub(super) body: Option<Value>,
}

impl Admitted<'_> {
    /// The value that a source names. `item` is the item at hand inside a group.
    pub(super) fn value<'a>(
        &'a self,
        source: &'a Source,
        item: Option<&'a Value>,
    ) -> Option<&'a Value> {
        let (place, name) = match source {
            Source::Path(name) => (Place::Path, name),
            Source::Query(name) => (Place::Query, name),
            Source::Header(name) => (Place::Header, name),
            Source::Cookie(name) => (Place::Cookie, name),
            Source::Body(at) => return place::find(self.body.as_ref()?, at),
            Source::Item(at) => return place::find(item?, at),
            Source::Value(value) => return Some(value),
        };
        let parameter = self.operation.parameter(place, name)?;
        self.parameters.get(&(place, parameter.name.clone()))
    }

    /// The value of a path parameter.
    pub(super) fn path(&self, name: &str) -> Option<&Value> {
        self.parameters.get(&(Place::Path, name.to_owned()))
    }
}

/// Reads and judges a request to an operation. All defects of the parameters are told together,
/// those of the body after them.
pub(super) fn admit<'a>(
    operation: &'a Operation,
    request: &Request,
    injection: &Injection,
) -> Result<Admitted<'a>, Refusal> {
    let parameters = parameters(operation, request, injection)?;
    let body = match &operation.body {
        Some(body) => read_body(body, request, injection)?,
        None => None,
    };
    Ok(Admitted {
        operation,
        parameters,
        body,
    })
}

fn parameters(
    operation: &Operation,
    request: &Request,
    injection: &Injection,
) -> Result<IndexMap<(Place, String), Value>, Refusal> {
    let received = wire::Received::new(operation, request);
    let mut values = IndexMap::new();
    let mut problems = Vec::new();
    for parameter in &operation.parameters {
        let input = format!("{} parameter `{}`", parameter.place, parameter.name);
        let key = (parameter.place, parameter.name.clone());
        match wire::parameter_readings(parameter, &received) {
            Ok(Some(readings)) => match accept(&parameter.schema, readings) {
                Ok(Some(value)) => {
                    values.insert(key, value);
                }
                Ok(None) => {}
                Err((value, _)) if value == "" && parameter.allows_empty() => {}
                Err((value, violations)) => {
                    if injection.is(Fault::AcceptsInvalidParameters) {
                        values.insert(key, value);
                    } else {
                        problems.extend(
                            violations
                                .iter()
                                .map(|violation| Problem::violation(&input, violation)),
                        );
                    }
                }
            },
            // A parameter in a form that nothing is known about is let in unread.
            Err(WireError::Unsupported(_)) => {}
            Err(_) if injection.is(Fault::AcceptsInvalidParameters) => {}
            Err(error) => problems
                .push(Problem::new(input, "style", error.to_string()).at(&parameter.location)),
            Ok(None) => {
                // A path parameter that the template does not name cannot be sent.
                let owed = parameter.required && parameter.place != Place::Path;
                if let Some(default) = parameter.schema.resolved().value().get("default") {
                    values.insert(key, default.clone());
                } else if owed && !injection.is(Fault::AcceptsMissingParameters) {
                    problems.push(
                        Problem::new(input, "required", "it is missing").at(&parameter.location),
                    );
                }
            }
        }
    }
    if problems.is_empty() {
        Ok(values)
    } else {
        Err(Refusal::invalid(problems))
    }
}

/// The reading that the schema accepts, the first one if it cannot be compiled; else the first
/// reading with what is wrong about it.
fn accept(
    schema: &Schema,
    readings: Vec<Value>,
) -> Result<Option<Value>, (Value, Vec<crate::schema::Violation>)> {
    let Ok(validator) = schema.validator() else {
        return Ok(readings.into_iter().next());
    };
    if let Some(valid) = readings.iter().find(|value| validator.is_valid(value)) {
        return Ok(Some(valid.clone()));
    }
    match readings.into_iter().next() {
        Some(first) => {
            let mut violations = validator.violations(&first);
            violations.truncate(MOST_PROBLEMS);
            Err((first, violations))
        }
        None => Ok(None),
    }
}

fn read_body(
    declared: &RequestBody,
    request: &Request,
    injection: &Injection,
) -> Result<Option<Value>, Refusal> {
    let content_type = request.header("content-type");
    let bytes = request.body.as_deref().unwrap_or_default();
    if bytes.is_empty() && (content_type.is_none() || request.body.is_none() || !declared.required)
    {
        if declared.required && !injection.is(Fault::AcceptsMissingBody) {
            let problem = Problem::new("body", "required", "it is missing");
            return Err(Refusal::invalid(vec![problem.at(&declared.location)]));
        }
        return Ok(None);
    }
    let media = content_type
        .and_then(|text| MediaRange::parse(text).ok())
        .filter(|range| !range.is_range())
        .and_then(|range| wire::best_match(declared.content.keys().map(String::as_str), &range))
        .and_then(|name| declared.content.get(name));
    let (Some(media), Some(content_type)) = (media, content_type) else {
        if injection.is(Fault::AcceptsAnyMediaType) {
            return Ok(None);
        }
        return Err(unsupported(declared, content_type));
    };
    match wire::body_readings(content_type, media, bytes) {
        Ok(readings) => judge_body(media, readings, injection),
        Err(WireError::Unsupported(_)) => Ok(None),
        Err(_) if injection.is(Fault::AcceptsMalformedBody) => Ok(None),
        Err(error) => Err(Refusal::new(
            400,
            "malformed_body",
            format!("the body cannot be read as `{content_type}`: {error}"),
        )),
    }
}

fn judge_body(
    media: &MediaType,
    readings: Vec<Value>,
    injection: &Injection,
) -> Result<Option<Value>, Refusal> {
    let Some(schema) = &media.schema else {
        return Ok(readings.into_iter().next());
    };
    match accept(schema, readings) {
        Ok(value) => Ok(value),
        Err((value, _)) if injection.is(Fault::AcceptsInvalidBody) => Ok(Some(value)),
        Err((_, violations)) => Err(Refusal::invalid(
            violations
                .iter()
                .map(|violation| Problem::violation("body", violation))
                .collect(),
        )),
    }
}

fn unsupported(declared: &RequestBody, content_type: Option<&str>) -> Refusal {
    let known: Vec<&str> = declared.content.keys().map(String::as_str).collect();
    let known = known.join(", ");
    let message = match content_type {
        Some(content_type) => {
            format!("the body is sent as `{content_type}`, which is not one of: {known}")
        }
        None => format!("the body is sent without `Content-Type`; it is one of: {known}"),
    };
    // RFC 9110 section 15.5.16: `Accept` may say what would have been accepted.
    Refusal::new(415, "unsupported_media_type", message).with_header("accept", known)
}
