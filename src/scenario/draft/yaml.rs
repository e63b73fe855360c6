//! Writing YAML as people write it: blocks, and quotes only where they are needed.

use std::fmt::Write;

use serde_json::Value;

/// A value as a YAML document.
pub(super) fn write(value: &Value) -> String {
    let mut text = String::new();
    node(value, 0, &mut text);
    text
}

/// Writes a node; the line before it ends with `-` or `:`, or there is none.
fn node(value: &Value, indent: usize, text: &mut String) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (number, (name, member)) in members.iter().enumerate() {
                if number > 0 {
                    text.push_str(&" ".repeat(indent));
                }
                text.push_str(&scalar(name));
                text.push(':');
                below(member, indent, text);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    text.push_str(&" ".repeat(indent));
                }
                text.push('-');
                if is_leaf(item) {
                    below(item, indent, text);
                } else {
                    text.push(' ');
                    node(item, indent + 2, text);
                }
            }
        }
        leaf => {
            text.push_str(&inline(leaf));
            text.push('\n');
        }
    }
}

/// Writes a member or item behind its name.
fn below(value: &Value, indent: usize, text: &mut String) {
    if is_leaf(value) {
        text.push(' ');
        node(value, indent, text);
    } else {
        text.push('\n');
        text.push_str(&" ".repeat(indent + 2));
        node(value, indent + 2, text);
    }
}

fn is_leaf(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        other => other.to_string(),
    }
}

/// Words that are no strings without quotes, also in YAML 1.1.
const WORDS: [&str; 10] = [
    "null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan",
];

fn scalar(text: &str) -> String {
    let is_safe =
        |character: char| character.is_ascii_alphanumeric() || "_-./$# =<>&{}".contains(character);
    let starts_well = text
        .starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '_' | '$' | '/'));
    let is_way = text.starts_with("./") || text.starts_with("../");
    let is_plain = (starts_well || is_way)
        && text.chars().all(is_safe)
        && !text.contains(" #")
        && !text.ends_with(' ')
        && !WORDS.contains(&&*text.to_ascii_lowercase());
    if is_plain {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            other if other == ' ' || is_printable(other) => quoted.push(other),
            other => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\U{:08X}", u32::from(other));
            }
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a character can stand as it is (YAML 1.2.2 section 5.1), and is seen.
fn is_printable(character: char) -> bool {
    !character.is_control()
        && !character.is_whitespace()
        && !matches!(character, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::document::Document;

    #[test]
    fn what_is_written_is_read_again_as_it_was() {
        let value = json!({
            "a": [], "b": {}, "c": [1, 1.50, true, null, "null", "1", "x y", "", "a: b", "- a", "é"],
            "d": [[1, [2]], {"x": {"y": [{"z": 1, "w": {}}]}}], "$e": "{$inputs.a}", "": "#",
        });
        assert_eq!(
            Document::parse("a.yaml", &write(&value)).unwrap().value,
            value
        );
        insta::assert_snapshot!(write(&value), @r##"
    a: []
    b: {}
    c:
      - 1
      - 1.5
      - true
      - null
      - "null"
      - "1"
      - x y
      - ""
      - "a: b"
      - "- a"
      - "é"
    d:
      - - 1
        - - 2
      - x:
          "y":
            - z: 1
              w: {}
    $e: "{$inputs.a}"
    "": "#"
    "##);
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            "[-:#{}$ a-z'\"1.~&*!|>%@`]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let name = "[-:#$ a-z1é]{0,5}";
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(name, inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn any_value_is_read_again_as_it_was(value in values()) {
            let value = json!({ "root": value });
            let text = write(&value);
            let read = Document::parse("a.yaml", &text);
            prop_assert_eq!(read.map(|read| read.value).map_err(|error| error.to_string()), Ok(value), "{}", text);
        }
    }
}
