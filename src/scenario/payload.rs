//! Payloads: written values as they go over the wire.

use indexmap::IndexMap;
use serde_json::Value;

use crate::case::Body;
use crate::document::{Location, Pointer};
use crate::spec::MediaType;
use crate::wire::{MediaRange, WireError, decode_body, encode_body};

/// How a media type takes what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Medium {
    /// Values of any kind, and texts that hold them.
    Json,
    /// Objects, and texts that are sent as they are: forms.
    Form,
    /// Objects; texts only if the media type names the boundary in them.
    Multipart,
    /// Texts alone, in which places are found by `XPath`.
    Xml,
    /// Texts, bytes and scalars.
    Text,
    /// Texts alone: nothing is known about the form of values.
    Opaque,
}

impl Medium {
    pub(super) fn of(name: &str) -> Self {
        let Ok(range) = MediaRange::parse(name).map(|range| range.concrete()) else {
            return Self::Opaque;
        };
        let essence = range.essence();
        match &*essence {
            "application/x-www-form-urlencoded" => Self::Form,
            "multipart/form-data" => Self::Multipart,
            "application/xml" | "text/xml" => Self::Xml,
            _ if essence.ends_with("+xml") => Self::Xml,
            _ if range.is_json() => Self::Json,
            _ => match encode_body(name, &undeclared(), &Value::String(String::new())) {
                Ok(_) => Self::Text,
                Err(_) => Self::Opaque,
            },
        }
    }

    /// Whether an object has a form in it.
    pub(super) fn takes_objects(self) -> bool {
        matches!(self, Self::Json | Self::Form | Self::Multipart)
    }

    /// Why a text cannot be sent, if that is so.
    pub(super) fn objects_to_text(self, name: &str) -> Option<String> {
        let boundary =
            || MediaRange::parse(name).is_ok_and(|it| it.parameter("boundary").is_some());
        (self == Self::Multipart && !boundary()).then(|| {
            format!("a text is no `{name}`: the media type does not say what its parts end with")
        })
    }

    /// Why a value that is neither text nor unknown cannot be sent, if that is so.
    pub(super) fn objects_to(self, name: &str, value: &Value) -> Option<String> {
        let takes = match value {
            Value::Object(_) => self.takes_objects(),
            Value::Array(_) => self == Self::Json,
            _ => matches!(self, Self::Json | Self::Text),
        };
        let kind = match value {
            Value::Object(_) => "an object",
            Value::Array(_) => "an array",
            _ => "a number, a truth value or null",
        };
        (!takes).then(|| format!("`{name}` has no form for {kind}"))
    }
}

/// What is known of a media type that an operation does not declare: nothing.
fn undeclared() -> MediaType {
    MediaType {
        schema: None,
        examples: Vec::new(),
        encoding: IndexMap::new(),
        location: Location {
            document: "".into(),
            pointer: Pointer::root(),
            span: None,
        },
    }
}

/// A written value as it goes over the wire. A text is the body itself, unless the schema of a JSON
/// body takes that very text: many files write their JSON as text with expressions in it.
pub(super) fn as_sent(name: &str, media: Option<&MediaType>, value: Value) -> Result<Body, String> {
    let medium = Medium::of(name);
    match (value, media) {
        (Value::String(text), _) => {
            if let Some(objection) = medium.objects_to_text(name) {
                return Err(objection);
            }
            let value = Value::String(text);
            if medium == Medium::Json && takes(media, &value) {
                return Ok(instance(name, value));
            }
            let Value::String(text) = value else {
                return Ok(instance(name, value));
            };
            Ok(raw(name, text))
        }
        (value, Some(_)) => match medium.objects_to(name, &value) {
            Some(objection) => Err(objection),
            None => Ok(instance(name, value)),
        },
        // What the operation does not take is sent all the same: that it does not is often the point.
        (value, None) => Ok(match encode_body(name, &undeclared(), &value) {
            Ok((media_type, bytes)) => Body::Raw { media_type, bytes },
            Err(_) => raw(name, value.to_string()),
        }),
    }
}

/// Whether the schema of a body takes a value.
pub(super) fn takes(media: Option<&MediaType>, value: &Value) -> bool {
    let schema = media.and_then(|media| media.schema.as_ref());
    let validator = schema.and_then(|schema| schema.validator().ok());
    validator.is_some_and(|validator| validator.is_valid(value))
}

/// What a payload pins in a body that is drawn: a text says it in the form of its media type.
pub(super) fn pins(name: &str, media: &MediaType, payload: Value) -> Result<Value, String> {
    match payload {
        Value::String(text) if !takes(Some(media), &Value::String(text.clone())) => {
            decode_body(name, media, text.as_bytes()).map_err(|error| match error {
                WireError::Unsupported(_) => {
                    format!("a text of `{name}` cannot be merged with what is drawn")
                }
                error => format!("the payload is no `{name}`: {error}"),
            })
        }
        value => Ok(value),
    }
}

fn instance(name: &str, value: Value) -> Body {
    Body::Instance {
        media_type: name.to_owned(),
        value,
    }
}

fn raw(name: &str, text: String) -> Body {
    // A range is no media type of a body.
    let media_type = match MediaRange::parse(name) {
        Ok(range) if range.is_range() => range.concrete().to_string(),
        _ => name.to_owned(),
    };
    Body::Raw {
        media_type,
        bytes: text.into(),
    }
}
