//! Texts that are plainly of a format: most are, and are told at little cost. Of others the full check has
//! the last word.

/// Says `true` only of texts that are of the format; `false` says nothing.
pub(super) type Plain = fn(&[u8]) -> bool;

/// How to tell what is plainly of a format; `None` if there is no quick way.
pub(super) fn plain(format: &str) -> Option<Plain> {
    Some(match format {
        "date" => date,
        "date-time" => date_time,
        "email" => email,
        "uuid" => uuid,
        _ => return None,
    })
}

/// Whether bytes are digits where a picture has a `0`, and as in the picture elsewhere.
#[inline]
fn looks<const N: usize>(text: &[u8; N], picture: &[u8; N]) -> bool {
    let bytes = text.iter().zip(picture);
    bytes.fold(true, |looks, (byte, picture)| {
        looks
            & if *picture == b'0' {
                byte.is_ascii_digit()
            } else {
                byte == picture
            }
    })
}

/// The value of two digits.
fn two(text: &[u8], at: usize) -> u8 {
    let digit = |at: usize| text.get(at).copied().unwrap_or(0).wrapping_sub(b'0');
    digit(at).wrapping_mul(10).wrapping_add(digit(at + 1))
}

/// Days that every month has.
fn is_day(text: &[u8]) -> bool {
    (1..=12).contains(&two(text, 5)) && (1..=28).contains(&two(text, 8))
}

fn date(text: &[u8]) -> bool {
    <&[u8; 10]>::try_from(text).is_ok_and(|text| looks(text, b"0000-00-00") && is_day(text))
}

/// RFC 3339 in UTC, with or without a fraction of the second.
fn date_time(text: &[u8]) -> bool {
    let Some((second, rest)) = text.split_first_chunk::<19>() else {
        return false;
    };
    let is_rest = match rest {
        [b'Z'] => true,
        [b'.', digits @ .., b'Z'] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    is_rest
        && looks(second, b"0000-00-00T00:00:00")
        && is_day(second)
        && two(second, 11) < 24
        && two(second, 14) < 60
        && two(second, 17) < 60
}

fn uuid(text: &[u8]) -> bool {
    let Ok(text) = <&[u8; 36]>::try_from(text) else {
        return false;
    };
    // A dash is no such digit, so four dashes and as many digits as there are other places are all.
    let is_digit = |byte: &u8| byte.wrapping_sub(b'0') < 10 || (byte | 0x20).wrapping_sub(b'a') < 6;
    let digits: u8 = text.iter().map(|byte| u8::from(is_digit(byte))).sum();
    digits == 32 && [text[8], text[13], text[18], text[23]] == [b'-'; 4]
}

/// Words with dots between them, `@`, and labels of letters and digits, of which the last is of letters.
fn email(text: &[u8]) -> bool {
    /// No part may be longer, nor a label.
    const LONGEST: usize = 63;
    let Some(at) = text.iter().position(|byte| *byte == b'@') else {
        return false;
    };
    let (local, domain) = text.split_at(at);
    let (mut length, mut labels, mut has_other) = (0, 0, false);
    for byte in domain.get(1..).unwrap_or_default() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' => has_other = true,
            b'.' if length > 0 => {
                (length, has_other) = (0, false);
                labels += 1;
                continue;
            }
            _ => return false,
        }
        length += 1;
    }
    let is_domain = domain.len() <= LONGEST && labels > 0 && length > 1 && !has_other;
    is_domain && local.len() <= LONGEST && is_words(local)
}

fn is_words(text: &[u8]) -> bool {
    let mut is_open = true;
    for byte in text {
        is_open = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'+' => false,
            b'.' if !is_open => true,
            _ => return false,
        };
    }
    !is_open
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::compile_keywords;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn full(format: &str) -> jsonschema::Validator {
        compile_keywords(&json!({ "format": format })).unwrap()
    }

    #[test]
    fn what_is_common_is_plain() {
        for (format, text) in [
            ("date", "2026-11-22"),
            ("date-time", "2026-11-22T07:43:59Z"),
            ("date-time", "2026-01-01T00:00:00.123456789Z"),
            ("email", "ada.lovelace+tag@mail.example.com"),
            ("email", "a@b1.de"),
            ("uuid", "01234567-89ab-cdef-ABCD-EF0123456789"),
        ] {
            let is_plain = plain(format).unwrap();
            assert!(is_plain(text.as_bytes()), "{text}");
            assert!(full(format).is_valid(&Value::from(text)), "{text}");
            for at in 0..text.len() {
                assert!(!is_plain(&text.as_bytes()[..at]) || format == "email");
            }
        }
        assert!(plain("uri").is_none());
    }

    fn near(pattern: &'static str) -> impl Strategy<Value = String> {
        let change = prop::option::of((any::<prop::sample::Index>(), "[ -~é]"));
        (pattern, change).prop_map(|(mut text, change)| {
            if let Some((at, by)) = change
                && text.is_ascii()
                && !text.is_empty()
            {
                let at = at.index(text.len());
                text.replace_range(at..=at, &by);
            }
            text
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn what_is_plainly_of_a_format_is(
            date in near("[0-9]{4}-[01][0-9]-[0-3][0-9]"),
            time in near("[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,3})?Z"),
            email in near("[a-z.+_-]{0,4}@([a-z0-9-]{0,3}\\.){0,3}[a-z0-9]{0,4}"),
            long in near("[a-z]{50,80}@[a-z]{50,70}\\.[a-z]{1,3}"),
            uuid in near("[0-9a-fA-F]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
        ) {
            for (format, text) in [("date", date), ("date-time", time), ("email", email), ("email", long), ("uuid", uuid)] {
                if plain(format).unwrap()(text.as_bytes()) {
                    prop_assert!(full(format).is_valid(&Value::from(&*text)), "{}", text);
                }
            }
        }
    }
}
