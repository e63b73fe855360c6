//! Messages: requests as bytes with holes for the values that only an iteration knows.
//!
//! A message is made from a request in which marks stand for those values. Where a mark stands decides
//! how its value is written: escaped for a URL, as JSON, or as it is.

use std::io::Write;

use serde_json::Value;

use crate::http::Request;
use crate::wire::{encode_component, is_field_value};

/// More header fields than this no request has.
const MOST_FIELDS: usize = 256;

/// Where a request goes: what every message of a target has in common.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    /// `http` or `https`.
    pub(crate) scheme: String,
    /// The path that all paths stand below, without a slash at its end.
    pub(crate) base: String,
    /// `Host` (RFC 9110 section 7.2).
    pub(crate) host: String,
    /// What else every request carries.
    pub(crate) headers: Vec<(String, String)>,
}

impl Origin {
    /// The whole URL of a path, as expressions see it.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}://{}{}{path}", self.scheme, self.host, self.base)
    }
}

/// The request that bytes are, as it was before it was made for its target.
pub(crate) fn request(origin: &Origin, bytes: &[u8]) -> Option<Request> {
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut head = httparse::Request::new(&mut fields);
    let Ok(httparse::Status::Complete(length)) = head.parse(bytes) else {
        return None;
    };
    let is_own = |field: &&httparse::Header<'_>| {
        let added = origin.headers.iter().map(|(name, _)| &**name);
        let mut names = added.chain(["Host", "Content-Length"]);
        !names.any(|name| name.eq_ignore_ascii_case(field.name))
    };
    let has_body = |field: &httparse::Header<'_>| field.name.eq_ignore_ascii_case("content-length");
    let body = head.headers.iter().any(has_body);
    let body = body.then(|| bytes.get(length..).unwrap_or_default().to_vec().into());
    let path = head.path?;
    Some(Request {
        method: head.method?.to_owned(),
        path: path.strip_prefix(&*origin.base).unwrap_or(path).to_owned(),
        headers: head
            .headers
            .iter()
            .filter(is_own)
            .map(|field| {
                let value = String::from_utf8_lossy(field.value);
                (field.name.to_owned(), value.into_owned())
            })
            .collect(),
        body,
    })
}

/// A request as bytes with holes.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    head: Vec<Piece>,
    body: Option<Vec<Piece>>,
    /// The whole of it, if it has no holes.
    fixed: Option<Vec<u8>>,
}

#[derive(Debug, Clone)]
enum Piece {
    Bytes(Vec<u8>),
    Hole { value: usize, form: Form },
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As a part of a URL or a form (RFC 3986 section 2.1).
    Escaped,
    /// As it is, in a header field.
    Field,
    /// As it is, in a text.
    Plain,
    /// As a JSON value.
    Json,
    /// Within a JSON string.
    JsonText,
}

/// Which form the holes of a JSON body have that fill a whole string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quoted {
    /// The value itself, of whatever type it is.
    Value,
    /// A string that holds the value's text.
    Text,
}

impl Message {
    /// The message of a request in which `marks` stand for values; `quoted` decides for each mark
    /// what it means as a whole JSON string.
    pub(crate) fn new(origin: &Origin, request: &Request, marks: &[(String, Quoted)]) -> Self {
        let mut start = format!("{} ", request.method);
        let mut head = Vec::new();
        let target = format!("{}{}", origin.base, request.path);
        push(&mut head, start.as_bytes());
        head.extend(cut(target.as_bytes(), marks, Place::Target));
        start.clear();
        push(
            &mut head,
            format!(" HTTP/1.1\r\nHost: {}\r\n", origin.host).as_bytes(),
        );
        // What the author of a step writes counts.
        let added = origin.headers.iter();
        let added = added.filter(|(name, _)| request.header(name).is_none());
        for (name, value) in request.headers.iter().chain(added) {
            push(&mut head, format!("{name}: ").as_bytes());
            let place = if name.eq_ignore_ascii_case("cookie") {
                Place::Target
            } else {
                Place::Header
            };
            head.extend(cut(value.as_bytes(), marks, place));
            push(&mut head, b"\r\n");
        }
        let body = request.body.as_ref().map(|body| {
            let content_type = request.header("content-type").unwrap_or_default();
            let place = if content_type.contains("json") {
                Place::Json
            } else if content_type.starts_with("application/x-www-form-urlencoded") {
                Place::Target
            } else {
                Place::Text
            };
            cut(body, marks, place)
        });
        let mut message = Self {
            head,
            body,
            fixed: None,
        };
        let mut bytes = Vec::new();
        if message.holes().next().is_none() && message.write(&[], &mut bytes) {
            message.fixed = Some(bytes);
        }
        message
    }

