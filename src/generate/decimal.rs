//! Exact decimal numbers: what JSON numbers are, without the rounding of binary floating point.

use std::cmp::Ordering;

use serde_json::Number;

/// The number `digits / 10^scale`. At most 36 digits; larger ones have no `Decimal`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decimal {
    digits: i128,
    scale: u32,
}

/// How many digits a [`Decimal`] may need at a common scale.
const DIGITS: u32 = 36;

impl Decimal {
    /// A whole number.
    pub(crate) const fn whole(number: i128) -> Self {
        Self {
            digits: number,
            scale: 0,
        }
    }

    /// The number `digits / 10^scale`.
    pub(super) const fn new(digits: i128, scale: u32) -> Self {
        Self { digits, scale }
    }

    /// Reads a JSON number; `None` when it is too large or too fine.
    pub(crate) fn read(number: &Number) -> Option<Self> {
        let text = number.to_string();
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (&*text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        let (digits, scale) = match u32::try_from(scale) {
            Ok(scale) => (digits, scale),
            Err(_) => (digits.checked_mul(power(scale.unsigned_abs())?)?, 0),
        };
        let limit = power(DIGITS)?;
        (scale <= DIGITS && digits.abs() < limit).then_some(Self { digits, scale }.trimmed())
    }

    /// The digits at a scale that is at least this number's own.
    pub(crate) fn at(self, scale: u32) -> Option<i128> {
        self.digits
            .checked_mul(power(scale.checked_sub(self.scale)?)?)
    }

    /// Whether the number is so far from zero that not every whole number there is a double.
    pub(super) fn is_wide(self) -> bool {
        let whole = power(self.scale).and_then(|one| self.digits.checked_div(one));
        whole.is_some_and(|whole| whole.unsigned_abs() > 1 << 53)
    }

    /// How many digits stand behind the point.
    pub(crate) fn scale(self) -> u32 {
        self.scale
    }

    /// Whether this is a multiple of another number.
    pub(crate) fn is_multiple_of(self, divisor: Self) -> bool {
        let scale = self.scale.max(divisor.scale);
        match (self.at(scale), divisor.at(scale)) {
            (Some(digits), Some(divisor)) if divisor != 0 => digits % divisor == 0,
            _ => false,
        }
    }

    /// The JSON number, without an exponent.
    pub(super) fn number(self) -> Option<Number> {
        let Self { digits, scale } = self.trimmed();
        if scale == 0 {
            return digits.to_string().parse().ok();
        }
        let sign = if digits < 0 { "-" } else { "" };
        let text = format!(
            "{:0>width$}",
            digits.unsigned_abs(),
            width = scale as usize + 1
        );
        let (whole, fraction) = text.split_at(text.len() - scale as usize);
        format!("{sign}{whole}.{fraction}").parse().ok()
    }

    fn trimmed(mut self) -> Self {
        while self.scale > 0 && self.digits % 10 == 0 {
            self.digits /= 10;
            self.scale -= 1;
        }
        self
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let scale = self.scale.max(other.scale);
        match (self.at(scale), other.at(scale)) {
            (Some(one), Some(other)) => Some(one.cmp(&other)),
            _ => None,
        }
    }
}

/// Ten to this power, if it fits.
pub(super) fn power(exponent: u32) -> Option<i128> {
    10i128.checked_pow(exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Decimal> {
        Decimal::read(&text.parse().unwrap())
    }

    #[test]
    fn numbers_survive_being_read_and_written() {
        for text in [
            "0",
            "-1",
            "9007199254740993",
            "-9223372036854775808",
            "0.1",
            "-0.05",
            "12.5",
        ] {
            assert_eq!(read(text).unwrap().number().unwrap().to_string(), text);
        }
        assert_eq!(read("1e3").unwrap().number().unwrap().to_string(), "1000");
        assert_eq!(read("15e-1").unwrap().number().unwrap().to_string(), "1.5");
        assert!(read("1e400").is_none());
    }

    #[test]
    fn comparison_and_division_are_exact() {
        assert!(read("0.3").unwrap().is_multiple_of(read("0.1").unwrap()));
        assert!(!read("0.35").unwrap().is_multiple_of(read("0.1").unwrap()));
        assert!(read("9007199254740993").unwrap() > read("9007199254740992").unwrap());
        assert_eq!(read("1.0").unwrap(), read("1").unwrap());
    }
}
