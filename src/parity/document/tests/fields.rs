//! Fields: every one of the OpenAPI objects (3.0.4 and 3.1.1) that says something about calls, what its
//! change means, and what the change back means.

use serde_json::Value;

use super::{compared, told};

/// A document with all objects.
const BASE: &str = include_str!("fields/base.json");

/// The base with another value at a place, or without what is there.
fn with(place: &str, value: Option<Value>) -> Value {
    let mut document: Value = serde_json::from_str(BASE).unwrap();
    let (parent, last) = place.rsplit_once('/').unwrap();
    let last = last.replace("~1", "/");
    match (document.pointer_mut(parent).unwrap(), value) {
        (Value::Object(members), Some(value)) => {
            members.insert(last, value);
        }
        (Value::Object(members), None) => {
            members.shift_remove(&last).unwrap();
        }
        (Value::Array(items), Some(value)) => match last.parse::<usize>() {
            Ok(index) => items[index] = value,
            Err(_) => items.push(value),
        },
        (Value::Array(items), None) => {
            items.remove(last.parse().unwrap());
        }
        _ => panic!("{place}"),
    }
    document
}

/// Each change there and back, in lines: the place below the last `@`, what stands there (`-` for
/// nothing), what is told of the change, and of the change back.
fn check(table: &str) {
    let mut wrong = Vec::new();
    let mut root = "";
    for line in table.lines() {
        if let Some(place) = line.strip_prefix("@ ") {
            root = place.trim_end_matches('/');
            continue;
        }
        let (below, said) = line.split_once(" = ").unwrap();
        let [value, there, back]: [&str; 3] =
            said.split(" | ").collect::<Vec<_>>().try_into().unwrap();
        let place = format!("{root}{}", below.trim_start_matches('.'));
        let value = (value != "-").then(|| serde_json::from_str(value).unwrap());
        let changed = with(&place, value).to_string();
        for (old, new, expected) in [(BASE, &*changed, there), (&*changed, BASE, back)] {
            let mut found = told(&compared(old, new)).join(", ");
            if found.is_empty() {
                "same".clone_into(&mut found);
            }
            if found != expected {
                wrong.push(format!("{line}\n    found {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn of_the_document_and_its_paths() {
    check(include_str!("fields/document.txt"));
}

#[test]
fn of_parameters() {
    check(include_str!("fields/parameters.txt"));
}

#[test]
fn of_bodies_and_encodings() {
    check(include_str!("fields/bodies.txt"));
}

#[test]
fn of_responses() {
    check(include_str!("fields/responses.txt"));
}

#[test]
fn of_callbacks_and_webhooks_where_directions_are_turned_round() {
    check(include_str!("fields/inbound.txt"));
}
