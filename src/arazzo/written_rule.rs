//! Rules of parity as they are written, in scenario files and in `proofmark.toml`, before it is known
//! whether they make sense.

use std::fmt;

use jiff::civil::Date;

use super::suggest::nearest;
use super::{Allowance, JsonPath, ParityRule, Sameness};
use crate::code::Code;

/// What is written about a rule, before it is known whether it makes sense.
#[derive(Debug, Clone, Default)]
pub struct WrittenRule {
    /// `operation`.
    pub operation: Option<String>,
    /// `accept`.
    pub accept: Option<Vec<String>>,
    /// `kind` of what is accepted.
    pub kind: Option<String>,
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
    pub const MEMBERS: [&'static str; 10] = [
        "operation",
        "accept",
        "kind",
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
        let allowance = match &self.accept {
            Some(accept) => self.categories(accept)?,
            None => self.places()?,
        };
        let reason = self.reason.filter(|reason| !reason.trim().is_empty());
        let until = self.until.map(|text| {
            text.parse::<Date>().map_err(|_| {
                let message = format!("`{text}` is no date");
                wrong("until", message, "write it as `2027-03-31`")
            })
        });
        let example = match allowance {
            Allowance::Places { .. } => PLACES,
            Allowance::Categories { .. } => CATEGORIES,
        };
        Ok(ParityRule {
            operation: self.operation,
            allowance,
            reason: reason.ok_or_else(|| missing("`reason`", example))?,
            until: until.transpose()?,
            location,
        })
    }

    /// What is accepted wherever it is.
    fn categories(&self, accept: &[String]) -> Result<Allowance, RuleError> {
        let of_places = [
            ("at", self.at.is_some()),
            ("as", self.sameness.is_some()),
            ("key", self.key.is_some()),
            ("absolute", self.absolute.is_some()),
            ("relative", self.relative.is_some()),
        ];
        if let Some((member, _)) = of_places.into_iter().find(|(_, is_there)| *is_there) {
            let message = format!("`{member}` means nothing beside `accept`");
            let hint = "`accept` is about all differences of a category: write a rule of its own for places of bodies";
            return Err(wrong(member, message, hint));
        }
        if accept.is_empty() {
            let message = "`accept` names no category".to_owned();
            return Err(wrong("accept", message, CATEGORIES));
        }
        if self
            .kind
            .as_ref()
            .is_some_and(|kind| kind.trim().is_empty())
        {
            let message = "`kind` is empty".to_owned();
            let hint =
                "write a kind as reports name it, such as `update-lost`, or leave it out for all";
            return Err(wrong("kind", message, hint));
        }
        let codes = accept.iter().map(|text| category(text));
        Ok(Allowance::Categories {
            codes: codes.collect::<Result<_, _>>()?,
            kind: self.kind.clone(),
        })
    }

    /// What need not be the same at some places.
    fn places(&self) -> Result<Allowance, RuleError> {
        if self.kind.is_some() {
            let message = "`kind` means nothing without `accept`".to_owned();
            return Err(wrong("kind", message, CATEGORIES));
        }
        let path = self.at.as_ref();
        let path = path.ok_or_else(|| missing("`at` or `accept`", PLACES))?;
        let at = JsonPath::parse(path).map_err(|error| {
            let message = format!("`{path}` is no JSONPath: {}", error.message);
            wrong("at", message, "JSONPath is RFC 9535: `$.items[*].id`")
        })?;
        let word = self.sameness.as_deref();
        let word = word.ok_or_else(|| missing("`as`", PLACES))?;
        let sameness = match word {
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
            let hint = "it names the member by which items of a set are matched";
            return Err(wrong("key", message, hint));
        }
        let numbers = [("absolute", self.absolute), ("relative", self.relative)];
        for (member, number) in numbers {
            if number.is_some() && word != "approx" {
                let message = format!("`{member}` means nothing with `as: {word}`");
                let hint = "it says how near numbers have to be with `as: approx`";
                return Err(wrong(member, message, hint));
            }
            if number.is_some_and(|number| number.is_nan() || number < 0.0) {
                let message = format!("`{member}` is a number of at least 0");
                return Err(wrong(member, message, "it is a distance"));
            }
        }
        if word == "approx" && numbers.iter().all(|(_, number)| number.is_none()) {
            let message = "`as: approx` does not say how near".to_owned();
            let hint = "add `absolute: 0.5` or `relative: 0.01`";
            return Err(wrong("as", message, hint));
        }
        Ok(Allowance::Places { at, sameness })
    }
}

/// Rules that make sense.
const PLACES: &str = "write `{ at: $.updatedAt, as: format, reason: the clocks differ }`";
const CATEGORIES: &str = "write `{ accept: PM511, reason: the mock keeps no state }`";