    /// The values that are needed, some of them more than once.
    pub(crate) fn holes(&self) -> impl Iterator<Item = usize> {
        let pieces = self.head.iter().chain(self.body.iter().flatten());
        pieces.filter_map(|piece| match piece {
            Piece::Hole { value, .. } => Some(*value),
            Piece::Bytes(_) => None,
        })
    }

    /// The bytes, if nothing in them depends on the iteration.
    pub(crate) fn fixed(&self) -> Option<&[u8]> {
        self.fixed.as_deref()
    }

    /// Puts the bytes for these values into `out`. `false` if one has another type than is written
    /// here, or is not known.
    pub(crate) fn write(&self, values: &[Option<Value>], out: &mut Vec<u8>) -> bool {
        out.clear();
        if !write(&self.head, values, out) {
            return false;
        }
        let Some(body) = &self.body else {
            out.extend_from_slice(b"\r\n");
            return true;
        };
        // Behind the body its length is known: it is written once and moved to its place.
        let from = out.len();
        if !write(body, values, out) {
            return false;
        }
        let length = out.len() - from;
        let line = out.len();
        let _ = write!(out, "Content-Length: {length}\r\n\r\n");
        let shift = out.len() - line;
        if let Some(part) = out.get_mut(from..) {
            part.rotate_right(shift);
        }
        true
    }
}

/// What stands where marks are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Target,
    Header,
    Json,
    Text,
}

fn push(pieces: &mut Vec<Piece>, bytes: &[u8]) {
    match pieces.last_mut() {
        Some(Piece::Bytes(last)) => last.extend_from_slice(bytes),
        _ => pieces.push(Piece::Bytes(bytes.to_vec())),
    }
}

/// Cuts bytes at the marks.
fn cut(bytes: &[u8], marks: &[(String, Quoted)], place: Place) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = bytes;
    loop {
        let found = marks
            .iter()
            .enumerate()
            .filter_map(|(value, (mark, quoted))| {
                let at = find(rest, mark.as_bytes())?;
                Some((at, value, mark.len(), *quoted))
            });
        let Some((mut at, value, length, quoted)) = found.min_by_key(|found| found.0) else {
            break;
        };
        let mut end = at + length;
        let form = match place {
            Place::Target => Form::Escaped,
            Place::Header => Form::Field,
            Place::Text => Form::Plain,
            Place::Json => {
                let before = at.checked_sub(1).and_then(|before| rest.get(before));
                let is_whole = before == Some(&b'"') && rest.get(end) == Some(&b'"');
                if is_whole && quoted == Quoted::Value {
                    at -= 1;
                    end += 1;
                    Form::Json
                } else {
                    Form::JsonText
                }
            }
        };
        push(&mut pieces, rest.get(..at).unwrap_or_default());
        pieces.push(Piece::Hole { value, form });
        rest = rest.get(end..).unwrap_or_default();
    }
    push(&mut pieces, rest);
    pieces
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

fn write(pieces: &[Piece], values: &[Option<Value>], out: &mut Vec<u8>) -> bool {
    pieces.iter().all(|piece| match piece {
        Piece::Bytes(bytes) => {
            out.extend_from_slice(bytes);
            true
        }
        Piece::Hole { value, form } => match values.get(*value) {
            Some(Some(value)) => fill(value, *form, out),
            _ => false,
        },
    })
}

