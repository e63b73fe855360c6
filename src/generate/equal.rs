//! Equality of JSON values (JSON Schema 2020-12 core, section 4.2.2): `1` and `1.0` are equal, and
//! the order of members does not matter.

use serde_json::Value;

use super::decimal::Decimal;

/// Whether two values are the same instance.
pub(super) fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other
                || matches!(
                    (Decimal::read(one), Decimal::read(other)),
                    (Some(one), Some(other)) if one == other
                )
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_compared_by_value_and_members_by_name() {
        assert!(equal(
            &json!([1, {"a": 1, "b": 2.0}]),
            &json!([1.0, {"b": 2, "a": 1e0}])
        ));
        assert!(!equal(&json!(1), &json!("1")));
        assert!(!equal(&json!([1]), &json!([1, 1])));
    }
}
