//! Dates and times (RFC 3339) whose digits are digits.
//!
//! `jsonschema` 0.60 finds digits four or two at a time, and takes `*`, `+`, `,`, `-`, `.` and `/` for digits
//! where a digit follows them. It has the last word on what has the right digits.

use std::sync::LazyLock;

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

/// Whether a text is a `full-date` (RFC 3339 section 5.6).
pub(super) fn is_date(text: &str) -> bool {
    static FORMAT: LazyLock<Option<Validator>> = LazyLock::new(|| format("date"));
    has_digits(text, "dddd-dd-dd") && holds(FORMAT.as_ref(), text)
}

/// Whether a text is a `full-time`.
pub(super) fn is_time(text: &str) -> bool {
    static FORMAT: LazyLock<Option<Validator>> = LazyLock::new(|| format("time"));
    has_digits_of_time(text) && holds(FORMAT.as_ref(), text)
}

/// Whether a text is a `date-time`.
pub(super) fn is_date_time(text: &str) -> bool {
    static FORMAT: LazyLock<Option<Validator>> = LazyLock::new(|| format("date-time"));
    let Some((date, time)) = text.split_once(['T', 't']) else {
        return false;
    };
    has_digits(date, "dddd-dd-dd") && has_digits_of_time(time) && holds(FORMAT.as_ref(), text)
}

/// A format as the library knows it.
fn format(name: &str) -> Option<Validator> {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .build(&json!({ "format": name }))
        .ok()
}

fn holds(format: Option<&Validator>, text: &str) -> bool {
    let value = Value::from(text);
    format.is_some_and(|format| format.is_valid(&value))
}

/// Whether there are digits where a picture has a `d`, and as much text as in it.
fn has_digits(text: &str, picture: &str) -> bool {
    let mut pairs = text.bytes().zip(picture.bytes());
    text.len() == picture.len()
        && pairs.all(|(byte, picture)| picture != b'd' || byte.is_ascii_digit())
}

/// The same of a time, with any fraction of the second and any offset.
fn has_digits_of_time(text: &str) -> bool {
    let Some((second, rest)) = text.split_at_checked(8) else {
        return false;
    };
    let offset = rest.trim_start_matches(|one: char| one == '.' || one.is_ascii_digit());
    let is_offset = offset.eq_ignore_ascii_case("z") || has_digits(offset, "+dd:dd");
    has_digits(second, "dd:dd:dd") && is_offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_other_digits_is_no_date_and_no_time() {
        for date in ["2026-01-28", "2024-02-29", "0000-12-31"] {
            assert!(is_date(date), "{date}");
        }
        for time in [
            "10:00:00Z",
            "23:59:60z",
            "10:00:00.123456789012+23:59",
            "00:00:00-00:00",
        ] {
            assert!(is_time(time), "{time}");
            let both = format!("2026-01-28T{time}");
            assert!(is_date_time(&both), "{both}");
        }
        for date in ["2026-02-30", "2026-1-28", "2026-01-28 ", "", "20２6-1-28"] {
            assert!(!is_date(date), "{date}");
        }
        for time in ["10:00:00", "24:00:00Z", "10:00:00.Z", "10:00:00+1:00", ""] {
            assert!(!is_time(time), "{time}");
        }
        // Each digit in turn is something else.
        let good = "2026-11-28T10:11:12.3+01:23";
        for (at, byte) in good.bytes().enumerate() {
            for other in "*+,-./:;aZ ".chars() {
                let mut text = good.to_owned();
                text.replace_range(at..=at, &other.to_string());
                if byte.is_ascii_digit() {
                    assert!(!is_date_time(&text), "{text}");
                }
            }
        }
    }
}
