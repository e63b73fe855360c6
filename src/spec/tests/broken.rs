//! Documents that are broken in many ways load all the same.

use serde_json::{Map, json};

use super::super::Spec;
use super::load;

#[test]
fn every_defect_is_said_with_its_place_and_costs_only_its_node() {
    let (spec, diagnostics) = load(
        "openapi: 3.1.0
info: {title: T, version: '1'}
servers: 12
security: all
paths:
  no-slash: {}
  /null:
  /list: [a]
  /a/{id}:
    parameters: {id: 1}
    get:
      operationId: [x]
      tags: all
      deprecated: 'no'
      parameters:
        - 12
        - {in: query, schema: {}}
        - {name: a, schema: {}}
        - {name: b, in: body, schema: {}}
        - {name: c, in: query}
        - {name: d, in: query, required: 'yes', schema: {}}
        - {name: e, in: query, style: fancy, schema: {}}
        - {name: f, in: header, style: form, schema: {}}
        - {name: g, in: query, schema: {}, content: {a/b: {}}}
        - {name: h, in: query, schema: {type: strnig}, example: 1.5}
        - {name: h, in: query, schema: {}}
        - {name: i, in: query, schema: {type: integer}, examples: [1]}
      requestBody: {content: [a]}
      responses:
        '20x': {description: d}
        '99': {description: d}
        '200': text
        '201': {description: 12, headers: {X-A: 12, X-B: {required: 1, schema: {}}}, content: {a/b: [], c/d: {schema: {pattern: '('}, encoding: {p: {style: x}}}}}
    post:
      requestBody: {}
      responses: []
      security: [12, {a: b}]
    put: get
    head: {parameters: all}
components: {securitySchemes: {a: {type: http}, b: 12}, schemas: {A: 12, B: {nullable: true, properties: {a: {}}, required: [b]}}}
",
    );
    insta::assert_snapshot!(diagnostics.join("\n"), @r#"
    api.yaml:4:1: error[PM703] `security` must be an array
    api.yaml:6:3: error[PM703] the path `no-slash` does not start with `/`
    api.yaml:7:3: error[PM703] a path item must be an object here
    api.yaml:8:3: error[PM703] a path item must be an object here
    api.yaml:10:5: error[PM703] `parameters` must be an array
    api.yaml:12:7: error[PM703] `operationId` of an operation cannot be read: expected a string, found a list
    api.yaml:13:7: error[PM703] `tags` of an operation cannot be read: expected a list, found string "all"
    api.yaml:14:7: error[PM703] `deprecated` of an operation cannot be read: expected a boolean, found string "no"
    api.yaml:16:11: error[PM703] a parameter must be an object here
    api.yaml:17:11: error[PM703] a parameter cannot be read: `name` is missing
    api.yaml:18:11: error[PM703] a parameter cannot be read: `in` is missing
    api.yaml:19:21: error[PM703] `in` of a parameter cannot be read: expected one of `query`, `header`, `path`, `cookie`, found `body`
    api.yaml:20:11: error[PM703] the query parameter `c` has neither `schema` nor `content`
    api.yaml:21:32: error[PM703] `required` of a parameter cannot be read: expected a boolean, found string "yes"
    api.yaml:22:32: error[PM703] `style` of a parameter cannot be read: expected one of `form`, `spaceDelimited`, `pipeDelimited`, `deepObject`, found `fancy`
    api.yaml:23:33: error[PM703] `style` of a parameter cannot be read: expected `simple`, found `form`
    api.yaml:24:44: error[PM703] `schema` and `content` exclude each other: `content` is ignored
    api.yaml:25:41: error[PM704] `type` must be one of `string`, `number`, `integer`, `boolean`, `array`, `object`, `null`, or a list of them
    api.yaml:26:11: error[PM703] the query parameter `h` stands twice in this list
    api.yaml:27:57: error[PM703] `examples` must be an object
    api.yaml:28:21: error[PM703] `content` must be an object
    api.yaml:30:9: error[PM703] `20x` is no status, no range such as `4XX`, and not `default`
    api.yaml:31:9: error[PM703] `99` is no status, no range such as `4XX`, and not `default`
    api.yaml:32:9: error[PM703] a response must be an object here
    api.yaml:33:17: error[PM703] `description` of a response cannot be read: expected a string, found a number
    api.yaml:33:44: error[PM703] a header must be an object here
    api.yaml:33:59: error[PM703] `required` of a header cannot be read: expected a boolean, found a number
    api.yaml:33:96: error[PM703] a media type must be an object here
    api.yaml:33:120: error[PM704] `(` is not a regular expression of ECMA 262
    api.yaml:33:150: error[PM703] `style` of an encoding cannot be read: expected one of `form`, `spaceDelimited`, `pipeDelimited`, `deepObject`, found `x`
    api.yaml:35:7: error[PM703] a request body needs `content`
    api.yaml:36:7: error[PM703] `responses` must be an object
    api.yaml:37:18: error[PM703] a security requirement cannot be read: expected an object, found a number
    api.yaml:37:22: error[PM703] a security requirement cannot be read: expected a list, found string "b"
    api.yaml:38:5: error[PM703] an operation must be an object here
    api.yaml:39:12: error[PM703] `parameters` must be an array
    api.yaml:40:32: error[PM703] a security scheme cannot be read: `scheme` is missing
    api.yaml:40:49: error[PM703] a security scheme must be an object here
    api.yaml:40:67: error[PM704] a schema must be an object or a boolean
    api.yaml:40:78: warning[PM710] `nullable` has no effect in OpenAPI 3.1 / add "null" to the list of types: `type: [string, "null"]`
    api.yaml:40:126: note[PM711] `required` names `b`, which is not declared
    "#);
    let names: Vec<_> = spec.operations.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["GET /a/{id}", "POST /a/{id}", "HEAD /a/{id}"]);
}

