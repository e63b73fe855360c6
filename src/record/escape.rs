//! Escapes: the ways in which a text may hide a value.

/// How a text may hide a value.
#[derive(Clone, Copy)]
pub(super) enum Escape {
    None,
    Percent,
    Form,
    Json,
    Html,
    Shell,
    Printf,
}

pub(super) const ESCAPES: [Escape; 7] = [
    Escape::None,
    Escape::Percent,
    Escape::Form,
    Escape::Json,
    Escape::Html,
    Escape::Shell,
    Escape::Printf,
];

/// One byte of meaning, and where in the text it stands.
pub(super) struct Unit {
    pub(super) byte: u8,
    /// The first byte of its escape.
    pub(super) start: usize,
    /// Behind the last byte of its escape.
    pub(super) end: usize,
}

/// What a text means, byte by byte.
pub(super) fn unescape(text: &str, escape: Escape) -> Vec<Unit> {
    let mut units = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let start = text.len() - rest.len();
        let (meaning, length) =
            read_escape(rest, escape).unwrap_or_else(|| (first, first.len_utf8()));
        let end = start + length;
        let mut buffer = [0; 4];
        // Percent and octal escapes are bytes, not characters.
        let is_byte = match escape {
            Escape::Percent | Escape::Form => first == '%' && length == 3,
            Escape::Printf => first == '\\' && length == 4,
            _ => false,
        };
        match u8::try_from(u32::from(meaning)) {
            Ok(byte) if is_byte => units.push(Unit { byte, start, end }),
            _ => units.extend(meaning.encode_utf8(&mut buffer).bytes().map(|byte| Unit {
                byte,
                start,
                end,
            })),
        }
        rest = &rest[length..];
    }
    units
}

/// The character that an escape at the start of the text means, and the escape's length in bytes.
fn read_escape(text: &str, escape: Escape) -> Option<(char, usize)> {
    let hex = |range: std::ops::Range<usize>| u32::from_str_radix(text.get(range)?, 16).ok();
    match escape {
        Escape::None => None,
        Escape::Form if text.starts_with('+') => Some((' ', 1)),
        Escape::Percent | Escape::Form => {
            text.strip_prefix('%')?;
            Some((char::from_u32(hex(1..3)?)?, 3))
        }
        Escape::Json => {
            let escaped = text.strip_prefix('\\')?.chars().next()?;
            let meaning = match escaped {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'b' => '\u{8}',
                'f' => '\u{c}',
                '"' | '\\' | '/' | '\'' => escaped,
                'u' => {
                    let high = hex(2..6)?;
                    if let Some(meaning) = char::from_u32(high) {
                        return Some((meaning, 6));
                    }
                    let low = text
                        .get(6..8)
                        .filter(|mark| *mark == "\\u")
                        .and(hex(8..12))?;
                    let code =
                        0x10000 + (high.checked_sub(0xd800)? << 10) + low.checked_sub(0xdc00)?;
                    return Some((char::from_u32(code)?, 12));
                }
                _ => return None,
            };
            Some((meaning, 2))
        }
        Escape::Html => [
            ("&amp;", '&'),
            ("&lt;", '<'),
            ("&gt;", '>'),
            ("&quot;", '"'),
            ("&#34;", '"'),
            ("&apos;", '\''),
            ("&#39;", '\''),
            ("&#x27;", '\''),
        ]
        .into_iter()
        .find(|(entity, _)| text.starts_with(entity))
        .map(|(entity, meaning)| (meaning, entity.len())),
        Escape::Printf if text.starts_with("%%") => Some(('%', 2)),
        Escape::Printf => {
            text.strip_prefix('\\')?;
            let byte = u8::from_str_radix(text.get(1..4)?, 8).ok()?;
            Some((char::from(byte), 4))
        }
        Escape::Shell => text.starts_with(r"'\''").then_some(('\'', 4)),
    }
}
