//! Sequences of generated cases: the smallest requests that still make the same difference when the
//! sequence is gone through anew on both sides.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::compare::{Sides, compare};
use super::difference::Difference;
use super::halves::{leave_out, levels};
use super::minimise::{Minimal, Smaller, name};
use super::outcome::Outcome;
use super::recording::{Answered, Recording};
use crate::case::{Address, Case, Part, Phase};
use crate::code::Severity;
use crate::conform::{Only, Pick};
use crate::probe::Stop;
use crate::spec::Spec;

/// How many differences are looked at.
const MOST: usize = 5;
/// How often a sequence is gone through for one of them.
const MOST_RUNS: usize = 40;

/// Looks for smaller requests for the gravest differences of sequences, but for their first requests,
/// which stand for themselves. `run` goes through what was picked on both sides anew; `None` where that
/// cannot be done.
pub async fn shrink(
    spec: &Spec,
    (left, right): (&Recording, &Recording),
    (outcome, sides): (&Outcome, &Sides<'_>),
    stop: &Stop,
    mut run: impl AsyncFnMut(Only) -> Option<(Recording, Recording)>,
) -> Minimal {
    let mut minimal = Minimal::default();
    let mut seen = BTreeSet::new();
    let groups = outcome.groups();
    let grave = groups.iter().filter_map(|group| {
        let (pair, difference) = group.first;
        let answers = [left, right].map(|side| side.answers.get(&pair.name));
        let [Some(one), Some(other)] = answers else {
            return None;
        };
        let is_later = |side: &Answered| !side.verdict.before.is_empty();
        let is_meant = group.severity > Severity::Note
            && one.verdict.case.phase == Phase::Stateful
            && (is_later(one) || is_later(other))
            && seen.insert(group.likeness());
        is_meant.then_some((pair, difference, &one.verdict.case))
    });
    for (pair, difference, case) in grave.take(MOST) {
        if stop.is_asked() {
            break;
        }
        let mut shrinking = Shrinking {
            name: &pair.name,
            difference,
            sides,
            pick: Pick {
                address: case.address(),
                operation: case.operation.clone(),
                phase: case.phase,
            },
            without: Vec::new(),
            chain: Vec::new(),
            runs: 0,
        };
        let found = shrinking.search(spec, stop, &mut run).await;
        if let Some(smaller) = found {
            minimal.found.insert(name(&pair.name, difference), smaller);
        }
    }
    minimal
}

/// One difference whose sequence becomes smaller.
struct Shrinking<'a> {
    name: &'a str,
    difference: &'a Difference,
    sides: &'a Sides<'a>,
    pick: Pick,
    /// What is left out so far.
    without: Vec<(Address, Part)>,
    /// The cases that lead to the difference, as they were made.
    chain: Vec<(Address, Case)>,
    runs: usize,
}

impl Shrinking<'_> {
    async fn search(
        &mut self,
        spec: &Spec,
        stop: &Stop,
        run: &mut impl AsyncFnMut(Only) -> Option<(Recording, Recording)>,
    ) -> Option<Smaller> {
        let (recording, _) = self.attempt(&[], 0, run).await?;
        let last = recording.answers.get(self.name)?;
        let leads = |answered: &&Answered| last.follows(answered);
        let chain = recording.answers.values().filter(leads).chain([last]);
        let chain = chain.map(|answered| &answered.verdict.case);
        self.chain = chain.map(|case| (case.address(), case.clone())).collect();
        let parts = self.chain.iter().flat_map(|(address, case)| {
            let operation = spec.operations.get(&case.operation);
            let parts = operation.map(|operation| case.optional_parts(operation));
            let parts = parts.unwrap_or_default().into_iter();
            parts.map(move |part| (address.clone(), part))
        });
        let levels = levels(parts, |(_, part)| part.depth());
        let mut best: Option<Smaller> = None;
        leave_out(levels, async |chunk: &[(Address, Part)]| {
            let lean = self.lean(chunk);
            let dropped = lean.iter().map(|(_, _, dropped)| dropped).sum();
            if dropped == best.as_ref().map_or(0, |best| best.dropped) {
                return ControlFlow::Continue(true);
            }
            if !lean
                .iter()
                .all(|(whole, lean, _)| reads_as(lean, whole, spec))
            {
                return ControlFlow::Continue(false);
            }
            if self.runs >= MOST_RUNS || stop.is_asked() {
                return ControlFlow::Break(());
            }
            let found = self.attempt(chunk, dropped, run).await;
            let is_smaller = found.is_some();
            if let Some((_, smaller)) = found {
                best = Some(smaller);
                self.without.extend_from_slice(chunk);
            }
            ControlFlow::Continue(is_smaller)
        })
        .await;
        best
    }

    /// Goes through the sequence without some more parts, so many in all; what the baseline answered and what shows the
    /// difference, if it is still there.
    async fn attempt(
        &mut self,
        chunk: &[(Address, Part)],
        dropped: usize,
        run: &mut impl AsyncFnMut(Only) -> Option<(Recording, Recording)>,
    ) -> Option<(Recording, Smaller)> {
        self.runs += 1;
        let only = Only {
            picks: BTreeSet::from([self.pick.clone()]),
            with_writes: false,
            without: [&self.without, chunk].concat(),
        };
        let (one, other) = run(only).await?;
        let mut pairs = compare(&one, &other, self.sides).into_iter();
        let pair = pairs.find(|pair| pair.name == self.name)?;
        let mut differences = pair.differences.into_iter();
        let difference = differences.find(|found| found.is_same(self.difference))?;
        let smaller = Smaller {
            baseline: one.answers.get(self.name)?.clone(),
            candidate: other.answers.get(self.name)?.clone(),
            difference,
            dropped,
            steps: Vec::new(),
        };
        Some((one, smaller))
    }

    /// The cases without some more parts, behind the whole ones, and how many parts they lose.
    fn lean(&self, chunk: &[(Address, Part)]) -> Vec<(&Case, Case, usize)> {
        let cases = self.chain.iter().filter_map(|(address, case)| {
            let parts = self.without.iter().chain(chunk);
            let own = parts.filter(|(at, _)| at == address).map(|(_, part)| part);
            let (lean, dropped) = case.without(own)?;
            Some((case, lean, dropped))
        });
        cases.collect()
    }
}

/// Whether what is left of a case is still what it is about.
fn reads_as(lean: &Case, whole: &Case, spec: &Spec) -> bool {
    let operation = spec.operations.get(&whole.operation);
    operation.is_some_and(|operation| lean.reads_as(whole, spec, operation))
}
