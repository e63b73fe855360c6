//! What is wrong with an answer, as far as the document can tell.

use crate::http::{Request, Response};
use crate::mock::Server;
use crate::mock::route::{Route, Router};
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
    let mut defect = |text: String| defects.push(format!("{id} {}: {text}", response.status));
    for (name, header) in &documented.headers {
        match response.header(name) {
            Some(text) => match decode_field(&header.form, &header.schema, &text) {
                Ok(value) if header.schema.validator().unwrap().is_valid(&value) => {}
                other => defect(format!("header {name}: {other:?}")),
            },
            None if header.required => defect(format!("header {name} is missing")),
            None => {}
        }
    }
    if documented.content.is_empty() != (response.body.is_empty() || request.method == "HEAD") {
        defect(format!("{} bytes of body", response.body.len()));
    }
    if !documented.content.is_empty() && !response.body.is_empty() {
        let content_type = response.header("content-type").unwrap_or_default();
        let range = MediaRange::parse(&content_type).unwrap();
        let declared = documented.content.keys().map(String::as_str);
        match best_match(declared, &range).and_then(|name| documented.content.get(name)) {
            Some(media) => {
                let readings = body_readings(&content_type, media, &response.body).unwrap();
                let validator = media.schema.as_ref().unwrap().validator().unwrap();
                if !readings.iter().any(|value| validator.is_valid(value)) {
                    defect(format!("{:?}", validator.violations(&readings[0])));
                }
            }
            None => defect(format!("media type {content_type} is not documented")),
        }
    }
    if !matches!(response.status, 204 | 304) && request.method != "HEAD" {
        let length = response.header("content-length");
        if length != Some(response.body.len().to_string()) {
            defect(format!("content-length {length:?}"));
        }
    }
    defects
}
