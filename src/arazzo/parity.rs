//! Parity profiles: which differences of two targets somebody has a reason not to count
//! (`x-proofmark-parity`).

use std::fmt;

use jiff::civil::Date;

use super::JsonPath;
use crate::code::Severity;
use crate::document::Location;

/// How two targets are compared (`x-proofmark-parity`).
#[derive(Debug, Clone)]
pub struct ParityProfile {
    /// What is compared with, unless the command line says otherwise.
    pub baseline: Option<String>,
    /// What is compared.
    pub candidate: Option<String>,
    /// The differences that do not count. Of two rules for one place the first one counts.
    pub rules: Vec<ParityRule>,
    /// What is compared at all (`compare`).
    pub compared: Compared,
    /// What fails a comparison (`failOn`), unless the command line says otherwise.
    pub fails: Option<Failing>,
    /// Where it stands.
    pub location: Location,
}

/// Which differences fail a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failing {
    /// Those from this severity on.
    From(Severity),
    /// None.
    Never,
}

impl Failing {
    /// From which severity on differences fail, if any do.
    pub fn least(self) -> Option<Severity> {
        match self {
            Self::From(severity) => Some(severity),
            Self::Never => None,
        }
    }
}

/// What is compared, besides what always is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches that are written one by one"
)]
pub struct Compared {
    /// Header fields but for `Content-Type` (PM508).
    pub headers: bool,
    /// The order and length of lists (PM507).
    pub order: bool,
    /// Values (PM506).
    pub values: bool,
    /// What error answers say to people; they are not compared unless that is asked for.
    pub messages: bool,
}

impl Default for Compared {
    fn default() -> Self {
        Self {
            headers: true,
            order: true,
            values: true,
            messages: false,
        }
    }
}

/// A difference that does not count.
#[derive(Debug, Clone)]
pub struct ParityRule {
    /// The operations that it is about: `operationId`, tag, path or `METHOD path`, with `*` for
    /// anything; all without it.
    pub operation: Option<String>,
    /// The places of the body that it is about.
    pub at: JsonPath,
    /// What still has to be the same there.
    pub sameness: Sameness,
    /// Why.
    pub reason: String,
    /// The last day on which it applies.
    pub until: Option<Date>,
    /// Where it stands, for people: `file:line`.
    pub location: String,
}

/// What still has to be the same at a place with a rule.
#[derive(Debug, Clone, PartialEq)]
pub enum Sameness {
    /// Nothing.
    Ignore,
    /// The JSON type.
    Type,
    /// The type, and the form of a text: UUID, date, e-mail address, URI, digits.
    Format,
    /// The items of a list in any order, matched by a member if one is named.
    Set(Option<String>),
    /// A number, as near as this.
    Approx {
        /// The largest difference.
        absolute: f64,
        /// The largest difference as a part of the baseline's number.
        relative: f64,
    },
}

/// What is written about a rule, before it is known whether it makes sense.
#[derive(Debug, Clone, Default)]
pub struct WrittenRule {
    /// `operation`.
    pub operation: Option<String>,
    /// `at`.
    pub at: Option<String>,
    /// `as`.
    pub sameness: Option<String>,
    /// `key` of a set.
    pub key: Option<String>,
    /// `absolute` of an approximation.
    pub absolute: Option<f64>,
    /// `relative` of an approximation.
    pub relative: Option<f64>,
    /// `reason`.
    pub reason: Option<String>,
    /// `until`.
    pub until: Option<String>,
}

