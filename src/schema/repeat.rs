//! Repeats: references that a list of schemas holds more than once. `allOf: [A, A]` asks what `A` asks;
//! a chain of forty of them would ask the last one 2^40 times.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Map, Value};

/// The keywords whose lists mean the same without repeats, and what may stand in place of one.
const LISTS: [(&str, bool); 2] = [("allOf", true), ("anyOf", false)];

/// The places in a list that hold nothing but a reference that stood there before.
pub(super) fn repeats(keyword: &str, items: &[Value]) -> BTreeSet<usize> {
    let mut seen = HashSet::new();
    let mut found = BTreeSet::new();
    if LISTS.iter().any(|(known, _)| *known == keyword) {
        for (index, item) in items.iter().enumerate() {
            let members = item.as_object().filter(|members| members.len() == 1);
            let reference = members.and_then(|members| members.get("$ref")?.as_str());
            if reference.is_some_and(|reference| !seen.insert(reference)) {
                found.insert(index);
            }
        }
    }
    found
}

/// Puts in place of each repeat what leaves the list's meaning as it is, so that no place moves.
pub(super) fn strike(schema: &mut Map<String, Value>) {
    for (keyword, neutral) in LISTS {
        if let Some(Value::Array(items)) = schema.get_mut(keyword) {
            for index in repeats(keyword, items) {
                if let Some(item) = items.get_mut(index) {
                    *item = Value::Bool(neutral);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_references_that_stand_alone_are_struck() {
        let one = json!({"$ref": "#/a"});
        let other = json!({"$ref": "#/b"});
        let more = json!({"$ref": "#/a", "minimum": 1});
        let mut schema = json!({
            "allOf": [one, other, one, more, more],
            "anyOf": [one, one],
            "oneOf": [one, one],
        });
        strike(schema.as_object_mut().unwrap());
        assert_eq!(
            schema,
            json!({
                "allOf": [one, other, true, more, more],
                "anyOf": [one, false],
                "oneOf": [one, one],
            })
        );
    }
}
