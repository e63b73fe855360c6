//! Header fields as HPACK has them (RFC 7541), without Huffman coding and without a table.

/// A field that every connection knows (RFC 7541 section 6.1).
pub(super) fn indexed(number: usize, out: &mut Vec<u8>) {
    integer(0x80, 0x7f, number, out);
}

/// A field with a name that every connection knows (RFC 7541 section 6.2.2).
pub(super) fn literal(number: usize, value: &[u8], out: &mut Vec<u8>) {
    integer(0, 0x0f, number, out);
    string(value, out);
}

pub(super) fn string(text: &[u8], out: &mut Vec<u8>) {
    integer(0, 0x7f, text.len(), out);
    out.extend_from_slice(text);
}

/// A number (RFC 7541 section 5.1).
pub(super) fn integer(kind: u8, prefix: u8, number: usize, out: &mut Vec<u8>) {
    match u8::try_from(number) {
        Ok(number) if number < prefix => out.push(kind | number),
        _ => {
            out.push(kind | prefix);
            let mut rest = number - usize::from(prefix);
            while let [low, ..] = rest.to_le_bytes()
                && rest >= 0x80
            {
                out.push(low | 0x80);
                rest >>= 7;
            }
            out.push(rest.to_le_bytes()[0]);
        }
    }
}
