//! Escapes: percent-encoding (RFC 3986 section 2.1) and what header fields can hold.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::WireError;

/// Everything but the unreserved characters (RFC 3986 section 2.3), as RFC 6570 section 3.2.1 asks.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// For `allowReserved`: reserved characters stay, except for those that a query reads as syntax or
/// must not hold (OAS 3.1.1 section 4.8.12.2.3), the comma of lists and the quote, which URL
/// parsers escape.
const RESERVED: &AsciiSet = &COMPONENT
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b';');

/// The text with everything but unreserved characters percent-encoded.
pub fn encode_component(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

/// The text with reserved characters kept where a query value can hold them.
pub fn encode_reserved(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The text behind percent-encoded text. A `%` that starts no escape stands for itself.
pub fn decode_component(text: &str) -> Result<String, WireError> {
    percent_decode_str(text)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| WireError::malformed(format!("`{text}` is not percent-encoded UTF-8")))
}

/// As [`decode_component`], where `+` stands for a space, as in queries and forms.
pub(super) fn decode_query(text: &str) -> Result<String, WireError> {
    if text.contains('+') {
        decode_component(&text.replace('+', " "))
    } else {
        decode_component(text)
    }
}

/// Whether a text can be sent as the value of a header field and arrive as it is: visible ASCII,
/// spaces and tabs inside only (RFC 9110 section 5.5).
pub fn is_field_value(text: &str) -> bool {
    let plain = text
        .bytes()
        .all(|byte| (0x20..0x7f).contains(&byte) || byte == b'\t');
    plain && !text.starts_with([' ', '\t']) && !text.ends_with([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(encode_component("a-._~ /é%"), "a-._~%20%2F%C3%A9%25");
        assert_eq!(
            encode_reserved("/a?b=c&d,+#[]"),
            "/a?b%3Dc%26d%2C%2B%23%5B%5D"
        );
    }

    #[test]
    fn decoding_refuses_what_is_not_utf8_and_keeps_stray_percents() {
        assert_eq!(decode_component("100%"), Ok("100%".to_owned()));
        assert_eq!(decode_query("a+b%2B"), Ok("a b+".to_owned()));
        assert!(decode_component("%ff").is_err());
    }

    #[test]
    fn field_values_hold_no_controls_and_no_outer_space() {
        for (text, fits) in [
            ("", true),
            ("a \t b", true),
            (" a", false),
            ("a\t", false),
            ("a\r\nb", false),
            ("\u{e9}", false),
            ("\u{7f}", false),
        ] {
            assert_eq!(is_field_value(text), fits, "{text:?}");
        }
    }
}
