//! The scope that the tables of the tests are about.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::{Call, Scope, WorkflowValues};
use crate::http::{Request, Response};

/// Owns what the scope borrows.
pub(super) struct Example {
    inputs: Map<String, Value>,
    outputs: Map<String, Value>,
    steps: IndexMap<String, Map<String, Value>>,
    workflows: IndexMap<String, WorkflowValues>,
    sources: IndexMap<String, Map<String, Value>>,
    components: Map<String, Value>,
    call: Call,
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

const BODY: &str = r#"{
    "id": 42, "big": 9007199254740993, "exact": 0.10, "status": "Active", "empty": "", "zero": 0.0,
    "nothing": null, "yes": true, "no": false, "count": "5", "ten": "10", "text": "it's",
    "items": [{"id": "a1", "price": 8.95, "tags": ["x", "y"]}, {"id": "b2", "price": 12, "tags": []}],
    "a/b": 1, "m~n": 2, "first name": "Ann", "": "blank", "a=b": "odd", "é": "ü",
    "nested": {"deep": {"deeper": [[1, 2], [3]]}}
}"#;

impl Example {
    pub(super) fn new() -> Self {
        Self::answered(
            &Response::new(201)
                .with_header("X-Count", "5")
                .with_header("X-Limit", "10")
                .with_header("ETag", "\"v1\"")
                .with_body("application/json", BODY),
        )
    }

    pub(super) fn answered(response: &Response) -> Self {
        let request = Request {
            method: "POST".to_owned(),
            path: "/pets/7?limit=5&tag=a&tag=b%20c&odd.name=1".to_owned(),
            headers: vec![
                ("Content-Type".to_owned(), "application/json".to_owned()),
                ("Accept".to_owned(), "application/json".to_owned()),
            ],
            body: Some(r#"{"user": {"uuid": "u-1"}, "total": 12345678901234567890.10}"#.into()),
        };
        let outputs = |value| WorkflowValues {
            inputs: object(json!({"a": 1})),
            outputs: object(value),
        };
        Self {
            inputs: object(json!({
                "id": 7, "name": "Rex", "flag": true, "none": null, "list": [1, [2, 3]],
                "customer.id": "whole", "customer": {"id": "part", "name": "Ann", "a.b": 1},
                "x-api-key": "k", "status": "ACTIVE", "pattern": "^Act", "text": "{\"a\": [1]}",
                "größe": 3, "threshold": 4.5
            })),
            outputs: object(json!({"total": 3, "pets": [{"id": 9}]})),
            steps: IndexMap::from([
                (
                    "login".to_owned(),
                    object(json!({"token": "T", "pets": [{"id": 1, "name": "a"}, {"id": 2}]})),
                ),
                ("get.pet".to_owned(), object(json!({"v1.0": "dotted"}))),
                ("browser-authorize".to_owned(), object(json!({"code": 5}))),
            ]),
            workflows: IndexMap::from([(
                "other".to_owned(),
                outputs(json!({"mapped": {"name": "m"}})),
            )]),
            sources: IndexMap::from([(
                "petstore".to_owned(),
                object(json!({"url": "https://example.com/pets.yaml", "type": "openapi"})),
            )]),
            components: object(json!({
                "parameters": {"page.size": {"name": "size", "value": 1}},
                "inputs": {"paging": {"type": "object"}},
                "successActions": {"stop": {"type": "end"}},
                "failureActions": {"again": {"type": "retry"}}
            })),
            call: Call::new("http://localhost/pets/7?limit=5", &request)
                .with_path("id", 7)
                .with_response(response),
        }
    }

    pub(super) fn scope(&self) -> Scope<'_> {
        Scope {
            inputs: Some(&self.inputs),
            outputs: Some(&self.outputs),
            steps: Some(&self.steps),
            workflows: Some(&self.workflows),
            sources: Some(&self.sources),
            components: Some(&self.components),
            self_uri: Some("https://example.com/pets.arazzo.yaml"),
            call: Some(&self.call),
            placeholders: false,
        }
    }
}
