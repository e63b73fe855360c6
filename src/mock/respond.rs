//! Successful answers as the document describes them.

use bytes::Bytes;
use serde_json::Value;

use super::generators::Generators;
use super::prefer::Preferences;
use crate::http::Response;
use crate::seed::Seed;
use crate::spec::{self, Header, MediaType, Operation, Parameter, Place, ResponseKey};
use crate::wire::{self, Pieces};

/// How many bodies are generated to find one that is not empty.
const TRIES: u64 = 16;

/// The status of an operation's success with what is documented for it: the lowest 2xx, else a range
/// or `default`, else the lowest 3xx. `None` when only failures are documented.
pub(super) fn success(operation: &Operation) -> Option<(u16, &spec::Response)> {
    let lowest = |class: u16| {
        let statuses = operation.responses.0.keys().filter_map(|key| match key {
            ResponseKey::Status(status) if status / 100 == class => Some(*status),
            _ => None,
        });
        statuses.min()
    };
    let listed =
        |key: ResponseKey, status: u16| operation.responses.0.contains_key(&key).then_some(status);
    let status = lowest(2)
        .or_else(|| listed(ResponseKey::Range(2), 200))
        .or_else(|| listed(ResponseKey::Default, 200))
        .or_else(|| lowest(3))
        .or_else(|| listed(ResponseKey::Range(3), 303))?;
    let (_, documented) = operation.responses.select(status)?;
    Some((status, documented))
}

/// An answer with the first documented media type and everything else generated.
pub(super) fn generated(
    generators: &Generators,
    status: u16,
    documented: &spec::Response,
    seed: Seed,
) -> Response {
    let body = documented.content.iter().next().map(|(name, media)| {
        let value = instance(generators, media, &Preferences::default(), seed);
        (name.as_str(), media, value)
    });
    build(generators, status, documented, body, &[], seed)
}

/// The body of a stateless answer: the example that was asked for, the first one, or a generated
/// instance.
pub(super) fn instance(
    generators: &Generators,
    media: &MediaType,
    preferences: &Preferences,
    seed: Seed,
) -> Value {
    let wanted = preferences.example.as_deref();
    let example = media
        .examples
        .iter()
        .find(|example| wanted.is_some() && example.name.as_deref() == wanted)
        .or_else(|| media.examples.first().filter(|_| !preferences.dynamic));
    if let Some(example) = example {
        return example.value.clone();
    }
    let schema = media.schema.as_ref();
    schema
        .and_then(|schema| generators.valid(schema, seed))
        .or_else(|| media.examples.first().map(|example| example.value.clone()))
        .unwrap_or_else(|| Value::Object(serde_json::Map::new()))
}

/// A response with the header fields that the document requires; `given` ones come first.
pub(super) fn build(
    generators: &Generators,
    status: u16,
    documented: &spec::Response,
    body: Option<(&str, &MediaType, Value)>,
    given: &[(String, String)],
    seed: Seed,
) -> Response {
    let mut response = Response::new(status);
    for (name, value) in given {
        response = response.with_header(name, value);
    }
    for (name, header) in &documented.headers {
        if header.required && response.header(name).is_none() {
            let seed = seed.derive(name, 0);
            if let Some(text) = generators
                .valid(&header.schema, seed)
                .and_then(|value| field(name, header, &value))
            {
                response = response.with_header(name, text);
            }
        }
    }
    match body {
        Some((name, media, value)) => {
            let (content_type, bytes) = encoded(name, media, value);
            if !bytes.is_empty() {
                return response.with_body(&content_type, bytes);
            }
            // An empty text is an instance, but on the wire it looks as if there was no body.
            let other = (0..TRIES)
                .filter_map(|index| {
                    let schema = media.schema.as_ref()?;
                    let value = generators.valid(schema, seed.derive("not empty", index))?;
                    Some(encoded(name, media, value))
                })
                .find(|(_, bytes)| !bytes.is_empty());
            let (content_type, bytes) = other.unwrap_or((content_type, bytes));
            response.with_body(&content_type, bytes)
        }
        None => response,
    }
}

/// An instance as a media type and bytes. Of media types without a known syntax the text itself is
/// sent.
fn encoded(name: &str, media: &MediaType, value: Value) -> (String, Bytes) {
    wire::encode_body(name, media, &value).unwrap_or_else(|_| {
        let text = match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        (concrete(name), text.into())
    })
}

/// The media type to name for a declared one that may be a range.
fn concrete(name: &str) -> String {
    wire::MediaRange::parse(name)
        .map_or_else(|_| name.to_owned(), |range| range.concrete().to_string())
}

/// The value of a header field as text.
fn field(name: &str, header: &Header, value: &Value) -> Option<String> {
    let parameter = Parameter {
        name: name.to_owned(),
        place: Place::Header,
        required: header.required,
        deprecated: false,
        form: header.form.clone(),
        schema: header.schema.clone(),
        examples: Vec::new(),
        location: header.location.clone(),
    };
    match wire::encode_parameter(&parameter, value) {
        Ok(Pieces::Text(text)) => Some(text),
        _ => None,
    }
}
