//! Far numbers: what to try where a bound or a divisor is beyond exact arithmetic, as `minimum: 1e300`
//! is. Whether they fit is for the validator to say.

use serde_json::Number;

use super::decimal::Decimal;

/// Numbers with larger exponents have too many digits to be written down by everything they meet.
const EXPONENT_LIMIT: i64 = 5_000;

/// Numbers at and beyond a limit that is too large to be computed with; none where every limit is
/// readable, or where numbers near zero keep it.
pub(super) fn far(
    minimum: Option<&Number>,
    maximum: Option<&Number>,
    divisors: &[Number],
) -> Vec<Number> {
    let is_far = |number: &&Number| {
        Decimal::read(number).is_none() && (1..EXPONENT_LIMIT).contains(&exponent(number))
    };
    let is_negative = |number: &Number| number.to_string().starts_with('-');
    let low = minimum.filter(is_far).filter(|number| !is_negative(number));
    let high = maximum.filter(is_far).filter(|number| is_negative(number));
    let limits = low.or(high).into_iter();
    let divisor = divisors.iter().find(is_far);
    limits.chain(divisor).flat_map(beyond).collect()
}

/// The power of ten that a number is written with.
fn exponent(number: &Number) -> i64 {
    let text = number.to_string();
    let parts = text.split_once(['e', 'E']);
    let (mantissa, exponent) = parts.unwrap_or((&text, "0"));
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let whole = mantissa.split('.').next().unwrap_or_default();
    exponent.saturating_add(i64::try_from(whole.trim_start_matches('-').len()).unwrap_or(0) - 1)
}

/// A number, and some that are further from zero.
fn beyond(number: &Number) -> Vec<Number> {
    let text = number.to_string();
    let sign = if text.starts_with('-') { "-" } else { "" };
    let power = exponent(number).saturating_add(1);
    let further = ["1", "2", "5"].map(|digit| format!("{sign}{digit}e{power}"));
    let all = std::iter::once(text).chain(further);
    all.filter_map(|text| text.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(minimum: &str, maximum: &str, divisors: &[&str]) -> Vec<String> {
        let read = |text: &&str| text.parse::<Number>().ok();
        let divisors: Vec<Number> = divisors.iter().filter_map(read).collect();
        let found = far(read(&minimum).as_ref(), read(&maximum).as_ref(), &divisors);
        found.iter().map(Number::to_string).collect()
    }

    #[test]
    fn only_limits_that_cannot_be_computed_with_are_far() {
        assert_eq!(
            texts("1e+300", "", &["0.1"]),
            ["1e+300", "1e+301", "2e+301", "5e+301"]
        );
        assert_eq!(
            texts("", "-1.5e+300", &[]),
            ["-1.5e+300", "-1e+301", "-2e+301", "-5e+301"]
        );
        assert_eq!(texts("", "", &["1e400"]).len(), 4);
        for (minimum, maximum) in [("-1e300", "1e300"), ("0", "9"), ("1e-300", ""), ("1e3", "")] {
            assert!(texts(minimum, maximum, &["1e-300"]).is_empty());
        }
    }
}
