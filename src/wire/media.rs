//! Media types and ranges (RFC 9110 sections 8.3.1 and 12.5.1).

use std::fmt;

use indexmap::IndexMap;

use super::WireError;

/// A media type, or a range of them: `text/*`, `*/*`, `application/*+json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaRange {
    kind: String,
    subtype: String,
    parameters: Vec<(String, String)>,
}

impl MediaRange {
    /// Reads a media type or range. Names become lower case.
    pub fn parse(text: &str) -> Result<Self, WireError> {
        let broken = || WireError::malformed(format!("`{text}` is not a media type"));
        let (essence, rest) = text.split_once(';').unwrap_or((text, ""));
        let (kind, subtype) = essence
            .trim_matches(OWS)
            .split_once('/')
            .ok_or_else(broken)?;
        if !is_token(kind) || !is_token(subtype) {
            return Err(broken());
        }
        Ok(Self {
            kind: kind.to_ascii_lowercase(),
            subtype: subtype.to_ascii_lowercase(),
            parameters: parameters(rest).ok_or_else(broken)?,
        })
    }

    /// Type and subtype without parameters, in lower case.
    pub fn essence(&self) -> String {
        format!("{}/{}", self.kind, self.subtype)
    }

    /// The value of a parameter by its lower-case name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether instances are written as JSON: `application/json`, `text/json` and the suffix
    /// `+json` (RFC 6839 section 3.1).
    pub fn is_json(&self) -> bool {
        self.subtype.ends_with("+json")
            || (self.subtype == "json" && matches!(&*self.kind, "application" | "text"))
    }

    /// Whether it is a range and no single media type.
    pub fn is_range(&self) -> bool {
        self.kind == "*" || self.subtype.starts_with('*')
    }

    /// Whether the type is `text`.
    pub fn is_text(&self) -> bool {
        self.kind == "text"
    }

    /// The media type to send where a document names a range: JSON if that fits.
    #[must_use]
    pub fn concrete(&self) -> Self {
        let (kind, subtype) = match (&*self.kind, &*self.subtype) {
            ("*" | "application", "*") => ("application", "json"),
            ("text", "*") => ("text", "plain"),
            ("image", "*") => ("image", "png"),
            (kind, subtype) => match subtype.strip_prefix("*+") {
                Some(suffix) => return self.renamed(kind, &format!("x-proofmark+{suffix}")),
                None if subtype == "*" => (kind, "x-proofmark"),
                None => return self.clone(),
            },
        };
        self.renamed(kind, subtype)
    }

    fn renamed(&self, kind: &str, subtype: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            subtype: subtype.to_owned(),
            parameters: self.parameters.clone(),
        }
    }

    /// Whether a media type lies in this range. Parameters of the range must be there, too; a
    /// missing `charset` counts as UTF-8. Further parameters do not matter.
    pub fn contains(&self, actual: &Self) -> bool {
        let kind = self.kind == "*" || self.kind == actual.kind;
        let subtype = match self.subtype.strip_prefix('*') {
            Some(suffix) => actual.subtype.ends_with(suffix),
            None => self.subtype == actual.subtype,
        };
        kind && subtype
            && self
                .parameters
                .iter()
                .all(|(name, wanted)| match actual.parameter(name) {
                    Some(value) if name == "charset" => value.eq_ignore_ascii_case(wanted),
                    Some(value) => value == wanted,
                    None => name == "charset" && wanted.eq_ignore_ascii_case("utf-8"),
                })
    }

    /// How much the range says, to let the most specific one win (RFC 9110 section 12.5.1).
    fn specificity(&self) -> (bool, usize, usize) {
        let subtype = if self.subtype.starts_with('*') {
            self.subtype.len()
        } else {
            usize::MAX
        };
        (self.kind != "*", subtype, self.parameters.len())
    }
}

