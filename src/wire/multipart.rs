//! Multipart bodies: `multipart/form-data` (RFC 7578, OAS 3.1.1 section 4.8.15.3).
//!
//! The boundary is a hash of the parts, so that equal values give equal bytes.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::media::parameters;
use super::scalar::Reading;
use super::{MediaRange, WireError, part};
use crate::spec::MediaType;

struct Part {
    name: String,
    media_type: Option<MediaRange>,
    content: Vec<u8>,
}

/// An object as parts: the boundary and the bytes.
pub(super) fn write(value: &Value, media: &MediaType) -> Result<(String, Vec<u8>), WireError> {
    let Value::Object(members) = value else {
        return Err(WireError::unencodable("a multipart form must be an object"));
    };
    let mut parts = Vec::new();
    for (plain, value) in members {
        let name = escape_name(plain)?;
        let items = match value {
            Value::Array(items) if items.is_empty() => {
                return Err(WireError::unencodable(format!(
                    "`{name}` is an empty array, which cannot be told from an absent one"
                )));
            }
            Value::Array(items) => items.as_slice(),
            value => std::slice::from_ref(value),
        };
        for item in items {
            let media_type = part::media_type(media, plain, item)?;
            let content = part::write(item, &media_type)?;
            // Servers tell files from fields by the file name (RFC 7578 section 4.2).
            let file = if media_type.is_json() || media_type.is_text() {
                String::new()
            } else {
                format!("; filename=\"{name}\"")
            };
            parts.push(format!(
                "Content-Disposition: form-data; name=\"{name}\"{file}\r\nContent-Type: {media_type}\r\n\r\n{content}"
            ));
        }
    }
    if parts.is_empty() {
        return Err(WireError::unencodable("a multipart form needs a part"));
    }
    let boundary = boundary(&parts);
    let mut text = String::new();
    for part in &parts {
        text.extend(["--", &boundary, "\r\n", part, "\r\n"]);
    }
    text.extend(["--", &boundary, "--\r\n"]);
    Ok((boundary, text.into_bytes()))
}

/// A hash of the parts that none of them contains.
fn boundary(parts: &[String]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    loop {
        let digest = hash.clone().finalize();
        let digits = digest[..12]
            .iter()
            .fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        let boundary = format!("proofmark-{digits}");
        if !parts.iter().any(|part| part.contains(&boundary)) {
            return boundary;
        }
        hash.update(digest);
    }
}

/// A name as it can stand between quotes, escaped as browsers do. Names that already contain such
/// an escape could not be told apart.
fn escape_name(name: &str) -> Result<String, WireError> {
    let escapes = [("\"", "%22"), ("\r", "%0D"), ("\n", "%0A")];
    if name.contains('\\') || escapes.iter().any(|(_, escape)| name.contains(escape)) {
        return Err(WireError::unencodable(format!(
            "`{name}` cannot name a part"
        )));
    }
    Ok(escapes
        .iter()
        .fold(name.to_owned(), |name, (plain, escape)| {
            name.replace(plain, escape)
        }))
}

/// Every object that the parts can mean, the strictest reading first.
pub(super) fn read(
    bytes: &[u8],
    boundary: &str,
    media: &MediaType,
) -> Result<Vec<Value>, WireError> {
    let parts = parts(bytes, boundary)?;
    let mut found = Vec::new();
    for reading in Reading::ALL {
        let mut object = Map::new();
        for part in &parts {
            if object.contains_key(&part.name) {
                continue;
            }
            let same: Vec<&Part> = parts
                .iter()
                .filter(|other| other.name == part.name)
                .collect();
            let value = member(media, &part.name, &same, reading)?;
            object.insert(part.name.clone(), value);
        }
        let value = Value::Object(object);
        if !found.contains(&value) {
            found.push(value);
        }
    }
    Ok(found)
}

fn member(
    media: &MediaType,
    name: &str,
    parts: &[&Part],
    reading: Reading,
) -> Result<Value, WireError> {
    let types = part::schema_types(media, name);
    // Bytes that are not UTF-8 are no JSON string; what can be read of them stands for them.
    let read = |part: &Part, types| {
        let text = String::from_utf8_lossy(&part.content);
        part::read(&text, part.media_type.as_ref(), types, reading)
    };
    match parts {
        [only] if !types.array() || types.scalar() || types.object() => read(only, types),
        parts => parts
            .iter()
            .enumerate()
            .map(|(index, part)| read(part, part::schema_item_types(media, name, index)))
            .collect(),
    }
}

