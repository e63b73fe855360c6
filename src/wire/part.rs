//! Parts of forms: a property's value as text or bytes of its own media type (OAS 3.1.1 section
//! 4.8.15).

use serde_json::Value;

use super::scalar::{self, Reading};
use super::shape::{self, Types};
use super::{MediaRange, WireError, json};
use crate::schema::Schema;
use crate::spec::MediaType;

/// The media type that a property's value (or item) is sent as: as its encoding says, else as its
/// type asks.
pub(super) fn media_type(
    media: &MediaType,
    name: &str,
    value: &Value,
) -> Result<MediaRange, WireError> {
    if let Some(encoding) = media.encoding.get(name)
        && let Some(listed) = &encoding.content_type
    {
        let first = listed.split(',').next().unwrap_or(listed);
        return MediaRange::parse(first).map(|range| range.concrete());
    }
    let default = match value {
        Value::Object(_) | Value::Array(_) => "application/json",
        // Null can only be written where an object could stand.
        Value::Null if schema_types(media, name).object() => "application/json",
        Value::String(_) if is_binary(media, name) => "application/octet-stream",
        _ => "text/plain",
    };
    MediaRange::parse(default)
}

/// The types that the schema admits for a property.
pub(super) fn schema_types(media: &MediaType, name: &str) -> Types {
    media
        .schema
        .as_ref()
        .map_or(Types::ALL, |schema| shape::member_types(schema, name))
}

/// The types that the schema admits for an item of a property that is an array.
pub(super) fn schema_item_types(media: &MediaType, name: &str, index: usize) -> Types {
    media.schema.as_ref().map_or(Types::ALL, |schema| {
        shape::member_item_types(schema, name, index)
    })
}

/// Whether a property holds bytes: `format: binary`, or a media type without a text coding.
fn is_binary(media: &MediaType, name: &str) -> bool {
    let Some(member) = media
        .schema
        .as_ref()
        .and_then(|schema| shape::member_schema(schema, name))
    else {
        return false;
    };
    let item = member.below(&["items"]);
    let holds_bytes = |schema: &Schema| {
        shape::keyword(schema, "format", &|format| format == "binary")
            || shape::keyword(schema, "contentMediaType", &Value::is_string)
                && !shape::keyword(schema, "contentEncoding", &Value::is_string)
    };
    holds_bytes(&member) || item.is_some_and(|item| holds_bytes(&item))
}

/// A value as text of a media type.
pub(super) fn write(value: &Value, media_type: &MediaRange) -> Result<String, WireError> {
    if media_type.is_json() {
        return Ok(value.to_string());
    }
    match value {
        Value::Object(_) | Value::Array(_) => Err(WireError::Unsupported(media_type.essence())),
        scalar => scalar::write(scalar),
    }
}

/// Text of a media type as a value of one of these types.
pub(super) fn read(
    text: &str,
    media_type: Option<&MediaRange>,
    types: Types,
    reading: Reading,
) -> Result<Value, WireError> {
    match media_type {
        // Many servers take a part for text whatever it says, if text is what they look for.
        Some(media_type)
            if media_type.is_json() && reading == Reading::Lenient && types.string() =>
        {
            Ok(Value::String(text.to_owned()))
        }
        Some(media_type) if media_type.is_json() => json::read_json(text.as_bytes()),
        Some(_) => Ok(scalar::read(text, types, reading)),
        // Without a word about its media type, text can be JSON where only that makes sense.
        None => match json::read_json(text.as_bytes()) {
            Ok(value) if value.is_object() && types.object() && !types.string() => Ok(value),
            Ok(value) if value.is_array() && types.array() && !types.string() => Ok(value),
            Ok(Value::Null) if types.null() && types.object() && !types.string() => Ok(Value::Null),
            _ => Ok(scalar::read(text, types, reading)),
        },
    }
}
