//! What expressions are in the example scope.

use serde_json::Value;

use super::super::super::example::Example;
use super::super::super::{Expression, Scope};
use crate::http::Response;

/// A value as JSON text, or what is said of a missing part or of something unknown.
enum Expected {
    Json(&'static str),
    Part(&'static str),
    Unknown(&'static str),
}
use Expected::{Json, Part, Unknown};

fn hold(scope: &Scope<'_>, rows: &[(&str, Expected)]) {
    for (text, expected) in rows {
        let expression = Expression::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(expression.to_string(), *text);
        match (expression.evaluate(scope), expected) {
            (Ok(value), Json(json)) => {
                let expected: Value = serde_json::from_str(json).unwrap();
                assert_eq!(*value, expected, "{text}");
            }
            (Err(error), Part(why)) => {
                assert!(
                    error.is_absent_part && error.why.contains(why),
                    "{text}: {error}"
                );
            }
            (Err(error), Unknown(why)) => {
                assert!(
                    !error.is_absent_part && error.why.contains(why),
                    "{text}: {error}"
                );
            }
            (found, _) => panic!("{text}: {found:?}"),
        }
    }
}

#[test]
fn calls_have_values() {
    hold(
        &Example::new().scope(),
        &[
            ("$url", Json("\"http://localhost/pets/7?limit=5\"")),
            ("$method", Json("\"POST\"")),
            ("$statusCode", Json("201")),
            ("$self", Json("\"https://example.com/pets.arazzo.yaml\"")),
            ("$request.header.accept", Json("\"application/json\"")),
            ("$request.header.Content-Type", Json("\"application/json\"")),
            (
                "$request.header.X-Missing",
                Part("no header field `X-Missing`"),
            ),
            ("$request.header.Accepts", Part("did you mean `Accept`?")),
            ("$request.query.limit", Json("\"5\"")),
            ("$request.query.tag", Json("[\"a\", \"b c\"]")),
            ("$request.query.odd.name", Json("\"1\"")),
            ("$request.query.Limit", Part("did you mean `limit`?")),
            ("$request.path.id", Json("7")),
            ("$request.path.ID", Part("no path parameter `ID`")),
            (
                "$request.body",
                Json("{\"user\": {\"uuid\": \"u-1\"}, \"total\": 12345678901234567890.10}"),
            ),
            ("$request.body#/user/uuid", Json("\"u-1\"")),
            ("$request.body#/total", Json("12345678901234567890.10")),
            ("$request.body.user.uuid", Json("\"u-1\"")),
            ("$request.body#/user/id", Part("no member `id`")),
            ("$response.header.x-count", Json("\"5\"")),
            ("$response.header.ETAG", Json("\"\\\"v1\\\"\"")),
            ("$response.header.Sever", Part("no header field `Sever`")),
            (
                "$response.query.limit",
                Unknown("did you mean `$request.query.limit`?"),
            ),
            (
                "$response.path.id",
                Unknown("did you mean `$request.path.id`?"),
            ),
        ],
    );
}

#[test]
fn bodies_are_entered() {
    hold(
        &Example::new().scope(),
        &[
            ("$response.body#/id", Json("42")),
            ("$response.body#/big", Json("9007199254740993")),
            ("$response.body#/exact", Json("0.10")),
            ("$response.body#/nothing", Json("null")),
            ("$response.body#/items/0/id", Json("\"a1\"")),
            ("$response.body#/items/1/tags", Json("[]")),
            (
                "$response.body#/items/2",
                Part("no item 2: the array has 2 items"),
            ),
            ("$response.body#/items/01", Part("`01` is no index")),
            ("$response.body#/items/-", Part("`-` is no index")),
            (
                "$response.body#/items/99999999999999999999999",
                Part("no item 99999999999999999999999"),
            ),
            ("$response.body#/a~1b", Json("1")),
            ("$response.body#/m~0n", Json("2")),
            ("$response.body#/first name", Json("\"Ann\"")),
            ("$response.body#/", Json("\"blank\"")),
            ("$response.body#/é", Json("\"ü\"")),
            (
                "$response.body#/id/more",
                Part("no member `more` in a number"),
            ),
            ("$response.body#/statu", Part("did you mean `status`?")),
            ("$response.body.items[0].price", Json("8.95")),
            ("$response.body.items[1].id", Json("\"b2\"")),
            ("$response.body.items.1.id", Json("\"b2\"")),
            ("$response.body['first name']", Json("\"Ann\"")),
            ("$response.body['a/b']", Json("1")),
            ("$response.body.nested.deep.deeper[0][1]", Json("2")),
            ("$response.body.nested#/deep/deeper/1/0", Json("3")),
            ("$response.body.items.length", Part("can count")),
            ("$response.body[0]", Part("no item 0 in an object")),
            ("$response.body.yes.no", Part("no member `no` in a boolean")),
        ],
    );
}

#[test]
fn workflows_have_values() {
    hold(
        &Example::new().scope(),
        &[
            ("$inputs.id", Json("7")),
            ("$inputs.flag", Json("true")),
            ("$inputs.none", Json("null")),
            ("$inputs.x-api-key", Json("\"k\"")),
            ("$inputs.größe", Json("3")),
            ("$inputs.list", Json("[1, [2, 3]]")),
            ("$inputs.list#/1/0", Json("2")),
            ("$inputs.list[1][1]", Json("3")),
            ("$inputs.list[1]#/0", Json("2")),
            ("$inputs.customer.id", Json("\"whole\"")),
            ("$inputs.customer#/id", Json("\"part\"")),
            ("$inputs.customer.name", Json("\"Ann\"")),
            ("$inputs.customer['a.b']", Json("1")),
            ("$inputs.customer.phone", Part("no member `phone`")),
            ("$inputs.nmae", Part("did you mean `name`?")),
            ("$inputs.Id", Part("no input `Id`")),
            ("$outputs.total", Json("3")),
            ("$outputs.pets#/0/id", Json("9")),
            (
                "$outputs.bar",
                Part("no output `bar`: known: `total`, `pets`"),
            ),
            ("$steps.login.outputs.token", Json("\"T\"")),
            ("$steps.login.outputs.pets#/0/id", Json("1")),
            ("$steps.login.outputs.pets[1].id", Json("2")),
            (
                "$steps.login.outputs.pets#/1/name",
                Part("no member `name`"),
            ),
            ("$steps.login.outputs.tokens", Part("did you mean `token`?")),
            ("$steps.get.pet.outputs.v1.0", Json("\"dotted\"")),
            ("$steps.browser-authorize.outputs.code", Json("5")),
            (
                "$steps.logni.outputs.token",
                Unknown("step `logni` has not run: did you mean `login`?"),
            ),
            ("$workflows.other.inputs.a", Json("1")),
            ("$workflows.other.outputs.mapped#/name", Json("\"m\"")),
            ("$workflows.other.outputs.mapped.name", Json("\"m\"")),
            (
                "$workflows.none.outputs.a",
                Unknown("workflow `none` has not run"),
            ),
            ("$workflows.other.steps.one", Unknown("a step has no value")),
            (
                "$sourceDescriptions.petstore.url",
                Json("\"https://example.com/pets.yaml\""),
            ),
            ("$sourceDescriptions.petstore.type", Json("\"openapi\"")),
            (
                "$sourceDescriptions.petstore.getPetById",
                Unknown("`getPetById` is no field"),
            ),
            (
                "$sourceDescriptions.pets.url",
                Unknown("did you mean `petstore`?"),
            ),
            (
                "$components.parameters.page.size",
                Json("{\"name\": \"size\", \"value\": 1}"),
            ),
            ("$components.inputs.paging", Json("{\"type\": \"object\"}")),
            (
                "$components.successActions.stop",
                Json("{\"type\": \"end\"}"),
            ),
            (
                "$components.failureActions.again",
                Json("{\"type\": \"retry\"}"),
            ),
            (
                "$components.failureActions.stop",
                Unknown("not among the components `failureActions`"),
            ),
        ],
    );
}

#[test]
fn an_empty_scope_has_no_values() {
    hold(
        &Scope::default(),
        &[
            ("$url", Unknown("no request")),
            ("$method", Unknown("no request")),
            ("$statusCode", Unknown("no request")),
            ("$self", Unknown("no `$self`")),
            ("$response.body", Unknown("no request")),
            ("$inputs.a", Unknown("no inputs")),
            ("$outputs.a", Unknown("no outputs")),
            ("$steps.a.outputs.b", Unknown("has not run")),
            ("$workflows.a.outputs.b", Unknown("has not run")),
            ("$sourceDescriptions.a.url", Unknown("not declared")),
            ("$components.parameters.a", Unknown("not among")),
        ],
    );
}

#[test]
fn bodies_that_are_not_json_are_strings() {
    let example = Example::answered(&Response::new(500).with_body("text/html", "<h1>Oops</h1>"));
    hold(
        &example.scope(),
        &[
            ("$response.body", Json("\"<h1>Oops</h1>\"")),
            ("$response.body#", Json("\"<h1>Oops</h1>\"")),
            ("$response.body#/id", Unknown("is not JSON")),
            ("$response.body.id", Unknown("is not JSON")),
        ],
    );
    let example = Example::answered(&Response::new(200).with_body("application/json", "{\"id\": "));
    hold(
        &example.scope(),
        &[
            ("$response.body", Json("\"{\\\"id\\\": \"")),
            ("$response.body#/id", Unknown("cannot be read as JSON: EOF")),
        ],
    );
    let example = Example::answered(&Response::new(204));
    hold(
        &example.scope(),
        &[
            ("$response.body", Part("has no body")),
            ("$response.body#/id", Part("has no body")),
            ("$statusCode", Json("204")),
        ],
    );
}

#[test]
fn a_call_without_a_response_has_only_a_request() {
    let call = super::super::Call {
        method: "GET".to_owned(),
        ..Default::default()
    };
    let scope = Scope {
        call: Some(&call),
        ..Scope::default()
    };
    hold(
        &scope,
        &[
            ("$method", Json("\"GET\"")),
            ("$statusCode", Unknown("no response came")),
            ("$response.header.a", Unknown("no response came")),
            ("$request.body", Part("has no body")),
        ],
    );
    assert_eq!(
        Expression::parse("$statusCode")
            .unwrap()
            .evaluate(&scope)
            .unwrap_err()
            .to_string(),
        "`$statusCode` has no value: no response came"
    );
}
