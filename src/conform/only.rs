//! Selections: a few cases of a run that are sent once more, and what they need.

use std::collections::BTreeSet;

use super::link;
use super::relation::{Relation, Rewrite};
use crate::case::{
    Address, Case, Intent, Part, Phase, PlanOptions, ResourceKey, plan, resource_key,
};
use crate::record::FindingRow;
use crate::spec::{Operation, OperationId, PathTemplate, Place, Spec};

/// A case of an earlier run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pick {
    /// Where it stands in its plan.
    pub address: Address,
    /// Its operation.
    pub operation: OperationId,
    /// Where it came from.
    pub phase: Phase,
}

impl Pick {
    /// The case that shows a finding; `None` if it was not planned, or the report does not tell.
    pub fn of(finding: &FindingRow) -> Option<Self> {
        Some(Self {
            address: finding.example.address.clone()?,
            operation: finding.operation.clone(),
            phase: finding.example.phase,
        })
    }
}

/// Which cases of a run are sent once more. What they need goes before them: the resources that they
/// name are created or looked up anew, and sequences are gone through from their beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Only {
    /// The cases.
    pub picks: BTreeSet<Pick>,
    /// Whether whatever may have changed something before them is sent again as well.
    pub with_writes: bool,
    /// What is left out of the cases that stand there.
    pub without: Vec<(Address, Part)>,
}

impl Only {
    /// These cases, whole.
    pub fn new(picks: BTreeSet<Pick>, with_writes: bool) -> Self {
        Self {
            picks,
            with_writes,
            without: Vec::new(),
        }
    }

    /// Whether a case is one of those that were picked.
    pub fn takes(&self, case: &Case) -> bool {
        self.has_place(&case.address())
    }

    /// Whether a case that stands there was picked.
    pub(super) fn has_place(&self, address: &Address) -> bool {
        self.picks.iter().any(|pick| pick.address == *address)
    }

    /// A case without what is left out of it.
    pub(super) fn lean(&self, case: Case) -> Case {
        if self.without.is_empty() {
            return case;
        }
        let address = case.address();
        let parts = self.without.iter();
        let own = parts.filter(|(at, _)| *at == address).map(|(_, part)| part);
        case.without(own).map_or(case, |(lean, _)| lean)
    }

    /// Whether a case of this operation was picked.
    pub(super) fn is_about(&self, operation: &OperationId) -> bool {
        let mut picks = self.picks.iter();
        picks.any(|pick| pick.operation == *operation)
    }

    /// Whether a case of this phase and operation was picked.
    pub(super) fn has(&self, phase: Phase, operation: &OperationId) -> bool {
        let mut picks = self.picks.iter();
        picks.any(|pick| pick.phase == phase && pick.operation == *operation)
    }

    /// Whether a case of one of these operations was picked from a sequence.
    fn has_any<'o>(&self, operations: impl IntoIterator<Item = &'o OperationId>) -> bool {
        let mut operations = operations.into_iter();
        operations.any(|id| self.has(Phase::Stateful, id))
    }

    /// Whether a case was picked that is part of a sequence.
    pub(super) fn has_sequences(&self) -> bool {
        self.picks.iter().any(|pick| pick.phase == Phase::Stateful)
    }

    /// The cases of a plan that are sent: those that were picked, and what may have changed something
    /// before the last of them; with that, whatever else is valid of the same operations, since what a
    /// picked case named by chance may not be there any more.
    pub(super) fn narrow(&self, cases: Vec<Case>, is_safe: impl Fn(&Case) -> bool) -> Vec<Case> {
        let last = if self.has_sequences() {
            cases.len()
        } else {
            let found = cases.iter().rposition(|case| self.takes(case));
            found.map_or(0, |last| last + 1)
        };
        let numbered = cases.into_iter().enumerate();
        numbered
            .filter(|(number, case)| {
                let is_like = case.intent == Intent::Valid && self.is_about(&case.operation);
                let is_before = *number < last && !is_safe(case);
                self.takes(case) || self.with_writes && (is_before || is_like)
            })
            .map(|(_, case)| case)
            .collect()
    }

    /// The operations that have to be planned.
    pub(super) fn planned(&self, selected: &[OperationId]) -> Vec<OperationId> {
        let is_planned = |id: &&OperationId| {
            let mut picks = self.picks.iter();
            self.with_writes
                || picks.any(|pick| pick.operation == **id && Phase::PLANNED.contains(&pick.phase))
        };
        selected.iter().filter(is_planned).cloned().collect()
    }

    /// Those of the kinds of resources that the picked cases need, outer ones first.
    pub(super) fn needed(&self, spec: &Spec, relations: Vec<Relation>) -> Vec<Relation> {
        if self.with_writes {
            return relations;
        }
        let mut wanted = self.wanted(spec);
        let mut found = Vec::new();
        // Inner ones first: they ask for the outer ones.
        for relation in relations.into_iter().rev() {
            if wanted.contains(&relation.key()) || self.has_any(relation.operations()) {
                let collection = PathTemplate::new(&relation.collection);
                wanted.extend(keys(&collection));
                found.push(relation);
            }
        }
        found.reverse();
        found
    }

    /// Whether a sequence that creates, reads and deletes such a resource has a case that was picked.
    pub(super) fn ends(&self, relation: &Relation) -> bool {
        self.has_any(relation.operations())
    }

    /// Whether the list of such resources was picked: it is asked for where none could be created.
    pub(super) fn lists(&self, relation: &Relation) -> bool {
        self.has_any(&relation.list)
    }

    /// Whether one of the two was picked.
    pub(super) fn rewrites(&self, rewrite: &Rewrite) -> bool {
        self.has_any([&rewrite.write, &rewrite.read])
    }

    /// Whether an operation is asked for what its links lead to.
    pub(super) fn follows(&self, spec: &Spec, operation: &Operation) -> bool {
        if self.with_writes || self.has(Phase::Stateful, &operation.id) {
            return true;
        }
        let wanted = self.wanted(spec);
        let mut linked = link::wanted(spec, operation).into_iter();
        linked.any(|key| wanted.contains(&key))
    }

    /// What the paths of the picked cases name.
    fn wanted(&self, spec: &Spec) -> BTreeSet<ResourceKey> {
        let operations = self.picks.iter();
        let operations = operations.filter_map(|pick| spec.operations.get(&pick.operation));
        operations
            .flat_map(|operation| keys(&operation.path))
            .collect()
    }
}

/// The picked cases that a document does not lead to. Sequences depend on answers: of them only the
/// operations are looked for.
pub fn lost<'p>(spec: &Spec, options: &PlanOptions, picks: &'p BTreeSet<Pick>) -> Vec<&'p Pick> {
    let is_planned = |pick: &&Pick| Phase::PLANNED.contains(&pick.phase);
    let operations = picks
        .iter()
        .filter(is_planned)
        .map(|pick| pick.operation.clone());
    let options = PlanOptions {
        operations: operations.collect(),
        ..options.clone()
    };
    let made = plan(spec, &options).cases;
    let made: BTreeSet<Address> = made.iter().map(Case::address).collect();
    let is_lost = |pick: &&Pick| {
        if is_planned(pick) {
            !made.contains(&pick.address)
        } else {
            !spec.operations.contains_key(&pick.operation)
        }
    };
    picks.iter().filter(is_lost).collect()
}

/// What a path names.
fn keys(path: &PathTemplate) -> Vec<ResourceKey> {
    path.expressions()
        .map(|name| resource_key(path, Place::Path, name))
        .collect()
}
