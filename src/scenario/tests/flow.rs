//! Where a workflow goes on: one step after the other, by actions, and not for ever.

use super::{play, steps};

#[test]
fn a_failure_ends_the_workflow_and_the_rest_is_not_reached() {
    insta::assert_snapshot!(
        steps(
            "
  - {stepId: a, operationId: listPets}
  - {stepId: b, operationId: listPets}
  - {stepId: c, operationId: listPets}
",
            &["200", "404"]
        )
        .told(),
        @r"
        w: failed, step `b`: `the answer is a documented 2xx` does not hold
          a GET /pets 200,
          b GET /pets 404, failed `the answer is a documented 2xx` does not hold
          c not-reached step `b`: `the answer is a documented 2xx` does not hold
        error[PM310] step `b` of `w`: `the answer is a documented 2xx` does not hold
        "
    );
}

#[test]
fn success_actions_lead_forward_and_end() {
    insta::assert_snapshot!(
        steps(
            "
  - stepId: a
    operationId: listPets
    onSuccess:
    - {name: never, type: end, criteria: [{condition: $statusCode == 204}]}
    - {name: jump, type: goto, stepId: c}
  - {stepId: b, operationId: listPets}
  - {stepId: c, operationId: listPets, onSuccess: [{name: stop, type: end}]}
  - {stepId: d, operationId: listPets}
",
            &["200"]
        )
        .told(),
        @r"
        w: passed
          a GET /pets 200 <action `jump` goes on with step `c`>,
          c GET /pets 200 <action `stop` ends the workflow>,
          b not-reached the flow did not lead here
          d not-reached the flow did not lead here
        "
    );
}

