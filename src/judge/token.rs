//! The tokens of JSON text (RFC 8259), exactly as `serde_json` would accept them: each is told by the place
//! behind it.

use std::ops::Range;

use wide::u8x16;

use super::Stop;
use super::marks::Marks;

/// How many bytes are compared at once.
pub(super) const GLANCE: usize = 32;

/// What `serde_json` reads as something else than an object (exact numbers travel under such names).
const PRIVATE: &[u8] = b"$serde_json::private::";

/// Whether a member of this name makes its object mean something else.
#[inline]
pub(super) fn is_private(name: &[u8]) -> bool {
    name.starts_with(PRIVATE)
}

/// A body with its marks. Places in it are counted in bytes.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) marks: &'a Marks,
}

/// A string as it stands in a body.
#[derive(Clone, Copy)]
pub(super) struct Raw {
    /// The place behind its opening quote.
    pub(super) start: usize,
    /// Whether it has escapes, so that it is not yet what it says.
    pub(super) is_escaped: bool,
    /// The place behind its closing quote.
    pub(super) end: usize,
}

impl<'a> Text<'a> {
    /// The byte at a place; 0 at the end, which no token starts with.
    #[inline]
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// Whether nothing but white space is behind a place.
    pub(super) fn is_done(&self, at: usize) -> bool {
        self.space(at) == self.bytes.len()
    }

    /// Behind the white space at a place.
    #[inline]
    pub(super) fn space(&self, at: usize) -> usize {
        if self.byte(at) > b' ' {
            return at;
        }
        self.spaces(at)
    }