/// The parts between the boundaries (RFC 2046 section 5.1.1).
fn parts(bytes: &[u8], boundary: &str) -> Result<Vec<Part>, WireError> {
    let broken = |what: &str| WireError::malformed(format!("the multipart body {what}"));
    let first = format!("--{boundary}");
    let delimiter = format!("\r\n--{boundary}");
    let mut rest = match bytes.strip_prefix(first.as_bytes()) {
        Some(rest) => rest,
        None => {
            split(bytes, delimiter.as_bytes())
                .ok_or_else(|| broken("has no boundary"))?
                .1
        }
    };
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        let end = split(rest, b"\r\n").ok_or_else(|| broken("ends after a boundary"))?;
        if !end.0.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
            return Err(broken("has text behind a boundary"));
        }
        let (part, after) =
            split(end.1, delimiter.as_bytes()).ok_or_else(|| broken("has no last boundary"))?;
        parts.push(read_part(part).ok_or_else(|| broken("has a part without a name"))?);
        rest = after;
    }
    Ok(parts)
}

fn read_part(bytes: &[u8]) -> Option<Part> {
    let (head, content) = split(bytes, b"\r\n\r\n")?;
    let head = std::str::from_utf8(head).ok()?;
    let field = |wanted: &str| {
        head.split("\r\n").find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    };
    let (kind, rest) = field("content-disposition")?.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return None;
    }
    let (_, name) = parameters(rest)?
        .into_iter()
        .find(|(name, _)| name == "name")?;
    Some(Part {
        name: name
            .replace("%22", "\"")
            .replace("%0D", "\r")
            .replace("%0A", "\n"),
        media_type: field("content-type").and_then(|text| MediaRange::parse(text).ok()),
        content: content.to_vec(),
    })
}

/// What stands before and behind the first occurrence of a pattern.
fn split<'a>(bytes: &'a [u8], pattern: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let start = bytes
        .windows(pattern.len())
        .position(|window| window == pattern)?;
    Some((&bytes[..start], &bytes[start + pattern.len()..]))
}

#[cfg(test)]
mod tests {
    use super::super::laws::{media, schema};
    use super::super::{decode_body, encode_body};
    use serde_json::json;

    #[test]
    fn what_other_clients_send_is_read() {
        let media = media(schema(json!({
            "properties": {
                "n": {"type": "integer"},
                "o": {"type": "object"},
                "l": {"type": "array", "items": {"type": "string"}},
            },
        })));
        let body = "preamble\r\n--x y\r\ncontent-disposition: form-data; name=n\r\n\r\n7\r\n--x y  \r\n\
            Content-Disposition: Form-Data; filename=\"a;b\"; name=\"a%22\"\r\nX: y\r\n\r\n\r\n\r\n--x y\r\n\
            Content-Disposition: form-data; name=\"o\"\r\n\r\n{\"a\":[]}\r\n--x y\r\n\
            Content-Disposition: form-data; name=\"l\"\r\n\r\none\r\n--x y--\r\nepilogue";
        let content_type = "multipart/form-data; boundary=\"x y\"";
        assert_eq!(
            decode_body(content_type, &media, body.as_bytes()),
            Ok(json!({"n": 7, "a\"": "\r\n", "o": {"a": []}, "l": ["one"]}))
        );
    }

    #[test]
    fn boundaries_follow_from_the_parts() {
        let media = media(schema(json!(true)));
        let boundary = |text: &str| {
            let (sent, _) =
                encode_body("multipart/form-data", &media, &json!({"a": text})).unwrap();
            sent.split_once('=').unwrap().1.to_owned()
        };
        let first = boundary("x");
        assert_eq!(boundary("x"), first);
        assert_ne!(boundary(&first), first);
        let part = "Content-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain\r\n\r\n";
        let own = super::boundary(&[format!("{part}x")]);
        assert_eq!(own, first);
    }

    #[test]
    fn names_that_could_not_be_read_back_are_refused() {
        let media = media(schema(json!(true)));
        for name in ["a%22", "a%0D", "%0A", "a\\b"] {
            assert!(encode_body("multipart/form-data", &media, &json!({name: 1})).is_err());
        }
        assert!(encode_body("multipart/form-data", &media, &json!({})).is_err());
        assert!(encode_body("multipart/form-data", &media, &json!({"a": []})).is_err());
    }
}
