//! What the standard allows, and every way to damage it.

use serde_json::{Value, json};

use super::{PATCH, SCHEMA, SCHEMAS, strictness};
use crate::arazzo::tests::load;
use crate::document::Pointer;

/// A file of 1.1 with every field that there is.
fn whole() -> Value {
    let selector = json!({"context": "$response.body", "selector": "/a", "type": "jsonpointer"});
    let criterion = json!({"context": "$response.body", "condition": "$[?@.a]", "type": {"type": "jsonpath", "version": "rfc9535"}});
    let parameter = json!({"name": "p", "in": "query", "value": selector});
    let success = json!({"name": "a", "type": "goto", "workflowId": "w", "parameters": [{"name": "p", "value": 1}, {"reference": "$components.parameters.p"}], "criteria": [criterion]});
    let failure = json!({"name": "b", "type": "retry", "stepId": "s", "retryAfter": 0.5, "retryLimit": 2, "parameters": [{"name": "p", "value": 1}], "criteria": [criterion]});
    json!({
        "arazzo": "1.1.0",
        "$self": "https://a.example/a.yaml",
        "info": {"title": "t", "summary": "s", "description": "d", "version": "1"},
        "sourceDescriptions": [{"name": "api", "url": "api.yaml", "type": "openapi"}, {"name": "b", "url": "b"}],
        "workflows": [{
            "workflowId": "w",
            "summary": "s",
            "description": "d",
            "inputs": {"type": "object", "properties": {"a": {"type": "string"}}},
            "dependsOn": ["v"],
            "successActions": [success, {"reference": "$components.successActions.a"}],
            "failureActions": [failure],
            "outputs": {"a": "$inputs.a", "b.c-d_e": selector},
            "parameters": [{"reference": "$components.parameters.p", "value": 1}, {"name": "q", "value": null}],
            "steps": [
                {
                    "stepId": "s",
                    "description": "d",
                    "operationId": "o",
                    "timeout": 10,
                    "dependsOn": ["t"],
                    "parameters": [parameter],
                    "requestBody": {"contentType": "application/json", "payload": {"a": [1]}, "replacements": [{"target": "/a", "targetSelectorType": "jsonpointer", "value": 1}]},
                    "successCriteria": [{"condition": "$statusCode == 200"}, criterion],
                    "onSuccess": [success],
                    "onFailure": [failure],
                    "outputs": {"a": selector},
                },
                {"stepId": "t", "operationPath": "{$sourceDescriptions.api.url}#/paths/~1a/get"},
                {"stepId": "u", "workflowId": "v", "parameters": [{"name": "a", "value": 1}]},
                {"stepId": "v", "channelPath": "c", "action": "receive", "correlationId": "i"},
            ],
        }],
        "components": {
            "inputs": {"a": {"type": "object"}},
            "parameters": {"p": parameter},
            "successActions": {"a": success},
            "failureActions": {"a": failure},
        },
    })
}

