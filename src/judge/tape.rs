//! A body as a flat list of its values, which borrows from the body and is used again for the next one.

use super::Stop;
use super::capture::{Captured, Captures, NOTHING, Want};
use super::marks::Marks;
use super::names::Names;
use super::token::{Text, is_private, unescape};

/// How deep arrays and objects may be nested; `serde_json` refuses more.
pub(super) const DEPTH: u32 = 127;

/// What kind of value an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    False,
    True,
    Number,
    /// A string without escapes.
    Plain,
    /// A string whose text stands apart.
    Escaped,
    Array,
    Object,
}

/// A value. The members of an object follow it, name and value in turn; the items of an array do, too.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    /// Where it starts in the body; strings without their quotes.
    pub(super) start: u32,
    /// Where it ends in the body.
    pub(super) end: u32,
    /// Of an array or object, the entry behind it; of an escaped string, where its text starts.
    next: u32,
    /// Of an array or object, how many items or members; of an escaped string, where its text ends.
    count: u32,
}

/// The values of one body; its memory is kept for the next.
#[derive(Default)]
pub(super) struct Tape {
    entries: Vec<Entry>,
    /// What escaped strings say, one behind the other.
    unescaped: String,
    names: Names,
}

/// A part of a text.
fn said(text: &str, start: u32, end: u32) -> &str {
    text.get(start as usize..end as usize).unwrap_or_default()
}

impl Tape {
    /// Reads a body. [`Stop::Invalid`] if it is not JSON; [`Stop::Unsure`] if `serde_json` may read it
    /// in another way than its text says.
    pub(super) fn read(&mut self, body: &str, marks: &Marks) -> Result<(), Stop> {
        self.entries.clear();
        self.unescaped.clear();
        self.names.clear();
        if u32::try_from(body.len()).is_err() {
            return Err(Stop::Unsure);
        }
        let text = Text {
            bytes: body.as_bytes(),
            marks,
        };
        let end = self.value(text, text.space(0), 0)?;
        if text.is_done(end) {
            Ok(())
        } else {
            Err(Stop::Invalid)
        }
    }

    pub(super) fn entry(&self, index: u32) -> Entry {
        let entry = self.entries.get(index as usize).copied();
        entry.unwrap_or(Entry {
            kind: Kind::Null,
            start: 0,
            end: 0,
            next: 0,
            count: 0,
        })
    }

    /// The entry behind a value and all that is in it.
    pub(super) fn behind(&self, index: u32) -> u32 {
        let entry = self.entry(index);
        match entry.kind {
            Kind::Array | Kind::Object => entry.next,
            _ => index + 1,
        }
    }

    /// How many items or members an array or object has.
    pub(super) fn count(&self, index: u32) -> u32 {
        self.entry(index).count
    }

    /// What a string says.
    #[inline]
    pub(super) fn text<'a>(&'a self, body: &'a str, index: u32) -> &'a str {
        let entry = self.entry(index);
        match entry.kind {
            Kind::Escaped => said(&self.unescaped, entry.next, entry.count),
            _ => said(body, entry.start, entry.end),
        }
    }

    /// Captures from a value.
    pub(super) fn capture(
        &self,
        body: &str,
        index: u32,
        want: Want,
        captures: &Captures,
        captured: &mut Captured,
    ) {
        if want == NOTHING {
            return;
        }
        let Entry {
            kind, start, end, ..
        } = self.entry(index);
        let (start, end) = (start as usize, end as usize);
        let range = match kind {
            Kind::Plain | Kind::Escaped => start - 1..end + 1,
            _ => start..end,
        };
        captures.take(want, &range, captured);
        let mut at = index + 1;
        match kind {
            Kind::Array => {
                for item in 0..self.count(index) as usize {
                    self.capture(body, at, captures.item(want, item), captures, captured);
                    at = self.behind(at);
                }
            }
            Kind::Object => {
                for _ in 0..self.count(index) {
                    let wanted = captures.member(want, self.text(body, at).as_bytes());
                    self.capture(body, at + 1, wanted, captures, captured);
                    at = self.behind(at + 1);
                }
            }
            _ => {}
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "places in a body whose length fits; there are fewer entries and texts are shorter"
    )]
    fn push(&mut self, kind: Kind, start: usize, end: usize) -> usize {
        self.entries.push(Entry {
            kind,
            start: start as u32,
            end: end as u32,
            next: 0,
            count: 0,
        });
        self.entries.len() - 1
    }

