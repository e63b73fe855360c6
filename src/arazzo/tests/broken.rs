//! Broken descriptions: what is said, and what is left.

use super::{load, steps, workflows};

#[test]
fn what_is_no_arazzo_description_is_refused() {
    for (text, expected) in [
        ("arazzo: 2.0.0\n", ""),
        ("arazzo: one\n", ""),
        ("arazzo: {}\n", ""),
        ("openapi: 3.1.0\n", ""),
        ("asyncapi: 3.0.0\n", ""),
        ("workflowsSpec: 1.0.0-prerelease\n", ""),
        ("a: 1\n", ""),
        ("- 1\n", ""),
    ] {
        let (description, lines) = load(text);
        assert!(description.is_none(), "{text}");
        assert_eq!(lines, expected);
    }
}

#[test]
fn other_versions_are_read_as_the_nearest() {
    for (version, minor, expected) in [
        ("1.0.0", 0, ""),
        ("1.0.1", 0, ""),
        ("1.1.0", 1, ""),
        ("1.0", 0, ""),
        ("1.2.0", 1, ""),
        ("1.0.1-rc", 0, ""),
    ] {
        let text = format!(
            "arazzo: {version}\n{}",
            "info: {title: t, version: '1'}\nsourceDescriptions: [{name: a, url: u}]\nworkflows: [{workflowId: w, steps: [{stepId: s, operationId: o}]}]\n"
        );
        let (description, lines) = load(&text);
        assert_eq!(description.unwrap().version.minor, minor, "{version}");
        assert_eq!(lines, expected, "{version}");
    }
}

#[test]
fn a_broken_root_is_named_part_by_part() {
    let (description, lines) = load(
        "arazzo: 1.0.1
info: [1]
sourceDescriptions:
- {name: a, url: u, type: openapi}
- {name: a, url: v, type: opnapi}
- {url: v}
- {name: m, url: m.yaml, type: asyncapi}
- {name: a b, url: 7}
- text
workflows:
- 5
- {workflowId: '', steps: []}
- {workflowId: w, steps: [{stepId: s, operationId: $sourceDescriptions.a.o}]}
- {workflowId: w, steps: [{stepId: s, operationId: $sourceDescriptions.a.o}]}
",
    );
    let description = description.unwrap();
    assert_eq!(description.sources.len(), 3);
    assert_eq!(description.workflows.len(), 1);
    insta::assert_snapshot!(lines, @"");
    insta::assert_snapshot!(load("arazzo: 1.0.1\n").1, @"");
}

#[test]
fn a_broken_step_costs_its_workflow_only() {
    let text = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
workflows:
- workflowId: bad
  steps: [{stepId: s, operationID: o}]
- workflowId: good
  steps: [{stepId: s, operationId: o}]
";
    let (description, lines) = load(text);
    let description = description.unwrap();
    let bad = &description.workflows["bad"];
    assert_eq!(bad.unusable.as_ref().unwrap().to_string(), "a.yaml:6:11");
    assert!(description.workflows["good"].unusable.is_none());
    insta::assert_snapshot!(lines, @"");
}

