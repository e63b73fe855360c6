//! Encoding: a case as the request that goes over the wire.

use super::credentials::{self, Authority, Credential};
use super::path::fill;
use super::{Body, Case, CaseId, Inputs, Intent, Phase, Prepared};
use crate::http::Request;
use crate::seed::Seed;
use crate::spec::{ApiKeyPlace, Operation, OperationId, Parameter, Place, Spec};
use crate::wire::{MediaRange, Pieces, WireError, declared, encode_body, encode_parameter};

/// Why a case cannot be put on the wire.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The operation is not in the document.
    #[error("no operation `{0}` in the document")]
    UnknownOperation(String),
    /// The operation has no such parameter.
    #[error("the operation has no {place} parameter `{name}`")]
    UnknownParameter {
        /// Where it was to travel.
        place: Place,
        /// Its name.
        name: String,
    },
    /// The path needs a value.
    #[error("the path parameter `{0}` has no value")]
    MissingPathValue(String),
    /// A parameter's value has no wire form.
    #[error("{place} parameter `{name}`: {error}")]
    Parameter {
        /// Where it travels.
        place: Place,
        /// Its name.
        name: String,
        /// Why.
        error: WireError,
    },
    /// The path would arrive as another one: URLs are normalised on their way (RFC 3986 section
    /// 6.2.2.3).
    #[error("the path `{0}` has an empty or dot segment that would not arrive")]
    Path(String),
    /// The body has no wire form.
    #[error("body: {0}")]
    Body(WireError),
    /// The operation does not take instances as this media type.
    #[error("the operation takes no body of media type `{0}`")]
    UndeclaredMediaType(String),
    /// A secret contains what its place cannot hold.
    #[error("the secret for `{0}` contains characters that cannot be sent")]
    Credential(String),
}

/// The request of a case, with the credentials that its operation asks for.
pub fn encode(spec: &Spec, case: &Case, authority: &Authority) -> Result<Prepared, EncodeError> {
    let operation = spec
        .operations
        .get(&case.operation)
        .ok_or_else(|| EncodeError::UnknownOperation(case.operation.to_string()))?;
    for (place, name) in case.inputs.parameters.keys() {
        if operation.parameter(*place, name).is_none() {
            return Err(EncodeError::UnknownParameter {
                place: *place,
                name: name.clone(),
            });
        }
    }
    let (content_type, body) = match &case.inputs.body {
        None => (None, None),
        Some(Body::Raw { media_type, bytes }) => (Some(media_type.clone()), Some(bytes.clone())),
        Some(Body::Instance { media_type, value }) => {
            let undeclared = || EncodeError::UndeclaredMediaType(media_type.clone());
            let media = operation
                .body
                .as_ref()
                .and_then(|body| {
                    let named = body.content.get(media_type);
                    named.or_else(|| declared(&body.content, media_type))
                })
                .ok_or_else(undeclared)?;
            let (sent, bytes) = encode_body(media_type, media, value).map_err(EncodeError::Body)?;
            (Some(sent), Some(bytes))
        }
    };
    let mut draft = Draft {
        path: fill(&operation.path, &|name| {
            pieces(operation, case, Place::Path, name)
        })?,
        query: Vec::new(),
        headers: vec![("Accept".to_owned(), accept(operation))],
        cookies: Vec::new(),
    };
    if let Some(content_type) = content_type {
        draft
            .headers
            .push(("Content-Type".to_owned(), content_type));
    }
    let taken = credentials::places(spec, operation);
    for parameter in &operation.parameters {
        // What carries credentials is not generated, whatever the parameters say.
        let is_credential =
            |(place, name): &(ApiKeyPlace, String)| carries(*place, name, parameter);
        if parameter.place == Place::Path || taken.iter().any(is_credential) {
            continue;
        }
        if let Some(pieces) = pieces(operation, case, parameter.place, &parameter.name)? {
            draft.add(parameter, pieces);
        }
    }
    let mut found = credentials::credentials(spec, operation, authority, case.inputs.credentials)?;
    // What the author of a scenario writes counts.
    found.retain(|credential| !is_written(case, credential));
    let secrets: Vec<_> = found
        .iter()
        .filter_map(|found| found.secret.clone())
        .collect();
    for credential in found {
        draft.authorise(credential);
    }
    let mut secret_headers = Vec::new();
    for secret in &secrets {
        match secret.place {
            ApiKeyPlace::Header => secret_headers.push(secret.name.clone()),
            ApiKeyPlace::Cookie => secret_headers.push("Cookie".to_owned()),
            ApiKeyPlace::Query => {}
        }
    }
    for ((place, name), text) in &case.inputs.undeclared {
        draft.write(*place, name, text);
    }
    let method = case.inputs.method.as_ref().unwrap_or(&operation.method);
    Ok(Prepared {
        request: draft.finish(method.clone(), body),
        secret_headers,
        secrets,
    })
}

