//! Parameters: where they travel and in which form.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::Example;
use crate::document::Location;
use crate::schema::Schema;

/// A parameter (OAS 3.1.1 section 4.8.12).
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name; header names compare without case.
    pub name: String,
    /// Where it travels.
    pub place: Place,
    /// Whether it must be sent; always true in the path.
    pub required: bool,
    /// Whether it is marked `deprecated`.
    pub deprecated: bool,
    /// How its value becomes text.
    pub form: Form,
    /// What its value must satisfy.
    pub schema: Schema,
    /// The documented examples.
    pub examples: Vec<Example>,
    /// Where it stands.
    pub location: Location,
}

impl Parameter {
    /// Whether it may be sent without a value (`allowEmptyValue`, OAS 3.1.1 section 4.8.12.2.1).
    pub fn allows_empty(&self) -> bool {
        let set = self.schema.set();
        (0..set.len())
            .map(|number| set.document(number))
            .filter(|document| document.name == self.location.document)
            .filter_map(|document| document.node(&self.location.pointer))
            .any(|node| node.get("allowEmptyValue") == Some(&Value::Bool(true)))
    }
}

/// Where a parameter travels (`in`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header field.
    Header,
    /// In the `Cookie` header field.
    Cookie,
}

/// How a value becomes text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// By `style` and `explode`.
    Styled {
        /// The style.
        style: Style,
        /// Whether each item or member stands for itself.
        explode: bool,
        /// Whether reserved characters stay as they are (`allowReserved`, query only).
        allow_reserved: bool,
    },
    /// As a document of this media type (`content`).
    Content(String),
}

/// A serialisation style (OAS 3.1.1 section 4.8.12.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// `;name=value`, in the path.
    Matrix,
    /// `.value`, in the path.
    Label,
    /// `value,value`, in path and header.
    Simple,
    /// `name=value`, in query and cookie.
    Form,
    /// `name=a%20b`, in the query.
    SpaceDelimited,
    /// `name=a|b`, in the query.
    PipeDelimited,
    /// `name[key]=value`, in the query.
    DeepObject,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        })
    }
}
