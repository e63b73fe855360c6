//! Requests as HTTP/2 has them (RFC 9113 section 8.3.1), from the bytes that HTTP/1.1 would send.
//!
//! What stands between the request line and `Content-Length` is nearly always the same for a step, and
//! is read once.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Method, Request, Uri, Version};

/// How many header sections are kept.
const MOST: usize = 32;

/// The fields that are about a connection, and so have no place here (RFC 9113 section 8.2.2).
const OF_CONNECTIONS: [&str; 5] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "transfer-encoding",
    "upgrade",
];

/// Reads requests.
#[derive(Debug)]
pub(super) struct Requests {
    scheme: Scheme,
    known: Vec<Known>,
    /// Which of them is forgotten next.
    next: usize,
}

/// Header fields that were read before.
#[derive(Debug)]
struct Known {
    text: Box<[u8]>,
    authority: Authority,
    fields: HeaderMap,
}

impl Requests {
    pub(super) fn new(is_secure: bool) -> Self {
        Self {
            scheme: if is_secure {
                Scheme::HTTPS
            } else {
                Scheme::HTTP
            },
            known: Vec::new(),
            next: 0,
        }
    }

    /// The request, and its content.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Option<(Request<()>, Bytes)> {
        let (line, rest) = split(bytes, b"\r\n")?;
        let (head, body) = match rest.strip_prefix(b"\r\n") {
            Some(body) => (&b""[..], body),
            None => split(rest, b"\r\n\r\n")?,
        };
        let (method, line) = split(line, b" ")?;
        let target = line.strip_suffix(b" HTTP/1.1")?;
        let (fields, has_length) = match last_line(head) {
            (before, last) if is_length(last) => (before, true),
            _ => (head, false),
        };
        let known = self.fields(fields)?;
        let mut uri = http::uri::Parts::default();
        uri.authority = Some(known.authority.clone());
        let mut headers = known.fields.clone();
        uri.scheme = Some(self.scheme.clone());
        let target = Bytes::copy_from_slice(target);
        uri.path_and_query = Some(PathAndQuery::from_maybe_shared(target).ok()?);
        if has_length {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        }
        let mut request = Request::new(());
        *request.method_mut() = Method::from_bytes(method).ok()?;
        *request.uri_mut() = Uri::from_parts(uri).ok()?;
        *request.version_mut() = Version::HTTP_2;
        *request.headers_mut() = headers;
        Some((request, Bytes::copy_from_slice(body)))
    }

    fn fields(&mut self, text: &[u8]) -> Option<&Known> {
        let found = self.known.iter().position(|known| *known.text == *text);
        let at = if let Some(at) = found {
            at
        } else if self.known.len() < MOST {
            self.known.push(known(text)?);
            self.known.len() - 1
        } else {
            let at = self.next % MOST;
            self.next = at + 1;
            *self.known.get_mut(at)? = known(text)?;
            at
        };
        self.known.get(at)
    }
}

fn known(text: &[u8]) -> Option<Known> {
    let mut fields = HeaderMap::new();
    let mut authority = None;
    let lines = text.split(|byte| *byte == b'\n');
    for line in lines.map(<[u8]>::trim_ascii_end) {
        if line.is_empty() {
            continue;
        }
        let (name, value) = split(line, b":")?;
        let name = HeaderName::from_bytes(name).ok()?;
        let value = HeaderValue::from_bytes(value.trim_ascii()).ok()?;
        if name == HOST {
            authority = Some(Authority::try_from(value.as_bytes()).ok()?);
        } else if !OF_CONNECTIONS.contains(&name.as_str()) {
            fields.append(name, value);
        }
    }
    Some(Known {
        text: text.into(),
        authority: authority?,
        fields,
    })
}

/// What stands before and behind the first separator.
fn split<'b>(bytes: &'b [u8], separator: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let mut windows = bytes.windows(separator.len());
    let at = windows.position(|window| window == separator)?;
    Some((bytes.get(..at)?, bytes.get(at + separator.len()..)?))
}

/// The last line, and what stands before it.
fn last_line(text: &[u8]) -> (&[u8], &[u8]) {
    match text.windows(2).rposition(|window| window == b"\r\n") {
        Some(at) => (&text[..at], &text[at + 2..]),
        None => (b"", text),
    }
}

fn is_length(line: &[u8]) -> bool {
    let name = b"content-length:";
    line.get(..name.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(Request<()>, Bytes)> {
        Requests::new(true).read(text.as_bytes())
    }

    #[test]
    fn a_request_is_the_same_in_both_versions() {
        let text = "PUT /v2/a?b=c HTTP/1.1\r\nHost: api.example:8443\r\nX-Id: 1\r\nX-Id: 2\r\n\
                    Connection: close\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nbody";
        let (request, body) = read(text).unwrap();
        assert_eq!(request.method(), "PUT");
        assert_eq!(request.uri(), "https://api.example:8443/v2/a?b=c");
        assert_eq!(
            (request.version(), &body[..]),
            (Version::HTTP_2, &b"body"[..])
        );
        let fields: Vec<(&str, &[u8])> = request
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let expected: [(&str, &[u8]); 4] = [
            ("x-id", b"1"),
            ("x-id", b"2"),
            ("content-type", b"text/plain"),
            ("content-length", b"4"),
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn fields_that_were_read_are_not_read_again_and_others_are() {
        let mut requests = Requests::new(false);
        for number in 0..100 {
            let own = number % 40;
            let text = format!("GET /{number} HTTP/1.1\r\nHost: a\r\nX-Own: {own}\r\n\r\n");
            let (request, body) = requests.read(text.as_bytes()).unwrap();
            assert_eq!(request.uri().to_string(), format!("http://a/{number}"));
            assert_eq!(request.headers()["x-own"], own.to_string());
            assert!(body.is_empty() && !request.headers().contains_key("content-length"));
            assert!(requests.known.len() <= MOST);
        }
    }

    #[test]
    fn an_empty_body_keeps_its_length_and_what_is_no_request_is_none() {
        let (request, _) = read("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").unwrap();
        assert_eq!(request.headers()["content-length"], "0");
        for wrong in [
            "",
            "GET / HTTP/1.1\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX(: b\r\n\r\n",
        ] {
            assert!(read(wrong).is_none(), "{wrong:?}");
        }
    }
}
