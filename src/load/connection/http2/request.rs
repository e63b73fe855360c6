//! Requests as HTTP/2 has them (RFC 9113 section 8.3.1), from the bytes that HTTP/1.1 would send.
//!
//! What stands between the request line and `Content-Length` is nearly always the same for a step: it
//! is read once, and copied from then on. Nothing is put in the server's table of header fields, so
//! that a header section is the same bytes on every connection.

use http::header::{HeaderName, HeaderValue};

use super::encode::{indexed, integer, literal, string};
use super::table::STATIC;

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

/// Fields that no table may ever hold (RFC 7541 section 7.1.3).
const SECRET: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];

/// Where the fields of requests stand among those that every connection knows.
const AUTHORITY: usize = 1;
const METHOD: usize = 2;
const PATH: usize = 4;
const SCHEME: usize = 6;
const CONTENT_LENGTH: usize = 28;

/// Writes requests.
#[derive(Debug)]
pub struct Requests {
    is_secure: bool,
    known: Vec<Known>,
    /// Which of them is forgotten next.
    next: usize,
}

/// Header fields that were read before.
#[derive(Debug)]
struct Known {
    text: Box<[u8]>,
    /// As HPACK has them, the authority first.
    section: Box<[u8]>,
}

/// A request whose header section was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written<'b> {
    pub(super) is_head: bool,
    pub(super) body: &'b [u8],
}

impl Requests {
    /// Writes requests to a target that is reached over TLS or not.
    pub fn new(is_secure: bool) -> Self {
        Self {
            is_secure,
            known: Vec::new(),
            next: 0,
        }
    }

    /// Adds the header section of a request; `None` if HTTP/2 has no such request.
    pub(super) fn write<'b>(&mut self, bytes: &'b [u8], out: &mut Vec<u8>) -> Option<Written<'b>> {
        let (line, rest) = split(bytes, b"\r\n")?;
        let (method, line) = split(line, b" ")?;
        let path = line.strip_suffix(b" HTTP/1.1")?;
        let is_path = path.starts_with(b"/") || path == b"*";
        if !is_path || !path.iter().all(|byte| matches!(byte, b'!'..=b'~')) {
            return None;
        }
        match method {
            b"GET" => indexed(METHOD, out),
            b"POST" => indexed(METHOD + 1, out),
            _ if http::Method::from_bytes(method).is_ok() => literal(METHOD, method, out),
            _ => return None,
        }
        indexed(SCHEME + usize::from(self.is_secure), out);
        literal(PATH, path, out);
        let (known, has_length, body) = self.fields(rest)?;
        out.extend_from_slice(&known.section);
        if has_length {
            literal(CONTENT_LENGTH, body.len().to_string().as_bytes(), out);
        }
        Some(Written {
            is_head: method == b"HEAD",
            body,
        })
    }

    /// The fields before `Content-Length`, whether that follows them, and the content.
    fn fields<'b>(&mut self, rest: &'b [u8]) -> Option<(&Known, bool, &'b [u8])> {
        let mut known = self.known.iter();
        let at = if let Some(at) = known.position(|known| known.ending(rest).is_some()) {
            at
        } else if self.known.len() < MOST {
            self.known.push(known_fields(rest)?);
            self.known.len() - 1
        } else {
            let at = self.next % MOST;
            self.next = at + 1;
            *self.known.get_mut(at)? = known_fields(rest)?;
            at
        };
        let known = self.known.get(at)?;
        let (has_length, body) = known.ending(rest)?;
        Some((known, has_length, body))
    }
}

impl Known {
    /// Whether `Content-Length` follows these fields, and the content; `None` if the request has other
    /// fields.
    fn ending<'b>(&self, rest: &'b [u8]) -> Option<(bool, &'b [u8])> {
        let after = rest.strip_prefix(&*self.text)?;
        if let Some(body) = after.strip_prefix(b"\r\n") {
            return Some((false, body));
        }
        let (line, after) = split(after, b"\r\n")?;
        let body = after.strip_prefix(b"\r\n")?;
        is_length(line).then_some((true, body))
    }
}

