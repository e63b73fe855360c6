//! Encoding: a case as the request that goes over the wire.

use super::{Case, Prepared};
use crate::secret::Secret;
use crate::spec::Spec;

/// The credentials of a target: scheme name to secret (`user:password` for basic).
#[derive(Debug, Clone, Default)]
pub struct Authority {
    /// Secrets by security scheme name.
    pub by_scheme: indexmap::IndexMap<String, Secret>,
    /// The secret for every scheme that has none of its own.
    pub fallback: Option<Secret>,
}

/// Why a case cannot be put on the wire.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The operation is not in the document.
    #[error("no operation `{0}` in the document")]
    UnknownOperation(String),
}

/// The request of a case.
pub fn encode(_spec: &Spec, case: &Case, _authority: &Authority) -> Result<Prepared, EncodeError> {
    Err(EncodeError::UnknownOperation(case.operation.to_string()))
}
