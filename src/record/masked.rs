//! Masked values: what a report does not tell.

use serde_json::Value;

use super::redact::MASK;

/// Whether something of a value is masked.
pub fn is_masked(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(MASK),
        Value::Array(items) => items.iter().any(is_masked),
        Value::Object(members) => members.values().any(is_masked),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_masked_if_any_text_in_it_is() {
        for (value, expected) in [
            (json!("***"), true),
            (json!({"a": [{"b": "Bearer ***"}]}), true),
            (json!({"a": [1, null, "b", true]}), false),
        ] {
            assert_eq!(is_masked(&value), expected, "{value}");
        }
    }
}