#[test]
fn a_loop_ends_when_its_criteria_do_not_hold_any_more() {
    insta::assert_snapshot!(
        steps(
            "
  - {stepId: a, operationId: listPets}
  - stepId: b
    operationId: listPets
    onSuccess: [{name: again, type: goto, stepId: a, criteria: [{condition: $response.body#/more == true}]}]
    outputs: {more: $response.body#/more}
",
            &["200 {\"more\":true}", "200 {\"more\":true}", "200 {}", "200 {\"more\":false}"]
        )
        .told(),
        @r#"
        w: passed
          a GET /pets 200,
          b GET /pets 200 <action `again` goes on with step `a`>, {"more":true}
          a GET /pets 200,
          b GET /pets 200, {"more":false}
        warning[PM107] status 2XX has a body, the document declares none
        "#
    );
}

#[test]
fn a_loop_without_end_is_ended() {
    let play = steps(
        "
  - {stepId: a, operationId: listPets, onSuccess: [{name: again, type: goto, stepId: a}]}
  - {stepId: b, operationId: listPets}
",
        &["200"],
    )
    .with_most_steps(3);
    let played = play.run();
    assert_eq!(played.sent.len(), 3);
    assert_eq!(played.summary.exit_code, 1);
    insta::assert_snapshot!(played.story(), @r"
    w: failed, step `a`: 3 steps were run
      a GET /pets 200 <action `again` goes on with step `a`>,
      a GET /pets 200 <action `again` goes on with step `a`>,
      a GET /pets 200 <action `again` goes on with step `a`>,
      a (nothing sent), failed [PM314] 3 steps were run
      b not-reached step `a`: 3 steps were run
    ");
}

#[test]
fn a_loop_of_failures_is_ended_too() {
    let play = steps(
        "
  - {stepId: a, operationId: listPets, onFailure: [{name: again, type: goto, stepId: a}]}
",
        &["404"],
    );
    let played = play.with_most_steps(2).run();
    assert_eq!(played.sent.len(), 2);
    insta::assert_snapshot!(played.story(), @r"
    w: failed, step `a`: `the answer is a documented 2xx` does not hold
      a GET /pets 404 <action `again` goes on with step `a`>, failed `the answer is a documented 2xx` does not hold
      a GET /pets 404 <action `again` goes on with step `a`>, failed `the answer is a documented 2xx` does not hold
      a (nothing sent), failed [PM314] 2 steps were run
    error[PM310] step `a` of `w`: `the answer is a documented 2xx` does not hold
    ");
}

#[test]
fn failure_actions_lead_on_but_the_workflow_stays_failed() {
    insta::assert_snapshot!(
        steps(
            "
  - stepId: a
    operationId: listPets
    onFailure:
    - {name: missing, type: goto, stepId: c, criteria: [{condition: $statusCode == 404}]}
    - {name: stop, type: end}
  - {stepId: b, operationId: listPets}
  - {stepId: c, operationId: listPets}
",
            &["404", "200"]
        )
        .told(),
        @r"
        w: failed, step `a`: `the answer is a documented 2xx` does not hold
          a GET /pets 404 <action `missing` goes on with step `c`>, failed `the answer is a documented 2xx` does not hold
          c GET /pets 200,
          b not-reached step `a`: `the answer is a documented 2xx` does not hold
        error[PM310] step `a` of `w`: `the answer is a documented 2xx` does not hold
        "
    );
}

#[test]
fn a_failure_action_may_end_the_workflow() {
    insta::assert_snapshot!(
        steps(
            "
  - {stepId: a, operationId: listPets, onFailure: [{name: stop, type: end}]}
  - {stepId: b, operationId: listPets}
",
            &["404", "200"]
        )
        .told(),
        @r"
        w: failed, step `a`: `the answer is a documented 2xx` does not hold
          a GET /pets 404 <action `stop` ends the workflow>, failed `the answer is a documented 2xx` does not hold
          b not-reached step `a`: `the answer is a documented 2xx` does not hold
        error[PM310] step `a` of `w`: `the answer is a documented 2xx` does not hold
        "
    );
}

#[test]
fn actions_of_the_workflow_count_where_a_step_has_none_of_that_name() {
    insta::assert_snapshot!(
        play(
            "
- workflowId: w
  successActions: [{name: on, type: goto, stepId: c}]
  failureActions: [{name: off, type: end}, {name: on, type: goto, stepId: a}]
  steps:
  - {stepId: a, operationId: listPets}
  - {stepId: b, operationId: listPets}
  - {stepId: c, operationId: listPets, onSuccess: [{name: on, type: goto, stepId: d, criteria: [{condition: $statusCode == 204}]}]}
  - {stepId: d, operationId: listPets, onSuccess: [{name: stop, type: end}]}
",
            &["200", "200", "204", "404"]
        )
        .told(),
        @r"
        w: passed
          a GET /pets 200 <action `on` goes on with step `c`>,
          c GET /pets 200,
          d GET /pets 204 <action `stop` ends the workflow>,
          b not-reached the flow did not lead here
        "
    );
}

#[test]
fn what_is_shared_is_reused() {
    insta::assert_snapshot!(
        play(
            "
- workflowId: w
  inputs: {$ref: '#/components/inputs/one'}
  parameters: [{reference: $components.parameters.trace}]
  failureActions: [{reference: $components.failureActions.jump}]
  steps:
  - stepId: a
    operationId: listPets
    parameters: [{reference: $components.parameters.limit, value: 9}]
    onSuccess: [{reference: $components.successActions.jump}]
  - {stepId: b, operationId: listPets}
  - {stepId: c, operationId: listPets}
  - {stepId: d, operationId: listPets}
components:
  inputs: {one: {type: object, properties: {trace: {type: string, default: t-1}}}}
  parameters:
    trace: {name: X-Trace, in: header, value: $inputs.trace}
    limit: {name: limit, in: query, value: 5}
  successActions: {jump: {name: jump, type: goto, stepId: c}}
  failureActions: {jump: {name: jump, type: goto, stepId: d}}
",
            &["200", "404", "200"]
        )
        .told(),
        @r"
        w: failed, step `c`: `the answer is a documented 2xx` does not hold
          a GET /pets?limit=9 200 <action `jump` goes on with step `c`>,
          c GET /pets 404 <action `jump` goes on with step `d`>, failed `the answer is a documented 2xx` does not hold
          d GET /pets 200,
          b not-reached step `c`: `the answer is a documented 2xx` does not hold
        error[PM310] step `c` of `w`: `the answer is a documented 2xx` does not hold
        "
    );
}

#[test]
fn a_step_may_depend_on_others() {
    let flow = |first: &str| {
        steps(
            &format!(
                "
  - {{stepId: a, operationId: listPets{first}}}
  - {{stepId: b, operationId: listPets}}
  - {{stepId: c, operationId: listPets, dependsOn: [b]}}
"
            ),
            &["200"],
        )
        .told()
    };
    insta::assert_snapshot!(flow(""), @r"
    w: passed
      a GET /pets 200,
      b GET /pets 200,
      c GET /pets 200,
    ");
    insta::assert_snapshot!(
        flow(", onSuccess: [{name: jump, type: goto, stepId: c}]"),
        @r"
        w: failed, step `c` depends on `b`, which has not run
          a GET /pets 200 <action `jump` goes on with step `c`>,
          b not-reached step `c` depends on `b`, which has not run
          c not-reached step `c` depends on `b`, which has not run
        "
    );
}
