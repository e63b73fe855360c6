//! Examples are collected, judged, and left out where they are wrong.

use super::load;

const HEAD: &str = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n";

#[test]
fn examples_come_from_three_places_and_are_judged_once() {
    let text = format!(
        "{HEAD}paths:
  /a:
    parameters: [{{$ref: '#/components/parameters/Limit'}}]
    get: {{operationId: get}}
    put:
      operationId: put
      requestBody:
        content:
          application/json:
            schema: {{$ref: '#/components/schemas/User'}}
            examples:
              good: {{value: {{name: Ada}}}}
              shared: {{$ref: '#/components/examples/Ada'}}
              wrong: {{summary: s, value: {{name: Ada, age: -1}}}}
              elsewhere: {{externalValue: 'https://example.com/a.json'}}
              lost: {{$ref: '#/components/examples/Nobody'}}
          application/xml:
            schema: {{$ref: '#/components/schemas/User'}}
            example: <user/>
          text/json:
            schema: {{$ref: '#/components/schemas/User'}}
          application/vnd.a+json:
            schema: {{$ref: '#/components/schemas/User'}}
            example: '{{\"name\": \"Ada\"}}'
      responses:
        '200': {{description: d, content: {{application/json: {{schema: {{$ref: '#/components/schemas/User'}}, example: {{name: Ada}}}}}}}}
components:
  parameters:
    Limit: {{name: limit, in: query, schema: {{type: integer, maximum: 5}}, example: 9}}
  examples:
    Ada: {{value: {{name: Ada, age: 36}}}}
  schemas:
    User:
      type: object
      required: [name, id]
      properties: {{name: {{type: string}}, age: {{type: integer, minimum: 0}}, id: {{readOnly: true}}}}
      examples: [{{name: Grace}}, {{age: 1}}]
"
    );
    let (spec, diagnostics) = load(&text);
    insta::assert_snapshot!(diagnostics.join("\n"), @r#"
    api.yaml:16:54: warning[PM705] the example breaks `minimum`: -1 is less than the minimum of 0
    api.yaml:18:22: error[PM702] `#/components/examples/Nobody` does not lead to an example: nothing stands there
    api.yaml:26:13: warning[PM705] the example breaks `type`: "{\"name\": \"Ada\"}" is not of type "object" / this is text that holds JSON: write the value itself
    api.yaml:28:107: warning[PM705] the example breaks `required`: "id" is a required property
    api.yaml:31:74: warning[PM705] the example breaks `maximum`: 9 is greater than the maximum of 5
    api.yaml:39:33: warning[PM705] the example breaks `required`: "name" is a required property
    "#);
    let put = &spec.operations[1];
    let content = &put.body.as_ref().unwrap().content;
    let names = |media_type: &str| -> Vec<String> {
        let examples = content[media_type].examples.iter();
        examples
            .map(|example| format!("{:?} {}", example.name, example.value))
            .collect()
    };
    assert_eq!(
        names("application/json"),
        [
            "Some(\"good\") {\"name\":\"Ada\"}",
            "Some(\"shared\") {\"name\":\"Ada\",\"age\":36}"
        ]
    );
    assert_eq!(names("text/json"), ["None {\"name\":\"Grace\"}"]);
    assert!(names("application/xml").is_empty());
    assert!(spec.operations[0].parameters[0].examples.is_empty());
    let response = put.responses.select(200).unwrap().1;
    assert!(response.content["application/json"].examples.is_empty());
}

#[test]
fn the_examples_of_a_30_schema_are_its_example_only() {
    let (spec, diagnostics) = load(
        "openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /a:
    get:
      parameters:
        - {name: a, in: query, schema: {type: string, nullable: true, example: null, examples: [x]}}
        - {name: b, in: query, schema: {type: integer}, example: 12345678901234567890123}
",
    );
    assert_eq!(diagnostics, Vec::<String>::new());
    let [a, b] = &*spec.operations[0].parameters else {
        panic!("{:?}", spec.operations[0].parameters);
    };
    assert_eq!(a.examples.len(), 1);
    assert!(a.examples[0].value.is_null());
    assert_eq!(b.examples[0].value.to_string(), "12345678901234567890123");
}
