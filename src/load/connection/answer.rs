//! An answer, in buffers that serve for the next one, too.

use std::ops::Range;

use bytes::Bytes;

use super::framing::is_field;
use crate::http::Response;

/// How many bytes a buffer has at first; most answers fit.
const FIRST: usize = 8 * 1024;

/// When less room than this is left, the buffer grows.
const LEAST_ROOM: usize = 1024;

/// Buffers beyond this are given back when the answer in them took less than an eighth.
const KEPT: usize = 256 * 1024;

/// Where a header field stands in the buffer.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
}

/// The answer to a request: status, header fields and content, as they were sent.
///
/// Nothing is allocated until the first byte arrives, and nothing for the next answer when it is not
/// larger than those before.
#[derive(Debug, Default)]
pub struct Answer {
    /// Initialised throughout, so that reading needs no clearing; `filled` of it was read.
    pub(super) bytes: Vec<u8>,
    pub(super) filled: usize,
    pub(super) status: u16,
    /// The minor version: 0 or 1.
    pub(super) minor: u8,
    pub(super) fields: Vec<Field>,
    /// The content as it was transferred, chunks taken off.
    pub(super) body: Range<usize>,
    /// The content with its coding undone, if it had one.
    pub(super) decoded: Vec<u8>,
    pub(super) is_decoded: bool,
}

impl Answer {
    /// Buffers without an answer.
    pub fn new() -> Self {
        Self::default()
    }

    /// The status code (RFC 9110 section 15); 0 before the first answer.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether the server answered in HTTP/1.0.
    pub fn is_version_10(&self) -> bool {
        self.minor == 0
    }

    /// The header fields in order, names as they were sent.
    pub fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.fields
            .iter()
            .map(|field| (self.part(&field.name), self.part(&field.value)))
    }

    /// The first value of a header field, by name in any case: one of letters, digits and hyphens.
    pub fn field(&self, name: &str) -> Option<&[u8]> {
        let is_it = |field: &&Field| is_field(self.part(&field.name), name.as_bytes());
        let mut fields = self.fields.iter();
        fields.find(is_it).map(|field| self.part(&field.value))
    }

    /// The content: with its coding undone after [`Decoder::decode`](super::Decoder::decode), before
    /// that as it was transferred.
    pub fn content(&self) -> &[u8] {
        if self.is_decoded {
            &self.decoded
        } else {
            self.transferred()
        }
    }

    /// The content as it was transferred: chunks taken off, content codings not undone.
    pub fn transferred(&self) -> &[u8] {
        self.part(&self.body)
    }

    /// The answer as a value of its own, content as it was transferred.
    pub fn response(&self) -> Response {
        Response {
            status: self.status,
            headers: self
                .fields()
                .map(|(name, value)| {
                    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
                    (name, value.to_vec())
                })
                .collect(),
            body: Bytes::copy_from_slice(self.transferred()),
        }
    }

    /// How many bytes came, the header section included.
    pub fn length(&self) -> usize {
        self.filled
    }

    /// How many bytes the buffers hold on to; 0 until the first byte of the first answer.
    pub fn footprint(&self) -> usize {
        self.bytes.capacity()
            + self.decoded.capacity()
            + self.fields.capacity() * size_of::<Field>()
    }

    /// Adds bytes as if they had come from a network.
    pub fn push(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = self.room();
            let count = room.len().min(rest.len());
            let (now, later) = rest.split_at(count);
            room[..count].copy_from_slice(now);
            self.filled += count;
            rest = later;
        }
    }

    /// Begins an answer that comes in parts (RFC 9113), in empty buffers.
    pub(super) fn begin(&mut self, status: u16) {
        self.status = status;
    }

    /// Adds a header field.
    pub(super) fn add_field(&mut self, name: &[u8], value: &[u8]) {
        let start = self.filled;
        self.push(name);
        let end = self.filled;
        self.push(value);
        self.fields.push(Field {
            name: start..end,
            value: end..self.filled,
        });
    }

    /// Ends the header section.
    pub(super) fn begin_content(&mut self) {
        self.body = self.filled..self.filled;
    }

    /// Adds content.
    pub(super) fn add_content(&mut self, part: &[u8]) {
        self.push(part);
        self.body.end = self.filled;
    }

    /// Makes the buffers ready for another answer.
    pub fn clear(&mut self) {
        if self.bytes.len() > KEPT && self.filled < self.bytes.len() / 8 {
            self.bytes.truncate(FIRST);
            self.bytes.shrink_to_fit();
        }
        if self.decoded.capacity() > KEPT && self.decoded.len() < self.decoded.capacity() / 8 {
            self.decoded = Vec::new();
        }
        self.filled = 0;
        self.status = 0;
        self.minor = 1;
        self.fields.clear();
        self.body = 0..0;
        self.decoded.clear();
        self.is_decoded = false;
    }

    /// Where the next bytes can be read to; never empty.
    pub(super) fn room(&mut self) -> &mut [u8] {
        if self.bytes.len() - self.filled < LEAST_ROOM {
            let longer = (self.bytes.len() * 2).max(FIRST);
            self.bytes.resize(longer, 0);
        }
        &mut self.bytes[self.filled..]
    }

    fn part(&self, span: &Range<usize>) -> &[u8] {
        self.bytes.get(span.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Expects, Limits, Reader};
    use super::{Answer, FIRST, KEPT, Response};

    #[test]
    fn an_answer_is_a_response() {
        let (mut answer, mut reader) = (Answer::new(), Reader::default());
        reader.begin(Expects::Content);
        answer.push(
            b"HTTP/1.1 201 Created\r\nContent-TYPE: text/plain\r\nContent-Length: 2\r\n\r\nok",
        );
        assert_eq!(reader.feed(&mut answer, &Limits::default()), Ok(true));
        let response = Response::new(201)
            .with_header("Content-Type", "text/plain")
            .with_header("Content-Length", "2");
        let body = b"ok"[..].into();
        assert_eq!(answer.response(), Response { body, ..response });
    }

    #[test]
    fn buffers_are_made_late_kept_and_given_back_after_a_giant() {
        let mut answer = Answer::new();
        assert_eq!(answer.footprint(), 0);
        answer.push(b"HTTP/1.1 200 OK\r\n");
        assert_eq!(answer.footprint(), FIRST);
        answer.clear();
        assert_eq!(answer.footprint(), FIRST);
        answer.push(&vec![b'a'; 8 * KEPT]);
        answer.clear();
        assert!(
            answer.footprint() >= 8 * KEPT,
            "a giant may be followed by another"
        );
        answer.push(b"HTTP/1.1 200 OK\r\n");
        answer.clear();
        assert_eq!(answer.footprint(), FIRST);
    }
}