/// The declared media type or range that fits a `Content-Type` best; the first one of equals.
pub fn best_match<'a>(
    declared: impl IntoIterator<Item = &'a str>,
    content_type: &MediaRange,
) -> Option<&'a str> {
    let mut best: Option<(&str, (bool, usize, usize))> = None;
    for name in declared {
        let Ok(range) = MediaRange::parse(name) else {
            continue;
        };
        let specificity = range.specificity();
        if range.contains(content_type) && best.is_none_or(|(_, least)| specificity > least) {
            best = Some((name, specificity));
        }
    }
    best.map(|(name, _)| name)
}

/// What is declared for a `Content-Type`, under the media type or range that fits it best.
pub fn declared<'c, T>(content: &'c IndexMap<String, T>, content_type: &str) -> Option<&'c T> {
    let range = MediaRange::parse(content_type).ok()?;
    content.get(best_match(content.keys().map(String::as_str), &range)?)
}

const OWS: [char; 2] = [' ', '\t'];

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Parameters (RFC 9110 section 5.6.6); `None` if they are malformed.
pub(super) fn parameters(text: &str) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut rest = text.trim_matches(OWS);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(';') {
            rest = after.trim_start_matches(OWS);
            continue;
        }
        let (name, after) = rest.split_once('=')?;
        if !is_token(name) {
            return None;
        }
        let (value, after) = if let Some(quoted) = after.strip_prefix('"') {
            unquote(quoted)?
        } else {
            let end = after.find([';', ' ', '\t']).unwrap_or(after.len());
            let (value, after) = after.split_at(end);
            (is_token(value).then(|| value.to_owned())?, after)
        };
        found.push((name.to_ascii_lowercase(), value));
        rest = after.trim_start_matches(OWS);
        if !rest.is_empty() && !rest.starts_with(';') {
            return None;
        }
    }
    Some(found)
}

/// A quoted string (RFC 9110 section 5.6.4) behind its opening quote, and what follows it.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[index + 1..])),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

impl fmt::Display for MediaRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.subtype)?;
        for (name, value) in &self.parameters {
            if is_token(value) {
                write!(f, "; {name}={value}")?;
            } else {
                let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
                write!(f, "; {name}=\"{escaped}\"")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(text: &str) -> MediaRange {
        MediaRange::parse(text).unwrap()
    }

    #[test]
    fn media_types_are_read_with_their_parameters() {
        let read = media("Text/HTML ;Charset=\"utf-\\8\"; q=1;");
        assert_eq!(read.essence(), "text/html");
        assert_eq!(read.parameter("charset"), Some("utf-8"));
        assert_eq!(read.to_string(), "text/html; charset=utf-8; q=1");
        for broken in [
            "",
            "json",
            "a/",
            "/b",
            "a b/c",
            "a/b; c",
            "a/b; c=\"d",
            "a/b; c=d e",
        ] {
            assert!(MediaRange::parse(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn json_is_known_by_name_and_suffix() {
        for (text, json) in [
            ("application/json", true),
            ("application/problem+json; charset=utf-8", true),
            ("text/json", true),
            ("application/jsonlines", false),
            ("text/plain", false),
        ] {
            assert_eq!(media(text).is_json(), json, "{text}");
        }
    }

    #[test]
    fn the_most_specific_declared_type_wins() {
        let declared = [
            "*/*",
            "application/*",
            "application/*+json",
            "application/json",
            "application/json; charset=utf-8",
            "application/json; version=2",
            "text/*",
        ];
        for (actual, expected) in [
            ("application/json", Some("application/json; charset=utf-8")),
            (
                "application/json; version=2",
                Some("application/json; charset=utf-8"),
            ),
            ("application/json; charset=latin1", Some("application/json")),
            ("application/hal+json", Some("application/*+json")),
            ("application/xml", Some("application/*")),
            ("text/csv", Some("text/*")),
            ("image/png", Some("*/*")),
        ] {
            assert_eq!(best_match(declared, &media(actual)), expected, "{actual}");
        }
        assert_eq!(best_match(["text/*"], &media("image/png")), None);
    }

    #[test]
    fn a_concrete_type_lies_in_its_range() {
        for range in ["*/*", "text/*", "application/*+json", "audio/*", "a/b; c=d"] {
            let range = media(range);
            assert!(range.contains(&range.concrete()) && !range.concrete().is_range());
        }
    }
}
