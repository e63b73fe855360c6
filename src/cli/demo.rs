//! The demo: a document with its behaviour file, compiled in, so that the first run works from any
//! folder.

/// Where the demo document is looked for before the built-in copy is used.
pub(crate) const PATH: &str = "specs/users-api.yaml";

/// The document.
pub(crate) const DOCUMENT: &str = include_str!("../../specs/users-api.yaml");

/// Its behaviour file.
pub(crate) const BEHAVIOUR: &str = include_str!("../../specs/users-api.behaviour.yaml");
