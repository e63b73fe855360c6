//! Base64: whether a string can be read as bytes, by whichever of its forms.

/// Whether a text is base64 in either alphabet (RFC 4648 sections 4 and 5), with or without padding, and
/// with or without line ends (RFC 2045 section 6.8). What no reader takes is no base64.
pub(super) fn is_base64(text: &str) -> bool {
    let digits: Vec<u8> = text
        .bytes()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect();
    let padding = digits
        .iter()
        .rev()
        .take_while(|byte| **byte == b'=')
        .count();
    let body = digits.get(..digits.len() - padding).unwrap_or_default();
    let are_digits = body
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_'));
    let is_padded = padding == 0 || padding <= 2 && digits.len().is_multiple_of(4);
    are_digits && is_padded && body.len() % 4 != 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_nothing_else() {
        for text in [
            "",
            "YQ==",
            "YQ",
            "YWI=",
            "YWJj",
            "-_-_",
            "+/+/",
            "YWJj\r\nYWJj",
        ] {
            assert!(is_base64(text), "{text}");
        }
        for text in [
            "Y", "YQ=", "Y===", "====", "YW Jj", "YWJj!", "=YQ=", "ÄÖ==", "YWJjY",
        ] {
            assert!(!is_base64(text), "{text}");
        }
    }
}
