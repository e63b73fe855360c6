//! Bodies: instances as bytes of a media type, and bytes as instances.

use bytes::Bytes;
use serde_json::Value;

use super::flat::{Flat, Parts, readings};
use super::{MediaRange, WireError, choose, form, json, multipart, scalar};
use crate::spec::MediaType;

/// An instance as a body: the `Content-Type` to send and the bytes. For a range of media types one
/// of them is chosen.
pub fn encode_body(
    media_type: &str,
    media: &MediaType,
    value: &Value,
) -> Result<(String, Bytes), WireError> {
    let range = MediaRange::parse(media_type)?.concrete();
    let essence = range.essence();
    let bytes = match &*essence {
        "application/x-www-form-urlencoded" => form::write(value, media)?,
        "multipart/form-data" => {
            let (boundary, bytes) = multipart::write(value, media)?;
            return Ok((format!("{essence}; boundary={boundary}"), bytes.into()));
        }
        _ if range.is_json() => value.to_string(),
        _ if is_plain(&range) => match range.parameter("charset") {
            Some(charset) if !is_unicode(charset) => return Err(WireError::Unsupported(essence)),
            _ => scalar::write(value)?,
        },
        _ => return Err(WireError::Unsupported(essence)),
    };
    Ok((range.to_string(), bytes.into()))
}

/// The instance that a body means; of several readings the one that the schema accepts.
pub fn decode_body(
    content_type: &str,
    media: &MediaType,
    bytes: &[u8],
) -> Result<Value, WireError> {
    let readings = body_readings(content_type, media, bytes)?;
    let chosen = match &media.schema {
        Some(schema) => choose(readings, schema),
        None => readings.into_iter().next(),
    };
    chosen.ok_or_else(|| WireError::malformed("the body cannot be read"))
}

/// Every instance that an honest server could take a body for, the strictest reading first.
pub fn body_readings(
    content_type: &str,
    media: &MediaType,
    bytes: &[u8],
) -> Result<Vec<Value>, WireError> {
    let range = MediaRange::parse(content_type)?;
    let essence = range.essence();
    match &*essence {
        "application/x-www-form-urlencoded" => form::read(&utf8(bytes)?, media),
        "multipart/form-data" => {
            let boundary = range
                .parameter("boundary")
                .ok_or_else(|| WireError::malformed("`multipart/form-data` without a boundary"))?;
            multipart::read(bytes, boundary, media)
        }
        _ if range.is_json() => Ok(vec![json::read_strict(bytes)?]),
        _ if range.is_text() && is_plain(&range) => {
            let text = match range.parameter("charset") {
                Some(charset) if charset.eq_ignore_ascii_case("iso-8859-1") => {
                    bytes.iter().map(|byte| char::from(*byte)).collect()
                }
                Some(charset) if !is_unicode(charset) => {
                    return Err(WireError::Unsupported(range.to_string()));
                }
                _ => utf8(bytes)?,
            };
            let flats = [Flat::Scalar(text)];
            Ok(match &media.schema {
                Some(schema) => readings(&flats, &Parts::of(schema)),
                None => flats.into_iter().map(only_text).collect(),
            })
        }
        // Bytes are strings to a schema; those that are not UTF-8 are read as far as they can be.
        _ if is_plain(&range) => Ok(vec![Value::String(
            String::from_utf8_lossy(bytes).into_owned(),
        )]),
        _ => Err(WireError::Unsupported(essence)),
    }
}

fn only_text(flat: Flat) -> Value {
    match flat {
        Flat::Scalar(text) => Value::String(text),
        Flat::List(texts) => texts.into(),
        Flat::Members(members) => members.into_iter().collect(),
    }
}

/// Whether an instance is the text or the bytes themselves: texts without a syntax of their own,
/// and media that are opaque to a schema.
fn is_plain(range: &MediaRange) -> bool {
    let essence = range.essence();
    let opaque = ["image/", "audio/", "video/", "font/"];
    matches!(
        &*essence,
        "application/octet-stream" | "application/pdf" | "application/zip" | "application/gzip"
    ) || opaque.iter().any(|kind| essence.starts_with(kind)) && !essence.ends_with("+xml")
        || range.is_text() && !matches!(&*essence, "text/xml" | "text/event-stream")
}

