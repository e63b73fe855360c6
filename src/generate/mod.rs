//! Generation: schemas to instances that are what they claim to be.
//!
//! Every instance is judged by the schema's own validator before it is handed out: a *valid* one is
//! valid, an *invalid* one breaks the keyword that its [`Mutation`] names.

mod algebra;
mod apart;
mod arena;
mod attempt;
mod automaton;
mod boundary;
mod breach;
mod bundle;
mod candidate;
mod compile;
mod cover;
mod decimal;
mod deep;
mod describe;
mod dice;
mod double;
mod edge;
mod edit;
mod far;
mod fold;
mod format;
mod invalid;
mod inverse;
mod lookahead;
mod map;
mod narrow;
mod number;
mod overlap;
mod remainder;
mod sample;
mod seen;
mod separate;
mod site;
mod source;
mod strategy;
mod stray;
mod target;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod usage;
mod walk;
mod words;
mod work;

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::document::{Location, Pointer};
use crate::schema::Schema;
use crate::seed::Seed;

use dice::Dice;
use invalid::Breaker;
use source::{Reading, Source};
use usage::Usage;
use walk::Mode;

pub(crate) use decimal::Decimal;
pub use overlap::{Budget, Overlap, contradiction, overlap};
pub use strategy::{InstanceStrategy, InvalidStrategy};
pub use tree::{InstanceTree, InvalidTree};
pub use work::{Work, values};

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

/// A valid instance that shows an edge of a keyword: a bound, a member of an `enum`, a branch, ...
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The instance.
    pub value: Value,
    /// The keyword, for example `maxLength`.
    pub keyword: String,
    /// The keyword's place in the document.
    pub schema: Location,
    /// The node of the instance that shows it.
    pub instance: Pointer,
    /// What is shown, in words: "`/name` has 40 characters".
    pub description: String,
}

/// An instance on one of the two sides of an edge.
#[derive(Debug, Clone, PartialEq)]
pub enum Boundary {
    /// Just allowed.
    Valid(Shown),
    /// Just not allowed.
    Invalid(Invalid),
}

/// A boundary list.
#[derive(Debug, Clone, PartialEq)]
pub struct Edges {
    /// The instances, in the order in which they are worth sending.
    pub instances: Vec<Boundary>,
    /// What the list has not.
    pub left_out: LeftOut,
}

/// Of how many edges nothing was made. An edge need not have an instance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Because of the limit that was given: a larger one would bring them in.
    pub by_limit: usize,
    /// Because the schema has longer lists than what is looked at one by one.
    pub by_size: usize,
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
#[derive(Clone)]
pub struct Generator {
    source: Arc<Source>,
    breaker: Arc<Breaker>,
}

impl Generator {
    /// Compiles a schema. An error says that it cannot be compiled, or that no instance satisfies it.
    pub fn new(schema: &Schema) -> Result<Self, GenerateError> {
        Self::reading(schema, Reading::Strict)
    }

    /// As [`Self::new`], with every `oneOf` read as `anyOf`: for schemas whose branches cannot be told
    /// apart. What it makes may match several branches; it makes nothing that is invalid otherwise,
    /// and no invalid instances.
    pub fn of_any_branch(schema: &Schema) -> Result<Self, GenerateError> {
        Self::reading(schema, Reading::AnyBranch)
    }

    /// As [`Self::new`] where the schema has an instance that is strictly valid, else as
    /// [`Self::of_any_branch`], where that has one. An error is that of the first.
    pub fn of_some_instance(schema: &Schema) -> Result<Self, GenerateError> {
        let made = |generator: Self| generator.minimal(Seed::new(0)).map(|_| generator);
        Self::new(schema).and_then(made).or_else(|error| {
            let lenient = Self::of_any_branch(schema).and_then(made);
            lenient.map_err(|_| error)
        })
    }

    fn reading(schema: &Schema, reading: Reading) -> Result<Self, GenerateError> {
        let source = Arc::new(Source::new(schema, reading)?);
        Ok(Self {
            breaker: Arc::new(Breaker::new(source.clone())),
            source,
        })
    }

    /// Why the last attempt to make a valid instance failed, if any did.
    pub fn failure(&self) -> Option<String> {
        self.source.failure()
    }

    /// The strategy that valid instances are drawn through. It shrinks through valid instances only.
    pub fn strategy(&self) -> InstanceStrategy {
        InstanceStrategy::new(self.source.clone())
    }

