//! Reads an answer from bytes as they come, however they are cut. Knows no network.

use super::answer::Answer;
use super::chunked::{Chunked, Cursor};
use super::error::{ExchangeError, Malformed, Stage, TooLarge};
use super::framing::{Expects, Framing};
use super::head::Last;
use super::limits::{INTERIM, Limits};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Head,
    /// The content ends here in the buffer.
    Until(usize),
    Chunked,
    Close,
    Done,
}

/// Reads one answer after another.
#[derive(Debug, Default)]
pub struct Reader {
    state: State,
    expects: Expects,
    /// How much of the buffer was looked at.
    seen: usize,
    interim: usize,
    /// Bytes of empty lines before the status line.
    blank: usize,
    keeps: bool,
    last: Last,
    chunked: Chunked,
}

impl Reader {
    /// Makes ready for the answer to a request.
    pub fn begin(&mut self, expects: Expects) {
        self.state = State::Head;
        self.expects = expects;
        self.seen = 0;
        self.interim = 0;
        self.blank = 0;
        self.keeps = false;
        self.chunked.clear();
    }

    /// Reads what was added to the answer's bytes. Tells whether the answer is whole.
    ///
    /// # Errors
    /// [`ExchangeError::Malformed`] and [`ExchangeError::TooLarge`] only.
    pub fn feed(&mut self, answer: &mut Answer, limits: &Limits) -> Result<bool, ExchangeError> {
        while self.state == State::Head {
            if !self.head(answer, limits)? {
                return Ok(false);
            }
        }
        match self.state {
            State::Head | State::Done => {}
            State::Until(end) => {
                answer.body.end = end.min(answer.filled);
                if answer.filled >= end {
                    self.state = State::Done;
                    self.seen = end;
                }
            }
            State::Chunked => self.chunks(answer, limits)?,
            State::Close => {
                answer.body.end = answer.filled;
                self.seen = answer.filled;
                if answer.body.len() > limits.body {
                    return Err(TooLarge::Body.into());
                }
            }
        }
        if self.state == State::Done && self.seen < answer.filled {
            return Err(Malformed::Unsolicited.into());
        }
        Ok(self.state == State::Done)
    }

    /// The server has closed the connection in good order. Tells whether this was the answer's end;
    /// otherwise it is cut off.
    pub fn close(&mut self) -> bool {
        if self.state == State::Close {
            self.state = State::Done;
        }
        self.state == State::Done
    }

    /// Whether the server keeps the connection, once the answer is whole.
    pub fn keeps(&self) -> bool {
        self.keeps
    }

    /// How far the answer was read.
    pub(super) fn stage(&self, answer: &Answer) -> Stage {
        match self.state {
            State::Head if answer.filled == 0 && self.interim == 0 => Stage::Awaiting,
            State::Head => Stage::Head,
            _ => Stage::Body,
        }
    }

