//! Rules: differences that somebody has a reason not to count.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;
use serde_json::Value;

use crate::arazzo::JsonPath;
use crate::document::Pointer;
use crate::spec::Operation;

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The operations that it is about: `operationId`, tag, path or `METHOD path`, with `*` for
    /// anything; all without it.
    pub operation: Option<String>,
    /// The places of the body that it is about.
    pub at: JsonPath,
    /// What still has to be the same there.
    pub how: As,
    /// Why.
    pub reason: String,
    /// The last day on which it applies.
    pub until: Option<Date>,
    /// Where it stands, for people.
    pub location: String,
}

/// What still has to be the same at a place with a rule.
#[derive(Debug, Clone, PartialEq)]
pub enum As {
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

/// The rules of a run, and which of them were of use.
#[derive(Debug, Default)]
pub struct Rules {
    all: Vec<Rule>,
    /// The day of the run: what is out of date does not apply.
    today: Date,
    used: Mutex<BTreeSet<usize>>,
}

impl Rules {
    /// The rules as they apply on a day.
    pub fn new(all: Vec<Rule>, today: Date) -> Self {
        Self {
            all,
            today,
            used: Mutex::default(),
        }
    }

    /// The rules that are out of date.
    pub fn expired(&self) -> impl Iterator<Item = &Rule> {
        self.all.iter().filter(|rule| rule.is_expired(self.today))
    }

    /// The rules that apply, and whose places no answer had.
    pub fn unused(&self) -> Vec<&Rule> {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let rules = self.all.iter().enumerate();
        rules
            .filter(|(index, rule)| !used.contains(index) && !rule.is_expired(self.today))
            .map(|(_, rule)| rule)
            .collect()
    }

    /// The places of two bodies that rules are about. Of two rules for one place the last one counts.
    pub(super) fn places(
        &self,
        operation: &Operation,
        left: &Value,
        right: &Value,
    ) -> Vec<(Pointer, &As)> {
        let mut found = Vec::new();
        for (index, rule) in self.all.iter().enumerate() {
            if rule.is_expired(self.today) || !rule.is_about(operation) {
                continue;
            }
            let before = found.len();
            for body in [left, right] {
                // A path that costs too much finds nothing.
                let places = rule.at.locate(body).unwrap_or_default();
                found.extend(places.into_iter().map(|at| (at, &rule.how)));
            }
            if found.len() > before {
                let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
                used.insert(index);
            }
        }
        found
    }
}

impl Rule {
    fn is_expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    fn is_about(&self, operation: &Operation) -> bool {
        let Some(pattern) = &self.operation else {
            return true;
        };
        let path = operation.path.as_str();
        fits(pattern, operation.id.as_str())
            || fits(pattern, path)
            || fits(pattern, &format!("{} {path}", operation.method))
            || operation.tags.iter().any(|tag| fits(pattern, tag))
    }
}

/// Whether a pattern with `*` fits a whole text.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(text) = text.strip_prefix(first) else {
        return false;
    };
    let mut ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    ends.any(|at| fits(rest, &text[at..]))
}
