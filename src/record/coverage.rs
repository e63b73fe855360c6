//! Coverage: how much of the document a run has exercised.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How much of the selected operations was exercised.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// Operations that answered at least once.
    pub operations: Share,
    /// Operations of which a valid request succeeded.
    pub succeeded: Share,
    /// Documented responses (statuses, ranges and `default`) that were seen.
    pub responses: Share,
    /// Parameters that were sent.
    pub parameters: Share,
    /// Keywords that invalid requests broke, with what came of it; of operations that succeed with
    /// valid requests only.
    pub keywords: BTreeMap<String, KeywordCount>,
}

/// A part of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Share {
    /// The part.
    pub exercised: usize,
    /// The whole.
    pub total: usize,
}

/// What came of the requests that broke one keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KeywordCount {
    /// How many were answered.
    pub answered: usize,
    /// How many of the answers were a 4xx.
    pub refused: usize,
}

impl Share {
    pub(super) fn add(&mut self, exercised: usize, total: usize) {
        self.exercised += exercised;
        self.total += total;
    }
}
