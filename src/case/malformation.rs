//! Malformations: bodies that are not well-formed JSON, though their instance is valid.

use std::fmt;

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

/// How a body breaks the syntax of JSON (RFC 8259).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Malformation {
    /// It ends too early.
    Truncated,
    /// Something follows the value.
    Trailing,
    /// A string holds a byte that is not UTF-8 (section 8.1).
    NotUtf8,
    /// A member stands twice in its object, with the same value (section 4).
    RepeatedName,
}

/// Marks the place of a byte that is not UTF-8: a private character that JSON writes as it is.
const MARK: char = '\u{e000}';

impl Malformation {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Truncated,
        Self::Trailing,
        Self::NotUtf8,
        Self::RepeatedName,
    ];

    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::Trailing => "trailing",
            Self::NotUtf8 => "not-utf-8",
            Self::RepeatedName => "repeated-name",
        }
    }

    /// The JSON text of an instance, malformed in this way; `None` where the instance has no place
    /// for that.
    pub(super) fn of(self, value: &Value) -> Option<Bytes> {
        let text = value.to_string();
        match self {
            Self::Truncated => Some(match value {
                Value::Object(_) | Value::Array(_) => {
                    Bytes::copy_from_slice(text.as_bytes().split_last()?.1)
                }
                _ => Bytes::from_static(b"{"),
            }),
            Self::Trailing => Some(format!("{text}}}").into()),
            Self::NotUtf8 => {
                let mut marked = value.clone();
                if text.contains(MARK) || !mark(&mut marked) {
                    return None;
                }
                let text = marked.to_string();
                let (before, after) = text.split_once(MARK)?;
                Some(
                    [before.as_bytes(), b"\xff", after.as_bytes()]
                        .concat()
                        .into(),
                )
            }
            Self::RepeatedName => {
                let (name, member) = value.as_object()?.iter().next()?;
                let rest = text.strip_prefix('{')?;
                let name = Value::from(name.as_str());
                Some(format!("{{{name}:{member},{rest}").into())
            }
        }
    }
}

impl fmt::Display for Malformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "the body ends too early",
            Self::Trailing => "something follows the JSON of the body",
            Self::NotUtf8 => "the JSON of the body is not UTF-8",
            Self::RepeatedName => "a member of the body is repeated",
        })
    }
}

/// Puts the mark at the end of the first string value.
fn mark(value: &mut Value) -> bool {
    match value {
        Value::String(text) => {
            text.push(MARK);
            true
        }
        Value::Array(items) => items.iter_mut().any(mark),
        Value::Object(members) => members.values_mut().any(mark),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_breaks_the_text_in_its_way() {
        let value = json!({"a": [1, "b"], "c": "d"});
        let texts = Malformation::ALL.map(|each| {
            let bytes = each.of(&value).unwrap();
            bytes.escape_ascii().to_string().replace("\\\"", "\"")
        });
        assert_eq!(
            texts,
            [
                r#"{"a":[1,"b"],"c":"d""#,
                r#"{"a":[1,"b"],"c":"d"}}"#,
                r#"{"a":[1,"b\xff"],"c":"d"}"#,
                r#"{"a":[1,"b"],"a":[1,"b"],"c":"d"}"#,
            ]
        );
    }

    #[test]
    fn an_instance_without_the_place_is_left_alone() {
        for (malformation, value) in [
            (Malformation::NotUtf8, json!({"a": 1})),
            (Malformation::NotUtf8, json!("\u{e000}")),
            (Malformation::RepeatedName, json!({})),
            (Malformation::RepeatedName, json!([{"a": 1}])),
        ] {
            assert_eq!(malformation.of(&value), None, "{value}");
        }
        assert_eq!(Malformation::Truncated.of(&json!(12)).unwrap(), "{");
    }
}
