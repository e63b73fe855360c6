//! Tests of the rules, on a small API.

use std::fs;

use super::super::{Suite, SuiteOptions};
use crate::code::Code;

const API: &str = r"
openapi: 3.1.0
info: {title: Pets, version: '1'}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
  schemas:
    Pet:
      type: object
      required: [name]
      additionalProperties: false
      properties:
        name: {type: string}
        age: {type: integer}
        tags: {type: array, items: {type: string}}
        owner: {oneOf: [{type: 'null'}, {type: object, required: [id], properties: {id: {type: string}}}]}
paths:
  /pets:
    post:
      operationId: addPet
      security: [key: []]
      parameters:
        - {name: dryRun, in: query, schema: {type: boolean}}
        - {name: X-Tenant, in: header, required: true, schema: {type: string}}
        - {name: X-Key, in: header, required: true, schema: {type: string}}
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
      responses:
        '201':
          description: created
          headers: {X-Pet-Id: {schema: {type: string}}}
          content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}
        '409': {description: there already, content: {application/json: {}}}
  /pets/{petId}:
    parameters:
      - {name: petId, in: path, required: true, schema: {type: integer}}
    get:
      operationId: getPet
      responses:
        '200':
          description: found
          content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
    delete:
      operationId: deletePet
      responses: {'204': {description: gone}}
  /forms:
    post:
      operationId: fill
      requestBody:
        content:
          application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Pet'}}
          multipart/form-data: {schema: {$ref: '#/components/schemas/Pet'}}
          application/xml: {schema: {$ref: '#/components/schemas/Pet'}}
          text/plain: {schema: {type: integer}}
          text/csv: {}
      responses: {'204': {description: done}}
";

/// What is found in a file with these workflows, the first line of which is line 5.
fn found(workflows: &str) -> String {
    let (suite, found) = opened(workflows);
    assert_eq!(suite.diagnostics, [], "only the rules are tested here");
    found
}

/// The same of a file that need not be clean itself.
fn opened(workflows: &str) -> (Suite, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("api.yaml"), API).unwrap();
    let path = folder.path().join("a.yaml");
    let text = format!(
        "arazzo: 1.0.1\ninfo: {{title: t, version: '1'}}\nsourceDescriptions: [{{name: api, url: api.yaml}}]\nworkflows:\n{workflows}"
    );
    fs::write(&path, text).unwrap();
    let suite = Suite::open(&[path], &SuiteOptions::default()).unwrap();
    let found = suite.check();
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    let name = format!("{}/", folder.path().display());
    let lines = lines.join("\n").replace(&name, "");
    (suite, lines)
}

/// The same for a workflow of these steps, the first line of which is line 9.
fn steps(steps: &str) -> String {
    found(&format!(
        "- workflowId: w\n  inputs: {{type: object, properties: {{id: {{}}, name: {{}}}}}}\n  parameters: [{{name: X-Tenant, in: header, value: t}}]\n  steps:\n{steps}"
    ))
}

