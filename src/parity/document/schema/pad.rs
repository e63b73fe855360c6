//! Padding: instances with as many items or members as a bound is about.

use serde_json::{Map, Value};

/// How many items or members an instance is given at most.
const MOST: usize = 4_096;

/// Of how many instances others are made.
const BASES: usize = 6;

/// Arrays and objects of these sizes, made of those that are there.
pub(super) fn padded(instances: &[Value], sizes: &[usize]) -> Vec<Value> {
    let mut made = Vec::new();
    for size in sizes.iter().copied().filter(|size| *size <= MOST) {
        let arrays = instances.iter().filter_map(Value::as_array);
        for items in arrays.filter(|items| !items.is_empty()).take(BASES) {
            made.push(Value::Array(resized(items, size, |_, item| item.clone())));
            made.push(Value::Array(resized(items, size, distinct)));
        }
        let objects = instances.iter().filter_map(Value::as_object);
        for members in objects.take(BASES) {
            made.push(Value::Object(widened(members, size)));
        }
    }
    made
}

/// The items, cut off or with more like the last one.
fn resized(items: &[Value], size: usize, like: impl Fn(usize, &Value) -> Value) -> Vec<Value> {
    let mut made: Vec<Value> = items.iter().take(size).cloned().collect();
    if let Some(last) = items.last() {
        made.extend((made.len()..size).map(|number| like(number, last)));
    }
    made
}

/// Another value of the same type, as far as that can be had.
fn distinct(number: usize, like: &Value) -> Value {
    match like {
        Value::String(text) => Value::String(format!("{text}{number}")),
        Value::Number(_) => Value::from(number),
        other => other.clone(),
    }
}

/// The members, with more of values like the first one that is there.
fn widened(members: &Map<String, Value>, size: usize) -> Map<String, Value> {
    let mut made = members.clone();
    let like = members.values().next_back().cloned();
    let like = like.unwrap_or_else(|| Value::String(String::new()));
    let mut number = 0;
    while made.len() < size {
        made.insert(format!("p{number}"), like.clone());
        number += 1;
    }
    made
}
