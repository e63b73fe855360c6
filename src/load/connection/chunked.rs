//! The chunked transfer coding (RFC 9112 section 7.1), taken off where it stands.

use super::error::{ExchangeError, Malformed, TooLarge};
use super::limits::{EXTENSIONS, FIELDS, TRAILERS};

/// No size that a `u64` holds has more hexadecimal digits; leading zeros beyond it are refused.
const DIGITS: u8 = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Size,
    /// White space after the size.
    Space,
    Extension,
    SizeLineFeed,
    Data,
    DataReturn,
    DataLineFeed,
    /// At the beginning of a line of the trailer section, which may be its end.
    LineStart,
    Trailer,
    TrailerLineFeed,
    EndLineFeed,
    End,
}

/// How far a chunked body has been read.
#[derive(Debug, Default)]
pub(super) struct Chunked {
    state: State,
    /// Digits of the size at hand.
    digits: u8,
    /// Bytes of the chunk that are still to come.
    left: u64,
    /// Bytes of extensions and white space so far, over all chunks.
    extensions: usize,
    /// The trailer section so far.
    trailers: Vec<u8>,
}

/// Where reading stands in the buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The first byte that is not read yet.
    pub(super) at: usize,
    /// The content read so far.
    pub(super) start: usize,
    /// Its end.
    pub(super) end: usize,
}

impl Chunked {
    /// Makes ready for another body.
    pub(super) fn clear(&mut self) {
        self.state = State::Size;
        self.digits = 0;
        self.left = 0;
        self.extensions = 0;
        self.trailers.clear();
    }