    fn value(&mut self, text: Text<'_>, start: usize, depth: u32) -> Result<usize, Stop> {
        let (kind, end) = match text.byte(start) {
            b'"' => return self.string(text, start),
            b'{' | b'[' if depth >= DEPTH => return Err(Stop::Unsure),
            b'{' => return self.object(text, start, depth + 1),
            b'[' => return self.array(text, start, depth + 1),
            b't' => (Kind::True, text.word(start, b"true")?),
            b'f' => (Kind::False, text.word(start, b"false")?),
            b'n' => (Kind::Null, text.word(start, b"null")?),
            _ => (Kind::Number, text.number(start)?.0),
        };
        self.push(kind, start, end);
        Ok(end)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "what strings say is shorter than the body, whose length fits"
    )]
    fn string(&mut self, text: Text<'_>, start: usize) -> Result<usize, Stop> {
        let raw = text.string(start)?;
        let kind = if raw.is_escaped {
            Kind::Escaped
        } else {
            Kind::Plain
        };
        let index = self.push(kind, start + 1, raw.end - 1);
        if raw.is_escaped {
            let start = self.unescaped.len() as u32;
            unescape(text.said(raw), &mut self.unescaped);
            let end = self.unescaped.len() as u32;
            if let Some(entry) = self.entries.get_mut(index) {
                entry.next = start;
                entry.count = end;
            }
        }
        Ok(raw.end)
    }

    fn array(&mut self, text: Text<'_>, start: usize, depth: u32) -> Result<usize, Stop> {
        let index = self.push(Kind::Array, start, 0);
        let mut at = text.space(start + 1);
        let mut count = 0;
        if text.byte(at) == b']' {
            at += 1;
        } else {
            loop {
                at = self.value(text, at, depth)?;
                count += 1;
                let (next, goes_on) = text.goes_on(at, b']')?;
                at = next;
                if !goes_on {
                    break;
                }
            }
        }
        self.close(index, at, count);
        Ok(at)
    }

    fn object(&mut self, text: Text<'_>, start: usize, depth: u32) -> Result<usize, Stop> {
        let index = self.push(Kind::Object, start, 0);
        let mark = self.names.open();
        let mut at = text.space(start + 1);
        let mut count = 0;
        if text.byte(at) == b'}' {
            at += 1;
        } else {
            loop {
                let first = at;
                let raw = text.name(first)?;
                let before = self.unescaped.len();
                self.string(text, first)?;
                let name = if raw.is_escaped {
                    self.unescaped.as_bytes().get(before..).unwrap_or_default()
                } else {
                    text.said(raw)
                };
                if is_private(name) {
                    return Err(Stop::Unsure);
                }
                self.names.add(mark, name)?;
                at = self.value(text, text.space(text.colon(raw.end)?), depth)?;
                count += 1;
                let (next, goes_on) = text.goes_on(at, b'}')?;
                at = next;
                if !goes_on {
                    break;
                }
            }
        }
        self.names.close(mark)?;
        self.close(index, at, count);
        Ok(at)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "places in a body whose length fits; there are fewer entries"
    )]
    fn close(&mut self, index: usize, end: usize, count: u32) {
        let next = self.entries.len() as u32;
        if let Some(entry) = self.entries.get_mut(index) {
            entry.end = end as u32;
            entry.next = next;
            entry.count = count;
        }
    }
}
