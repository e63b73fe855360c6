//! Tests of the mock as a whole: both doors, both documents, with and without a memory.

mod engine;
mod faults;
mod laws;
mod petstore;
mod protocol;
mod requests;
mod sockets;
mod stateless;
mod users;
mod verdict;

use std::sync::Arc;

use serde_json::Value;

use super::{Behaviour, Server, ServerOptions};
use crate::http::{Request, Response};
use crate::spec::Spec;

const USERS: &str = include_str!("../../../specs/users-api.yaml");
const USERS_BEHAVIOUR: &str = include_str!("../../../specs/users-api.behaviour.yaml");
const PETSTORE: &str = include_str!("../../../specs/petstore-3.0.yaml");
const PETSTORE_BEHAVIOUR: &str = include_str!("../../../specs/petstore-3.0.behaviour.yaml");

fn users_spec() -> Arc<Spec> {
    Arc::new(Spec::from_text("users-api.yaml", USERS).unwrap())
}

fn petstore_spec() -> Arc<Spec> {
    Arc::new(Spec::from_text("petstore-3.0.yaml", PETSTORE).unwrap())
}

fn behaviour(spec: &Spec) -> Behaviour {
    let (name, text) = if spec.title == "User Management API" {
        ("users-api.behaviour.yaml", USERS_BEHAVIOUR)
    } else {
        ("petstore-3.0.behaviour.yaml", PETSTORE_BEHAVIOUR)
    };
    Behaviour::parse(name, text, spec).unwrap()
}

fn sandbox(spec: &Arc<Spec>) -> Server {
    Server::new(spec.clone(), ServerOptions::sandbox(behaviour(spec)))
}

fn mock(spec: &Arc<Spec>) -> Server {
    Server::new(spec.clone(), ServerOptions::default())
}

/// A request with the full token in every place where one of our documents looks for it.
fn request(method: &str, path: &str, body: Option<&Value>) -> Request {
    let mut headers = vec![
        (
            "Authorization".to_owned(),
            "Bearer sandbox-token".to_owned(),
        ),
        ("X-Api-Key".to_owned(), "sandbox-token".to_owned()),
    ];
    if body.is_some() {
        headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
    }
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        headers,
        body: body.map(|body| body.to_string().into()),
    }
}

fn with_header(mut request: Request, name: &str, value: &str) -> Request {
    request
        .headers
        .retain(|(field, _)| !field.eq_ignore_ascii_case(name));
    request.headers.push((name.to_owned(), value.to_owned()));
    request
}

fn send(server: &Server, request: &Request) -> Response {
    server.answer(request).response().unwrap().clone()
}

/// Sends a request and returns status and JSON body; null when there is none.
fn call(server: &Server, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
    let request = request(method, path, body);
    let response = send(server, &request);
    assert_eq!(
        verdict::defects(server, &request, &response),
        Vec::<String>::new(),
        "{method} {path}"
    );
    let value = if response.body.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&response.body).unwrap()
    };
    (response.status, value)
}
