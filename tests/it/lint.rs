//! `lint` on scenario files.

use std::fs;

use crate::support::{file, folder, run, text};

const SCENARIO: &str = "arazzo: 1.0.1
info: {title: Broken, version: '1'}
sourceDescriptions:
- {name: users, url: SPEC, type: openapi}
workflows:
- workflowId: broken
  steps:
  - stepId: update
    operationId: updateUser
    parameters:
    - {name: userId, in: path, value: ada}
    requestBody:
      payload:
        persona: ROBOT
        businessInfo:
          organizationRef: {id: $inputs.organizationId}
    successCriteria: [{condition: $statusCode == 200}]
  - stepId: read
    operationId: getUserInf
    successCriteria: [{condition: $statusCode == 200}]
";

fn lint(arguments: &[&str]) -> (Option<i32>, String, String) {
    let folder = folder();
    let spec = file("specs/users-api.yaml");
    let scenario = SCENARIO.replace("SPEC", &spec.to_string_lossy());
    fs::write(folder.path().join("a.yaml"), scenario).expect("a file");
    fs::write(folder.path().join("b.yaml"), "arazzo: 1.0.1\nworkflows: {").expect("a file");
    fs::write(
        folder.path().join("c.yaml"),
        "arazzo: 1.0.1\ninfo: {title: t, version: '1'}\n",
    )
    .expect("a file");
    let arguments = [&["lint"], arguments].concat();
    let output = run(folder.path(), &arguments).expect("the program runs");
    let spec = spec.to_string_lossy();
    let page = text(&output.stdout).replace(&*spec, "users-api.yaml");
    (output.status.code(), page, text(&output.stderr))
}

#[test]
fn defects_of_a_scenario_are_shown_in_its_source() {
    let (code, page, errors) = lint(&["a.yaml"]);
    assert_eq!((code, &*errors), (Some(1), ""), "{page}");
    insta::assert_snapshot!(page, @r#"
    warning[PM729]: the parameter `userId` breaks `format`: "ada" is not a "uuid"
      --> a.yaml:11:32
        |
     11 |     - {name: userId, in: path, value: ada}
        |                                ^^^^^
      = help: the schema is at users-api.yaml:143:11

    warning[PM729]: the payload breaks `enum`: "ROBOT" is not one of "UNKNOWN_PERSONA", "EMPLOYEE" or 4 other candidates
      --> a.yaml:14:9
        |
     14 |         persona: ROBOT
        |         ^^^^^^^
      = help: the schema is at users-api.yaml:1986:7

    warning[PM729]: the payload breaks `required`: "legalEntityRef" is a required property
      --> a.yaml:15:9
        |
     15 |         businessInfo:
        |         ^^^^^^^^^^^^
      = help: the schema is at users-api.yaml:914:7

    warning[PM721]: workflow `broken` declares no inputs, and `organizationId` is one
      --> a.yaml:16:29
        |
     16 |           organizationRef: {id: $inputs.organizationId}
        |                             ^^
      = help: add `inputs`, a JSON Schema with `properties`

    error[PM721]: there is no operation `getUserInf`
      --> a.yaml:19:5
        |
     19 |     operationId: getUserInf
        |     ^^^^^^^^^^^
      = help: did you mean `getUserInfo`?

    a.yaml: Arazzo 1.0.1, 1 workflow: 1 error, 4 warnings, 0 notes
    "#);
}

#[test]
fn unusable_scenarios_are_told_from_findings() {
    let (code, page, errors) = lint(&["b.yaml", "c.yaml"]);
    assert_eq!(code, Some(2), "{page}{errors}");
    insta::assert_snapshot!(format!("{page}{errors}"), @r"
    error: while parsing a node, did not find expected node content
      --> b.yaml:2:13
       |
     2 | workflows: {
       |             ^
    error: an Arazzo description needs `sourceDescriptions`
      --> c.yaml:1:1
    help: name the OpenAPI document that has the operations
    ");
}

#[test]
fn what_runners_differ_on_is_named_when_asked_for() {
    let scenario = file("scenarios/user-lifecycle.arazzo.yaml");
    let scenario = scenario.to_string_lossy();
    let (code, page, _) = lint(&[&scenario, "--fail-on", "warning"]);
    assert_eq!(code, Some(0), "{page}");
    let (code, page, _) = lint(&[&scenario, "--fail-on", "warning", "--portable"]);
    assert_eq!(code, Some(1), "{page}");
    assert!(page.contains("PM728"), "{page}");
}
