//! OpenAPI documents as one internal model, whatever version they were written in.
//!
//! Words follow the OpenAPI Specification: operation, parameter, media type, request body, response,
//! security scheme, link.

mod clash;
mod consistency;
mod files;
mod load;
mod operation;
mod parameter;
mod path;
mod read;
mod response;
mod security;

use std::sync::Arc;

use indexmap::IndexMap;

use crate::code::Code;
use crate::document::{Diagnostic, Location};
use crate::schema::{SchemaSet, Violation};

pub use files::{DiskFiles, FileError, Files, NoFiles};
pub use load::LoadError;
pub use operation::{Callback, Operation, OperationId, RequestBody};
pub use parameter::{Form, Parameter, Place, Style};
pub use path::{PathTemplate, Segment};
pub use response::{Encoding, Example, Header, Link, MediaType, Response, ResponseKey, Responses};
pub use security::{ApiKeyPlace, SchemeKind, SecurityRequirement, SecurityScheme};

/// A loaded API description. What could not be read is in `diagnostics`, not in here.
#[derive(Debug)]
pub struct Spec {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// The `openapi` field as written, for example `3.1.0`.
    pub openapi: String,
    /// The operations in document order.
    pub operations: IndexMap<OperationId, Operation>,
    /// What the server calls by itself (`webhooks`), with the name for the path; turned round as
    /// callbacks are.
    pub webhooks: Vec<Operation>,
    /// The security schemes by name.
    pub schemes: IndexMap<String, SecurityScheme>,
    /// The URLs of `servers`, for display only: a target never comes from here.
    pub servers: Vec<String>,
    /// The documents that the schemas point into; number 0 is the entry document.
    pub schemas: Arc<SchemaSet>,
    /// The defects that were found.
    pub diagnostics: Vec<Diagnostic>,
}

impl Spec {
    /// The operation of this name.
    pub fn operation(&self, id: &OperationId) -> Option<&Operation> {
        self.operations.get(id)
    }

    /// The node at a location of one of its documents.
    pub fn node(&self, at: &Location) -> Option<&serde_json::Value> {
        let mut documents = (0..self.schemas.len()).map(|number| self.schemas.document(number));
        let document = documents.find(|document| document.name == at.document)?;
        document.node(&at.pointer)
    }

    /// Whether a violation is nothing but an instance that matches several branches of a `oneOf` that
    /// are known to overlap (PM712): the document's fault, and nobody else's.
    pub fn excuses(&self, violation: &Violation) -> bool {
        let is_known = |one_of: &Location| {
            self.diagnostics.iter().any(|diagnostic| {
                diagnostic.code == Code::OVERLAPPING_BRANCHES && diagnostic.location == *one_of
            })
        };
        !violation.overlaps.is_empty() && violation.overlaps.iter().all(is_known)
    }
}

#[cfg(test)]
mod tests;
