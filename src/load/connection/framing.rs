//! Where the content of an answer ends (RFC 9112 section 6.3), and whether the connection may carry
//! another exchange (section 9.3).

use super::error::Malformed;

/// What the request lets expect. (`CONNECT` is never sent.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Expects {
    /// An answer that may have content.
    #[default]
    Content,
    /// An answer to `HEAD`: its header fields describe content that is not sent.
    HeadOnly,
}

impl Expects {
    /// By the method of the request.
    pub fn of(method: &str) -> Self {
        if method == "HEAD" {
            Self::HeadOnly
        } else {
            Self::Content
        }
    }
}

/// Where the content ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// There is none.
    Empty,
    /// After so many bytes.
    Length(u64),
    /// With the last chunk and the trailer section.
    Chunked,
    /// With the connection.
    Close,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Length {
    #[default]
    None,
    One(u64),
    Refused(Malformed),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Transfer {
    #[default]
    None,
    Chunked,
    Other,
}

/// What the header fields say about the content's end and the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Signals {
    length: Length,
    transfer: Transfer,
    close: bool,
    keep_alive: bool,
}

impl Signals {
    /// Takes note of a header field.
    pub(super) fn note(&mut self, name: &[u8], value: &[u8]) {
        // The lengths tell nearly all fields apart at the price of a comparison.
        match name.len() {
            10 if is_field(name, b"connection") => {
                for token in tokens(value) {
                    self.close |= token.eq_ignore_ascii_case(b"close");
                    self.keep_alive |= token.eq_ignore_ascii_case(b"keep-alive");
                }
            }
            14 if is_field(name, b"content-length") => {
                if let (Length::None, Some(length)) = (self.length, digits(value)) {
                    self.length = Length::One(length);
                    return;
                }
                for token in tokens(value) {
                    self.length = match (self.length, digits(token)) {
                        (Length::Refused(reason), _) => Length::Refused(reason),
                        (_, None) => Length::Refused(Malformed::Length),
                        (Length::One(one), Some(other)) if one != other => {
                            Length::Refused(Malformed::Lengths)
                        }
                        (_, Some(one)) => Length::One(one),
                    };
                }
            }
            17 if is_field(name, b"transfer-encoding") => {
                for token in tokens(value) {
                    self.transfer = match self.transfer {
                        Transfer::None if token.eq_ignore_ascii_case(b"chunked") => {
                            Transfer::Chunked
                        }
                        _ => Transfer::Other,
                    };
                }
            }
            _ => {}
        }
    }

    /// Where the content ends.
    pub(super) fn framing(
        &self,
        status: u16,
        minor: u8,
        expects: Expects,
    ) -> Result<Framing, Malformed> {
        if expects == Expects::HeadOnly || matches!(status, 100..=199 | 204 | 304) {
            // Whatever the header fields say.
            return Ok(Framing::Empty);
        }
        match (self.transfer, self.length) {
            (Transfer::None, Length::None) => Ok(Framing::Close),
            (Transfer::None, Length::One(length)) => Ok(Framing::Length(length)),
            (Transfer::None, Length::Refused(reason)) => Err(reason),
            (_, _) if minor == 0 => Err(Malformed::TransferVersion),
            (Transfer::Other, _) => Err(Malformed::TransferCoding),
            (Transfer::Chunked, Length::None) => Ok(Framing::Chunked),
            (Transfer::Chunked, _) => Err(Malformed::BothLengths),
        }
    }

    /// Whether the server keeps the connection. `close` wins over `keep-alive`.
    pub(super) fn keeps(&self, minor: u8) -> bool {
        !self.close && (minor > 0 || self.keep_alive)
    }
}

/// Whether the name of a field is this one of letters, digits and hyphens, in any case. (No other
/// character of a token but their capitals differs from them by this bit alone.)
pub(super) fn is_field(name: &[u8], wanted: &[u8]) -> bool {
    let ends = |bytes: &[u8]| {
        let (first, last) = (bytes.first_chunk::<8>()?, bytes.last_chunk::<8>()?);
        let fold = |eight: &[u8; 8]| u64::from_le_bytes(*eight) | 0x2020_2020_2020_2020;
        Some((fold(first), fold(last)))
    };
    let may_be = name.len() == wanted.len() && ends(name) == ends(wanted);
    may_be && (matches!(name.len(), 8..=16) || name.eq_ignore_ascii_case(wanted))
}

