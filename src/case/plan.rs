//! Plans: which cases to send to which operations, from a seed.
//!
//! Every case is proved on its wire form before it is planned: a valid one holds nothing that a
//! reader of its bytes could object to, an invalid one exactly one defect.

use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use super::encode::identify;
use super::proof::{Flaw, arrives, flaws};
use super::resource::{Resources, documented};
use super::source::{Generators, Source};
use super::{
    Body, Case, CaseId, Inputs, Intent, Phase, boundary, examples, invalid, protocol, valid,
};
use crate::generate::{Work, values};
use crate::http::Request;
use crate::seed::Seed;
use crate::spec::{Operation, OperationId, Spec};

/// Which sides of the contract to exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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
    /// Which phases to plan. Stateful sequences are not planned: they depend on the answers.
    pub phases: BTreeSet<Phase>,
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
    /// How many edges of bodies and parameters have no case because of [`PlanOptions::cases`]. Not every
    /// one of them need have an instance.
    pub edges_left_out: usize,
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

/// The phases of an operation that deletes.
const DELETING: [Phase; 5] = [
    Phase::Protocol,
    Phase::Examples,
    Phase::Boundary,
    Phase::Valid,
    Phase::Invalid,
];

/// How many values the bodies and parameters may have that are tried for one operation. What is larger
/// than anyone wants to send is planned in fewer requests.
const ROOM: usize = 500_000;

/// How many seeds are tried for a valid request.
const ATTEMPTS: u64 = 8;

/// Makes the plan: the selected operations in document order, but those that delete come last, so
/// that what they delete is there for the others. For each: examples, boundary, valid, invalid and
/// protocol cases, as far as these phases are wanted.
pub fn plan(spec: &Spec, options: &PlanOptions) -> Plan {
    plan_while(spec, options, &|| true)
}

/// As [`plan`]; asks before each request that is tried, and before each instance that is judged for one,
/// whether to go on. What is left then is missing from the plan.
pub fn plan_while(spec: &Spec, options: &PlanOptions, goes_on: &dyn Fn() -> bool) -> Plan {
    let documented = documented(spec);
    let mut planner = Planner {
        spec,
        options,
        goes_on,
        room: ROOM,
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
        if !goes_on() {
            break;
        }
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
    goes_on: &'a dyn Fn() -> bool,
    /// How many values the requests of the operation may still have.
    room: usize,
    plan: Plan,
    seen: HashSet<CaseId>,
}

impl Planner<'_> {
    fn operation(&mut self, source: &Source<'_>) {
        let operation = source.operation;
        let seed = self.options.seed.derive(operation.id.as_str(), 0);
        self.room = ROOM;
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
        // Once a valid request has deleted what there was, a 404 hides whether credentials matter.
        let deletes = operation.method == "DELETE";
        let order = if deletes { &DELETING } else { &Phase::PLANNED };
        for phase in order {
            if self.wants(*phase) && (self.goes_on)() {
                self.phase(source, *phase, seed.derive(phase.name(), 0));
                if self.room == 0 {
                    let reason = "the requests are so large that no more of them were planned";
                    self.skip(operation, *phase, reason.to_owned());
                    break;
                }
            }
        }
    }

    /// Whether another request of the operation may be tried.
    pub(super) fn goes_on(&self) -> bool {
        self.room > 0 && (self.goes_on)()
    }

    /// The work that a list of so many instances may cost.
    pub(super) fn work(&self, count: usize) -> Work<'_> {
        Work::while_wanted(count, self.goes_on)
    }

    /// Notes what a list of instances lacks that was too much work.
    pub(super) fn skip_spent(&mut self, operation: &Operation, phase: Phase, is_spent: bool) {
        if is_spent {
            let reason = "the schema is so large that not everything in it was tried";
            self.skip(operation, phase, reason.to_owned());
        }
    }

    /// Counts the values of a request that is tried.
    pub(super) fn charge(&mut self, inputs: &Inputs) {
        let body = match &inputs.body {
            Some(Body::Instance { value, .. }) => values(value),
            _ => 0,
        };
        let parameters = inputs.parameters.values().map(values).sum::<usize>();
        self.room = self.room.saturating_sub(body.saturating_add(parameters));
    }

    fn phase(&mut self, source: &Source<'_>, phase: Phase, seed: Seed) {
        let count = self.options.cases;
        match phase {
            Phase::Examples => examples::plan(self, source, seed),
            Phase::Boundary => boundary::plan(self, source, seed, count),
            Phase::Valid => valid::plan(self, source, seed, count),
            Phase::Invalid => invalid::plan(self, source, seed, count),
            Phase::Protocol => protocol::plan(self, source, seed),
            Phase::Preflight | Phase::Stateful | Phase::Scenario => {}
        }
    }

    /// Whether a phase is wanted and has cases on a side that is wanted.
    fn wants(&self, phase: Phase) -> bool {
        let has_a_side = match phase {
            Phase::Examples | Phase::Valid => self.options.modes != Modes::Invalid,
            Phase::Invalid | Phase::Protocol => self.options.modes != Modes::Valid,
            Phase::Boundary => true,
            Phase::Preflight | Phase::Stateful | Phase::Scenario => false,
        };
        has_a_side && self.options.phases.contains(&phase)
    }

    /// The phase that is told when an operation is left out.
    fn first_phase(&self) -> Phase {
        let told = [Phase::Valid, Phase::Invalid];
        let mut told = told.into_iter().chain(Phase::PLANNED);
        told.find(|phase| self.wants(*phase))
            .unwrap_or(Phase::Valid)
    }

    /// Adds a case unless the same request is planned already.
    pub(super) fn add(&mut self, case: Case) -> bool {
        let is_new = self.seen.insert(case.id.clone());
        if is_new {
            self.plan.cases.push(case);
        }
        is_new
    }

    /// Counts edges that have no case because there were enough.
    pub(super) fn leave_out(&mut self, edges: usize) {
        self.plan.edges_left_out += edges;
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
