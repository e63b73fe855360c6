//! Header sections, read from what HPACK makes of them (RFC 7541).

use super::huffman;
use super::table::{Field, Table};

/// How many bytes the server may have us remember: what holds as long as nobody says otherwise
/// (RFC 9113 section 6.5.2).
const REMEMBERED: usize = 4096;

/// The bytes are no header section. The connection is out of step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreadable;

/// Reads the header sections of a connection, in their order.
#[derive(Debug)]
pub(super) struct Decoder {
    table: Table,
    name: Vec<u8>,
    value: Vec<u8>,
}

impl Decoder {
    pub(super) fn new() -> Self {
        Self {
            table: Table::new(REMEMBERED),
            name: Vec::new(),
            value: Vec::new(),
        }
    }

    /// Tells the fields of a section.
    pub(super) fn read(
        &mut self,
        block: &[u8],
        mut take: impl FnMut(Field<'_>),
    ) -> Result<(), Unreadable> {
        let mut rest = block;
        let mut is_begun = false;
        while let Some(first) = rest.first() {
            match first {
                0x80.. => {
                    let number = integer(&mut rest, 0x7f)?;
                    take(self.table.get(number).ok_or(Unreadable)?);
                }
                0x20..0x40 => {
                    let size = integer(&mut rest, 0x1f)?;
                    if is_begun || size > REMEMBERED {
                        return Err(Unreadable);
                    }
                    self.table.resize(size);
                    continue;
                }
                _ => {
                    let is_learnt = *first >= 0x40;
                    let number = integer(&mut rest, if is_learnt { 0x3f } else { 0x0f })?;
                    self.name.clear();
                    let mut is_valid = true;
                    if number == 0 {
                        string(&mut rest, &mut self.name)?;
                        is_valid = is_name(&self.name);
                    } else {
                        let known = self.table.get(number).ok_or(Unreadable)?;
                        self.name.extend_from_slice(known.name);
                        is_valid &= known.is_valid || is_name(known.name);
                    }
                    self.value.clear();
                    string(&mut rest, &mut self.value)?;
                    let field = Field {
                        name: &self.name,
                        value: &self.value,
                        is_valid: is_valid && is_value(&self.value),
                    };
                    if is_learnt {
                        self.table.learn(field);
                    }
                    take(field);
                }
            }
            is_begun = true;
        }
        Ok(())
    }
}

/// A number (RFC 7541 section 5.1), the first bits of which are not more than `prefix`.
fn integer(rest: &mut &[u8], prefix: u8) -> Result<usize, Unreadable> {
    let (first, mut after) = rest.split_first().ok_or(Unreadable)?;
    let mut number = usize::from(first & prefix);
    if number == usize::from(prefix) {
        // Four more bytes are enough for all that a frame can hold.
        let mut is_over = false;
        for shift in [0, 7, 14, 21] {
            let (byte, next) = after.split_first().ok_or(Unreadable)?;
            after = next;
            number += usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                is_over = true;
                break;
            }
        }
        if !is_over {
            return Err(Unreadable);
        }
    }
    *rest = after;
    Ok(number)
}

/// Adds a string (RFC 7541 section 5.2).
fn string(rest: &mut &[u8], out: &mut Vec<u8>) -> Result<(), Unreadable> {
    let is_coded = rest.first().ok_or(Unreadable)? & 0x80 != 0;
    let length = integer(rest, 0x7f)?;
    let (text, after) = rest.split_at_checked(length).ok_or(Unreadable)?;
    *rest = after;
    if !is_coded {
        out.extend_from_slice(text);
        return Ok(());
    }
    if huffman::decode(text, out) {
        Ok(())
    } else {
        Err(Unreadable)
    }
}

/// Whether a field can have this name: a token without capitals, behind a colon or not (RFC 9113
/// section 8.2).
fn is_name(name: &[u8]) -> bool {
    let token = name.strip_prefix(b":").unwrap_or(name);
    let is_sign = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~');
    !token.is_empty() && token.iter().all(is_sign)
}

/// Whether a field can have this value (RFC 9110 section 5.5).
fn is_value(value: &[u8]) -> bool {
    let is_sign = |byte: &u8| matches!(byte, b'\t' | b' '..=b'~' | 0x80..);
    value.iter().all(is_sign)
}

#[cfg(test)]
mod tests {
    use super::{Decoder, Unreadable};

    fn read(
        decoder: &mut Decoder,
        block: &[u8],
    ) -> Result<Vec<(String, String, bool)>, Unreadable> {
        let mut fields = Vec::new();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        decoder.read(block, |field| {
            fields.push((text(field.name), text(field.value), field.is_valid));
        })?;
        Ok(fields)
    }

