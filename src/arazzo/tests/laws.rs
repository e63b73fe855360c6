//! Laws of reading: no value makes the reader panic.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::arazzo::read;
use crate::document::Document;

/// Values made of the words of the standard.
fn any_value() -> impl Strategy<Value = Value> {
    let words = [
        "end",
        "goto",
        "retry",
        "openapi",
        "arazzo",
        "asyncapi",
        "path",
        "query",
        "body",
        "w",
        "s",
        "$inputs.a",
        "$steps.s.outputs.o",
        "$components.parameters.p",
        "$response.body#/a",
        "1s",
        "$sourceDescriptions.s.x",
        "{$sourceDescriptions.s.url}#/paths/~1a/get",
        "$statusCode == 1",
        "jsonpath",
        "regex",
        "xpath",
        "$.a",
        "",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(words.to_vec()).prop_map(Value::from),
    ];
    let keys = [
        "arazzo",
        "info",
        "sourceDescriptions",
        "workflows",
        "components",
        "name",
        "url",
        "type",
        "workflowId",
        "steps",
        "inputs",
        "dependsOn",
        "parameters",
        "successActions",
        "failureActions",
        "outputs",
        "stepId",
        "operationId",
        "operationPath",
        "requestBody",
        "successCriteria",
        "onSuccess",
        "onFailure",
        "timeout",
        "in",
        "value",
        "criteria",
        "retryAfter",
        "retryLimit",
        "reference",
        "condition",
        "context",
        "selector",
        "payload",
        "replacements",
        "target",
        "p",
        "x-proofmark-generate",
        "x-proofmark-feed",
        "x-security",
        "x-operation",
        "x-proofmark-think-time",
        "x-proofmark-checks",
        "$ref",
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        let members = (prop::sample::select(keys.to_vec()), inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            prop::collection::vec(members, 0..8).prop_map(|members| {
                let members = members
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value));
                Value::Object(members.collect::<Map<_, _>>())
            }),
        ]
    })
}

/// A description whose parts are of the right kind as far as that goes.
fn nearly() -> impl Strategy<Value = Value> {
    let part = any_value;
    (part(), part(), part(), part(), part()).prop_map(|(components, inputs, step, more, rest)| {
        let mut step = step;
        if let Some(step) = step.as_object_mut() {
            step.insert("stepId".into(), "s".into());
        }
        json!({
            "arazzo": "1.1.0",
            "sourceDescriptions": [{"name": "s", "url": "u"}],
            "components": {"inputs": {"p": inputs}, "parameters": {"p": components}},
            "workflows": [{"workflowId": "w", "inputs": more, "steps": [step, rest]}],
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_value_is_read_or_refused(value in prop_oneof![any_value(), nearly()]) {
        let (description, diagnostics) = read(Document::from_value("a.json", value));
        prop_assert!(description.is_some() || !diagnostics.is_empty());
    }
}
