//! Places: reading and writing the nodes of a value by pointer.

use serde_json::{Map, Value};

use crate::document::Pointer;

/// The nodes at a pointer in which `*` stands for every item of a list.
pub(in crate::mock) fn all<'a>(value: &'a Value, pointer: &Pointer) -> Vec<&'a Value> {
    let mut nodes = vec![value];
    for token in pointer.tokens() {
        nodes = nodes
            .into_iter()
            .flat_map(|node| match node {
                Value::Array(items) if token == "*" => items.iter().collect::<Vec<_>>(),
                Value::Array(items) => {
                    let index: Option<usize> = token.parse().ok();
                    index
                        .and_then(|index| items.get(index))
                        .into_iter()
                        .collect()
                }
                Value::Object(members) => members.get(&*token).into_iter().collect(),
                _ => Vec::new(),
            })
            .collect();
    }
    nodes
}

/// The node at a pointer.
pub(in crate::mock) fn find<'a>(value: &'a Value, pointer: &Pointer) -> Option<&'a Value> {
    value.pointer(pointer.as_str())
}

/// Puts a node at a pointer. Objects are made on the way where nothing, or something that is neither
/// object nor list, stands; an index behind the end of a list appends to it.
pub(in crate::mock) fn put(value: &mut Value, pointer: &Pointer, node: Value) {
    let mut at = value;
    for token in pointer.tokens() {
        if !matches!(at, Value::Object(_) | Value::Array(_)) {
            *at = Value::Object(Map::new());
        }
        at = match at {
            Value::Array(items) => {
                let index = token.parse().unwrap_or(usize::MAX).min(items.len());
                if index == items.len() {
                    items.push(Value::Null);
                }
                match items.get_mut(index) {
                    Some(item) => item,
                    None => return,
                }
            }
            Value::Object(members) => members.entry(&*token).or_insert(Value::Null),
            _ => return,
        };
    }
    *at = node;
}

/// Takes the node at a pointer away; the root cannot be taken.
pub(in crate::mock) fn remove(value: &mut Value, pointer: &Pointer) -> Option<Value> {
    let parent = value.pointer_mut(pointer.parent()?.as_str())?;
    let token = pointer.last()?;
    match parent {
        Value::Object(members) => members.shift_remove(&*token),
        Value::Array(items) => {
            let index = token.parse().ok().filter(|index| *index < items.len())?;
            Some(items.remove(index))
        }
        _ => None,
    }
}

/// Merges a patch into a value (RFC 7396 section 2).
pub(in crate::mock) fn merge(value: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        value.clone_from(patch);
        return;
    };
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    if let Value::Object(members) = value {
        for (name, patch) in patch {
            if patch.is_null() {
                members.shift_remove(name);
            } else {
                merge(members.entry(name).or_insert(Value::Null), patch);
            }
        }
    }
}

/// Adds what `more` has and `value` lacks, deeply in objects.
pub(in crate::mock) fn supplement(value: &mut Value, more: &Value) {
    if let (Value::Object(members), Value::Object(more)) = (value, more) {
        for (name, more) in more {
            match members.get_mut(name) {
                Some(member) => supplement(member, more),
                None => {
                    members.insert(name.clone(), more.clone());
                }
            }
        }
    }
}

/// Every node of a value with its pointer, the root first.
pub(in crate::mock) fn nodes(value: &Value) -> Vec<(Pointer, &Value)> {
    let mut found = vec![(Pointer::root(), value)];
    let mut next = 0;
    while let Some((pointer, node)) = found.get(next).cloned() {
        match node {
            Value::Object(members) => found.extend(
                members
                    .iter()
                    .map(|(name, member)| (pointer.join(name), member)),
            ),
            Value::Array(items) => found.extend(
                items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| (pointer.index(index), item)),
            ),
            _ => {}
        }
        next += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn at(text: &str) -> Pointer {
        text.parse().unwrap()
    }

    #[test]
    fn stars_stand_for_every_item() {
        let value = json!({"a": [{"b": 1}, {"b": 2}, {"c": 3}]});
        assert_eq!(all(&value, &at("/a/*/b")), [&json!(1), &json!(2)]);
        assert_eq!(all(&value, &at("/a/1/b")), [&json!(2)]);
        assert_eq!(all(&value, &at("/a/b")), Vec::<&Value>::new());
        assert_eq!(all(&value, &at("")), [&value]);
    }

    #[test]
    fn putting_makes_the_way() {
        let mut value = json!({"a": 1, "l": [0]});
        put(&mut value, &at("/a/b/c"), json!(2));
        put(&mut value, &at("/l/7/x"), json!(3));
        assert_eq!(value, json!({"a": {"b": {"c": 2}}, "l": [0, {"x": 3}]}));
        assert_eq!(remove(&mut value, &at("/l/0")), Some(json!(0)));
        assert_eq!(remove(&mut value, &at("/x/y")), None);
        assert_eq!(remove(&mut value, &at("")), None);
    }

    #[test]
    fn merging_follows_the_examples_of_the_rfc() {
        // RFC 7396 appendix A, in part.
        for (target, patch, result) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (
                json!({"a": "b", "b": "c"}),
                json!({"a": null}),
                json!({"b": "c"}),
            ),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (
                json!({"e": null}),
                json!({"a": 1}),
                json!({"e": null, "a": 1}),
            ),
            (
                json!({}),
                json!({"a": {"bb": {"ccc": null}}}),
                json!({"a": {"bb": {}}}),
            ),
        ] {
            let mut value = target.clone();
            merge(&mut value, &patch);
            assert_eq!(value, result, "{target} with {patch}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_was_put_is_found(tokens in prop::collection::vec("[a-z~/0-9]{0,3}", 0..4), number in 0..9) {
            let pointer = tokens.iter().fold(Pointer::root(), |pointer, token| pointer.join(token));
            let mut value = json!({"a": {"b": 1}});
            put(&mut value, &pointer, json!(number));
            prop_assert_eq!(find(&value, &pointer), Some(&json!(number)));
        }
    }
}
