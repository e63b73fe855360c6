//! Doubles: what a reader that knows binary64 only makes of an instance (RFC 8259 section 6).

use serde_json::{Number, Value};

/// The instance as it is read with binary64 numbers; `None` where that changes nothing.
pub(super) fn as_doubles(value: &Value) -> Option<Value> {
    match value {
        Value::Number(number) => rounded(number).map(Value::Number),
        Value::Array(items) => {
            let mut changed = false;
            let items = items.iter().map(|item| {
                let made = as_doubles(item);
                changed |= made.is_some();
                made.unwrap_or_else(|| item.clone())
            });
            let items: Vec<Value> = items.collect();
            changed.then_some(Value::Array(items))
        }
        Value::Object(members) => {
            let mut changed = false;
            let members = members.iter().map(|(name, member)| {
                let made = as_doubles(member);
                changed |= made.is_some();
                (name.clone(), made.unwrap_or_else(|| member.clone()))
            });
            let members: serde_json::Map<String, Value> = members.collect();
            changed.then_some(Value::Object(members))
        }
        _ => None,
    }
}

/// Whether a number that is beyond a bound need not be so for a reader of doubles: those of an
/// inclusive bound that are read as the bound itself, and those near one that is no double.
pub(super) fn is_blurred(keyword: &str, bound: &Value, value: &Value) -> bool {
    let (Some(bound), Some(value)) = (bound.as_f64(), value.as_f64()) else {
        return false;
    };
    let distance = (value - bound).abs();
    match keyword {
        "minimum" | "maximum" => distance == 0.0 || is_wide(bound) && distance < near(bound),
        "exclusiveMinimum" | "exclusiveMaximum" => is_wide(bound) && distance < near(bound),
        _ => false,
    }
}

fn is_wide(bound: f64) -> bool {
    bound.abs() > EXACT
}

/// Two steps between the doubles around a number.
fn near(bound: f64) -> f64 {
    bound.abs() * f64::EPSILON * 2.0
}

/// Beyond this not every whole number is a double.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A whole number as it is read, if it is read as another one. Fractions are left alone: nothing that
/// can be written down is exactly the double that it is read as.
fn rounded(number: &Number) -> Option<Number> {
    let text = number.to_string();
    let whole = text.split('.').next().unwrap_or_default();
    if whole.len() < SAFE_DIGITS || text.contains(['e', 'E']) {
        return None;
    }
    let read: f64 = text.parse().ok()?;
    if !read.is_finite() {
        return None;
    }
    let seen = format!("{read:.0}");
    (seen != text).then(|| seen.parse().ok())?
}

/// Whole numbers of fewer digits are exact.
const SAFE_DIGITS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_doubles_cannot_hold_changes() {
        let value: Value = serde_json::from_str(
            r#"{"a": [9007199254740993, 0.1, 9007199254740991, 1e300], "b": 9223372036854775807.5, "c": "x"}"#,
        )
        .unwrap();
        assert_eq!(
            as_doubles(&value).unwrap().to_string(),
            r#"{"a":[9007199254740992,0.1,9007199254740991,1e+300],"b":9223372036854775808,"c":"x"}"#
        );
        assert_eq!(
            as_doubles(&json!({"a": [1, 2.5, "9007199254740993"]})),
            None
        );
    }
}
