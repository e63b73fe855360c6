//! Excused bodies: they match more branches of a `oneOf` than one, since the document cannot tell these apart
//! (PM712). Only the whole validator sees that, at a hundred times the cost of any other answer; so what it
//! found is kept, and found again by the body's hash.

use std::collections::HashMap;
use std::rc::Rc;

use super::lane::Lane;
use super::sample::SAMPLES;
use super::step::At;
use crate::check::Fingerprint;
use crate::code::Code;

/// So many bodies are kept.
const MOST: usize = 4096;

/// What is told each time of an answer with such a body.
pub(crate) type Told = Rc<[(Code, Fingerprint)]>;

/// The bodies that were excused, by their hash.
#[derive(Default)]
pub(crate) struct Excused(HashMap<u128, Told>);

impl Excused {
    /// What is told of a body that was excused before.
    pub(crate) fn find(&self, hash: u128) -> Option<Told> {
        self.0.get(&hash).cloned()
    }

    /// Keeps what was told of a body that was excused.
    pub(crate) fn keep(&mut self, hash: u128, told: Vec<(Code, Fingerprint)>) {
        if self.0.len() < MOST {
            self.0.insert(hash, told.into());
        }
    }
}

impl Lane {
    /// Counts an answer in which nothing is wrong but what was told before. `false` if its exchange may
    /// still be wanted as a sample.
    pub(super) fn excused(&self, at: At<'_>, told: &Told) -> bool {
        let mut repeated = self.repeated.borrow_mut();
        let is_enough = |(_, own): &(Code, Fingerprint)| {
            repeated.get(own).is_some_and(|count| *count >= SAMPLES)
        };
        if !told.iter().all(is_enough) {
            return false;
        }
        for (_, own) in &**told {
            if let Some(count) = repeated.get_mut(own) {
                *count += 1;
            }
        }
        self.answered(at.series, |step, own| {
            step.undocumented.add(false);
            step.violations.add(false);
            step.criteria.add(true);
            for (code, _) in &**told {
                *step.findings.entry(*code).or_default() += 1;
            }
            own.rungs[0] += 1;
        });
        true
    }
}
