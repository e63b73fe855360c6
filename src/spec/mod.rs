//! OpenAPI documents as one internal model, whatever version they were written in.
//!
//! Words follow the OpenAPI Specification: operation, parameter, media type, request body, response,
//! security scheme, link.

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

use crate::document::Diagnostic;
use crate::schema::SchemaSet;

pub use files::{DiskFiles, FileError, Files, NoFiles};
pub use load::LoadError;
pub use operation::{Operation, OperationId, RequestBody};
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
}

#[cfg(test)]
mod tests;