#[test]
fn targets_of_steps_are_one_thing() {
    insta::assert_snapshot!(steps("  - {stepId: a, operationId: o, workflowId: w}
  - {stepId: b, operationId: $sourceDescriptions.ap.o}
  - {stepId: c, operationId: $sourceDescriptions.api}
  - {stepId: d, operationPath: /pets}
  - {stepId: e, operationPath: '{$sourceDescriptions.api.url}#/pets/get'}
  - {stepId: f, operationPath: '$sourceDescriptions.api#/paths/~1pets/get'}
  - {stepId: g, operationPath: 'api.yaml#/paths/~1pets/get'}
  - {stepId: h, operationPath: 'other.yaml#/paths/~1pets/get'}
  - {stepId: i, workflowId: $steps.a}
  - {stepId: j, x-operation: {url: u}}
  - {stepId: k, channelPath: x, action: send}
  - {stepId: l, workflowId: first, requestBody: {payload: 1}}
  - {stepId: l, operationId: 5}
"), @"");
}

#[test]
fn parameters_need_name_value_and_place() {
    insta::assert_snapshot!(steps("  - stepId: a
    operationId: o
    parameters:
    - {name: a, in: query}
    - {in: query, value: 1}
    - {name: c, value: 1}
    - {name: d, in: qurey, value: 1}
    - {name: e, in: querystring, value: 1}
    - {name: f, in: body, value: {a: 1}}
    - {name: g, in: query, value: 1}
    - {name: g, in: query, value: 2}
    - {reference: $components.parameters.none}
    - {reference: $components.successActions.none}
    - text
  - stepId: b
    workflowId: w
    parameters: [{name: a, in: query, value: 1}]
"), @"");
}

#[test]
fn actions_lead_somewhere() {
    insta::assert_snapshot!(steps("  - stepId: a
    operationId: o
    onSuccess:
    - {name: a, type: goto}
    - {name: b, type: goto, stepId: a, workflowId: w}
    - {name: c, type: retry}
    - {name: d, type: stop}
    - {type: end, stepId: a}
    - {name: f, type: goto, stepId: $steps.a, criteria: []}
    onFailure:
    - {name: a, type: retry, retryAfter: -1}
    - {name: b, type: retry, retryAfter: '2', retryLimit: 1.5}
    - {name: c, type: retry, retryAfter: soon}
    - {name: d, type: end, retryLimit: 1}
    - {name: e, type: retry, parameters: [{name: a, value: 1}]}
    - {name: f}
    - {reference: $components.failureActions.f, value: 1}
"), @"");
}

#[test]
fn what_is_not_supported_is_refused() {
    let messages = "arazzo: 1.1.0
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}, {name: bus, url: bus.yaml, type: asyncapi}]
workflows:
- workflowId: messages
  steps:
  - {stepId: a, operationId: $sourceDescriptions.bus.o, action: receive, correlationId: x}
  - {stepId: b, operationId: $sourceDescriptions.bus.o}
- workflowId: xml
  steps:
  - stepId: a
    operationId: $sourceDescriptions.api.o
    requestBody: {payload: <a/>, replacements: [{target: /a, value: 1, targetSelectorType: xpath}]}
    successCriteria:
    - {context: $response.body, condition: //a, type: xpath}
    - {context: $response.body, condition: //a, type: {type: xpath, version: xpath-30}}
    - {context: $response.body, condition: //a, type: css}
- workflowId: http
  steps: [{stepId: a, operationId: $sourceDescriptions.api.o}]
";
    let (description, lines) = load(messages);
    let description = description.unwrap();
    let usable = description
        .workflows
        .values()
        .map(|workflow| workflow.unusable.is_none());
    assert_eq!(usable.collect::<Vec<_>>(), [false, false, true]);
    insta::assert_snapshot!(lines, @"");
}

#[test]
fn extensions_are_read_strictly() {
    insta::assert_snapshot!(workflows("- workflowId: w
  x-proofmark-checks: {PM103: loud, PM999: error, response-shema: error}
  x-proofmark-feed: {file: rows.txt, pick: any}
  x-proofmark-generate: {a: 1}
  x-proofmark-tags: one
  x-security: [{schemeName: a, scheme: {}}, {schemeName: $sourceDescriptions.api}, 5]
  steps:
  - stepId: a
    operationId: o
    x-proofmark-always: 'yes'
    x-proofmark-think-time: 5
    requestBody: {x-proofmark-generate: {mode: vald, optionals: all}}
  - stepId: b
    operationId: o
    x-proofmark-think-time: {min: 2s, max: 1s}
    requestBody: {x-proofmark-generate: true, replacements: [{target: /a}, {value: 1}]}
  - stepId: c
    operationId: o
    x-proofmark-think-time: {min: 2s, maximum: 1s}
    requestBody: {replacements: [{target: /a, value: 1}]}
"), @"");
}

#[test]
fn inputs_are_schemas_that_can_be_used() {
    let (description, lines) = load("arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
workflows:
- {workflowId: a, inputs: {$ref: '#/components/inputs/colour'}, steps: [{stepId: s, operationId: o}]}
- {workflowId: b, inputs: {$ref: '#/components/inputs/colours'}, steps: [{stepId: s, operationId: o}]}
- {workflowId: c, inputs: {properties: {a: {pattern: '('}}}, steps: [{stepId: s, operationId: o}]}
- {workflowId: d, inputs: text, steps: [{stepId: s, operationId: o}]}
- {workflowId: e, inputs: {$ref: other.yaml}, steps: [{stepId: s, operationId: o}]}
components: {inputs: {colour: {type: object, required: [name], properties: {name: {type: string}}}}}
");
    let description = description.unwrap();
    let judge = description.workflows["a"]
        .inputs
        .as_ref()
        .unwrap()
        .validator()
        .unwrap();
    assert!(judge.is_valid(&serde_json::json!({"name": "red"})));
    assert!(!judge.is_valid(&serde_json::json!({})));
    let usable = description
        .workflows
        .values()
        .map(|workflow| workflow.unusable.is_none());
    assert_eq!(
        usable.collect::<Vec<_>>(),
        [true, false, false, false, false]
    );
    insta::assert_snapshot!(lines, @"");
}
