//! Flaws: why a credential cannot be right, as far as that can be seen without the server.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::Value;

use super::Secret;

/// How a credential travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier<'a> {
    /// Behind the name of a scheme in `Authorization` (RFC 9110 section 11.6.2): `Bearer`.
    Scheme(&'a str),
    /// As `user:password` in Base64, behind `Basic` (RFC 7617).
    Login,
    /// As all of a header field.
    Field,
    /// Percent-encoded in a query or a cookie.
    Encoded,
}

/// Why a credential cannot be right. Says nothing of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// There is nothing in it.
    Empty,
    /// It has white space at an end, such as the line break of a file.
    Blank,
    /// It has characters that its carrier cannot carry (RFC 9110 section 5.5).
    Unsendable,
    /// It begins with the name of the scheme, which is put before it anyway.
    Doubled(String),
    /// It is a JSON Web Token (RFC 7519) whose `exp` is past.
    Expired(Timestamp),
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::Blank => f.write_str("it has white space or a line break at an end"),
            Self::Unsendable => f.write_str("it has characters that cannot be sent"),
            Self::Doubled(scheme) => {
                write!(
                    f,
                    "it begins with `{scheme} `, which is put before it anyway"
                )
            }
            Self::Expired(at) => write!(f, "it expired at {at}"),
        }
    }
}

impl Secret {
    /// Why it cannot be right when it is sent so, at that time.
    pub fn flaw(&self, carrier: Carrier<'_>, now: Timestamp) -> Option<Flaw> {
        let text = self.expose();
        if text.trim().is_empty() {
            return Some(Flaw::Empty);
        }
        if text.trim() != text {
            return Some(Flaw::Blank);
        }
        let is_plain = |character: char| character.is_ascii_graphic() || character == ' ';
        let is_sendable = match carrier {
            Carrier::Scheme(_) | Carrier::Field => text.chars().all(is_plain),
            Carrier::Login | Carrier::Encoded => !text.chars().any(char::is_control),
        };
        if !is_sendable {
            return Some(Flaw::Unsendable);
        }
        let scheme = match carrier {
            Carrier::Scheme(name) => Some(name),
            Carrier::Login => Some("Basic"),
            Carrier::Field | Carrier::Encoded => None,
        };
        let first = text.split_once(' ').map(|(first, _)| first);
        if let (Some(scheme), Some(first)) = (scheme, first)
            && first.eq_ignore_ascii_case(scheme)
        {
            return Some(Flaw::Doubled(scheme.to_owned()));
        }
        let token = match carrier {
            Carrier::Login => None,
            // A key in `Authorization` has the name of the scheme in it.
            _ => text.rsplit(' ').next(),
        };
        let expired = token.and_then(expiry).filter(|at| *at <= now);
        expired.map(Flaw::Expired)
    }
}

/// When a JSON Web Token expires, if the text is one and says so.
fn expiry(text: &str) -> Option<Timestamp> {
    let mut parts = text.split('.');
    let (header, claims) = (parts.next()?, parts.next()?);
    // The signature; an encrypted token has five parts and keeps its claims to itself.
    parts.next()?;
    if parts.next().is_some() {
        return None;
    }
    object(header)?.get("alg")?.as_str()?;
    let seconds = object(claims)?.get("exp")?.as_f64()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "times beyond the range of i64 saturate, and are no timestamps then"
    )]
    Timestamp::from_second(seconds.floor() as i64).ok()
}

fn object(part: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    let value: Value = serde_json::from_slice(&bytes).ok()?;
    value.is_object().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token with these claims.
    fn token(claims: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!(
            "{}.{}.c2ln",
            part(r#"{"alg":"HS256","typ":"JWT"}"#),
            part(claims)
        )
    }

    #[test]
    fn what_cannot_be_right_is_seen_before_it_is_sent() {
        const BEARER: Carrier<'_> = Carrier::Scheme("Bearer");
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let past = token(r#"{"exp": 1700000000.5}"#);
        let expired = Some("it expired at 2023-11-14T22:13:20Z");
        let blank = Some("it has white space or a line break at an end");
        let unsendable = Some("it has characters that cannot be sent");
        let doubled = Some("it begins with `Bearer `, which is put before it anyway");
        for (text, carrier, expected) in [
            ("abc", BEARER, None),
            ("", BEARER, Some("it is empty")),
            (" \n", Carrier::Login, Some("it is empty")),
            ("abc\n", BEARER, blank),
            (" abc", Carrier::Encoded, blank),
            ("a\nb", BEARER, unsendable),
            ("a\u{7f}b", Carrier::Encoded, unsendable),
            ("schlüssel", BEARER, unsendable),
            ("schlüssel", Carrier::Field, unsendable),
            ("schlüssel", Carrier::Encoded, None),
            ("ann:schlüssel wort", Carrier::Login, None),
            ("Bearer abc", BEARER, doubled),
            ("bearer abc", BEARER, doubled),
            ("Bearer abc", Carrier::Field, None),
            ("bearerabc", BEARER, None),
            (
                "Basic YTpi",
                Carrier::Login,
                Some("it begins with `Basic `, which is put before it anyway"),
            ),
            (&*past, BEARER, expired),
            (&format!("Bearer {past}"), Carrier::Field, expired),
            (&past, Carrier::Encoded, expired),
            (&past, Carrier::Login, None),
            (&token(r#"{"exp": 1900000000}"#), BEARER, None),
            (&token(r#"{"exp": 1e300}"#), BEARER, None),
            (&token(r#"{"exp": "soon"}"#), BEARER, None),
            (&token("{}"), BEARER, None),
            (&token("[1]"), BEARER, None),
            ("a.b.c", BEARER, None),
            (&format!("{past}.x.y"), BEARER, None),
        ] {
            let flaw = Secret::new(text).flaw(carrier, now);
            let told = flaw.map(|flaw| flaw.to_string());
            assert_eq!(told.as_deref(), expected, "{text:?} as {carrier:?}");
        }
    }
}