    /// Reads on from the cursor: content moves down to what came before it, the first chunk stays
    /// where it is. Tells whether the body is whole.
    pub(super) fn feed(
        &mut self,
        bytes: &mut [u8],
        cursor: &mut Cursor,
        most: usize,
    ) -> Result<bool, ExchangeError> {
        while cursor.at < bytes.len() {
            if self.state == State::Data {
                self.data(bytes, cursor);
                continue;
            }
            let byte = bytes[cursor.at];
            cursor.at += 1;
            self.state = self.step(byte)?;
            if self.state == State::Data {
                // Refused as soon as a chunk announces too much, not when it has come.
                let length = (cursor.end - cursor.start) as u64;
                if length.saturating_add(self.left) > most as u64 {
                    return Err(TooLarge::Body.into());
                }
            }
            if self.state == State::End {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn data(&mut self, bytes: &mut [u8], cursor: &mut Cursor) {
        if cursor.start == cursor.end {
            (cursor.start, cursor.end) = (cursor.at, cursor.at);
        }
        let there = bytes.len() - cursor.at;
        let count = usize::try_from(self.left).map_or(there, |left| left.min(there));
        if cursor.end != cursor.at {
            bytes.copy_within(cursor.at..cursor.at + count, cursor.end);
        }
        cursor.at += count;
        cursor.end += count;
        self.left -= count as u64;
        if self.left == 0 {
            self.state = State::DataReturn;
        }
    }

    fn step(&mut self, byte: u8) -> Result<State, ExchangeError> {
        match self.state {
            State::Size => return self.size(byte),
            State::Space => match byte {
                b' ' | b'\t' => self.extension()?,
                b';' => return Ok(State::Extension),
                b'\r' => return Ok(State::SizeLineFeed),
                _ => return Err(Malformed::ChunkSize.into()),
            },
            State::Extension => match byte {
                b'\r' => return Ok(State::SizeLineFeed),
                b'\n' => return Err(Malformed::ChunkLine.into()),
                _ => self.extension()?,
            },
            State::SizeLineFeed => {
                self.digits = 0;
                let next = if self.left == 0 {
                    State::LineStart
                } else {
                    State::Data
                };
                return expect(byte, b'\n', next, Malformed::ChunkLine);
            }
            State::DataReturn => {
                return expect(byte, b'\r', State::DataLineFeed, Malformed::ChunkEnd);
            }
            State::DataLineFeed => return expect(byte, b'\n', State::Size, Malformed::ChunkEnd),
            // A bare line feed, which ends a line of the header section, ends none here.
            State::LineStart | State::Trailer if byte == b'\n' => {
                return Err(Malformed::Trailers.into());
            }
            State::LineStart => {
                self.trailer(byte)?;
                return Ok(if byte == b'\r' {
                    State::EndLineFeed
                } else {
                    State::Trailer
                });
            }
            State::Trailer => {
                self.trailer(byte)?;
                if byte == b'\r' {
                    return Ok(State::TrailerLineFeed);
                }
            }
            State::TrailerLineFeed => {
                self.trailer(byte)?;
                return expect(byte, b'\n', State::LineStart, Malformed::Trailers);
            }
            State::EndLineFeed => {
                self.trailer(byte)?;
                let end = expect(byte, b'\n', State::End, Malformed::Trailers)?;
                check_trailers(&self.trailers)?;
                return Ok(end);
            }
            State::Data | State::End => {}
        }
        Ok(self.state)
    }

    fn size(&mut self, byte: u8) -> Result<State, ExchangeError> {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'A'..=b'F' => byte - b'A' + 10,
            _ if self.digits == 0 => return Err(Malformed::ChunkSize.into()),
            b' ' | b'\t' => {
                self.extension()?;
                return Ok(State::Space);
            }
            b';' => return Ok(State::Extension),
            b'\r' => return Ok(State::SizeLineFeed),
            _ => return Err(Malformed::ChunkSize.into()),
        };
        if self.digits == DIGITS {
            return Err(Malformed::ChunkSize.into());
        }
        self.digits += 1;
        // Sixteen digits fit.
        self.left = self.left << 4 | u64::from(digit);
        Ok(State::Size)
    }

    fn extension(&mut self) -> Result<(), TooLarge> {
        self.extensions += 1;
        if self.extensions > EXTENSIONS {
            return Err(TooLarge::Extensions);
        }
        Ok(())
    }

    fn trailer(&mut self, byte: u8) -> Result<(), TooLarge> {
        if self.trailers.len() == TRAILERS {
            return Err(TooLarge::Trailers);
        }
        self.trailers.push(byte);
        Ok(())
    }
}

fn expect(byte: u8, expected: u8, next: State, reason: Malformed) -> Result<State, ExchangeError> {
    if byte == expected {
        Ok(next)
    } else {
        Err(reason.into())
    }
}

/// Trailer fields are held to the syntax and then left out (RFC 9110 section 6.5.1 permits it).
fn check_trailers(bytes: &[u8]) -> Result<(), ExchangeError> {
    if bytes == b"\r\n" {
        return Ok(());
    }
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    match httparse::parse_headers(bytes, &mut fields) {
        Ok(httparse::Status::Complete(_)) => Ok(()),
        Err(httparse::Error::TooManyHeaders) => Err(TooLarge::Trailers.into()),
        Ok(httparse::Status::Partial) | Err(_) => Err(Malformed::Trailers.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Chunked, Cursor, EXTENSIONS, ExchangeError, Malformed, TRAILERS, TooLarge};

    /// The content, and how many bytes were left over.
    fn read(text: &str, most: usize) -> Result<Option<(String, usize)>, ExchangeError> {
        let mut bytes = text.as_bytes().to_vec();
        let mut cursor = Cursor {
            at: 0,
            start: 0,
            end: 0,
        };
        let is_whole = Chunked::default().feed(&mut bytes, &mut cursor, most)?;
        let content = String::from_utf8_lossy(&bytes[cursor.start..cursor.end]).into_owned();
        Ok(is_whole.then_some((content, bytes.len() - cursor.at)))
    }

    fn whole(text: &str) -> String {
        read(text, 100).expect("legal").expect("whole").0
    }

    fn refusal(text: &str) -> ExchangeError {
        read(text, 100).expect_err(text)
    }

    #[test]
    fn chunks_are_put_together_and_extensions_and_trailers_left_out() {
        assert_eq!(whole("0\r\n\r\n"), "");
        assert_eq!(whole("3\r\nabc\r\n0\r\n\r\n"), "abc");
        assert_eq!(
            whole("3\r\nabc\r\n0A;x=\"y;z\"\r\n0123456789\r\n0\r\n\r\n"),
            "abc0123456789"
        );
        assert_eq!(whole("3 \t;a\r\nabc\r\n000;b\r\n\r\n"), "abc");
        assert_eq!(whole("1\r\na\r\n0\r\nX-Sum: 1\r\nY:\r\n\r\n"), "a");
        assert_eq!(
            read("1\r\na\r\n0\r\n\r\nHTTP", 100),
            Ok(Some(("a".to_owned(), 4)))
        );
        assert_eq!(read("1\r\na\r\n0\r\n\r", 100), Ok(None));
    }

    #[test]
    fn broken_chunks_are_refused_with_their_reason() {
        for (text, reason) in [
            ("\r\n", Malformed::ChunkSize),
            ("g\r\n", Malformed::ChunkSize),
            ("-1\r\n", Malformed::ChunkSize),
            (";x\r\n", Malformed::ChunkSize),
            ("1 1\r\n", Malformed::ChunkSize),
            ("0x1\r\n", Malformed::ChunkSize),
            ("1\na", Malformed::ChunkSize),
            ("00000000000000001\r\na", Malformed::ChunkSize),
            ("1;x\na", Malformed::ChunkLine),
            ("1\ra", Malformed::ChunkLine),
            ("1\r\nab", Malformed::ChunkEnd),
            ("1\r\na\n", Malformed::ChunkEnd),
            ("1\r\na\rb", Malformed::ChunkEnd),
            ("0\r\n\ra", Malformed::Trailers),
            ("0\r\nX: 1\ra", Malformed::Trailers),
            ("0\r\nno field\r\n\r\n", Malformed::Trailers),
            ("0\r\n\n", Malformed::Trailers),
            ("0\r\nX: 1\nY: 2\r\n\r\n", Malformed::Trailers),
        ] {
            assert_eq!(refusal(text), reason.into(), "{text:?}");
        }
    }

    #[test]
    fn no_part_may_grow_beyond_its_limit() {
        assert_eq!(refusal("65\r\n"), refusal("fffffffffffffffe\r\n"));
        assert_eq!(refusal("65\r\n"), TooLarge::Body.into());
        let one = format!("50\r\n{}\r\n", "a".repeat(80));
        assert_eq!(refusal(&format!("{one}{one}")), TooLarge::Body.into());
        let line = format!("1;{}\r\na\r\n", "x".repeat(EXTENSIONS / 2 + 1));
        assert_eq!(
            refusal(&format!("{line}{line}")),
            TooLarge::Extensions.into()
        );
        assert_eq!(
            refusal(&format!("1{}", " ".repeat(EXTENSIONS + 1))),
            TooLarge::Extensions.into()
        );
        assert_eq!(
            refusal(&format!("0\r\nX: {}", "x".repeat(TRAILERS))),
            TooLarge::Trailers.into()
        );
        assert_eq!(
            refusal(&format!("0\r\n{}\r\n", "X: 1\r\n".repeat(200))),
            TooLarge::Trailers.into()
        );
    }
}