fn wrong(member: &'static str, message: String, hint: &str) -> RuleError {
    RuleError {
        member,
        message,
        hint: hint.to_owned(),
    }
}

fn missing(what: &str, example: &str) -> RuleError {
    wrong("", format!("a rule needs {what}"), example)
}

/// A category of differences, by its code or its name.
fn category(text: &str) -> Result<Code, RuleError> {
    let known = ParityRule::CATEGORIES;
    match Code::find(text) {
        Some(code) if known.contains(&code) => Ok(code),
        Some(code @ (Code::PARITY_LATENCY | Code::PARITY_NOISE)) => {
            let message = format!("{code} never fails, so that there is nothing to accept");
            Err(wrong("accept", message, "leave it out"))
        }
        _ => {
            let message = format!("`{text}` is no category of differences between two targets");
            let names = known.iter().map(|code| code.name());
            let hint = match nearest(text, names) {
                Some(name) => format!("did you mean `{name}`?"),
                None => "the categories are PM501 to PM511: `accept: PM511`".to_owned(),
            };
            Err(wrong("accept", message, &hint))
        }
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

    fn sameness(rule: ParityRule) -> Option<Sameness> {
        match rule.allowance {
            Allowance::Places { sameness, .. } => Some(sameness),
            Allowance::Categories { .. } => None,
        }
    }

    fn accepting(codes: &[&str]) -> WrittenRule {
        WrittenRule {
            accept: Some(codes.iter().map(|code| (*code).to_owned()).collect()),
            reason: Some("it is a mock".to_owned()),
            ..WrittenRule::default()
        }
    }

    #[test]
    fn a_rule_may_accept_categories_by_code_or_name() {
        let rule = WrittenRule {
            kind: Some("update-lost".to_owned()),
            operation: Some("get*".to_owned()),
            ..accepting(&["PM511", "parity-strictness"])
        };
        let rule = rule.read("f:1".to_owned()).unwrap();
        let expected = Allowance::Categories {
            codes: vec![Code::PARITY_STATE, Code::PARITY_STRICTNESS],
            kind: Some("update-lost".to_owned()),
        };
        assert_eq!(rule.allowance, expected);
        let told = "f:1: PM511, PM510 update-lost of `get*` (it is a mock)";
        assert_eq!(rule.to_string(), told);
    }

    #[test]
    fn what_cannot_be_accepted_is_refused_with_the_member_at_fault() {
        let at = WrittenRule {
            at: Some("$.a".to_owned()),
            ..accepting(&["PM511"])
        };
        let without = WrittenRule {
            reason: None,
            ..accepting(&["PM511"])
        };
        let kind = WrittenRule {
            kind: Some("update-lost".to_owned()),
            ..written("$.a", "ignore")
        };
        for (rule, member, message, hint) in [
            (
                accepting(&[]),
                "accept",
                "`accept` names no category",
                "PM511",
            ),
            (
                accepting(&["PM101"]),
                "accept",
                "`PM101` is no category",
                "PM501",
            ),
            (
                accepting(&["PM599"]),
                "accept",
                "`PM599` is no category",
                "PM501",
            ),
            (
                accepting(&["parity-stat"]),
                "accept",
                "`parity-stat` is",
                "parity-stat",
            ),
            (
                accepting(&["PM513"]),
                "accept",
                "PM513 never fails",
                "leave",
            ),
            (at, "at", "`at` means nothing beside `accept`", "its own"),
            (without, "", "a rule needs `reason`", "accept: PM511"),
            (
                kind,
                "kind",
                "`kind` means nothing without",
                "accept: PM511",
            ),
        ] {
            let error = rule.read("f:1".to_owned()).unwrap_err();
            assert_eq!(error.member, member, "{error}");
            assert!(error.message.contains(message), "{error}");
            assert!(error.hint.contains(hint), "{error}: {}", error.hint);
        }
    }

    #[test]
    fn a_rule_needs_a_place_a_word_and_a_reason() {
        let read = |rule: WrittenRule| rule.read("f:1".to_owned()).map(sameness);
        assert_eq!(read(written("$.a", "ignore")), Ok(Some(Sameness::Ignore)));
        let set = WrittenRule {
            key: Some("id".to_owned()),
            ..written("$.a", "set")
        };
        assert_eq!(read(set), Ok(Some(Sameness::Set(Some("id".to_owned())))));
        let message = |rule: WrittenRule| read(rule).unwrap_err().message;
        let none = WrittenRule::default;
        assert_eq!(message(none()), "a rule needs `at` or `accept`");
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