    fn spaces(&self, mut at: usize) -> usize {
        while matches!(self.byte(at), b' ' | b'\n' | b'\r' | b'\t') {
            at += 1;
            // Mostly a line break, and then the next line is indented.
            while self.bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) == Some(b"        ") {
                at += 8;
            }
        }
        at
    }

    /// Behind this word, if it stands at a place.
    #[inline]
    pub(super) fn word<const N: usize>(&self, at: usize, word: &[u8; N]) -> Result<usize, Stop> {
        let here = self.bytes.get(at..).and_then(<[u8]>::first_chunk::<N>);
        if here == Some(word) {
            Ok(at + N)
        } else {
            Err(Stop::Invalid)
        }
    }

    /// `true` or `false`, whichever stands at a place, and the place behind it.
    #[inline]
    pub(super) fn truth(&self, at: usize) -> Result<(bool, usize), Stop> {
        if self.byte(at) == b't' {
            Ok((true, self.word(at, b"true")?))
        } else {
            Ok((false, self.word(at, b"false")?))
        }
    }

    /// Behind a string, at whose first quote the place is.
    #[inline]
    pub(super) fn pass_string(&self, at: usize) -> Result<usize, Stop> {
        let end = self.marks.next(at + 1);
        if self.byte(end) == b'"' {
            return Ok(end + 1);
        }
        self.escaped(end)
    }

    /// The string at whose first quote the place is.
    #[inline]
    pub(super) fn string(&self, at: usize) -> Result<Raw, Stop> {
        let first = self.marks.next(at + 1);
        let is_escaped = self.byte(first) != b'"';
        let end = if is_escaped {
            self.escaped(first)?
        } else {
            first + 1
        };
        Ok(Raw {
            start: at + 1,
            is_escaped,
            end,
        })
    }

    /// What stands between the quotes of a string.
    #[inline]
    pub(super) fn said(&self, raw: Raw) -> &'a [u8] {
        self.bytes.get(raw.start..raw.end - 1).unwrap_or_default()
    }

    /// Where a string ends, behind whose first quote the place is: there is its last quote, or what may
    /// not be in it.
    #[inline]
    pub(super) fn string_end(&self, at: usize) -> Result<usize, Stop> {
        let end = self.marks.next(at);
        if self.byte(end) == b'\\' {
            return Ok(self.escaped(end)? - 1);
        }
        Ok(end)
    }

    /// Behind a text that is known, if it stands at a place. Behind all that is known there are more bytes,
    /// [`GLANCE`] or more.
    #[inline]
    pub(super) fn known(
        &self,
        at: usize,
        known: &[u8],
        range: Range<usize>,
    ) -> Result<usize, Stop> {
        let end = at + range.len();
        let (mut here, mut there) = (at, range.start);
        while there < range.end {
            let (Some([low, high]), Some([known_low, known_high])) =
                (glance(self.bytes, here), glance(known, there))
            else {
                let rest = self.bytes.get(here..end);
                let is_known = rest.is_some() && rest == known.get(there..range.end);
                return if is_known { Ok(end) } else { Err(Stop::Unsure) };
            };
            let same = |one: u8x16, other: u8x16| one.simd_eq(other).to_bitmask();
            let same = same(low, known_low) | same(high, known_high) << 16;
            let count = GLANCE.min(range.end - there);
            if (same.trailing_ones() as usize) < count {
                return Err(Stop::Unsure);
            }
            here += count;
            there += count;
        }
        Ok(end)
    }

    /// Behind a string, of which there is more: an escape, or else it is none.
    #[cold]
    fn escaped(&self, mut at: usize) -> Result<usize, Stop> {
        loop {
            match self.byte(at) {
                b'"' => return Ok(at + 1),
                b'\\' => at = self.marks.next(self.escape(at)?),
                _ => return Err(Stop::Invalid),
            }
        }
    }

    /// Behind an escape, at whose backslash the place is; surrogates must be pairs.
    fn escape(&self, at: usize) -> Result<usize, Stop> {
        match self.byte(at + 1) {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(at + 2),
            b'u' => match self.unit(at + 2)? {
                0xD800..=0xDBFF => {
                    let at = self.word(at + 6, b"\\u")?;
                    match self.unit(at)? {
                        0xDC00..=0xDFFF => Ok(at + 4),
                        _ => Err(Stop::Invalid),
                    }
                }
                0xDC00..=0xDFFF => Err(Stop::Invalid),
                _ => Ok(at + 6),
            },
            _ => Err(Stop::Invalid),
        }
    }

    fn unit(&self, at: usize) -> Result<u32, Stop> {
        let digits = self.bytes.get(at..at + 4);
        digits.and_then(hexadecimal).ok_or(Stop::Invalid)
    }

    /// At what follows a comma, or else behind what ends the array or object; and which it is.
    #[inline]
    pub(super) fn goes_on(&self, at: usize, end: u8) -> Result<(usize, bool), Stop> {
        let at = self.space(at);
        let next = self.byte(at);
        if next == b',' {
            Ok((self.space(at + 1), true))
        } else if next == end {
            Ok((at + 1, false))
        } else {
            Err(Stop::Invalid)
        }
    }

    /// A name at a place.
    pub(super) fn name(&self, at: usize) -> Result<Raw, Stop> {
        if self.byte(at) == b'"' {
            self.string(at)
        } else {
            Err(Stop::Invalid)
        }
    }

    /// Behind the colon that follows a place.
    pub(super) fn colon(&self, at: usize) -> Result<usize, Stop> {
        let at = self.space(at);
        if self.byte(at) == b':' {
            Ok(at + 1)
        } else {
            Err(Stop::Invalid)
        }
    }

    /// Behind a number, and whether that is digits only, but for a sign.
    #[inline]
    pub(super) fn number(&self, at: usize) -> Result<(usize, bool), Stop> {
        let first = at + usize::from(self.byte(at) == b'-');
        let whole = self.digits(first);
        if whole == first || (self.byte(first) == b'0' && whole > first + 1) {
            return Err(Stop::Invalid);
        }
        if !matches!(self.byte(whole), b'.' | b'e' | b'E') {
            return Ok((whole, true));
        }
        let mut end = whole;
        if self.byte(end) == b'.' {
            let first = end + 1;
            end = self.digits(first);
            if end == first {
                return Err(Stop::Invalid);
            }
        }
        if matches!(self.byte(end), b'e' | b'E') {
            let sign = usize::from(matches!(self.byte(end + 1), b'+' | b'-'));
            let first = end + 1 + sign;
            end = self.digits(first);
            if end == first {
                return Err(Stop::Invalid);
            }
        }
        Ok((end, false))
    }

    /// Behind the digits at a place, if there are any.
    #[inline]
    fn digits(&self, mut at: usize) -> usize {
        const ONES: u64 = u64::MAX / 255;
        while let Some(chunk) = self.bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
            let word = u64::from_le_bytes(*chunk);
            // The high half of a digit is 3, also when 6 is added; a carry comes from no digit, so it spoils only
            // what is behind one that is found.
            let high = |word: u64| (word & (ONES * 0xF0)) ^ (ONES * 0x30);
            let other = high(word) | high(word.wrapping_add(ONES * 6));
            if other != 0 {
                return at + (other.trailing_zeros() / 8) as usize;
            }
            at += 8;
        }
        while self.byte(at).is_ascii_digit() {
            at += 1;
        }
        at
    }
}

/// The bytes at a place, in two parts.
#[inline]
fn glance(bytes: &[u8], at: usize) -> Option<[u8x16; 2]> {
    let bytes = bytes.get(at..)?.first_chunk::<GLANCE>()?;
    match bytes.as_chunks::<16>().0 {
        [low, high] => Some([u8x16::new(*low), u8x16::new(*high)]),
        _ => None,
    }
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |unit, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some(unit * 16 + digit)
    })
}

/// Adds what the text of a string says, whose escapes were found right.
pub(super) fn unescape(raw: &[u8], into: &mut String) {
    let mut rest = std::str::from_utf8(raw).unwrap_or_default();
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
        let mut marks = Marks::default();
        marks.fill(text.as_bytes());
        let text = Text {
            bytes: text.as_bytes(),
            marks: &marks,
        };
        let raw = (text.byte(0) == b'"').then(|| text.string(0))?.ok()?;
        assert_eq!(text.pass_string(0), Ok(raw.end));
        let mut said = String::new();
        unescape(text.said(raw), &mut said);
        text.is_done(raw.end).then_some(said)
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
            let known = serde_json::from_str::<serde_json::Number>(text).is_ok();
            for behind in ["", "         "] {
                let text = format!("{text}{behind}");
                let text = Text {
                    bytes: text.as_bytes(),
                    marks: &Marks::default(),
                };
                let read = text.number(0).is_ok_and(|(end, _)| text.is_done(end));
                assert_eq!(read, known, "{:?}", text.bytes);
            }
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