/// The same without what came with 1.1.
fn older() -> Value {
    let text = whole().to_string();
    let selector = r#"{"context":"$response.body","selector":"/a","type":"jsonpointer"}"#;
    let text = text
        .replace(selector, "\"$response.body\"")
        .replace("rfc9535", "draft-goessner-dispatch-jsonpath-00")
        .replace("1.1.0", "1.0.1");
    let mut value: Value = serde_json::from_str(&text).unwrap();
    strip(&mut value);
    value["workflows"][0]["steps"].as_array_mut().unwrap().pop();
    value
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let is_action = members.contains_key("type") && members.contains_key("criteria");
            let is_step = members.contains_key("stepId") && !is_action;
            for (name, goes) in [
                ("$self", true),
                ("targetSelectorType", true),
                ("timeout", is_step),
                ("dependsOn", is_step),
                ("parameters", is_action),
            ] {
                if goes {
                    members.shift_remove(name);
                }
            }
            members.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Where the standard is broken, and how.
fn broken(value: &Value) -> Vec<(String, String)> {
    let minor = usize::from(value["arazzo"] == "1.1.0");
    let validator = SCHEMAS[minor].validator().unwrap();
    let violations = validator.violations(value).into_iter();
    violations
        .map(|violation| {
            let told = super::message(&violation, minor);
            (violation.instance.as_str().to_owned(), told)
        })
        .collect()
}

/// The objects of the standard below a value, without what is anybody's own.
fn objects(value: &Value, at: &Pointer, found: &mut Vec<Pointer>) {
    match value {
        Value::Object(members) => {
            let is_map = matches!(&*at.last().unwrap_or_default(), "outputs")
                || at
                    .parent()
                    .is_some_and(|parent| parent.as_str() == "/components");
            if !is_map {
                found.push(at.clone());
            }
            for (name, member) in members {
                if !matches!(&**name, "inputs" | "payload" | "value") {
                    objects(member, &at.join(name), found);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                objects(item, &at.index(index), found);
            }
        }
        _ => {}
    }
}

#[test]
fn both_schemas_are_json_and_allow_what_the_standard_has() {
    for text in [SCHEMA, PATCH] {
        serde_json::from_str::<Value>(text).unwrap();
    }
    assert_eq!(broken(&whole()), []);
    assert_eq!(broken(&older()), []);
}

#[test]
fn every_damage_to_a_field_is_seen_where_it_is() {
    for value in [whole(), older()] {
        let mut all = Vec::new();
        objects(&value, &Pointer::root(), &mut all);
        assert!(all.len() > 25, "{}", all.len());
        for at in all {
            let object = || value.pointer(at.as_str()).unwrap().as_object().unwrap();
            let damaged = |change: &dyn Fn(&mut serde_json::Map<String, Value>)| {
                let mut damaged = value.clone();
                let node = damaged.pointer_mut(at.as_str()).unwrap();
                change(node.as_object_mut().unwrap());
                broken(&damaged)
            };
            let found = damaged(&|members| {
                members.insert("surprise".into(), json!("x"));
            });
            let place = at.join("surprise");
            assert!(
                found.iter().any(|(told, _)| told == place.as_str()),
                "{place}: {found:?}"
            );
            if !object().contains_key("reference") {
                let found = damaged(&|members| {
                    members.insert("x-mine".into(), json!([1]));
                });
                assert_eq!(found, [], "{at}");
            }
            for name in object().keys() {
                if matches!(&**name, "value" | "payload" | "correlationId") {
                    continue;
                }
                let place = at.join(name);
                let found = damaged(&|members| {
                    members.insert(name.clone(), json!(-7.5));
                });
                let is_seen = |(told, _): &(String, String)| told == place.as_str();
                assert!(found.iter().any(is_seen), "{place}: {found:?}");
            }
        }
    }
}

#[test]
fn what_is_required_is_missed() {
    for (at, names) in [
        ("", "arazzo info sourceDescriptions workflows"),
        ("/info", "title version"),
        ("/sourceDescriptions/0", "name url"),
        ("/workflows/0", "workflowId steps"),
        ("/workflows/0/steps/0", "stepId operationId"),
        ("/workflows/0/steps/1", "operationPath"),
        ("/workflows/0/steps/2", "workflowId"),
        ("/workflows/0/steps/0/parameters/0", "name in value"),
        ("/workflows/0/steps/0/successCriteria/0", "condition"),
        (
            "/workflows/0/steps/0/successCriteria/1",
            "context condition",
        ),
        (
            "/workflows/0/steps/0/successCriteria/1/type",
            "type version",
        ),
        ("/workflows/0/steps/0/onSuccess/0", "name type workflowId"),
        ("/workflows/0/steps/0/onFailure/0", "name type"),
        (
            "/workflows/0/steps/0/requestBody/replacements/0",
            "target value",
        ),
        ("/workflows/0/parameters/0", "reference"),
        ("/components/parameters/p", "name value"),
    ] {
        for value in [whole(), older()] {
            for name in names.split(' ') {
                let mut damaged = value.clone();
                let node = damaged.pointer_mut(at).unwrap();
                assert!(node.as_object_mut().unwrap().shift_remove(name).is_some());
                assert_ne!(broken(&damaged), [], "{at}/{name}");
            }
        }
    }
    for name in ["context", "selector", "type"] {
        let mut damaged = whole();
        let output = damaged.pointer_mut("/workflows/0/outputs/b.c-d_e");
        output.unwrap().as_object_mut().unwrap().shift_remove(name);
        assert_ne!(broken(&damaged), [], "{name}");
    }
}

#[test]
fn what_came_with_1_1_is_nothing_of_1_0() {
    let mut value = whole();
    value["arazzo"] = json!("1.0.1");
    let found = broken(&value);
    for place in [
        "/$self",
        "/workflows/0/outputs/b.c-d_e",
        "/workflows/0/steps/0/timeout",
        "/workflows/0/steps/0/dependsOn",
        "/workflows/0/steps/0/onSuccess/0/parameters",
        "/workflows/0/steps/0/requestBody/replacements/0/targetSelectorType",
        "/workflows/0/steps/3/channelPath",
    ] {
        assert!(
            found.iter().any(|(told, _)| told == place),
            "{place}: {found:?}"
        );
    }
}

#[test]
fn violations_are_told_with_file_and_line() {
    let text = "arazzo: 1.0.1
info: {title: t, version: 1}
sourceDescriptions: [{name: my api, url: api.yaml, type: openapi}]
workflows:
- workflowId: w
  step: []
  steps:
  - stepId: s
    operationId: o
    workflowId: v
    successCriteria: []
    parameters: [{name: n, value: 1}]
    onFailure:
    - {name: a, type: goto}
    - {name: b, type: goto, stepId: s, workflowId: w}
    - {name: c, type: retry, retryLimit: -1}
    outputs: {'a b': $statusCode}
  - {stepId: t, operationId: o, successCriteria: [{condition: x, type: regex}]}
";
    let (description, _) = load(text);
    let found = strictness(&description.unwrap()).unwrap();
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    a.yaml:2:18: error[PM734] `type` is broken: value is not of type "string"
    a.yaml:3:23: error[PM734] `pattern` is broken: value does not match "^[A-Za-z0-9_\-]+$"
    a.yaml:6:3: error[PM734] Arazzo 1.0 has no field `step` here
    a.yaml:8:5: error[PM734] a step has one of `operationId`, `operationPath` and `workflowId`
    a.yaml:11:5: error[PM734] `minItems` is broken: value has less than 1 item
    a.yaml:14:7: error[PM734] `goto` needs a `stepId` or a `workflowId`
    a.yaml:15:7: error[PM734] `stepId` and `workflowId` exclude each other
    a.yaml:16:30: error[PM734] `minimum` is broken: value is less than the minimum of 0
    a.yaml:17:15: error[PM734] `a b` is no name: letters, digits, `.`, `-` and `_` make one
    a.yaml:18:51: error[PM734] `dependentRequired` is broken: "context" is a required property
    "#);
}

#[test]
fn descriptions_that_are_in_use_are_what_the_standard_says() {
    for text in [
        include_str!("../../../fuzz/seeds/arazzo/login.arazzo.yaml"),
        include_str!("../../../fuzz/seeds/arazzo/coupons.arazzo.yaml"),
        include_str!("../../../fuzz/seeds/arazzo/later.arazzo.yaml"),
        include_str!("../../../scenarios/user-lifecycle.arazzo.yaml"),
        include_str!("../../../scenarios/user-onboarding.arazzo.yaml"),
        include_str!("../../../scenarios/negative.arazzo.yaml"),
        include_str!("../../../scenarios/users-load.arazzo.yaml"),
    ] {
        let (description, _) = load(text);
        let found = strictness(&description.unwrap()).unwrap();
        let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(lines, Vec::<String>::new());
    }
}
