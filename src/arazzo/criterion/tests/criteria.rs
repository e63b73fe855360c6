//! Criteria with a context: regular expressions and JSONPath; and what judgements show.

use serde_json::{Value, json};

use super::super::super::example::Example;
use super::super::super::{Criterion, Judgement, Selector};
use crate::http::Response;

fn judge(criterion: &Value) -> Judgement {
    let criterion =
        Criterion::read(criterion).unwrap_or_else(|error| panic!("{criterion}: {error}"));
    criterion.judge(&Example::new().scope())
}

#[test]
fn regular_expressions_are_searched_for_in_their_context() {
    for (context, pattern, expected) in [
        ("$statusCode", "^2\\d{2}$", true),
        ("$statusCode", "^200$", false),
        ("$response.body#/status", "^Active$", true),
        ("$response.body#/status", "^active$", false),
        ("$response.body.status", "{$inputs.pattern}", true),
        ("$response.body.status", "^({$inputs.pattern})|x$", true),
        ("$response.body#/id", "^\\d+$", true),
        ("$response.body#/yes", "^true$", true),
        ("$response.body#/items", "^\\[\\{\"id\":\"a1\"", true),
        ("$response.body#/nothing", ".*", false),
        ("$response.body#/missing", ".*", false),
        ("$response.header.ETag", "^\"v\\d+\"$", true),
        ("$url", "^https?://[^/]+/pets/\\d+", true),
        ("$inputs.name", "^(?!Max)", true),
    ] {
        let judged = judge(&json!({"context": context, "condition": pattern, "type": "regex"}));
        assert_eq!(judged.holds, expected, "{pattern} in {context}: {judged:?}");
        assert_eq!(judged.error, None);
    }
}

#[test]
fn json_paths_hold_when_they_find_something() {
    for (context, path, expected) in [
        ("$response.body", "$.id", true),
        ("$response.body", "$.none", false),
        ("$response.body", "$.nothing", true),
        ("$response.body", "$.items[*]", true),
        ("$response.body", "$.items[1].tags[*]", false),
        ("$response.body", "$.items[?@.price > 10]", true),
        ("$response.body", "$.items[?(@.id == 'b2')]", true),
        (
            "$response.body",
            "$.items[?@.id == '{$inputs.name}']",
            false,
        ),
        ("$response.body", "$[?count(@[*]) > 1]", true),
        ("$response.body", "$[?@ == 9007199254740993]", true),
        ("$response.body", "$[?@ == 9007199254740992]", false),
        (
            "$response.body#/items",
            "$[?@.price < {$inputs.threshold}]",
            false,
        ),
        ("$inputs.text", "$.a[?@ == 1]", true),
        ("$response.body#/nothing", "$", false),
        ("$response.body#/missing", "$", false),
    ] {
        let judged = judge(&json!({"context": context, "condition": path, "type": "jsonpath"}));
        assert_eq!(judged.holds, expected, "{path} in {context}: {judged:?}");
        assert_eq!(judged.error, None, "{path} in {context}");
    }
}

#[test]
fn criteria_that_cannot_be_evaluated_say_why() {
    for (context, condition, kind, why) in [
        (
            "$response.body#/status",
            "$.a",
            "jsonpath",
            "a string that is not JSON",
        ),
        (
            "$response.body",
            "$.{$inputs.text}",
            "jsonpath",
            "in `$.{\"a\": [1]}`",
        ),
        (
            "$response.body",
            "({$inputs.status}",
            "regex",
            "is no regular expression",
        ),
        (
            "$steps.none.outputs.a",
            ".",
            "regex",
            "step `none` has not run",
        ),
        (
            "$url",
            "{$steps.none.outputs.a}",
            "regex",
            "step `none` has not run",
        ),
    ] {
        let judged = judge(&json!({"context": context, "condition": condition, "type": kind}));
        let error = judged.error.unwrap_or_default();
        assert!(!judged.holds && error.contains(why), "{condition}: {error}");
    }
}

