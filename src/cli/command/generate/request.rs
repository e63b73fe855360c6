//! Requests of `generate --batch`: one line of JSON each.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::cli::arguments::generate::{Dialect, Direction, Kind};
use crate::seed::Seed;

/// What one line asks for.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) schema: Option<Value>,
    pub(super) document: Option<Value>,
    pub(super) pointer: Option<String>,
    pub(super) mode: Kind,
    pub(super) count: usize,
    pub(super) seed: Seed,
    pub(super) dialect: Option<Dialect>,
    pub(super) direction: Option<Direction>,
}

const FIELDS: [&str; 9] = [
    "id",
    "schema",
    "document",
    "pointer",
    "mode",
    "count",
    "seed",
    "dialect",
    "direction",
];

impl Request {
    /// Reads a request; the error names the field that is wrong.
    pub(super) fn read(line: Value) -> Result<Self, String> {
        let Value::Object(members) = line else {
            return Err("a request is an object".to_owned());
        };
        if let Some(name) = members.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            let known = FIELDS.map(|name| format!("`{name}`")).join(", ");
            return Err(format!("`{name}` means nothing here: known are {known}"));
        }
        Ok(Self {
            schema: members.get("schema").cloned(),
            document: members.get("document").cloned(),
            pointer: text(&members, "pointer")?,
            mode: known(&members, "mode")?.unwrap_or_default(),
            count: number(&members, "count")?.unwrap_or(10),
            seed: Seed::new(number(&members, "seed")?.unwrap_or(1)),
            dialect: known(&members, "dialect")?,
            direction: known(&members, "direction")?,
        })
    }
}

fn text(members: &Map<String, Value>, name: &str) -> Result<Option<String>, String> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("`{name}` must be a string")),
    }
}

fn number<T: TryFrom<u64>>(members: &Map<String, Value>, name: &str) -> Result<Option<T>, String> {
    let Some(value) = members.get(name) else {
        return Ok(None);
    };
    let number = value.as_u64().and_then(|number| T::try_from(number).ok());
    let wrong = || format!("`{name}` must be a whole number from 0 to {}", u64::MAX);
    number.map(Some).ok_or_else(wrong)
}

/// A field that has one of a few words.
fn known<T: DeserializeOwned>(
    members: &Map<String, Value>,
    name: &str,
) -> Result<Option<T>, String> {
    match members.get(name) {
        None | Some(Value::Null) if name != "mode" => Ok(None),
        None => Ok(None),
        Some(value @ Value::String(_)) => serde_json::from_value(value.clone())
            .map(Some)
            .map_err(|error| format!("`{name}`: {error}")),
        Some(_) => Err(format!("`{name}` must be a string")),
    }
}

/// The id of a line that is no JSON, as far as it can be made out; `null` if it cannot.
pub(super) fn id_of(line: &[u8]) -> Value {
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(byte) = line.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let end = end_of_string(line, at);
                let name = line.get(at..end).unwrap_or_default();
                let rest = line.get(end..).unwrap_or_default().trim_ascii_start();
                if depth == 1
                    && name == b"\"id\""
                    && let Some(value) = rest.strip_prefix(b":")
                {
                    let mut values = serde_json::Deserializer::from_slice(value).into_iter();
                    return values.next().and_then(Result::ok).unwrap_or_default();
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    Value::Null
}

/// Where the string ends that starts here.
fn end_of_string(line: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = line.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    line.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_wrong_is_named() {
        for (line, says) in [
            (json!([1]), "an object"),
            (json!({"count": "x"}), "`count` must be a whole number"),
            (json!({"count": -1}), "`count` must be a whole number"),
            (json!({"count": null}), "`count` must be a whole number"),
            (json!({"seed": 1.5}), "`seed` must be a whole number"),
            (json!({"pointer": 3}), "`pointer` must be a string"),
            (json!({"mode": "all"}), "`mode`: unknown variant `all`"),
            (json!({"mode": null}), "`mode` must be a string"),
            (json!({"dialect": 4}), "`dialect` must be a string"),
            (
                json!({"direction": "up"}),
                "`direction`: unknown variant `up`",
            ),
            (json!({"colour": "red"}), "`colour` means nothing here"),
        ] {
            let error = Request::read(line.clone()).unwrap_err();
            assert!(error.contains(says), "{line}: {error}");
        }
        let request = Request::read(json!({"id": [1], "pointer": null, "dialect": null}));
        assert_eq!(request.unwrap().count, 10);
    }

    #[test]
    fn the_id_of_a_broken_line_is_made_out_where_it_stands_apart() {
        let rows: &[(&[u8], Value)] = &[
            (br#"{"id": 7, "schema": {}"#, json!(7)),
            (br#"{"schema": {"id": 3}, "id": "x",}"#, json!("x")),
            (
                br#"{"schema": {"a": 1, "a": 2}, "id": [1, {"b": 2}]}"#,
                json!([1, {"b": 2}]),
            ),
            (
                br#"{"schema": {"a": "\ud800 } \" {"}, "id": 10}"#,
                json!(10),
            ),
            (b"{\"a\": \"\xff\", \"id\": 12}", json!(12)),
            (br#"{"id": 1, "id": 2}"#, json!(1)),
            (br#"{"schema": {"id": 3}"#, json!(null)),
            (br#"["id", 3]"#, json!(null)),
            (br#"{"x": "id", "y": 3"#, json!(null)),
            (br#"{"id": tru"#, json!(null)),
            (br#"{"id"#, json!(null)),
            (b"this is no JSON", json!(null)),
            (b"}}}{\"id\\", json!(null)),
        ];
        for (line, id) in rows {
            assert_eq!(id_of(line), *id, "{}", String::from_utf8_lossy(line));
        }
    }
}
