//! How runs end: unreachable, unauthorized, stopped, empty; and that they are the same every time.

use std::time::Duration;

use super::{play, steps};
use crate::probe::Ended;

const THREE: &str = "
- {workflowId: v, steps: [{stepId: a, operationId: getAccount}, {stepId: b, operationId: getAccount, x-proofmark-always: true}]}
- {workflowId: w, steps: [{stepId: a, operationId: getAccount}]}
";

#[test]
fn a_server_that_cannot_be_reached_ends_the_run() {
    let played = play(THREE, &["unreachable"]).run();
    insta::assert_snapshot!(played.story(), @r#"
    v: failed, step `a`: no connection: refused
      a GET /account, failed [PM901] no connection: refused
      b not-reached step `a`: no connection: refused
    w: not-reached, the server cannot be reached: refused
      a not-reached the server cannot be reached: refused
    [PM901] refused
    Unreachable("refused")
    "#);
    assert_eq!(played.sent.len(), 1);
    assert_eq!(played.summary.exit_code, 3);
}

#[test]
fn a_server_that_goes_away_ends_the_run_as_inconclusive() {
    let play = steps(
        "
  - {stepId: a, operationId: listPets}
  - {stepId: b, operationId: listPets, onFailure: [{name: poll, type: retry, retryAfter: 100, retryLimit: 5}]}
  - {stepId: c, operationId: listPets}
",
        &["200", "unreachable"],
    );
    let played = play.run();
    insta::assert_snapshot!(played.story(), @r#"
    w: failed, step `b`: no connection: refused
      a GET /pets 200,
      b GET /pets, failed [PM901] no connection: refused
      c not-reached step `b`: no connection: refused
    [PM901] refused
    Unreachable("refused")
    "#);
    assert_eq!(played.summary.exit_code, 3);
}

#[test]
fn a_connection_that_breaks_is_a_failure_of_the_step() {
    let played = steps("  - {stepId: a, operationId: listPets}", &["closed"]).run();
    insta::assert_snapshot!(played.story(), @r"
    w: failed, step `a`: the connection was closed before an answer came
      a GET /pets, failed the connection was closed before an answer came
    error[PM611] the connection was closed before an answer came
    ");
    assert_eq!(played.summary.exit_code, 1);
}

#[test]
fn when_nothing_but_refusals_came_the_credentials_are_wrong() {
    let played = play(THREE, &["401"]).with_token("wrong-token").run();
    insta::assert_snapshot!(played.story(), @r#"
    v: failed, step `a`: `the answer is a documented 2xx` does not hold
      a GET /account 401, failed [PM902] `the answer is a documented 2xx` does not hold
      b not-reached step `a`: `the answer is a documented 2xx` does not hold
    w: not-reached, the target refused the credentials
      a not-reached the target refused the credentials
    warning[PM602] 401 without the `WWW-Authenticate` header field
    [PM902] the target refused the credential from the target: step `a` (getAccount) was answered 401, and nothing more was sent
    Unauthorized("the target refused the credential from the target: step `a` (getAccount) was answered 401, and nothing more was sent")
    "#);
    assert!(matches!(played.ended, Ended::Unauthorized(_)));
    assert_eq!(played.summary.exit_code, 3);
}

#[test]
fn refusals_that_are_asked_for_are_no_obstacle() {
    let played = steps(
        "  - {stepId: a, operationId: getAccount, successCriteria: [{condition: $statusCode == 401}]}",
        &["401"],
    )
    .run();
    assert_eq!(played.ended, Ended::Completed);
    assert_eq!(played.summary.exit_code, 0);
}

#[test]
fn a_run_may_take_so_long_and_no_longer() {
    let play = steps(
        "  - {stepId: a, operationId: listPets, onFailure: [{name: poll, type: retry, retryAfter: 100, retryLimit: 5}]}",
        &["404"],
    );
    let told = play.with_most_time(Duration::from_millis(60)).told();
    insta::assert_snapshot!(told, @r#"
    w: failed, step `a`: `the answer is a documented 2xx` does not hold
      a GET /pets 404, failed `the answer is a documented 2xx` does not hold
    error[PM310] step `a` of `w`: `the answer is a documented 2xx` does not hold
    Stopped("the time was up after 60ms")
    "#);
}

#[test]
fn equal_seeds_give_equal_summaries() {
    let play = |seed| {
        let play = play(
            "
- workflowId: w
  inputs: {type: object, properties: {name: {type: string, minLength: 3, maxLength: 8}}}
  x-proofmark-generate: [name]
  steps:
  - stepId: a
    operationId: addPet
    requestBody: {x-proofmark-generate: {}, payload: {name: $inputs.name}}
    onFailure: [{name: again, type: retry, retryLimit: 2}]
  - {stepId: b, operationId: addPet, requestBody: {x-proofmark-generate: {mode: invalid}}}
  - {stepId: c, workflowId: v}
- workflowId: v
  steps: [{stepId: a, operationId: addPet, requestBody: {x-proofmark-generate: {}}}]
",
            &["409", "201", "400", "201"],
        );
        let play = play.seeded(seed);
        let summary = play.run().summary;
        let mut told = serde_json::to_value(&summary).unwrap();
        told.as_object_mut().unwrap().shift_remove("timing");
        play.clean(&told.to_string())
    };
    assert_eq!(play(1), play(1));
    assert_ne!(play(1), play(2));
}

#[test]
fn a_credential_that_is_refused_at_first_ends_the_run() {
    let two = "
- workflowId: v
  steps:
  - {stepId: open, operationId: listPets}
  - {stepId: a, operationId: getAccount}
  - {stepId: b, operationId: getAccount}
  - {stepId: c, operationId: listPets, x-proofmark-always: true}
- workflowId: w
  steps: [{stepId: a, operationId: listPets}]
";
    let played = play(two, &["200", "401"]).with_token("wrong-token").run();
    insta::assert_snapshot!(played.story(), @r#"
    v: failed, step `a`: `the answer is a documented 2xx` does not hold
      open GET /pets 200,
      a GET /account 401, failed [PM902] `the answer is a documented 2xx` does not hold
      b not-reached step `a`: `the answer is a documented 2xx` does not hold
      c not-reached step `a`: `the answer is a documented 2xx` does not hold
    w: not-reached, the target refused the credentials
      a not-reached the target refused the credentials
    warning[PM602] 401 without the `WWW-Authenticate` header field
    [PM902] the target refused the credential from the target: step `a` (getAccount) was answered 401, and nothing more was sent
    Unauthorized("the target refused the credential from the target: step `a` (getAccount) was answered 401, and nothing more was sent")
    "#);
    assert_eq!(played.summary.exit_code, 3);
    // One that was taken before is not wrong: the server is.
    let played = play(two, &["200", "200", "401"]).with_token("token").run();
    assert_eq!(played.ended, Ended::Completed);
    assert_eq!(played.summary.exit_code, 1);
}

#[test]
fn a_401_is_no_obstacle_where_it_is_asked_for_or_the_token_is_an_answer() {
    let wanted = [
        "{stepId: a, operationId: getAccount, successCriteria: [{condition: $statusCode == 401}]}",
        "{stepId: a, operationId: getAccount, onFailure: [{name: n, type: goto, stepId: end, criteria: [{condition: $statusCode == 401}]}]}",
        "{stepId: a, operationId: getAccount, x-security: [{schemeName: bearer, values: {token: $steps.login.outputs.token}}]}",
        "{stepId: a, operationId: listPets, parameters: [{name: Authorization, in: header, value: 'Bearer {$steps.login.outputs.token}'}]}",
    ];
    let file = |step: &str| {
        format!(
            "
- workflowId: w
  steps:
  - {{stepId: login, operationId: login, outputs: {{token: $response.body#/token}}}}
  - {step}
  - {{stepId: end, operationId: listPets, x-proofmark-always: true}}
"
        )
    };
    let replies = ["200 {\"token\":\"t-1234567\"}", "401", "200"];
    for step in wanted {
        let played = play(&file(step), &replies).with_token("target-token").run();
        let refused = format!("{:?}", played.ended).contains("refused the credential");
        assert!(!refused, "{step}: {:?}", played.ended);
        assert_eq!(played.sent.len(), 3, "{step}");
    }
    for (step, origin) in [
        (
            "{stepId: a, operationId: getAccount, onFailure: [{name: n, type: goto, stepId: end}]}",
            "the credential from the target:",
        ),
        (
            "{stepId: a, operationId: getAccount, onFailure: [{name: n, type: retry, retryLimit: 3}]}",
            "the credential from the target:",
        ),
        (
            "{stepId: a, operationId: getAccount, x-security: [{schemeName: bearer, values: {token: own-token}}]}",
            "the credential from `x-security` (",
        ),
        (
            "{stepId: a, operationId: listPets, parameters: [{name: Authorization, in: header, value: Bearer own}]}",
            "the credential from the parameter `Authorization` (",
        ),
    ] {
        let played = play(&file(step), &replies).with_token("target-token").run();
        let Ended::Unauthorized(reason) = &played.ended else {
            panic!("{step}: {:?}", played.ended);
        };
        assert!(reason.contains(origin), "{step}: {reason}");
        assert_eq!(played.sent.len(), 2, "{step}");
    }
}
