//! Links: values that the document says are in one operation's answer and wanted by another
//! operation's parameters (OAS 3.1.1 section 4.8.20).

use serde_json::Value;

use crate::case::{ResourceKey, Resources, resource_key};
use crate::document::Pointer;
use crate::http::Response;
use crate::spec::{Link, Operation, Place, Spec};

/// The path parameters that the links of an operation's successes give values to.
pub(super) fn wanted(spec: &Spec, operation: &Operation) -> Vec<ResourceKey> {
    let successes = operation.responses.0.values();
    let links = successes.flat_map(|response| response.links.values());
    links
        .flat_map(|link| parameters(spec, link))
        .map(|(key, _)| key)
        .collect()
}

/// The values that an answer holds for path parameters of linked operations.
pub(super) fn followed(spec: &Spec, operation: &Operation, response: &Response) -> Resources {
    let mut pins = Resources::new();
    let Some((_, documented)) = operation.responses.select(response.status) else {
        return pins;
    };
    let body = response.json().unwrap_or(Value::Null);
    for link in documented.links.values() {
        for (key, expression) in parameters(spec, link) {
            if let Some(value) = evaluate(expression, response, &body) {
                pins.entry(key).or_default().push(value);
            }
        }
    }
    pins
}

/// The path parameters of a link, if its target is known. A name may be qualified: `path.id`.
fn parameters<'a>(spec: &'a Spec, link: &'a Link) -> Vec<(ResourceKey, &'a Value)> {
    let Some(target) = target(spec, link) else {
        return Vec::new();
    };
    let named = link
        .parameters
        .iter()
        .map(|(name, value)| (name.strip_prefix("path.").unwrap_or(name), value));
    named
        .filter(|(name, _)| target.parameter(Place::Path, name).is_some())
        .map(|(name, value)| (resource_key(&target.path, Place::Path, name), value))
        .collect()
}

fn target<'a>(spec: &'a Spec, link: &Link) -> Option<&'a Operation> {
    let mut operations = spec.operations.values();
    if let Some(id) = &link.operation_id {
        return operations.find(|operation| operation.id.as_str() == id);
    }
    let (file, fragment) = link.operation_ref.as_deref()?.split_once('#')?;
    let fragment = percent_encoding::percent_decode_str(fragment)
        .decode_utf8()
        .ok()?;
    let pointer: Pointer = fragment.parse().ok()?;
    operations.find(|operation| file.is_empty() && operation.location.pointer == pointer)
}

/// A constant, or one of the runtime expressions that look at an answer; identifiers are scalars.
fn evaluate(expression: &Value, response: &Response, body: &Value) -> Option<Value> {
    let found = match expression.as_str() {
        Some(text) => match text.strip_prefix("$response.") {
            Some(place) => match place.split_once('.') {
                Some(("header", name)) => response.header(name).map(Value::String),
                _ => body.pointer(place.strip_prefix("body#")?).cloned(),
            },
            None if text.starts_with('$') => None,
            None => Some(expression.clone()),
        },
        None => Some(expression.clone()),
    };
    found.filter(|value| value.is_number() || value.as_str().is_some_and(|text| !text.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DOCUMENT: &str = r"
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /jobs:
    post:
      operationId: start
      responses:
        '202':
          description: started
          links:
            byId: {operationId: watch, parameters: {path.job: $response.body#/job/id}}
            byReference: {operationRef: '#/paths/~1logs~1%7Blog%7D/get', parameters: {log: $response.header.X-Log}}
            elsewhere: {operationId: nobody, parameters: {job: $response.body#/job}}
  /jobs/{job}/state:
    get: {operationId: watch, parameters: [{name: job, in: path, required: true, schema: {type: integer}}], responses: {}}
  /logs/{log}:
    get: {parameters: [{name: log, in: path, required: true, schema: {type: string}}], responses: {}}
";

    #[test]
    fn identifiers_are_taken_from_body_and_header() {
        let spec = Spec::from_text("links.yaml", DOCUMENT).unwrap();
        let start = &spec.operations[0];
        assert_eq!(
            wanted(&spec, start),
            [
                (Place::Path, "jobs/{job}".to_owned()),
                (Place::Path, "logs/{log}".to_owned())
            ]
        );
        let response = Response::new(202)
            .with_header("x-log", "l1")
            .with_body("application/json", json!({"job": {"id": 7}}).to_string());
        let pins = followed(&spec, start, &response);
        assert_eq!(pins[&(Place::Path, "jobs/{job}".to_owned())], [json!(7)]);
        assert_eq!(pins[&(Place::Path, "logs/{log}".to_owned())], [json!("l1")]);
        assert!(followed(&spec, start, &Response::new(404)).is_empty());
    }
}
