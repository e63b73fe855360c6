//! What goes on over an HTTP/2 connection, apart from any socket: which bytes are to be sent, what
//! those mean that came, and what comes of each exchange.

use std::task::{Context, Poll};
use std::time::Duration;

use super::super::answer::Answer;
use super::super::error::{ConnectError, ExchangeError};
use super::super::exchange::Received;
use super::super::limits::Limits;
use super::ending::Life;
use super::frame::{self, ENABLE_PUSH, INITIAL_WINDOW_SIZE, MAX_HEADER_LIST_SIZE, Reason};
use super::hpack::Decoder;
use super::peer::Peer;
use super::stream::{Failed, Stream};

/// How many bytes an answer may be ahead of who reads it.
pub(super) const STREAM_WINDOW: u32 = 1024 * 1024;

/// How many bytes all answers of a connection may be ahead.
pub(super) const SESSION_WINDOW: u32 = 8 * 1024 * 1024;

/// The windows and the longest frame where nobody has said otherwise (RFC 9113 section 6.5.2).
const UNTOLD_WINDOW: u32 = 65_535;

/// What was sent is forgotten when it is more than this, and a larger buffer given back.
const KEPT: usize = 256 * 1024;

/// A header section of which parts are to come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    pub(super) stream: u32,
    pub(super) is_last: bool,
    /// What its parts have cost, frames included.
    pub(super) cost: usize,
}

/// The exchanges of a connection.
#[derive(Debug)]
pub struct Exchanges {
    pub(super) limits: Limits,
    pub(super) decoder: Decoder,
    pub(super) peer: Peer,
    /// Streams, by place; those that are over are used again.
    pub(super) streams: Vec<Stream>,
    /// Places where nobody is.
    free: Vec<usize>,
    /// Streams that are open, in order of their numbers, and where they are.
    pub(super) open: Vec<(u32, usize)>,
    /// The number of the next stream.
    pub(super) next: u32,
    /// What is to be sent, and how much of it was.
    pub(super) out: Vec<u8>,
    gone: usize,
    /// How many bytes the server may send on all streams.
    pub(super) window: i64,
    pub(super) section: Option<Open>,
    pub(super) block: Vec<u8>,
    /// Whether the server is to be told that our table of header fields is empty.
    pub(super) is_emptied: bool,
    /// How many frames came since one that an exchange had waited for.
    pub(super) idle: u32,
    /// How many bytes of `out` only answer frames of the server.
    pub(super) replies: usize,
    pub(super) life: Life,
    /// Why, if the server said so.
    pub(super) farewell: Reason,
    /// Why the connection is gone, if it is.
    pub(super) end: Option<ConnectError>,
    /// Whether an exchange has ended.
    pub(super) is_used: bool,
    /// How long the last bytes had lain in our own buffer, until somebody takes note of it.
    pub(super) lag: Option<Duration>,
    /// How many were told that their exchange has ended.
    pub(super) woken: usize,
}

impl Exchanges {
    /// A connection over which nothing was said yet.
    pub fn new(limits: Limits) -> Self {
        let section = u32::try_from(most_section(&limits)).unwrap_or(u32::MAX);
        let mut out = frame::PREFACE.to_vec();
        let settings = [
            (ENABLE_PUSH, 0),
            (INITIAL_WINDOW_SIZE, STREAM_WINDOW),
            (MAX_HEADER_LIST_SIZE, section),
        ];
        frame::settings(&mut out, &settings);
        let more = SESSION_WINDOW - UNTOLD_WINDOW;
        frame::number(&mut out, frame::WINDOW_UPDATE, 0, more);
        Self {
            limits,
            decoder: Decoder::new(),
            peer: Peer {
                streams: usize::MAX,
                window: UNTOLD_WINDOW.into(),
                room: UNTOLD_WINDOW.into(),
                payload: frame::PAYLOAD,
            },
            streams: Vec::new(),
            free: Vec::new(),
            open: Vec::new(),
            next: 1,
            out,
            gone: 0,
            window: SESSION_WINDOW.into(),
            section: None,
            block: Vec::new(),
            is_emptied: false,
            idle: 0,
            replies: 0,
            life: Life::Silent,
            farewell: Reason::NO_ERROR,
            end: None,
            is_used: false,
            lag: None,
            woken: 0,
        }
    }

