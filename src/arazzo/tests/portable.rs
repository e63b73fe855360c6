//! What other runners read differently.

use super::load;
use crate::arazzo::portability;

fn differences(text: &str) -> String {
    let (description, lines) = load(text);
    assert_eq!(lines, "");
    let found = portability(&description.unwrap());
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

#[test]
fn what_runners_agree_on_is_not_named() {
    let text = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
workflows:
- workflowId: w
  inputs: {type: object, properties: {token: {type: string, format: password}}}
  steps:
  - stepId: a
    operationId: o
    parameters: [{name: p, in: header, value: 'Bearer {$inputs.token}'}]
    requestBody: {payload: {a: 1}}
    successCriteria:
    - condition: $statusCode == 200
    - {context: $response.body, condition: '$[?@.id > 1]', type: jsonpath}
    - {context: $response.body, condition: ^a$, type: regex}
    outputs: {id: $response.body#/0/id}
";
    assert_eq!(differences(text), "");
}

#[test]
fn what_runners_differ_on_is_named() {
    let text = "arazzo: 1.1.0
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
components: {inputs: {who: {properties: {id: {type: string, format: uuid}, name: {x-pii: yes}, self: {$ref: '#/components/inputs/who'}}}}}
workflows:
- workflowId: w
  inputs: {$ref: '#/components/inputs/who'}
  x-proofmark-generate: [name]
  x-proofmark-feed: {file: a.csv}
  steps:
  - stepId: a
    operationId: o
    timeout: 10
    parameters:
    - {name: q, in: querystring, value: $inputs.id#/a}
    - {name: r, in: query, value: {context: $inputs.id, selector: /a, type: jsonpointer}}
    requestBody: {x-proofmark-generate: {}}
  - stepId: b
    operationId: o
    dependsOn: [a]
    x-proofmark-always: true
    requestBody: {x-proofmark-generate: {}, payload: {a: 1}, replacements: [{target: /a, value: 1, targetSelectorType: jsonpointer}]}
    successCriteria:
    - condition: $response.body#/id != null
    - condition: $response.body.items[0].id == 1
    - condition: $response.header.Content-Type == 'APPLICATION/JSON'
    - condition: $response.body#/done
    - condition: $response.body#/id == \"a\"
    - {context: $response.body, condition: $.id, type: jsonpath}
    onSuccess: [{name: g, type: goto, workflowId: w, parameters: [{name: id, value: 1}], criteria: [{condition: $statusCode == 201}]}]
  - {stepId: c, x-operation: {url: u, method: get}, successCriteria: [{condition: $statusCode == 200}]}
";
    let (description, _) = load(text);
    let found = portability(&description.unwrap());
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    a.yaml:4:61: warning[PM728] some runners refuse schemas of inputs with `format` / leave it out; `pattern` and `format: password` are safe
    a.yaml:4:83: warning[PM728] some runners refuse schemas of inputs with `x-pii` / leave it out; `pattern` and `format: password` are safe
    a.yaml:8:26: warning[PM728] other runners draw no input `name` / give it a `default`
    a.yaml:9:3: warning[PM728] other runners read no feeds / name the inputs on the command line there
    a.yaml:11:5: warning[PM728] `a` has no criteria / other runners let any documented status pass, an error too: add `$statusCode == 200`
    a.yaml:13:5: warning[PM728] `timeout` of a step came with Arazzo 1.1 / runners of 1.0 ignore or refuse it
    a.yaml:15:7: warning[PM728] `in: querystring` came with Arazzo 1.1 / runners of 1.0 ignore or refuse it
    a.yaml:15:34: warning[PM728] a JSON Pointer into `id` came with Arazzo 1.1 / runners of 1.0 ignore or refuse it
    a.yaml:16:28: warning[PM728] a selector came with Arazzo 1.1 / runners of 1.0 ignore or refuse it
    a.yaml:17:19: warning[PM728] other runners draw no body, and there is no `payload` / write a whole `payload` beside it
    a.yaml:20:5: warning[PM728] `dependsOn` of a step came with Arazzo 1.1 / runners of 1.0 ignore or refuse it
    a.yaml:21:5: warning[PM728] other runners do not run a step after a failure / they stop at the first failure: clean up in a workflow of its own, too
    a.yaml:22:19: warning[PM728] other runners send the `payload` alone / write a whole `payload` beside it
    a.yaml:22:100: warning[PM728] `targetSelectorType` came with Arazzo 1.1 / runners of 1.0 ignore or refuse it
    a.yaml:24:7: warning[PM728] a member that is missing is `null` here and an error elsewhere / let the member be there, or ask for another one
    a.yaml:25:7: warning[PM728] `$response.body.items[0].id` is none of the standard's expressions / enter values with a JSON Pointer: `$response.body#/items/0/id`
    a.yaml:26:7: warning[PM728] texts are compared without case, and some runners compare them with it / write the text in the case in which it is sent; `type: regex` is exact
    a.yaml:27:7: warning[PM728] `$response.body#/done` compares nothing: what is true was open before 1.1 / compare it: `== true`, `!= null`
    a.yaml:28:7: warning[PM728] texts in double quotes are none of the standard's literals / write it in single quotes: `'text'`
    a.yaml:28:7: warning[PM728] texts are compared without case, and some runners compare them with it / write the text in the case in which it is sent; `type: regex` is exact
    a.yaml:29:33: warning[PM728] `$.id` may be applied to an object / some runners filter lists only: `$[?@.id]`, or a simple criterion with a JSON Pointer
    a.yaml:30:54: warning[PM728] `parameters` of an action came with Arazzo 1.1 / runners of 1.0 ignore or refuse it
    a.yaml:31:17: warning[PM728] `x-operation` is no part of the standard / only Redocly's runner reads it, too
    ");
}
