//! Noise: what differs between two runs of the baseline says nothing about the candidate.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::code::Code;
use crate::parity::pair::difference::{Difference, Pair};
use crate::spec::OperationId;

/// What the baseline answers in one way and then in another.
#[derive(Debug, Default)]
pub struct Noise {
    /// Places of answers: API description, operation, status, place, category, and whether it is about
    /// something else than what was asked for, of which other values at that place say nothing.
    places: BTreeSet<Place>,
    /// Cases of which the outcome changed.
    cases: BTreeSet<String>,
}

type Place = (usize, OperationId, Option<u16>, String, Code, bool);

/// Noise that was found at one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Noisy {
    /// The number of the API description.
    pub api: usize,
    /// The operation.
    pub operation: OperationId,
    /// Where; empty for the answer as a whole.
    pub place: String,
    /// The category of the difference.
    pub code: Code,
}

impl Noise {
    /// The noise between two runs of the baseline that were compared with each other.
    pub fn of(pairs: &[Pair]) -> Self {
        let mut noise = Self::default();
        for pair in pairs {
            for difference in &pair.differences {
                if difference.is_about_outcome() {
                    noise.cases.insert(pair.name.clone());
                } else {
                    noise.places.insert(place(pair, difference));
                }
            }
        }
        noise
    }

    /// Takes the noise out of pairs, and tells how often what was found where.
    pub fn take_from(&self, pairs: &mut [Pair]) -> BTreeMap<Noisy, usize> {
        let mut taken = BTreeMap::new();
        for pair in pairs {
            let mut note = |place: String, code: Code| {
                let key = Noisy {
                    api: pair.api,
                    operation: pair.operation.clone(),
                    place,
                    code,
                };
                *taken.entry(key).or_default() += 1;
            };
            // Of answers that come out differently nothing can be compared: what differs then is not what
            // the baseline does not repeat.
            if self.cases.contains(&pair.name) {
                if !pair.differences.is_empty() {
                    note(String::new(), Code::PARITY_STATUS);
                    pair.differences.clear();
                }
                continue;
            }
            let (noisy, rest): (Vec<Difference>, Vec<Difference>) =
                std::mem::take(&mut pair.differences)
                    .into_iter()
                    .partition(|difference| self.places.contains(&place(pair, difference)));
            pair.differences = rest;
            for difference in noisy {
                note(difference.place, difference.code);
            }
        }
        taken
    }
}

fn place(pair: &Pair, difference: &Difference) -> Place {
    (
        pair.api,
        pair.operation.clone(),
        pair.status,
        difference.place.clone(),
        difference.code,
        difference.kind == "role",
    )
}

/// Noise at one place.
#[derive(Debug, Clone, Serialize)]
pub struct NoiseRow {
    /// The operation.
    pub operation: OperationId,
    /// Where.
    pub place: String,
    /// The category of the differences that do not count.
    pub code: Code,
    /// How many.
    pub count: usize,
}

impl NoiseRow {
    /// What was seen, with how often.
    pub(super) fn all(noise: &BTreeMap<Noisy, usize>) -> Vec<Self> {
        let rows = noise.iter().map(|(noisy, count)| Self {
            operation: noisy.operation.clone(),
            place: noisy.place.clone(),
            code: noisy.code,
            count: *count,
        });
        rows.collect()
    }
}
