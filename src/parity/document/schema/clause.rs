//! Clauses: what must hold besides, and is compared as a whole: `not`, `if`, `contains`, ...

use super::compare::Compare;
use std::collections::BTreeSet;

use serde_json::Value;

use super::bounds::{counted, effect};
use super::conjunction::{Conjunction, is_trivial};
use super::difference::{Difference, Effect};
use super::idle::{doubly_negated, is_decisive};
use super::same::{same, same_keywords};
use super::types::{Types, excluded};
use crate::parity::document::kind::Kind;
use crate::schema::Schema;

/// The keywords that make up a clause, the first of which must be there, and the types it is about.
const CLAUSES: [(&[&str], Types); 7] = [
    (&["not"], Types::ALL),
    (&["if", "then", "else"], Types::ALL),
    (&["contains", "minContains", "maxContains"], Types::ARRAY),
    (&["propertyNames"], Types::OBJECT),
    (&["dependentRequired"], Types::OBJECT),
    (&["dependentSchemas"], Types::OBJECT),
    (&["dependencies"], Types::OBJECT),
];

impl Compare<'_> {
    /// Compares clauses about any of the types.
    pub(super) fn clauses(&mut self, types: Types) {
        for (keywords, about) in CLAUSES {
            if types.has(about) {
                match keywords {
                    ["contains", ..] => self.contains(keywords),
                    ["dependentRequired"] => self.dependents(keywords),
                    _ => self.clause(keywords),
                }
            }
        }
    }

    fn clause(&mut self, keywords: &'static [&'static str]) {
        let holders = |side: &Conjunction| -> Vec<Schema> {
            let first = keywords.first().copied().unwrap_or_default();
            let says = |part: &&Schema| {
                says(part, first) && (first != "if" || side.decided(part).is_none())
            };
            let parts = side.values(first).map(|(part, _)| part);
            parts.filter(says).cloned().collect()
        };
        let (gone, more) = unmatched(holders(self.old), holders(self.new), |old, new| {
            same_keywords(old, new, keywords) || is_negated(old, new) || is_negated(new, old)
        });
        let name = keywords.first().copied().unwrap_or_default();
        let (effect, message) = match (gone.is_empty(), more.is_empty()) {
            (true, true) => return,
            (true, false) => (Effect::Narrows, format!("`{name}` is asked for, too")),
            (false, true) => (
                Effect::Widens,
                format!("`{name}` is not asked for any more"),
            ),
            (false, false) => (Effect::Unsure, format!("`{name}` asks for something else")),
        };
        self.condition(
            Difference::new(Kind::ConditionChanged, effect, message),
            keywords,
        );
    }

    /// How many items are of a kind; of the same kind, it is a range.
    fn contains(&mut self, keywords: &'static [&'static str]) {
        let only = |side: &Conjunction| -> Option<Schema> {
            let mut holders = side.values("contains").map(|(part, _)| part);
            let holders = holders.by_ref().filter(|part| says(part, "contains"));
            match &*holders.collect::<Vec<_>>() {
                [only] => Some((*only).clone()),
                _ => None,
            }
        };
        let (Some(old), Some(new)) = (only(self.old), only(self.new)) else {
            self.clause(keywords);
            return;
        };
        let (Some(kind), Some(other)) = (old.below(&["contains"]), new.below(&["contains"])) else {
            return;
        };
        if !same(&kind, &other) {
            self.clause(keywords);
            return;
        }
        let range = |holder: &Schema| {
            let number = |keyword: &str| holder.value().get(keyword).and_then(Value::as_number);
            let least = number("minContains").cloned();
            counted(
                least.or_else(|| Some(1.into())),
                number("maxContains").cloned(),
            )
        };
        let (old, new) = (range(&old), range(&new));
        let Some(effect) = effect(&old, &new) else {
            return;
        };
        let (was, now) = (old.text(), new.text());
        let message =
            format!("the number of items that match `contains` is {now} instead of {was}");
        let difference = Difference::new(Kind::ConditionChanged, effect, message);
        self.condition(difference.texts(was, now), keywords);
    }

    /// Which properties ask for which others.
    fn dependents(&mut self, keywords: &'static [&'static str]) {
        let pairs = |side: &Conjunction| -> BTreeSet<(String, String)> {
            let members = side.values("dependentRequired");
            let members = members.filter_map(|(_, value)| value.as_object()).flatten();
            let of_one = |(name, asked): (&String, &Value)| {
                let asked = asked.as_array().into_iter().flatten();
                let asked = asked.filter_map(Value::as_str).map(str::to_owned);
                asked.map(|asked| (name.clone(), asked)).collect::<Vec<_>>()
            };
            members
                .flat_map(of_one)
                .filter(|(name, asked)| name != asked)
                .collect()
        };
        let (old, new) = (pairs(self.old), pairs(self.new));
        let effect = match (new.is_superset(&old), old.is_superset(&new)) {
            (true, true) => return,
            (true, false) => Effect::Narrows,
            (false, true) => Effect::Widens,
            (false, false) => Effect::Unsure,
        };
        let text = |pairs: &BTreeSet<(String, String)>| {
            let pairs = pairs
                .iter()
                .map(|(name, asked)| format!("`{name}` asks for `{asked}`"));
            pairs.collect::<Vec<_>>().join(", ")
        };
        let message = "properties ask for others than before";
        let difference = Difference::new(Kind::ConditionChanged, effect, message);
        self.condition(difference.texts(text(&old), text(&new)), keywords);
    }

    fn condition(&mut self, difference: Difference, keywords: &'static [&'static str]) {
        let mut difference = difference.places(self.old, self.new, keywords);
        // A condition shows at whatever it is about.
        difference.keywords = &[];
        self.found.push(difference);
    }
}

/// Whether a keyword of a schema says anything that is not said otherwise.
fn says(part: &Schema, keyword: &str) -> bool {
    let keywords = part.value().as_object();
    keywords.is_some_and(|keywords| is_decisive(keywords, keyword))
        && (keyword != "not" || doubly_negated(part).is_none() && excluded(part).is_empty())
}

/// Whether a condition is the negation of another one, with the branches the other way round.
fn is_negated(holder: &Schema, other: &Schema) -> bool {
    let (Some(negated), Some(condition)) = (holder.below(&["if", "not"]), other.below(&["if"]))
    else {
        return false;
    };
    let is_alone = holder.below(&["if"]).is_some_and(|condition| {
        let keywords = condition.value().as_object();
        keywords.is_some_and(|keywords| {
            let mut names = keywords.keys();
            names.all(|keyword| keyword == "not" || !is_decisive(keywords, keyword))
        })
    });
    let are_same = |one: &str, two: &str| match (holder.below(&[one]), other.below(&[two])) {
        (Some(one), Some(two)) => same(&one, &two),
        (None, None) => true,
        (Some(only), None) | (None, Some(only)) => is_trivial(only.value()),
    };
    is_alone && same(&negated, &condition) && are_same("then", "else") && are_same("else", "then")
}

/// What has no match on the other side.
pub(super) fn unmatched<T>(
    old: Vec<T>,
    mut new: Vec<T>,
    fits: impl Fn(&T, &T) -> bool,
) -> (Vec<T>, Vec<T>) {
    let mut gone = Vec::new();
    for one in old {
        match new.iter().position(|other| fits(&one, other)) {
            Some(at) => {
                new.remove(at);
            }
            None => gone.push(one),
        }
    }
    (gone, new)
}
