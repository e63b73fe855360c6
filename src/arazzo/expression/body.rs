//! Contents of messages as expressions see them.

use serde_json::Value;

/// The content of a message.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Body {
    /// There is none.
    #[default]
    Absent,
    /// JSON, as a value that can be entered.
    Json(Value),
    /// Anything else is a string.
    Text(Value),
    /// It is called JSON, and is not; it is taken as a string.
    Broken {
        /// The content.
        text: Value,
        /// What is wrong with it.
        why: String,
    },
}

impl Body {
    /// Reads a content. It is JSON if its media type is one of JSON (`application/json`, `text/json`,
    /// `…+json`), or if it has none and can be read as JSON. Bytes that are no UTF-8 are replaced.
    pub fn read(media_type: Option<&str>, bytes: &[u8]) -> Self {
        if bytes.is_empty() {
            return Self::Absent;
        }
        let text = || Value::String(String::from_utf8_lossy(bytes).into_owned());
        let is_json = media_type.map(is_json);
        if is_json == Some(false) {
            return Self::Text(text());
        }
        match serde_json::from_slice(bytes) {
            Ok(value) => Self::Json(value),
            Err(_) if is_json.is_none() => Self::Text(text()),
            Err(error) => Self::Broken {
                text: text(),
                why: error.to_string(),
            },
        }
    }

    /// The whole content as a value; `None` when there is none.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Absent => None,
            Self::Json(value) | Self::Text(value) | Self::Broken { text: value, .. } => Some(value),
        }
    }
}

fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    essence.ends_with("/json") || essence.ends_with("+json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_media_type_says_what_is_json() {
        for (media_type, bytes, expected) in [
            (Some("application/json"), "", Body::Absent),
            (Some("application/json"), "1", Body::Json(json!(1))),
            (
                Some("Application/Problem+JSON; charset=utf-8"),
                "{}",
                Body::Json(json!({})),
            ),
            (Some("text/json"), "[]", Body::Json(json!([]))),
            (Some("text/plain"), "[]", Body::Text(json!("[]"))),
            (Some("application/xml"), "<a/>", Body::Text(json!("<a/>"))),
            (None, "true", Body::Json(json!(true))),
            (None, "hello", Body::Text(json!("hello"))),
        ] {
            assert_eq!(Body::read(media_type, bytes.as_bytes()), expected);
        }
        let broken = Body::read(Some("application/json"), b"{");
        assert!(matches!(&broken, Body::Broken { why, .. } if why.contains("EOF")));
        assert_eq!(broken.value(), Some(&json!("{")));
    }
}
