//! The stateless mock: whatever is asked validly is answered validly.

use std::sync::Arc;

use super::{behaviour, mock, petstore_spec, requests, sandbox, send, users_spec, verdict};
use crate::mock::generators::Generators;
use crate::mock::{Server, ServerOptions};
use crate::seed::Seed;
use crate::spec::Spec;

/// Sends valid requests to every operation and returns what is wrong with the answers.
fn walk(spec: &Arc<Spec>, server: &Server, rounds: u64) -> Vec<String> {
    let generators = Generators::default();
    let mut defects = Vec::new();
    for round in 0..rounds {
        for operation in spec.operations.values() {
            let seed = Seed::new(round).derive(operation.id.as_str(), 0);
            let Some(request) = requests::valid(&generators, operation, seed) else {
                defects.push(format!("{}: no valid request", operation.id));
                continue;
            };
            let response = send(server, &request);
            let expected = response.status < 400 || matches!(response.status, 403 | 404);
            if !expected {
                let body = String::from_utf8_lossy(&response.body).into_owned();
                defects.push(format!("{} {}: {body}", operation.id, response.status));
            }
            defects.extend(verdict::defects(server, &request, &response));
        }
    }
    defects
}

#[test]
fn every_operation_of_both_documents_is_answered_as_documented() {
    for spec in [users_spec(), petstore_spec()] {
        let server = mock(&spec);
        assert_eq!(walk(&spec, &server, 3), Vec::<String>::new());
    }
}

#[test]
fn random_writes_never_make_a_sandbox_answer_against_the_document() {
    for spec in [users_spec(), petstore_spec()] {
        let server = sandbox(&spec);
        assert_eq!(walk(&spec, &server, 4), Vec::<String>::new());
    }
}

#[test]
fn equal_seeds_give_equal_answers_and_others_do_not() {
    let spec = petstore_spec();
    let generators = Generators::default();
    let answers = |seed: u64, remember: bool| {
        let options = if remember {
            ServerOptions::sandbox(behaviour(&spec))
        } else {
            ServerOptions::default()
        };
        let server = Server::new(
            spec.clone(),
            ServerOptions {
                seed: Seed::new(seed),
                ..options
            },
        );
        spec.operations
            .values()
            .filter_map(|operation| requests::valid(&generators, operation, Seed::new(5)))
            .map(|request| send(&server, &request))
            .collect::<Vec<_>>()
    };
    for remember in [false, true] {
        assert_eq!(answers(1, remember), answers(1, remember));
        assert_ne!(answers(1, remember), answers(2, remember));
    }
}

#[test]
fn a_mock_takes_any_credentials_of_the_right_form() {
    let server = mock(&users_spec());
    let path = "/v2/users/0d5c2b9e-6a41-4f7d-9b38-2f1e8c7a4d60";
    for (field, expected) in [
        ("Bearer whatever", 200),
        ("Bearer ", 401),
        ("Basic dXNlcjpwYXNz", 401),
    ] {
        let request = super::with_header(super::request("GET", path, None), "authorization", field);
        assert_eq!(send(&server, &request).status, expected, "{field}");
    }
}