/// Reads the fields before the last one, if that is `Content-Length`, or all of them.
fn known_fields(rest: &[u8]) -> Option<Known> {
    let mut length = 0;
    while let Some((line, after)) = split(rest.get(length..)?, b"\r\n") {
        let is_last = after.starts_with(b"\r\n");
        if line.is_empty() || (is_last && is_length(line)) {
            break;
        }
        length += line.len() + 2;
    }
    let text = rest.get(..length)?;
    let (mut authority, mut fields) = (Vec::new(), Vec::new());
    let lines = text.split(|byte| *byte == b'\n');
    for line in lines.map(<[u8]>::trim_ascii_end) {
        if line.is_empty() {
            continue;
        }
        let (name, value) = split(line, b":")?;
        let name = HeaderName::from_bytes(name).ok()?;
        let value = HeaderValue::from_bytes(value.trim_ascii()).ok()?;
        let (name, value) = (name.as_str(), value.as_bytes());
        if name == "host" {
            authority.clear();
            literal(AUTHORITY, value, &mut authority);
        } else if !OF_CONNECTIONS.contains(&name) {
            let number = STATIC.iter().position(|(known, _)| *known == name);
            let number = number.map_or(0, |before| before + 1);
            // RFC 7541 section 6.2: with `0001` in front it is never put into a table.
            let kind = if SECRET.contains(&name) { 0x10 } else { 0 };
            integer(kind, 0x0f, number, &mut fields);
            if number == 0 {
                string(name.as_bytes(), &mut fields);
            }
            string(value, &mut fields);
        }
    }
    if authority.is_empty() {
        return None;
    }
    authority.extend(fields);
    Some(Known {
        text: text.into(),
        section: authority.into(),
    })
}

/// What stands before and behind the first separator.
fn split<'b>(bytes: &'b [u8], separator: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let mut windows = bytes.windows(separator.len());
    let at = windows.position(|window| window == separator)?;
    Some((bytes.get(..at)?, bytes.get(at + separator.len()..)?))
}

fn is_length(line: &[u8]) -> bool {
    const NAME: &[u8] = b"content-length:";
    let name = line.get(..NAME.len());
    name.is_some_and(|name| name.eq_ignore_ascii_case(NAME))
}

#[cfg(test)]
mod tests {
    use super::super::hpack::Decoder;
    use super::{MOST, Requests};

    /// The fields of the section, and the content.
    fn read(requests: &mut Requests, text: &str) -> Option<(Vec<String>, String)> {
        let (mut out, mut fields) = (Vec::new(), Vec::new());
        let written = requests.write(text.as_bytes(), &mut out)?;
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let read = Decoder::new().read(&out, |field| {
            assert!(field.is_valid);
            fields.push(format!("{}={}", text(field.name), text(field.value)));
        });
        read.unwrap();
        Some((fields, text(written.body)))
    }

    #[test]
    fn a_request_is_the_same_in_both_versions() {
        let text = "PUT /v2/a?b=c HTTP/1.1\r\nX-Id: 1\r\nHost: api.example:8443\r\nX-Id: 2\r\n\
                    Connection: close\r\nContent-Type: text/plain\r\nAuthorization: Bearer x\r\n\
                    Content-Length: 4\r\n\r\nbody";
        let (fields, body) = read(&mut Requests::new(true), text).unwrap();
        let expected = [
            ":method=PUT",
            ":scheme=https",
            ":path=/v2/a?b=c",
            ":authority=api.example:8443",
            "x-id=1",
            "x-id=2",
            "content-type=text/plain",
            "authorization=Bearer x",
            "content-length=4",
        ];
        assert_eq!(fields, expected);
        assert_eq!(body, "body");
    }

    #[test]
    fn fields_that_were_read_are_not_read_again_and_others_are() {
        let mut requests = Requests::new(false);
        for number in 0..200 {
            let own = number % 40;
            let (length, body) = match number % 3 {
                0 => ("", ""),
                1 => ("Content-Length: 3\r\n", "abc"),
                _ => ("content-length: 0\r\n", ""),
            };
            let text =
                format!("GET /{number} HTTP/1.1\r\nHost: a\r\nX-Own: {own}\r\n{length}\r\n{body}");
            let (fields, read) = read(&mut requests, &text).unwrap();
            let mut expected = vec![
                ":method=GET".to_owned(),
                ":scheme=http".to_owned(),
                format!(":path=/{number}"),
                ":authority=a".to_owned(),
                format!("x-own={own}"),
            ];
            expected.extend((!length.is_empty()).then(|| format!("content-length={}", body.len())));
            assert_eq!((fields, &*read), (expected, body));
            assert!(requests.known.len() <= MOST);
        }
        // Longer than a number of one byte tells.
        let long = "x".repeat(300);
        let text = format!("POST /{long} HTTP/1.1\r\nHost: a\r\nX: {long}\r\n\r\n");
        let (fields, _) = read(&mut requests, &text).unwrap();
        assert_eq!(fields[2], format!(":path=/{long}"));
        assert_eq!(fields[4], format!("x={long}"));
    }

    #[test]
    fn what_is_no_request_is_none() {
        for wrong in [
            "",
            "GET / HTTP/1.1\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n",
            "GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET a HTTP/1.1\r\nHost: a\r\n\r\n",
            "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX(: b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n",
        ] {
            assert!(
                read(&mut Requests::new(false), wrong).is_none(),
                "{wrong:?}"
            );
        }
    }
}
