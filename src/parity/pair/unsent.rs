//! What neither side was sent, and why: nothing is known of it, however well the rest agrees.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::recording::Recording;
use crate::case::{Phase, Skip};
use crate::report::{counted, first};
use crate::spec::OperationId;

/// How many operations are named.
const MOST: usize = 4;

/// Cases that neither side was sent for the same reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unsent {
    /// Why, a lower-case fragment.
    pub reason: String,
    /// Of which operations.
    pub operations: Vec<OperationId>,
    /// How many.
    pub count: usize,
}

/// What was left out on both sides, by reason.
pub(super) fn unsent(baseline: &Recording, candidate: &Recording) -> Vec<Unsent> {
    let other: BTreeSet<_> = candidate.skipped.iter().map(key).collect();
    let both = baseline
        .skipped
        .iter()
        .filter(|skip| other.contains(&key(skip)));
    let mut found: BTreeMap<&str, (BTreeSet<&OperationId>, usize)> = BTreeMap::new();
    for skip in both {
        let (operations, count) = found.entry(&skip.reason).or_default();
        operations.insert(&skip.operation);
        *count += 1;
    }
    let rows = found
        .into_iter()
        .map(|(reason, (operations, count))| Unsent {
            reason: reason.to_owned(),
            operations: operations.into_iter().cloned().collect(),
            count,
        });
    rows.collect()
}

fn key(skip: &Skip) -> (&OperationId, Phase, &str) {
    (&skip.operation, skip.phase, &skip.reason)
}

impl std::fmt::Display for Unsent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let operations: Vec<String> = self.operations.iter().map(ToString::to_string).collect();
        let (cases, operations) = (counted(self.count, "case"), first(MOST, &operations));
        write!(f, "{cases} to neither side ({operations}): {}", self.reason)
    }
}
