//! Valid requests to any operation, made from the document.

use std::collections::BTreeMap;

use crate::http::Request;
use crate::mock::generators::Generators;
use crate::seed::Seed;
use crate::spec::{Operation, Place, Segment};
use crate::wire::{Pieces, encode_body, encode_parameter};

/// A valid request with the full token; optional parameters and bodies are sent now and then.
/// `None` if one of its values cannot be generated or cannot go over the wire.
pub(super) fn valid(generators: &Generators, operation: &Operation, seed: Seed) -> Option<Request> {
    let mut texts = BTreeMap::new();
    let mut query = Vec::new();
    let mut cookies = Vec::new();
    let mut request = super::request(&operation.method, "", None);
    for parameter in &operation.parameters {
        let seed = seed.derive(&parameter.name, 0);
        if !parameter.required && seed.number().is_multiple_of(2) {
            continue;
        }
        let value = generators.valid(&parameter.schema, seed)?;
        let pieces = match encode_parameter(parameter, &value) {
            Ok(pieces) => pieces,
            Err(_) if !parameter.required => continue,
            Err(_) => return None,
        };
        match (parameter.place, pieces) {
            (Place::Path, Pieces::Text(text)) => {
                texts.insert(parameter.name.clone(), text);
            }
            (Place::Header, Pieces::Text(text)) => {
                request.headers.push((parameter.name.clone(), text));
            }
            (Place::Query, Pieces::Pairs(pairs)) => query.extend(pairs),
            (Place::Cookie, Pieces::Pairs(pairs)) => cookies.extend(pairs),
            _ => return None,
        }
    }
    for segment in operation.path.segments() {
        match segment {
            Segment::Literal(text) => request.path.push_str(text),
            Segment::Expression(name) => {
                let text = texts.get(name).filter(|text| !text.is_empty())?;
                request.path.push_str(text);
            }
        }
    }
    let join = |pairs: Vec<(String, String)>, separator: &str| {
        let pairs: Vec<String> = pairs
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join(separator)
    };
    if !query.is_empty() {
        request.path = format!("{}?{}", request.path, join(query, "&"));
    }
    if !cookies.is_empty() {
        request
            .headers
            .push(("Cookie".to_owned(), join(cookies, "; ")));
    }
    if let Some(body) = &operation.body {
        let (name, media) = body.content.first()?;
        let value = generators.valid(media.schema.as_ref()?, seed)?;
        let (content_type, bytes) = encode_body(name, media, &value).ok()?;
        request
            .headers
            .push(("Content-Type".to_owned(), content_type));
        request.body = Some(bytes);
    }
    Some(request)
}
