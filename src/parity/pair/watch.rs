//! Watching: whether both sides are fit to be compared, while they are asked. One that is not ends the run.

use std::sync::{Mutex, PoisonError};

use super::course::{Course, Stage};
use super::health::{Ailment, Illness, Side};
use super::recording::Answered;
use crate::probe::Stop;

/// How many answers of how many operations have to be as if nothing were served.
const WHOLE: Stage = Stage::Run {
    answers: 64,
    operations: 3,
};

/// How often is looked, in answers.
const EVERY: usize = 16;

/// What is seen of both sides while they are asked.
#[derive(Debug, Default)]
pub(super) struct Watch {
    seen: Mutex<Seen>,
    /// What ends each side.
    pub(super) stops: [Stop; 2],
}

#[derive(Debug, Default)]
struct Seen {
    courses: [Course; 2],
    answers: usize,
    illnesses: Vec<Illness>,
}

impl Watch {
    /// Takes note of an answer.
    pub(super) fn note(&self, side: Side, answered: &Answered) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let Seen {
            courses: [baseline, candidate],
            answers,
            ..
        } = &mut *seen;
        match side {
            Side::Baseline => baseline.note(answered),
            Side::Candidate => candidate.note(answered),
        }
        *answers += 1;
        if *answers % EVERY != 0 {
            return;
        }
        let sides = [
            (Side::Baseline, &*baseline, &*candidate),
            (Side::Candidate, &*candidate, &*baseline),
        ];
        let found = sides
            .into_iter()
            .filter_map(|(side, own, other)| Some(Illness::new(side, own.unfit(other, WHOLE)?)));
        let found: Vec<Illness> = found.collect();
        drop(seen);
        self.end(found);
    }

    /// Names what keeps a side from being compared, and ends both. What was named first stands for each.
    pub(super) fn name(&self, side: Side, ailment: Ailment) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.illnesses.is_empty() && seen.illnesses.iter().all(|one| one.side != side) {
            seen.illnesses.push(Illness::new(side, ailment));
            seen.illnesses.sort_by_key(|one| one.side.number());
            return;
        }
        drop(seen);
        self.end(vec![Illness::new(side, ailment)]);
    }

    fn end(&self, found: Vec<Illness>) {
        if found.is_empty() {
            return;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.illnesses.is_empty() {
            seen.illnesses = found;
        }
        drop(seen);
        for stop in &self.stops {
            stop.ask();
        }
    }

    /// What keeps either side from being compared.
    pub(super) fn illnesses(&self) -> Vec<Illness> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.illnesses.clone()
    }
}
