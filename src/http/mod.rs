//! HTTP as plain values: requests, responses, exchanges, and the one trait that moves them.

mod client;
mod coding;
mod exchange;
mod transport;

use std::borrow::Cow;

use bytes::Bytes;

pub use client::{Client, ClientError, ClientOptions, tls};
pub use coding::{Codings, DecodeError, Decoder};
pub use exchange::{Exchange, Timing};
pub use transport::{Transport, TransportError};

/// How many bytes content may have whose coding is undone: small bodies may hold very much.
const MOST_CONTENT: usize = 64 << 20;

/// A request as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method, as written (RFC 9110 section 9).
    pub method: String,
    /// Path and query, percent-encoded, relative to the target; starts with `/`.
    pub path: String,
    /// Header fields in order; names as they are sent.
    pub headers: Vec<(String, String)>,
    /// The content; `None` sends neither content nor `Content-Length`.
    pub body: Option<Bytes>,
}

/// A response as it came over the wire, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code (RFC 9110 section 15).
    pub status: u16,
    /// Header fields in order; names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The content, content codings not undone.
    pub body: Bytes,
}

impl Request {
    /// The first value of a header field, by name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The path without the query.
    pub fn path_only(&self) -> &str {
        self.path
            .split_once('?')
            .map_or(&*self.path, |(path, _)| path)
    }

    /// The query without its `?`; empty when there is none.
    pub fn query(&self) -> &str {
        self.path.split_once('?').map_or("", |(_, query)| query)
    }
}

impl Response {
    /// An answer without header fields and content.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    /// Adds a header field.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers
            .push((name.to_ascii_lowercase(), value.as_ref().to_vec()));
        self
    }

    /// Sets content and `Content-Type`.
    #[must_use]
    pub fn with_body(self, media_type: &str, body: impl Into<Bytes>) -> Self {
        let mut response = self.with_header("content-type", media_type);
        response.body = body.into();
        response
    }

    /// The first value of a header field as text, by name in any case. Bytes beyond ASCII are read
    /// as ISO 8859-1 (RFC 9110 section 5.5).
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers
            .iter()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.iter().map(|byte| char::from(*byte)).collect())
    }

    /// The content with its coding undone: what the media type speaks of.
    ///
    /// # Errors
    /// The coding is not known here, the content is not what it says, or longer than 64 MiB.
    pub fn content(&self) -> Result<Cow<'_, [u8]>, DecodeError> {
        if self.body.is_empty() {
            return Ok(Cow::Borrowed(&[]));
        }
        let fields = self.headers.iter();
        let values = fields.filter(|(name, _)| name.eq_ignore_ascii_case("content-encoding"));
        let Some(codings) = Codings::of(values.map(|(_, value)| &**value))? else {
            return Ok(Cow::Borrowed(&self.body));
        };
        let mut content = Vec::new();
        Decoder::new(MOST_CONTENT).undo_all(codings, &self.body, &mut content)?;
        Ok(Cow::Owned(content))
    }

    /// The same, or what was transferred if that cannot be read.
    pub fn content_or_body(&self) -> Cow<'_, [u8]> {
        self.content().unwrap_or(Cow::Borrowed(&self.body))
    }

    /// The content as JSON, if it is that.
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.content().ok()?).ok()
    }

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}
