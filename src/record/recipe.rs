//! Recipes: what a run was made from, so that its cases can be made once more. Never a secret.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::case::{Modes, Phase};
use crate::schema::SchemaSet;
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
    /// Which workflows were run, if scenario files were.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub script: Option<Script>,
}

/// A command that sends something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// `check`.
    Check,
    /// `run`.
    Run,
    /// `load`.
    Load,
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

/// Which workflows of scenario files were run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// The scenario files that were asked for.
    pub files: Vec<Ingredient>,
    /// By `workflowId`; empty: all that no other workflow calls.
    pub workflows: Vec<String>,
    /// By tag.
    pub tags: Vec<String>,
    /// The files that stood for source descriptions; that of an empty name for all of them.
    pub sources: IndexMap<String, String>,
    /// The file of inputs.
    pub inputs_file: Option<String>,
    /// The names of inputs that were given beside it; what may be shown of their values stands with the
    /// workflows.
    pub inputs: Vec<String>,
    /// How many steps were run at most.
    pub max_steps: usize,
}

impl Ingredient {
    /// An API description that was read from a file.
    pub fn document(file: Option<String>, spec: &Spec) -> Self {
        Self::of(file, &spec.schemas)
    }

    /// A file with those that it refers to.
    pub fn of(file: Option<String>, set: &SchemaSet) -> Self {
        let documents = (0..set.len()).map(|number| set.document(number));
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