    fn lines(decoder: &mut Decoder, block: &[u8]) -> Vec<String> {
        let fields = read(decoder, block).unwrap();
        fields
            .into_iter()
            .map(|(name, value, _)| format!("{name}={value}"))
            .collect()
    }

    #[test]
    fn the_answers_of_the_specification() {
        // RFC 7541 appendix C.5: three answers of one connection, whose table has 256 bytes.
        let mut decoder = Decoder::new();
        let date = b"Mon, 21 Oct 2013 20:13:21 GMT";
        let place = b"https://www.example.com";
        let first = [
            &b"\x3f\xe1\x01\x48\x03302\x58\x07private\x61\x1d"[..],
            date,
            b"\x6e\x17",
            place,
        ];
        let expected = [
            ":status=302",
            "cache-control=private",
            "date=Mon, 21 Oct 2013 20:13:21 GMT",
            "location=https://www.example.com",
        ];
        assert_eq!(lines(&mut decoder, &first.concat()), expected);
        let second = lines(&mut decoder, b"\x48\x03307\xc1\xc0\xbf");
        assert_eq!(second[0], ":status=307");
        assert_eq!(second[1..], expected[1..]);
        let cookie = b"foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";
        let third = [
            &b"\x88\xc1\x61\x1dMon, 21 Oct 2013 20:13:22 GMT\xc0\x5a\x04gzip\x77\x38"[..],
            cookie,
        ];
        let expected = [
            ":status=200",
            "cache-control=private",
            "date=Mon, 21 Oct 2013 20:13:22 GMT",
            "location=https://www.example.com",
            "content-encoding=gzip",
            "set-cookie=foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
        ];
        assert_eq!(lines(&mut decoder, &third.concat()), expected);
        // The table of 256 bytes holds the last three.
        assert_eq!(
            lines(&mut decoder, b"\xc0"),
            ["date=Mon, 21 Oct 2013 20:13:22 GMT"]
        );
        assert_eq!(read(&mut decoder, b"\xc1"), Err(Unreadable));
    }

    #[test]
    fn what_is_no_section_is_refused() {
        let wrong: [&[u8]; 12] = [
            b"\x80",     // Number 0.
            b"\xff\x00", // A number that nobody has taught.
            b"\xff\x80\x80\x80\x80\x01",
            b"\xff",
            b"\x40",
            b"\x00\x01",
            b"\x00\x01a\x05abc",
            b"\x00\x01a\x81\x00", // Padding of zeroes.
            b"\x3f\xe2\x1f",      // More than 4096 bytes.
            b"\x88\x20",          // A size behind a field.
            b"\x10\x7f\xff\xff\xff\xff\x01",
            b"\x7e\x00",
        ];
        for block in wrong {
            assert_eq!(
                read(&mut Decoder::new(), block),
                Err(Unreadable),
                "{block:x?}"
            );
        }
    }

    #[test]
    fn fields_that_cannot_be_are_told_and_remembered_as_such() {
        for (block, is_valid) in [
            (&b"\x40\x01a\x01b"[..], true),
            (b"\x40\x01A\x01b", false),
            (b"\x40\x00\x01b", false),
            (b"\x40\x02a \x01b", false),
            (b"\x40\x01a\x01\n", false),
            (b"\x40\x01a\x02\t\xff", true),
            (b"\x50\x01\x00", false),
        ] {
            let mut decoder = Decoder::new();
            let first = read(&mut decoder, block).unwrap();
            assert_eq!(first[0].2, is_valid, "{block:x?}");
            assert_eq!(read(&mut decoder, b"\xbe").unwrap(), first);
        }
        // A new value for a name that was refused, and for one whose value was.
        let mut decoder = Decoder::new();
        read(&mut decoder, b"\x40\x01A\x01b").unwrap();
        assert!(!read(&mut decoder, b"\x7e\x01c").unwrap()[0].2);
        read(&mut decoder, b"\x40\x01a\x01\n").unwrap();
        assert!(read(&mut decoder, b"\x7e\x01c").unwrap()[0].2);
    }

    #[test]
    fn what_is_too_long_for_the_table_empties_it() {
        let mut decoder = Decoder::new();
        lines(&mut decoder, b"\x40\x01a\x01b");
        let length = 127 + (0x7f + (0x1f << 7));
        let long = [&b"\x40\x01c\x7f\xff\x1f"[..], &vec![b'x'; length]].concat();
        assert_eq!(read(&mut decoder, &long).unwrap().len(), 1);
        assert_eq!(read(&mut decoder, b"\xbe"), Err(Unreadable));
    }
}
