//! Responses: what an operation promises for each status.

use std::fmt;

use indexmap::IndexMap;
use serde_json::Value;

use super::Form;
use crate::document::Location;
use crate::schema::Schema;

/// The responses of an operation (OAS 3.1.1 section 4.8.16), in document order.
#[derive(Debug, Clone, Default)]
pub struct Responses(pub IndexMap<ResponseKey, Response>);

/// Which statuses a response is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResponseKey {
    /// One status.
    Status(u16),
    /// A class: `4` for `4XX`.
    Range(u8),
    /// Every status that is not listed otherwise.
    Default,
}

/// A response (OAS 3.1.1 section 4.8.17).
#[derive(Debug, Clone)]
pub struct Response {
    /// The description.
    pub description: String,
    /// Declared header fields by name, `Content-Type` excluded.
    pub headers: IndexMap<String, Header>,
    /// Media type (or range) to body, in document order; empty when no body is declared.
    pub content: IndexMap<String, MediaType>,
    /// Links by name.
    pub links: IndexMap<String, Link>,
    /// Whether it could not be read: its status is documented, and nothing else of it can be judged.
    pub unreadable: bool,
    /// Where it stands.
    pub location: Location,
}

/// A declared response header (OAS 3.1.1 section 4.8.21).
#[derive(Debug, Clone)]
pub struct Header {
    /// Whether it must be sent.
    pub required: bool,
    /// How its value becomes text; the style is always simple.
    pub form: Form,
    /// What its value must satisfy.
    pub schema: Schema,
    /// Where it stands.
    pub location: Location,
}

/// What is sent as one media type (OAS 3.1.1 section 4.8.14).
#[derive(Debug, Clone)]
pub struct MediaType {
    /// What the body must satisfy, if a schema is given.
    pub schema: Option<Schema>,
    /// The documented examples.
    pub examples: Vec<Example>,
    /// How each property of a form or multipart body is sent.
    pub encoding: IndexMap<String, Encoding>,
    /// Where it stands.
    pub location: Location,
}

/// An example written in the document; invalid ones are left out with a diagnostic.
#[derive(Debug, Clone)]
pub struct Example {
    /// Its name under `examples`; `None` for a single `example`, or one taken from the schema.
    pub name: Option<String>,
    /// The value.
    pub value: Value,
    /// Where it stands.
    pub location: Location,
}

/// How a property of a form or multipart body is sent (OAS 3.1.1 section 4.8.15).
#[derive(Debug, Clone)]
pub struct Encoding {
    /// The part's media type, if given.
    pub content_type: Option<String>,
    /// `style`, `explode` and `allowReserved`, if any of them is given.
    pub form: Option<Form>,
    /// Declared header fields of the part, `Content-Type` excluded.
    pub headers: IndexMap<String, Header>,
}

/// A link to another operation (OAS 3.1.1 section 4.8.20).
#[derive(Debug, Clone)]
pub struct Link {
    /// The target's `operationId`, if given so.
    pub operation_id: Option<String>,
    /// The target as a reference, if given so.
    pub operation_ref: Option<String>,
    /// Parameter name (perhaps qualified: `path.id`) to constant or runtime expression.
    pub parameters: IndexMap<String, Value>,
    /// Constant or runtime expression for the request body.
    pub body: Option<Value>,
    /// The server of the target, as it is written, if the link names one.
    pub server: Option<Value>,
    /// Where it stands.
    pub location: Location,
}

impl Responses {
    /// The response that is documented for a status: exactly, by range, or by `default`.
    pub fn select(&self, status: u16) -> Option<(ResponseKey, &Response)> {
        let class = u8::try_from(status / 100).unwrap_or(0);
        [
            ResponseKey::Status(status),
            ResponseKey::Range(class),
            ResponseKey::Default,
        ]
        .into_iter()
        .find_map(|key| self.0.get(&key).map(|response| (key, response)))
    }
}

impl fmt::Display for ResponseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "{status}"),
            Self::Range(class) => write!(f, "{class}XX"),
            Self::Default => f.write_str("default"),
        }
    }
}
