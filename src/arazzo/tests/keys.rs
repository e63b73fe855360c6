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
    insta::assert_snapshot!(lines, @"");
}
