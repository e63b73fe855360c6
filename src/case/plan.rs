//! Plans: which cases to send to which operations, from a seed.
//!
//! Every case is proved on its wire form before it is planned: a valid one holds nothing that a
//! reader of its bytes could object to, an invalid one exactly one defect.

use std::collections::HashSet;

use serde::Serialize;

use super::encode::identify;
use super::proof::{Flaw, arrives, flaws};
use super::resource::{Resources, documented};
use super::source::{Generators, Source};
use super::{Case, CaseId, Inputs, Intent, Phase, boundary, examples, invalid, protocol, valid};
use crate::http::Request;
use crate::seed::Seed;
use crate::spec::{Operation, OperationId, Spec};

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
    /// How many cases to make per operation, phase and side; of the edges, per body and parameter.
    pub cases: usize,
    /// The selected operations.
    pub operations: Vec<OperationId>,
    /// Known good values of parameters, besides the documented ones, which they replace.
    pub resources: Resources,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skip {
    /// The operation.
    pub operation: OperationId,
    /// In which phase.
    pub phase: Phase,
    /// Why, a lower-case fragment.
    pub reason: String,
}

/// How many seeds are tried for a valid request.
const ATTEMPTS: u64 = 8;

/// Makes the plan: the selected operations in document order, but those that delete come last, so
/// that what they delete is there for the others. For each: examples, boundary, valid, invalid and
/// protocol cases.
pub fn plan(spec: &Spec, options: &PlanOptions) -> Plan {
    let documented = documented(spec);
    let mut planner = Planner {
        spec,
        options,
        plan: Plan::default(),
        seen: HashSet::new(),
    };
    let mut operations: Vec<&Operation> = spec
        .operations
        .values()
        .filter(|operation| options.operations.contains(&operation.id))
        .collect();
    operations.sort_by_key(|operation| operation.method == "DELETE");
    let generators = Generators::shared();
    for operation in operations {
        match Source::new(
            spec,
            operation,
            &options.resources,
            &documented,
            &generators,
        ) {
            Ok(source) => planner.operation(&source),
            Err(reason) => planner.skip(operation, planner.first_phase(), reason),
        }
    }
    planner.plan
}

/// A case that is valid on the wire, from one of a few seeds.
pub(super) fn proved(
    source: &Source<'_>,
    phase: Phase,
    seed: Seed,
    make: &dyn Fn(Seed) -> Result<Inputs, String>,
) -> Result<(Case, Request), String> {
    let mut failure = String::new();
    for attempt in 0..ATTEMPTS {
        let seed = seed.derive("attempt", attempt);
        match make(seed).and_then(|inputs| prove(source, phase, inputs, seed)) {
            Ok(found) => return Ok(found),
            Err(reason) => failure = reason,
        }
    }
    Err(failure)
}

/// The case of these inputs, if it is valid on the wire, or is but for branches that the document
/// cannot tell apart.
pub(super) fn prove(
    source: &Source<'_>,
    phase: Phase,
    inputs: Inputs,
    seed: Seed,
) -> Result<(Case, Request), String> {
    let (mut case, request) = named(source, phase, Intent::Valid, inputs, seed)?;
    match flaws(source.spec, source.operation, &request).first() {
        Some(Flaw::Body) => return Err("the body would arrive as an invalid one".to_owned()),
        Some(Flaw::Parameter(place, name)) => {
            return Err(format!(
                "{place} parameter `{name}` would arrive as an invalid one"
            ));
        }
        Some(Flaw::Ambiguity) => case.ambiguous = true,
        None => {}
    }
    if arrives(source.spec, source.operation, &request) {
        Ok((case, request))
    } else {
        Err(format!(
            "the path `{}` leads to another operation",
            request.path_only()
        ))
    }
}

/// A case with its id, and its request without credentials.
pub(super) fn named(
    source: &Source<'_>,
    phase: Phase,
    intent: Intent,
    inputs: Inputs,
    seed: Seed,
) -> Result<(Case, Request), String> {
    identify(
        source.spec,
        &source.operation.id,
        phase,
        intent,
        inputs,
        seed,
    )
    .map_err(|error| error.to_string())
}

/// A plan in the making.
pub(super) struct Planner<'a> {
    pub(super) spec: &'a Spec,
    pub(super) options: &'a PlanOptions,
    plan: Plan,
    seen: HashSet<CaseId>,
}

impl Planner<'_> {
    fn operation(&mut self, source: &Source<'_>) {
        let operation = source.operation;
        let seed = self.options.seed.derive(operation.id.as_str(), 0);
        for reason in &source.left_out {
            self.skip(operation, self.first_phase(), reason.clone());
        }
        if let Err(reason) = source.twin(seed) {
            self.skip(operation, self.first_phase(), reason);
            return;
        }
        for reason in source.unsendable(seed) {
            self.skip(operation, self.first_phase(), reason);
        }
        let count = self.options.cases;
        // Once a valid request has deleted what there was, a 404 hides whether credentials matter.
        let deletes = operation.method == "DELETE";
        if deletes && self.options.modes != Modes::Valid {
            protocol::plan(self, source, seed.derive("protocol", 0));
        }
        if self.options.modes != Modes::Invalid {
            examples::plan(self, source, seed.derive("examples", 0));
        }
        boundary::plan(self, source, seed.derive("boundary", 0), count);
        if self.options.modes != Modes::Invalid {
            valid::plan(self, source, seed.derive("valid", 0), count);
        }
        if self.options.modes != Modes::Valid {
            invalid::plan(self, source, seed.derive("invalid", 0), count);
            if !deletes {
                protocol::plan(self, source, seed.derive("protocol", 0));
            }
        }
    }

    fn first_phase(&self) -> Phase {
        match self.options.modes {
            Modes::Invalid => Phase::Invalid,
            Modes::Valid | Modes::All => Phase::Valid,
        }
    }

    /// Adds a case unless the same request is planned already.
    pub(super) fn add(&mut self, case: Case) -> bool {
        let is_new = self.seen.insert(case.id.clone());
        if is_new {
            self.plan.cases.push(case);
        }
        is_new
    }

    /// Notes that something is left out; the same thing once.
    pub(super) fn skip(&mut self, operation: &Operation, phase: Phase, reason: String) {
        let skip = Skip {
            operation: operation.id.clone(),
            phase,
            reason,
        };
        if !self.plan.skipped.contains(&skip) {
            self.plan.skipped.push(skip);
        }
    }
}
