//! How exchanges end that have no answer: their time runs out, the server says farewell, or the
//! connection is gone.

use std::io;
use std::time::Instant;

use super::super::error::{ConnectError, ExchangeError, Malformed, Stage};
use super::exchanges::Exchanges;
use super::frame::{self, Frame, Reason, WINDOW};
use super::stream::Stream;

/// How far a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    /// The settings of the server have not come.
    Silent,
    Open,
    /// No exchange can begin any more.
    Over,
}

impl Exchanges {
    /// Ends the exchanges whose time has run out.
    pub fn expire(&mut self, now: Instant) {
        // They were given the same time, one after the other.
        while let Some((number, place)) = self.open.first().copied()
            && let Some(stream) = self.streams.get(place)
            && stream.due.is_some_and(|due| due <= now)
        {
            let error = ExchangeError::Timeout(stream.stage());
            self.fail(number, place, (Reason::CANCEL, error));
        }
    }

    /// When the time of an exchange runs out next.
    pub(super) fn due(&self) -> Option<Instant> {
        let (_, place) = self.open.first()?;
        self.streams.get(*place)?.due
    }

    /// The connection was closed, or has failed.
    pub fn close(&mut self, error: Option<&io::Error>) {
        let farewell = self.farewell;
        let end = match error {
            None => ConnectError::Protocol("it closed the connection"),
            // A server of HTTP/1.1 answers our first bytes and leaves; what of it arrives is chance.
            Some(error) if is_torn(error.kind()) => {
                ConnectError::Protocol("it reset the connection")
            }
            Some(error) => io::Error::new(error.kind(), error.to_string()).into(),
        };
        self.end_all(end, |stage, reused| match error {
            _ if farewell != Reason::NO_ERROR => ExchangeError::Cancelled {
                stage,
                reason: farewell.name(),
            },
            Some(error) => ExchangeError::of(error, stage, reused),
            None => ExchangeError::Closed { stage, reused },
        });
    }

    /// Gives the connection up, as the server breaks the rules.
    pub(super) fn break_off(&mut self, reason: Reason) {
        frame::head(&mut self.out, 8, frame::GOAWAY, 0, 0);
        self.out.extend_from_slice(&[0; 4]);
        self.out.extend_from_slice(&reason.0.to_be_bytes());
        let end = ConnectError::Protocol(reason.name());
        self.end_all(end, |_, _| Malformed::Frames(reason.name()).into());
    }

    fn end_all(&mut self, end: ConnectError, error: impl Fn(Stage, bool) -> ExchangeError) {
        self.life = Life::Over;
        self.end.get_or_insert(end);
        let reused = self.is_used;
        while let Some((number, place)) = self.open.last().copied() {
            let stage = self.streams.get(place).map(Stream::stage);
            let error = error(stage.unwrap_or(Stage::Awaiting), reused);
            self.finish(number, place, Err(error));
        }
    }

    pub(super) fn goaway(&mut self, frame: Frame<'_>) -> Result<(), Reason> {
        if frame.stream != 0 {
            return Err(Reason::PROTOCOL);
        }
        let Some(([last @ .., a, b, c, d], _)) = frame.payload.split_first_chunk::<8>() else {
            return Err(Reason::FRAME_SIZE);
        };
        let last = u32::from_be_bytes(*last) & WINDOW;
        let reason = Reason(u32::from_be_bytes([*a, *b, *c, *d]));
        self.life = Life::Over;
        self.farewell = reason;
        // What it does not name was not looked at (RFC 9113 section 6.8).
        while let Some((number, place)) = self.open.last().copied()
            && number > last
        {
            let error = match reason {
                Reason::NO_ERROR => ExchangeError::Closed {
                    stage: Stage::Unsent,
                    reused: true,
                },
                reason => ExchangeError::Cancelled {
                    stage: Stage::Awaiting,
                    reason: reason.name(),
                },
            };
            self.finish(number, place, Err(error));
        }
        Ok(())
    }
}

fn is_torn(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(kind, BrokenPipe | ConnectionAborted | ConnectionReset)
}
