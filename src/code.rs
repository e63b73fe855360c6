//! Codes: the stable names of everything proofmark can report.
//!
//! A code has a number (`PM103`), a kebab-case name (`response-schema`) that serves as the name of
//! its check in reports, and a page that `proofmark explain` prints.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How much a finding matters to the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing; never fails a run.
    Note,
    /// A gap or a risk; fails a run only when asked to (`--fail-on warning`).
    Warning,
    /// The contract is broken.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A stable finding code; its page is in [`Code::entry`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u16);

/// What is fixed about a code.
#[derive(Debug)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// The kebab-case name: the check's name in JUnit and in `--checks`.
    pub name: &'static str,
    /// One line, sentence case, no final period.
    pub title: &'static str,
    /// How much a finding of this code matters unless configured otherwise.
    pub severity: Severity,
    /// The page for `proofmark explain`: what it means, why it matters, how to repair it.
    pub page: &'static str,
}

macro_rules! codes {
    ($($constant:ident $number:literal $severity:ident $name:literal $title:literal $page:literal)*) => {
        impl Code {
            $(#[doc = concat!("`", $name, "`: ", $title, ".")] pub const $constant: Self = Self($number);)*
        }
        /// Every code there is, by number.
        pub const ALL: &[Entry] = &[
            $(Entry { code: Code::$constant, name: $name, title: $title, severity: Severity::$severity, page: $page },)*
        ];
    };
}

include!("code/table.rs");

impl Code {
    /// The code's name, severity and page.
    ///
    /// # Panics
    ///
    /// Never: codes are made from the table only.
    pub fn entry(self) -> &'static Entry {
        match ALL.iter().find(|entry| entry.code == self) {
            Some(entry) => entry,
            None => unreachable!("codes are made from the table only"),
        }
    }

    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// Whether it says why a step of a scenario failed (PM310 to PM319), so that the step tells all
    /// about it.
    pub fn is_about_step(self) -> bool {
        (310..320).contains(&self.0)
    }

    /// The code with this number (`PM103`, `103`) or name (`response-schema`).
    pub fn find(text: &str) -> Option<Self> {
        let digits = text
            .trim_start_matches(['P', 'p'])
            .trim_start_matches(['M', 'm']);
        ALL.iter()
            .find(|entry| entry.name == text || digits.parse() == Ok(entry.code.0))
            .map(|entry| entry.code)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PM{:03}", self.0)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads what was written: only codes that are there, and not their names.
impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Code::find(&text)
            .filter(|code| code.to_string() == text)
            .ok_or_else(|| D::Error::custom(format_args!("`{text}` is no finding code")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_unique_in_number_and_name() {
        for pair in ALL.windows(2) {
            assert!(
                pair[0].code < pair[1].code,
                "{} before {}",
                pair[0].code,
                pair[1].code
            );
        }
        let names: std::collections::BTreeSet<_> = ALL.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), ALL.len());
    }

    #[test]
    fn codes_about_steps_are_told_from_codes_about_state() {
        assert!(Code::CRITERION_FAILED.is_about_step() && Code::TOO_MANY_STEPS.is_about_step());
        assert!(
            !Code::CREATED_NOT_FOUND.is_about_step() && !Code::AUTH_NOT_ENFORCED.is_about_step()
        );
    }

    #[test]
    fn a_code_is_found_by_number_and_by_name() {
        assert_eq!(Code::find("PM103"), Some(Code::RESPONSE_SCHEMA));
        assert_eq!(Code::find("pm103"), Some(Code::RESPONSE_SCHEMA));
        assert_eq!(Code::find("response-schema"), Some(Code::RESPONSE_SCHEMA));
        assert_eq!(Code::find("PM000"), None);
    }
}
