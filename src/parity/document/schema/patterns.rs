//! Patterns of names: what is said about properties whose names match.

use std::collections::BTreeSet;

use super::compare::Compare;
use super::conjunction::Conjunction;
use super::difference::{Difference, Effect, Insertion};
use crate::document::{Document, Pointer};
use crate::parity::document::kind::Kind;
use crate::schema::{Dialect, Schema, SchemaSet};

impl Compare<'_> {
    /// Compares what is said about properties by the pattern of their names, beside what is said about
    /// all others.
    pub(super) fn patterns(&mut self, old_rest: &Conjunction, new_rest: &Conjunction) {
        let are_open = old_rest.is_anything() && new_rest.is_anything();
        let patterns = |side: &Conjunction| -> BTreeSet<String> {
            let members = side.values("patternProperties");
            let names = members.filter_map(|(_, value)| value.as_object());
            let names = names.flat_map(|members| members.keys().cloned());
            // Where anything goes, nothing is said by letting anything through.
            names
                .filter(|pattern| !are_open || !about(side, pattern).is_anything())
                .collect()
        };
        let (old, new) = (patterns(self.old), patterns(self.new));
        for pattern in old.intersection(&new) {
            let (was, now) = (about(self.old, pattern), about(self.new, pattern));
            self.below(Pointer::root().join("*"), was, now);
        }
        if old == new {
            return;
        }
        let are_closed = old_rest.is_impossible && new_rest.is_impossible;
        let is_new = old.is_subset(&new);
        let is_gone = new.is_subset(&old);
        let narrows =
            are_open && is_new || are_closed && is_gone && is_unnamed(&old, self.new, &new);
        let widens =
            are_open && is_gone || are_closed && is_new && is_unnamed(&new, self.old, &old);
        let effect = match (narrows, widens) {
            (true, _) => Effect::Narrows,
            (_, true) => Effect::Widens,
            _ => Effect::Unsure,
        };
        let list = |some: &BTreeSet<String>| {
            if some.is_empty() {
                return "none".to_owned();
            }
            let quoted = some.iter().map(|pattern| format!("`{pattern}`"));
            quoted.collect::<Vec<_>>().join(", ")
        };
        let message = match (is_new, is_gone) {
            (true, _) => {
                let more: BTreeSet<String> = new.difference(&old).cloned().collect();
                format!("names that match {} are spoken about now", list(&more))
            }
            (_, true) => {
                let gone: BTreeSet<String> = old.difference(&new).cloned().collect();
                format!(
                    "names that match {} are not spoken about any more",
                    list(&gone)
                )
            }
            _ => "other patterns of names are declared".to_owned(),
        };
        let mut difference =
            Difference::new(Kind::ConditionChanged, effect, message).texts(list(&old), list(&new));
        let changed: BTreeSet<String> = old.symmetric_difference(&new).cloned().collect();
        difference.insertions = changed
            .into_iter()
            .map(|pattern| {
                let mut values = about(self.old, &pattern).entries;
                values.extend(about(self.new, &pattern).entries);
                Insertion {
                    name: name(&pattern),
                    values,
                }
            })
            .collect();
        difference = difference.places(self.old, self.new, &["patternProperties"]);
        // A member shows it in whichever keyword says what it must be.
        difference.keywords = &[];
        self.found.push(difference);
    }
}

/// Whether what one side lets through by its patterns is nothing that the other one speaks about.
fn is_unnamed(patterns: &BTreeSet<String>, other: &Conjunction, known: &BTreeSet<String>) -> bool {
    let fits = |pattern: &String, text: &str| {
        let judge = name(pattern).validator().ok();
        judge.is_some_and(|judge| judge.is_valid(&text.into()))
    };
    let added = || patterns.difference(known);
    let mut names = other.names().into_iter();
    known.is_empty() && !names.any(|text| added().any(|pattern| fits(pattern, text)))
}

/// What a side says about names that match.
fn about(side: &Conjunction, pattern: &str) -> Conjunction {
    let parts = side.parts.iter();
    let below = parts.filter_map(|part| part.below(&["patternProperties", pattern]));
    Conjunction::of(below.collect())
}

/// The schema of names that match.
fn name(pattern: &str) -> Schema {
    let value = serde_json::json!({"type": "string", "pattern": pattern});
    SchemaSet::of_schema(Document::from_value("name", value), Dialect::OpenApi31)
}
