//! The status line and the header fields (RFC 9112 sections 4 and 5).

use std::mem::MaybeUninit;
use std::ops::Range;

use httparse::{ParserConfig, Response, Status};

use super::answer::{Answer, Field};
use super::error::{ExchangeError, Malformed, TooLarge};
use super::framing::Signals;
use super::limits::FIELDS;

/// Reads the header section at the beginning of the answer's bytes, if it is whole: its length and
/// what it says about the content's end.
pub(super) fn read(answer: &mut Answer) -> Result<Option<(usize, Signals)>, ExchangeError> {
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
