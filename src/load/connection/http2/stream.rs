//! Streams: one request and its answer each (RFC 9113 sections 5.1 and 8.1).

use std::task::Waker;
use std::time::Instant;

use super::super::answer::Answer;
use super::super::error::{ExchangeError, Malformed, Stage, TooLarge};
use super::super::exchange::Received;
use super::super::limits::{FIELDS, INTERIM, Limits};
use super::frame::Reason;
use super::hpack::{Decoder, Unreadable};
use super::table::Field;

/// Fields that are about a connection, and so may not stand here (RFC 9113 section 8.2.2).
const OF_CONNECTIONS: [&[u8]; 5] = [
    b"connection",
    b"keep-alive",
    b"proxy-connection",
    b"transfer-encoding",
    b"upgrade",
];

/// How far a stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Phase {
    /// The head of the final answer has not come.
    #[default]
    Awaiting,
    /// Content or trailer fields may come.
    Content,
}

/// A stream.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// Its number.
    pub(super) number: u32,
    pub(super) answer: Answer,
    /// Whom to tell that it has ended.
    pub(super) waker: Option<Waker>,
    /// What came of it, when it has ended.
    pub(super) ended: Option<Result<Received, ExchangeError>>,
    /// When it must have.
    pub(super) due: Option<Instant>,
    /// How many bytes the server takes now.
    pub(super) room: i64,
    /// How many bytes the server may send.
    pub(super) window: i64,
    /// The content of the request that has no room yet, and how much of it has gone since.
    pub(super) unsent: Vec<u8>,
    pub(super) gone: usize,
    phase: Phase,
    /// Whether the request was `HEAD`.
    is_head: bool,
    /// When the first frame of an answer came.
    first: Option<Instant>,
    interim: usize,
    /// How long the content says that it is.
    declared: Option<u64>,
}

/// Why a stream fails: what the server is told, and what became of the exchange.
pub(super) type Failed = (Reason, ExchangeError);

/// The answer breaks the rules.
fn malformed() -> Failed {
    let reason = Reason::PROTOCOL;
    (reason, Malformed::Frames(reason.name()).into())
}

fn beyond(limit: TooLarge) -> Failed {
    (Reason::CANCEL, limit.into())
}

impl Stream {
    /// Begins an exchange; buffers are used again.
    pub(super) fn begin(&mut self, number: u32, is_head: bool, (room, window): (i64, i64)) {
        let mut unsent = std::mem::take(&mut self.unsent);
        unsent.clear();
        *self = Self {
            number,
            room,
            window,
            unsent,
            is_head,
            ..Self::default()
        };
    }

    /// Where an exchange is that fails now.
    pub(super) fn stage(&self) -> Stage {
        match self.phase {
            Phase::Awaiting => Stage::Awaiting,
            Phase::Content => Stage::Body,
        }
    }

    /// Takes a header section. Whether the stream is over.
    pub(super) fn section(
        &mut self,
        (decoder, block): (&mut Decoder, &[u8]),
        is_last: bool,
        at: Instant,
        limits: &Limits,
    ) -> Result<Result<bool, Failed>, Unreadable> {
        self.first.get_or_insert(at);
        let mut section = Section {
            is_trailer: self.phase == Phase::Content,
            answer: &mut self.answer,
            most: limits.head,
            status: None,
            is_regular: false,
            is_malformed: false,
            beyond: None,
            length: None,
        };
        decoder.read(block, |field| section.take(field))?;
        let Section {
            status,
            is_malformed,
            beyond: limit,
            length,
            is_trailer,
            ..
        } = section;
        Ok(match (is_trailer, status) {
            _ if is_malformed => Err(malformed()),
            (true, None) if is_last => self.end().map(|()| true),
            (true, _) | (false, None | Some(..100 | 101)) => Err(malformed()),
            (false, Some(100..200)) => {
                self.interim += 1;
                self.answer.clear();
                match limit {
                    Some(limit) => Err(beyond(limit)),
                    None if is_last => Err(malformed()),
                    None if self.interim > INTERIM => Err(beyond(TooLarge::Interim)),
                    None => Ok(false),
                }
            }
            (false, Some(status)) => {
                self.phase = Phase::Content;
                self.declared = length;
                self.answer.begin(status);
                self.answer.begin_content();
                match limit {
                    Some(limit) => Err(beyond(limit)),
                    None if is_last => self.end().map(|()| true),
                    None => Ok(false),
                }
            }
        })
    }

