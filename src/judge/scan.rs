//! Reading the tokens of JSON text (RFC 8259) where they stand, exactly as `serde_json` would accept them.

use super::Stop;

/// What `serde_json` reads as something else than an object (exact numbers travel under such names).
const PRIVATE: &str = "$serde_json::private::";

/// A place in JSON text.
#[derive(Clone, Copy)]
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

/// A string as it stands in the text, without its quotes.
#[derive(Clone, Copy)]
pub(super) struct Raw<'a> {
    pub(super) text: &'a str,
    /// Whether it has escapes, so that it is not yet what it says.
    pub(super) is_escaped: bool,
    /// Where it starts behind its quote, in bytes.
    pub(super) start: usize,
}

/// Whether a member of this name makes its object mean something else.
pub(super) fn is_private(name: &str) -> bool {
    name.starts_with(PRIVATE)
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// How many bytes were read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Goes back, or forth, to a place that [`Scanner::at`] told.
    pub(super) fn go(&mut self, at: usize) {
        self.at = at;
    }

    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    /// What stands between two places, of which each is next to an ASCII character.
    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The next byte; 0 at the end, which no token starts with.
    #[inline]
    pub(super) fn peek(&self) -> u8 {
        self.bytes().get(self.at).copied().unwrap_or(0)
    }

    /// Passes one byte.
    #[inline]
    pub(super) fn pass(&mut self) {
        self.at += 1;
    }

    /// Passes white space and tells what comes then.
    #[inline]
    pub(super) fn space(&mut self) -> u8 {
        loop {
            match self.peek() {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                other => return other,
            }
        }
    }

    /// Passes white space and then this byte.
    #[inline]
    pub(super) fn expect(&mut self, byte: u8) -> Result<(), Stop> {
        if self.space() == byte {
            self.at += 1;
            Ok(())
        } else {
            Err(Stop::Invalid)
        }
    }

    /// Passes these bytes if they are next.
    #[inline]
    pub(super) fn takes(&mut self, bytes: &[u8]) -> bool {
        let end = self.at + bytes.len();
        let next = self.bytes().get(self.at..end);
        let is_next = next.is_some_and(|next| are_equal(next, bytes));
        if is_next {
            self.at = end;
        }
        is_next
    }

    /// Passes `true`, `false` or `null`.
    pub(super) fn word(&mut self, word: &str) -> Result<(), Stop> {
        if self.takes(word.as_bytes()) {
            Ok(())
        } else {
            Err(Stop::Invalid)
        }
    }

    /// Whether nothing but white space is left.
    pub(super) fn is_done(&mut self) -> bool {
        self.space();
        self.at == self.text.len()
    }

    /// Passes a string whose opening quote was passed.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Raw<'a>, Stop> {
        let start = self.at;
        let mut is_escaped = false;
        loop {
            self.at = end_of_plain(self.bytes(), self.at);
            match self.peek() {
                b'"' => {
                    let text = self.slice(start, self.at);
                    self.at += 1;
                    return Ok(Raw {
                        text,
                        is_escaped,
                        start,
                    });
                }
                b'\\' => {
                    is_escaped = true;
                    self.escape()?;
                }
                _ => return Err(Stop::Invalid),
            }
        }
    }

    /// Passes an escape; surrogates must be pairs.
    #[cold]
    fn escape(&mut self) -> Result<(), Stop> {
        self.at += 1;
        let kind = self.peek();
        self.at += 1;
        match kind {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(()),
            b'u' => match self.unit()? {
                0xD800..=0xDBFF if self.takes(b"\\u") => match self.unit()? {
                    0xDC00..=0xDFFF => Ok(()),
                    _ => Err(Stop::Invalid),
                },
                0xD800..=0xDFFF => Err(Stop::Invalid),
                _ => Ok(()),
            },
            _ => Err(Stop::Invalid),
        }
    }

    fn unit(&mut self) -> Result<u32, Stop> {
        let digits = self.bytes().get(self.at..self.at + 4);
        let unit = digits.and_then(hexadecimal).ok_or(Stop::Invalid)?;
        self.at += 4;
        Ok(unit)
    }

    /// Passes a number and tells its text, and whether that is digits only, but for a sign.
    #[inline]
    pub(super) fn number(&mut self) -> Result<(&'a str, bool), Stop> {
        let start = self.at;
        if self.peek() == b'-' {
            self.at += 1;
        }
        match self.peek() {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.digits()?,
            _ => return Err(Stop::Invalid),
        }
        let whole = self.at;
        match self.peek() {
            b'0'..=b'9' => return Err(Stop::Invalid),
            b'.' => {
                self.at += 1;
                self.digits()?;
            }
            _ => {}
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok((self.slice(start, self.at), self.at == whole))
    }

    fn digits(&mut self) -> Result<(), Stop> {
        let start = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        if self.at == start {
            return Err(Stop::Invalid);
        }
        Ok(())
    }
}

