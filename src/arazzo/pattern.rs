//! Regular expressions of criteria: ECMA 262, as the `pattern` keyword of schemas is
//! read, with bounds on what a search may cost.

use std::fmt;

use fancy_regex::{Regex, RegexBuilder};

/// What a compiled pattern may weigh, in bytes.
const PATTERN_BYTES: usize = 8 << 20;
/// How often a search may go back.
const BACKTRACKS: usize = 200_000;

/// A regular expression.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    compiled: Regex,
}

/// A text is no regular expression, or a search with it costs too much.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PatternError(String);

impl Pattern {
    /// Compiles a pattern, which is searched for anywhere in a text.
    pub fn compile(source: &str) -> Result<Self, PatternError> {
        let refused = |why: &dyn fmt::Display| {
            PatternError(format!("`{source}` is no regular expression: {why}"))
        };
        let pattern = jsonschema_regex::to_rust_regex(source)
            .map_err(|()| refused(&"it does not follow ECMA 262"))?;
        let compiled = RegexBuilder::new(&pattern)
            .backtrack_limit(BACKTRACKS)
            .delegate_size_limit(PATTERN_BYTES)
            .delegate_dfa_size_limit(PATTERN_BYTES)
            .build()
            .map_err(|error| refused(&error))?;
        Ok(Self {
            source: source.to_owned(),
            compiled,
        })
    }

    /// Whether a text matches.
    pub fn matches(&self, text: &str) -> Result<bool, PatternError> {
        self.compiled.is_match(text).map_err(|error| {
            PatternError(format!("`{}` cannot be searched for: {error}", self.source))
        })
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.compiled.as_str() == other.compiled.as_str()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_ecma_262() {
        for (pattern, text, found) in [
            ("^2\\d{2}$", "200", true),
            ("^2\\d{2}$", "2000", false),
            ("\\d", "٣", false),
            ("^[\\w.]+@example\\.com$", "a.b@example.com", true),
            ("(\\d{4})-\\1", "2024-2024", true),
            ("^(?!admin)", "admin", false),
            ("(?<=\\$)5", "$5", true),
            ("^\\cA$", "\u{1}", true),
            ("a", "A", false),
            ("^é$", "é", true),
        ] {
            let compiled = Pattern::compile(pattern).unwrap();
            assert_eq!(compiled.matches(text), Ok(found), "{pattern} in {text}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for pattern in ["(", "[z-a]", "a**", "a{1000000}{1000000}"] {
            let error = Pattern::compile(pattern).unwrap_err().to_string();
            assert!(error.contains(pattern), "{error}");
        }
    }

    #[test]
    fn a_search_that_goes_back_too_often_is_an_error() {
        let pattern = Pattern::compile("^(?=(a+)+$)b").unwrap();
        let text = format!("{}!", "a".repeat(64));
        assert!(
            pattern.matches(&text).is_ok_and(|found| !found) || pattern.matches(&text).is_err()
        );
        let pattern = Pattern::compile("^(a|aa)+\\1$").unwrap();
        assert!(
            pattern
                .matches(&text)
                .unwrap_err()
                .to_string()
                .contains("cannot be searched")
        );
    }
}
