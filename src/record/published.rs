//! Published credentials: what a document itself gives as one, in an enumeration, a default, an example.
//!
//! It may be a real one that somebody pasted, so it is treated as one.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::credential::{Kind, is_telling};
use super::marks::{Found, MarkedNames, Told, mask};
use crate::document::Pointer;
use crate::schema::SchemaSet;

/// The keywords of a schema and the fields of a parameter that give values.
const GIVING: [&str; 3] = ["const", "default", "example"];

/// Where a document names schemas, parameters and header fields.
const NAMING: [&str; 6] = [
    "properties",
    "schemas",
    "$defs",
    "definitions",
    "headers",
    "parameters",
];

/// From how many characters on a value may be one.
const LEAST: usize = 4;

/// The values that the documents give for what is called like a credential.
pub(super) fn published(set: &SchemaSet) -> BTreeSet<String> {
    let mut found = Found::default();
    for number in 0..set.len() {
        let root = &set.document(number).value;
        collect(root, root, &mut found);
    }
    let values = found.values.into_iter().map(|(_, value)| value);
    values.filter(|value| may_be_one(value)).collect()
}

/// Whether a value may be somebody's: `string` and `api_key` only stand for one.
fn may_be_one(value: &str) -> bool {
    let is_word = value.bytes().all(|byte| byte.is_ascii_lowercase());
    let stands_out = value.chars().count() >= LEAST && !is_word;
    (stands_out || is_telling(value)) && Kind::of(value).is_none()
}

fn collect(root: &Value, node: &Value, found: &mut Found) {
    match node {
        Value::Object(members) => {
            for (name, value) in members {
                if let Value::Object(named) = value
                    && NAMING.contains(&&**name)
                {
                    for (name, value) in named.iter().filter(|(name, _)| Kind::of(name).is_some()) {
                        given(root, name, value, found);
                    }
                }
                if matches!(&**name, "default" | "example" | "examples" | "value") {
                    note(value.clone(), found);
                }
            }
            // A parameter; a cookie is a credential under any name.
            if let (Some(Value::String(name)), Some(place)) =
                (members.get("name"), members.get("in"))
            {
                let name = if place == "cookie" { "cookie" } else { &**name };
                given(root, name, node, found);
            }
            members
                .values()
                .for_each(|value| collect(root, value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(root, item, found)),
        _ => {}
    }
}

/// Notes what a schema, a parameter or a header field gives as values under this name.
fn given(root: &Value, name: &str, node: &Value, found: &mut Found) {
    // One reference is followed: chains of them are rare, and may be circles.
    let target = |node: &Value| {
        let reference = node.get("$ref").and_then(Value::as_str)?;
        let pointer = reference.strip_prefix('#')?.parse::<Pointer>().ok()?;
        pointer.find(root).cloned()
    };
    let schema = node.get("schema");
    let items = node.get("items");
    let own = [Some(node), schema, items].into_iter().flatten();
    let own: Vec<Value> = own
        .flat_map(|node| [Some(node.clone()), target(node)])
        .flatten()
        .collect();
    for node in &own {
        let values = GIVING.iter().filter_map(|keyword| node.get(*keyword));
        let examples = match node.get("examples") {
            Some(Value::Array(examples)) => examples.iter().collect(),
            Some(Value::Object(examples)) => examples
                .values()
                .filter_map(|one| one.get("value"))
                .collect(),
            _ => Vec::new(),
        };
        let choices = node.get("enum").and_then(Value::as_array);
        for value in values.chain(examples).chain(choices.into_iter().flatten()) {
            note(
                Value::Object(Map::from_iter([(name.to_owned(), value.clone())])),
                found,
            );
        }
    }
}

/// Notes what is called like a credential in a value.
fn note(mut value: Value, found: &mut Found) {
    let names = MarkedNames::new();
    mask(&mut value, &Told::of(None, &names), found);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::schema::Dialect;

    #[test]
    fn what_documents_give_as_credentials_is_found() {
        let text = "
paths:
  /login:
    post:
      parameters:
        - {name: api_key, in: query, schema: {type: string, enum: [key-of-query, string, Short]}}
        - {name: X-Access-Token, in: header, example: of-a-header-7, schema: {$ref: '#/components/schemas/Token'}}
        - {name: page, in: query, example: page-number-1}
        - {name: sid, in: cookie, example: a-cookie-1}
      requestBody:
        content:
          application/json:
            schema: {properties: {password: {type: string, examples: [Passw0rd, token]}, name: {default: Ada-Moreau-1}}}
            examples: {one: {value: {clientSecret: secret-of-1, user: user-number-1}}}
            example: {tokens: [first-of-many-1]}
components:
  schemas:
    Token: {type: string, const: const-of-ref-1}
    Secrets: {type: array, items: {default: items-of-list-1}}
";
        let document = Document::parse("s.yaml", text).unwrap();
        let schema = SchemaSet::of_schema(document, Dialect::Draft202012);
        let found = published(schema.set());
        let expected = [
            "Passw0rd",
            "Short",
            "a-cookie-1",
            "const-of-ref-1",
            "first-of-many-1",
            "items-of-list-1",
            "key-of-query",
            "of-a-header-7",
            "secret-of-1",
        ];
        assert_eq!(
            found.iter().map(String::as_str).collect::<Vec<_>>(),
            expected
        );
    }
}
