//! What comes: frames, and what they mean (RFC 9113 section 6).

use std::time::{Duration, Instant};

use super::super::error::{ExchangeError, Stage, TooLarge};
use super::exchanges::{Exchanges, Open, SESSION_WINDOW, STREAM_WINDOW, most_section};
use super::frame::{self, ACK, END_HEADERS, END_STREAM, Frame, HEAD, PRIORITY, Reason};

/// How many frames there may be that no exchange had waited for, one after the other. Floods of pings,
/// settings, empty or late frames end here.
const MOST_IDLE: u32 = 10_000;

/// How many bytes of replies there may be that the server does not read.
const MOST_REPLIES: usize = 64 * 1024;

impl Exchanges {
    /// Takes bytes that came, read at that moment: how many of them were whole frames. A frame that is
    /// not whole is given again with those that follow.
    pub fn feed(&mut self, bytes: &[u8], at: Instant, lag: Option<Duration>) -> usize {
        if lag.is_some() {
            self.lag = lag;
        }
        let mut taken = 0;
        while self.end().is_none() {
            match Frame::read(bytes.get(taken..).unwrap_or_default()) {
                Ok(None) => return taken,
                Ok(Some((frame, length))) => {
                    taken += length;
                    if let Err(reason) = self.take(frame, at) {
                        self.break_off(reason);
                    }
                }
                Err(reason) => self.break_off(reason),
            }
        }
        bytes.len()
    }

    fn take(&mut self, frame: Frame<'_>, at: Instant) -> Result<(), Reason> {
        self.idle += 1;
        if self.idle > MOST_IDLE {
            return Err(Reason::TOO_MUCH);
        }
        let is_expected = match self.section {
            Some(open) => frame.kind == frame::CONTINUATION && frame.stream == open.stream,
            None => frame.kind != frame::CONTINUATION,
        };
        // Servers say their settings first (RFC 9113 section 3.4).
        let is_first = self.is_told() || (frame.kind == frame::SETTINGS && !frame.has(ACK));
        if !is_expected || !is_first {
            return Err(Reason::PROTOCOL);
        }
        match frame.kind {
            frame::DATA => self.data(frame, at),
            frame::HEADERS => self.headers(frame, at),
            frame::CONTINUATION => self.continuation(frame, at),
            frame::RST_STREAM => self.reset_stream(frame),
            frame::SETTINGS => self.settings(frame),
            // We have said that we take none.
            frame::PUSH_PROMISE => Err(Reason::PROTOCOL),
            frame::PING => self.ping(frame),
            frame::GOAWAY => self.goaway(frame),
            frame::WINDOW_UPDATE => self.window_update(frame),
            _ => Ok(()),
        }
    }

    fn data(&mut self, frame: Frame<'_>, at: Instant) -> Result<(), Reason> {
        let length = i64::try_from(frame.payload.len()).unwrap_or(i64::MAX);
        self.window -= length;
        if self.window < 0 {
            return Err(Reason::FLOW_CONTROL);
        }
        if let Some(more) = due(self.window, SESSION_WINDOW) {
            frame::number(&mut self.out, frame::WINDOW_UPDATE, 0, more);
            self.window += i64::from(more);
        }
        let content = frame.unpadded()?;
        let place = self.find(frame.stream)?;
        let Some((place, stream)) = place.and_then(|at| Some((at, self.streams.get_mut(at)?)))
        else {
            return Ok(());
        };
        if !content.is_empty() {
            self.idle = 0;
        }
        let is_last = frame.has(END_STREAM);
        stream.window -= length;
        let taken = if stream.window < 0 {
            let reason = Reason::FLOW_CONTROL;
            Err((
                reason,
                super::super::error::Malformed::Frames(reason.name()).into(),
            ))
        } else {
            stream.content(content, is_last, &self.limits)
        };
        if let (Ok(false), Some(more)) = (&taken, due(stream.window, STREAM_WINDOW)) {
            frame::number(&mut self.out, frame::WINDOW_UPDATE, frame.stream, more);
            stream.window += i64::from(more);
        }
        self.came(frame.stream, place, taken, at);
        Ok(())
    }

