//! Values cut to what a report can show.

use serde_json::{Map, Value};

/// How many characters of a string are shown.
const CHARACTERS: usize = 200;
/// How many nodes of a value are shown.
const NODES: usize = 64;

/// The value, or as much of it as can be shown; `…` stands for what is left out.
pub(super) fn shown(value: &Value) -> Value {
    cut(value, &mut NODES.clone())
}

fn cut(value: &Value, left: &mut usize) -> Value {
    *left = left.saturating_sub(1);
    match value {
        Value::String(text) => match text.char_indices().nth(CHARACTERS) {
            None => value.clone(),
            Some((end, _)) => Value::String(format!("{}…", &text[..end])),
        },
        Value::Array(items) => {
            let mut found = Vec::new();
            for item in items {
                if *left == 0 {
                    found.push("…".into());
                    break;
                }
                found.push(cut(item, left));
            }
            Value::Array(found)
        }
        Value::Object(members) => {
            let mut found = Map::new();
            for (name, member) in members {
                if *left == 0 {
                    found.insert("…".to_owned(), "…".into());
                    break;
                }
                found.insert(name.clone(), cut(member, left));
            }
            Value::Object(found)
        }
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn small_values_are_whole_and_large_ones_are_cut() {
        let small = json!({"a": [1, {"b": null}], "c": "text"});
        assert_eq!(shown(&small), small);
        let long = shown(&json!("é".repeat(201)));
        assert_eq!(long, json!(format!("{}…", "é".repeat(200))));
        let items = shown(&json!(vec![0; 1000]));
        assert_eq!(items.as_array().map(Vec::len), Some(NODES));
        assert_eq!(items[NODES - 1], "…");
        let wide: Map<String, Value> = (0..100).map(|at| (at.to_string(), json!([[]]))).collect();
        assert!(shown(&wide.into())["…"] == "…");
    }
}
