//! The strategies: what instances are drawn through, also usable in property tests.

use std::fmt;
use std::sync::Arc;

use proptest::prelude::Rng as _;
use proptest::strategy::{NewTree, Strategy};
use proptest::test_runner::TestRunner;
use serde_json::Value;

use super::dice::Dice;
use super::invalid::{Breaker, Made};
use super::source::Source;
use super::tree::{InstanceTree, InvalidTree};
use super::walk::Mode;
use super::work::Work;
use super::{GenerateError, Invalid};

/// Draws valid instances of a schema; shrinks them to simpler valid instances.
#[derive(Clone)]
pub struct InstanceStrategy {
    source: Arc<Source>,
}

impl InstanceStrategy {
    pub(super) fn new(source: Arc<Source>) -> Self {
        Self { source }
    }

    /// The next valid instance of a runner.
    pub(super) fn draw(&self, runner: &mut TestRunner) -> Result<Value, GenerateError> {
        let mut dice = Dice::new(runner.rng().next_u64());
        self.source.draw(&mut dice, Mode::Random, None)
    }
}

impl Strategy for InstanceStrategy {
    type Tree = InstanceTree;
    type Value = Value;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let drawn = self.draw(runner).map_err(|error| error.to_string())?;
        Ok(InstanceTree::new(self.source.clone(), drawn))
    }
}

/// Draws invalid instances of a schema; shrinks them to simpler ones that break it in the same way.
#[derive(Clone)]
pub struct InvalidStrategy {
    breaker: Arc<Breaker>,
}

/// How far into a series of invalid instances a draw looks.
const SERIES: usize = 12;

impl InvalidStrategy {
    pub(super) fn new(breaker: Arc<Breaker>) -> Self {
        Self { breaker }
    }

    fn draw(&self, runner: &mut TestRunner) -> Option<Made> {
        let mut dice = Dice::new(runner.rng().next_u64());
        let count = 1 + dice.below(SERIES);
        self.breaker
            .invalid(&mut dice, count, &Work::of(count))
            .pop()
    }
}

impl Strategy for InvalidStrategy {
    type Tree = InvalidTree;
    type Value = Invalid;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let made = self.draw(runner);
        let made = made.ok_or("no instance breaks the schema")?;
        Ok(InvalidTree::new(self.breaker.clone(), made))
    }
}

impl fmt::Debug for InvalidStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvalidStrategy")
    }
}

impl fmt::Debug for InstanceStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InstanceStrategy({:?})", self.source.validator())
    }
}
