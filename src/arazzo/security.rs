//! Credentials as `x-security` gives them.

use indexmap::IndexMap;

use serde_json::Value;

use super::{Placed, Template};
use crate::document::Location;

/// Credentials for one security scheme (`x-security`, an extension of Redocly's runner).
#[derive(Debug, Clone, PartialEq)]
pub struct Security {
    /// The scheme.
    pub scheme: SchemeReference,
    /// The credentials by name: `token`, `username`, `password`, `apiKey` and the like.
    pub values: IndexMap<String, Placed<Template>>,
    /// Where it stands.
    pub location: Location,
}

/// Which security scheme is meant.
#[derive(Debug, Clone, PartialEq)]
pub enum SchemeReference {
    /// One of an API description.
    Named {
        /// The source description; `None` if there is only one to look in.
        source: Option<String>,
        /// The name in `components.securitySchemes`.
        name: String,
    },
    /// A Security Scheme Object of OpenAPI, written in place.
    Inline(Placed<Value>),
}
