//! Numbers: the text forms of JSON and of the YAML core schema, kept as exactly as they are written.

use serde_json::Number;

/// A number in the form of JSON (RFC 8259 section 6), digit for digit.
pub(super) fn json(text: &str) -> Option<Number> {
    let parts = Parts::split(text)?;
    let is_json = matches!(parts.sign, "" | "-")
        && (parts.whole == "0" || !parts.whole.is_empty() && !parts.whole.starts_with('0'))
        && parts.fraction.is_none_or(|digits| !digits.is_empty());
    if is_json { text.parse().ok() } else { None }
}

/// A number in one of the forms of the core schema (YAML 1.2.2 section 10.3.2). Infinity and NaN are
/// none: JSON has no such values.
pub(super) fn core_schema(text: &str) -> Option<Number> {
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if let Some(number) = json(text) {
        return Some(number);
    }
    let parts = Parts::split(text)?;
    let sign = if parts.sign == "-" { "-" } else { "" };
    let whole = match parts.whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let fraction = match parts.fraction {
        Some("") => ".0".to_owned(),
        Some(digits) => format!(".{digits}"),
        None => String::new(),
    };
    format!("{sign}{whole}{fraction}{}", parts.exponent)
        .parse()
        .ok()
}

fn radix(digits: &str, radix: u32) -> Option<Number> {
    if digits.starts_with('+') {
        return None;
    }
    u128::from_str_radix(digits, radix)
        .ok()?
        .to_string()
        .parse()
        .ok()
}

/// The parts of a decimal number.
struct Parts<'a> {
    sign: &'a str,
    whole: &'a str,
    /// The digits behind the point, if there is a point.
    fraction: Option<&'a str>,
    /// From the `e` on.
    exponent: &'a str,
}

impl<'a> Parts<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (sign, _) = text.split_at(text.len() - unsigned.len());
        let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
            Some(at) => unsigned.split_at(at),
            None => (unsigned, ""),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let power = exponent.get(1..).unwrap_or_default();
        let power = power.strip_prefix(['-', '+']).unwrap_or(power);
        let has_digits = !whole.is_empty() || fraction.is_some_and(|digits| !digits.is_empty());
        let is_number = has_digits
            && is_digits(whole)
            && fraction.is_none_or(is_digits)
            && is_digits(power)
            && exponent.is_empty() == power.is_empty();
        is_number.then_some(Self {
            sign,
            whole,
            fraction,
            exponent,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits() {
        for (text, in_json, in_yaml) in [
            ("0", Some("0"), Some("0")),
            ("-0", Some("-0"), Some("-0")),
            ("1.50", Some("1.50"), Some("1.50")),
            (
                "123456789012345678901234567890.10",
                Some("123456789012345678901234567890.10"),
                Some("123456789012345678901234567890.10"),
            ),
            ("1e400", Some("1e+400"), Some("1e+400")),
            ("012", None, Some("12")),
            ("+1", None, Some("1")),
            (".5", None, Some("0.5")),
            ("-.5e3", None, Some("-0.5e+3")),
            ("5.", None, Some("5.0")),
            ("0x1F", None, Some("31")),
            ("0o17", None, Some("15")),
            ("0x+1", None, None),
            ("+-5", None, None),
            ("1.2.3", None, None),
            ("2020-01-01", None, None),
            ("1e", None, None),
            (".", None, None),
            ("-", None, None),
            ("", None, None),
            (".inf", None, None),
            ("1_000", None, None),
        ] {
            let text_of = |number: Option<Number>| number.map(|number| number.to_string());
            assert_eq!(text_of(json(text)).as_deref(), in_json, "{text} in JSON");
            assert_eq!(
                text_of(core_schema(text)).as_deref(),
                in_yaml,
                "{text} in YAML"
            );
        }
    }
}
