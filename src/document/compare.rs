//! Exact comparison: numbers of any size by value, and equality of JSON values.

use std::cmp::Ordering;

use serde_json::{Number, Value};

/// Whether two values are the same instance (JSON Schema 2020-12 core, section 4.2.2): `1` and `1.0`
/// are equal, and the order of members does not matter.
pub fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || compare(one, other) == Ordering::Equal
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(name, value)| other.get(name).is_some_and(|other| equal(value, other)))
        }
        _ => one == other,
    }
}

/// The order of two numbers, digit for digit: nothing is rounded, however large or fine they are.
pub fn compare(one: &Number, other: &Number) -> Ordering {
    Decimal::read(&one.to_string()).cmp(&Decimal::read(&other.to_string()))
}

/// `sign * 0.digits * 10^exponent`, with neither leading nor trailing zeros among the digits.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    /// Exponents beyond this type's range are taken to be at its end.
    exponent: i128,
    digits: String,
}

impl Decimal {
    fn read(text: &str) -> Self {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let significant = digits.trim_start_matches('0');
        let leading = digits.len() - significant.len();
        let power = power.parse().unwrap_or(if power.starts_with('-') {
            i128::MIN
        } else {
            i128::MAX
        });
        let shift = i128::try_from(whole.len()).unwrap_or(i128::MAX)
            - i128::try_from(leading).unwrap_or(i128::MAX);
        let digits = significant.trim_end_matches('0').to_owned();
        if digits.is_empty() {
            return Self {
                negative: false,
                exponent: 0,
                digits,
            };
        }
        Self {
            negative,
            exponent: shift.saturating_add(power),
            digits,
        }
    }

    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sizes = || {
            self.exponent
                .cmp(&other.exponent)
                .then_with(|| self.digits.cmp(&other.digits))
        };
        self.sign().cmp(&other.sign()).then_with(|| {
            if self.negative {
                sizes().reverse()
            } else {
                sizes()
            }
        })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    #[test]
    fn numbers_are_compared_by_value_and_members_by_name() {
        assert!(equal(
            &json!([1, {"a": 1, "b": 2.0}]),
            &json!([1.0, {"b": 2, "a": 1e0}])
        ));
        assert!(!equal(&json!(1), &json!("1")));
        assert!(!equal(&json!([1]), &json!([1, 1])));
    }

    #[test]
    fn the_order_of_numbers_is_exact() {
        let ascending = [
            "-1e999999999999999999999999999999999999999999",
            "-1e400",
            "-9007199254740993",
            "-9007199254740992",
            "-0.1",
            "-1e-400",
            "0",
            "1e-400",
            "0.1",
            "0.10000000000000000000000000000000000000000000000000001",
            "1",
            "9.99",
            "10",
            "9007199254740992",
            "9007199254740993",
            "123456789012345678901234567890123456789012345678.25",
            "1e400",
            "1.1e400",
            "1e999999999999999999999999999999999999999999",
        ];
        for (at, one) in ascending.iter().enumerate() {
            for (other_at, other) in ascending.iter().enumerate() {
                let order = compare(&number(one), &number(other));
                assert_eq!(order, at.cmp(&other_at), "{one} and {other}");
            }
        }
    }

    #[test]
    fn one_number_has_many_forms() {
        for (one, other) in [
            ("0", "-0.0"),
            ("0", "0e5"),
            ("1", "1.0"),
            ("1000", "1e3"),
            ("15e-1", "1.50"),
            ("0.001", "1e-3"),
            ("1e400", "10e399"),
        ] {
            assert_eq!(
                compare(&number(one), &number(other)),
                Ordering::Equal,
                "{one} and {other}"
            );
        }
    }

    proptest! {
        #[test]
        fn integers_are_ordered_as_such(one: i64, other: i64) {
            prop_assert_eq!(compare(&one.into(), &other.into()), one.cmp(&other));
        }
    }
}
