//! Multiples: what numbers must be multiples of.

use std::collections::BTreeSet;

use super::compare::Compare;
use super::conjunction::Conjunction;
use super::difference::{Difference, Effect};
use super::types::Types;
use crate::generate::Decimal;
use crate::parity::document::kind::Kind;

/// A number that values are multiples of.
struct Divisor {
    text: String,
    /// `None` if it has too many digits.
    read: Option<Decimal>,
}

/// What values are multiples of; what every integer is a multiple of says nothing of integers.
fn divisors(side: &Conjunction) -> Vec<Divisor> {
    let are_integers = !side.types.has(Types::NUMBER.without(Types::INTEGER));
    let mut seen = BTreeSet::new();
    side.values("multipleOf")
        .filter_map(|(_, value)| value.as_number())
        .map(|number| Divisor {
            text: number.to_string(),
            read: Decimal::read(number),
        })
        .filter(|one| {
            let says_nothing = are_integers
                && one
                    .read
                    .is_some_and(|divisor| Decimal::whole(1).is_multiple_of(divisor));
            !says_nothing && seen.insert(one.text.clone())
        })
        .collect()
}

impl Conjunction {
    /// The types, without fractions where all numbers are multiples of a whole one.
    pub(super) fn types_of_multiples(&self) -> Types {
        let one = Decimal::whole(1);
        let divisors = divisors(self);
        let mut read = divisors.iter().filter_map(|divisor| divisor.read);
        if read.any(|divisor| divisor.is_multiple_of(one)) {
            self.types.without(Types::FRACTION)
        } else {
            self.types
        }
    }
}

impl Compare<'_> {
    /// Compares what numbers are multiples of.
    pub(super) fn multiples(&mut self) {
        let (old, new) = (divisors(self.old), divisors(self.new));
        // Whether whatever is a multiple of these is one of the others.
        let implies = |some: &[Divisor], others: &[Divisor]| {
            others.iter().all(|other| {
                some.iter().any(|one| match (one.read, other.read) {
                    (Some(one), Some(other)) => one.is_multiple_of(other),
                    _ => one.text == other.text,
                })
            })
        };
        let effect = match (implies(&new, &old), implies(&old, &new)) {
            (true, true) => return,
            (true, false) => Effect::Narrows,
            (false, true) => Effect::Widens,
            (false, false) => match (&*old, &*new) {
                ([_], [_]) => Effect::Both,
                _ => Effect::Unsure,
            },
        };
        let text = |some: &[Divisor]| {
            if some.is_empty() {
                return "any".to_owned();
            }
            let texts: Vec<&str> = some.iter().map(|one| &*one.text).collect();
            texts.join(" and ")
        };
        let (was, now) = (text(&old), text(&new));
        let message = format!("a multiple of {now} instead of {was}");
        let difference = Difference::new(Kind::MultipleChanged, effect, message);
        self.push(difference.texts(was, now), &["multipleOf"]);
    }
}
