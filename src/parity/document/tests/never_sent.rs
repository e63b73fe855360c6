//! What the documents say and nobody sends, or what they say in other words.

use serde_json::{Value, json};

use super::{compared, told};
use crate::parity::document::{Comparison, Limits, compare};
use crate::spec::Spec;

/// A document with this operation at `POST /things/{id}`.
fn with(operation: &Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
            "post": operation,
        }},
    })
}

/// What is told of a change, and of the change back.
fn both_ways(old: &Value, new: &Value) -> [Vec<String>; 2] {
    let (old, new) = (old.to_string(), new.to_string());
    [(&old, &new), (&new, &old)].map(|(old, new)| told(&compared(old, new)))
}

fn answering(content: &Value) -> Value {
    with(
        &json!({"operationId": "make", "responses": {"200": {"description": "D", "content": content}}}),
    )
}

#[test]
fn nothing_comes_under_head() {
    let under = |method: &str, answer: Value| {
        let mut document = with(&json!({"responses": {"200": {"description": "D"}}}));
        document["paths"]["/things/{id}"][method] = json!({"responses": {"200": answer}});
        document
    };
    let text = |schema: Value| json!({"description": "D", "content": {"application/json": {"schema": schema}}});
    for method in ["head", "get"] {
        let found = both_ways(
            &under(method, text(json!({"type": "string"}))),
            &under(method, text(json!({"type": "integer"}))),
        );
        assert_eq!(found[0].is_empty(), method == "head", "{method} {found:?}");
        let found = both_ways(
            &under(method, text(json!({}))),
            &under(method, json!({"description": "D"})),
        );
        assert_eq!(found[0].is_empty(), method == "head", "{method} {found:?}");
    }
}

#[test]
fn bytes_and_texts_are_no_objects_whatever_the_schema_leaves_open() {
    for (media, is_same) in [
        ("image/png", true),
        ("application/octet-stream", true),
        ("text/csv", true),
        ("text/plain; charset=utf-8", true),
        ("application/json", false),
        ("application/yaml", false),
        ("text/*", false),
    ] {
        let found = both_ways(
            &answering(&json!({media: {"schema": {"type": "string"}}})),
            &answering(&json!({media: {}})),
        );
        assert_eq!(found[0].is_empty(), is_same, "{media} {found:?}");
        assert_eq!(found[1].is_empty(), is_same, "{media} {found:?}");
    }
    let found = both_ways(
        &answering(&json!({"text/csv": {"schema": {"type": "string", "maxLength": 5}}})),
        &answering(&json!({"text/csv": {}})),
    );
    assert_eq!(found[0], ["response breaking length-changed"]);
}

#[test]
fn an_encoding_of_what_no_schema_has_says_nothing() {
    let sending = |name: &str| {
        let media = json!({
            "schema": {"type": "object", "properties": {"a": {"type": "string"}}},
            "encoding": {name: {"contentType": "application/xml"}},
        });
        with(&json!({
            "requestBody": {"content": {"multipart/form-data": media}},
            "responses": {"200": {"description": "D"}},
        }))
    };
    let plain = {
        let mut document = sending("a");
        let media = "/paths/~1things~1{id}/post/requestBody/content/multipart~1form-data";
        let media = document.pointer_mut(media).unwrap().as_object_mut();
        media.unwrap().shift_remove("encoding");
        document
    };
    assert_eq!(both_ways(&plain, &sending("zzz")), [[""; 0]; 2]);
    assert_eq!(
        both_ways(&plain, &sending("a"))[0],
        ["request breaking encoding-changed"]
    );
}

#[test]
fn parts_of_answers_are_the_servers_to_send() {
    let answer = |types: &str| {
        answering(&json!({"multipart/mixed": {
            "schema": {"type": "object", "properties": {"a": {"type": "string", "format": "binary"}}},
            "encoding": {"a": {"contentType": types}},
        }}))
    };
    let found = both_ways(&answer("image/png"), &answer("image/png, image/jpeg"));
    assert_eq!(found[0], ["response breaking encoding-changed"]);
    assert_eq!(found[1], ["response compatible encoding-changed"]);
}