    /// Whether the server has spoken HTTP/2.
    pub(super) fn is_told(&self) -> bool {
        self.life != Life::Silent
    }

    /// Whether exchanges can begin, as far as is known.
    pub fn is_open(&self) -> bool {
        self.life != Life::Over
    }

    /// How many exchanges the server allows at once.
    pub(super) fn most(&self) -> usize {
        self.peer.streams
    }

    /// Why the connection is gone, if it is.
    pub(super) fn end(&self) -> Option<&ConnectError> {
        self.end.as_ref()
    }

    /// Whether nothing is left to do but to close the connection.
    pub(super) fn is_done(&self) -> bool {
        self.end.is_some() || (!self.is_open() && self.open.is_empty())
    }

    /// What is to be sent.
    pub fn out(&self) -> &[u8] {
        self.out.get(self.gone..).unwrap_or_default()
    }

    /// So many bytes of that were sent.
    pub fn sent(&mut self, count: usize) {
        self.gone += count;
        if self.gone >= self.out.len() {
            self.out.clear();
            self.out.shrink_to(KEPT);
            (self.gone, self.replies) = (0, 0);
        } else if self.gone >= KEPT {
            self.out.drain(..self.gone);
            self.gone = 0;
        }
    }

    /// What came of an exchange, once it has ended; its place is free from then on.
    pub fn poll(
        &mut self,
        place: usize,
        answer: &mut Answer,
        context: &mut Context<'_>,
    ) -> Poll<Result<Received, ExchangeError>> {
        let Some(stream) = self.streams.get_mut(place) else {
            return Poll::Pending;
        };
        if let Some(ended) = stream.ended.take() {
            *answer = std::mem::take(&mut stream.answer);
            self.free.push(place);
            return Poll::Ready(ended);
        }
        match &stream.waker {
            Some(waker) if waker.will_wake(context.waker()) => {}
            _ => stream.waker = Some(context.waker().clone()),
        }
        Poll::Pending
    }

    /// Nobody waits for what comes of an exchange any more.
    pub fn give_up(&mut self, place: usize) {
        let Some(stream) = self.streams.get_mut(place) else {
            return;
        };
        let number = stream.number;
        stream.waker = None;
        if stream.ended.take().is_none() {
            self.reset(number, Reason::CANCEL);
            self.closed(number);
        }
        self.free.push(place);
    }

    /// A place for a stream.
    pub(super) fn place(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            self.streams.push(Stream::default());
            self.streams.len() - 1
        })
    }

    /// Where a stream is; `None` if it is closed.
    pub(super) fn find(&self, number: u32) -> Result<Option<usize>, Reason> {
        if number.is_multiple_of(2) || number >= self.next {
            return Err(Reason::PROTOCOL);
        }
        let found = self
            .open
            .binary_search_by_key(&number, |(number, _)| *number);
        Ok(found.ok().and_then(|at| Some(self.open.get(at)?.1)))
    }

    /// An exchange has failed, which the server is told.
    pub(super) fn fail(&mut self, number: u32, place: usize, (reason, error): Failed) {
        self.reset(number, reason);
        self.finish(number, place, Err(error));
    }

    /// An exchange has ended.
    pub(super) fn finish(
        &mut self,
        number: u32,
        place: usize,
        ended: Result<Received, ExchangeError>,
    ) {
        self.closed(number);
        self.is_used = true;
        let Some(stream) = self.streams.get_mut(place) else {
            return;
        };
        let is_half_sent = stream.gone < stream.unsent.len();
        stream.unsent.clear();
        stream.gone = 0;
        let is_answered = ended.is_ok();
        stream.ended = Some(ended);
        if let Some(waker) = stream.waker.take() {
            waker.wake();
            self.woken += 1;
        }
        if is_answered && is_half_sent {
            self.reset(number, Reason::CANCEL);
        }
    }

    pub(super) fn closed(&mut self, number: u32) {
        let found = self
            .open
            .binary_search_by_key(&number, |(number, _)| *number);
        if let Ok(at) = found {
            self.open.remove(at);
        }
    }

    fn reset(&mut self, number: u32, reason: Reason) {
        frame::number(&mut self.out, frame::RST_STREAM, number, reason.0);
    }
}

/// How long a header section may be as it comes. What is beyond the limit, but not far, can be told
/// from a flood.
pub(super) fn most_section(limits: &Limits) -> usize {
    limits.head.saturating_mul(4)
}
