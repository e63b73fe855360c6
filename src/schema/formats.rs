//! Custom formats: names that a team gives to patterns of its strings.

use indexmap::IndexMap;

/// Values of `format` that mean a pattern, besides the formats of the standards. A name of the
/// standards may be among them: then both count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Formats(IndexMap<String, String>);

impl Formats {
    /// Adds a format by its ECMA 262 pattern, which is searched for as `pattern` is. An error says
    /// what is wrong with the pattern.
    pub fn insert(&mut self, name: &str, pattern: &str) -> Result<(), String> {
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

fn unreadable(pattern: &str) -> String {
    format!("`{pattern}` is not a pattern that can be used")
}
