//! What is sent: header sections and content, as far as the server takes it (RFC 9113 section 5.2).

use std::time::Instant;

use super::super::answer::Answer;
use super::super::error::{ExchangeError, Local, Stage};
use super::ending::Life;
use super::exchanges::{Exchanges, STREAM_WINDOW};
use super::frame::{self, CONTINUATION, DATA, END_HEADERS, END_STREAM, HEAD, HEADERS};
use super::request::Requests;

impl Exchanges {
    /// Begins an exchange: sends the request, of which these are the bytes in HTTP/1.1, and takes the
    /// buffers of an answer. The place where the exchange is, which is polled, or given up, once.
    ///
    /// # Errors
    /// Nothing is sent, and the buffers stay where they are.
    pub fn begin(
        &mut self,
        requests: &mut Requests,
        bytes: &[u8],
        answer: &mut Answer,
        due: Instant,
    ) -> Result<usize, ExchangeError> {
        if !self.is_open() {
            return Err(ExchangeError::Closed {
                stage: Stage::Unsent,
                reused: true,
            });
        }
        let start = self.out.len();
        frame::head(&mut self.out, 0, HEADERS, 0, 0);
        if self.is_emptied {
            // RFC 7541 section 4.2: our table has no bytes from now on; it never had any.
            self.out.push(0x20);
        }
        let Some(written) = requests.write(bytes, &mut self.out) else {
            self.out.truncate(start);
            return Err(Local::Request.into());
        };
        self.is_emptied = false;
        let number = self.next;
        self.next += 2;
        if self.next > frame::WINDOW {
            self.life = Life::Over;
        }
        let end = if written.body.is_empty() {
            END_STREAM
        } else {
            0
        };
        self.frame_section(start, end, number);
        let place = self.place();
        let windows = (self.peer.window, STREAM_WINDOW.into());
        if let Some(stream) = self.streams.get_mut(place) {
            stream.begin(number, written.is_head, windows);
            stream.due = Some(due);
            stream.answer = std::mem::take(answer);
            stream.answer.clear();
        }
        self.open.push((number, place));
        if !written.body.is_empty() {
            let gone = self.send(place, written.body);
            let rest = written.body.get(gone..).unwrap_or_default();
            if let Some(stream) = self.streams.get_mut(place) {
                stream.unsent.extend_from_slice(rest);
            }
        }
        Ok(place)
    }

    /// Puts the heads of frames before the header section that was written, and into it.
    fn frame_section(&mut self, start: usize, flags: u8, number: u32) {
        let length = self.out.len() - start - HEAD;
        let most = self.peer.payload;
        if length <= most {
            let head = frame::head_of(length, HEADERS, flags | END_HEADERS, number);
            if let Some(place) = self.out.get_mut(start..start + HEAD) {
                place.copy_from_slice(&head);
            }
            return;
        }
        let section = self.out.split_off(start);
        let mut parts = section
            .get(HEAD..)
            .unwrap_or_default()
            .chunks(most)
            .peekable();
        let mut first = Some(flags);
        while let Some(part) = parts.next() {
            let (kind, flags) = first
                .take()
                .map_or((CONTINUATION, 0), |flags| (HEADERS, flags));
            let end = if parts.peek().is_none() {
                END_HEADERS
            } else {
                0
            };
            frame::head(&mut self.out, part.len(), kind, flags | end, number);
            self.out.extend_from_slice(part);
        }
    }

    /// Sends as much of the last content of a request as the server takes: how many bytes.
    fn send(&mut self, place: usize, content: &[u8]) -> usize {
        let Some(stream) = self.streams.get_mut(place) else {
            return 0;
        };
        let mut gone = 0;
        while let Some(rest) = content.get(gone..).filter(|rest| !rest.is_empty()) {
            let room = usize::try_from(stream.room.min(self.peer.room)).unwrap_or(0);
            let (now, later) = rest.split_at(rest.len().min(room).min(self.peer.payload));
            if now.is_empty() {
                break;
            }
            let end = if later.is_empty() { END_STREAM } else { 0 };
            frame::head(&mut self.out, now.len(), DATA, end, stream.number);
            self.out.extend_from_slice(now);
            gone += now.len();
            let taken = i64::try_from(now.len()).unwrap_or(i64::MAX);
            stream.room -= taken;
            self.peer.room -= taken;
        }
        gone
    }

    /// Sends what has room now of the request at a place.
    pub(super) fn go_on(&mut self, place: usize) {
        let Some(stream) = self.streams.get_mut(place) else {
            return;
        };
        if stream.gone == stream.unsent.len() {
            return;
        }
        let unsent = std::mem::take(&mut stream.unsent);
        let before = stream.gone;
        let gone = self.send(place, unsent.get(before..).unwrap_or_default());
        if gone > 0 {
            self.idle = 0;
        }
        if let Some(stream) = self.streams.get_mut(place) {
            stream.unsent = unsent;
            stream.gone = before + gone;
        }
    }

    /// Sends what has room now of all requests.
    pub(super) fn all_go_on(&mut self) {
        for at in 0..self.open.len() {
            if let Some((_, place)) = self.open.get(at) {
                self.go_on(*place);
            }
        }
    }
}
