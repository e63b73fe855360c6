use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::example::Example;
use super::super::expression::scrap;
use super::{PayloadReplacement, Template, Text};
use crate::arazzo::ExpressionType;

fn render(value: &Value) -> Result<Value, super::RenderError> {
    let template = Template::parse(value).unwrap_or_else(|error| panic!("{value}: {error}"));
    template.render(&Example::new().scope())
}

#[test]
fn templates_become_values() {
    for (template, expected) in [
        (json!(null), json!(null)),
        (json!(12), json!(12)),
        (json!("plain"), json!("plain")),
        (json!("$5.00"), json!("$5.00")),
        (json!("$ref"), json!("$ref")),
        (json!("$"), json!("$")),
        (json!("costs $inputs.id"), json!("costs $inputs.id")),
        (json!("$inputs are given"), json!("$inputs are given")),
        (json!("{id}"), json!("{id}")),
        (json!("{$}"), json!("{$}")),
        (json!("{ $inputs.id }"), json!("{ $inputs.id }")),
        (
            json!("query($id: ID!) { a(id: $id) }"),
            json!("query($id: ID!) { a(id: $id) }"),
        ),
        (json!("$inputs.id"), json!(7)),
        (json!("$inputs.flag"), json!(true)),
        (json!("$inputs.list"), json!([1, [2, 3]])),
        (json!("$inputs.none"), json!(null)),
        (json!("{$inputs.id}"), json!("7")),
        (json!("a {$inputs.id} b {$inputs.name}"), json!("a 7 b Rex")),
        (json!("{$inputs.id}{$inputs.id}"), json!("77")),
        (json!("{{$inputs.id}}"), json!("{7}")),
        (json!("{$inputs.flag} {$inputs.none}"), json!("true null")),
        (json!("{$inputs.list}"), json!("[1,[2,3]]")),
        (
            json!("{$request.body#/total}"),
            json!("12345678901234567890.10"),
        ),
        (json!("{$response.body#/first name}!"), json!("Ann!")),
        (
            json!("{\"id\": {$inputs.id}, \"n\": \"{$inputs.name}\"}"),
            json!("{\"id\": 7, \"n\": \"Rex\"}"),
        ),
        (
            json!({"b": ["$inputs.id", "x"], "a": {"$url": "{$method} it"}}),
            json!({"b": [7, "x"], "a": {"$url": "POST it"}}),
        ),
        (
            json!({"id": {"context": "$response.body", "selector": "$.items[1].id", "type": "jsonpath"}}),
            json!({"id": "b2"}),
        ),
        (
            json!({"context": "plain", "selector": "$.a", "type": "jsonpath"}),
            json!({"context": "plain", "selector": "$.a", "type": "jsonpath"}),
        ),
    ] {
        assert_eq!(render(&template).unwrap(), expected, "{template}");
    }
}

#[test]
fn what_is_no_template_is_refused_with_its_place() {
    for (template, pointer, offset, message) in [
        (json!("$inputs.a b"), "", 9, "braces"),
        (json!({"a": ["x", "$steps.a"]}), "/a/1", 7, ".outputs."),
        (
            json!({"a/b": "x {$response.headers.X}"}),
            "/a~1b",
            13,
            "did you mean `header`?",
        ),
        (json!("x {$inputs.a"), "", 2, "not closed"),
        (json!("$input.a"), "", 1, "did you mean `$inputs`?"),
        (json!("x {$input.a}"), "", 4, "did you mean `$inputs`?"),
        (json!("$message.payload"), "", 0, "AsyncAPI"),
        (
            json!({"context": "$url", "selector": "/a", "type": "xpath"}),
            "",
            0,
            "not supported",
        ),
    ] {
        let error = Template::parse(&template).expect_err("an error");
        assert_eq!(error.pointer.as_str(), pointer, "{template}");
        assert_eq!(error.error.offset, offset, "{template}: {error}");
        assert!(error.to_string().contains(message), "{template}: {error}");
    }
}

#[test]
fn what_is_missing_is_an_error_with_its_place() {
    for (template, pointer, message) in [
        (json!("$inputs.absent"), "", "there is no input `absent`"),
        (
            json!({"a": ["x", "{$response.body#/none}"]}),
            "/a/1",
            "there is no member `none`",
        ),
        (
            json!([{"a/b": "$steps.x.outputs.y"}]),
            "/0/a~1b",
            "step `x` has not run",
        ),
        (
            json!([{"context": "$response.body", "selector": "/none", "type": "jsonpointer"}]),
            "/0",
            "finds nothing",
        ),
    ] {
        let error = render(&template).expect_err("an error");
        assert_eq!(error.pointer.as_str(), pointer, "{template}");
        assert!(error.to_string().contains(message), "{template}: {error}");
    }
}

#[test]
fn templates_know_their_expressions() {
    let template = json!({"a": "$url", "b": ["x {$inputs.a}{$method}", 1]});
    let template = Template::parse(&template).unwrap();
    let found = template.expressions();
    let found: Vec<String> = found
        .iter()
        .map(|(at, found)| format!("{at} {found}"))
        .collect();
    assert_eq!(found, ["/a $url", "/b/0 $inputs.a", "/b/0 $method"]);
    assert!(!template.is_plain() && template.expression().is_none());
    assert!(Template::parse(&json!({"a": [1]})).unwrap().is_plain());
    assert!(
        Template::parse(&json!("$url"))
            .unwrap()
            .expression()
            .is_some()
    );
}

