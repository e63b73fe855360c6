//! The status line and the header fields (RFC 9112 sections 4 and 5).

use std::mem::MaybeUninit;
use std::ops::Range;

use httparse::{ParserConfig, Response, Status};

use super::answer::{Answer, Field};
use super::error::{ExchangeError, Malformed, TooLarge};
use super::framing::Signals;
use super::limits::FIELDS;

/// Header sections beyond this are read each time.
const REMEMBERED: usize = 1024;

/// The last header section of a connection. Servers repeat themselves, and the same bytes mean the
/// same: comparing them costs a twentieth of reading them.
#[derive(Debug, Default)]
pub(super) struct Last {
    bytes: Vec<u8>,
    status: u16,
    minor: u8,
    fields: Vec<Field>,
    signals: Signals,
}

impl Last {
    fn remember(&mut self, answer: &Answer, length: usize, signals: Signals) {
        let bytes = answer.bytes.get(..length.min(answer.filled));
        let Some(bytes) = bytes.filter(|bytes| bytes.len() <= REMEMBERED) else {
            return;
        };
        self.bytes.clear();
        self.bytes.extend_from_slice(bytes);
        self.fields.clone_from(&answer.fields);
        self.status = answer.status;
        self.minor = answer.minor;
        self.signals = signals;
    }

    /// Reads the header section at the beginning of the answer's bytes, if it is whole: its length and
    /// what it says about the content's end.
    pub(super) fn read(
        &mut self,
        answer: &mut Answer,
    ) -> Result<Option<(usize, Signals)>, ExchangeError> {
        let bytes = answer.bytes.get(..answer.filled).unwrap_or_default();
        if !self.bytes.is_empty() && bytes.starts_with(&self.bytes) {
            answer.status = self.status;
            answer.minor = self.minor;
            answer.fields.extend_from_slice(&self.fields);
            return Ok(Some((self.bytes.len(), self.signals)));
        }
        let read = read(answer)?;
        if let Some((length, signals)) = read {
            self.remember(answer, length, signals);
        }
        Ok(read)
    }
}

fn read(answer: &mut Answer) -> Result<Option<(usize, Signals)>, ExchangeError> {
    let bytes = &answer.bytes[..answer.filled];
    let mut headers = [const { MaybeUninit::uninit() }; FIELDS];
    let mut response = Response::new(&mut []);
    let parsed = ParserConfig::default().parse_response_with_uninit_headers(
        &mut response,
        bytes,
        &mut headers,
    );
    let length = match parsed {
        Ok(Status::Complete(length)) => length,
        Ok(Status::Partial) => return Ok(None),
        Err(error) => return Err(refusal(error, bytes)),
    };
    answer.status = response.code.unwrap_or_default();
    if answer.status < 100 {
        return Err(Malformed::Status.into());
    }
    answer.minor = response.version.unwrap_or_default();
    let mut signals = Signals::default();
    for header in response.headers.iter() {
        signals.note(header.name.as_bytes(), header.value);
        answer.fields.push(Field {
            name: span(bytes, header.name.as_bytes()),
            value: span(bytes, header.value),
        });
    }
    Ok(Some((length, signals)))
}

/// Where a part of the bytes stands in them.
fn span(bytes: &[u8], part: &[u8]) -> Range<usize> {
    let start = part.as_ptr().addr().saturating_sub(bytes.as_ptr().addr());
    start..start + part.len()
}

fn refusal(error: httparse::Error, bytes: &[u8]) -> ExchangeError {
    let malformed = match error {
        httparse::Error::TooManyHeaders => return TooLarge::Fields.into(),
        httparse::Error::HeaderName => field_name(bytes),
        httparse::Error::HeaderValue => Malformed::FieldValue,
        httparse::Error::NewLine => Malformed::LineEnd,
        httparse::Error::Version => Malformed::Version,
        httparse::Error::Status | httparse::Error::Token => Malformed::StatusLine,
    };
    malformed.into()
}

/// What is wrong with the first line whose name is none.
fn field_name(bytes: &[u8]) -> Malformed {
    for line in bytes.split(|byte| *byte == b'\n').skip(1) {
        if line
            .first()
            .is_some_and(|byte| matches!(byte, b' ' | b'\t'))
        {
            return Malformed::Fold;
        }
        let colon = line.iter().position(|byte| *byte == b':');
        let name = line.get(..colon.unwrap_or_default()).unwrap_or_default();
        if name.last().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            return Malformed::SpaceBeforeColon;
        }
    }
    Malformed::FieldName
}
