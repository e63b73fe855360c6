//! Names of the types of JSON values, for messages.

use serde_json::Value;

/// The type of a value as JSON Schema calls it, with its article: `an array`, but `null`.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
