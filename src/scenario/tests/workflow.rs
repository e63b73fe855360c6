//! Workflows that call, need and hand over to each other.

use super::super::Selection;
use super::play;

#[test]
fn a_step_calls_a_workflow_with_inputs_and_takes_its_outputs() {
    insta::assert_snapshot!(
        play(
            "
- workflowId: outer
  steps:
  - stepId: make
    workflowId: make
    parameters: [{name: name, value: Rex}, {name: age, value: 3}]
    outputs: {made: $outputs.id, all: $workflows.make.outputs.id}
  - stepId: get
    operationId: getPet
    parameters: [{name: id, in: path, value: $steps.make.outputs.made}]
  - stepId: again
    operationId: getPet
    parameters: [{name: id, in: path, value: $steps.make.outputs.id}]
- workflowId: make
  inputs:
    type: object
    required: [name]
    properties: {name: {type: string}, age: {type: integer}, kind: {enum: [cat, dog], default: dog}}
  steps:
  - stepId: add
    operationId: addPet
    requestBody: {payload: {name: $inputs.name, kind: $inputs.kind, age: $inputs.age}}
    outputs: {id: $response.body#/id}
  outputs: {id: $steps.add.outputs.id}
",
            &["201 {\"id\":7}", "200"]
        )
        .told(),
        @r#"
    outer: passed
      make (nothing sent), {"id":7,"made":7,"all":7}
      get GET /pets/7 200,
      again GET /pets/7 200,
    make (outer/make): passed {"id":7}
      add POST /pets 201, {"id":7}
    warning[PM107] status 201 has a body, the document declares none
    "#
    );
}

#[test]
fn a_call_fails_when_the_workflow_does() {
    insta::assert_snapshot!(
        play(
            "
- workflowId: outer
  steps:
  - {stepId: call, workflowId: inner, onFailure: [{name: on, type: goto, stepId: after}]}
  - {stepId: skipped, operationId: listPets}
  - {stepId: after, operationId: listPets}
- workflowId: inner
  steps: [{stepId: a, operationId: listPets}]
",
            &["404", "200"]
        )
        .told(),
        @r"
        outer: failed, step `call`: workflow `inner`: step `a`: `the answer is a documented 2xx` does not hold
          call (nothing sent) <action `on` goes on with step `after`>, failed [PM315] workflow `inner`: step `a`: `the answer is a documented 2xx` does not hold
          after GET /pets 200,
          skipped not-reached step `call`: workflow `inner`: step `a`: `the answer is a documented 2xx` does not hold
        inner (outer/call): failed, step `a`: `the answer is a documented 2xx` does not hold
          a GET /pets 404, failed `the answer is a documented 2xx` does not hold
        error[PM310] step `a` of `inner`: `the answer is a documented 2xx` does not hold
        "
    );
}

#[test]
fn a_call_may_have_criteria_of_its_own() {
    insta::assert_snapshot!(
        play(
            "
- workflowId: outer
  steps:
  - {stepId: call, workflowId: inner, successCriteria: [{condition: $outputs.n == 2}]}
  - {stepId: call2, workflowId: inner, successCriteria: [{condition: $outputs.n == 3}]}
- workflowId: inner
  steps: [{stepId: a, operationId: listPets, outputs: {n: $response.body#/n}}]
  outputs: {n: $steps.a.outputs.n}
",
            &["200 {\"n\":2}"]
        )
        .told(),
        @r#"
    outer: failed, step `call2`: `$outputs.n == 3` does not hold
      call (nothing sent), {"n":2}
      call2 (nothing sent), failed [PM310] `$outputs.n == 3` does not hold {"n":2}
    inner (outer/call): passed {"n":2}
      a GET /pets 200, {"n":2}
    inner (outer/call2): passed {"n":2}
      a GET /pets 200, {"n":2}
    warning[PM107] status 2XX has a body, the document declares none
    "#
    );
}

#[test]
fn a_call_with_inputs_that_the_workflow_does_not_take_sends_nothing() {
    insta::assert_snapshot!(
        play(
            "
- workflowId: outer
  steps: [{stepId: call, workflowId: inner, parameters: [{name: n, value: many}]}]
- workflowId: inner
  inputs: {type: object, properties: {n: {type: integer}}}
  steps: [{stepId: a, operationId: listPets}]
",
            &["200"]
        )
        .told(),
        @r#"
        outer: failed, step `call`: workflow `inner`: the input `n` breaks `type`: value is not of type "integer"
          call (nothing sent), failed [PM313] workflow `inner`: the input `n` breaks `type`: value is not of type "integer"
        "#
    );
}

#[test]
fn inputs_of_a_called_workflow_are_drawn_and_fed() {
    let played = play(
        "
- workflowId: outer
  steps: [{stepId: one, workflowId: inner}, {stepId: two, workflowId: inner}]
- workflowId: inner
  inputs: {type: object, required: [name], properties: {name: {type: string, pattern: '^[a-z]{8}$'}}}
  x-proofmark-generate: [name]
  steps: [{stepId: a, operationId: addPet, requestBody: {payload: {name: $inputs.name, kind: cat}}}]
",
        &["201"],
    )
    .run();
    assert_eq!(played.summary.exit_code, 0, "{}", played.story());
    let bodies = played.bodies();
    assert_eq!(bodies.len(), 2);
    for body in &bodies {
        assert_eq!(body["name"].as_str().map(str::len), Some(8), "{body}");
    }
}

#[test]
fn workflows_that_call_each_other_for_ever_are_ended() {
    let played = play(
        "
- workflowId: outer
  steps:
  - stepId: look
    operationId: listPets
    onSuccess: [{name: last, type: end, criteria: [{condition: $response.body#/last == true}]}]
  - {stepId: call, workflowId: inner}
- workflowId: inner
  steps: [{stepId: call, workflowId: outer}]
- workflowId: entry
  steps: [{stepId: call, workflowId: outer}]
",
        &["200 {}"],
    )
    .run();
    assert_eq!(played.sent.len(), 16);
    let entry = played.summary.workflows.first();
    let reason = entry.and_then(|entry| entry.reason.clone());
    let reason = reason.unwrap();
    assert!(
        reason.contains("more than 32 workflows call each other"),
        "{reason}"
    );
}

#[test]
fn what_others_need_is_run_first_and_once() {
    insta::assert_snapshot!(
        play(
            "
- workflowId: last
  dependsOn: [middle, first]
  steps:
  - stepId: s
    operationId: getPet
    parameters: [{name: id, in: path, value: $workflows.first.outputs.id}]
- workflowId: middle
  dependsOn: [first]
  steps: [{stepId: s, operationId: listPets, parameters: [{name: X-Trace, in: header, value: $workflows.first.inputs.n}]}]
- workflowId: first
  inputs: {type: object, properties: {n: {type: integer, default: 5}}}
  steps: [{stepId: s, operationId: listPets, outputs: {id: $response.body#/id}}]
  outputs: {id: $steps.s.outputs.id}
",
            &["200 {\"id\":7}", "200"]
        )
        .told(),
        @r#"
        first: passed {"id":7}
          s GET /pets 200, {"id":7}
        middle: passed
          s GET /pets 200,
        last: passed
          s GET /pets/7 200,
        warning[PM107] status 2XX has a body, the document declares none
        "#
    );
}

#[test]
fn what_is_chosen_brings_what_it_needs() {
    let mut play = play(
        "
- {workflowId: other, steps: [{stepId: s, operationId: listPets}]}
- {workflowId: chosen, dependsOn: [needed], steps: [{stepId: s, operationId: listPets}]}
- {workflowId: needed, x-proofmark-tags: [slow], steps: [{stepId: s, operationId: listPets}]}
",
        &["200"],
    );
    let names = |play: &super::Play| {
        let workflows = play.run().summary.workflows;
        let names: Vec<String> = workflows.into_iter().map(|one| one.key.workflow).collect();
        names.join(" ")
    };
    assert_eq!(names(&play), "other needed chosen");
    play.selection.workflows = vec!["chosen".to_owned()];
    assert_eq!(names(&play), "needed chosen");
    play.selection.workflows = Vec::new();
    play.selection.tags = vec!["slow".to_owned()];
    assert_eq!(names(&play), "needed");
}

#[test]
fn what_depends_on_a_failure_is_not_reached() {
    insta::assert_snapshot!(
        play(
            "
- {workflowId: last, dependsOn: [middle], steps: [{stepId: s, operationId: listPets}]}
- {workflowId: middle, dependsOn: [first], steps: [{stepId: s, operationId: listPets}]}
- {workflowId: first, steps: [{stepId: s, operationId: listPets}]}
- {workflowId: free, steps: [{stepId: s, operationId: listPets}]}
",
            &["404", "200"]
        )
        .told(),
        @r"
        first: failed, step `s`: `the answer is a documented 2xx` does not hold
          s GET /pets 404, failed `the answer is a documented 2xx` does not hold
        middle: not-reached, it depends on `first`, which did not pass
          s not-reached it depends on `first`, which did not pass
        last: not-reached, it depends on `middle`, which did not pass
          s not-reached it depends on `middle`, which did not pass
        free: passed
          s GET /pets 200,
        error[PM310] step `s` of `first`: `the answer is a documented 2xx` does not hold
        "
    );
}

#[test]
fn what_a_called_workflow_needs_is_run_before() {
    let file = "
- workflowId: outer
  steps: [{stepId: call, workflowId: inner}]
- workflowId: inner
  dependsOn: [base]
  steps: [{stepId: a, operationId: getPet, parameters: [{name: id, in: path, value: $workflows.base.outputs.id}]}]
- workflowId: base
  steps: [{stepId: s, operationId: listPets, outputs: {id: $response.body#/id}}]
  outputs: {id: $steps.s.outputs.id}
";
    let flow = |reply: &str| {
        let mut play = play(file, &[reply, "200"]);
        play.selection.workflows = vec!["outer".to_owned()];
        play.told()
    };
    insta::assert_snapshot!(flow("200 {\"id\":7}"), @r#"
    base: passed {"id":7}
      s GET /pets 200, {"id":7}
    outer: passed
      call (nothing sent),
    inner (outer/call): passed
      a GET /pets/7 200,
    warning[PM107] status 2XX has a body, the document declares none
    "#);
    insta::assert_snapshot!(flow("404"), @r"
    base: failed, step `s`: `the answer is a documented 2xx` does not hold
      s GET /pets 404, failed `the answer is a documented 2xx` does not hold
    outer: failed, step `call`: workflow `inner`: it depends on `base`, which did not pass
      call (nothing sent), failed [PM315] workflow `inner`: it depends on `base`, which did not pass
    inner (outer/call): not-reached, it depends on `base`, which did not pass
      a not-reached it depends on `base`, which did not pass
    error[PM310] step `s` of `base`: `the answer is a documented 2xx` does not hold
    ");
}

#[test]
fn workflows_that_lead_to_each_other_begin_with_the_first() {
    insta::assert_snapshot!(
        play(
            "
- {workflowId: a, steps: [{stepId: s, operationId: listPets, onSuccess: [{name: x, type: goto, workflowId: b}]}]}
- {workflowId: b, steps: [{stepId: s, operationId: listPets, onFailure: [{name: x, type: goto, workflowId: a}]}]}
",
            &["200"]
        )
        .told(),
        @r"
        a: passed
          s GET /pets 200 <action `x` goes on with workflow `b`>,
        b (a/goto): passed
          s GET /pets 200,
        "
    );
}

#[test]
fn a_workflow_hands_over_to_another_one_and_does_not_come_back() {
    insta::assert_snapshot!(
        play(
            "
- workflowId: w
  steps:
  - stepId: a
    operationId: listPets
    onSuccess: [{name: over, type: goto, workflowId: other, parameters: [{name: n, value: $response.body#/n}]}]
  - {stepId: b, operationId: listPets}
- workflowId: other
  inputs: {type: object, properties: {n: {type: integer}}}
  steps: [{stepId: c, operationId: listPets}]
  outputs: {n: $inputs.n}
",
            &["200 {\"n\":4}"]
        )
        .told(),
        @r#"
        w: passed {"n":4}
          a GET /pets 200 <action `over` goes on with workflow `other`>,
          b not-reached the flow did not lead here
        other (w/goto): passed {"n":4}
          c GET /pets 200,
        warning[PM107] status 2XX has a body, the document declares none
        "#
    );
}

#[test]
fn a_hand_over_needs_its_values() {
    insta::assert_snapshot!(
        play(
            "
- workflowId: w
  steps:
  - stepId: a
    operationId: listPets
    onSuccess: [{name: over, type: goto, workflowId: other, parameters: [{name: n, value: $response.body#/n}]}]
- {workflowId: other, steps: [{stepId: c, operationId: listPets}]}
",
            &["200"]
        )
        .told(),
        @r"
        w: failed, in the parameter `n`, `$response.body#/n` has no value: the response has no body
          a GET /pets 200 <action `over` goes on with workflow `other`>,
        "
    );
}

#[test]
fn what_takes_over_after_a_failure_does_not_mend_it() {
    insta::assert_snapshot!(
        play(
            "
- workflowId: w
  steps: [{stepId: a, operationId: listPets, onFailure: [{name: over, type: goto, workflowId: other}]}]
- {workflowId: other, steps: [{stepId: c, operationId: listPets}]}
",
            &["404", "200"]
        )
        .told(),
        @r"
        w: failed, step `a`: `the answer is a documented 2xx` does not hold
          a GET /pets 404 <action `over` goes on with workflow `other`>, failed `the answer is a documented 2xx` does not hold
        other (w/goto): passed
          c GET /pets 200,
        error[PM310] step `a` of `w`: `the answer is a documented 2xx` does not hold
        "
    );
}

#[test]
fn outputs_of_a_workflow_need_values() {
    insta::assert_snapshot!(
        play(
            "
- workflowId: w
  steps:
  - {stepId: a, operationId: listPets, onSuccess: [{name: end, type: end}]}
  - {stepId: b, operationId: listPets, outputs: {id: $statusCode}}
  outputs: {id: $steps.b.outputs.id}
",
            &["200"]
        )
        .told(),
        @r"
        w: failed, the output `id`: `$steps.b.outputs.id` has no value: step `b` has not run: known: `a`
          a GET /pets 200 <action `end` ends the workflow>,
          b not-reached the flow did not lead here
        "
    );
}

#[test]
fn it_is_known_how_many_steps_there_are_with_those_of_called_workflows() {
    let play = play(
        "
- workflowId: outer
  steps:
  - {stepId: a, operationId: listPets}
  - {stepId: b, workflowId: inner}
  - {stepId: c, workflowId: inner}
- workflowId: alone
  x-proofmark-feed: {file: rows.csv}
  inputs: {type: object, properties: {n: {type: string}}}
  steps: [{stepId: a, operationId: listPets}]
- workflowId: inner
  steps: [{stepId: a, operationId: listPets}, {stepId: b, operationId: listPets}]
- workflowId: own
  steps: [{stepId: a, workflowId: own}]
",
        &["200"],
    )
    .with_file("rows.csv", "n\n1\n2\n3\n");
    let suite = play.suite();
    let steps = |workflow: &str| {
        let selection = Selection {
            workflows: vec![workflow.to_owned()],
            ..Selection::default()
        };
        let planned = suite.plan(&selection, &play.given, play.options.seed);
        planned.map_or(0, |planned| suite.steps_planned(&planned))
    };
    assert_eq!((steps("outer"), steps("alone"), steps("inner")), (7, 3, 2));
}
