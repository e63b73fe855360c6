//! Minimising: the smallest request that still makes the same difference.
//!
//! Optional parameters and members of the request are left out, all at once or in halves, as long as the
//! two sides still differ in the same way at the same place.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use super::compare::{Sides, compare};
use super::difference::Difference;
use super::halves::{leave_out, levels};
use super::outcome::Outcome;
use super::recording::{Answered, Recording};
use super::run::over;
use crate::case::{Authority, Case, Part, Phase};
use crate::code::{Code, Severity};
use crate::http::Transport;
use crate::probe::{Probe, Stop};
use crate::spec::{Operation, Spec};

/// How many differences are minimised.
const MOST: usize = 10;
/// How often both sides are asked for one of them.
const MOST_SENDS: usize = 60;

/// What a difference is known by: its case, category, kind and place.
pub(super) type Name = (String, Code, &'static str, String);

/// Smaller cases for differences.
#[derive(Debug, Default)]
pub struct Minimal {
    pub(super) found: BTreeMap<Name, Smaller>,
}

impl Minimal {
    /// These and others.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.found.extend(others.found);
        self
    }
}

/// A smaller case, and what both sides answered to it.
#[derive(Debug)]
pub(super) struct Smaller {
    pub(super) baseline: Answered,
    pub(super) candidate: Answered,
    pub(super) difference: Difference,
    /// How many parts of the request were left out.
    pub(super) dropped: usize,
    /// The steps of its workflow that are left; none where steps were not left out.
    pub(super) steps: Vec<String>,
}

/// One side, to be asked again.
#[derive(Debug)]
pub struct Again<'a, T> {
    /// The target's credentials.
    pub authority: &'a Authority,
    /// The way to it.
    pub transport: &'a T,
}

/// Looks for smaller cases for the gravest differences. `writes` says whether requests that may change
/// something may be sent again.
pub async fn minimise<B: Transport, C: Transport>(
    spec: &Spec,
    (baseline, candidate): (&Again<'_, B>, &Again<'_, C>),
    (left, right): (&Recording, &Recording),
    outcome: &Outcome,
    sides: &Sides<'_>,
    (writes, stop): (bool, &Stop),
) -> Minimal {
    let mut minimal = Minimal::default();
    let groups = outcome.groups();
    let mut seen = BTreeSet::new();
    let grave = groups
        .iter()
        .filter(|group| group.severity > Severity::Note && group.code != Code::PARITY_STATE)
        .filter(|group| seen.insert(group.likeness()));
    for group in grave.take(MOST) {
        let (pair, difference) = group.first;
        let (Some(one), Some(other)) =
            (left.answers.get(&pair.name), right.answers.get(&pair.name))
        else {
            continue;
        };
        let phase = one.verdict.case.phase;
        let Some(operation) = spec.operations.get(&pair.operation) else {
            continue;
        };
        // The first request of a sequence stands for itself.
        let is_first = one.verdict.before.is_empty() && other.verdict.before.is_empty();
        let is_alone = phase != Phase::Scenario && (phase != Phase::Stateful || is_first);
        if !is_alone || !(writes || operation.is_safe()) {
            continue;
        }
        let parties = (baseline, candidate);
        let cases = (&one.verdict.case, &other.verdict.case);
        let parts = cases.0.optional_parts(operation);
        let mut smaller = Shrinking {
            spec,
            sides,
            stop,
            difference,
            operation,
            cases,
            without: Vec::new(),
            best: None,
        };
        smaller.run(parts, parties).await;
        let best = smaller.best;
        if let Some(smaller) = best {
            let name = name(&pair.name, difference);
            minimal.found.insert(name, smaller);
        }
    }
    minimal
}

/// One case that becomes smaller.
struct Shrinking<'a> {
    spec: &'a Spec,
    sides: &'a Sides<'a>,
    stop: &'a Stop,
    difference: &'a Difference,
    operation: &'a Operation,
    /// The cases of both sides, as they were planned.
    cases: (&'a Case, &'a Case),
    /// What is left out so far.
    without: Vec<Part>,
    best: Option<Smaller>,
}

impl Shrinking<'_> {
    async fn run<B: Transport, C: Transport>(
        &mut self,
        parts: Vec<Part>,
        (baseline, candidate): (&Again<'_, B>, &Again<'_, C>),
    ) {
        let mut sends = 0;
        let attempt = async |chunk: &[Part]| {
            let without = [&self.without, chunk].concat();
            let (one, other) = self.cases;
            let (Some((one, dropped)), Some((other, _))) =
                (one.without(&without), other.without(&without))
            else {
                return ControlFlow::Continue(true);
            };
            let before = self.best.as_ref().map_or(0, |best| best.dropped);
            if dropped == before {
                return ControlFlow::Continue(true);
            }
            if !one.reads_as(self.cases.0, self.spec, self.operation) {
                return ControlFlow::Continue(false);
            }
            if sends == MOST_SENDS {
                return ControlFlow::Break(());
            }
            sends += 1;
            let sent = async {
                tokio::join!(
                    answered(self.spec, baseline, one),
                    answered(self.spec, candidate, other)
                )
            };
            let sent = tokio::select! {
                sent = sent => sent,
                () = over(self.stop) => return ControlFlow::Break(()),
            };
            let (Some(baseline), Some(candidate)) = sent else {
                return ControlFlow::Continue(false);
            };
            let Some(difference) = still(&baseline, &candidate, self.difference, self.sides) else {
                return ControlFlow::Continue(false);
            };
            self.without = without;
            self.best = Some(Smaller {
                baseline,
                candidate,
                difference,
                dropped,
                steps: Vec::new(),
            });
            ControlFlow::Continue(true)
        };
        leave_out(levels(parts, Part::depth), attempt).await;
    }
}

/// What a difference of a case is known by.
pub(super) fn name(case: &str, difference: &Difference) -> Name {
    (
        case.to_owned(),
        difference.code,
        difference.kind,
        difference.place.clone(),
    )
}

async fn answered<T: Transport>(spec: &Spec, side: &Again<'_, T>, case: Case) -> Option<Answered> {
    let probe = Probe {
        spec,
        api: 0,
        authority: side.authority,
        transport: side.transport,
    };
    let verdict = probe.send(case, &[]).await.ok()?;
    Some(Answered {
        verdict,
        step: None,
        tries: Vec::new(),
        after_write: false,
        cut: None,
    })
}

/// The same difference between two other answers.
fn still(
    one: &Answered,
    other: &Answered,
    difference: &Difference,
    sides: &Sides<'_>,
) -> Option<Difference> {
    let recording = |answered: &Answered| {
        let mut recording = Recording::default();
        recording.answers.insert(String::new(), answered.clone());
        recording
    };
    let pairs = compare(&recording(one), &recording(other), sides);
    let mut found = pairs.into_iter().flat_map(|pair| pair.differences);
    found.find(|found| found.is_same(difference))
}
