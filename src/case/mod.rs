//! Cases: one request to make, what it is meant to show, and how to make it again.

mod address;
mod boundary;
mod credentials;
mod curl;
mod encode;
mod examples;
mod invalid;
mod malformation;
mod part;
mod path;
mod plan;
mod prepared;
mod proof;
mod protocol;
mod resource;
mod scripted;
mod source;
mod valid;

use std::fmt;

use bytes::Bytes;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::generate::Mutation;
use crate::http::Request;
use crate::seed::Seed;
use crate::spec::{OperationId, Place};

/// One request to make.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name: a hash of its content.
    pub id: CaseId,
    /// The operation that it exercises.
    pub operation: OperationId,
    /// What the server should make of it.
    pub intent: Intent,
    /// Whether it is valid only if a `oneOf` may have several branches that match: where the document
    /// cannot tell its branches apart (PM712). To refuse such a request is no fault.
    pub ambiguous: bool,
    /// Where it came from.
    pub phase: Phase,
    /// What is sent.
    pub inputs: Inputs,
    /// Where its random choices came from.
    pub seed: Seed,
}

/// The name of a case: twelve hexadecimal digits of the hash of its content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(transparent)]
pub struct CaseId(String);

/// What the server should make of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// It keeps the document.
    Valid,
    /// It breaks the document in one named way.
    Invalid(Defect),
    /// Somebody wrote it, and says elsewhere what it should lead to.
    Scripted,
}

/// The one thing that is wrong with an invalid request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Defect {
    /// The request body breaks its schema.
    Body(Mutation),
    /// A parameter breaks its schema, on the wire.
    Parameter {
        /// Where the parameter travels.
        place: Place,
        /// Its name.
        name: String,
        /// How its value breaks the schema.
        mutation: Mutation,
    },
    /// A required parameter is not sent.
    MissingParameter {
        /// Where the parameter travels.
        place: Place,
        /// Its name.
        name: String,
    },
    /// The required body is not sent.
    MissingBody,
    /// The body is not well-formed.
    MalformedBody(Malformation),
    /// The body is sent as a media type that the operation does not declare.
    MediaType(String),
    /// The method is one that the path does not declare.
    Method(String),
    /// Credentials are missing or wrong.
    Credentials(Credentials),
}

/// Where a case came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// One request to see whether the target answers and accepts the credentials.
    Preflight,
    /// The document's own examples.
    Examples,
    /// Requests at the edges of what the schemas allow, on both sides.
    Boundary,
    /// Valid requests made from the schemas.
    Valid,
    /// Requests that break one keyword each.
    Invalid,
    /// Methods, media types and credentials.
    Protocol,
    /// Short sequences: create, write, read, delete.
    Stateful,
    /// Steps of scenario files.
    Scenario,
}

/// Which credentials a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Credentials {
    /// Those of the target, as the operation's security asks.
    #[default]
    Proper,
    /// None.
    Missing,
    /// Well-formed ones that nobody issued.
    Wrong,
}

/// What a case sends.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Parameter values by place and name, in the order of the operation's parameters.
    pub parameters: IndexMap<(Place, String), Value>,
    /// Query parameters, header fields and cookies that the operation does not declare, as they are
    /// sent. A header field takes the place of one that would be sent otherwise.
    pub undeclared: IndexMap<(Place, String), String>,
    /// The request body.
    pub body: Option<Body>,
    /// Which credentials go with it.
    pub credentials: Credentials,
    /// Another method than the operation's own.
    pub method: Option<String>,
}

/// A request body.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// An instance, serialised as its media type says.
    Instance {
        /// The media type.
        media_type: String,
        /// The instance.
        value: Value,
    },
    /// Bytes as they are.
    Raw {
        /// The media type to announce.
        media_type: String,
        /// The bytes.
        bytes: Bytes,
    },
}

pub use address::Address;
pub use credentials::Authority;
pub use curl::curl;
pub use encode::{EncodeError, encode};
pub use malformation::Malformation;
pub use part::Part;
pub use plan::{Modes, Plan, PlanOptions, Skip, plan, plan_while};
pub use prepared::{Prepared, WireSecret};
pub use resource::{ResourceKey, Resources, documented, resource_key};
pub use scripted::scripted;
pub use valid::valid;

impl CaseId {
    /// The id of a request of an operation: depends on what goes over the wire only. Take a request
    /// without a target's credentials, so that the id is the same for everybody.
    pub fn of(operation: &OperationId, phase: Phase, request: &Request) -> Self {
        let mut hash = Sha256::new();
        for part in [
            operation.as_str(),
            &format!("{phase:?}"),
            &request.method,
            &request.path,
        ] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        for (name, value) in &request.headers {
            hash.update(name.as_bytes());
            hash.update([0]);
            hash.update(value.as_bytes());
            hash.update([0]);
        }
        if let Some(body) = &request.body {
            hash.update([1]);
            hash.update(body);
        }
        let digest = hash.finalize();
        Self(
            digest[..6]
                .iter()
                .fold(String::new(), |text, byte| text + &format!("{byte:02x}")),
        )
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for CaseId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Phase {
    /// The phases that can be planned before anything is sent, in their order.
    pub const PLANNED: [Self; 5] = [
        Self::Examples,
        Self::Boundary,
        Self::Valid,
        Self::Invalid,
        Self::Protocol,
    ];

    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Preflight => "preflight",
            Self::Examples => "examples",
            Self::Boundary => "boundary",
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Protocol => "protocol",
            Self::Stateful => "stateful",
            Self::Scenario => "scenario",
        }
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(mutation) => write!(f, "body: {}", mutation.description),
            Self::Parameter {
                place,
                name,
                mutation,
            } => {
                write!(f, "{place} parameter `{name}`: {}", mutation.description)
            }
            Self::MissingParameter { place, name } => {
                write!(f, "the required {place} parameter `{name}` is missing")
            }
            Self::MissingBody => f.write_str("the required body is missing"),
            Self::MalformedBody(malformation) => malformation.fmt(f),
            Self::MediaType(media_type) => write!(f, "`{media_type}` is not a declared media type"),
            Self::Method(method) => write!(f, "`{method}` is not a declared method of the path"),
            Self::Credentials(Credentials::Missing) => f.write_str("credentials are missing"),
            Self::Credentials(_) => f.write_str("the credentials are wrong"),
        }
    }
}

#[cfg(test)]
mod tests;