    /// A valid instance. Equal seeds give equal instances.
    pub fn valid(&self, seed: Seed) -> Result<Value, GenerateError> {
        self.strategy().draw(&mut seed.runner())
    }

    /// A valid instance with nothing in it but what is required.
    pub fn minimal(&self, seed: Seed) -> Result<Value, GenerateError> {
        let mut dice = Dice::new(seed.number());
        self.source.draw(&mut dice, Mode::Minimal, None)
    }

    /// A valid instance with every optional part that fits into it.
    pub fn full(&self, seed: Seed) -> Result<Value, GenerateError> {
        let mut dice = Dice::new(seed.number());
        self.source.draw(&mut dice, Mode::Full, None)
    }

    /// Valid instances without end. Each takes choices that those before it did not take, so that a
    /// few of them reach more of the schema than as many from [`Self::valid`]. Ends when none is found.
    pub fn series(&self, seed: Seed) -> impl Iterator<Item = Value> + use<> {
        let source = self.source.clone();
        let mut dice = Dice::new(seed.number());
        let mut usage = Usage::default();
        std::iter::from_fn(move || source.draw(&mut dice, Mode::Random, Some(&mut usage)).ok())
    }

    /// Up to `count` invalid instances: every keyword at every place once before any of them twice,
    /// in an order that the seed decides.
    ///
    /// Each breaks what its mutation says, as the validator reports it; a violation within `anyOf`
    /// or `oneOf` is reported, and named, as one of that keyword. Fewer than `count` when there are
    /// no more ways to break the schema.
    ///
    /// Where no planned breach succeeds, small changes are tried; those are labelled with what the
    /// validator reports first.
    pub fn invalid(&self, seed: Seed, count: usize) -> Vec<Invalid> {
        self.invalid_within(seed, count, &Work::of(count))
    }

    /// As [`Self::invalid`], for no more than this work.
    pub fn invalid_within(&self, seed: Seed, count: usize, work: &Work<'_>) -> Vec<Invalid> {
        // What is no valid instance to begin with cannot be broken in one way.
        if self.source.reading() == Reading::AnyBranch {
            return Vec::new();
        }
        let mut dice = Dice::new(seed.number());
        let found = self.breaker.invalid(&mut dice, count, work);
        if !found.is_empty() || self.source.reading() == Reading::AnyBranch {
            return found.into_iter().map(|made| made.invalid).collect();
        }
        let valid: Vec<Value> = self.series(seed).take(4).collect();
        let schema = self.source.schema();
        stray::strays(schema, self.source.validator(), &valid, &mut dice, count)
    }

    /// Up to `count` instances that break a schema, whether or not anything satisfies it: found by
    /// trying, and labelled with what the validator reports first.
    pub fn strays(
        schema: &Schema,
        seed: Seed,
        count: usize,
    ) -> Result<Vec<Invalid>, GenerateError> {
        let validator = schema.validator()?;
        let mut dice = Dice::new(seed.number());
        Ok(stray::strays(schema, &validator, &[], &mut dice, count))
    }

    /// The strategy of invalid instances. They keep their mutation, and whether it is the only one,
    /// when they shrink.
    pub fn invalid_strategy(&self) -> InvalidStrategy {
        InvalidStrategy::new(self.breaker.clone())
    }

    /// Up to `limit` instances at the edges of what the schema allows, from both sides: members of
    /// enums, bounds and what lies beside them, each type and each wrong one, branches, members
    /// there and missing, and pairs of optional members. Always the same ones in the same order,
    /// none twice, and each keyword at each place once before any of them twice.
    pub fn boundary(&self, limit: usize) -> Vec<Boundary> {
        self.edges(limit, &Work::of(limit)).instances
    }

    /// As [`Self::boundary`], with what is left out of it, for no more than this work.
    pub fn edges(&self, limit: usize, work: &Work<'_>) -> Edges {
        boundary::boundary(&self.source, &self.breaker, limit, work)
    }
}

impl Boundary {
    /// The instance.
    pub fn value(&self) -> &Value {
        match self {
            Self::Valid(shown) => &shown.value,
            Self::Invalid(invalid) => &invalid.value,
        }
    }

    /// Whether it is valid.
    pub fn is_valid(&self) -> bool {
        matches!(self, Self::Valid(_))
    }
}

impl fmt::Debug for Generator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Generator({:?})", self.source)
    }
}
