//! Custom formats: names that a team gives to patterns of its strings.

use indexmap::IndexMap;

/// Values of `format` that mean a pattern, besides the formats of the standards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Formats(IndexMap<String, String>);

/// The formats of JSON Schema 2020-12 (validation, section 7.3). They are always asserted, so that a
/// pattern of the same name could only take away from them, down to nothing.
const STANDARD: [&str; 19] = [
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "idn-email",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
];

/// Whether a format is one of JSON Schema 2020-12 (validation, section 7.3).
pub(crate) fn is_standard_format(name: &str) -> bool {
    STANDARD.contains(&name)
}

/// Why a custom format cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// The name means something already.
    #[error("`{0}` is a format of JSON Schema and keeps the meaning that it has there")]
    Standard(String),
    /// The pattern cannot be used.
    #[error("`{0}` is not a pattern that can be used")]
    Pattern(String),
}

impl Formats {
    /// Adds a format by its ECMA 262 pattern, which is searched for as `pattern` is. Names of the
    /// standard formats and patterns that cannot be used are errors.
    pub fn insert(&mut self, name: &str, pattern: &str) -> Result<(), FormatError> {
        if is_standard_format(name) {
            return Err(FormatError::Standard(name.to_owned()));
        }
        let translated =
            jsonschema_regex::to_rust_regex(pattern).map_err(|()| unreadable(pattern))?;
        regex_syntax::parse(&translated).map_err(|_| unreadable(pattern))?;
        self.0.insert(name.to_owned(), pattern.to_owned());
        Ok(())
    }

    /// The pattern of a format.
    pub(super) fn pattern(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

fn unreadable(pattern: &str) -> FormatError {
    FormatError::Pattern(pattern.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_standard_are_not_taken() {
        let mut formats = Formats::default();
        for name in STANDARD {
            let judge = jsonschema::options()
                .with_draft(jsonschema::Draft::Draft202012)
                .should_validate_formats(true)
                .build(&serde_json::json!({ "format": name }));
            assert!(!judge.unwrap().is_valid(&"% {~(".into()), "{name}");
            assert_eq!(
                formats.insert(name, "^x$"),
                Err(FormatError::Standard(name.to_owned()))
            );
        }
        assert_eq!(formats, Formats::default());
        assert!(formats.insert("iata", "^[A-Z]{3}$").is_ok());
    }
}