#[test]
fn what_is_no_criterion_is_refused() {
    for (criterion, pointer, why) in [
        (json!({}), "", "has a `condition`"),
        (json!({"condition": 1}), "/condition", "is a string"),
        (
            json!({"condition": "$statusCode = 1"}),
            "/condition",
            "equality is `==`",
        ),
        (
            json!({"condition": ".", "type": "regex"}),
            "",
            "has a `context`",
        ),
        (
            json!({"condition": ".", "type": "regex", "context": 1}),
            "/context",
            "is an expression",
        ),
        (
            json!({"condition": ".", "type": "regex", "context": "body"}),
            "/context",
            "starts with `$`",
        ),
        (
            json!({"condition": "(", "type": "regex", "context": "$url"}),
            "/condition",
            "no regular expression",
        ),
        (
            json!({"condition": "a", "type": "jsonpath", "context": "$url"}),
            "/condition",
            "starts with `$`",
        ),
        (
            json!({"condition": "/a", "type": "xpath", "context": "$url"}),
            "/type",
            "`xpath` is not supported",
        ),
        (
            json!({"condition": "/a", "type": {"type": "xpath", "version": "xpath-30"}, "context": "$url"}),
            "/type",
            "`xpath` is not supported",
        ),
        (
            json!({"condition": "/a", "type": "jsonpointer", "context": "$url"}),
            "/type",
            "not supported in criteria",
        ),
        (
            json!({"condition": "a", "type": "jsonPath", "context": "$url"}),
            "/type",
            "did you mean `jsonpath`?",
        ),
        (
            json!({"condition": "a", "type": 1}),
            "/type",
            "a string or an object",
        ),
        (
            json!({"condition": "a", "type": {}}),
            "/type",
            "has a `type`",
        ),
        (
            json!({"condition": "$", "type": {"type": "jsonpath", "version": "rfc9536"}, "context": "$url"}),
            "/type",
            "did you mean `rfc9535`?",
        ),
        (
            json!({"condition": "a", "type": {"type": "regex", "version": "1"}}),
            "/type",
            "no versions",
        ),
    ] {
        let error = Criterion::read(&criterion).unwrap_err();
        assert_eq!(error.pointer.as_str(), pointer, "{criterion}: {error}");
        assert!(error.to_string().contains(why), "{criterion}: {error}");
    }
}

#[test]
fn the_older_json_path_is_noted() {
    let judged = judge(&json!({
        "context": "$response.body",
        "condition": "$.items[?(@.price > 10)]",
        "type": {"type": "jsonpath", "version": "draft-goessner-dispatch-jsonpath-00"}
    }));
    assert!(judged.holds);
    assert_eq!(judged.notes.len(), 1);
    assert!(judged.notes[0].to_string().contains("RFC 9535"));
}

#[test]
fn judgements_show_what_the_expressions_were() {
    let judged = judge(&json!({
        "condition": "$statusCode == 200 && $response.body.none == null || $statusCode == $steps.none.outputs.a"
    }));
    assert_eq!(
        judged.actual,
        [
            ("$statusCode".to_owned(), json!(201)),
            ("$response.body.none".to_owned(), json!(null)),
        ]
    );
    let large = format!("[{}0]", "0,".repeat(10_000));
    let example = Example::answered(&Response::new(200).with_body("application/json", large));
    let criterion = json!({"context": "$response.body", "condition": "$[0]", "type": "jsonpath"});
    let judged = Criterion::read(&criterion).unwrap().judge(&example.scope());
    assert!(judged.holds);
    assert!(judged.actual[0].1.to_string().len() < 1000);
}

#[test]
fn selectors_select() {
    let example = Example::new();
    for (context, kind, selector, expected) in [
        (
            "$response.body",
            "jsonpath",
            "$.items[0].id",
            Ok(json!("a1")),
        ),
        (
            "$response.body",
            "jsonpath",
            "$.items[*].id",
            Ok(json!(["a1", "b2"])),
        ),
        (
            "$response.body",
            "jsonpath",
            "$.items[?@.id == 'b2'].price",
            Ok(json!(12)),
        ),
        ("$response.body", "jsonpath", "$.nothing", Ok(json!(null))),
        (
            "$response.body",
            "jsonpath",
            "$.none",
            Err("`$.none` finds nothing"),
        ),
        (
            "$response.body",
            "jsonpointer",
            "/items/1/id",
            Ok(json!("b2")),
        ),
        (
            "$response.body",
            "jsonpointer",
            "/first name",
            Ok(json!("Ann")),
        ),
        (
            "$response.body",
            "jsonpointer",
            "/itms",
            Err("did you mean `items`?"),
        ),
        ("$inputs.text", "jsonpointer", "/a/0", Ok(json!(1))),
        ("$inputs.name", "jsonpointer", "/a", Err("not JSON")),
        ("$inputs.none", "jsonpointer", "/a", Err("in null")),
        ("$steps.x.outputs.y", "jsonpath", "$", Err("has not run")),
    ] {
        let value = json!({"context": context, "type": kind, "selector": selector});
        assert!(Selector::is_one(&value));
        let found = Selector::read(&value).unwrap().select(&example.scope());
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{selector}"),
            (Err(error), Err(why)) => assert!(error.to_string().contains(why), "{error}"),
            (found, _) => panic!("{selector}: {found:?}"),
        }
    }
    for (value, why) in [
        (
            json!({"context": "$url", "selector": "a", "type": "jsonpointer"}),
            "no JSON Pointer",
        ),
        (
            json!({"context": "$url", "selector": "/a", "type": "xpath"}),
            "not supported in selectors",
        ),
        (
            json!({"context": "$url", "selector": 1, "type": "jsonpath"}),
            "has a `selector`",
        ),
    ] {
        assert!(
            Selector::read(&value)
                .unwrap_err()
                .to_string()
                .contains(why)
        );
    }
}
