//! Tests of drafts.

use std::fs;
use std::path::Path;

use super::super::{Suite, SuiteOptions};
use super::*;
use crate::arazzo::portability;

const API: &str = r"
openapi: 3.1.0
info: {title: Shop, version: '1'}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
paths:
  /shops/{shopId}/orders:
    parameters:
      - {name: shopId, in: path, required: true, schema: {type: integer}, example: 7}
      - {name: X-Key, in: header, required: true, schema: {type: string}}
      - {name: currency, in: query, required: true, schema: {enum: [EUR, USD]}}
    post:
      operationId: place order
      requestBody:
        content:
          application/json:
            schema: {type: object, required: [text], properties: {text: {type: string}}}
            example: {text: '$response.body'}
      responses:
        '201':
          description: placed
          content:
            application/json:
              schema:
                allOf:
                  - {type: object, properties: {order: {type: object, properties: {id: {type: string}}}}}
          links:
            bill: {operationId: readBill, parameters: {path.id: '$response.body#/bill'}}
    get:
      responses: {default: {description: any}}
  /shops/{shopId}/orders/{orderId}:
    get:
      parameters:
        - {name: shopId, in: path, required: true, schema: {type: integer}}
        - {name: orderId, in: path, required: true, schema: {type: string}}
      responses: {2XX: {description: found}}
  /bills/{id}:
    get:
      operationId: readBill
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: found}}
  /customers/{id}:
    get:
      operationId: readCustomer
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: found}}
";

fn drafted(spec: &Spec, url: &str) -> String {
    let operations: Vec<&Operation> = spec.operations.values().collect();
    let options = DraftOptions {
        source: "api".to_owned(),
        url: url.to_owned(),
        workflow: "all".to_owned(),
    };
    draft(spec, &operations, &options).unwrap()
}

/// What is found in a scenario.
fn found(scenario: &str, folder: &Path) -> Vec<String> {
    let path = folder.join("draft.arazzo.yaml");
    fs::write(&path, scenario).unwrap();
    let suite = Suite::open(&[path], &SuiteOptions::default()).unwrap();
    let mut found = suite.diagnostics.clone();
    found.extend(suite.check());
    for file in &suite.files {
        found.extend(portability(&file.description));
    }
    let name = format!("{}/", folder.display());
    let lines = found.iter().map(ToString::to_string);
    lines.map(|line| line.replace(&name, "")).collect()
}

#[test]
fn a_draft_passes_on_what_is_created() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("api.yaml");
    fs::write(&path, API).unwrap();
    let spec = Spec::open(&path).unwrap();
    let scenario = drafted(&spec, "api.yaml");
    insta::assert_snapshot!(scenario, @r#"
    arazzo: "1.0.1"
    info:
      title: "Shop: all"
      version: "1.0.0"
    sourceDescriptions:
      - name: api
        url: api.yaml
        type: openapi
    workflows:
      - workflowId: all
        inputs:
          type: object
          required:
            - id
          properties:
            shopId:
              type: integer
              default: 7
            currency:
              default: EUR
            id:
              type: string
        parameters:
          - name: shopId
            in: path
            value: $inputs.shopId
        steps:
          - stepId: placeOrder
            operationId: place order
            parameters:
              - name: currency
                in: query
                value: $inputs.currency
            requestBody:
              contentType: application/json
              x-proofmark-generate:
                mode: minimal
            successCriteria:
              - condition: $statusCode == 201
            outputs:
              orderId: $response.body#/order/id
              id: $response.body#/bill
          - stepId: getShopsShopIdOrders
            operationPath: "{$sourceDescriptions.api.url}#/paths/~1shops~1{shopId}~1orders/get"
            parameters:
              - name: currency
                in: query
                value: $inputs.currency
            successCriteria:
              - condition: $statusCode >= 200 && $statusCode < 300
          - stepId: getShopsShopIdOrdersOrderId
            operationPath: "{$sourceDescriptions.api.url}#/paths/~1shops~1{shopId}~1orders~1{orderId}/get"
            parameters:
              - name: orderId
                in: path
                value: $steps.placeOrder.outputs.orderId
            successCriteria:
              - condition: $statusCode >= 200 && $statusCode < 300
          - stepId: readBill
            operationId: readBill
            parameters:
              - name: id
                in: path
                value: $steps.placeOrder.outputs.id
            successCriteria:
              - condition: $statusCode == 200
          - stepId: readCustomer
            operationId: readCustomer
            parameters:
              - name: id
                in: path
                value: $inputs.id
            successCriteria:
              - condition: $statusCode == 200
    "#);
    insta::assert_snapshot!(found(&scenario, folder.path()).join("\n"), @r"
    draft.arazzo.yaml:42:11: note[PM732] no documented answer of `place order` mentions `bill` / known: `order`
    draft.arazzo.yaml:36:11: warning[PM728] other runners draw no body, and there is no `payload` / write a whole `payload` beside it
    ");
}

#[test]
fn drafts_of_the_shipped_documents_are_clean() {
    for document in ["specs/users-api.yaml", "specs/petstore-3.0.yaml"] {
        let folder = tempfile::tempdir().unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(document);
        let spec = Spec::open(&path).unwrap();
        let scenario = drafted(&spec, &path.to_string_lossy());
        assert_eq!(found(&scenario, folder.path()), [""; 0], "{scenario}");
    }
}

#[test]
fn step_ids_are_made_of_any_name() {
    for (name, id) in [
        ("getUser", "getUser"),
        ("get user", "getUser"),
        ("GET /v2/users/{userId}", "getV2UsersUserId"),
        ("é", "step"),
        ("a.b_c-d", "aB_c-d"),
        ("", "step"),
    ] {
        assert_eq!(identifier(name), id);
    }
}

#[test]
fn what_cannot_be_read_is_not_drafted() {
    let text = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    get:\n      operationId: a\n      parameters: [{name: x, in: nowhere}]\n      responses: {}\n";
    let spec = Spec::from_text("a.yaml", text).unwrap();
    let operations: Vec<&Operation> = spec.operations.values().collect();
    let options = DraftOptions {
        source: "api".to_owned(),
        url: "a.yaml".to_owned(),
        workflow: "w".to_owned(),
    };
    let error = draft(&spec, &operations, &options).unwrap_err();
    insta::assert_snapshot!(error, @r"
    `a` cannot be called: a part of its request cannot be read at a.yaml:7:20
    ");
}