/// The members of a list (RFC 9110 section 5.6.1), empty ones included.
fn tokens(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii)
}

/// A number of digits only: neither sign nor white space.
fn digits(token: &[u8]) -> Option<u64> {
    if token.is_empty() {
        return None;
    }
    token.iter().try_fold(0_u64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::{Expects, Framing, Malformed, Signals, is_field};

    fn framing(minor: u8, fields: &[(&str, &str)]) -> Result<Framing, Malformed> {
        signals(fields).framing(200, minor, Expects::Content)
    }

    fn signals(fields: &[(&str, &str)]) -> Signals {
        let mut signals = Signals::default();
        for (name, value) in fields {
            signals.note(name.as_bytes(), value.as_bytes());
        }
        signals
    }

    #[test]
    fn the_content_ends_where_the_fields_say_and_in_one_way_only() {
        let length = |value| framing(1, &[("Content-Length", value)]);
        let transfer = |value| framing(1, &[("TRANSFER-encoding", value)]);
        assert_eq!(framing(1, &[]), Ok(Framing::Close));
        assert_eq!(length("5"), Ok(Framing::Length(5)));
        assert_eq!(length("5, 5"), Ok(Framing::Length(5)));
        assert_eq!(length("5, 05"), Ok(Framing::Length(5)));
        assert_eq!(
            length("18446744073709551615"),
            Ok(Framing::Length(u64::MAX))
        );
        assert_eq!(length("5, 6"), Err(Malformed::Lengths));
        for wrong in [
            "",
            "+5",
            "-5",
            "5 5",
            "5,",
            "0x5",
            "5.0",
            "18446744073709551616",
        ] {
            assert_eq!(length(wrong), Err(Malformed::Length), "`{wrong}`");
        }
        let twice = |one, other| framing(1, &[("content-length", one), ("content-length", other)]);
        assert_eq!(twice("5", "5"), Ok(Framing::Length(5)));
        assert_eq!(twice("5", "6"), Err(Malformed::Lengths));
        assert_eq!(twice("x", "5"), Err(Malformed::Length));
        assert_eq!(transfer("Chunked"), Ok(Framing::Chunked));
        for wrong in [
            "gzip",
            "gzip, chunked",
            "chunked, chunked",
            "identity",
            "xchunked",
            "",
        ] {
            assert_eq!(transfer(wrong), Err(Malformed::TransferCoding), "`{wrong}`");
        }
        let both = [("Transfer-Encoding", "chunked"), ("Content-Length", "5")];
        assert_eq!(framing(1, &both), Err(Malformed::BothLengths));
        assert_eq!(framing(0, &both), Err(Malformed::TransferVersion));
    }

    #[test]
    fn names_of_fields_are_the_same_in_any_case() {
        let wanted = [
            "te",
            "trailer",
            "location",
            "content-encoding",
            "transfer-encoding",
        ];
        for name in wanted {
            assert!(is_field(name.as_bytes(), name.as_bytes()));
            assert!(is_field(name.to_uppercase().as_bytes(), name.as_bytes()));
            for at in 0..name.len() {
                let mut other = name.as_bytes().to_vec();
                other[at] ^= 1;
                assert!(!is_field(&other, name.as_bytes()), "{name} {at}");
            }
            assert!(!is_field(&name.as_bytes()[1..], name.as_bytes()));
        }
    }

    #[test]
    fn some_answers_have_no_content_whatever_the_fields_say() {
        let says = signals(&[("content-length", "5"), ("transfer-encoding", "gzip")]);
        for status in [103, 204, 304] {
            assert_eq!(
                says.framing(status, 1, Expects::Content),
                Ok(Framing::Empty)
            );
        }
        assert_eq!(
            says.framing(200, 1, Expects::of("HEAD")),
            Ok(Framing::Empty)
        );
        assert_eq!(Expects::of("GET"), Expects::Content);
    }

    #[test]
    fn close_wins_and_version_10_closes_unless_it_says_otherwise() {
        let keeps = |minor, value| signals(&[("Connection", value)]).keeps(minor);
        assert!(signals(&[]).keeps(1) && !signals(&[]).keeps(0));
        assert!(keeps(0, "Keep-Alive") && keeps(1, "upgrade"));
        assert!(!keeps(1, "foo, Close") && !keeps(0, "keep-alive, close"));
    }
}
