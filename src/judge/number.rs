//! Numbers as they stand in the text, for the judge that knows exact numbers.

use std::borrow::Cow;

use jsonschema::json::JsonNumber;
use serde_json::Number;

/// The text of a JSON number.
#[derive(Clone, Copy)]
pub(super) struct NumberText<'a>(pub(super) &'a str);

impl NumberText<'_> {
    /// Whether there is neither fraction nor exponent.
    fn is_plain(&self) -> bool {
        !self
            .0
            .bytes()
            .any(|byte| matches!(byte, b'.' | b'e' | b'E'))
    }
}

/// Where a number stands among the integers: twice its value if it is whole, and if not, the odd number
/// between. `None` if it has an exponent or many digits.
#[inline]
pub(super) fn halves(text: &[u8]) -> Option<i64> {
    // With fifteen digits and a point even a double tells it from every integer.
    const LONGEST: usize = 16;
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    if digits.len() > LONGEST {
        return None;
    }
    let (mut value, mut has_point, mut fraction) = (0, false, 0);
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        match (digit <= 9, has_point) {
            (true, false) => value = value * 10 + i64::from(digit),
            (true, true) => fraction |= digit,
            (false, false) if *byte == b'.' => has_point = true,
            (false, _) => return None,
        }
    }
    let halves = 2 * value + i64::from(fraction != 0);
    Some(if digits.len() < text.len() {
        -halves
    } else {
        halves
    })
}

/// Whether the value of a number is whole, however it is written.
pub(super) fn is_integer(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| NumberText(text).is_integer())
}

impl JsonNumber for NumberText<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    fn as_f64(&self) -> Option<f64> {
        let number: f64 = self.0.parse().ok()?;
        number.is_finite().then_some(number)
    }

    fn as_str(&self) -> Cow<'_, str> {
        if self.0.bytes().any(|byte| matches!(byte, b'e' | b'E')) {
            // `serde_json` writes exponents its own way.
            return Cow::Owned(self.to_number().as_str().to_owned());
        }
        Cow::Borrowed(self.0)
    }

    fn to_number(&self) -> Cow<'_, Number> {
        // The text was found to be a number.
        Cow::Owned(self.0.parse().unwrap_or_else(|_| Number::from(0)))
    }

    fn is_integer(&self) -> bool {
        self.is_plain() || JsonNumber::is_integer(&*self.to_number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_say_what_those_of_serde_json_say() {
        for text in [
            "0",
            "-0",
            "-0.0",
            "7",
            "-7",
            "18446744073709551615",
            "18446744073709551616",
            "-9223372036854775808",
            "-9223372036854775809",
            "123456789012345678901234567890",
            "1.0",
            "1.50",
            "1e5",
            "1E5",
            "1E+05",
            "15e-1",
            "10e-1",
            "1e400",
            "-1e400",
            "1e-400",
            "1e100000",
            "0e0",
            "0.000",
            "100000000000000000000.0",
            "1.5e2",
        ] {
            let ours = NumberText(text);
            let theirs: Number = serde_json::from_str(text).unwrap();
            assert_eq!(ours.as_u64(), theirs.as_u64(), "{text}");
            assert_eq!(ours.as_i64(), theirs.as_i64(), "{text}");
            assert_eq!(ours.as_f64(), theirs.as_f64(), "{text}");
            assert_eq!(ours.as_str(), theirs.as_str(), "{text}");
            assert_eq!(*ours.to_number(), theirs, "{text}");
            assert_eq!(ours.is_integer(), JsonNumber::is_integer(&theirs), "{text}");
            assert_eq!(
                ours.is_written_as_integer(),
                theirs.is_written_as_integer(),
                "{text}"
            );
        }
    }

    #[test]
    fn numbers_stand_where_they_stand_among_the_integers() {
        for (text, expected) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("-0.0", Some(0)),
            ("7", Some(14)),
            ("7.00", Some(14)),
            ("7.01", Some(15)),
            ("-7.01", Some(-15)),
            ("-7", Some(-14)),
            ("999999999999.999", Some(1_999_999_999_999)),
            ("9999999999999999", Some(19_999_999_999_999_998)),
            ("99999999999999999", None),
            ("1e2", None),
            ("1.5E+2", None),
        ] {
            assert_eq!(halves(text.as_bytes()), expected, "{text}");
        }
    }
}
