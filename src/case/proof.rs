//! Proofs: what a reader of a request, who has nothing but its bytes and the document, can hold
//! against it.

use serde_json::Value;

use crate::http::Request;
use crate::schema::Schema;
use crate::spec::{
    ApiKeyPlace, MediaType, Operation, Parameter, PathTemplate, Place, Segment, Spec,
};
use crate::wire::{Received, body_readings, declared, parameter_readings};

use super::encode::carries;
use super::{Defect, Intent, credentials};

/// A part of a request that breaks the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flaw {
    /// The parameter is missing, malformed, or breaks its schema in every reading.
    Parameter(Place, String),
    /// So is the body.
    Body,
    /// A parameter or the body matches several branches of a `oneOf` that cannot be told apart, and
    /// is valid otherwise.
    Ambiguity,
}

/// What a schema says about the readings of a value, of which the best counts.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Judgement {
    Valid,
    Ambiguous,
    Invalid,
}

fn judgement(spec: &Spec, schema: &Schema, readings: &[Value]) -> Judgement {
    let Ok(validator) = schema.validator() else {
        return Judgement::Valid;
    };
    if readings.iter().any(|value| validator.is_valid(value)) {
        return Judgement::Valid;
    }
    let judged = readings.iter().map(|value| {
        let violations = validator.violations(value);
        if violations.iter().all(|violation| spec.excuses(violation)) {
            Judgement::Ambiguous
        } else {
            Judgement::Invalid
        }
    });
    judged.min().unwrap_or(Judgement::Invalid)
}

/// Everything that breaks the document in a request to an operation.
pub(super) fn flaws(spec: &Spec, operation: &Operation, request: &Request) -> Vec<Flaw> {
    let received = Received::new(operation, request);
    let mut found = Vec::new();
    let mut is_ambiguous = false;
    for parameter in generated(spec, operation) {
        match parameter_judgement(spec, parameter, &received) {
            Judgement::Valid => {}
            Judgement::Ambiguous => is_ambiguous = true,
            Judgement::Invalid => {
                found.push(Flaw::Parameter(parameter.place, parameter.name.clone()));
            }
        }
    }
    match body_judgement(spec, operation, request) {
        Judgement::Valid => {}
        Judgement::Ambiguous => is_ambiguous = true,
        Judgement::Invalid => found.push(Flaw::Body),
    }
    if is_ambiguous {
        found.push(Flaw::Ambiguity);
    }
    found
}

/// Whether the strictest reader of a request sees the very violation that its intent names. A number
/// where a string is wanted, for example, arrives as a string: it may break the `format`, but not
/// the `type`.
pub(super) fn shows(operation: &Operation, request: &Request, intent: &Intent) -> bool {
    let (readings, schema, mutation) = match intent {
        Intent::Invalid(Defect::Parameter {
            place,
            name,
            mutation,
        }) => {
            let Some(parameter) = operation.parameter(*place, name) else {
                return false;
            };
            let received = Received::new(operation, request);
            let readings = parameter_readings(parameter, &received).ok().flatten();
            (readings, Some(&parameter.schema), mutation)
        }
        Intent::Invalid(Defect::Body(mutation)) => {
            let media = sent_media(operation, request);
            let readings = media.and_then(|(content_type, media)| {
                let bytes = request.body.as_deref().unwrap_or_default();
                body_readings(content_type, media, bytes).ok()
            });
            let schema = media.and_then(|(_, media)| media.schema.as_ref());
            (readings, schema, mutation)
        }
        _ => return true,
    };
    let strictest = readings.and_then(|readings| readings.into_iter().next());
    let (Some(value), Some(Ok(validator))) = (strictest, schema.map(Schema::validator)) else {
        return false;
    };
    let violations = validator.violations(&value);
    violations.iter().any(|violation| {
        violation.keyword == mutation.keyword && violation.schema == mutation.schema
    })
}

