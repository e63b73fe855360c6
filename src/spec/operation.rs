//! Operations: a method on a path, with what it takes and gives.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{MediaType, Parameter, PathTemplate, Place, Responses, SecurityRequirement};
use crate::document::Location;

/// The name of an operation: its `operationId`, or `METHOD /path` where it has none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(Arc<str>);

/// An operation (OAS 3.1.1 section 4.8.10).
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its name.
    pub id: OperationId,
    /// The method in upper case.
    pub method: String,
    /// The path template.
    pub path: PathTemplate,
    /// A short summary, if the author wrote one.
    pub summary: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Whether it is marked `deprecated`.
    pub deprecated: bool,
    /// Its parameters, those of the path item included.
    pub parameters: Vec<Parameter>,
    /// Its request body, if it takes one.
    pub body: Option<RequestBody>,
    /// Its responses.
    pub responses: Responses,
    /// The alternatives of credentials that it asks for; empty when it asks for none.
    pub security: Vec<SecurityRequirement>,
    /// What the server calls back. Of what is called back itself, and of webhooks, it is the client who calls.
    pub callbacks: Vec<Callback>,
    /// Where the servers stand that it, or else its path item, has instead of those of the document.
    pub servers: Option<Location>,
    /// The parts of its request that could not be read. Without them no request is known to be what
    /// the author means, so none is made while there are any.
    pub unreadable: Vec<Location>,
    /// Where it stands.
    pub location: Location,
}

/// A request that the server sends on account of an operation (OAS 3.1.1 section 4.8.18). What travels
/// in its request and in its answer is turned round: the schemas are read so.
#[derive(Debug, Clone)]
pub struct Callback {
    /// The name under `callbacks`.
    pub name: String,
    /// What is sent; its path is the expression that the URL comes from.
    pub operation: Operation,
}

/// A request body (OAS 3.1.1 section 4.8.13).
#[derive(Debug, Clone)]
pub struct RequestBody {
    /// Whether it must be sent.
    pub required: bool,
    /// Media type (or range) to what is sent, in document order.
    pub content: IndexMap<String, MediaType>,
    /// Where it stands.
    pub location: Location,
}

impl OperationId {
    /// A name.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Operation {
    /// The parameter of this name and place.
    pub fn parameter(&self, place: Place, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| {
            parameter.place == place
                && if place == Place::Header {
                    parameter.name.eq_ignore_ascii_case(name)
                } else {
                    parameter.name == name
                }
        })
    }

    /// Whether the method is safe (RFC 9110 section 9.2.1).
    pub fn is_safe(&self) -> bool {
        matches!(&*self.method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
    }

    /// Whether a request without credentials must be refused.
    pub fn requires_credentials(&self) -> bool {
        !self.security.is_empty() && !self.security.iter().any(SecurityRequirement::is_empty)
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<'de> Deserialize<'de> for OperationId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|name| Self(name.into()))
    }
}

impl Serialize for OperationId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