    /// Reads a header section. Tells whether one was whole, a final or an interim one.
    fn head(&mut self, answer: &mut Answer, limits: &Limits) -> Result<bool, ExchangeError> {
        // Some servers send an empty line too many. Without such each byte is looked at in as many
        // attempts as there are fields, at most: only a line's end makes for another.
        let count = blank(&answer.bytes[..answer.filled]);
        if count > 0 {
            self.blank += count;
            if self.blank > limits.head {
                return Err(TooLarge::Head.into());
            }
            drop_front(answer, count);
            self.seen = 0;
        }
        let news = &answer.bytes[self.seen.min(answer.filled)..answer.filled];
        let is_worth_it = self.seen == 0 || news.contains(&b'\n');
        self.seen = answer.filled;
        if answer.filled == 0 {
            return Ok(false);
        }
        let whole = if is_worth_it {
            self.last.read(answer)?
        } else {
            None
        };
        let Some((length, signals)) = whole else {
            if answer.filled > limits.head {
                return Err(TooLarge::Head.into());
            }
            return Ok(false);
        };
        if length > limits.head {
            return Err(TooLarge::Head.into());
        }
        match answer.status {
            101 => return Err(Malformed::Upgrade.into()),
            100..=199 => {
                self.interim += 1;
                if self.interim > INTERIM {
                    return Err(TooLarge::Interim.into());
                }
                drop_front(answer, length);
                answer.fields.clear();
                answer.status = 0;
                self.seen = 0;
                return Ok(true);
            }
            _ => {}
        }
        answer.body = length..length;
        self.seen = length;
        let framing = signals.framing(answer.status, answer.minor, self.expects)?;
        self.keeps = signals.keeps(answer.minor) && framing != Framing::Close;
        self.state = match framing {
            Framing::Empty => State::Done,
            Framing::Length(count) => match usize::try_from(count) {
                Ok(count) if count <= limits.body => State::Until(length.saturating_add(count)),
                _ => return Err(TooLarge::Body.into()),
            },
            Framing::Chunked => State::Chunked,
            Framing::Close => State::Close,
        };
        Ok(true)
    }

    fn chunks(&mut self, answer: &mut Answer, limits: &Limits) -> Result<(), ExchangeError> {
        let mut cursor = Cursor {
            at: self.seen,
            start: answer.body.start,
            end: answer.body.end,
        };
        let bytes = &mut answer.bytes[..answer.filled];
        let is_whole = self.chunked.feed(bytes, &mut cursor, limits.body)?;
        answer.body = cursor.start..cursor.end;
        if is_whole {
            self.state = State::Done;
            self.seen = cursor.at;
        } else {
            // All was read: what comes next goes right behind the content.
            answer.filled = cursor.end;
            self.seen = cursor.end;
        }
        Ok(())
    }
}

/// How many bytes of empty lines stand at the front.
fn blank(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let [b'\r', b'\n', after @ ..] | [b'\n', after @ ..] = rest {
        rest = after;
    }
    bytes.len() - rest.len()
}

/// Forgets bytes at the front of the buffer.
fn drop_front(answer: &mut Answer, count: usize) {
    answer.bytes.copy_within(count..answer.filled, 0);
    answer.filled -= count;
}

#[cfg(test)]
mod tests {
    use super::{Answer, ExchangeError, Expects, INTERIM, Limits, Malformed, Reader, TooLarge};

    const LIMITS: fn() -> Limits = || Limits {
        head: 1000,
        body: 100,
        ..Limits::default()
    };

    /// Status and content once the answer is whole, reading so many bytes at a time.
    fn read(text: &str, step: usize) -> Result<Option<(u16, String)>, ExchangeError> {
        let (mut reader, mut answer) = (Reader::default(), Answer::new());
        answer.clear();
        reader.begin(Expects::Content);
        let mut is_whole = false;
        for piece in text.as_bytes().chunks(step) {
            answer.push(piece);
            is_whole = reader.feed(&mut answer, &LIMITS())?;
        }
        is_whole |= reader.close();
        let content = String::from_utf8_lossy(answer.content()).into_owned();
        Ok(is_whole.then_some((answer.status(), content)))
    }

    fn check(text: &str, expected: &Result<Option<(u16, &str)>, ExchangeError>) {
        for step in [1, 2, 3, 7, text.len().max(1)] {
            let actual = read(text, step);
            let actual = match &actual {
                Ok(read) => Ok(read.as_ref().map(|(status, content)| (*status, &**content))),
                Err(error) => Err(error.clone()),
            };
            assert_eq!(&actual, expected, "{text:?} by {step}");
        }
    }

