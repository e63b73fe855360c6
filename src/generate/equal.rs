//! Equality of JSON values (JSON Schema 2020-12 core, section 4.2.2): `1` and `1.0` are equal, and
//! the order of members does not matter.

use std::collections::HashSet;

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

/// Values that are different instances.
#[derive(Debug, Default)]
pub(super) struct Seen(HashSet<String>);

impl Seen {
    /// Adds a value; says whether it is another instance than all before.
    pub(super) fn add(&mut self, value: &Value) -> bool {
        let mut text = String::new();
        write(value, &mut text);
        self.0.insert(text)
    }
}

/// A text that equal values share and others do not.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Number(number) => {
            let exact = Decimal::read(number).and_then(Decimal::number);
            text.push_str(&exact.as_ref().unwrap_or(number).to_string());
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write(item, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (name, member) in members {
                text.push_str(&Value::String(name.clone()).to_string());
                text.push(':');
                write(member, text);
                text.push(',');
            }
            text.push('}');
        }
        other => text.push_str(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_seen_is_known_however_it_is_written() {
        let mut seen = Seen::default();
        assert!(seen.add(&json!([1, {"a": 1, "b": 2.0}])));
        assert!(!seen.add(&json!([1.0, {"b": 2, "a": 1e0}])));
        for value in [
            json!("1"),
            json!(1),
            json!([1]),
            json!([[1]]),
            json!(null),
            json!("null"),
        ] {
            assert!(seen.add(&value) && !seen.add(&value), "{value}");
        }
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
}
