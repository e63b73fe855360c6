//! `specs/users-api.yaml` says the same as the published document, in other words.

use std::fs;
use std::path::Path;

use proofmark::document::{Document, Pointer};
use serde_json::{Map, Value};

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("a readable document");
    Document::parse(&path.to_string_lossy(), &text)
        .expect("a document")
        .value
}

/// The node without prose and examples. `members_are_names` is true where keys are the API's own names
/// (`properties`, `schemas`, ...), which are never prose.
fn structure(value: &Value, members_are_names: bool) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| structure(item, false)).collect(),
        Value::Object(members) => {
            let mut kept = Map::new();
            for (name, member) in members {
                let is_prose = matches!(name.as_str(), "description" | "summary" | "title")
                    && member.is_string();
                let is_example = matches!(name.as_str(), "example" | "examples");
                if members_are_names || !(is_prose || is_example) {
                    let names = !members_are_names
                        && matches!(name.as_str(), "properties" | "schemas" | "mapping");
                    kept.insert(name.clone(), structure(member, names));
                }
            }
            Value::Object(kept)
        }
        other => other.clone(),
    }
}

/// The places at which two nodes differ.
fn differences(ours: &Value, theirs: &Value, at: &Pointer, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(left), Value::Object(right)) => {
            for (name, value) in left {
                match right.get(name) {
                    Some(other) => differences(value, other, &at.join(name), found),
                    None => found.push(format!("{} is ours alone", at.join(name))),
                }
            }
            for name in right.keys().filter(|name| !left.contains_key(*name)) {
                found.push(format!("{} is missing", at.join(name)));
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (index, (value, other)) in left.iter().zip(right).enumerate() {
                differences(value, other, &at.index(index), found);
            }
        }
        _ if ours == theirs => {}
        _ => found.push(format!("{at}: {ours} instead of {theirs}")),
    }
}

#[test]
fn the_demo_document_has_the_structure_of_the_published_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let published = root.join("../shared/facts/spotnana-users.openapi.json");
    if !published.is_file() {
        println!(
            "skipped: the published document is not at {}",
            published.display()
        );
        return;
    }
    let mut ours = structure(&read(&root.join("specs/users-api.yaml")), false);
    let mut theirs = structure(&read(&published), false);
    for document in [&mut ours, &mut theirs] {
        let members = document.as_object_mut().expect("an object");
        members.remove("servers");
        members.remove("info");
    }
    let mut found = Vec::new();
    differences(&ours, &theirs, &Pointer::root(), &mut found);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_difference_in_structure_would_be_seen() {
    let left = serde_json::json!({"properties": {"title": {"type": "string", "title": "a"}}, "required": ["a"]});
    let right = serde_json::json!({"properties": {"title": {"type": "number", "title": "b"}}, "required": ["b"]});
    let mut found = Vec::new();
    differences(
        &structure(&left, false),
        &structure(&right, false),
        &Pointer::root(),
        &mut found,
    );
    assert_eq!(
        found,
        [
            "/properties/title/type: \"string\" instead of \"number\"",
            "/required/0: \"a\" instead of \"b\""
        ]
    );
}
