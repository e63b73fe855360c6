//! Replaying: what became of the differences that a report tells, after their cases were sent to both sides
//! once more.

use serde::{Deserialize, Serialize};

use super::acceptance::accept;
use super::break_off::broken_off;
use super::compare::{Sides, compare};
use super::difference::{Difference, Pair};
use super::judge::follow;
use super::lone::lone;
use super::recording::{Answered, Recording};
use super::retries::retried;
use crate::case::{Address, Phase, Skip};
use crate::code::{Code, Severity};
use crate::conform::Pick;
use crate::record::Recipe;
use crate::seed::Seed;
use crate::spec::OperationId;

/// What a `parity.json` of two targets says, as far as its cases are to be sent once more.
#[derive(Debug, Clone, Deserialize)]
pub struct Told {
    /// What was compared: `targets`.
    pub mode: String,
    /// The run's seed.
    pub seed: Seed,
    /// What it was made from; `None` in reports of versions that did not tell.
    #[serde(default)]
    pub again: Option<Recipe>,
    /// From which severity on differences fail the run, if any do.
    #[serde(default)]
    pub fail_on: Option<Severity>,
    /// The differences in groups.
    pub differences: Vec<ToldDifference>,
    /// What does not count.
    pub noise: Vec<ToldNoise>,
}

/// Differences that are the same but for the case.
#[derive(Debug, Clone, Deserialize)]
pub struct ToldDifference {
    /// The category.
    pub code: Code,
    /// The kind of it.
    pub kind: String,
    /// How much it matters.
    pub severity: Severity,
    /// Whether a rule accepts them.
    #[serde(default)]
    pub accepted: bool,
    /// The operation.
    pub operation: OperationId,
    /// Where in the answer.
    pub place: String,
    /// What is wrong with the requests, if anything is.
    pub defect: Option<String>,
    /// In words.
    pub message: String,
    /// The first of the cases, if it was generated.
    #[serde(default)]
    pub case: Option<Stand>,
    /// The same for a step of a workflow.
    #[serde(default)]
    pub step: Option<StepStand>,
}

/// Noise at one place.
#[derive(Debug, Clone, Deserialize)]
pub struct ToldNoise {
    /// The operation.
    pub operation: OperationId,
    /// Where.
    pub place: String,
    /// The category of the differences that do not count.
    pub code: Code,
}

/// Where a generated case stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stand {
    /// In its plan.
    pub address: Address,
    /// Where it came from.
    pub phase: Phase,
}

/// Where a step of a workflow stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepStand {
    /// `workflow/step`.
    pub name: String,
    /// Which of its runs, and which visit of that: what both sides have in common.
    pub visit: String,
}

/// What became of a difference.
#[derive(Debug, Clone)]
pub enum Standing<'a> {
    /// The sides still differ in the same way.
    Still(&'a Answered, &'a Answered),
    /// They differ in a way that the report does not tell; which.
    Otherwise(&'a Answered, &'a Answered, &'a Difference),
    /// They agree there.
    Gone(&'a Answered, &'a Answered),
    /// The case was not sent to both; why.
    NotReached(String),
}

/// What both sides answered to some of the cases of a report.
#[derive(Debug)]
pub struct Replay<'a> {
    recordings: (&'a Recording, &'a Recording),
    pairs: Vec<Pair>,
    told: &'a Told,
}

impl ToldDifference {
    /// The case, if it was generated.
    pub fn pick(&self) -> Option<Pick> {
        let case = self.case.as_ref()?;
        Some(Pick {
            address: case.address.clone(),
            operation: self.operation.clone(),
            phase: case.phase,
        })
    }

    fn is(&self, difference: &Difference) -> bool {
        let own = (self.code, &*self.kind, &*self.place);
        own == (difference.code, difference.kind, &*difference.place)
    }
}

impl Told {
    /// Whether differences fail the run.
    pub fn fails(&self, row: &ToldDifference) -> bool {
        !row.accepted && self.counts(row.severity)
    }

