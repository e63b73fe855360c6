//! Plans: which cases to send to which operations, from a seed.

use serde::Serialize;

use super::{Case, Phase};
use crate::seed::Seed;
use crate::spec::{OperationId, Spec};

/// Which sides of the contract to exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modes {
    /// Valid requests only.
    Valid,
    /// Invalid requests only.
    Invalid,
    /// Both.
    All,
}

/// What a plan is made from.
#[derive(Debug, Clone)]
pub struct PlanOptions {
    /// The run's seed.
    pub seed: Seed,
    /// Which sides to exercise.
    pub modes: Modes,
    /// How many cases to draw per operation, phase and side.
    pub cases: usize,
    /// The selected operations.
    pub operations: Vec<OperationId>,
}

/// Cases in the order in which they are sent, and what could not be planned.
#[derive(Debug, Default)]
pub struct Plan {
    /// The cases.
    pub cases: Vec<Case>,
    /// What was left out, and why.
    pub skipped: Vec<Skip>,
}

/// Something that was not exercised.
#[derive(Debug, Clone, Serialize)]
pub struct Skip {
    /// The operation.
    pub operation: OperationId,
    /// In which phase.
    pub phase: Phase,
    /// Why, a lower-case fragment.
    pub reason: String,
}

/// Makes the plan.
pub fn plan(_spec: &Spec, _options: &PlanOptions) -> Plan {
    Plan::default()
}
