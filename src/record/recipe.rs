//! Recipes: what a run was made from, so that its cases can be made once more. Never a secret.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::case::{Modes, Phase};
use crate::spec::{OperationId, Spec};

/// What a run was made from, besides its seed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// The command.
    pub command: Task,
    /// The API descriptions.
    pub documents: Vec<Ingredient>,
    /// The target; of a comparison the baseline, then the candidate.
    pub targets: Vec<Aim>,
    /// How cases were planned, if they were generated.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub plan: Option<Planning>,
}

/// A command that sends something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// `check`.
    Check,
    /// `parity`.
    Parity,
}

/// A file that a run was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ingredient {
    /// The file as it was named; `None` for the built-in demo.
    pub file: Option<String>,
    /// The hash of its text and of the files that it refers to, in hexadecimal digits.
    pub sha256: String,
}

/// What was aimed at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aim {
    /// A URL, or the name of a target of proofmark.toml.
    Target(String),
    /// A server that was started for the run.
    Embedded {
        /// `sandbox`, `restless` or `mock`.
        nature: String,
        /// The fault that was built into it.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        fault: Option<String>,
    },
}

/// How cases were planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planning {
    /// The phases.
    pub phases: Vec<Phase>,
    /// The sides of the contract.
    pub modes: Modes,
    /// How many cases of each operation, phase and side.
    pub cases: usize,
    /// The selected operations.
    pub operations: Vec<OperationId>,
}

impl Ingredient {
    /// An API description that was read from a file.
    pub fn document(file: Option<String>, spec: &Spec) -> Self {
        let documents = (0..spec.schemas.len()).map(|number| spec.schemas.document(number));
        let mut hash = Sha256::new();
        for document in documents {
            hash.update((document.text.len() as u64).to_le_bytes());
            hash.update(document.text.as_bytes());
        }
        let digits = hash.finalize();
        let digits = digits.iter();
        Self {
            file,
            sha256: digits.fold(String::new(), |text, byte| text + &format!("{byte:02x}")),
        }
    }
}