fn is_unicode(charset: &str) -> bool {
    ["utf-8", "us-ascii"]
        .iter()
        .any(|known| charset.eq_ignore_ascii_case(known))
}

fn utf8(bytes: &[u8]) -> Result<String, WireError> {
    std::str::from_utf8(bytes)
        .map(str::to_owned)
        .map_err(|_| WireError::malformed("the body is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::super::laws::{media, schema};
    use super::*;
    use serde_json::json;

    #[test]
    fn multipart_parts_carry_the_media_types_of_their_properties() {
        let media = media(schema(json!({
            "type": "object",
            "properties": {
                "file": {"type": "string", "format": "binary"},
                "labels": {"type": "array", "items": {"type": "string"}},
            },
        })));
        let value = json!({"file": "\u{e9}", "labels": ["a", "b"], "camera": {"model": 1}});
        let (content_type, bytes) = encode_body("multipart/form-data", &media, &value).unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert_eq!(
            content_type,
            "multipart/form-data; boundary=proofmark-3779a085d0da3b262023d945"
        );
        insta::assert_snapshot!(text.replace("\r\n", "\n"), @r#"
        --proofmark-3779a085d0da3b262023d945
        Content-Disposition: form-data; name="file"; filename="file"
        Content-Type: application/octet-stream

        é
        --proofmark-3779a085d0da3b262023d945
        Content-Disposition: form-data; name="labels"
        Content-Type: text/plain

        a
        --proofmark-3779a085d0da3b262023d945
        Content-Disposition: form-data; name="labels"
        Content-Type: text/plain

        b
        --proofmark-3779a085d0da3b262023d945
        Content-Disposition: form-data; name="camera"
        Content-Type: application/json

        {"model":1}
        --proofmark-3779a085d0da3b262023d945--
        "#);
    }

    #[test]
    fn bodies_that_break_their_media_type_are_malformed() {
        let media = media(schema(json!(true)));
        for (content_type, bytes) in [
            ("application/json", &b"{\"a\":"[..]),
            ("application/json", b"\xef\xbb\xbf{}"),
            ("application/json", b"{} x"),
            ("application/json", b"[\"\xff\"]"),
            ("text/plain", b"\xff"),
            ("multipart/form-data", b""),
            ("multipart/form-data; boundary=a", b"--a\r\nx\r\n"),
            ("multipart/form-data; boundary=a", b"--a\r\n\r\nx\r\n--a--"),
            ("application/x-www-form-urlencoded", b"a=\xff"),
            ("", b""),
        ] {
            let read = body_readings(content_type, &media, bytes);
            assert!(
                matches!(read, Err(WireError::Malformed(_))),
                "{content_type} {bytes:?} {read:?}"
            );
        }
        let read = body_readings("application/xml", &media, b"<a/>");
        assert!(matches!(read, Err(WireError::Unsupported(_))));
    }

    #[test]
    fn text_is_read_in_its_charset_and_as_its_schema_wants() {
        let media = media(schema(json!({"type": ["integer", "string"]})));
        for (content_type, bytes, expected) in [
            (
                "text/plain; charset=ISO-8859-1",
                &b"\xe9"[..],
                json!("\u{e9}"),
            ),
            ("text/plain", b"7", json!(7)),
            ("application/octet-stream", b"7", json!("7")),
        ] {
            let read = decode_body(content_type, &media, bytes);
            assert_eq!(read, Ok(expected), "{content_type}");
        }
    }

    #[test]
    fn ranges_are_sent_as_one_of_their_media_types() {
        let media = media(schema(json!(true)));
        for (range, value, content_type, text) in [
            ("*/*", json!({"a": 1}), "application/json", "{\"a\":1}"),
            ("text/*", json!("a"), "text/plain", "a"),
            (
                "application/merge-patch+json",
                json!(null),
                "application/merge-patch+json",
                "null",
            ),
        ] {
            let (sent, bytes) = encode_body(range, &media, &value).unwrap();
            assert_eq!((&*sent, &*bytes), (content_type, text.as_bytes()));
        }
    }
}