/// Why a rule makes no sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// The member that is at fault; empty for the rule as a whole.
    pub member: &'static str,
    /// What is wrong, a lower-case fragment.
    pub message: String,
    /// What to write.
    pub hint: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl WrittenRule {
    /// The members of a rule.
    pub const MEMBERS: [&'static str; 8] = [
        "operation",
        "at",
        "as",
        "key",
        "absolute",
        "relative",
        "reason",
        "until",
    ];

    /// The rule, if it makes sense.
    pub fn read(self, location: String) -> Result<ParityRule, RuleError> {
        let wrong = |member: &'static str, message: String, hint: &str| RuleError {
            member,
            message,
            hint: hint.to_owned(),
        };
        let example = "write `{ at: $.updatedAt, as: format, reason: the clocks differ }`";
        let missing = |name: &str| wrong("", format!("a rule needs `{name}`"), example);
        let path = self.at.ok_or_else(|| missing("at"))?;
        let at = JsonPath::parse(&path).map_err(|error| {
            let message = format!("`{path}` is no JSONPath: {}", error.message);
            wrong("at", message, "JSONPath is RFC 9535: `$.items[*].id`")
        })?;
        let word = self.sameness.ok_or_else(|| missing("as"))?;
        let sameness = match &*word {
            "ignore" => Sameness::Ignore,
            "type" => Sameness::Type,
            "format" => Sameness::Format,
            "set" => Sameness::Set(self.key.clone()),
            "approx" => Sameness::Approx {
                absolute: self.absolute.unwrap_or_default(),
                relative: self.relative.unwrap_or_default(),
            },
            _ => {
                let message = format!("`as: {word}` means nothing");
                let hint = "write `ignore`, `type`, `format`, `set` or `approx`";
                return Err(wrong("as", message, hint));
            }
        };
        if self.key.is_some() && word != "set" {
            let message = format!("`key` means nothing with `as: {word}`");
            return Err(wrong(
                "key",
                message,
                "it names the member by which items of a set are matched",
            ));
        }
        let numbers = [("absolute", self.absolute), ("relative", self.relative)];
        for (member, number) in numbers {
            if number.is_some() && word != "approx" {
                let message = format!("`{member}` means nothing with `as: {word}`");
                return Err(wrong(
                    member,
                    message,
                    "it says how near numbers have to be with `as: approx`",
                ));
            }
            if number.is_some_and(|number| number.is_nan() || number < 0.0) {
                let message = format!("`{member}` is a number of at least 0");
                return Err(wrong(member, message, "it is a distance"));
            }
        }
        if word == "approx" && numbers.iter().all(|(_, number)| number.is_none()) {
            let message = "`as: approx` does not say how near".to_owned();
            return Err(wrong(
                "as",
                message,
                "add `absolute: 0.5` or `relative: 0.01`",
            ));
        }
        let reason = self.reason.filter(|reason| !reason.trim().is_empty());
        let until = self.until.map(|text| {
            text.parse::<Date>().map_err(|_| {
                let message = format!("`{text}` is no date");
                wrong("until", message, "write it as `2027-03-31`")
            })
        });
        Ok(ParityRule {
            operation: self.operation,
            at,
            sameness,
            reason: reason.ok_or_else(|| missing("reason"))?,
            until: until.transpose()?,
            location,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(path: &str, word: &str) -> WrittenRule {
        WrittenRule {
            at: Some(path.to_owned()),
            sameness: Some(word.to_owned()),
            reason: Some("because".to_owned()),
            ..WrittenRule::default()
        }
    }

    #[test]
    fn a_rule_needs_a_place_a_word_and_a_reason() {
        let read = |rule: WrittenRule| rule.read("f:1".to_owned()).map(|rule| rule.sameness);
        assert_eq!(read(written("$.a", "ignore")), Ok(Sameness::Ignore));
        let set = WrittenRule {
            key: Some("id".to_owned()),
            ..written("$.a", "set")
        };
        assert_eq!(read(set), Ok(Sameness::Set(Some("id".to_owned()))));
        let message = |rule: WrittenRule| read(rule).unwrap_err().message;
        let none = WrittenRule::default;
        assert_eq!(message(none()), "a rule needs `at`");
        assert!(message(written("a", "type")).starts_with("`a` is no JSONPath"));
        assert_eq!(
            message(written("$", "nothing")),
            "`as: nothing` means nothing"
        );
        assert_eq!(
            message(written("$", "approx")),
            "`as: approx` does not say how near"
        );
        let without = WrittenRule {
            reason: Some(" ".to_owned()),
            ..written("$", "type")
        };
        assert_eq!(message(without), "a rule needs `reason`");
        let late = WrittenRule {
            until: Some("soon".to_owned()),
            ..written("$", "type")
        };
        assert_eq!(message(late), "`soon` is no date");
        let odd = WrittenRule {
            key: Some("id".to_owned()),
            ..written("$", "type")
        };
        assert_eq!(message(odd), "`key` means nothing with `as: type`");
    }
}
