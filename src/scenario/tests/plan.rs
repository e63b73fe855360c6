//! What is refused before anything is sent, with file and line.

use super::play;

fn refused(workflows: &str) -> String {
    play(workflows, &["200"]).refused()
}

#[test]
fn names_that_mean_nothing_are_refused() {
    insta::assert_snapshot!(
        refused("
- workflowId: w
  steps:
  - {stepId: a, operationId: listPet}
  - {stepId: b, operationId: $sourceDescriptions.apo.listPets}
  - {stepId: c, operationPath: '{$sourceDescriptions.api.url}#/paths/~1pet/get'}
  - {stepId: d, workflowId: nowhere}
"),
        @r"
        a.yaml:9:17: error[PM721] there is no source description `apo`; workflow `w` is not run / did you mean `api`?
        a.yaml:11:17: error[PM721] there is no workflow `nowhere`; workflow `w` is not run / known: `w`
        a.yaml:8:17: error[PM721] there is no operation `listPet` / did you mean `listPets`?
        a.yaml:10:17: error[PM721] there is no operation `GET /pet` / did you mean `GET /pets`?
        "
    );
}

#[test]
fn workflows_that_need_each_other_are_refused() {
    insta::assert_snapshot!(
        refused("
- {workflowId: a, dependsOn: [b], steps: [{stepId: s, operationId: listPets}]}
- {workflowId: b, dependsOn: [c], steps: [{stepId: s, operationId: listPets}]}
- {workflowId: c, dependsOn: [a], steps: [{stepId: s, operationId: listPets}]}
"),
        @"a.yaml:6:31: error[PM726] workflows wait for each other: `a` -> `b` -> `c` -> `a`; none of them is run"
    );
    insta::assert_snapshot!(
        refused("
- {workflowId: a, dependsOn: [a], steps: [{stepId: s, operationId: listPets}]}
"),
        @"a.yaml:6:31: error[PM726] workflows wait for each other: `a` -> `a`; none of them is run"
    );
    insta::assert_snapshot!(
        refused("
- {workflowId: a, dependsOn: [nothing], steps: [{stepId: s, operationId: listPets}]}
"),
        @"a.yaml:6:31: error[PM721] there is no workflow `nothing`; workflow `a` is not run / known: `a`"
    );
}

#[test]
fn workflows_that_call_each_other_in_a_circle_are_refused() {
    insta::assert_snapshot!(
        refused("
- {workflowId: a, steps: [{stepId: s, operationId: listPets}, {stepId: t, workflowId: b}]}
- {workflowId: b, steps: [{stepId: s, workflowId: a}]}
"),
        @"a.yaml:6:75: error[PM726] workflows call each other in a circle: `a` (a.yaml:6:75) -> `b` (a.yaml:7:39) -> `a`; none of them is run / let a success action with criteria end the workflow before it calls, or go on with `goto`"
    );
    insta::assert_snapshot!(
        refused("
- {workflowId: start, steps: [{stepId: s, workflowId: a}]}
- {workflowId: a, steps: [{stepId: s, workflowId: b}]}
- {workflowId: b, dependsOn: [a], steps: [{stepId: s, operationId: listPets}]}
"),
        @"a.yaml:7:39: error[PM726] workflows call each other in a circle: `a` (a.yaml:7:39) -> `b` (a.yaml:8:31) -> `a`; none of them is run / let a success action with criteria end the workflow before it calls, or go on with `goto`"
    );
    // Through another file.
    let other = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: first, url: a.yaml, type: arazzo}]
workflows:
- {workflowId: b, steps: [{stepId: s, workflowId: $sourceDescriptions.first.a}]}
";
    let found = play(
        "
- {workflowId: a, steps: [{stepId: s, workflowId: $sourceDescriptions.other.b}]}
",
        &[],
    )
    .with_file("other.yaml", other)
    .with_file(
        "a.yaml",
        "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: other, url: other.yaml, type: arazzo}]
workflows:
- {workflowId: a, steps: [{stepId: s, workflowId: $sourceDescriptions.other.b}]}
",
    )
    .refused();
    insta::assert_snapshot!(found, @"a.yaml:5:39: error[PM726] workflows call each other in a circle: `a` (a.yaml:5:39) -> `b` (other.yaml:5:39) -> `a`; none of them is run / let a success action with criteria end the workflow before it calls, or go on with `goto`");
}

#[test]
fn workflows_that_may_end_before_they_call_themselves_are_run() {
    let played = play(
        "
- workflowId: pages
  steps:
  - stepId: page
    operationId: listPets
    onSuccess: [{name: last, type: end, criteria: [{condition: $response.body#/last == true}]}]
  - {stepId: next, workflowId: pages}
",
        &["200 {}", "200 {}", "200 {\"last\":true}"],
    )
    .run();
    assert_eq!(played.sent.len(), 3);
    assert_eq!(played.step("page").outcome.name(), "passed");
}

#[test]
fn steps_that_need_each_other_are_refused() {
    insta::assert_snapshot!(
        refused("
- workflowId: w
  steps:
  - {stepId: a, operationId: listPets, dependsOn: [b]}
  - {stepId: b, operationId: listPets, dependsOn: [a]}
"),
        @"a.yaml:8:52: error[PM726] steps wait for each other: `a` -> `b` -> `a`; workflow `w` is not run"
    );
}

#[test]
fn references_that_can_never_have_a_value_are_refused() {
    let parameter = |value: &str| {
        refused(&format!(
            "
- workflowId: w
  inputs: {{type: object, additionalProperties: false, properties: {{name: {{type: string}}}}}}
  steps:
  - {{stepId: a, operationId: listPets, outputs: {{id: $response.body#/id}}}}
  - stepId: b
    operationId: getPet
    parameters: [{{name: id, in: path, value: '1'}}, {value}]
"
        ))
    };
    let lines: Vec<String> = [
        "{name: X-A, in: header, value: $steps.a.outputs.ID}",
        "{name: X-A, in: header, value: $steps.nowhere.outputs.id}",
        "{name: X-A, in: header, value: $inputs.nam}",
        "{name: X-A, in: header, value: $workflows.nowhere.outputs.id}",
        "{name: X-A, in: header, value: $sourceDescriptions.apo.url}",
        "{reference: $components.parameters.nothing}",
    ]
    .into_iter()
    .map(parameter)
    .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    a.yaml:12:76: error[PM721] step `a` declares no output `ID`; workflow `w` is not run / did you mean `id`?
    a.yaml:12:76: error[PM721] there is no step `nowhere`; workflow `w` is not run / known: `a`, `b`
    a.yaml:12:76: error[PM721] workflow `w` declares no input `nam`; workflow `w` is not run / did you mean `name`?
    a.yaml:12:76: error[PM721] there is no workflow `nowhere`; workflow `w` is not run / known: `w`
    a.yaml:12:76: error[PM721] there is no source description `apo`; workflow `w` is not run / did you mean `api`?
    a.yaml:12:53: error[PM721] `components` has no `nothing` under `parameters`; workflow `w` is not run
    ");
}

#[test]
fn everything_that_is_wrong_in_a_workflow_is_told() {
    insta::assert_snapshot!(
        refused("
- workflowId: w
  steps:
  - stepId: a
    operationId: nowhere
    parameters: [{name: X-A, in: header, value: $steps.b.outputs.id}]
    onSuccess: [{name: x, type: goto, stepId: z}]
    onFailure: [{name: x, type: goto, workflowId: z}]
"),
        @r"
        a.yaml:10:42: error[PM721] there is no step `b`; workflow `w` is not run / known: `a`
        a.yaml:11:39: error[PM721] workflow `w` has no step `z`; workflow `w` is not run / known: `a`
        a.yaml:12:39: error[PM721] there is no workflow `z`; workflow `w` is not run / known: `w`
        a.yaml:9:5: error[PM721] there is no operation `nowhere`
        "
    );
}

#[test]
fn what_is_wrong_in_a_workflow_that_is_called_is_refused_too() {
    insta::assert_snapshot!(
        refused("
- {workflowId: w, steps: [{stepId: s, workflowId: inner}]}
- {workflowId: inner, steps: [{stepId: s, operationId: nowhere}]}
"),
        @"a.yaml:7:43: error[PM721] there is no operation `nowhere`"
    );
    insta::assert_snapshot!(
        refused("
- {workflowId: w, steps: [{stepId: s, operationId: listPets, onFailure: [{name: x, type: goto, workflowId: inner}]}]}
- {workflowId: inner, steps: [{stepId: s, operationId: nowhere}]}
"),
        @"a.yaml:7:43: error[PM721] there is no operation `nowhere`"
    );
}

#[test]
fn what_is_not_supported_is_refused() {
    insta::assert_snapshot!(
        refused("
- workflowId: w
  steps:
  - stepId: a
    operationId: listPets
    successCriteria: [{context: $response.body, condition: //a, type: xpath}]
"),
        @"a.yaml:10:65: error[PM723] XPath is not supported; workflow `w` is not run / `type: regex` with `context: $response.body` looks into XML as text"
    );
}

#[test]
fn what_is_wrong_elsewhere_does_not_matter() {
    let mut play = play(
        "
- {workflowId: good, steps: [{stepId: s, operationId: listPets}]}
- {workflowId: bad, steps: [{stepId: s, operationId: nowhere}]}
",
        &["200"],
    );
    play.selection.workflows = vec!["good".to_owned()];
    assert_eq!(play.run().summary.exit_code, 0);
}

#[test]
fn what_lint_calls_an_error_is_refused_before_anything_is_sent() {
    for (workflows, expected) in [
        (
            "
- workflowId: w
  steps: [{stepId: a, operationId: getPet}]
",
            "`getPet` needs the path parameter `id`",
        ),
        (
            "
- workflowId: outer
  steps: [{stepId: call, workflowId: inner}]
- workflowId: inner
  inputs: {type: object, required: [n]}
  steps: [{stepId: a, operationId: listPets}]
",
            "an input of workflow `inner` is missing",
        ),
    ] {
        let found = refused(workflows);
        assert!(found.contains(expected), "{found}");
    }
}
