//! Trying again: how often, after how long, and after what.

use std::time::{Duration, Instant};

use super::steps;

#[test]
fn a_step_is_tried_again_until_it_succeeds() {
    insta::assert_snapshot!(
        steps(
            "
  - stepId: a
    operationId: listPets
    onFailure: [{name: poll, type: retry, retryAfter: 0.01, retryLimit: 5}]
    outputs: {n: $response.body#/n}
  - {stepId: b, operationId: listPets}
",
            &["404", "404", "200 {\"n\":3}"]
        )
        .told(),
        @r#"
        w: passed
          a GET /pets 404 <action `poll` tries again in 0.01 s (1 of 5)>, GET /pets 404 <action `poll` tries again in 0.01 s (2 of 5)>, GET /pets 200, {"n":3}
          b GET /pets 200,
        warning[PM107] status 2XX has a body, the document declares none
        "#
    );
}

#[test]
fn waits_are_told_with_their_reason() {
    let step = |action: &str, replies: &[&str]| {
        let played = steps(
            &format!("  - {{stepId: a, operationId: listPets{action}}}"),
            replies,
        )
        .run();
        let attempts = &played.step("a").attempts;
        let waited = attempts.iter().map(|attempt| match attempt.waited {
            Some(waited) => waited.to_string(),
            None => "no".to_owned(),
        });
        waited.collect::<Vec<_>>().join(", ")
    };
    let retry = ", onFailure: [{name: r, type: retry, retryAfter: 0.01}]";
    assert_eq!(step("", &["200"]), "no");
    assert_eq!(step(retry, &["404", "200"]), "no, 0.01 s");
    assert_eq!(
        step(retry, &["503 Retry-After=1 ", "200"]),
        "no, 1 s (Retry-After)"
    );
    assert_eq!(
        step("", &["429 Retry-After=1 ", "200"]),
        "no, 1 s (Retry-After)"
    );
    assert_eq!(step("", &["429", "200"]), "no, 1 s");
}

#[test]
fn a_retry_that_has_come_to_its_limit_is_the_last_word_on_throttling() {
    let played = steps(
        "  - {stepId: a, operationId: listPets, onFailure: [{name: r, type: retry, retryLimit: 2}]}",
        &["429 Retry-After=0 "],
    )
    .run();
    assert_eq!(played.sent.len(), 3);
}

#[test]
fn a_step_is_tried_again_once_unless_it_says_how_often() {
    insta::assert_snapshot!(
        steps(
            "  - {stepId: a, operationId: listPets, onFailure: [{name: poll, type: retry}]}",
            &["404"]
        )
        .told(),
        @r"
        w: failed, step `a`: `the answer is a documented 2xx` does not hold
          a GET /pets 404 <action `poll` tries again in 0 s (1 of 1)>, GET /pets 404, failed `the answer is a documented 2xx` does not hold
        error[PM310] step `a` of `w`: `the answer is a documented 2xx` does not hold
        "
    );
}

#[test]
fn the_actions_behind_a_retry_count_when_it_may_not_try_again() {
    insta::assert_snapshot!(
        steps(
            "
  - stepId: a
    operationId: listPets
    onFailure:
    - {name: poll, type: retry, retryLimit: 2}
    - {name: jump, type: goto, stepId: c}
  - {stepId: b, operationId: listPets}
  - {stepId: c, operationId: listPets}
",
            &["404", "404", "404", "200"]
        )
        .told(),
        @r"
        w: failed, step `a`: `the answer is a documented 2xx` does not hold
          a GET /pets 404 <action `poll` tries again in 0 s (1 of 2)>, GET /pets 404 <action `poll` tries again in 0 s (2 of 2)>, GET /pets 404 <action `jump` goes on with step `c`>, failed `the answer is a documented 2xx` does not hold
          c GET /pets 200,
          b not-reached step `a`: `the answer is a documented 2xx` does not hold
        error[PM310] step `a` of `w`: `the answer is a documented 2xx` does not hold
        "
    );
}

#[test]
fn each_retry_has_a_limit_of_its_own() {
    insta::assert_snapshot!(
        steps(
            "
  - stepId: a
    operationId: listPets
    onFailure:
    - {name: missing, type: retry, retryLimit: 1, criteria: [{condition: $statusCode == 404}]}
    - {name: refused, type: retry, retryLimit: 1, criteria: [{condition: $statusCode == 401}]}
",
            &["404", "401", "200"]
        )
        .told(),
        @r"
        w: passed
          a GET /pets 404 <action `missing` tries again in 0 s (1 of 1)>, GET /pets 401 <action `refused` tries again in 0 s (1 of 1)>, GET /pets 200,
        warning[PM602] 401 without the `WWW-Authenticate` header field
        "
    );
}

#[test]
fn retries_follow_each_other() {
    insta::assert_snapshot!(
        steps(
            "
  - stepId: a
    operationId: listPets
    onFailure: [{name: x, type: retry, retryLimit: 1}, {name: y, type: retry, retryLimit: 2}]
",
            &["404"]
        )
        .told(),
        @r"
        w: failed, step `a`: `the answer is a documented 2xx` does not hold
          a GET /pets 404 <action `x` tries again in 0 s (1 of 1)>, GET /pets 404 <action `y` tries again in 0 s (1 of 2)>, GET /pets 404 <action `y` tries again in 0 s (2 of 2)>, GET /pets 404, failed `the answer is a documented 2xx` does not hold
        error[PM310] step `a` of `w`: `the answer is a documented 2xx` does not hold
        "
    );
}

#[test]
fn what_cannot_be_sent_is_not_tried_again_for_nothing() {
    insta::assert_snapshot!(
        steps(
            "
  - {stepId: a, operationId: listPets, outputs: {body: $response.body}}
  - stepId: b
    operationId: getPet
    parameters: [{name: id, in: path, value: $steps.a.outputs.body#/id}]
    onFailure: [{name: poll, type: retry, retryAfter: 100, retryLimit: 5}]
",
            &["200 {}"]
        )
        .told(),
        @r#"
        w: failed, step `b`: in the parameter `id`, `$steps.a.outputs.body#/id` has no value: there is no member `id`
          a GET /pets 200, {"body":{}}
          b (nothing sent), failed [PM312] in the parameter `id`, `$steps.a.outputs.body#/id` has no value: there is no member `id`
        warning[PM107] status 2XX has a body, the document declares none
        "#
    );
    // It may be able to when something else has run.
    insta::assert_snapshot!(
        steps(
            "
  - {stepId: a, operationId: listPets, outputs: {body: $response.body}}
  - stepId: b
    operationId: getPet
    parameters: [{name: id, in: path, value: $steps.a.outputs.body#/id}]
    onFailure: [{name: poll, type: retry, stepId: a, retryLimit: 5}]
",
            &["200 {}", "200 {}", "200 {\"id\":7}", "200"]
        )
        .told(),
        @r#"
        w: passed
          a GET /pets 200, {"body":{}}
          a GET /pets 200, {"body":{}}
          a GET /pets 200, {"body":{"id":7}}
          b (nothing sent) <action `poll` tries again in 0 s (1 of 5)>, (nothing sent) <action `poll` tries again in 0 s (2 of 5)>, GET /pets/7 200,
        warning[PM107] status 2XX has a body, the document declares none
        "#
    );
}

#[test]
fn findings_of_all_attempts_weigh_as_their_author_wishes() {
    let flow = |checks: &str| {
        steps(
            &format!("  - {{stepId: a, operationId: listPets, onFailure: [{{name: poll, type: retry}}]{checks}}}"),
            &["500", "200"],
        )
        .told()
    };
    insta::assert_snapshot!(flow(""), @r"
    w: passed
      a GET /pets 500 <action `poll` tries again in 0 s (1 of 1)>, GET /pets 200,
    error[PM201] a valid request was answered with 500
    ");
    insta::assert_snapshot!(flow(", x-proofmark-checks: {PM201: off}"), @r"
    w: passed
      a GET /pets 500 <action `poll` tries again in 0 s (1 of 1)>, GET /pets 200,
    ");
}

#[test]
fn a_limit_of_0_tries_nothing_again_and_leaves_it_to_the_actions_behind() {
    insta::assert_snapshot!(
        steps(
            "
  - stepId: a
    operationId: listPets
    onFailure:
    - {name: poll, type: retry, retryLimit: 0}
    - {name: jump, type: goto, stepId: c}
  - {stepId: b, operationId: listPets}
  - {stepId: c, operationId: listPets}
",
            &["404", "200"]
        )
        .told(),
        @r"
        w: failed, step `a`: `the answer is a documented 2xx` does not hold
          a GET /pets 404 <action `jump` goes on with step `c`>, failed `the answer is a documented 2xx` does not hold
          c GET /pets 200,
          b not-reached step `a`: `the answer is a documented 2xx` does not hold
        error[PM310] step `a` of `w`: `the answer is a documented 2xx` does not hold
        "
    );
}

#[test]
fn the_answer_says_better_than_the_action_how_long_to_wait() {
    let start = Instant::now();
    insta::assert_snapshot!(
        steps(
            "  - {stepId: a, operationId: listPets, onFailure: [{name: poll, type: retry, retryAfter: 250}]}",
            &["404 retry-after=0", "200"]
        )
        .told(),
        @r"
    w: passed
      a GET /pets 404 <action `poll` tries again in 0 s, as Retry-After asks (1 of 1)>, GET /pets 200,
    "
    );
    insta::assert_snapshot!(
        steps(
            "  - {stepId: a, operationId: listPets, onFailure: [{name: poll, type: retry, retryAfter: 250}]}",
            &["404 retry-after=Thu,01-Jan-1970", "200"]
        )
        .with_most_time(Duration::from_millis(50))
        .told(),
        @r#"
        w: failed, step `a`: `the answer is a documented 2xx` does not hold
          a GET /pets 404, failed `the answer is a documented 2xx` does not hold
        error[PM310] step `a` of `w`: `the answer is a documented 2xx` does not hold
        Stopped("the time was up after 50ms")
        "#
    );
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_step_that_asks_for_a_throttled_answer_gets_it() {
    insta::assert_snapshot!(
        steps(
            "  - {stepId: a, operationId: listPets, successCriteria: [{condition: $statusCode == 429}]}",
            &["429 retry-after=30", "200"]
        )
        .told(),
        @r"
        w: passed
          a GET /pets 429,
        warning[PM701] status 429 is not documented
        "
    );
}

#[test]
fn every_attempt_is_seen_when_the_server_asks_to_wait() {
    insta::assert_snapshot!(
        steps(
            "
  - stepId: a
    operationId: listPets
    onFailure: [{name: poll, type: retry, retryAfter: 30, retryLimit: 3}]
",
            &["429 retry-after=0", "429 retry-after=0", "200"]
        )
        .told(),
        @r"
    w: passed
      a GET /pets 429 <action `poll` tries again in 0 s, as Retry-After asks (1 of 3)>, GET /pets 429 <action `poll` tries again in 0 s, as Retry-After asks (2 of 3)>, GET /pets 200,
    "
    );
    insta::assert_snapshot!(
        steps("  - {stepId: a, operationId: listPets}", &["429 retry-after=0", "200"]).told(),
        @r"
    w: passed
      a GET /pets 429 <the server asks to wait (Retry-After): it is sent again in 0 s>, GET /pets 200,
    "
    );
}

#[test]
fn another_step_is_run_before_the_next_attempt() {
    insta::assert_snapshot!(
        steps(
            "
  - {stepId: login, operationId: login, outputs: {token: $response.body#/token}}
  - stepId: a
    operationId: listPets
    parameters: [{name: X-Trace, in: header, value: $steps.login.outputs.token}]
    onFailure: [{name: renew, type: retry, stepId: login, criteria: [{condition: $statusCode == 401}]}]
",
            &["200 {\"token\":\"t1\"}", "401", "200 {\"token\":\"t2\"}", "200"]
        )
        .told(),
        @r#"
    w: passed
      login POST /login 200, {"token":"***"}
      login POST /login 200, {"token":"***"}
      a GET /pets 401 <action `renew` tries again in 0 s (1 of 1)>, GET /pets 200,
    warning[PM602] 401 without the `WWW-Authenticate` header field
    warning[PM107] status 2XX has a body, the document declares none
    "#
    );
}

#[test]
fn the_next_attempt_sees_what_the_other_step_put_out() {
    let played = steps(
        "
  - {stepId: login, operationId: login, outputs: {token: $response.body#/token}}
  - stepId: a
    operationId: listPets
    parameters: [{name: X-Trace, in: header, value: $steps.login.outputs.token}]
    onFailure: [{name: renew, type: retry, stepId: login}]
",
        &[
            "200 {\"token\":\"t1\"}",
            "401",
            "200 {\"token\":\"t2\"}",
            "200",
        ],
    )
    .run();
    insta::assert_snapshot!(played.requests(), @r"
    POST /login
    GET /pets X-Trace=t1
    POST /login
    GET /pets X-Trace=t2
    ");
}

#[test]
fn another_workflow_is_run_before_the_next_attempt() {
    insta::assert_snapshot!(
        super::play(
            "
- workflowId: w
  steps:
  - stepId: a
    operationId: listPets
    onFailure:
    - name: mend
      type: retry
      workflowId: mend
      parameters: [{name: why, value: $statusCode}]
- workflowId: mend
  inputs: {type: object, required: [why], properties: {why: {type: integer}}}
  steps: [{stepId: m, operationId: addPet, requestBody: {payload: {name: '{$inputs.why}', kind: cat}}}]
  outputs: {why: $inputs.why}
",
            &["404", "201", "200"]
        )
        .told(),
        @r#"
    w: passed
      a GET /pets 404 <action `mend` tries again in 0 s (1 of 1)>, GET /pets 200,
    mend (w/a retry): passed {"why":404}
      m POST /pets 201,
    "#
    );
}

#[test]
fn what_is_run_before_the_next_attempt_may_fail_on_its_own() {
    insta::assert_snapshot!(
        steps(
            "
  - stepId: a
    operationId: listPets
    onFailure: [{name: renew, type: retry, stepId: b, retryLimit: 2}]
    onSuccess: [{name: stop, type: end}]
  - {stepId: b, operationId: login}
",
            &["404", "404", "200"]
        )
        .told(),
        @r"
        w: failed, step `b`: `the answer is a documented 2xx` does not hold
          b POST /login 404, failed `the answer is a documented 2xx` does not hold
          a GET /pets 404 <action `renew` tries again in 0 s (1 of 2)>, GET /pets 200 <action `stop` ends the workflow>,
        error[PM310] step `b` of `w`: `the answer is a documented 2xx` does not hold
        "
    );
}

#[test]
fn attempts_count_as_steps() {
    let played = steps(
        "  - {stepId: a, operationId: listPets, onFailure: [{name: poll, type: retry, retryLimit: 1000}]}",
        &["404"],
    )
    .with_most_steps(4)
    .run();
    assert_eq!(played.sent.len(), 4);
    insta::assert_snapshot!(played.story(), @r"
    w: failed, step `a`: 4 steps were run
      a GET /pets 404 <action `poll` tries again in 0 s (1 of 1000)>, GET /pets 404 <action `poll` tries again in 0 s (2 of 1000)>, GET /pets 404 <action `poll` tries again in 0 s (3 of 1000)>, GET /pets 404 <action `poll` tries again in 0 s (4 of 1000)>, (nothing sent), failed [PM314] 4 steps were run
    ");
}

#[test]
fn steps_that_are_run_before_each_other_end() {
    let played = steps(
        "
  - {stepId: a, operationId: listPets, onFailure: [{name: x, type: retry, stepId: b, retryLimit: 100}]}
  - {stepId: b, operationId: listPets, onFailure: [{name: y, type: retry, stepId: a, retryLimit: 100}]}
",
        &["404"],
    )
    .with_most_steps(2000)
    .run();
    assert!(played.sent.len() <= 2000);
    assert_eq!(played.summary.exit_code, 1);
}

#[test]
fn a_step_has_a_time_limit() {
    insta::assert_snapshot!(
        steps(
            "
  - stepId: a
    operationId: listPets
    timeout: 20
    onFailure: [{name: poll, type: retry, retryLimit: 1}]
",
            &["hanging", "200"]
        )
        .told(),
        @r"
        w: passed
          a GET /pets <action `poll` tries again in 0 s (1 of 1)>, GET /pets 200,
        "
    );
    insta::assert_snapshot!(
        steps("  - {stepId: a, operationId: listPets, timeout: 20}", &["hanging"]).told(),
        @r"
        w: failed, step `a`: no complete answer within 20ms
          a GET /pets, failed no complete answer within 20ms
        error[PM614] no complete answer came in time
        "
    );
}
