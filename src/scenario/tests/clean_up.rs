//! Steps that always run (`x-proofmark-always`).

use super::{play, steps};

const STEPS: &str = "
  - {stepId: add, operationId: addPet, requestBody: {payload: {name: Rex, kind: dog}}, outputs: {id: $response.body#/id}}
  - {stepId: look, operationId: listPets}
  - {stepId: more, operationId: listPets}
  - stepId: remove
    operationId: deletePet
    x-proofmark-always: true
    parameters: [{name: id, in: path, value: $steps.add.outputs.id}]
  - {stepId: bye, operationId: listPets, x-proofmark-always: true}
  - {stepId: rest, operationId: listPets}
";

#[test]
fn they_run_in_their_place_when_all_is_well() {
    insta::assert_snapshot!(steps(STEPS, &["201 {\"id\":7}", "200"]).told(), @r#"
    w: passed
      add POST /pets 201, {"id":7}
      look GET /pets 200,
      more GET /pets 200,
      remove DELETE /pets/7 200,
      bye GET /pets 200,
      rest GET /pets 200,
    warning[PM107] status 201 has a body, the document declares none
    "#);
}

#[test]
fn they_run_after_a_failure() {
    insta::assert_snapshot!(
        steps(STEPS, &["201 {\"id\":7}", "404", "200"]).told(),
        @r#"
        w: failed, step `look`: `the answer is a documented 2xx` does not hold
          add POST /pets 201, {"id":7}
          look GET /pets 404, failed `the answer is a documented 2xx` does not hold
          remove DELETE /pets/7 200,
          bye GET /pets 200,
          more not-reached step `look`: `the answer is a documented 2xx` does not hold
          rest not-reached step `look`: `the answer is a documented 2xx` does not hold
        error[PM310] step `look` of `w`: `the answer is a documented 2xx` does not hold
        warning[PM107] status 201 has a body, the document declares none
        "#
    );
}

#[test]
fn they_do_not_run_without_what_they_refer_to() {
    insta::assert_snapshot!(steps(STEPS, &["409", "200"]).told(), @r"
    w: failed, step `add`: `the answer is a documented 2xx` does not hold
      add POST /pets 409, failed `the answer is a documented 2xx` does not hold
      bye GET /pets 200,
      look not-reached step `add`: `the answer is a documented 2xx` does not hold
      more not-reached step `add`: `the answer is a documented 2xx` does not hold
      remove not-reached what it refers to is not known
      rest not-reached step `add`: `the answer is a documented 2xx` does not hold
    error[PM310] step `add` of `w`: `the answer is a documented 2xx` does not hold
    ");
}

#[test]
fn they_run_when_the_run_is_interrupted() {
    let play = steps(STEPS, &["201 {\"id\":7}", "200"]);
    insta::assert_snapshot!(play.stopped_after(1).told(), @r#"
    w: failed, it was interrupted
      add POST /pets 201, {"id":7}
      remove DELETE /pets/7 200,
      bye GET /pets 200,
      look not-reached it was interrupted
      more not-reached it was interrupted
      rest not-reached it was interrupted
    warning[PM107] status 201 has a body, the document declares none
    Stopped("it was interrupted")
    "#);
}

#[test]
fn they_do_not_run_when_nothing_was_begun() {
    let play = play(
        "
- {workflowId: v, steps: [{stepId: s, operationId: listPets}]}
- {workflowId: w, steps: [{stepId: s, operationId: listPets}, {stepId: t, operationId: listPets, x-proofmark-always: true}]}
",
        &["200"],
    );
    insta::assert_snapshot!(play.stopped_after(1).told(), @r#"
    v: passed
      s GET /pets 200,
    w: not-reached, it was interrupted
      s not-reached it was interrupted
      t not-reached it was interrupted
    Stopped("it was interrupted")
    "#);
}

#[test]
fn they_run_after_an_end_that_skips_them() {
    insta::assert_snapshot!(
        steps(
            "
  - {stepId: a, operationId: listPets, onSuccess: [{name: end, type: end}]}
  - {stepId: b, operationId: listPets}
  - {stepId: c, operationId: listPets, x-proofmark-always: true}
",
            &["200"]
        )
        .told(),
        @r"
        w: passed
          a GET /pets 200 <action `end` ends the workflow>,
          c GET /pets 200,
          b not-reached the flow did not lead here
        "
    );
}

#[test]
fn they_run_though_the_steps_are_used_up() {
    let play = steps(
        "
  - {stepId: a, operationId: listPets, onSuccess: [{name: again, type: goto, stepId: a}]}
  - {stepId: c, operationId: listPets, x-proofmark-always: true}
",
        &["200"],
    );
    insta::assert_snapshot!(play.with_most_steps(2).told(), @r"
    w: failed, step `a`: 2 steps were run
      a GET /pets 200 <action `again` goes on with step `a`>,
      a GET /pets 200 <action `again` goes on with step `a`>,
      a (nothing sent), failed [PM314] 2 steps were run
      c GET /pets 200,
    ");
}

#[test]
fn their_own_failure_is_told_and_does_not_keep_the_others_from_running() {
    insta::assert_snapshot!(
        steps(STEPS, &["201 {\"id\":7}", "404", "401", "200"]).told(),
        @r#"
        w: failed, step `look`: `the answer is a documented 2xx` does not hold
          add POST /pets 201, {"id":7}
          look GET /pets 404, failed `the answer is a documented 2xx` does not hold
          remove DELETE /pets/7 401, failed `the answer is a documented 2xx` does not hold
          bye GET /pets 200,
          more not-reached step `look`: `the answer is a documented 2xx` does not hold
          rest not-reached step `look`: `the answer is a documented 2xx` does not hold
        error[PM310] step `look` of `w`: `the answer is a documented 2xx` does not hold
        warning[PM107] status 201 has a body, the document declares none
        error[PM310] step `remove` of `w`: `the answer is a documented 2xx` does not hold
        warning[PM602] 401 without the `WWW-Authenticate` header field
        "#
    );
}

#[test]
fn they_are_tried_again_as_others_are() {
    insta::assert_snapshot!(
        steps(
            "
  - {stepId: a, operationId: listPets}
  - stepId: c
    operationId: listPets
    x-proofmark-always: true
    onFailure: [{name: poll, type: retry, retryLimit: 3}]
",
            &["404", "404", "404", "200"]
        )
        .told(),
        @r"
        w: failed, step `a`: `the answer is a documented 2xx` does not hold
          a GET /pets 404, failed `the answer is a documented 2xx` does not hold
          c GET /pets 404 <action `poll` tries again in 0 s (1 of 3)>, GET /pets 404 <action `poll` tries again in 0 s (2 of 3)>, GET /pets 200,
        error[PM310] step `a` of `w`: `the answer is a documented 2xx` does not hold
        "
    );
}

#[test]
fn they_may_call_workflows_even_when_the_run_is_interrupted() {
    let play = play(
        "
- workflowId: outer
  steps:
  - {stepId: a, operationId: listPets}
  - {stepId: b, operationId: listPets}
  - {stepId: end, workflowId: inner, x-proofmark-always: true}
- workflowId: inner
  steps: [{stepId: a, operationId: listPets}, {stepId: b, operationId: listPets}]
",
        &["200"],
    );
    insta::assert_snapshot!(play.stopped_after(1).told(), @r#"
    outer: failed, it was interrupted
      a GET /pets 200,
      end (nothing sent),
      b not-reached it was interrupted
    inner (outer/end): passed
      a GET /pets 200,
      b GET /pets 200,
    Stopped("it was interrupted")
    "#);
}

#[test]
fn those_of_a_called_workflow_run_too() {
    insta::assert_snapshot!(
        play(
            "
- workflowId: outer
  steps:
  - {stepId: call, workflowId: inner}
  - {stepId: end, operationId: listPets, x-proofmark-always: true}
- workflowId: inner
  steps:
  - {stepId: a, operationId: listPets}
  - {stepId: b, operationId: getAccount, x-proofmark-always: true}
",
            &["404", "200"]
        )
        .told(),
        @r"
    outer: failed, step `call`: workflow `inner`: step `a`: `the answer is a documented 2xx` does not hold
      call (nothing sent), failed [PM315] workflow `inner`: step `a`: `the answer is a documented 2xx` does not hold
      end GET /pets 200,
    inner (outer/call): failed, step `a`: `the answer is a documented 2xx` does not hold
      a GET /pets 404, failed `the answer is a documented 2xx` does not hold
      b GET /account 200,
    error[PM310] step `a` of `inner`: `the answer is a documented 2xx` does not hold
    "
    );
}
