//! Rules on names, dependencies and flow.

use super::{load, steps, workflows};

#[test]
fn names_of_workflows_and_steps_lead_somewhere() {
    insta::assert_snapshot!(workflows("- workflowId: buyPet
  dependsOn: [logIn, $sourceDescriptions.api.x, $sourceDescriptions.apo.x]
  x-security: [{schemeName: $sourceDescriptions.aip.Bearer}]
  x-proofmark-generate: [nmae]
  inputs: {properties: {name: {type: string}}}
  failureActions: [{name: again, type: retry, stepId: pays}]
  steps:
  - {stepId: login, workflowId: loginn}
  - {stepId: pay, operationId: o, onSuccess: [{name: b, type: goto, workflowId: buypet, criteria: [{condition: $statusCode == 202}]}, {name: a, type: goto, stepId: logIn}]}
- workflowId: login
  steps: [{stepId: s, operationId: o}]
"), @"
    a.yaml:6:15: error[PM721] there is no workflow `logIn`; workflow `buyPet` is not run / did you mean `login`?
    a.yaml:6:22: error[PM721] `api` is no Arazzo description and has no workflows; workflow `buyPet` is not run
    a.yaml:6:49: error[PM721] there is no source description `apo`; workflow `buyPet` is not run / did you mean `api`?
    a.yaml:7:16: error[PM721] there is no source description `aip`; workflow `buyPet` is not run / known: `api`
    a.yaml:8:26: error[PM721] `inputs` declares no `nmae` to be drawn; workflow `buyPet` is not run / did you mean `name`?
    a.yaml:10:47: error[PM721] workflow `buyPet` has no step `pays`; workflow `buyPet` is not run / did you mean `pay`?
    a.yaml:12:21: error[PM721] there is no workflow `loginn`; workflow `buyPet` is not run / did you mean `login`?
    a.yaml:13:69: error[PM721] there is no workflow `buypet`; workflow `buyPet` is not run / did you mean `buyPet`?
    a.yaml:13:157: error[PM721] workflow `buyPet` has no step `logIn`; workflow `buyPet` is not run / did you mean `login`?
    ");
}

#[test]
fn workflows_that_wait_for_each_other_cannot_run() {
    let text = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
workflows:
- {workflowId: a, dependsOn: [b], steps: [{stepId: s, operationId: o}]}
- {workflowId: b, dependsOn: [c], steps: [{stepId: s, operationId: o}]}
- {workflowId: c, dependsOn: [d, a], steps: [{stepId: s, operationId: o}]}
- {workflowId: d, steps: [{stepId: s, operationId: o}]}
- {workflowId: e, steps: [{stepId: s, workflowId: c}]}
- {workflowId: f, dependsOn: [f], steps: [{stepId: s, operationId: o}]}
";
    let (description, lines) = load(text);
    let usable: Vec<(String, bool)> = description
        .unwrap()
        .workflows
        .values()
        .map(|workflow| (workflow.id.clone(), workflow.unusable.is_none()))
        .collect();
    let usable: Vec<&str> = usable
        .iter()
        .filter(|(_, usable)| *usable)
        .map(|(id, _)| &**id)
        .collect();
    assert_eq!(usable, ["d"]);
    insta::assert_snapshot!(lines, @"
    a.yaml:5:31: error[PM726] workflows wait for each other: `a` -> `b` -> `c` -> `a`; none of them is run
    a.yaml:10:31: error[PM726] workflows wait for each other: `f` -> `f`; none of them is run
    ");
}

#[test]
fn steps_that_wait_are_in_order() {
    let text = "arazzo: 1.1.0
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
workflows:
- workflowId: w
  steps:
  - {stepId: a, operationId: o, dependsOn: [b]}
  - {stepId: b, operationId: o, dependsOn: [c, nobody, $steps.a]}
  - {stepId: c, operationId: o, dependsOn: [a, $workflows.w.steps.d, $workflows.x.steps.d, $workflows.x]}
  - {stepId: d, operationId: o, dependsOn: [e]}
  - {stepId: e, operationId: o}
";
    insta::assert_snapshot!(load(text).1, @"
    a.yaml:7:45: error[PM726] steps wait for each other: `a` -> `b` -> `c` -> `a`; workflow `w` is not run
    a.yaml:7:45: error[PM726] steps wait for each other: `a` -> `b` -> `a`; workflow `w` is not run
    a.yaml:8:48: error[PM721] workflow `w` has no step `nobody`; workflow `w` is not run / known: `a`, `b`, `c`, `d`, `e`
    a.yaml:8:56: warning[PM724] `$steps.a` is no name of a step / write `a`
    a.yaml:9:48: warning[PM727] `c` waits for `d`, which comes later / move `d` up
    a.yaml:9:70: error[PM721] there is no workflow `x`; workflow `w` is not run / known: `w`
    a.yaml:9:92: error[PM720] `$workflows.x` is no name of a step; workflow `w` is not run / name a step of this workflow by its `stepId`, others as `$workflows.workflowId.steps.stepId`
    a.yaml:10:45: warning[PM727] `d` waits for `e`, which comes later / move `e` up
    ");
}

#[test]
fn workflows_may_call_each_other_with_a_warning() {
    insta::assert_snapshot!(workflows("- workflowId: a
  steps: [{stepId: s, workflowId: b}]
- workflowId: b
  steps: [{stepId: s, operationId: o, onFailure: [{name: r, type: retry, workflowId: a}]}]
- workflowId: c
  successActions: [{name: g, type: goto, workflowId: c}]
  steps: [{stepId: s, operationId: o}]
"), @"
    a.yaml:6:23: warning[PM727] workflows lead back to themselves: `a` -> `b` -> `a` / make sure that a criterion ends it: a run stops at the limit of steps
    a.yaml:10:42: warning[PM727] workflows lead back to themselves: `c` -> `c` / make sure that a criterion ends it: a run stops at the limit of steps
    ");
}

#[test]
fn what_never_happens_is_named() {
    insta::assert_snapshot!(steps("  - {stepId: a, operationId: o, onSuccess: [{name: g, type: goto, stepId: c}, {name: h, type: end}]}
  - {stepId: b, operationId: o}
  - stepId: c
    operationId: o
    onSuccess:
    - {name: e, type: goto, stepId: a, criteria: [{condition: $statusCode == 201}]}
    - {name: e, type: goto, stepId: e}
    onFailure:
    - {name: r, type: retry}
    - {name: e, type: end}
    - {name: f, type: end}
  - {stepId: d, operationId: o}
  - {stepId: e, operationId: o, onSuccess: [{name: e, type: end}]}
  - {stepId: f, operationId: o, x-proofmark-always: true}
"), @"
    a.yaml:7:79: warning[PM727] `h` never happens: `g` before it always does / give `g` criteria, or remove what comes after
    a.yaml:8:5: warning[PM727] `b` never runs: `a` before it always ends or moves on
    a.yaml:13:7: warning[PM724] two actions are called `e` / rename one: a step replaces the actions of its workflow by name
    a.yaml:17:7: warning[PM727] `f` never happens: `e` before it always does / give `e` criteria, or remove what comes after
    a.yaml:18:5: warning[PM727] `d` never runs: `c` before it always ends or moves on
    ");
}
