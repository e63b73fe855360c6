//! Rules on expressions: what they name is there, and in time.

use super::{load, steps, workflows};

#[test]
fn texts_that_are_no_expressions_are_named_where_they_stand() {
    insta::assert_snapshot!(steps("  - stepId: a
    operationId: o
    parameters: [{name: a, in: query, value: $input.a}, {name: b, in: query, value: $5}]
    requestBody:
      payload: {deep: [{down: '{$response.headers.a} and'}]}
      replacements: [{target: down, value: 1}, {target: $.a, value: 1}]
    successCriteria:
    - condition: $statusCode = 200
    - condition: $.a
    - {condition: 200, type: regex}
    - {condition: '(', type: regex, context: $response.body}
    - {condition: '$[?', type: jsonpath, context: $response.body}
    - {condition: a, type: {type: jsonpath, version: 5}, context: $response.body}
    outputs: {a: $response.headers.x, b: literal, 'c d': $statusCode}
"), @"
    a.yaml:9:39: error[PM720] `$input.a` cannot be read: there is no `$input`; workflow `w` is not run / did you mean `$inputs`?
    a.yaml:11:25: error[PM720] `{$response.headers.a} and` cannot be read: a message has no part `headers`; workflow `w` is not run / did you mean `header`?
    a.yaml:12:23: error[PM720] `down` is no JSON Pointer; workflow `w` is not run / it starts with `/`, and `~` is written `~0`
    a.yaml:12:49: error[PM720] `$.a` is no JSON Pointer; workflow `w` is not run / a JSONPath needs `targetSelectorType: jsonpath`
    a.yaml:14:7: error[PM720] `$statusCode = 200` cannot be read: expected an operator, not `=`; workflow `w` is not run / equality is `==`
    a.yaml:15:7: error[PM720] `$.a` cannot be read: a simple condition is no JSONPath; workflow `w` is not run / a criterion with one has `type: jsonpath` and a `context`
    a.yaml:16:8: error[PM720] a condition is a string; workflow `w` is not run
    a.yaml:17:8: error[PM720] `(` cannot be read: `(` is no regular expression: it does not follow ECMA 262; workflow `w` is not run
    a.yaml:18:8: error[PM720] `$[?` cannot be read: expected a query (`@…`), a literal or a function; workflow `w` is not run
    a.yaml:19:22: error[PM720] `version` is a string; workflow `w` is not run
    a.yaml:20:15: error[PM720] `$response.headers.x` cannot be read: a message has no part `headers`; workflow `w` is not run / did you mean `header`?
    a.yaml:20:39: warning[PM724] the output `b` is no expression / it is taken as it is; expressions start with `$`
    a.yaml:20:51: warning[PM724] `c d` has other characters than letters, digits, `.`, `_` and `-` / expressions such as `$outputs.name` need a plain name
    ");
}

#[test]
fn an_output_that_cannot_be_read_is_declared_all_the_same() {
    insta::assert_snapshot!(steps("  - stepId: a
    operationId: o
    outputs: {a: '$outputs[0].id'}
  - stepId: b
    operationId: o
    parameters: [{name: a, in: query, value: $steps.a.outputs.a}]
"), @"a.yaml:9:15: error[PM720] `$outputs[0].id` cannot be read: expected `$outputs.<name>`; workflow `w` is not run");
}

#[test]
fn inputs_outputs_and_steps_are_declared() {
    insta::assert_snapshot!(workflows("- workflowId: w
  inputs: {properties: {user.name: {}, userId: {}}}
  parameters: [{name: p, in: query, value: $inputs.userID}]
  steps:
  - stepId: first
    operationId: o
    parameters:
    - {name: a, in: query, value: $inputs.user.name}
    - {name: b, in: query, value: '{$inputs.userId.deep} {$inputs.usrId}'}
    - {name: c, in: query, value: $response.body}
    - {name: d, in: query, value: $steps.second.outputs.b}
    - {name: e, in: query, value: $steps.first.outputs.a}
    - {name: f, in: query, value: $sourceDescriptions.api.url}
    - {name: g, in: query, value: $sourceDescriptions.api.getPet}
    - {name: h, in: query, value: $components.parameters.none}
    - {name: i, in: query, value: $workflows.other.outputs.c}
    - {name: j, in: query, value: $workflows.others.outputs.b}
    - {name: k, in: query, value: $workflows.other.inputs.x}
    successCriteria: [{condition: $steps.first.outputs.a != null}, {condition: $outputs.nothing == 1}]
    onSuccess: [{name: x, type: end, criteria: [{condition: $steps.first.outputs.a == 2}]}]
    outputs: {a: $response.body#/a}
  - stepId: second
    workflowId: other
    parameters: [{name: x, value: $steps.first.outputs.aa}]
    outputs: {b: $outputs.b, c: $outputs.d}
  outputs: {a: $steps.first.outputs.a, b: $steps.third.outputs.a, c: $statusCode}
- workflowId: other
  steps: [{stepId: s, operationId: o, outputs: {z: $inputs.z}}]
  outputs: {b: $steps.s.outputs.z}
"), @"
    a.yaml:7:37: error[PM721] workflow `w` declares no input `userID`; workflow `w` is not run / did you mean `userId`?
    a.yaml:13:28: error[PM721] workflow `w` declares no input `usrId`; workflow `w` is not run / did you mean `userId`?
    a.yaml:14:28: error[PM721] `$response.body` is not known before the call; workflow `w` is not run / values of earlier steps are `$steps.stepId.outputs.name`
    a.yaml:15:28: error[PM721] `second` has not run by then; workflow `w` is not run / steps run in the order of the file: move it up
    a.yaml:16:28: error[PM721] the outputs of `first` are not known before it is done; workflow `w` is not run
    a.yaml:18:28: error[PM721] source description `api` has no value `getPet`; workflow `w` is not run / known: `name`, `url`, `type`
    a.yaml:19:28: error[PM721] `components` has no `none` under `parameters`; workflow `w` is not run
    a.yaml:20:28: error[PM721] workflow `other` declares no output `c`; workflow `w` is not run / known: `b`
    a.yaml:21:28: error[PM721] there is no workflow `others`; workflow `w` is not run / did you mean `other`?
    a.yaml:22:28: warning[PM721] workflow `other` declares no inputs, and `x` is one / add `inputs`, a JSON Schema with `properties`
    a.yaml:23:24: error[PM721] the outputs of `first` are not known before it is done; workflow `w` is not run
    a.yaml:23:69: error[PM721] workflow `w` declares no output `nothing`; workflow `w` is not run / known: `a`, `b`, `c`
    a.yaml:28:28: error[PM721] step `first` declares no output `aa`; workflow `w` is not run / did you mean `a`?
    a.yaml:29:30: error[PM721] workflow `other` declares no output `d`; workflow `w` is not run / known: `b`
    a.yaml:30:40: error[PM721] there is no step `third`; workflow `w` is not run / known: `first`, `second`
    a.yaml:30:67: error[PM721] `$statusCode` is of no call: a workflow makes many; workflow `w` is not run / make it an output of a step, and name that: `$steps.stepId.outputs.name`
    a.yaml:32:49: warning[PM721] workflow `other` declares no inputs, and `z` is one / add `inputs`, a JSON Schema with `properties`
    ");
}

#[test]
fn a_jump_may_bring_a_later_step_forward() {
    let jump = |criteria: &str| {
        steps(&format!(
            "  - stepId: a
    operationId: o
    onSuccess: [{{name: j, type: goto, stepId: c{criteria}}}]
  - stepId: b
    operationId: o
    parameters: [{{name: p, in: query, value: $steps.c.outputs.c}}]
  - stepId: c
    operationId: o
    onSuccess: [{{name: j, type: goto, stepId: b, criteria: [{{condition: $statusCode == 200}}]}}]
    outputs: {{c: $statusCode}}
"
        ))
    };
    assert_eq!(jump(""), "");
    insta::assert_snapshot!(jump(", criteria: [{condition: $statusCode == 200}]"), @"a.yaml:12:39: error[PM721] `c` has not run by then; workflow `w` is not run / steps run in the order of the file: move it up");
}

#[test]
fn a_broken_component_costs_those_that_use_it() {
    let text = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
components:
  parameters:
    bad: {name: a, in: query, value: $input.a}
    good: {name: a, in: query, value: $inputs.a}
workflows:
- workflowId: a
  steps: [{stepId: s, operationId: o, parameters: [{reference: $components.parameters.bad}]}]
- workflowId: b
  inputs: {properties: {b: {}}}
  steps: [{stepId: s, operationId: o, parameters: [{reference: $components.parameters.good}]}]
- workflowId: c
  inputs: {properties: {a: {}}}
  steps: [{stepId: s, operationId: o, parameters: [{reference: $components.parameters.good}]}]
";
    let (description, lines) = load(text);
    let defects: Vec<Option<String>> = description
        .unwrap()
        .workflows
        .values()
        .map(|workflow| workflow.unusable.as_ref().map(ToString::to_string))
        .collect();
    assert_eq!(
        defects,
        [
            Some("a.yaml:6:31".to_owned()),
            Some("a.yaml:7:32".to_owned()),
            None
        ]
    );
    insta::assert_snapshot!(lines, @"
    a.yaml:6:31: error[PM720] `$input.a` cannot be read: there is no `$input` / did you mean `$inputs`?
    a.yaml:7:32: error[PM721] workflow `b` declares no input `a`; workflow `b` is not run / known: `b`
    ");
}

#[test]
fn mistakes_of_published_examples_get_a_hint() {
    insta::assert_snapshot!(steps("  - stepId: a
    operationId: o
    successCriteria:
    - {context: $response.body, condition: $.token != null, type: jsonpath}
    - {context: $response.body, condition: '$[?count(@.products) > 0]', type: jsonpath}
    - condition: $response.body.done == \"yes\"
    outputs:
      id: $outputs[0].id
      order: $workflow_order_id
      url: $response.headers.Location
      body: $response.body.items[0].id
    onSuccess: [{name: e, type: end, condition: $statusCode == 200}]
  - stepId: ask
    interaction: {mode: form}
    timeout: PT2H
"), @"
    a.yaml:10:33: error[PM720] `$.token != null` cannot be read: ` ` cannot stand here; workflow `w` is not run / compare within a filter, as in `$[?@.id != null]`, or with a simple criterion, as in `$response.body#/id != null`
    a.yaml:14:7: error[PM720] `$outputs[0].id` cannot be read: expected `$outputs.<name>`; workflow `w` is not run
    a.yaml:15:7: error[PM720] `$workflow_order_id` cannot be read: there is no `$workflow_order_id`; workflow `w` is not run / did you mean `$workflows`?
    a.yaml:16:7: error[PM720] `$response.headers.Location` cannot be read: a message has no part `headers`; workflow `w` is not run / did you mean `header`?
    a.yaml:18:38: warning[PM722] a success action has no key `condition` / known: `name`, `type`, `workflowId`, `stepId`, `criteria`, `parameters`
    a.yaml:19:5: error[PM720] a step needs `operationId`, `operationPath` or `workflowId`; workflow `w` is not run
    a.yaml:19:5: warning[PM727] `ask` never runs: `a` before it always ends or moves on
    a.yaml:20:5: warning[PM722] a step has no key `interaction`
    a.yaml:21:5: warning[PM724] `timeout` came with Arazzo 1.1, and the file is written in 1.0.1 / it counts all the same; write `arazzo: 1.1.0` for other tools
    a.yaml:21:5: error[PM720] `timeout` is a number, not `PT2H`; workflow `w` is not run
    ");
}