#[test]
fn payloads_are_replaced() {
    let payload =
        json!({"pet": {"id": 1, "tags": ["a", "b"]}, "list": [{"n": 1}, {"n": 2}], "a/b": 0});
    let path = ExpressionType::JsonPath { is_goessner: false };
    for (target, kind, value, expected) in [
        (
            "/pet/id",
            None,
            json!("$inputs.id"),
            Ok(("/pet/id", json!(7))),
        ),
        ("/pet/name", None, json!("x"), Ok(("/pet/name", json!("x")))),
        (
            "/pet/tags/0",
            None,
            json!({"a": 1}),
            Ok(("/pet/tags", json!([{"a": 1}, "b"]))),
        ),
        (
            "/pet/tags/-",
            None,
            json!("c"),
            Ok(("/pet/tags", json!(["a", "b", "c"]))),
        ),
        (
            "/pet/tags/2",
            None,
            json!("c"),
            Ok(("/pet/tags", json!(["a", "b", "c"]))),
        ),
        ("/a~1b", None, json!(1), Ok(("/a~1b", json!(1)))),
        ("", None, json!([]), Ok(("", json!([])))),
        (
            "/list/1/n",
            Some(ExpressionType::JsonPointer),
            json!(5),
            Ok(("/list/1/n", json!(5))),
        ),
        (
            "$.list[*].n",
            Some(path.clone()),
            json!(0),
            Ok(("/list", json!([{"n": 0}, {"n": 0}]))),
        ),
        (
            "$..[?@.n == 2]",
            Some(path.clone()),
            json!(0),
            Ok(("/list", json!([{"n": 1}, 0]))),
        ),
        (
            "$..*",
            Some(path.clone()),
            json!(0),
            Ok(("", json!({"pet": 0, "list": 0, "a/b": 0}))),
        ),
        ("$", Some(path.clone()), json!(0), Ok(("", json!(0)))),
        (
            "/pet/tags/3",
            None,
            json!(0),
            Err("no item 3: the array has 2 items"),
        ),
        ("/pets/id", None, json!(0), Err("did you mean `pet`?")),
        (
            "/pet/id/x",
            None,
            json!(0),
            Err("no member `x` in a number"),
        ),
        ("/pet/tags/x", None, json!(0), Err("`x` is no index")),
        (
            "$.none",
            Some(path),
            json!(0),
            Err("finds nothing in the payload"),
        ),
        (
            "/pet/id",
            None,
            json!("$inputs.none.x"),
            Err("no member `x` in null"),
        ),
    ] {
        let value = Template::parse(&value).unwrap();
        let replacement = PayloadReplacement::new(target, kind, value).unwrap();
        let mut found = payload.clone();
        let applied = replacement.apply(&mut found, &Example::new().scope());
        match (applied, expected) {
            (Ok(()), Ok((pointer, value))) => {
                assert_eq!(found.pointer(pointer), Some(&value), "{target}");
            }
            (Err(error), Err(why)) => {
                assert!(error.to_string().contains(why), "{target}: {error}");
                assert_eq!(found, payload);
            }
            (applied, _) => panic!("{target}: {applied:?}"),
        }
    }
}

#[test]
fn payloads_that_are_texts_of_json_are_replaced_inside() {
    let replacement =
        PayloadReplacement::new("/id", None, Template::parse(&json!("$inputs.id")).unwrap())
            .unwrap();
    let mut payload = json!("{\n  \"id\": 1.50, \"a\": 2.50\n}");
    replacement
        .apply(&mut payload, &Example::new().scope())
        .unwrap();
    assert_eq!(payload, json!("{\"id\":7,\"a\":2.50}"));
    let mut payload = json!("<id/>");
    let error = replacement
        .apply(&mut payload, &Example::new().scope())
        .unwrap_err();
    assert!(error.to_string().contains("not JSON"));
}

#[test]
fn targets_must_be_readable() {
    let value = || Template::parse(&json!(1)).unwrap();
    for (target, kind, why) in [
        ("id", None, "it starts with `/`"),
        ("$.id", None, "`targetSelectorType: jsonpath`"),
        (
            "$.",
            Some(ExpressionType::JsonPath { is_goessner: false }),
            "expected a name",
        ),
        (
            "/a",
            Some(ExpressionType::XPath { version: None }),
            "cannot be replaced by `xpath`",
        ),
        (
            "/a",
            Some(ExpressionType::Regex),
            "cannot be replaced by `regex`",
        ),
    ] {
        let error = PayloadReplacement::new(target, kind, value()).unwrap_err();
        assert!(error.to_string().contains(why), "{target}: {error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_is_read_or_refused(text in prop_oneof![".*", scrap()]) {
        match Text::parse(&text) {
            Ok(parsed) => {
                prop_assert_eq!(Text::parse(&parsed.to_string()), Ok(parsed.clone()));
                let _ = parsed.render(&Example::new().scope());
            }
            Err(error) => prop_assert!(text.is_char_boundary(error.offset)),
        }
        if let Ok(template) = Template::parse(&json!([{"a": text}])) {
            let _ = template.render(&Example::new().scope());
        }
    }
}