    #[test]
    fn an_answer_is_whole_where_its_framing_ends() {
        for (text, expected) in [
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                Some((200, "ok")),
            ),
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", None),
            ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", Some((200, ""))),
            (
                "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n",
                Some((204, "")),
            ),
            ("HTTP/1.1 304 Not Modified\r\n\r\n", Some((304, ""))),
            (
                "HTTP/1.1 200 OK\r\n\r\nto the end",
                Some((200, "to the end")),
            ),
            ("HTTP/1.0 200 OK\r\n\r\n", Some((200, ""))),
            (
                "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
                Some((200, "ok")),
            ),
            (
                "\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                Some((200, "ok")),
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1;x\r\nk\r\n0\r\n\r\n",
                Some((200, "ok")),
            ),
            (
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n\
                 HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok",
                Some((201, "ok")),
            ),
            ("", None),
            ("HTTP/1.1 200 OK\r\nContent-Le", None),
            ("HTTP/1.1 100 Continue\r\n\r\n", None),
        ] {
            check(text, &Ok(expected));
        }
    }

    #[test]
    fn what_is_no_answer_is_refused_with_its_reason() {
        for (text, reason) in [
            ("HTTP/2 200 OK\r\n\r\n", Malformed::Version),
            ("SSH-2.0-OpenSSH_9.2\r\n", Malformed::Version),
            ("HTTP/1.1 20 OK\r\n\r\n", Malformed::StatusLine),
            ("HTTP/1.1 099 OK\r\n\r\n", Malformed::Status),
            (
                "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
                Malformed::SpaceBeforeColon,
            ),
            ("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", Malformed::Fold),
            ("HTTP/1.1 200 OK\r\nA(: b\r\n\r\n", Malformed::FieldName),
            ("HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n", Malformed::FieldValue),
            (
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
                Malformed::Upgrade,
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                Malformed::Length,
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokok",
                Malformed::Unsolicited,
            ),
            ("HTTP/1.1 204 OK\r\n\r\nok", Malformed::Unsolicited),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1",
                Malformed::Unsolicited,
            ),
        ] {
            check(text, &Err(reason.into()));
        }
    }

    #[test]
    fn nothing_may_grow_beyond_its_limit() {
        let line = format!("X: {}\r\n", "x".repeat(1000));
        check(
            &format!("HTTP/1.1 200 OK\r\n{line}\r\n"),
            &Err(TooLarge::Head.into()),
        );
        check(&"\r\n".repeat(600), &Err(TooLarge::Head.into()));
        let fields = "X:\r\n".repeat(200);
        check(
            &format!("HTTP/1.1 200 OK\r\n{fields}\r\n"),
            &Err(TooLarge::Fields.into()),
        );
        let ok = "HTTP/1.1 200 OK\r\n";
        check(
            &format!("{ok}Content-Length: 101\r\n\r\n"),
            &Err(TooLarge::Body.into()),
        );
        check(
            &format!("{ok}\r\n{}", "x".repeat(101)),
            &Err(TooLarge::Body.into()),
        );
        check(
            &format!("{ok}Transfer-Encoding: chunked\r\n\r\n65\r\na"),
            &Err(TooLarge::Body.into()),
        );
        check(
            &"HTTP/1.1 100 Continue\r\n\r\n".repeat(INTERIM + 1),
            &Err(TooLarge::Interim.into()),
        );
    }

    #[test]
    fn an_answer_to_head_has_no_content_and_the_next_answer_begins_afresh() {
        let (mut reader, mut answer) = (Reader::default(), Answer::new());
        for (expects, body, keeps) in [
            (Expects::HeadOnly, "", true),
            (Expects::Content, "ok", true),
            (Expects::HeadOnly, "", true),
        ] {
            answer.clear();
            reader.begin(expects);
            answer.push(
                format!("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\n\r\n{body}").as_bytes(),
            );
            assert_eq!(reader.feed(&mut answer, &LIMITS()), Ok(true));
            assert_eq!(answer.content(), body.as_bytes());
            assert_eq!(answer.field("x-a"), Some(&b"1"[..]));
            assert_eq!(answer.fields().count(), 2);
            assert_eq!(reader.keeps(), keeps);
        }
    }
}