    /// Takes content. Whether the stream is over.
    pub(super) fn content(
        &mut self,
        content: &[u8],
        is_last: bool,
        limits: &Limits,
    ) -> Result<bool, Failed> {
        if self.phase == Phase::Awaiting || (self.is_head && !content.is_empty()) {
            return Err(malformed());
        }
        let length = self.answer.transferred().len() + content.len();
        if self
            .declared
            .is_some_and(|declared| declared < length as u64)
            && !self.is_without()
        {
            return Err(malformed());
        }
        if length > limits.body {
            return Err(beyond(TooLarge::Body));
        }
        self.answer.add_content(content);
        if is_last {
            self.end()?;
        }
        Ok(is_last)
    }

    /// What an answer that has ended came to.
    pub(super) fn received(&self, at: Instant) -> Received {
        Received {
            first: self.first.unwrap_or(at),
            at,
            lag: None,
            keeps: true,
        }
    }

    /// Whether the answer tells of content that it does not have (RFC 9110 section 8.6).
    fn is_without(&self) -> bool {
        self.is_head || matches!(self.answer.status(), 204 | 304)
    }

    fn end(&self) -> Result<(), Failed> {
        let length = self.answer.transferred().len() as u64;
        match self.declared {
            Some(declared) if declared != length && !(self.is_without() && length == 0) => {
                Err(malformed())
            }
            _ => Ok(()),
        }
    }
}

/// A header section that is being read.
struct Section<'a> {
    answer: &'a mut Answer,
    is_trailer: bool,
    /// How long it may be.
    most: usize,
    status: Option<u16>,
    /// Whether a field came that is none of the frames' own.
    is_regular: bool,
    is_malformed: bool,
    beyond: Option<TooLarge>,
    /// What `content-length` says.
    length: Option<u64>,
}

impl Section<'_> {
    /// Takes a field. Whatever is wrong, all are read: the next section depends on them.
    fn take(&mut self, field: Field<'_>) {
        let Field { name, value, .. } = field;
        if name.first() == Some(&b':') {
            let status = status(value).filter(|_| name == b":status");
            let is_wrong = self.is_trailer || self.is_regular || self.status.is_some();
            self.is_malformed |= is_wrong || status.is_none();
            self.status = status;
            return;
        }
        self.is_regular = true;
        self.is_malformed |= !field.is_valid || OF_CONNECTIONS.contains(&name);
        if self.is_trailer {
            return;
        }
        if name == b"content-length" {
            let length = length(value);
            let is_other = self.length.is_some_and(|before| Some(before) != length);
            self.is_malformed |= is_other || length.is_none();
            self.length = length;
        }
        if self.answer.length() + name.len() + value.len() > self.most {
            self.beyond.get_or_insert(TooLarge::Head);
        } else if self.answer.fields.len() == FIELDS {
            self.beyond.get_or_insert(TooLarge::Fields);
        }
        if self.beyond.is_none() {
            self.answer.add_field(name, value);
        }
    }
}

fn status(value: &[u8]) -> Option<u16> {
    let [
        hundreds @ b'1'..=b'9',
        tens @ b'0'..=b'9',
        ones @ b'0'..=b'9',
    ] = *value
    else {
        return None;
    };
    let digit = |byte: u8| u16::from(byte - b'0');
    Some(digit(hundreds) * 100 + digit(tens) * 10 + digit(ones))
}

fn length(value: &[u8]) -> Option<u64> {
    let is_number = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    let text = str::from_utf8(value).ok().filter(|_| is_number)?;
    text.parse().ok()
}
