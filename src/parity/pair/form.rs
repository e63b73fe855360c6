//! Forms: what a scalar looks like, so that values that nobody can foresee are told from others.

use jiff::{Timestamp, civil};
use serde_json::Value;

/// What a scalar looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A UUID (RFC 9562).
    Uuid,
    /// A date with a time (RFC 3339, or without its offset).
    DateTime,
    /// A date.
    Date,
    /// An e-mail address.
    Email,
    /// A URI with a scheme.
    Uri,
    /// Four digits or more.
    Digits,
    /// Letters and digits in one word that nobody would write: a hash, a token.
    Token,
    /// Anything else.
    Other,
}

impl Form {
    /// The form of a text.
    pub(super) fn of(text: &str) -> Self {
        if is_uuid(text) {
            Self::Uuid
        } else if text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Self::Digits
        } else if text.parse::<Timestamp>().is_ok() || is_local_time(text) {
            Self::DateTime
        } else if text.len() == 10 && text.parse::<civil::Date>().is_ok() {
            Self::Date
        } else if is_uri(text) {
            Self::Uri
        } else if is_email(text) {
            Self::Email
        } else if is_token(text) {
            Self::Token
        } else {
            Self::Other
        }
    }

    /// Its name for people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Uuid => "a UUID",
            Self::DateTime => "a date and time",
            Self::Date => "a date",
            Self::Email => "an e-mail address",
            Self::Uri => "a URI",
            Self::Digits => "digits",
            Self::Token => "a token",
            Self::Other => "another text",
        }
    }

    /// Whether clients may rely on it, so that another form is a difference of its own.
    pub(super) fn is_telling(self) -> bool {
        !matches!(self, Self::Token | Self::Other)
    }
}

/// Whether a server may have made up a scalar as a name for something.
pub(super) fn is_made_up(member: &str, value: &Value) -> bool {
    match value {
        Value::String(text) => match Form::of(text) {
            Form::Uuid | Form::Token | Form::Date => true,
            Form::Digits => names_something(member),
            _ => false,
        },
        Value::Number(number) => number.is_i64() && names_something(member),
        _ => false,
    }
}

/// Whether two scalars are times of the same form, as a clock gives them.
pub(super) fn are_times(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(left), Value::String(right)) => {
            Form::of(left) == Form::DateTime && Form::of(right) == Form::DateTime
        }
        (Value::Number(left), Value::Number(right)) => {
            let unit = |number: &serde_json::Number| match number.as_i64() {
                // From 2001 to 2096, in seconds or milliseconds.
                Some(1_000_000_000..4_000_000_000) => Some(1),
                Some(1_000_000_000_000..4_000_000_000_000) => Some(1000),
                _ => None,
            };
            unit(left).is_some() && unit(left) == unit(right)
        }
        _ => false,
    }
}

/// Whether a member is called as identifiers are: `id`, `userId`, `user_id`, `ID`.
fn names_something(member: &str) -> bool {
    member.eq_ignore_ascii_case("id")
        || member.ends_with("Id")
        || member.ends_with("ID")
        || member.ends_with("_id")
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn is_local_time(text: &str) -> bool {
    text.len() >= 19
        && matches!(text.as_bytes().get(10), Some(b'T' | b't' | b' '))
        && text.parse::<civil::DateTime>().is_ok()
}

fn is_uri(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte))
    })
}

fn is_email(text: &str) -> bool {
    let is_word = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
    text.split_once('@').is_some_and(|(name, host)| {
        is_word(name) && is_word(host) && host.contains('.') && !host.contains('@')
    })
}

/// A word of letters and digits, long enough not to be one that people write.
fn is_token(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_word = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.=".contains(&byte));
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_word && digits >= 2 && (text.len() >= 20 || (is_hex && text.len() >= 12))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn forms_are_told_apart() {
        for (text, form) in [
            ("6b5a0d8e-bf30-4152-93ff-e74ba72fd61d", Form::Uuid),
            ("2025-01-01T00:00:00Z", Form::DateTime),
            ("2025-01-01T00:00:00.5+02:00", Form::DateTime),
            ("2025-01-01T00:00:00", Form::DateTime),
            ("2025-01-01", Form::Date),
            ("ada@example.com", Form::Email),
            ("https://example.com/a", Form::Uri),
            ("4711", Form::Digits),
            ("9f86d081884c", Form::Token),
            ("eyJhbGciOiJIUzI1NiIsInR5cCI6", Form::Token),
            ("471", Form::Other),
            ("a@b", Form::Other),
            ("internationalization", Form::Other),
            ("EMPLOYEE", Form::Other),
            ("2025-13-01", Form::Other),
            ("", Form::Other),
        ] {
            assert_eq!(Form::of(text), form, "{text}");
        }
    }

    #[test]
    fn numbers_are_names_where_a_member_says_so_and_times_where_they_can_be() {
        assert!(is_made_up("petId", &json!(7)) && !is_made_up("age", &json!(7)));
        assert!(!is_made_up("paid", &json!(7)));
        assert!(are_times(&json!(1_735_689_600), &json!(1_800_000_000)));
        assert!(!are_times(
            &json!(1_735_689_600),
            &json!(1_735_689_600_000i64)
        ));
        assert!(!are_times(&json!(5), &json!(6)));
    }
}
