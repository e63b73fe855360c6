//! The strategy: what generators draw valid instances through, also usable in property tests.

use std::fmt;
use std::sync::Arc;

use proptest::prelude::Rng as _;
use proptest::strategy::{NewTree, Strategy};
use proptest::test_runner::TestRunner;
use serde_json::Value;

use super::GenerateError;
use super::dice::Dice;
use super::source::Source;
use super::tree::InstanceTree;
use super::walk::Mode;

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

impl fmt::Debug for InstanceStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InstanceStrategy({:?})", self.source.validator())
    }
}