    /// Whether differences of this severity fail the run.
    fn counts(&self, severity: Severity) -> bool {
        self.fail_on.is_some_and(|least| severity >= least)
    }

    /// Whether a difference is one that the report tells, as such or as noise.
    fn knows(&self, pair: &Pair, difference: &Difference) -> bool {
        let mut differences = self.differences.iter();
        let mut noise = self.noise.iter();
        differences.any(|told| {
            told.is(difference)
                && (&told.operation, &told.defect) == (&pair.operation, &pair.defect)
        }) || noise.any(|noisy| {
            let place = (&noisy.operation, &noisy.place, noisy.code);
            place == (&pair.operation, &difference.place, difference.code)
        })
    }
}

impl<'a> Replay<'a> {
    /// Compares what both sides answered.
    pub fn new(
        recordings: (&'a Recording, &'a Recording),
        sides: &Sides<'_>,
        told: &'a Told,
    ) -> Self {
        let (left, right) = recordings;
        let mut pairs = compare(left, right, sides);
        broken_off(&mut pairs, recordings, &[]);
        retried(&mut pairs, recordings, &[]);
        follow(&mut pairs, left, right);
        accept(&mut pairs, sides.rules, sides.specs);
        Self {
            recordings,
            pairs,
            told,
        }
    }

    /// What became of a difference.
    pub fn standing(&self, told: &ToldDifference) -> Standing<'_> {
        let both: Vec<(&Pair, &Answered, &Answered)> = self.both(told);
        let find = |fits: &dyn Fn(&Pair, &Difference) -> bool| {
            both.iter().find_map(|(pair, one, other)| {
                let differences = pair.differences.iter();
                let grave = |one: &&Difference| {
                    // What is accepted by now is still there.
                    one.severity > Severity::Note || one.accepted || told.severity == Severity::Note
                };
                let found = differences.filter(grave).find(|one| fits(pair, one))?;
                Some((*one, *other, found))
            })
        };
        if let Some((one, other, _)) = find(&|_, difference| told.is(difference)) {
            return Standing::Still(one, other);
        }
        let is_new = |pair: &Pair, difference: &Difference| {
            !difference.accepted
                && self.told.counts(difference.severity)
                && !self.told.knows(pair, difference)
        };
        match (find(&is_new), both.first()) {
            (Some((one, other, found)), _) => Standing::Otherwise(one, other, found),
            (None, Some((_, one, other))) => Standing::Gone(one, other),
            (None, None) => Standing::NotReached(match told.pick() {
                Some(pick) => self.reason(&pick),
                None => "the workflow does not come to it on both sides".to_owned(),
            }),
        }
    }

    /// The answers of both sides to a case.
    fn both(&self, told: &ToldDifference) -> Vec<(&Pair, &Answered, &Answered)> {
        let (left, right) = self.recordings;
        let is_it = |pair: &Pair, answered: &Answered| match (&told.case, &told.step) {
            (Some(case), _) => answered.verdict.case.address() == case.address,
            (None, Some(step)) => pair.name == step.visit,
            (None, None) => false,
        };
        let both = self.pairs.iter().filter_map(|pair| {
            let one = left.answers.get(&pair.name)?;
            let other = right.answers.get(&pair.name)?;
            is_it(pair, one).then_some((pair, one, other))
        });
        both.collect()
    }

    /// Why a case was not sent to both sides.
    fn reason(&self, pick: &Pick) -> String {
        let (left, right) = self.recordings;
        let lone = lone(left, right);
        if let Some(found) = lone.iter().find(|lone| lone.operation == pick.operation) {
            return format!(
                "only the {} was sent it: {}",
                found.side.name(),
                found.reason
            );
        }
        let mut skipped = left.skipped.iter().chain(&right.skipped);
        let own = |skip: &&Skip| (&skip.operation, skip.phase) == (&pick.operation, pick.phase);
        match skipped.find(own) {
            Some(skip) => skip.reason.clone(),
            None => "what comes before it led elsewhere".to_owned(),
        }
    }
}
