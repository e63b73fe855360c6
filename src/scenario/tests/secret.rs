//! Credentials of steps (`x-security`), and that no secret is told.

use serde_json::json;

use super::play;

const LOGIN: &str = "
- workflowId: w
  inputs: {type: object, properties: {password: {type: string, format: password}}}
  steps:
  - stepId: login
    operationId: login
    requestBody: {payload: {password: $inputs.password}}
    outputs: {token: $response.body#/token}
  - stepId: account
    operationId: getAccount
    x-security:
    - schemeName: $sourceDescriptions.api.bearer
      values: {token: $steps.login.outputs.token}
  - stepId: echo
    operationId: addPet
    requestBody: {payload: {name: '{$steps.login.outputs.token}', kind: cat}}
    outputs: {token: $response.body#/token}
    successCriteria: [{condition: $response.body#/token == 'x'}]
";

#[test]
fn a_token_of_an_earlier_step_is_used_and_never_told() {
    let played = play(
        LOGIN,
        &[
            "200 {\"token\":\"top-secret-1\"}",
            "200",
            "201 {\"token\":\"top-secret-1\"}",
        ],
    )
    .with_input("password", json!("hunter2-hunter2"))
    .with_token("target-secret")
    .run();
    insta::assert_snapshot!(played.requests(), @r#"
    POST /login Content-Type=application/json {"password":"hunter2-hunter2"}
    GET /account Authorization=Bearer top-secret-1
    POST /pets Content-Type=application/json {"name":"top-secret-1","kind":"cat"}
    "#);
    let told = serde_json::to_string(&played.summary).unwrap();
    for secret in ["top-secret-1", "hunter2-hunter2", "target-secret"] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
    insta::assert_snapshot!(played.story(), @r#"
    w: failed, step `echo`: `$response.body#/token == 'x'` does not hold
      login POST /login 200, {"token":"***"}
      account GET /account 200,
      echo POST /pets 201, failed `$response.body#/token == 'x'` does not hold {"token":"***"}
    warning[PM107] status 201 has a body, the document declares none
    error[PM310] step `echo` of `w`: `$response.body#/token == 'x'` does not hold
    warning[PM107] status 2XX has a body, the document declares none
    "#);
}

#[test]
fn credentials_are_put_where_their_scheme_says() {
    let rows = [
        (
            "getAccount",
            "{schemeName: bearer, values: {token: secret-1}}",
            "GET /account Authorization=Bearer secret-1",
        ),
        (
            "getAccount",
            "{schemeName: $sourceDescriptions.api.bearer, values: {token: secret-1}}",
            "GET /account Authorization=Bearer secret-1",
        ),
        (
            "getStock",
            "{schemeName: key, values: {apiKey: secret-1}}",
            "GET /stock?key=secret-1",
        ),
        (
            "listPets",
            "{scheme: {type: http, scheme: basic}, values: {username: alice, password: secret-1}}",
            "GET /pets Authorization=Basic YWxpY2U6c2VjcmV0LTE=",
        ),
        (
            "listPets",
            "{scheme: {type: apiKey, in: header, name: X-Key}, values: {apiKey: secret-1}}",
            "GET /pets X-Key=secret-1",
        ),
        (
            "listPets",
            "{scheme: {type: apiKey, in: cookie, name: sid}, values: {apiKey: secret-1}}",
            "GET /pets Cookie=sid=secret-1",
        ),
        (
            "listPets",
            "{scheme: {type: apiKey, in: query, name: 'a b'}, values: {apiKey: 'odd&key'}}",
            "GET /pets?a%20b=odd%26key",
        ),
        (
            "listPets",
            "{scheme: {type: oauth2}, values: {accessToken: secret-1}}",
            "GET /pets Authorization=Bearer secret-1",
        ),
        (
            "getAccount",
            "{scheme: {type: http, scheme: bearer}, values: {token: secret-1}}",
            "GET /account Authorization=Bearer secret-1",
        ),
    ];
    for (operation, security, expected) in rows {
        let odd = security.contains("odd");
        let secret = if odd { "odd&key" } else { "secret-1" };
        let play = super::steps(
            &format!("  - {{stepId: s, operationId: {operation}, x-security: [{security}]}}"),
            &[&format!("200 x-echo={secret} {{\"echo\":\"{secret}\"}}")],
        );
        let played = play.run();
        assert_eq!(
            played.requests(),
            expected,
            "{security}: {}",
            played.story()
        );
        let told = serde_json::to_string(&played.summary).unwrap();
        for secret in ["secret-1", "YWxpY2U6c2VjcmV0LTE", "odd&key", "odd%26key"] {
            assert!(!told.contains(secret), "{security}: {told}");
        }
    }
}

#[test]
fn credentials_of_the_workflow_count_for_steps_without_their_own() {
    let played = play(
        "
- workflowId: w
  inputs: {type: object, properties: {token: {type: string, format: password}}}
  x-security: [{schemeName: bearer, values: {token: $inputs.token}}]
  steps:
  - {stepId: a, operationId: getAccount}
  - {stepId: b, operationId: getAccount, x-security: [{schemeName: bearer, values: {token: own}}]}
  - {stepId: c, operationId: listPets}
",
        &["200"],
    )
    .with_token("target-secret");
    // Without a value, the target's own is taken.
    insta::assert_snapshot!(played.run().requests(), @r"
    GET /account Authorization=Bearer target-secret
    GET /account Authorization=Bearer own
    GET /pets
    ");
    let played = played.with_input("token", json!("given-secret"));
    insta::assert_snapshot!(played.run().requests(), @r"
    GET /account Authorization=Bearer given-secret
    GET /account Authorization=Bearer own
    GET /pets
    ");
}

#[test]
fn a_secret_that_is_handed_to_a_called_workflow_stays_one() {
    let played = play(
        "
- workflowId: outer
  steps:
  - {stepId: login, operationId: login, outputs: {token: $response.body#/token}}
  - {stepId: call, workflowId: inner, parameters: [{name: token, value: $steps.login.outputs.token}]}
- workflowId: inner
  inputs: {type: object, properties: {token: {type: string, format: password}}}
  x-security: [{schemeName: bearer, values: {token: $inputs.token}}]
  steps:
  - {stepId: a, operationId: getAccount}
",
        &["200 {\"token\":\"top-secret-1\"}", "200"],
    )
    .run();
    assert!(played.requests().contains("Bearer top-secret-1"));
    let told = serde_json::to_string(&played.summary).unwrap();
    assert!(!told.contains("top-secret-1"), "{told}");
}

#[test]
fn credentials_in_header_parameters_and_nested_passwords_are_masked() {
    let played = play(
        "
- workflowId: w
  inputs: {type: object, properties: {c: {type: object, properties: {pw: {type: string, format: password}}}}}
  steps:
  - {stepId: login, operationId: login, outputs: {tok: $response.body#/token}}
  - stepId: use
    operationId: listPets
    parameters:
    - {name: Authorization, in: header, value: 'Bearer {$steps.login.outputs.tok}'}
    - {name: X-Api-Key, in: header, value: key-4711-plain}
    - {name: q, in: query, value: '{$inputs.c.pw}'}
",
        &["200 {\"token\":\"captured-token-99\"}", "200"],
    )
    .with_input("c", json!({"pw": "nested-password-7"}))
    .run();
    insta::assert_snapshot!(played.requests(), @r"
    POST /login
    GET /pets?q=nested-password-7 Authorization=Bearer captured-token-99 X-Api-Key=key-4711-plain
    ");
    let told = serde_json::to_string(&played.summary).unwrap();
    for secret in ["captured-token-99", "key-4711-plain", "nested-password-7"] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
}

#[test]
fn credentials_that_cannot_be_right_are_told_with_their_place() {
    let play = play(
        "
- workflowId: w
  inputs: {type: object, properties: {token: {type: string, default: 'Bearer abc'}}}
  x-security: [{schemeName: bearer, values: {token: $inputs.token}}]
  steps:
  - {stepId: a, operationId: getAccount}
  - {stepId: b, operationId: getAccount, x-security: [{schemeName: bearer, values: {token: ''}}]}
  - {stepId: c, operationId: getAccount, x-security: [{scheme: {type: http, scheme: basic}, values: {username: ann, password: \"a\\nb\"}}]}
  - {stepId: d, operationId: getAccount, x-security: [{scheme: {type: apiKey, in: header, name: X-Key}, values: {apiKey: \"ab \"}}]}
  - {stepId: e, operationId: getAccount, x-security: [{schemeName: bearer, values: {token: $steps.a.outputs.token}}]}
  - {stepId: f, operationId: getAccount, x-security: [{schemeName: bearer, values: {token: ''}}], successCriteria: [{condition: $statusCode == 401}]}
",
        &["200"],
    );
    let suite = play.suite();
    let planned = suite
        .plan(&play.selection, &play.given, play.options.seed)
        .unwrap_or_default();
    let found = suite.flawed_credentials(&planned, jiff::Timestamp::UNIX_EPOCH);
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(play.clean(&lines.join("\n")), @"");
}