#[test]
fn what_fits_is_not_mentioned() {
    assert_eq!(
        steps(
            "
  - stepId: add
    operationId: addPet
    parameters: [{name: dryRun, in: query, value: 'true'}]
    requestBody:
      contentType: application/json
      payload: {name: $inputs.name, tags: ['{$inputs.name}!'], owner: {id: $inputs.id}}
    successCriteria: [{condition: $statusCode == 201}]
    outputs: {id: $response.body#/id, header: $response.header.X-Pet-Id}
  - stepId: text
    operationId: addPet
    requestBody: {payload: '{\"name\": \"Rex\"}'}
  - stepId: get
    operationPath: '{$sourceDescriptions.api.url}#/paths/~1pets~1{petId}/get'
    parameters: [{name: petId, in: path, value: '7'}]
    outputs: {first: '$response.body.tags[0]', owner: $response.body#/owner/id}
  # What is wrong is the purpose.
  - stepId: refused
    operationId: addPet
    parameters: [{name: dryRun, in: query, value: maybe}]
    requestBody: {contentType: text/plain, payload: {}}
    successCriteria: [{condition: $statusCode == 409}]
"
        ),
        ""
    );
}

#[test]
fn targets_are_looked_up() {
    insta::assert_snapshot!(steps("
  - {stepId: a, operationId: addPets}
  - {stepId: b, operationId: $sourceDescriptions.api.getPat}
  - {stepId: c, operationPath: '{$sourceDescriptions.api.url}#/paths/~1pets/get'}
  - {stepId: d, operationId: api.getPat}
  - {stepId: e, operationId: sourceDescriptions.api.addPet}
"), @r"
    a.yaml:10:17: error[PM721] there is no operation `addPets` / did you mean `addPet`?
    a.yaml:11:17: error[PM721] there is no operation `getPat` / did you mean `getPet`?
    a.yaml:12:17: error[PM721] there is no operation `GET /pets` / did you mean `GET /pets/{petId}`?
    a.yaml:13:17: error[PM721] there is no operation `api.getPat` / did you mean `$sourceDescriptions.api.getPet`?
    a.yaml:14:17: error[PM721] there is no operation `sourceDescriptions.api.addPet` / did you mean `$sourceDescriptions.api.addPet`?
    ");
}

#[test]
fn parameters_are_held_against_the_operation() {
    insta::assert_snapshot!(found("
- workflowId: w
  parameters: [{name: petID, in: path, value: 1}]
  steps:
  - stepId: add
    operationId: addPet
    parameters:
    - {name: dryrun, in: query, value: true}
    - {name: dryRun, in: header, value: true}
    - {name: X-Trace, in: header, value: a}
    requestBody: {payload: {name: a}}
  - {stepId: get, operationId: getPet}
  - stepId: delete
    operationId: deletePet
    parameters: [{name: petId, in: path, value: seven}, {name: id, in: path, value: 7}]
"), @r#"
    a.yaml:7:16: warning[PM730] no step's operation has a path parameter `petID` / did you mean `petId`?
    a.yaml:9:5: warning[PM731] `addPet` needs the header parameter `X-Tenant` / add `{name: X-Tenant, in: header, value: ...}` to `parameters`
    a.yaml:12:7: warning[PM730] `addPet` has no query parameter `dryrun` / did you mean `dryRun`?
    a.yaml:13:7: warning[PM730] `addPet` has no header parameter `dryRun` / it is declared with `in: query`
    a.yaml:14:7: note[PM730] `addPet` has no header parameter `X-Trace`
    a.yaml:16:5: error[PM731] `getPet` needs the path parameter `petId` / add `{name: petId, in: path, value: ...}` to `parameters`
    a.yaml:19:42: warning[PM729] the parameter `petId` breaks `type`: "seven" is not of type "integer" / the schema is at api.yaml:37:58
    a.yaml:19:57: error[PM730] `deletePet` has no path parameter `id` / known: `petId`
    "#);
}

#[test]
fn bodies_are_held_against_the_operation() {
    insta::assert_snapshot!(steps("
  - stepId: a
    operationId: addPet
    requestBody:
      payload:
        age: old
        owner: {name: x}
        nick: $inputs.name
  - stepId: b
    operationId: addPet
    requestBody:
      x-proofmark-generate: {mode: valid}
      payload: {tags: [1]}
  - {stepId: c, operationId: addPet, requestBody: {contentType: application/xml, payload: <a/>}}
  - stepId: d
    operationId: getPet
    parameters: [{name: petId, in: path, value: 7}]
    requestBody: {payload: {}}
  - {stepId: e, operationId: addPet, requestBody: {payload: '{\"age\": \"1\"}'}}
  - stepId: f
    operationId: addPet
    requestBody:
      payload: {}
      replacements: [{target: /name, value: 7}, {target: /age, value: $inputs.id}]
"), @r#"
    a.yaml:13:7: warning[PM729] the payload breaks `additionalProperties`: Additional properties are not allowed ('nick' was unexpected) / the schema is at api.yaml:11:7
    a.yaml:13:7: warning[PM729] the payload breaks `required`: "name" is a required property / the schema is at api.yaml:10:7
    a.yaml:14:9: warning[PM729] the payload breaks `type`: "old" is not of type "integer" / the schema is at api.yaml:14:15
    a.yaml:15:9: warning[PM729] the payload breaks `oneOf`: {"name":"x"} is not valid under any of the schemas listed in the 'oneOf' keyword / the schema is at api.yaml:16:17
    a.yaml:21:24: warning[PM729] the payload breaks `type`: 1 is not of type "string" / the schema is at api.yaml:15:37
    a.yaml:22:52: warning[PM730] `addPet` takes no `application/xml` / did you mean `application/json`?
    a.yaml:26:5: warning[PM730] `getPet` takes no body / take `requestBody` out
    a.yaml:27:52: warning[PM729] the payload breaks `type`: "1" is not of type "integer" / the schema is at api.yaml:14:15
    a.yaml:27:52: warning[PM729] the payload breaks `required`: "name" is a required property / the schema is at api.yaml:10:7
    a.yaml:31:7: warning[PM729] the payload breaks `type`: 7 is not of type "string" / the schema is at api.yaml:13:16
    "#);
}

#[test]
fn texts_are_held_against_the_operation() {
    let ok = "
  - stepId: json
    operationId: addPet
    requestBody: {payload: '{\"name\": \"{$inputs.name}!\", \"age\": {$inputs.id}, \"tags\": [\"a\"]}'}
  - stepId: whole
    operationId: addPet
    requestBody: {payload: '{$inputs.name}'}
  - stepId: form
    operationId: fill
    requestBody: {payload: 'name={$inputs.name}&age=7&tags=a&tags=b'}
  - stepId: members
    operationId: fill
    requestBody: {payload: {name: $inputs.name, age: '7', tags: [a, $inputs.id]}}
  - stepId: parts
    operationId: fill
    requestBody: {contentType: multipart/form-data, payload: {name: a}}
  - stepId: xml
    operationId: fill
    requestBody: {contentType: application/xml, payload: <a/>}
  - stepId: text
    operationId: fill
    requestBody: {contentType: text/plain, payload: '7'}
";
    assert_eq!(steps(ok), "");
    insta::assert_snapshot!(steps("
  - stepId: json
    operationId: addPet
    requestBody: {payload: '{\"name\": {\"a\": \"{$inputs.name}\"}, \"age\": \"{$inputs.id}\", \"nick\": {$inputs.id}}'}
  - stepId: broken
    operationId: addPet
    requestBody: {payload: '{\"name\": '}
  - stepId: form
    operationId: fill
    requestBody: {payload: 'age=old&nick={$inputs.name}'}
  - stepId: members
    operationId: fill
    requestBody: {payload: {name: $inputs.name, age: old}}
  - stepId: text
    operationId: fill
    requestBody: {contentType: text/plain, payload: seven}
"), @r#"
    a.yaml:12:19: warning[PM729] the payload breaks `type`: {"a":"{$...}"} is not of type "string" / the schema is at api.yaml:13:16
    a.yaml:12:19: warning[PM729] the payload breaks `additionalProperties`: Additional properties are not allowed ('nick' was unexpected) / the schema is at api.yaml:11:7
    a.yaml:15:19: warning[PM729] the payload is no `application/json`: the text is not JSON: EOF while parsing a value at line 1 column 9
    a.yaml:18:19: warning[PM729] the payload breaks `type`: "old" is not of type "integer" / the schema is at api.yaml:14:15
    a.yaml:18:19: warning[PM729] the payload breaks `additionalProperties`: Additional properties are not allowed ('nick' was unexpected) / the schema is at api.yaml:11:7
    a.yaml:18:19: warning[PM729] the payload breaks `required`: "name" is a required property / the schema is at api.yaml:10:7
    a.yaml:21:49: warning[PM729] the payload breaks `type`: "old" is not of type "integer" / the schema is at api.yaml:14:15
    a.yaml:24:44: warning[PM729] the payload breaks `type`: "seven" is not of type "integer" / the schema is at api.yaml:55:33
    "#);
}

#[test]
fn what_cannot_be_sent_is_refused() {
    insta::assert_snapshot!(steps("
  - stepId: xml
    operationId: fill
    requestBody: {contentType: application/xml, payload: {name: a}}
  - stepId: place
    operationId: fill
    requestBody: {contentType: application/xml, payload: <a/>, replacements: [{target: /a, value: 1}]}
    successCriteria: [{condition: $statusCode == 400}]
  - stepId: form
    operationId: fill
    requestBody: {payload: a=1, replacements: [{target: /a, value: 1}]}
  - stepId: list
    operationId: fill
    requestBody: {payload: [1]}
  - stepId: parts
    operationId: fill
    requestBody: {contentType: multipart/form-data, payload: abc}
  - stepId: drawn
    operationId: fill
    requestBody: {contentType: application/xml, x-proofmark-generate: {}}
  - stepId: schema
    operationId: fill
    requestBody: {contentType: text/csv, x-proofmark-generate: {}}
"), @r"
    a.yaml:12:49: error[PM723] `application/xml` has no form for an object / write it as text, `payload: |`, with `{$...}` for values
    a.yaml:15:79: error[PM723] XPath is not supported / put the value into the text: `{$inputs.name}`
    a.yaml:16:24: note[PM733] `fill` does not document 400 / documented: 204
    a.yaml:19:48: error[PM723] a text of `application/x-www-form-urlencoded` has no places to replace / put the value into the text: `{$inputs.name}`
    a.yaml:22:19: error[PM723] `application/x-www-form-urlencoded` has no form for an array / write it as text, `payload: |`, with `{$...}` for values
    a.yaml:25:53: error[PM723] a text is no `multipart/form-data`: the media type does not say what its parts end with / write an object, or `contentType: multipart/form-data; boundary=...`
    a.yaml:28:49: error[PM723] no body of `application/xml` can be drawn / write it as text, `payload: |`, with `{$...}` for values
    a.yaml:31:42: error[PM723] `x-proofmark-generate` needs a schema, and `text/csv` has none in the document / write it as text, `payload: |`, with `{$...}` for values
    ");
}

#[test]
fn answers_are_held_against_the_responses() {
    insta::assert_snapshot!(steps("
  - stepId: add
    operationId: addPet
    requestBody: {payload: {name: a}}
    successCriteria:
    - condition: $statusCode == 200 || $statusCode == 201
    - condition: $response.body#/ID != null
    outputs: {id: $response.header.X-PetId}
  - stepId: get
    operationId: getPet
    parameters: [{name: petId, in: path, value: $steps.add.outputs.id}]
    successCriteria:
    - condition: $response.body#/nmae == 'a'
    - {context: $response.body#/tags/x, condition: a, type: regex}
  - stepId: delete
    operationId: deletePet
    parameters: [{name: petId, in: path, value: 7}]
    successCriteria: [{condition: $statusCode == 204}]
    outputs: {all: $response.body}
  - stepId: gone
    operationId: getPet
    parameters: [{name: petId, in: path, value: 7}]
    successCriteria: [{condition: $statusCode == 404}]
"), @r"
    a.yaml:14:7: warning[PM733] `addPet` does not document 200 / documented: 201, 409
    a.yaml:15:7: note[PM732] no documented answer of `addPet` mentions `ID` / did you mean `id`?
    a.yaml:16:15: note[PM732] `addPet` documents no `$response.header.X-PetId` / did you mean `X-Pet-Id`?
    a.yaml:21:7: warning[PM732] no documented answer of `getPet` can have `nmae` / did you mean `name`?
    a.yaml:22:8: warning[PM732] no documented answer of `getPet` can have `x` / the schema is at api.yaml:15:9
    a.yaml:27:15: warning[PM732] `$response.body` is nothing: `deletePet` documents no body there / the response is at api.yaml:46:19
    a.yaml:31:24: note[PM733] `getPet` does not document 404 / documented: 200
    ");
}

#[test]
fn calls_give_the_inputs_that_the_workflow_needs() {
    insta::assert_snapshot!(found("
- workflowId: outer
  steps:
  - stepId: a
    workflowId: inner
    parameters: [{name: nmae, value: 1}, {name: age, value: x}]
  - stepId: b
    workflowId: inner
    parameters: [{name: name, value: 1}]
- workflowId: inner
  inputs:
    type: object
    required: [name, age, drawn]
    properties: {name: {type: string}, age: {type: integer, default: 1}, drawn: {type: string}}
  x-proofmark-generate: [drawn]
  steps:
  - {stepId: get, operationId: getPet, parameters: [{name: petId, in: path, value: 1}]}
"), @r#"
    a.yaml:8:5: error[PM731] an input of workflow `inner` is missing: "name" is a required property / `inputs` are declared at a.yaml:17:5
    a.yaml:10:18: warning[PM730] workflow `inner` declares no input `nmae` / did you mean `name`?
    a.yaml:10:54: warning[PM729] the input breaks `type`: "x" is not of type "integer" / the schema is at a.yaml:18:46
    a.yaml:13:31: warning[PM729] the input breaks `type`: 1 is not of type "string" / the schema is at a.yaml:18:25
    "#);
}

#[test]
fn credentials_are_for_schemes_that_there_are() {
    insta::assert_snapshot!(found("
- workflowId: w
  x-security: [{schemeName: keys, values: {apiKey: a}}]
  steps:
  - stepId: get
    operationId: getPet
    parameters: [{name: petId, in: path, value: 1}]
    x-security: [{schemeName: $sourceDescriptions.api.key, values: {apiKey: a}}]
"), @r"
    a.yaml:7:16: error[PM721] there is no security scheme `keys` / did you mean `key`?
    ");
}

#[test]
fn the_author_decides_about_severities() {
    let step = "
  - stepId: a
    operationId: addPet
    requestBody: {payload: {nme: a}}
    x-proofmark-checks: {PM729: LEVEL}
";
    for (level, count) in [("off", 0), ("note", 2), ("error", 2)] {
        let found = steps(&step.replace("LEVEL", level));
        assert_eq!(
            found.matches(&format!("{level}[PM729]")).count(),
            count,
            "{found}"
        );
        assert_eq!(found.lines().count(), count, "{found}");
    }
}

#[test]
fn a_body_among_the_parameters_is_not_taken_for_their_list() {
    let (suite, found) = opened(
        "
- workflowId: w
  inputs: {type: object, properties: {name: {}}}
  steps:
  - stepId: a
    operationId: addPet
    parameters:
    - {name: X-Tenant, in: header, value: t}
    - {name: name, in: body, value: $inputs.name}
",
    );
    let told: Vec<_> = suite.diagnostics.iter().map(|told| told.code).collect();
    assert_eq!(told, [Code::NONSTANDARD_FORM]);
    assert_eq!(found, "");
}
