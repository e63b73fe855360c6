//! Distortion: what the faults of responses and of the transport make of a successful answer.

use bytes::Bytes;
use serde_json::Value;

use super::broken::broken;
use super::{Fault, Kind};
use crate::http::Response;
use crate::mock::answer::Answer;
use crate::schema::Schema;
use crate::spec;
use crate::wire::{self, MediaRange};

/// Bytes that nobody takes for HTTP.
const GARBAGE: &[u8] = b"\x16\x03\x01 this is not HTTP\r\n\r\n";

/// The answer of a server with a fault, made from the answer of the faultless one. Where the fault
/// cannot show, nothing changes.
pub(in crate::mock) fn distort(
    fault: Fault,
    operation: &spec::Operation,
    response: Response,
) -> Answer {
    let documented = operation.responses.select(response.status);
    if !response.is_success() {
        return Answer::Response(response);
    }
    match fault.kind() {
        Kind::Transport => transport(fault, response),
        Kind::Response => {
            let Some((_, documented)) = documented else {
                return Answer::Response(response);
            };
            let distorted = rewrite(fault, operation, documented, &response);
            Answer::Response(distorted.unwrap_or(response))
        }
        Kind::Request | Kind::State => Answer::Response(response),
    }
}

fn transport(fault: Fault, response: Response) -> Answer {
    let has_body = !matches!(response.status, 204 | 205 | 304);
    match fault {
        Fault::ClosesConnection => Answer::Close,
        Fault::BreaksFraming => Answer::Garbage(Bytes::from_static(GARBAGE)),
        Fault::NeverAnswers => Answer::Hang,
        Fault::TruncatesBody if has_body => Answer::Truncated(response),
        Fault::NeverEnds if has_body => Answer::Endless(response),
        _ => Answer::Response(response),
    }
}

/// The distorted response; `None` where the fault cannot show.
pub(super) fn rewrite(
    fault: Fault,
    operation: &spec::Operation,
    documented: &spec::Response,
    response: &Response,
) -> Option<Response> {
    let mut response = response.clone();
    match fault {
        Fault::UndocumentedStatus => {
            response.status = [299, 418]
                .into_iter()
                .find(|status| operation.responses.select(*status).is_none())?;
        }
        Fault::WrongMediaType => {
            let other = ["text/html", "application/x-proofmark", "image/x-proofmark"]
                .into_iter()
                .find(|name| !is_documented(documented, name))?;
            if documented.content.is_empty() || response.body.is_empty() {
                return None;
            }
            set(&mut response, "content-type", Some(other));
        }
        Fault::MissingMediaType | Fault::MalformedMediaType => {
            if documented.content.is_empty() || response.body.is_empty() {
                return None;
            }
            let malformed = (fault == Fault::MalformedMediaType).then_some("application json");
            set(&mut response, "content-type", malformed);
        }
        Fault::MalformedJson | Fault::InvalidUtf8 => {
            json_schema(documented, &response)?;
            let mut bytes = response.body.to_vec();
            if fault == Fault::InvalidUtf8 {
                bytes = [b"\"\xff\" ", &bytes[..]].concat();
            } else if !bytes.pop().is_some_and(|last| b"}]\"".contains(&last)) {
                bytes = [&response.body[..], b","].concat();
            }
            response.body = bytes.into();
        }
        Fault::MissingHeader => {
            let required = documented
                .headers
                .iter()
                .find(|(name, header)| header.required && response.header(name).is_some());
            set(&mut response, required?.0, None);
        }
        Fault::BrokenHeader => {
            let (name, value) = documented
                .headers
                .iter()
                .find_map(|(name, header)| Some((name, broken_field(header)?)))?;
            set(&mut response, name, Some(value));
        }
        Fault::UndeclaredBody => {
            let bodyless = documented.content.is_empty() && response.body.is_empty();
            if !bodyless || matches!(response.status, 204 | 205 | 304) {
                return None;
            }
            response = response.with_body("application/json", r#"{"undeclared":true}"#);
        }
        Fault::MissingBody => {
            if documented.content.is_empty() || response.body.is_empty() {
                return None;
            }
            set(&mut response, "content-type", None);
            response.body = Bytes::new();
        }
        _ => {
            let schema = json_schema(documented, &response)?;
            let value: Value = serde_json::from_slice(&response.body).ok()?;
            let broken = broken(fault, schema, &value)?;
            response.body = broken.to_string().into();
        }
    }
    Some(response)
}

/// The schema of the body, if it is JSON.
fn json_schema<'a>(documented: &'a spec::Response, response: &Response) -> Option<&'a Schema> {
    let range = MediaRange::parse(&response.header("content-type")?).ok()?;
    let declared = documented.content.keys().map(String::as_str);
    let name = wire::best_match(declared, &range).filter(|_| range.is_json())?;
    documented.content.get(name)?.schema.as_ref()
}

fn is_documented(documented: &spec::Response, media_type: &str) -> bool {
    let declared = documented.content.keys().map(String::as_str);
    MediaRange::parse(media_type).is_ok_and(|range| wire::best_match(declared, &range).is_some())
}

/// A field value that breaks the header's schema.
fn broken_field(header: &spec::Header) -> Option<&'static str> {
    let validator = header.schema.validator().ok()?;
    ["not as declared", "-1", "0", ""].into_iter().find(|text| {
        wire::decode_field(&header.form, &header.schema, text)
            .is_ok_and(|value| !validator.is_valid(&value))
    })
}

/// Replaces a header field, or removes it.
fn set(response: &mut Response, name: &str, value: Option<&str>) {
    response
        .headers
        .retain(|(field, _)| !field.eq_ignore_ascii_case(name));
    if let Some(value) = value {
        response
            .headers
            .push((name.to_ascii_lowercase(), value.into()));
    }
}
