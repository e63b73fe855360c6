//! Keys that mean nothing, or mean something elsewhere.

use super::load;

#[test]
fn unknown_keys_are_named_with_the_one_that_was_meant() {
    let text = "arazzo: 1.0.1
info: {title: t, version: '1', titel: x, x-mine: 1}
sourceDescription: []
sourceDescriptions: [{name: api, url: api.yaml, x-serverUrl: http://a.example}]
x-proofmark-laod: {}
workflows:
- workflowId: w
  x-proofmark-always: true
  steps:
  - stepId: s
    operationId: o
    timeout: 5
    sucessCriteria: []
    parameters: [{reference: $components.parameters.p, x-a: 1}]
components: {parameters: {p: {name: n, in: query, value: 1, schema: {}}}, schemas: {}}
";
    let (description, lines) = load(text);
    assert!(description.unwrap().workflows["w"].unusable.is_none());
    insta::assert_snapshot!(lines, @"
    a.yaml:2:32: warning[PM722] `info` has no key `titel` / did you mean `title`?
    a.yaml:3:1: warning[PM722] an Arazzo description has no key `sourceDescription` / did you mean `sourceDescriptions`?
    a.yaml:4:49: warning[PM724] `x-serverUrl` is ignored / targets are named on the command line or in `proofmark.toml`
    a.yaml:5:1: warning[PM722] proofmark has no extension `x-proofmark-laod` / did you mean `x-proofmark-load`?
    a.yaml:8:3: warning[PM722] `x-proofmark-always` means nothing on a workflow / it belongs on a step
    a.yaml:12:5: warning[PM724] `timeout` came with Arazzo 1.1, and the file is written in 1.0.1 / it counts all the same; write `arazzo: 1.1.0` for other tools
    a.yaml:13:5: warning[PM722] a step has no key `sucessCriteria` / did you mean `successCriteria`?
    a.yaml:14:56: warning[PM722] a reference to a component has no key `x-a` / known: `reference`, `value`
    a.yaml:15:61: warning[PM722] a parameter has no key `schema` / known: `name`, `in`, `value`, `x-allowReserved`
    a.yaml:15:75: warning[PM722] `components` has no key `schemas` / known: `inputs`, `parameters`, `successActions`, `failureActions`
    ");
}
