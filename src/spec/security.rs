//! Security: which credentials an operation asks for.

use crate::secret::Carrier;
use indexmap::IndexMap;

use crate::document::Location;

/// A security scheme (OAS 3.1.1 section 4.8.27).
#[derive(Debug, Clone)]
pub struct SecurityScheme {
    /// What it is.
    pub kind: SchemeKind,
    /// Where it stands.
    pub location: Location,
}

/// The kinds of security schemes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemeKind {
    /// `Authorization: Bearer ...` (RFC 6750). `oauth2` and `openIdConnect` are sent the same way.
    Bearer,
    /// `Authorization: Basic ...` (RFC 7617).
    Basic,
    /// Another scheme of the HTTP authentication registry, by name.
    Http(String),
    /// A key in a header field, the query or a cookie.
    ApiKey {
        /// Where it travels.
        place: ApiKeyPlace,
        /// The field's, parameter's or cookie's name.
        name: String,
    },
    /// TLS client certificates.
    MutualTls,
}

impl SchemeKind {
    /// How a credential of the scheme travels; certificates are the transport's.
    pub fn carrier(&self) -> Option<Carrier<'_>> {
        Some(match self {
            Self::Bearer => Carrier::Scheme("Bearer"),
            Self::Http(name) => Carrier::Scheme(name),
            Self::Basic => Carrier::Login,
            Self::ApiKey {
                place: ApiKeyPlace::Header,
                ..
            } => Carrier::Field,
            Self::ApiKey { .. } => Carrier::Encoded,
            Self::MutualTls => return None,
        })
    }
}

/// Where an API key travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiKeyPlace {
    /// In a header field.
    Header,
    /// In the query.
    Query,
    /// In a cookie.
    Cookie,
}

/// Schemes that must be satisfied together: name to scopes. Empty: no credentials are needed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecurityRequirement(pub IndexMap<String, Vec<String>>);

impl SecurityRequirement {
    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