#[test]
fn deep_and_large_documents_load_on_a_small_stack() {
    let depth = 160;
    let deep =
        "{\"properties\":{\"a\":".repeat(depth) + "{\"pattern\":\"(\"}" + &"}}".repeat(depth);
    let mut schemas = Map::new();
    schemas.insert("Deep".to_owned(), json!("deep"));
    for number in 0..2000 {
        let next = format!("#/components/schemas/S{}", number + 1);
        let schema = json!({"type": "object", "properties": {"next": {"$ref": next}}});
        schemas.insert(format!("S{number}"), schema);
    }
    schemas.insert("S2000".to_owned(), json!({"type": "object"}));
    let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}});
    let document = json!({
        "openapi": "3.1.0",
        "info": {},
        "paths": {"/a": {"get": {"responses": {"200": {"description": "", "content": content}}}}},
        "components": {"schemas": schemas}
    });
    let text = document.to_string().replace("\"deep\"", &deep);
    let (spec, diagnostics) = load(&text);
    assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
    let response = spec.operations[0].responses.select(200).unwrap().1;
    let schema = response.content["application/json"].schema.clone().unwrap();
    let validator = schema.validator().unwrap();
    assert!(validator.is_valid(&json!({"next": {"next": {}}})));
    assert!(!validator.is_valid(&json!({"next": {"next": 1}})));
}

mod laws {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::Spec;

    fn document() -> Value {
        json!({
            "openapi": "3.1.0",
            "info": {"title": "T", "version": "1"},
            "security": [{"key": []}],
            "paths": {"/a/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
                "post": {
                    "operationId": "a",
                    "parameters": [{"$ref": "#/components/parameters/P"}],
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/S"}, "example": {"a": 1}}}},
                    "responses": {"200": {"description": "d", "headers": {"X-A": {"schema": {"type": "integer"}}}, "links": {"l": {"operationId": "a"}}}}
                }
            }},
            "components": {
                "parameters": {"P": {"name": "p", "in": "query", "schema": {"$ref": "#/components/schemas/S/properties/a"}}},
                "schemas": {"S": {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "readOnly": true}, "b": {"allOf": [{"$ref": "#/components/schemas/S"}]}}}},
                "securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "k"}}
            }
        })
    }

    fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
        found.push(at.to_owned());
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    let key = key.replace('~', "~0").replace('/', "~1");
                    pointers(value, &format!("{at}/{key}"), found);
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    pointers(value, &format!("{at}/{index}"), found);
                }
            }
            _ => {}
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn a_document_with_any_nodes_replaced_never_panics_and_loads_deterministically(
            spots in prop::collection::vec((any::<prop::sample::Index>(), 0..9_usize), 1..4)
        ) {
            let mut value = document();
            for (spot, replacement) in spots {
                let mut found = Vec::new();
                pointers(&value, "", &mut found);
                let pointer = spot.get(&found);
                let replacements = [
                    json!(null), json!(12), json!("x"), json!([]), json!({}), json!(true), json!([{}]),
                    json!({"$ref": "#/components/schemas/S"}), json!({"$ref": "#"}),
                ];
                if !pointer.is_empty() {
                    *value.pointer_mut(pointer).unwrap() = replacements[replacement].clone();
                }
            }
            let text = value.to_string();
            let load = || {
                Spec::from_text("a.json", &text).map(|spec| {
                    for operation in spec.operations.values() {
                        for parameter in &operation.parameters {
                            let _ = parameter.schema.validator();
                        }
                        for media_type in operation.body.iter().flat_map(|body| body.content.values()) {
                            let _ = media_type.schema.as_ref().map(crate::schema::Schema::validator);
                        }
                    }
                    format!("{:?} {:?}", spec.diagnostics, spec.operations)
                })
            };
            prop_assert_eq!(load().ok(), load().ok());
        }
    }
}
