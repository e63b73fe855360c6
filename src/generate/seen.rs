//! Values that were seen: equal as JSON Schema has it (2020-12 core, section 4.2.2), where `1` and `1.0`
//! are, and the order of members does not matter.

use std::collections::HashSet;

use serde_json::Value;

use super::decimal::Decimal;

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
}
