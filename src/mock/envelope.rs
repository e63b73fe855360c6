//! Envelopes: refusals in the form that the document gives to failures.
//!
//! If the operation documents a body for the status, that body is sent; if it does not know the
//! status, the form that most failures of the document have; without any, problem details
//! (RFC 9457). The message goes into the first text of the form that is named like one.

use serde_json::{Value, json};

use super::complete::complete;
use super::generators::Generators;
use super::refusal::Refusal;
use super::respond;
use super::store::place;
use super::walk::{self, Site};
use crate::document::Pointer;
use crate::http::Response;
use crate::schema::Schema;
use crate::seed::Seed;
use crate::spec::{self, MediaType, Operation, ResponseKey, Spec};
use crate::wire::{self, MediaRange};

/// Names of members that hold a message, the fittest first.
const MESSAGES: [&str; 5] = ["message", "detail", "description", "title", "error"];
/// Names of members that hold a machine-readable reason.
const REASONS: [&str; 4] = ["code", "errorCode", "error_code", "reason"];
/// Names of members that hold the status.
const STATUSES: [&str; 3] = ["status", "statusCode", "code"];

/// The form that most failures of a document have.
#[derive(Debug)]
pub(super) struct Envelope {
    common: Option<(String, MediaType)>,
}

impl Envelope {
    /// Finds the most common body of documented failures; the first one of equals.
    pub(super) fn new(spec: &Spec) -> Self {
        let mut counted: Vec<(String, MediaType, usize)> = Vec::new();
        let responses = spec
            .operations
            .values()
            .flat_map(|operation| &operation.responses.0);
        for (key, response) in responses {
            let failure = match key {
                ResponseKey::Status(status) => (400..500).contains(status),
                ResponseKey::Range(class) => *class == 4,
                ResponseKey::Default => true,
            };
            let Some((name, media)) = json(response).filter(|_| failure) else {
                continue;
            };
            let same = |other: &MediaType| match (&other.schema, &media.schema) {
                (Some(left), Some(right)) => left.resolved() == right.resolved(),
                _ => false,
            };
            match counted.iter_mut().find(|(_, other, _)| same(other)) {
                Some((_, _, count)) => *count += 1,
                None => counted.push((name.to_owned(), media.clone(), 1)),
            }
        }
        let most = counted.iter().map(|(_, _, count)| *count).max();
        let common = counted
            .into_iter()
            .find(|(_, _, count)| Some(*count) == most);
        Self {
            common: common.map(|(name, media, _)| (name, media)),
        }
    }

    /// The answer that refuses a request.
    pub(super) fn write(
        &self,
        generators: &Generators,
        operation: Option<&Operation>,
        refusal: &Refusal,
        seed: Seed,
    ) -> Response {
        let given: Vec<(String, String)> = refusal
            .headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        let documented = operation.and_then(|operation| operation.responses.select(refusal.status));
        if let Some((_, documented)) = documented {
            let media = json(documented).or_else(|| {
                let first = documented.content.iter().next();
                first.map(|(name, media)| (name.as_str(), media))
            });
            let body =
                media.map(|(name, media)| (name, media, body(generators, media, refusal, seed)));
            return respond::build(generators, refusal.status, documented, body, &given, seed);
        }
        let mut response = Response::new(refusal.status);
        for (name, value) in given {
            response = response.with_header(&name, value);
        }
        if let Some((name, media)) = &self.common {
            let value = body(generators, media, refusal, seed);
            if let Ok((content_type, bytes)) = wire::encode_body(name, media, &value) {
                return response.with_body(&content_type, bytes);
            }
        }
        response.with_body("application/problem+json", problem(refusal).to_string())
    }
}

/// The first JSON body of a response that has a schema.
fn json(response: &spec::Response) -> Option<(&str, &MediaType)> {
    response
        .content
        .iter()
        .find(|(name, media)| {
            media.schema.is_some()
                && MediaRange::parse(name).is_ok_and(|range| range.concrete().is_json())
        })
        .map(|(name, media)| (name.as_str(), media))
}

/// Problem details (RFC 9457 section 3).
fn problem(refusal: &Refusal) -> Value {
    let mut problem = json!({
        "type": "about:blank",
        "title": refusal.reason.replace('_', " "),
        "status": refusal.status,
        "detail": refusal.message,
    });
    if !refusal.problems.is_empty() {
        problem["errors"] = json!(refusal.problems);
    }
    problem
}

/// A body of the documented form with the message in it.
fn body(generators: &Generators, media: &MediaType, refusal: &Refusal, seed: Seed) -> Value {
    let Some(schema) = &media.schema else {
        return problem(refusal);
    };
    let sites = walk::sites(schema);
    let message = Value::from(refusal.message.as_str());
    let texts = MESSAGES
        .iter()
        .flat_map(|name| named(&sites, name, "string"))
        .chain(sites.first());
    for site in texts {
        let mut value = place_for(&site.at);
        plant(&mut value, &site.at, message.clone());
        let value = complete(generators, schema, Some(value), seed);
        let stays = place::all(&value, &site.at).first() == Some(&&message);
        if stays {
            return with_reason(schema, value, &sites, &site.at, refusal);
        }
    }
    complete(generators, schema, None, seed)
}

fn named<'a>(
    sites: &'a [Site],
    name: &'a str,
    kind: &'a str,
) -> impl Iterator<Item = &'a Site> + 'a {
    sites.iter().filter(move |site| {
        site.at.last().is_some_and(|last| last == name) && walk::allows(&site.schema, kind)
    })
}

/// Adds reason and status beside the message where the form has room for them.
fn with_reason(
    schema: &Schema,
    mut value: Value,
    sites: &[Site],
    message: &Pointer,
    refusal: &Refusal,
) -> Value {
    let Ok(validator) = schema.validator() else {
        return value;
    };
    let status = Value::from(refusal.status);
    let reasons = [
        Value::from(refusal.reason),
        Value::from(refusal.reason.to_uppercase()),
    ];
    let statuses = [status.clone(), Value::from(status.to_string())];
    for (names, kinds, candidates) in [
        (&STATUSES[..], &["integer", "number"][..], &statuses[..1]),
        (&REASONS[..], &["string"][..], &reasons[..]),
        (&STATUSES[..2], &["string"][..], &statuses[1..]),
    ] {
        let places = sites.iter().filter(|site| {
            site.at.parent() == message.parent()
                && site.at.last().is_some_and(|last| names.contains(&&*last))
                && kinds.iter().any(|kind| walk::allows(&site.schema, kind))
        });
        for site in places {
            for candidate in candidates {
                let mut fuller = value.clone();
                plant(&mut fuller, &site.at, candidate.clone());
                if validator.is_valid(&fuller) {
                    value = fuller;
                    break;
                }
            }
        }
    }
    value
}

/// An empty value of the kind that a pointer needs at its root.
fn place_for(at: &Pointer) -> Value {
    match at.tokens().next().as_deref() {
        Some("*") => json!([]),
        Some(_) => json!({}),
        None => Value::Null,
    }
}

/// Puts a node at a pointer in which `*` stands for the first item of a list.
fn plant(value: &mut Value, at: &Pointer, node: Value) {
    let mut concrete = Pointer::root();
    for token in at.tokens() {
        if token == "*" {
            let list = value.pointer(concrete.as_str());
            if !list.is_some_and(Value::is_array) {
                place::put(value, &concrete, json!([]));
            }
            concrete = concrete.index(0);
        } else {
            concrete = concrete.join(&token);
        }
    }
    place::put(value, &concrete, node);
}
