//! JSON as a wire form (RFC 8259).

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::WireError;

/// JSON in UTF-8, without a byte order mark. Of members with the same name the last one counts.
pub fn read_json(bytes: &[u8]) -> Result<Value, WireError> {
    serde_json::from_slice(bytes)
        .map_err(|error| WireError::malformed(format!("the text is not JSON: {error}")))
}

/// As [`read_json`], but names are unique within their object: of those that are not, readers may
/// take any (RFC 8259 section 4).
pub(super) fn read_strict(bytes: &[u8]) -> Result<Value, WireError> {
    let value = read_json(bytes)?;
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    match Unique.deserialize(&mut deserializer) {
        Ok(()) => Ok(value),
        Err(error) => Err(WireError::malformed(error.to_string())),
    }
}

/// Reads a value and keeps nothing of it; an error where a name is repeated.
struct Unique;

impl<'de> DeserializeSeed<'de> for Unique {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            members.next_value_seed(Self)?;
            if let Some(name) = names.replace(name) {
                return Err(A::Error::custom(format!("the member `{name}` is repeated")));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_strict_reader_minds_repeated_names() {
        for (text, repeated) in [
            (r#"{"a":1,"a":1}"#, Some("a")),
            (r#"[{"b":{"a":1.5e400,"c":[],"a":null}}]"#, Some("a")),
            (r#"{"a":1,"\u0061":2}"#, Some("a")),
            (r#"{"a":{"a":1},"b":[{"a":1},{"a":true}]}"#, None),
            ("12345678901234567890123", None),
            ("\"a\"", None),
        ] {
            assert!(read_json(text.as_bytes()).is_ok(), "{text}");
            let told = read_strict(text.as_bytes()).map_err(|error| error.to_string());
            match repeated {
                Some(name) => {
                    let told = told.unwrap_err();
                    assert!(told.contains(&format!("`{name}` is repeated")), "{told}");
                }
                None => assert!(told.is_ok(), "{text}: {told:?}"),
            }
        }
        for text in ["", "{", "{}x", "\u{feff}{}", "'a'", "{\"a\":1,}", "NaN"] {
            assert!(read_strict(text.as_bytes()).is_err(), "{text}");
        }
        assert!(read_strict(b"\"\xff\"").is_err());
    }
}