/// The `Content-Type` of a request and what the operation says about it.
fn sent_media<'a>(
    operation: &'a Operation,
    request: &'a Request,
) -> Option<(&'a str, &'a MediaType)> {
    let content_type = request.header("content-type")?;
    let content = &operation.body.as_ref()?.content;
    Some((content_type, declared(content, content_type)?))
}

/// Header fields that belong to the connection (RFC 9110 section 7.6.1) or to the framing of messages: the
/// transport sends them, and another value would break the connection.
const FRAMING: [&str; 10] = [
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Expect",
    "Host",
    "Keep-Alive",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
];

/// The parameters that hold values of our choice: all but those that carry credentials or belong to the
/// transport.
pub(super) fn generated<'a>(
    spec: &Spec,
    operation: &'a Operation,
) -> impl Iterator<Item = &'a Parameter> + use<'a> {
    let taken: Vec<(ApiKeyPlace, String)> = credentials::places(spec, operation);
    operation.parameters.iter().filter(move |parameter| {
        let frames = parameter.place == Place::Header
            && FRAMING
                .iter()
                .any(|name| parameter.name.eq_ignore_ascii_case(name));
        !frames
            && !taken
                .iter()
                .any(|(place, name)| carries(*place, name, parameter))
    })
}

fn parameter_judgement(spec: &Spec, parameter: &Parameter, received: &Received<'_>) -> Judgement {
    match parameter_readings(parameter, received) {
        Ok(Some(readings)) => judgement(spec, &parameter.schema, &readings),
        Ok(None) if !parameter.required => Judgement::Valid,
        Ok(None) | Err(_) => Judgement::Invalid,
    }
}

fn body_judgement(spec: &Spec, operation: &Operation, request: &Request) -> Judgement {
    let Some(declared) = &operation.body else {
        return Judgement::Valid;
    };
    let Some(bytes) = &request.body else {
        return if declared.required && takes_body(&request.method) {
            Judgement::Invalid
        } else {
            Judgement::Valid
        };
    };
    let Some((content_type, media)) = sent_media(operation, request) else {
        return Judgement::Invalid;
    };
    let judged = match (body_readings(content_type, media, bytes), &media.schema) {
        (Err(_), _) => Judgement::Invalid,
        (Ok(_), None) => Judgement::Valid,
        (Ok(readings), Some(schema)) => judgement(spec, schema, &readings),
    };
    // Zero bytes may pass for no body at all (RFC 9110 section 6.4): only what holds in both readings
    // is certain.
    match (bytes.is_empty(), declared.required) {
        (true, true) => Judgement::Invalid,
        (true, false) => judged.min(Judgement::Ambiguous),
        (false, _) => judged,
    }
}

/// Whether content means something in a request of this method (RFC 9110 section 9.3).
pub(super) fn takes_body(method: &str) -> bool {
    !matches!(method, "GET" | "HEAD" | "TRACE")
}

/// Whether the request's path leads to the operation's template, and none that is as specific.
pub(super) fn arrives(spec: &Spec, operation: &Operation, request: &Request) -> bool {
    let path = request.path_only();
    let own = &operation.path;
    own.matches(path).is_some()
        && spec.operations.values().all(|other| {
            is_same_path(&other.path, own)
                || other.path.literal_length() < own.literal_length()
                || other.path.matches(path).is_none()
        })
}

/// Whether the request's path fits no template but the operation's.
pub(super) fn is_unshared(spec: &Spec, operation: &Operation, request: &Request) -> bool {
    let path = request.path_only();
    operation.path.matches(path).is_some()
        && spec.operations.values().all(|other| {
            is_same_path(&other.path, &operation.path) || other.path.matches(path).is_none()
        })
}

/// Whether two templates differ in the names of their expressions at most.
pub(super) fn is_same_path(one: &PathTemplate, other: &PathTemplate) -> bool {
    let (one, other) = (one.segments(), other.segments());
    one.len() == other.len()
        && one.iter().zip(other).all(|pair| match pair {
            (Segment::Literal(one), Segment::Literal(other)) => one == other,
            (Segment::Expression(_), Segment::Expression(_)) => true,
            _ => false,
        })
}
