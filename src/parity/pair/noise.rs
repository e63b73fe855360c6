//! Noise: what differs between two runs of the baseline says nothing about the candidate.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::code::Code;
use crate::parity::pair::difference::{Difference, Pair};
use crate::spec::OperationId;

/// What the baseline answers in one way and then in another.
#[derive(Debug, Default)]
pub struct Noise {
    /// Places of answers: API description, operation, status, place, category.
    places: BTreeSet<Place>,
    /// Cases of which the outcome changed.
    cases: BTreeSet<String>,
}

type Place = (usize, OperationId, Option<u16>, String, Code);

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
            // Of answers that come out differently nothing can be compared.
            let unstable = self.cases.contains(&pair.name);
            let (noisy, rest): (Vec<Difference>, Vec<Difference>) =
                std::mem::take(&mut pair.differences)
                    .into_iter()
                    .partition(|difference| {
                        unstable || self.places.contains(&place(pair, difference))
                    });
            pair.differences = rest;
            for difference in noisy {
                let key = Noisy {
                    api: pair.api,
                    operation: pair.operation.clone(),
                    place: difference.place,
                    code: difference.code,
                };
                *taken.entry(key).or_default() += 1;
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
