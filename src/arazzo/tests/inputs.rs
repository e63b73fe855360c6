//! Inputs as their schema declares them.

use serde_json::json;

use super::load;
use crate::arazzo::read_with;
use crate::document::Document;

#[test]
fn inputs_are_found_behind_references_and_get_their_defaults() {
    let text = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
components:
  inputs:
    base: {properties: {token: {$ref: '#/components/inputs/secret'}, size: {$ref: '#/components/inputs/size'}}}
    secret: {type: string, format: password}
    size: {type: integer, default: 3}
workflows:
- workflowId: w
  inputs:
    type: object
    required: [token]
    allOf: [{$ref: '#/components/inputs/base'}, {$ref: '#/workflows/0/inputs'}]
    properties: {name: {type: string, default: a}, empty: {default: null}}
  steps: [{stepId: s, operationId: o}]
- {workflowId: none, steps: [{stepId: s, operationId: o}]}
- {workflowId: open, inputs: {properties: {a: {}}, additionalProperties: true}, steps: [{stepId: s, operationId: o}]}
- {workflowId: shut, inputs: {properties: {a: {}}, additionalProperties: false}, steps: [{stepId: s, operationId: o}]}
";
    let (description, _) = load(text);
    let description = description.unwrap();
    let inputs = description.workflows["w"].declared_inputs();
    let names: Vec<&String> = inputs.schemas.keys().collect();
    assert_eq!(names, ["name", "empty", "token", "size"]);
    assert!(inputs.is_secret("token") && !inputs.is_secret("name") && !inputs.is_secret("x"));
    let mut given = json!({"name": "b"});
    inputs.fill(given.as_object_mut().unwrap());
    assert_eq!(given, json!({"name": "b", "empty": null, "size": 3}));
    let open =
        ["w", "none", "open", "shut"].map(|id| description.workflows[id].declared_inputs().is_open);
    assert_eq!(open, [false, true, true, false]);
}

#[test]
fn schemas_of_inputs_may_stand_in_other_files() {
    let text = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
workflows:
- workflowId: w
  inputs: {$ref: 'inputs.yaml#/customer'}
  steps: [{stepId: s, operationId: o, parameters: [{name: a, in: query, value: $inputs.nmae}]}]
";
    let mut asked = Vec::new();
    let document = Document::parse("files/a.yaml", text).unwrap();
    let (description, diagnostics) = read_with(document, &mut |name| {
        asked.push(name.to_owned());
        let text = "customer: {properties: {name: {default: Ada}}}";
        Ok(Document::parse(name, text).unwrap())
    });
    assert_eq!(asked, ["files/inputs.yaml"]);
    let inputs = description.unwrap().workflows["w"].declared_inputs();
    assert_eq!(inputs.default_of("name"), Some(&json!("Ada")));
    let lines: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "files/a.yaml:7:73: error[PM721] workflow `w` declares no input `nmae`; \
             workflow `w` is not run / did you mean `name`?"
        ]
    );
}
