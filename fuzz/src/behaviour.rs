//! Behaviour files: any text is read or refused, and what is read makes a sandbox that works.

use proofmark::http::Request;
use proofmark::mock::{Behaviour, Server, ServerOptions};

use super::petstore;
use super::places::Lines;

/// Reads a text as a behaviour file of the pet shop and tries the sandbox that it makes.
///
/// # Panics
/// If a mistake has a place outside of the text, or a request makes the sandbox fail.
pub fn behaviour(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let spec = petstore::spec();
    match Behaviour::parse("fuzz.behaviour.yaml", text, spec) {
        Ok(behaviour) => {
            let server = Server::new(spec.clone(), ServerOptions::sandbox(behaviour));
            for request in requests() {
                let status = server.answer(&request).status();
                assert!(
                    status.is_some_and(|status| status < 500),
                    "{status:?} to {request:?}"
                );
            }
        }
        Err(errors) => {
            assert!(!errors.is_empty());
            let lines = Lines::of_file(text);
            for span in errors.iter().filter_map(|error| error.location.span) {
                lines.hold(span);
            }
        }
    }
}

/// A few requests that write and read.
fn requests() -> impl Iterator<Item = Request> {
    let pet = r#"{"kind": "dog", "name": "Rex", "barkVolume": 0.5}"#;
    let order = r#"{"petId": 12, "quantity": 1, "delivery": {"shop": "NORTH"}}"#;
    [
        ("GET", "/pets?limit=2&offset=1&kind=cat", None),
        ("POST", "/pets", Some(pet)),
        ("PUT", "/pets/12", Some(pet)),
        ("GET", "/pets/12", None),
        ("POST", "/orders", Some(order)),
        ("DELETE", "/pets/12", None),
    ]
    .into_iter()
    .map(|(method, path, body)| Request {
        method: method.to_owned(),
        path: path.to_owned(),
        headers: [
            ("Authorization", "Bearer sandbox-token"),
            ("X-Api-Key", "sandbox-token"),
            ("Content-Type", "application/json"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec(),
        body: body.map(Into::into),
    })
}
