//! Wire forms: how instances become parameters and bodies, and how these are read back.
//!
//! Client and mock server share these functions, so that "encoded, then decoded" is a law that can
//! be tested: what cannot be read back is refused with [`WireError::Unencodable`] instead of being
//! sent as something else. Text on the wire has no types; readers take them from the schema.

mod body;
mod escape;
mod flat;
mod form;
mod json;
#[cfg(test)]
mod laws;
mod media;
mod multipart;
mod parameter;
mod part;
mod scalar;
mod shape;
mod style;

pub use body::{body_readings, decode_body, encode_body};
pub use escape::{decode_component, encode_component, encode_reserved, is_field_value};
pub use json::read_json;
pub use media::{MediaRange, best_match, declared};
pub use parameter::{
    Received, decode_field, decode_parameter, encode_parameter, parameter_readings,
};
pub use style::Pieces;

/// Why a value has no wire form, or a wire form no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// The style, place or media type cannot carry the value so that it can be read back.
    #[error("{0}")]
    Unencodable(String),
    /// The text or the bytes do not have the form that they must have.
    #[error("{0}")]
    Malformed(String),
    /// Nothing is known about instances of this media type.
    #[error("bodies of media type `{0}` are not supported")]
    Unsupported(String),
}

impl WireError {
    fn unencodable(reason: impl Into<String>) -> Self {
        Self::Unencodable(reason.into())
    }

    fn malformed(reason: impl Into<String>) -> Self {
        Self::Malformed(reason.into())
    }
}

/// The reading that the schema accepts, else the first one.
fn choose(
    readings: Vec<serde_json::Value>,
    schema: &crate::schema::Schema,
) -> Option<serde_json::Value> {
    if readings.len() > 1
        && let Ok(validator) = schema.validator()
        && let Some(valid) = readings.iter().find(|value| validator.is_valid(value))
    {
        return Some(valid.clone());
    }
    readings.into_iter().next()
}
