//! The shapes of the bodies that came last, as far as it pays to know them.

use super::shape::Shape;
use super::walk::{Ground, Walk};
use super::witness::Record;

/// The shapes of longer bodies are not kept.
const LONGEST: usize = 1 << 16;

/// How many shapes are kept.
const KEPT: usize = 4;

/// What it saves to find a body of a known shape, where comparing it with a shape that it does not have costs 1.
const SAVED: u32 = 6;

/// What it costs to learn a shape.
const LEARNING: u32 = 24;

/// Where all places are taken, one of so many bodies of other shapes is learnt.
const SELDOM: u32 = 16;

/// What may be spent before anything was saved, once in so many bodies: enough to fill all places.
const ADVANCE: u32 = 5 * LEARNING;
const BODIES: u32 = 1024;

/// What may be spent at most after much was saved.
const MOST: u32 = 10 * LEARNING;

/// Shapes, the one that was met last first. No more is spent on them than they save, but for an advance now
/// and then: some bodies are all of different shapes.
pub(super) struct Shapes {
    known: Vec<Shape>,
    record: Record,
    /// What may be spent.
    credit: u32,
    /// How many bodies come before the next advance.
    rest: u32,
    /// How many bodies came that were of none of the shapes.
    others: u32,
}

impl Default for Shapes {
    fn default() -> Self {
        Self {
            known: Vec::new(),
            record: Record::default(),
            credit: ADVANCE,
            rest: BODIES,
            others: 0,
        }
    }
}

impl Shapes {
    /// Whether a body is of a shape that is known, and so valid; if it is, captures were taken.
    pub(super) fn have(&mut self, ground: &mut Ground<'_>) -> bool {
        self.rest = self.rest.saturating_sub(1);
        if self.rest == 0 {
            self.rest = BODIES;
            self.credit = self.credit.max(ADVANCE);
        }
        if self.credit == 0 {
            return false;
        }
        let mut shapes = self.known.iter();
        if let Some(number) = shapes.position(|shape| Walk::over(ground, ()).is_of(shape)) {
            if let Some(known) = self.known.get_mut(..=number) {
                known.rotate_right(1);
            }
            self.credit = (self.credit + SAVED).min(MOST);
            return true;
        }
        let tried = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        self.credit = self.credit.saturating_sub(tried);
        ground.captured.reset(ground.captures);
        false
    }

    /// Learns the shape of a body that is of none of those known, and that was found valid. Whether it was learnt.
    pub(super) fn learn(&mut self, ground: &mut Ground<'_>) -> bool {
        self.others += 1;
        let is_full = self.known.len() == KEPT;
        if ground.body.len() > LONGEST {
            return false;
        }
        if self.credit < LEARNING || (is_full && !self.others.is_multiple_of(SELDOM)) {
            return false;
        }
        self.credit -= LEARNING;
        self.record.clear();
        ground.captured.reset(ground.captures);
        let walk = Walk::over(ground, &mut self.record);
        if walk.judge().is_err() {
            return false;
        }
        let Some(shape) = Shape::new(ground, &mut self.record) else {
            return false;
        };
        self.known.truncate(KEPT - 1);
        self.known.insert(0, shape);
        true
    }
}