#[test]
fn a_range_in_place_of_a_media_type_leaves_open_what_comes() {
    let answer = |name: &str| answering(&json!({name: {"schema": {"type": "string"}}}));
    let plain = answer("application/json");
    assert_eq!(
        both_ways(&plain, &answer("*/*"))[0][1],
        "response unclear media-type-removed"
    );
    assert_eq!(
        both_ways(&plain, &answer("application/json; charset=utf-8"))[0],
        [""; 0]
    );
}

#[test]
fn a_parameter_that_is_sent_elsewhere_is_not_where_it_was() {
    let taking = |places: &[&str]| {
        let parameters: Vec<Value> = places
            .iter()
            .map(|place| json!({"name": "a", "in": place, "schema": {}}))
            .collect();
        with(&json!({"parameters": parameters, "responses": {"200": {"description": "D"}}}))
    };
    let found = both_ways(&taking(&["query"]), &taking(&["header"]));
    assert_eq!(
        found[0],
        [
            "request breaking parameter-removed",
            "request compatible parameter-added"
        ]
    );
    let found = both_ways(&taking(&["query", "header"]), &taking(&["header"]));
    assert_eq!(found[0], ["request unclear parameter-removed"]);
}

#[test]
fn what_is_called_back_for_a_callback_is_compared() {
    let twice = |schema: &Value| {
        let answers = json!({"204": {"description": "D"}});
        let content = json!({"application/json": {"schema": schema}});
        let inner = json!({"post": {"requestBody": {"required": true, "content": content}, "responses": answers}});
        let outer = json!({"post": {"responses": answers, "callbacks": {"again": {"{$request.body#/back}": inner}}}});
        with(&json!({"responses": answers, "callbacks": {"done": {"{$request.body#/url}": outer}}}))
    };
    let found = both_ways(
        &twice(&json!({"type": "object"})),
        &twice(&json!({"type": "object", "required": ["a"]})),
    );
    // The client sends it.
    assert_eq!(found[0], ["request breaking property-became-required /a"]);
    assert_eq!(found[1], ["request compatible property-became-optional /a"]);
}

#[test]
fn links_may_say_where_a_parameter_travels() {
    let leading = |name: &str| {
        with(&json!({"operationId": "make", "responses": {"200": {
            "description": "D",
            "links": {"self": {"operationId": "make", "parameters": {name: "$response.body#/id"}}},
        }}}))
    };
    assert_eq!(both_ways(&leading("id"), &leading("path.id")), [[""; 0]; 2]);
    assert_eq!(
        both_ways(&leading("id"), &leading("query.id"))[0],
        ["response unclear link-changed"]
    );
}

#[test]
fn a_server_may_name_the_port_that_is_meant_anyway() {
    let at = |url: &str| {
        let mut document = with(&json!({"responses": {"200": {"description": "D"}}}));
        document["servers"] = json!([{"url": url}]);
        document
    };
    for (one, other, is_same) in [
        ("https://a.example", "https://a.example:443/", true),
        ("http://a.example/v1", "http://a.example:80/v1", true),
        ("https://a.example", "https://a.example:80", false),
        ("https://a.example/:443", "https://a.example/", false),
    ] {
        let found = both_ways(&at(one), &at(other));
        assert_eq!(found[0].is_empty(), is_same, "{one} {other} {found:?}");
    }
}

/// Documents with errors, which the other tests refuse.
fn open(old: &Value, new: &Value) -> Comparison {
    let [old, new] = [old, new].map(|document| Spec::from_text("a.json", &document.to_string()));
    compare(&old.unwrap(), &new.unwrap(), Limits::default())
}

#[test]
fn what_may_be_an_operation_and_cannot_be_read_leaves_it_open() {
    let plain = with(&json!({"responses": {"200": {"description": "D"}}}));
    let asking = |description: &str| {
        let mut document = plain.clone();
        document["paths"]["/things/{id}"]["query"] =
            json!({"responses": {"200": {"description": description}}});
        document
    };
    assert!(open(&plain, &asking("D")).is_open());
    assert!(open(&asking("D"), &plain).is_open());
    assert!(open(&asking("D"), &asking("E")).is_open());
    assert!(!open(&asking("D"), &asking("D")).is_open());
}
