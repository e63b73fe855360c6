//! What a server says of itself, and how much it takes (RFC 9113 sections 5.2 and 6.5).

use super::super::error::Malformed;
use super::ending::Life;
use super::exchanges::Exchanges;
use super::frame::{self, ACK, Frame, Reason, WINDOW};

/// What a server says of itself.
#[derive(Debug)]
pub(super) struct Peer {
    /// How many streams it allows at once.
    pub(super) streams: usize,
    /// How many bytes it takes on a new stream.
    pub(super) window: i64,
    /// How many bytes it takes on all streams, now.
    pub(super) room: i64,
    /// The longest payload it takes.
    pub(super) payload: usize,
}

impl Exchanges {
    pub(super) fn settings(&mut self, frame: Frame<'_>) -> Result<(), Reason> {
        if frame.stream != 0 {
            return Err(Reason::PROTOCOL);
        }
        if frame.has(ACK) {
            return if frame.payload.is_empty() {
                Ok(())
            } else {
                Err(Reason::FRAME_SIZE)
            };
        }
        let (settings, rest) = frame.payload.as_chunks::<6>();
        if !rest.is_empty() {
            return Err(Reason::FRAME_SIZE);
        }
        for [high, low, value @ ..] in settings {
            let value = u32::from_be_bytes(*value);
            self.setting(u16::from_be_bytes([*high, *low]), value)?;
        }
        if self.life == Life::Silent {
            self.life = Life::Open;
        }
        self.reply(&[], frame::SETTINGS)?;
        self.all_go_on();
        Ok(())
    }

    fn setting(&mut self, name: u16, value: u32) -> Result<(), Reason> {
        let number = usize::try_from(value).unwrap_or(usize::MAX);
        match name {
            // We never use that table: smaller than it was it can only be empty.
            frame::HEADER_TABLE_SIZE => self.is_emptied |= value < 4096,
            frame::ENABLE_PUSH if value != 0 => return Err(Reason::PROTOCOL),
            frame::MAX_CONCURRENT_STREAMS => self.peer.streams = number,
            frame::INITIAL_WINDOW_SIZE => {
                if value > WINDOW {
                    return Err(Reason::FLOW_CONTROL);
                }
                let more = i64::from(value) - self.peer.window;
                self.peer.window = value.into();
                for (_, place) in &self.open {
                    let Some(stream) = self.streams.get_mut(*place) else {
                        continue;
                    };
                    stream.room += more;
                    if stream.room > WINDOW.into() {
                        return Err(Reason::FLOW_CONTROL);
                    }
                }
            }
            frame::MAX_FRAME_SIZE => {
                if !(frame::PAYLOAD..=0x00ff_ffff).contains(&number) {
                    return Err(Reason::PROTOCOL);
                }
                self.peer.payload = number;
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn window_update(&mut self, frame: Frame<'_>) -> Result<(), Reason> {
        let more = i64::from(frame.number()? & WINDOW);
        if frame.stream == 0 {
            self.peer.room += more;
            if more == 0 {
                return Err(Reason::PROTOCOL);
            }
            if self.peer.room > WINDOW.into() {
                return Err(Reason::FLOW_CONTROL);
            }
            self.all_go_on();
            return Ok(());
        }
        let place = self.find(frame.stream)?;
        let Some((place, stream)) = place.and_then(|at| Some((at, self.streams.get_mut(at)?)))
        else {
            return Ok(());
        };
        stream.room += more;
        let wrong = match more {
            0 => Some(Reason::PROTOCOL),
            _ if stream.room > WINDOW.into() => Some(Reason::FLOW_CONTROL),
            _ => None,
        };
        match wrong {
            Some(reason) => {
                let error = Malformed::Frames(reason.name()).into();
                self.fail(frame.stream, place, (reason, error));
            }
            None => self.go_on(place),
        }
        Ok(())
    }
}
