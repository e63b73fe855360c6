//! Broken descriptions: what is said, and what is left.

use super::{load, steps, workflows};

#[test]
fn what_is_no_arazzo_description_is_refused() {
    let texts = [
        "arazzo: 2.0.0\n",
        "arazzo: one\n",
        "arazzo: {}\n",
        "openapi: 3.1.0\n",
        "asyncapi: 3.0.0\n",
        "workflowsSpec: 1.0.0-prerelease\n",
        "a: 1\n",
        "- 1\n",
    ];
    let lines = texts.map(|text| {
        let (description, lines) = load(text);
        assert!(description.is_none(), "{text}");
        lines
    });
    insta::assert_snapshot!(lines.join("\n"), @"
    a.yaml:1:1: error[PM720] Arazzo `2.0.0` cannot be read / versions 1.0.0, 1.0.1 and 1.1.0 can
    a.yaml:1:1: error[PM720] Arazzo `one` cannot be read / versions 1.0.0, 1.0.1 and 1.1.0 can
    a.yaml:1:1: error[PM720] `arazzo` is not a version / versions 1.0.0, 1.0.1 and 1.1.0 can
    a.yaml:1:1: error[PM720] this is an OpenAPI document, not an Arazzo description / name it under `sourceDescriptions` of an Arazzo description
    a.yaml:1:1: error[PM720] this is an AsyncAPI document, not an Arazzo description / messages are not tested
    a.yaml:1:1: error[PM720] this was written for a draft of the time before Arazzo 1.0 / write `arazzo: 1.0.1` instead of `workflowsSpec`
    a.yaml:1:1: error[PM720] the document has no `arazzo` member / an Arazzo description starts with a line such as `arazzo: 1.0.1`
    a.yaml:1:1: error[PM720] an Arazzo description is an object / it starts with a line such as `arazzo: 1.0.1`
    ");
}

#[test]
fn other_versions_are_read_as_the_nearest() {
    let versions = [
        ("1.0.0", 0),
        ("1.0.1", 0),
        ("1.1.0", 1),
        ("1.0", 0),
        ("1.2.0", 1),
        ("1.0.1-rc", 0),
    ];
    let lines = versions.map(|(version, minor)| {
        let text = format!(
            "arazzo: {version}
info: {{title: t, version: '1'}}
sourceDescriptions: [{{name: a, url: u}}]
workflows: [{{workflowId: w, steps: [{{stepId: s, operationId: o}}]}}]
"
        );
        let (description, lines) = load(&text);
        assert_eq!(description.unwrap().version.minor, minor, "{version}");
        format!("{version}: {lines}")
    });
    insta::assert_snapshot!(lines.join("\n"), @"
    1.0.0: 
    1.0.1: 
    1.1.0: 
    1.0: a.yaml:1:1: warning[PM724] `1.0` is no version with three parts / write `arazzo: 1.0.1`
    1.2.0: a.yaml:1:1: note[PM709] Arazzo `1.2.0` is read as 1.1 / what newer versions add is ignored
    1.0.1-rc:
    ");
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
    insta::assert_snapshot!(lines, @r#"
    a.yaml:2:1: warning[PM724] `info` is an object, not a list / write `info: { title: ..., version: 1.0.0 }`
    a.yaml:5:4: error[PM725] two source descriptions are called `a` / the first one counts
    a.yaml:5:21: warning[PM724] there is no type `opnapi` of source descriptions / did you mean `openapi`?
    a.yaml:6:3: error[PM720] a source description needs `name`
    a.yaml:7:3: warning[PM723] `m` is an AsyncAPI description: messages are not tested / workflows without steps that use it are run
    a.yaml:8:4: warning[PM724] `a b` has other characters than letters, digits, `_` and `-` / expressions such as `$sourceDescriptions.name.operationId` need a plain name
    a.yaml:8:15: warning[PM724] `url` is a text, not a number / put it in quotes: `"7"`
    a.yaml:9:3: error[PM720] a source description is an object, not a text
    a.yaml:11:3: error[PM720] a workflow is an object, not a number
    a.yaml:12:4: error[PM720] `workflowId` is empty
    a.yaml:14:4: error[PM725] two workflows are called `w` / the first one is run, this one is not
    "#);
    insta::assert_snapshot!(load("arazzo: 1.0.1\n").1, @"
    a.yaml:1:1: warning[PM724] an Arazzo description needs `info` / add `info: { title: ..., version: 1.0.0 }`
    a.yaml:1:1: warning[PM724] an Arazzo description needs `sourceDescriptions` / name the OpenAPI document that has the operations
    a.yaml:1:1: error[PM720] the description has no `workflows` / there is nothing to run without workflows
    ");
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
    insta::assert_snapshot!(lines, @"
    a.yaml:6:11: error[PM720] a step needs `operationId`, `operationPath` or `workflowId`; workflow `bad` is not run
    a.yaml:6:23: warning[PM722] a step has no key `operationID` / did you mean `operationId`?
    ");
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
"), @r#"
    a.yaml:7:5: error[PM720] a step calls one thing, and this names `operationId` and `workflowId`; workflow `w` is not run / keep one of them
    a.yaml:8:17: error[PM721] there is no source description `ap`; workflow `w` is not run / did you mean `api`?
    a.yaml:9:17: error[PM720] `$sourceDescriptions.api` names no operation; workflow `w` is not run / write `$sourceDescriptions.name.operationId`
    a.yaml:10:17: error[PM720] `/pets` names no operation; workflow `w` is not run / an operation path looks like `{$sourceDescriptions.name.url}#/paths/~1pets/get`
    a.yaml:11:17: error[PM720] `#/pets/get` is no pointer to an operation; workflow `w` is not run / an operation path looks like `{$sourceDescriptions.name.url}#/paths/~1pets/get`, with `~1` for each `/` of the path
    a.yaml:12:17: warning[PM724] `$sourceDescriptions.api` is no URL / write `{$sourceDescriptions.api.url}#...`
    a.yaml:13:17: warning[PM724] the source description is not named by an expression / write `{$sourceDescriptions.api.url}#...`
    a.yaml:14:17: error[PM721] `other.yaml` is no source description; workflow `w` is not run / write `{$sourceDescriptions.name.url}#/paths/...`
    a.yaml:15:17: error[PM720] `$steps.a` is no name of a workflow; workflow `w` is not run / name a workflow of this file by its `workflowId`, others as `$sourceDescriptions.name.workflowId`
    a.yaml:16:17: error[PM720] `x-operation` needs `url` and `method`; workflow `w` is not run
    a.yaml:17:17: error[PM723] `channelPath` belongs to steps that send or receive messages; workflow `w` is not run / AsyncAPI is not supported: move the step to a workflow of its own
    a.yaml:18:17: error[PM721] there is no workflow `first`; workflow `w` is not run / known: `w`
    a.yaml:18:36: warning[PM724] a workflow takes no request body / hand it inputs: `parameters` with `name` and `value`
    a.yaml:19:6: error[PM725] two steps are called `l`; workflow `w` is not run
    a.yaml:19:17: warning[PM724] `operationId` is a text, not a number / put it in quotes: `"5"`
    "#);
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
"), @r"
    a.yaml:10:7: error[PM720] a parameter needs `value`; workflow `w` is not run
    a.yaml:11:7: error[PM720] a parameter needs `name`; workflow `w` is not run
    a.yaml:12:7: error[PM720] the parameter `c` of an operation needs `in`; workflow `w` is not run / say where it goes: `in: path`, `query`, `header` or `cookie`
    a.yaml:13:17: error[PM720] there are no parameters in `qurey`; workflow `w` is not run / did you mean `query`?
    a.yaml:14:17: warning[PM724] `in: querystring` came with Arazzo 1.1 / it counts all the same; write `arazzo: 1.1.0` for other tools
    a.yaml:15:17: warning[PM724] Arazzo 1.0.1 has no parameters in `body` / write the value under `requestBody.payload`
    a.yaml:17:7: warning[PM724] the parameter `g` stands twice / the first one counts
    a.yaml:18:8: error[PM721] `components` has no `none` under `parameters`; workflow `w` is not run
    a.yaml:19:8: error[PM721] `$components.successActions.none` names none of the parameters in `components`; workflow `w` is not run / references here start with `$components.parameters.`
    a.yaml:20:7: error[PM720] a parameter is an object, not a text; workflow `w` is not run
    a.yaml:22:5: error[PM726] workflows call each other in a circle: `w` (a.yaml:22:5) -> `w`; none of them is run / let a success action with criteria end the workflow before it calls, or go on with `goto`
    a.yaml:23:18: warning[PM724] inputs of a workflow stand in no place / remove `in`
    ");
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
"), @"
    a.yaml:10:7: error[PM720] `type: goto` needs `stepId` or `workflowId`; workflow `w` is not run
    a.yaml:11:7: error[PM720] an action leads to a step or to a workflow, and this names both; workflow `w` is not run / remove `stepId` or `workflowId`
    a.yaml:12:17: error[PM720] a step that succeeded is not tried again; workflow `w` is not run / `type: retry` stands under `onFailure`; let a criterion say when the step has failed
    a.yaml:13:17: error[PM720] there is no action of type `stop`; workflow `w` is not run / known: `end`, `goto`
    a.yaml:14:7: warning[PM724] a success action needs `name`
    a.yaml:14:19: warning[PM724] `stepId` means nothing with `type: end` / it has no effect: remove it
    a.yaml:15:7: warning[PM727] `f` never happens: `action 5` before it always does / give `action 5` criteria, or remove what comes after
    a.yaml:15:29: warning[PM724] `$steps.a` is no `stepId` / write `a`
    a.yaml:15:47: warning[PM724] `criteria` is empty / leave it out
    a.yaml:17:30: error[PM720] `retryAfter` is a number of seconds, 0 or more; workflow `w` is not run
    a.yaml:18:30: warning[PM724] `retryAfter` is a number, not a text / write `retryAfter: 2` without quotes
    a.yaml:18:47: error[PM720] `retryLimit` is a whole number, 0 or more; workflow `w` is not run
    a.yaml:19:30: error[PM720] `retryAfter` is a number, not `soon`; workflow `w` is not run
    a.yaml:20:28: warning[PM724] `retryLimit` means nothing with `type: end` / it has no effect: remove it
    a.yaml:21:7: warning[PM727] `e` never happens: `d` before it always does / give `d` criteria, or remove what comes after
    a.yaml:21:30: warning[PM724] `parameters` came with Arazzo 1.1, and the file is written in 1.0.1 / it counts all the same; write `arazzo: 1.1.0` for other tools
    a.yaml:21:30: warning[PM724] `parameters` means nothing with an action that leads to no workflow / it has no effect: remove it
    a.yaml:22:7: error[PM720] a failure action needs `type`; workflow `w` is not run
    a.yaml:23:8: error[PM721] `components` has no `f` under `failureActions`; workflow `w` is not run
    a.yaml:23:49: warning[PM724] an action has no value / it has no effect: remove it
    ");
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
    insta::assert_snapshot!(lines, @"
    a.yaml:3:65: warning[PM723] `bus` is an AsyncAPI description: messages are not tested / workflows without steps that use it are run
    a.yaml:7:57: error[PM723] `action` belongs to steps that send or receive messages; workflow `messages` is not run / AsyncAPI is not supported: move the step to a workflow of its own
    a.yaml:8:17: error[PM723] `bus` is an AsyncAPI description; workflow `messages` is not run / messages are not tested: move the step to a workflow of its own
    a.yaml:13:72: error[PM723] XPath is not supported; workflow `xml` is not run / `type: regex` with `context: $response.body` looks into XML as text
    a.yaml:15:49: error[PM723] XPath is not supported; workflow `xml` is not run / `type: regex` with `context: $response.body` looks into XML as text
    a.yaml:16:49: error[PM723] XPath is not supported; workflow `xml` is not run / `type: regex` with `context: $response.body` looks into XML as text
    a.yaml:17:49: error[PM720] `css` cannot be read: there is no type `css`; workflow `xml` is not run / known: `simple`, `regex`, `jsonpath`, `jsonpointer`, `xpath`
    ");
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
"), @"
    a.yaml:6:24: error[PM720] `PM103` has no severity; workflow `w` is not run / write `off`, `note`, `warn` or `error`
    a.yaml:6:37: error[PM721] there is no check `PM999`; workflow `w` is not run / `proofmark explain` lists the codes
    a.yaml:6:51: error[PM721] there is no check `response-shema`; workflow `w` is not run / did you mean `response-schema`?
    a.yaml:7:3: error[PM720] how the rows of `rows.txt` are written is unknown; workflow `w` is not run / add `format: csv` or `format: ndjson`
    a.yaml:7:38: error[PM720] `pick` cannot be `any`; workflow `w` is not run / known: `sequential`, `random`, `unique`
    a.yaml:8:3: error[PM720] `x-proofmark-generate` is a list, not an object; workflow `w` is not run
    a.yaml:9:3: error[PM720] `x-proofmark-tags` is a list, not a text; workflow `w` is not run
    a.yaml:10:16: error[PM720] one of `schemeName` and `scheme` is needed; workflow `w` is not run
    a.yaml:10:46: error[PM720] `$sourceDescriptions.api` names no security scheme; workflow `w` is not run / write `$sourceDescriptions.name.schemeName`
    a.yaml:10:84: error[PM720] an item of `x-security` is an object with `schemeName` and `values`; workflow `w` is not run
    a.yaml:14:5: error[PM720] `x-proofmark-always` is `true` or `false`, not a text; workflow `w` is not run
    a.yaml:15:5: error[PM720] `5` is no duration; workflow `w` is not run / write a number with its unit, such as `200ms` or `1m30s`
    a.yaml:16:42: error[PM720] `mode` cannot be `vald`; workflow `w` is not run / did you mean `valid`?
    a.yaml:16:54: warning[PM722] there is no key `optionals` here / did you mean `optional`?
    a.yaml:19:5: error[PM720] `min` is more than `max`; workflow `w` is not run
    a.yaml:20:19: error[PM720] `x-proofmark-generate` of a body is an object; workflow `w` is not run / `{}` draws any valid body
    a.yaml:20:62: error[PM720] a replacement needs `value`; workflow `w` is not run
    a.yaml:20:76: error[PM720] a replacement needs `target`; workflow `w` is not run
    a.yaml:23:5: error[PM720] a think time has `min` and `max`, and `max` is missing; workflow `w` is not run
    a.yaml:23:39: warning[PM722] there is no key `maximum` here / did you mean `max`?
    a.yaml:24:19: error[PM720] `replacements` have no `payload` to be put into; workflow `w` is not run / add `payload`, or `x-proofmark-generate: {}` for one that is drawn
    ");
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
- {workflowId: f, inputs: {$defs: {a: {type: strange}}}, steps: [{stepId: s, operationId: o}]}
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
        [true, false, false, false, false, false]
    );
    insta::assert_snapshot!(lines, @"
    a.yaml:6:28: error[PM702] `#/components/inputs/colours` does not lead to a schema: nothing stands there / did you mean `#/components/inputs/colour`?
    a.yaml:7:45: error[PM704] `(` is not a regular expression of ECMA 262
    a.yaml:8:19: error[PM704] a schema must be an object or a boolean
    a.yaml:9:28: error[PM702] `other.yaml` does not lead to a schema: `other.yaml` was not read
    a.yaml:10:40: error[PM704] `type` must be one of `string`, `number`, `integer`, `boolean`, `array`, `object`, `null`, or a list of them
    ");
}
