//! Parameters of steps.

use std::fmt;

use super::{Placed, Template};
use crate::document::Location;

/// A parameter (Arazzo 1.0.1 section 4.6.6).
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// The name, also of the input where a workflow is called.
    pub name: String,
    /// Where the operation takes it; `None` for an input of a workflow.
    pub place: Option<ParameterPlace>,
    /// The value.
    pub value: Placed<Template>,
    /// Whether reserved characters stay as they are in a query, but for those that a query reads as
    /// syntax (`x-allowReserved`, as `allowReserved` of OAS 3.1.1 section 4.8.12.2.3).
    pub allow_reserved: bool,
    /// Where it stands, in `components` if it is shared.
    pub location: Location,
}

/// Where an operation takes a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterPlace {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// A header field.
    Header,
    /// A cookie.
    Cookie,
    /// The whole query (Arazzo 1.1).
    QueryString,
}

impl Parameter {
    /// Whether another one is about the same: names of header fields ignore case (RFC 9110 section 5.1).
    pub fn is_same(&self, other: &Self) -> bool {
        let is_named = if self.place == Some(ParameterPlace::Header) {
            self.name.eq_ignore_ascii_case(&other.name)
        } else {
            self.name == other.name
        };
        is_named && self.place == other.place
    }
}

impl ParameterPlace {
    /// The word for it in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::QueryString => "querystring",
        }
    }
}

impl fmt::Display for ParameterPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
