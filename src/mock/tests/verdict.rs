//! What is wrong with an answer, as far as the document can tell.

use crate::http::{Request, Response};
use crate::mock::Server;
use crate::mock::route::{Route, Router};
use crate::spec::{self, OperationId};
use crate::wire::{MediaRange, best_match, body_readings, decode_field};

/// Every way in which an answer breaks the document. An answer of a status that the operation does
/// not list is judged only when it is a success.
pub(super) fn defects(server: &Server, request: &Request, response: &Response) -> Vec<String> {
    let router = Router::new(server.spec());
    let Route::Operation(id) = router.route(&request.method, request.path_only()) else {
        return Vec::new();
    };
    let operation = &server.spec().operations[id];
    let Some((_, documented)) = operation.responses.select(response.status) else {
        return if response.is_success() {
            vec![format!(
                "{id}: status {} is not documented",
                response.status
            )]
        } else {
            Vec::new()
        };
    };
    let mut defects = Vec::new();
    for (name, header) in &documented.headers {
        match response.header(name) {
            Some(text) => match decode_field(&header.form, &header.schema, &text) {
                Ok(value) if header.schema.validator().unwrap().is_valid(&value) => {}
                other => defects.push(format!("header {name}: {other:?}")),
            },
            None if header.required => defects.push(format!("header {name} is missing")),
            None => {}
        }
    }
    if documented.content.is_empty() != (response.body.is_empty() || request.method == "HEAD") {
        defects.push(format!("{} bytes of body", response.body.len()));
    }
    if !documented.content.is_empty() && !response.body.is_empty() {
        defects.extend(body(id, documented, response).err());
    }
    if !matches!(response.status, 204 | 304) && request.method != "HEAD" {
        let length = response.header("content-length");
        if length != Some(response.body.len().to_string()) {
            defects.push(format!("content-length {length:?}"));
        }
    }
    defects
}

fn body(id: &OperationId, documented: &spec::Response, response: &Response) -> Result<(), String> {
    let content_type = response.header("content-type").unwrap_or_default();
    let range = MediaRange::parse(&content_type).map_err(|error| error.to_string())?;
    let declared = documented.content.keys().map(String::as_str);
    let media = best_match(declared, &range)
        .and_then(|name| documented.content.get(name))
        .ok_or_else(|| format!("{id}: media type {content_type} is not documented"))?;
    let readings = body_readings(&content_type, media, &response.body)
        .map_err(|error| format!("{id}: unreadable: {error}"))?;
    let validator = media.schema.as_ref().unwrap().validator().unwrap();
    if readings.iter().any(|value| validator.is_valid(value)) {
        return Ok(());
    }
    Err(format!("{id}: {:?}", validator.violations(&readings[0])))
}
