//! Methods, media types, negotiation and the form of refusals.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{mock, petstore_spec, request, send, users_spec, with_header};
use crate::http::Response;
use crate::mock::{Server, ServerOptions};
use crate::spec::Spec;

fn json_of(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

fn small(text: &str) -> Arc<Spec> {
    let text = format!("openapi: 3.1.0\ninfo: {{title: Small, version: '1'}}\npaths:\n{text}");
    Arc::new(Spec::from_text("small.yaml", &text).unwrap())
}

#[test]
fn refusals_come_in_the_documents_own_envelope() {
    let server = mock(&users_spec());
    let response = send(&server, &request("GET", "/v2/users/not-a-uuid", None));
    assert_eq!(response.status, 400);
    let body = json_of(&response);
    insta::assert_snapshot!(body["errorMessages"][0]["message"].as_str().unwrap(), @r#"path parameter `userId`: value is not a "uuid" (`format` at `/paths/~1v2~1users~1{userId}/parameters/0/schema/format`)"#);
    assert_eq!(body["errorMessages"][0]["errorCode"], "invalid_request");

    let server = mock(&petstore_spec());
    let response = send(&server, &request("GET", "/pets/0", None));
    let body = json_of(&response);
    assert_eq!(
        (response.status, &body["code"]),
        (400, &json!("invalid_request"))
    );
    assert!(
        body["message"].as_str().unwrap().contains("minimum"),
        "{body}"
    );
}

#[test]
fn refusals_of_documents_without_an_envelope_are_problem_details() {
    let server = mock(&small(
        "  /a:\n    post:\n      operationId: a\n      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [id], properties: {n: {type: integer}}}}}}\n      responses: {'204': {description: ok}}\n",
    ));
    let response = send(&server, &request("POST", "/a", Some(&json!({"n": "x"}))));
    assert_eq!(
        response.header("content-type").as_deref(),
        Some("application/problem+json")
    );
    insta::assert_snapshot!(serde_json::to_string_pretty(&json_of(&response)).unwrap(), @r#"
    {
      "type": "about:blank",
      "title": "invalid request",
      "status": 400,
      "detail": "body: \"id\" is a required property (`required` at `/paths/~1a/post/requestBody/content/application~1json/schema/required`), and 1 more",
      "errors": [
        {
          "input": "body",
          "keyword": "required",
          "instance": "",
          "schema": "/paths/~1a/post/requestBody/content/application~1json/schema/required",
          "detail": "\"id\" is a required property"
        },
        {
          "input": "body",
          "keyword": "type",
          "instance": "/n",
          "schema": "/paths/~1a/post/requestBody/content/application~1json/schema/properties/n/type",
          "detail": "value is not of type \"integer\""
        }
      ]
    }
    "#);
}

#[test]
fn unknown_paths_and_wrong_methods_are_told_apart() {
    let server = mock(&users_spec());
    assert_eq!(
        send(&server, &request("GET", "/v2/nothing", None)).status,
        404
    );
    let response = send(&server, &request("PATCH", "/v2/users", None));
    assert_eq!(response.status, 405);
    assert_eq!(
        response.header("allow").as_deref(),
        Some("POST, GET, HEAD, OPTIONS")
    );
    let response = send(&server, &request("OPTIONS", "/v2/users", None));
    assert_eq!((response.status, response.body.len()), (204, 0));
    assert_eq!(
        response.header("allow").as_deref(),
        Some("POST, GET, HEAD, OPTIONS")
    );
}

#[test]
fn the_most_literal_template_answers() {
    let get = |id: &str| {
        format!(
            "    get: {{operationId: {id}, responses: {{'200': {{description: ok, content: {{text/plain: {{schema: {{const: {id}}}, example: {id}}}}}}}}}}}\n"
        )
    };
    let server = mock(&small(&format!(
        "  /a/{{x}}:\n{}  /a/me:\n{}  /a/{{x}}/b:\n{}  /{{y}}/{{x}}/b:\n{}",
        get("one"),
        get("two"),
        get("three"),
        get("four")
    )));
    for (path, expected) in [
        ("/a/1", "one"),
        ("/a/me", "two"),
        ("/a/me/b", "three"),
        ("/c/d/b", "four"),
    ] {
        assert_eq!(
            send(&server, &request("GET", path, None)).body,
            expected,
            "{path}"
        );
    }
}

#[test]
fn bodies_are_refused_by_what_is_wrong_with_them() {
    let server = mock(&users_spec());
    let post = |content_type: Option<&str>, body: Option<&str>| {
        let mut request = request("POST", "/v2/users", None);
        if let Some(content_type) = content_type {
            request = with_header(request, "content-type", content_type);
        }
        request.body = body.map(|body| body.to_owned().into());
        send(&server, &request).status
    };
    let json = Some("application/json");
    assert_eq!(post(json, Some(r#"{"persona": "GUEST"}"#)), 201);
    assert_eq!(
        post(
            Some("Application/JSON; charset=utf-8"),
            Some(r#"{"persona": "GUEST"}"#)
        ),
        201
    );
    assert_eq!(post(json, Some("{}")), 400);
    assert_eq!(post(json, Some(r#"{"persona": "#)), 400);
    assert_eq!(post(json, Some("")), 400);
    assert_eq!(post(None, None), 400);
    assert_eq!(post(None, Some("{}")), 415);
    assert_eq!(post(Some("text/plain"), Some("{}")), 415);
    assert_eq!(post(Some("application json"), Some("{}")), 415);
}

#[test]
fn a_body_that_is_too_long_is_not_read() {
    let options = ServerOptions {
        max_body: 10,
        ..ServerOptions::default()
    };
    let server = Server::new(users_spec(), options);
    let response = send(
        &server,
        &request("POST", "/v2/users", Some(&json!({"persona": "GUEST"}))),
    );
    assert_eq!(response.status, 413);
}

#[test]
fn accept_is_honoured_and_refused_only_when_nothing_fits() {
    let server = mock(&petstore_spec());
    let get = |accept: &str| {
        let request = with_header(request("GET", "/pets/12", None), "accept", accept);
        send(&server, &request).status
    };
    assert_eq!(get("application/json"), 200);
    assert_eq!(get("text/html, */*;q=0.1"), 200);
    assert_eq!(get("text/html"), 406);
    // Nothing is sent, so nothing has to be accepted.
    let delete = with_header(request("DELETE", "/pets/12", None), "accept", "text/html");
    assert_eq!(send(&server, &delete).status, 204);
}

#[test]
fn head_is_get_without_the_content() {
    let server = mock(&petstore_spec());
    let get = send(&server, &request("GET", "/pets/12", None));
    let head = send(&server, &request("HEAD", "/pets/12", None));
    assert_eq!((get.status, &get.headers), (head.status, &head.headers));
    assert!(head.body.is_empty() && !get.body.is_empty());
}

#[test]
fn preferences_choose_status_example_and_generation() {
    let server = mock(&petstore_spec());
    let get = |prefer: &str| {
        let request = with_header(request("GET", "/pets/12", None), "prefer", prefer);
        let response = send(&server, &request);
        (
            response.status,
            response.header("preference-applied"),
            json_of(&response),
        )
    };
    let (status, applied, pet) = get("example=cat");
    assert_eq!(
        (status, applied.as_deref(), &pet["name"]),
        (200, Some("example=cat"), &json!("Pixel"))
    );
    let (status, applied, error) = get("code=404");
    assert_eq!((status, applied.as_deref()), (404, Some("code=404")));
    assert!(error["message"].is_string());
    let (status, applied, _) = get("dynamic=true");
    assert_eq!((status, applied.as_deref()), (200, Some("dynamic=true")));
    // What cannot be met is ignored.
    assert_eq!(get("code=418, example=nothing").1, None);
}
