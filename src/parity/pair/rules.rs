//! Rules: differences that somebody has a reason not to count.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;
use serde_json::Value;

use super::difference::Difference;
use crate::arazzo::{Allowance, Compared, ParityRule, Sameness};
use crate::document::Pointer;
use crate::spec::Operation;

/// The rules of a run, and which of them were of use.
#[derive(Debug, Default)]
pub struct Rules {
    all: Vec<ParityRule>,
    /// What is compared at all.
    pub(super) compared: Compared,
    /// The day of the run: what is out of date does not apply.
    today: Date,
    used: Mutex<BTreeSet<usize>>,
}

impl Rules {
    /// The rules as they apply on a day.
    pub fn new(all: Vec<ParityRule>, today: Date) -> Self {
        Self {
            all,
            compared: Compared::default(),
            today,
            used: Mutex::default(),
        }
    }

    /// The rules, with what is compared at all.
    #[must_use]
    pub fn comparing(self, compared: Compared) -> Self {
        Self { compared, ..self }
    }

    /// The rules that are out of date.
    pub fn expired(&self) -> impl Iterator<Item = &ParityRule> {
        self.all.iter().filter(|rule| is_expired(rule, self.today))
    }

    /// The rules that apply, and that were about nothing.
    pub fn unused(&self) -> Vec<&ParityRule> {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let rules = self.all.iter().enumerate();
        rules
            .filter(|(index, rule)| !used.contains(index) && !is_expired(rule, self.today))
            .map(|(_, rule)| rule)
            .collect()
    }

    /// The rules that were about something.
    pub fn used(&self) -> Vec<&ParityRule> {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.iter()
            .filter_map(|index| self.all.get(*index))
            .collect()
    }

    /// The places of two bodies that rules are about. Of two rules for one place the first one counts.
    pub(super) fn places(
        &self,
        operation: &Operation,
        left: &Value,
        right: &Value,
    ) -> Vec<(Pointer, &Sameness)> {
        let mut found = Vec::new();
        for (index, rule) in self.all.iter().enumerate() {
            if is_expired(rule, self.today) || !is_about(rule, operation) {
                continue;
            }
            let Allowance::Places { at, sameness } = &rule.allowance else {
                continue;
            };
            let before = found.len();
            for body in [left, right] {
                // A path that costs too much finds nothing.
                let places = at.locate(body).unwrap_or_default();
                found.extend(places.into_iter().map(|at| (at, sameness)));
            }
            if found.len() > before {
                self.note_use(index);
            }
        }
        found
    }

    /// The first rule that accepts a difference, with its number.
    pub(super) fn accepting(
        &self,
        operation: &Operation,
        difference: &Difference,
    ) -> Option<(usize, &ParityRule)> {
        let accepts = |rule: &ParityRule| match &rule.allowance {
            Allowance::Places { .. } => false,
            Allowance::Categories { codes, kind } => {
                let is_kind = |kind: &String| fits(kind, difference.kind);
                codes.contains(&difference.code) && kind.as_ref().is_none_or(is_kind)
            }
        };
        let mut rules = self.all.iter().enumerate();
        let found = rules.find(|(_, rule)| {
            accepts(rule) && !is_expired(rule, self.today) && is_about(rule, operation)
        })?;
        self.note_use(found.0);
        Some(found)
    }

    fn note_use(&self, index: usize) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.insert(index);
    }
}

fn is_expired(rule: &ParityRule, today: Date) -> bool {
    rule.until.is_some_and(|until| until < today)
}

fn is_about(rule: &ParityRule, operation: &Operation) -> bool {
    let Some(pattern) = &rule.operation else {
        return true;
    };
    let path = operation.path.as_str();
    fits(pattern, operation.id.as_str())
        || fits(pattern, path)
        || fits(pattern, &format!("{} {path}", operation.method))
        || operation.tags.iter().any(|tag| fits(pattern, tag))
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
