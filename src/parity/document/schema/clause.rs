//! Clauses: what must hold besides, and is compared as a whole: `not`, `if`, `contains`, ...

use super::compare::Compare;
use super::conjunction::Conjunction;
use super::difference::{Difference, Effect};
use super::same::same_keywords;
use super::types::Types;
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
                self.clause(keywords);
            }
        }
    }

    fn clause(&mut self, keywords: &'static [&'static str]) {
        let holders = |side: &Conjunction| -> Vec<Schema> {
            let first = keywords.first().copied().unwrap_or_default();
            side.values(first).map(|(part, _)| part.clone()).collect()
        };
        let (gone, more) = unmatched(holders(self.old), holders(self.new), |old, new| {
            same_keywords(old, new, keywords)
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
        let mut difference = Difference::new(Kind::ConditionChanged, effect, message);
        difference = difference.places(self.old, self.new, keywords);
        // A condition shows at whatever it is about.
        difference.keywords = &[];
        self.found.push(difference);
    }
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