/// A case with its id, and its request without the target's credentials: the id is the same
/// whatever they are.
pub(super) fn identify(
    spec: &Spec,
    operation: &OperationId,
    phase: Phase,
    intent: Intent,
    inputs: Inputs,
    seed: Seed,
) -> Result<(Case, Request), EncodeError> {
    let mut case = Case {
        id: CaseId(String::new()),
        operation: operation.clone(),
        intent,
        ambiguous: false,
        phase,
        inputs,
        seed,
    };
    let request = encode(spec, &case, &Authority::default())?.request;
    case.id = CaseId::of(operation, phase, &request);
    Ok((case, request))
}

/// A request in the making.
struct Draft {
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    cookies: Vec<(String, String)>,
}

impl Draft {
    fn add(&mut self, parameter: &Parameter, pieces: Pieces) {
        match (parameter.place, pieces) {
            (Place::Cookie, Pieces::Pairs(pairs)) => self.cookies.extend(pairs),
            (_, Pieces::Pairs(pairs)) => self.query.extend(pairs),
            (_, Pieces::Text(text)) => self.headers.push((parameter.name.clone(), text)),
        }
    }

    /// Adds a parameter that the operation does not declare.
    fn write(&mut self, place: Place, name: &str, text: &str) {
        let pair = (name.to_owned(), text.to_owned());
        match place {
            Place::Query => self.query.push(pair),
            Place::Cookie => self.cookies.push(pair),
            Place::Header => {
                self.headers
                    .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
                self.headers.push(pair);
            }
            // A path has no room for what its template does not name.
            Place::Path => {}
        }
    }

    fn authorise(&mut self, credential: Credential) {
        let pair = (credential.name, credential.value);
        match credential.place {
            ApiKeyPlace::Header => self.headers.push(pair),
            ApiKeyPlace::Query => self.query.push(pair),
            ApiKeyPlace::Cookie => self.cookies.push(pair),
        }
    }

    fn finish(mut self, method: String, body: Option<bytes::Bytes>) -> Request {
        let join = |pairs: &[(String, String)], between: &str| {
            let pairs: Vec<String> = pairs
                .iter()
                .map(|(name, value)| match &**name {
                    // A whole query.
                    "" => value.clone(),
                    name => format!("{name}={value}"),
                })
                .collect();
            pairs.join(between)
        };
        if !self.query.is_empty() {
            // Some documents write a query into their paths.
            let mark = if self.path.contains('?') { '&' } else { '?' };
            self.path.push(mark);
            self.path.push_str(&join(&self.query, "&"));
        }
        if !self.cookies.is_empty() {
            let cookies = join(&self.cookies, "; ");
            self.headers.push(("Cookie".to_owned(), cookies));
        }
        Request {
            method,
            path: self.path,
            headers: self.headers,
            body,
        }
    }
}

/// Whether a case brings its own text for the place of a credential.
fn is_written(case: &Case, credential: &Credential) -> bool {
    case.inputs
        .undeclared
        .keys()
        .any(|(place, name)| match (place, credential.place) {
            (Place::Header, ApiKeyPlace::Header) => name.eq_ignore_ascii_case(&credential.name),
            (Place::Query, ApiKeyPlace::Query) | (Place::Cookie, ApiKeyPlace::Cookie) => {
                *name == credential.name
            }
            _ => false,
        })
}

/// Whether a parameter is the place of a credential.
pub(super) fn carries(place: ApiKeyPlace, name: &str, parameter: &Parameter) -> bool {
    match (place, parameter.place) {
        (ApiKeyPlace::Header, Place::Header) => name.eq_ignore_ascii_case(&parameter.name),
        (ApiKeyPlace::Query, Place::Query) | (ApiKeyPlace::Cookie, Place::Cookie) => {
            name == parameter.name
        }
        _ => false,
    }
}

/// The wire form of a parameter's value, if the case gives one.
fn pieces(
    operation: &Operation,
    case: &Case,
    place: Place,
    name: &str,
) -> Result<Option<Pieces>, EncodeError> {
    let Some(parameter) = operation.parameter(place, name) else {
        return Ok(None);
    };
    let Some(value) = case.inputs.parameters.get(&(place, parameter.name.clone())) else {
        return Ok(None);
    };
    encode_parameter(parameter, value)
        .map(Some)
        .map_err(|error| EncodeError::Parameter {
            place,
            name: parameter.name.clone(),
            error,
        })
}

/// The media types of the documented successes, and JSON for errors.
fn accept(operation: &Operation) -> String {
    let mut types: Vec<String> = Vec::new();
    for (key, response) in &operation.responses.0 {
        if key.to_string().starts_with('2') {
            for name in response.content.keys() {
                if MediaRange::parse(name).is_ok() && !types.contains(name) {
                    types.push(name.clone());
                }
            }
        }
    }
    if types.is_empty() {
        types.push("application/json".to_owned());
    } else if !types
        .iter()
        .any(|name| name == "application/json" || name == "*/*")
    {
        types.push("application/json;q=0.9".to_owned());
    }
    types.join(", ")
}

#[cfg(test)]
mod tests;
