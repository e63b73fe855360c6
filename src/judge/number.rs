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

    /// The value of a number without fraction and exponent, if it has few digits.
    #[inline]
    pub(super) fn small(&self) -> Option<i64> {
        // Nineteen digits may be too many.
        if self.0.len() > 18 {
            return None;
        }
        self.0.parse().ok()
    }
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
}
