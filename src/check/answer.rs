//! Answers: a response beside what the document says about its status.

use std::borrow::Cow;

use serde_json::Value;

use super::Subject;
use crate::http::Response;
use crate::spec::{self, MediaType, ResponseKey};
use crate::wire::{MediaRange, best_match};

/// A response that the document describes.
pub(super) struct Answer<'a> {
    pub(super) response: &'a Response,
    pub(super) key: ResponseKey,
    pub(super) documented: &'a spec::Response,
    head: bool,
}

/// What the `Content-Type` of an answer says.
pub(super) enum ContentType {
    Missing,
    /// With the text that cannot be read.
    Malformed(String),
    Known(MediaRange),
}

/// A body read as its media type says.
pub(super) enum Reading {
    /// An instance.
    Instance(Value),
    /// Not what the media type promises, with the reason.
    Malformed(String),
    /// Nothing is known about instances of the media type, or the reader has limits of its own.
    Unread,
}

impl<'a> Answer<'a> {
    /// The answer and its documentation; `None` where the rest of the answer is not judged: the
    /// status is undocumented, the server failed, or it accepted a defect.
    pub(super) fn of(subject: &Subject<'a>) -> Option<Self> {
        if !subject.answers_operation() || subject.accepts_defect() {
            return None;
        }
        let response = subject.response()?;
        let (key, documented) = subject
            .operation
            .responses
            .select(response.status)
            .filter(|_| response.status < 500)?;
        Some(Self {
            response,
            key,
            documented,
            head: subject.request().method.eq_ignore_ascii_case("HEAD"),
        })
    }

    /// Whether HTTP lets this answer have content: never to `HEAD`, nor with 1xx, 204, 205 and 304
    /// (RFC 9110 sections 6.4.1 and 15.3.6).
    pub(super) fn may_have_content(&self) -> bool {
        !self.head && !forbids_content(self.response.status)
    }

    /// The content, if there is any that can be read: `gzip` and `deflate` are undone.
    pub(super) fn content(&self) -> Option<Cow<'a, [u8]>> {
        let content = self.response.content().ok()?;
        (self.may_have_content() && !self.response.body.is_empty()).then_some(content)
    }

    pub(super) fn content_type(&self) -> ContentType {
        match self.response.header("content-type") {
            None => ContentType::Missing,
            Some(text) => match MediaRange::parse(&text) {
                Ok(media) if !media.is_range() => ContentType::Known(media),
                _ => ContentType::Malformed(text),
            },
        }
    }

    /// The documented media type that fits the answer's `Content-Type`.
    pub(super) fn media_type(&self, content_type: &MediaRange) -> Option<&'a MediaType> {
        let declared = self.documented.content.keys().map(String::as_str);
        let name = best_match(declared, content_type)?;
        self.documented.content.get(name)
    }

    /// The body as an instance, if it is JSON.
    pub(super) fn json(&self) -> Reading {
        match self.content_type() {
            ContentType::Known(media) if media.is_json() => match self.content() {
                Some(content) => json(&content),
                None => Reading::Unread,
            },
            _ => Reading::Unread,
        }
    }

    /// The status as the document lists it, for titles.
    pub(super) fn listed(&self) -> Cow<'static, str> {
        match self.key {
            ResponseKey::Default => Cow::Borrowed("`default`"),
            key => Cow::Owned(key.to_string()),
        }
    }
}

/// Whether no answer of this status has content.
pub(crate) fn forbids_content(status: u16) -> bool {
    (100..200).contains(&status) || matches!(status, 204 | 205 | 304)
}

/// Reads JSON (RFC 8259).
pub(super) fn json(bytes: &[u8]) -> Reading {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            return Reading::Malformed(format!("not UTF-8 from byte {} on", error.valid_up_to()));
        }
    };
    if text.starts_with('\u{feff}') {
        return Reading::Malformed(
            "a byte order mark, which RFC 8259 section 8.1 forbids".to_owned(),
        );
    }
    match serde_json::from_str(text) {
        Ok(value) => Reading::Instance(value),
        // The reader's own limit is no fault of the server.
        Err(error) if error.to_string().starts_with("recursion limit exceeded") => Reading::Unread,
        Err(error) => Reading::Malformed(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_read_strictly_but_depth_is_no_fault() {
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        let table: [(&[u8], Option<&str>); 7] = [
            (b"{\"a\": 1e400}", Some("instance")),
            (b"null", Some("instance")),
            (deep.as_bytes(), None),
            (b"{\"a\":}", Some("malformed")),
            (b"\xff", Some("malformed")),
            (b"\xef\xbb\xbf{}", Some("malformed")),
            (b"{} {}", Some("malformed")),
        ];
        for (bytes, expected) in table {
            let read = match json(bytes) {
                Reading::Instance(_) => Some("instance"),
                Reading::Malformed(_) => Some("malformed"),
                Reading::Unread => None,
            };
            assert_eq!(read, expected, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