fn fill(value: &Value, form: Form, out: &mut Vec<u8>) -> bool {
    if form == Form::Json {
        return serde_json::to_writer(out, value).is_ok();
    }
    // Lists and objects are written in as many ways as there are styles.
    let text = match value {
        Value::String(text) => std::borrow::Cow::Borrowed(&**text),
        Value::Number(number) => number.to_string().into(),
        Value::Bool(value) => value.to_string().into(),
        Value::Null | Value::Array(_) | Value::Object(_) => return false,
    };
    match form {
        // As a segment of a path these would not arrive (RFC 3986 section 6.2.2.3).
        Form::Escaped if matches!(&*text, "" | "." | "..") => return false,
        Form::Escaped => out.extend_from_slice(encode_component(&text).as_bytes()),
        // Such a value is refused, or does not arrive (RFC 9110 section 5.5).
        Form::Field if text.is_empty() || !is_field_value(&text) => return false,
        Form::Plain if text.bytes().any(|byte| byte < b' ' || byte == 0x7f) => return false,
        Form::Field | Form::Plain => out.extend_from_slice(text.as_bytes()),
        Form::JsonText | Form::Json => {
            let from = out.len();
            if serde_json::to_writer(&mut *out, &*text).is_err() {
                return false;
            }
            // Without the quotes.
            out.pop();
            out.remove(from);
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::json;

    use super::*;

    fn origin() -> Origin {
        Origin {
            scheme: "https".to_owned(),
            base: "/v2".to_owned(),
            host: "api.example".to_owned(),
            headers: vec![("Proofmark-Run".to_owned(), "1".to_owned())],
        }
    }

    fn marks() -> Vec<(String, Quoted)> {
        vec![
            ("zqx0zqx".to_owned(), Quoted::Value),
            ("zqx1zqx".to_owned(), Quoted::Text),
        ]
    }

    fn request(body: Option<&str>) -> Request {
        Request {
            method: "PUT".to_owned(),
            path: "/users/zqx0zqx?name=zqx1zqx".to_owned(),
            headers: vec![
                ("X-Id".to_owned(), "zqx0zqx".to_owned()),
                ("Content-Type".to_owned(), "application/json".to_owned()),
            ],
            body: body.map(|body| Bytes::from(body.to_owned())),
        }
    }

    fn written(message: &Message, values: &[Option<Value>]) -> Option<String> {
        let mut out = b"left over".to_vec();
        message
            .write(values, &mut out)
            .then(|| String::from_utf8(out).unwrap().replace('\r', ""))
    }

    #[test]
    fn values_are_written_as_their_places_ask() {
        let body = r#"{"id":"zqx0zqx","name":"zqx1zqx","note":"of zqx0zqx."}"#;
        let message = Message::new(&origin(), &request(Some(body)), &marks());
        assert!(message.fixed().is_none());
        let values = [Some(json!("a \"b\"/c&")), Some(json!(12))];
        insta::assert_snapshot!(written(&message, &values).unwrap(), @r#"
        PUT /v2/users/a%20%22b%22%2Fc%26?name=12 HTTP/1.1
        Host: api.example
        X-Id: a "b"/c&
        Content-Type: application/json
        Proofmark-Run: 1
        Content-Length: 55

        {"id":"a \"b\"/c&","name":"12","note":"of a \"b\"/c&."}
        "#);
    }

    #[test]
    fn what_cannot_be_written_here_is_not() {
        let body = r#"{"id":"zqx0zqx"}"#;
        let message = Message::new(&origin(), &request(Some(body)), &marks());
        for values in [
            vec![],
            vec![None, Some(json!("a"))],
            vec![Some(json!(["a"])), Some(json!("a"))],
            vec![Some(json!("a\r\nX-Evil: 1")), Some(json!("a"))],
            vec![Some(json!("\u{fc}")), Some(json!("a"))],
            vec![Some(json!(" a")), Some(json!("a"))],
        ] {
            assert_eq!(written(&message, &values), None, "{values:?}");
        }
    }

    #[test]
    fn a_message_without_holes_is_made_once() {
        let request = Request {
            method: "HEAD".to_owned(),
            path: "/".to_owned(),
            headers: Vec::new(),
            body: None,
        };
        let message = Message::new(&origin(), &request, &marks());
        assert_eq!(
            message.fixed(),
            Some(&b"HEAD /v2/ HTTP/1.1\r\nHost: api.example\r\nProofmark-Run: 1\r\n\r\n"[..])
        );
        let with_body = Request {
            body: Some(Bytes::new()),
            ..request
        };
        let message = Message::new(&origin(), &with_body, &marks());
        assert_eq!(
            super::request(&origin(), message.fixed().unwrap()),
            Some(with_body)
        );
        assert!(
            message
                .fixed()
                .unwrap()
                .ends_with(b"Content-Length: 0\r\n\r\n")
        );
    }
}