/// Whether two short texts of one length are equal, eight bytes at a time and without a call.
#[inline]
fn are_equal(one: &[u8], other: &[u8]) -> bool {
    let (words, rest) = one.as_chunks::<8>();
    let (others, other_rest) = other.as_chunks::<8>();
    if words.iter().zip(others).any(|(one, other)| one != other) {
        return false;
    }
    match (one.last_chunk::<8>(), other.last_chunk::<8>()) {
        // The last eight bytes may have been compared in part.
        (Some(one), Some(other)) => one == other,
        _ => rest.iter().zip(other_rest).all(|(one, other)| one == other),
    }
}

/// Where the next quote, backslash or control character stands, or the end: eight bytes at a time.
#[inline]
fn end_of_plain(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let quote = zero(word ^ (ONES * u64::from(b'"')));
        let backslash = zero(word ^ (ONES * u64::from(b'\\')));
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        // The lowest bit that is set is right; those above it may be carried over.
        let found = (quote | backslash | control) & HIGH;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(byte) = bytes.get(at) {
        if matches!(byte, b'"' | b'\\' | 0..0x20) {
            break;
        }
        at += 1;
    }
    at
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |unit, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some(unit * 16 + digit)
    })
}

/// Adds what the text of a string says, whose escapes were found right.
pub(super) fn unescape(raw: &str, into: &mut String) {
    let mut rest = raw;
    while let Some((plain, escape)) = rest.split_once('\\') {
        into.push_str(plain);
        let mut characters = escape.chars();
        match characters.next() {
            Some('b') => into.push('\u{8}'),
            Some('f') => into.push('\u{c}'),
            Some('n') => into.push('\n'),
            Some('r') => into.push('\r'),
            Some('t') => into.push('\t'),
            Some('u') => {
                let unit = |text: &str, at: usize| {
                    let digits = text.as_bytes().get(at..at + 4);
                    digits.and_then(hexadecimal).unwrap_or_default()
                };
                let first = unit(escape, 1);
                let (code, length) = if (0xD800..0xDC00).contains(&first) {
                    let second = unit(escape, 7).wrapping_sub(0xDC00);
                    (0x1_0000 + ((first - 0xD800) << 10) + (second & 0x3FF), 11)
                } else {
                    (first, 5)
                };
                into.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                rest = escape.get(length..).unwrap_or_default();
                continue;
            }
            Some(other) => into.push(other),
            None => {}
        }
        rest = characters.as_str();
    }
    into.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<String> {
        let mut scanner = Scanner::new(text);
        scanner.expect(b'"').ok()?;
        let raw = scanner.string().ok()?;
        if !scanner.is_done() {
            return None;
        }
        let mut said = String::new();
        unescape(raw.text, &mut said);
        Some(said)
    }

    #[test]
    fn strings_are_read_as_serde_json_reads_them() {
        for text in [
            r#""""#,
            r#""a\u00e9\n\"\\\/\b\f\r\t""#,
            r#""\ud83d\ude00 and more, past eight bytes""#,
            r#""\ud83d""#,
            r#""\ude00""#,
            r#""\ud83dx""#,
            r#""\ud83d\u0041""#,
            r#""\u00g0""#,
            r#""\u+123""#,
            r#""\x""#,
            r#""\"#,
            r#""\u12"#,
            r#""open"#,
            "\"line\nbreak, past eight bytes\"",
            "\"\u{7f}\u{80}é漢\u{1f600}\"",
        ] {
            assert_eq!(read(text), serde_json::from_str(text).ok(), "{text}");
        }
    }

    #[test]
    fn numbers_are_read_as_serde_json_reads_them() {
        for text in [
            "0",
            "-0",
            "-",
            "01",
            "-01",
            "1.",
            "1.0",
            ".5",
            "1e",
            "1e5",
            "1E+05",
            "1e-",
            "1.5e400",
            "123456789012345678901234567890",
            "+1",
            "1x",
            "--1",
            "1.2.3",
            "1e5.",
        ] {
            let mut scanner = Scanner::new(text);
            let read = scanner.number().is_ok() && scanner.is_done();
            let known = serde_json::from_str::<serde_json::Number>(text).is_ok();
            assert_eq!(read, known, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn any_text_between_quotes_is_read_as_serde_json_reads_it(
            inner in r#"([ -~é漢\x00-\x1f]|\\["\\/bfnrtu]|\\ud8[0-9]{2}|\\ude[0-9]{2}|\\u[0-9a-f]{4}){0,12}"#
        ) {
            let text = format!("\"{inner}\"");
            prop_assert_eq!(read(&text), serde_json::from_str::<String>(&text).ok());
        }
    }
}