    fn headers(&mut self, frame: Frame<'_>, at: Instant) -> Result<(), Reason> {
        self.find(frame.stream)?;
        let mut part = frame.unpadded()?;
        if frame.has(PRIORITY) {
            part = part.get(5..).ok_or(Reason::FRAME_SIZE)?;
        }
        let is_last = frame.has(END_STREAM);
        if frame.has(END_HEADERS) {
            return self.section(frame.stream, part, is_last, at);
        }
        self.block.clear();
        let open = Open {
            stream: frame.stream,
            is_last,
            cost: 0,
        };
        self.part(open, part)
    }

    fn continuation(&mut self, frame: Frame<'_>, at: Instant) -> Result<(), Reason> {
        let open = self.section.take().ok_or(Reason::PROTOCOL)?;
        self.part(open, frame.payload)?;
        // The limit ends a section that goes on and on.
        self.idle = self.idle.saturating_sub(1);
        if frame.has(END_HEADERS) {
            self.section = None;
            let block = std::mem::take(&mut self.block);
            let read = self.section(open.stream, &block, open.is_last, at);
            self.block = block;
            return read;
        }
        Ok(())
    }

    /// Keeps a part of a header section until the others come.
    fn part(&mut self, mut open: Open, part: &[u8]) -> Result<(), Reason> {
        open.cost += HEAD + part.len();
        if open.cost > most_section(&self.limits) {
            if let Some(place) = self.find(open.stream)? {
                let failed = (Reason::CANCEL, TooLarge::Head.into());
                self.fail(open.stream, place, failed);
            }
            return Err(Reason::TOO_MUCH);
        }
        self.block.extend_from_slice(part);
        self.section = Some(open);
        Ok(())
    }

    fn section(
        &mut self,
        number: u32,
        block: &[u8],
        is_last: bool,
        at: Instant,
    ) -> Result<(), Reason> {
        let place = self.find(number)?;
        let Some((place, stream)) = place.and_then(|at| Some((at, self.streams.get_mut(at)?)))
        else {
            // What it teaches holds for those that follow.
            let read = self.decoder.read(block, |_| {});
            return read.map_err(|_| Reason::COMPRESSION);
        };
        let read = stream.section((&mut self.decoder, block), is_last, at, &self.limits);
        let taken = read.map_err(|_| Reason::COMPRESSION)?;
        self.idle = 0;
        self.came(number, place, taken, at);
        Ok(())
    }

    /// A part of an answer came, with which the stream ends or not, or fails.
    fn came(
        &mut self,
        number: u32,
        place: usize,
        taken: Result<bool, super::stream::Failed>,
        at: Instant,
    ) {
        match taken {
            Ok(false) => {}
            Ok(true) => {
                let lag = self.lag.take();
                if let Some(stream) = self.streams.get(place) {
                    let mut received = stream.received(at);
                    received.lag = lag;
                    self.finish(number, place, Ok(received));
                }
            }
            Err(failed) => self.fail(number, place, failed),
        }
    }

    fn reset_stream(&mut self, frame: Frame<'_>) -> Result<(), Reason> {
        let reason = Reason(frame.number()?);
        let place = self.find(frame.stream)?;
        if let Some((place, stream)) = place.and_then(|at| Some((at, self.streams.get(at)?))) {
            let error = match (reason, stream.stage()) {
                // It was not looked at (RFC 9113 section 8.7).
                (Reason::REFUSED, Stage::Awaiting) => ExchangeError::Refused,
                (_, stage) => ExchangeError::Cancelled {
                    stage,
                    reason: reason.name(),
                },
            };
            self.finish(frame.stream, place, Err(error));
        }
        Ok(())
    }

    fn ping(&mut self, frame: Frame<'_>) -> Result<(), Reason> {
        if frame.stream != 0 {
            return Err(Reason::PROTOCOL);
        }
        if frame.payload.len() != 8 {
            return Err(Reason::FRAME_SIZE);
        }
        if frame.has(ACK) {
            return Ok(());
        }
        self.reply(frame.payload, frame::PING)
    }

    /// Answers a frame of the connection.
    pub(super) fn reply(&mut self, payload: &[u8], kind: u8) -> Result<(), Reason> {
        self.replies += HEAD + payload.len();
        if self.replies > MOST_REPLIES {
            return Err(Reason::TOO_MUCH);
        }
        frame::head(&mut self.out, payload.len(), kind, ACK, 0);
        self.out.extend_from_slice(payload);
        Ok(())
    }
}

/// How much a window is to grow, once half of it is used.
fn due(window: i64, whole: u32) -> Option<u32> {
    let used = u32::try_from(i64::from(whole) - window).ok()?;
    (used >= whole / 2).then_some(used)
}
