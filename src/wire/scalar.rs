//! Scalars: strings, numbers, booleans and null as text, and the ways in which text can be read.

use serde_json::{Number, Value};

use super::WireError;
use super::shape::Types;

/// How to read text for which the schema leaves more than one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// As a number or boolean where the text is one, else as a string.
    Typed,
    /// As a string where the schema admits one.
    Text,
    /// As servers do that bend the rules: `1` is true, empty is null, `+07` is seven.
    Lenient,
}

impl Reading {
    /// From the strictest to the most lenient.
    pub(super) const ALL: [Self; 3] = [Self::Typed, Self::Text, Self::Lenient];
}

/// A scalar as text. Null has none: RFC 6570 section 2.3 leaves undefined values out.
pub(super) fn write(value: &Value) -> Result<String, WireError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(truth) => Ok(truth.to_string()),
        Value::Null => Err(WireError::unencodable("null has no text form")),
        Value::Array(_) | Value::Object(_) => Err(WireError::unencodable(
            "nested arrays and objects have no defined form in this style",
        )),
    }
}

/// Text as a value of one of these types; a string when it is none of them.
pub(super) fn read(text: &str, types: Types, reading: Reading) -> Value {
    let typed = match reading {
        Reading::Text if types.string() => None,
        Reading::Text | Reading::Typed => strict(text, types),
        Reading::Lenient => lenient(text, types),
    };
    typed.unwrap_or_else(|| Value::String(text.to_owned()))
}

fn strict(text: &str, types: Types) -> Option<Value> {
    match text {
        "true" | "false" if types.boolean() => Some(Value::Bool(text == "true")),
        _ if types.number() => number(text),
        _ => None,
    }
}

fn lenient(text: &str, types: Types) -> Option<Value> {
    let folded = text.trim().to_ascii_lowercase();
    if types.null() && matches!(&*folded, "" | "null") {
        return Some(Value::Null);
    }
    if types.boolean() {
        match &*folded {
            "true" | "1" | "yes" | "on" | "t" | "y" => return Some(Value::Bool(true)),
            "false" | "0" | "no" | "off" | "f" | "n" => return Some(Value::Bool(false)),
            _ => {}
        }
    }
    if types.number() {
        let (sign, digits) = match folded.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", folded.strip_prefix('+').unwrap_or(&folded)),
        };
        let stripped = digits.trim_start_matches('0');
        let head = if stripped.starts_with(|first: char| first.is_ascii_digit()) {
            ""
        } else {
            "0"
        };
        let plausible = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.');
        if plausible {
            let tail = stripped.strip_suffix('.').unwrap_or(stripped);
            return number(&format!("{sign}{head}{tail}"));
        }
    }
    None
}

/// A number in JSON's grammar (RFC 8259 section 6), digit by digit.
fn number(text: &str) -> Option<Value> {
    let starts = text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    let ends = text.ends_with(|last: char| last.is_ascii_digit());
    (starts && ends)
        .then(|| text.parse::<Number>().ok())
        .flatten()
        .map(Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::schema::{Dialect, SchemaSet};
    use crate::wire::shape::types;
    use serde_json::json;

    #[test]
    fn text_is_read_as_the_schema_wants_it() {
        for (schema, text, expected) in [
            ("type: integer", "7", [json!(7), json!(7), json!(7)]),
            ("type: string", "7", [json!("7"), json!("7"), json!("7")]),
            (
                "type: [string, integer]",
                "7",
                [json!(7), json!("7"), json!(7)],
            ),
            ("type: integer", "x", [json!("x"), json!("x"), json!("x")]),
            (
                "type: integer",
                "+07",
                [json!("+07"), json!("+07"), json!(7)],
            ),
            ("type: integer", "00", [json!("00"), json!("00"), json!(0)]),
            ("type: boolean", "1", [json!("1"), json!("1"), json!(true)]),
            (
                "type: boolean",
                "true",
                [json!(true), json!(true), json!(true)],
            ),
            (
                "type: [integer, 'null']",
                "",
                [json!(""), json!(""), json!(null)],
            ),
            (
                "type: number",
                "1 2",
                [json!("1 2"), json!("1 2"), json!("1 2")],
            ),
        ] {
            let document = Document::parse("s.yaml", schema).unwrap();
            let types = types(&SchemaSet::of_schema(document, Dialect::Draft202012));
            let read = Reading::ALL.map(|reading| read(text, types, reading));
            assert_eq!(read, expected, "{schema}: {text}");
        }
    }

    #[test]
    fn numbers_keep_their_digits() {
        let text = "12345678901234567890.10";
        let value = read(text, Types::ALL, Reading::Typed);
        assert_eq!(write(&value).unwrap(), text);
    }
}
