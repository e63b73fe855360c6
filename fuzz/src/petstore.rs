//! The document that requests and responses are made for: the pet shop of `specs/`.

use std::sync::{Arc, LazyLock};

use proofmark::mock::{Behaviour, Server, ServerOptions};
use proofmark::spec::Spec;

const DOCUMENT: &str = include_str!("../../specs/petstore-3.0.yaml");
const BEHAVIOUR: &str = include_str!("../../specs/petstore-3.0.behaviour.yaml");

static SPEC: LazyLock<Arc<Spec>> = LazyLock::new(|| {
    let spec = Spec::from_text("petstore.yaml", DOCUMENT);
    Arc::new(spec.unwrap_or_else(|error| panic!("{error}")))
});

static OPTIONS: LazyLock<ServerOptions> = LazyLock::new(|| {
    let behaviour = Behaviour::parse("petstore.behaviour.yaml", BEHAVIOUR, &SPEC);
    ServerOptions::sandbox(behaviour.unwrap_or_else(|errors| panic!("{errors:?}")))
});

/// The document.
pub(super) fn spec() -> &'static Arc<Spec> {
    &SPEC
}

/// A new sandbox: it holds nothing but its seeds.
pub(super) fn sandbox() -> Server {
    Server::new(SPEC.clone(), OPTIONS.clone())
}
