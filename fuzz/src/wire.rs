//! Wire forms: whatever arrives is read or refused, and what was read and can be written is read as
//! the same again.

use proofmark::http::Request;
use proofmark::spec::{Operation, Parameter, Place, Segment};
use proofmark::wire::{
    MediaRange, Pieces, Received, best_match, body_readings, decode_body, decode_component,
    decode_parameter, encode_body, encode_component, encode_parameter, parameter_readings,
    read_json,
};

use super::message::{Message, messages};
use super::petstore;

/// Reads a request as one to every operation of the pet shop.
///
/// # Panics
/// If a reading, written as its wire form says, is not read back, or a media type, component or
/// reading is not what it was.
pub fn wire(data: &[u8]) {
    let messages = messages(data);
    let Some(request) = messages.first().map(Message::request) else {
        return;
    };
    for (_, value) in &request.headers {
        media_type(value);
    }
    component(&request.path);
    for operation in petstore::spec().operations.values() {
        parameters(operation, &request);
        bodies(operation, &request);
    }
}

fn media_type(text: &str) {
    let Ok(range) = MediaRange::parse(text) else {
        return;
    };
    assert_eq!(MediaRange::parse(&range.to_string()), Ok(range.clone()));
    assert!(!range.concrete().is_range());
    assert!(range.contains(&range.concrete()), "{range}");
    assert!(best_match([text], &range.concrete()).is_some(), "{range}");
}

fn component(text: &str) {
    assert_eq!(
        decode_component(&encode_component(text)).as_deref(),
        Ok(text)
    );
    let _ = decode_component(text);
}

fn parameters(operation: &Operation, request: &Request) {
    let received = Received::new(operation, request);
    for parameter in &operation.parameters {
        let chosen = decode_parameter(parameter, &received);
        let Ok(Some(readings)) = parameter_readings(parameter, &received) else {
            assert!(!matches!(chosen, Ok(Some(_))), "{chosen:?}");
            continue;
        };
        let chosen = chosen.ok().flatten();
        assert!(chosen.is_some_and(|chosen| readings.contains(&chosen)));
        for value in readings {
            let Ok(pieces) = encode_parameter(parameter, &value) else {
                continue;
            };
            let written = written(operation, parameter, pieces);
            let received = Received::new(operation, &written);
            let again = parameter_readings(parameter, &received);
            assert!(
                matches!(&again, Ok(Some(again)) if again.contains(&value)),
                "{} {value} {written:?} {again:?}",
                parameter.name
            );
        }
    }
}

/// A request with one parameter.
fn written(operation: &Operation, parameter: &Parameter, pieces: Pieces) -> Request {
    let (text, pairs) = match pieces {
        Pieces::Text(text) => (text, Vec::new()),
        Pieces::Pairs(pairs) => (String::new(), pairs),
    };
    let joined = |separator: &str| {
        let pairs = pairs.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join(separator)
    };
    let mut request = Request {
        method: operation.method.clone(),
        path: String::new(),
        headers: Vec::new(),
        body: None,
    };
    for segment in operation.path.segments() {
        request.path.push_str(match segment {
            Segment::Literal(literal) => literal,
            Segment::Expression(name)
                if parameter.place == Place::Path && *name == parameter.name =>
            {
                &text
            }
            Segment::Expression(_) => "x",
        });
    }
    match parameter.place {
        Place::Path => {}
        Place::Query => request.path = format!("{}?{}", request.path, joined("&")),
        Place::Header => request.headers.push((parameter.name.clone(), text)),
        Place::Cookie => request.headers.push(("Cookie".to_owned(), joined("; "))),
    }
    request
}

fn bodies(operation: &Operation, request: &Request) {
    let bytes = request.body.as_deref().unwrap_or_default();
    let _ = read_json(bytes);
    let sent = request.header("content-type").unwrap_or_default();
    let declared = operation.body.iter().flat_map(|body| &body.content);
    for (name, media) in declared {
        let chosen = decode_body(sent, media, bytes);
        let Ok(readings) = body_readings(sent, media, bytes) else {
            assert!(chosen.is_err(), "{chosen:?}");
            continue;
        };
        assert!(chosen.is_ok_and(|chosen| readings.contains(&chosen)));
        let is_declared =
            MediaRange::parse(sent).is_ok_and(|sent| best_match([name.as_str()], &sent).is_some());
        let validator = media
            .schema
            .as_ref()
            .and_then(|schema| schema.validator().ok());
        let (true, Some(validator)) = (is_declared, validator) else {
            continue;
        };
        for value in readings.iter().filter(|value| validator.is_valid(value)) {
            let Ok((content_type, bytes)) = encode_body(name, media, value) else {
                continue;
            };
            let again = body_readings(&content_type, media, &bytes);
            assert!(
                again.as_ref().is_ok_and(|again| again.contains(value)),
                "{content_type} {value} {:?} {again:?}",
                String::from_utf8_lossy(&bytes)
            );
        }
    }
}
