//! A body as a flat list of its values, which borrows from the body and is used again for the next one.

use super::Stop;
use super::capture::{Captured, Captures, NOTHING, Want};
use super::names::Names;
use super::scan::{Scanner, is_private, unescape};

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
    pub(super) fn read(&mut self, body: &str) -> Result<(), Stop> {
        self.entries.clear();
        self.unescaped.clear();
        self.names.clear();
        if u32::try_from(body.len()).is_err() {
            return Err(Stop::Unsure);
        }
        let mut scanner = Scanner::new(body);
        self.value(&mut scanner, 0)?;
        if scanner.is_done() {
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
                    let wanted = captures.member(want, self.text(body, at));
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

    fn value(&mut self, scanner: &mut Scanner<'_>, depth: u32) -> Result<(), Stop> {
        let first = scanner.space();
        let start = scanner.at();
        let kind = match first {
            b'"' => {
                scanner.pass();
                return self.string(scanner).map(|_| ());
            }
            b'{' | b'[' if depth >= DEPTH => return Err(Stop::Unsure),
            b'{' => return self.object(scanner, depth + 1),
            b'[' => return self.array(scanner, depth + 1),
            b't' => scanner.word("true").map(|()| Kind::True),
            b'f' => scanner.word("false").map(|()| Kind::False),
            b'n' => scanner.word("null").map(|()| Kind::Null),
            _ => scanner.number().map(|_| Kind::Number),
        }?;
        self.push(kind, start, scanner.at());
        Ok(())
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "what strings say is shorter than the body, whose length fits"
    )]
    fn string(&mut self, scanner: &mut Scanner<'_>) -> Result<u32, Stop> {
        let raw = scanner.string()?;
        let kind = if raw.is_escaped {
            Kind::Escaped
        } else {
            Kind::Plain
        };
        let index = self.push(kind, raw.start, raw.start + raw.text.len());
        if raw.is_escaped {
            let start = self.unescaped.len() as u32;
            unescape(raw.text, &mut self.unescaped);
            let end = self.unescaped.len() as u32;
            if let Some(entry) = self.entries.get_mut(index) {
                entry.next = start;
                entry.count = end;
            }
        }
        Ok(index as u32)
    }

    fn array(&mut self, scanner: &mut Scanner<'_>, depth: u32) -> Result<(), Stop> {
        let index = self.push(Kind::Array, scanner.at(), 0);
        scanner.pass();
        let mut count = 0;
        if scanner.space() == b']' {
            scanner.pass();
        } else {
            loop {
                self.value(scanner, depth)?;
                count += 1;
                if scanner.space() == b',' {
                    scanner.pass();
                } else {
                    scanner.expect(b']')?;
                    break;
                }
            }
        }
        self.close(index, scanner.at(), count);
        Ok(())
    }

    fn object(&mut self, scanner: &mut Scanner<'_>, depth: u32) -> Result<(), Stop> {
        let index = self.push(Kind::Object, scanner.at(), 0);
        scanner.pass();
        let mark = self.names.open();
        let mut count = 0;
        if scanner.space() == b'}' {
            scanner.pass();
        } else {
            loop {
                scanner.expect(b'"')?;
                let key = self.string(scanner)?;
                let entry = self.entry(key);
                let name = match entry.kind {
                    Kind::Escaped => said(&self.unescaped, entry.next, entry.count),
                    _ => scanner.slice(entry.start as usize, entry.end as usize),
                };
                if is_private(name) {
                    return Err(Stop::Unsure);
                }
                self.names.add(mark, name)?;
                scanner.expect(b':')?;
                self.value(scanner, depth)?;
                count += 1;
                if scanner.space() == b',' {
                    scanner.pass();
                } else {
                    scanner.expect(b'}')?;
                    break;
                }
            }
        }
        self.names.close(mark)?;
        self.close(index, scanner.at(), count);
        Ok(())
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
