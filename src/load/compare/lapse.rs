//! Lapses: what became of requests that were not served, not answered as the document has it, or never sent.
//! Times of few, or of refusals, are no times of the work.

use super::named;
use super::student::{NORMAL, difference, mean};
use crate::load::measure::number;
use crate::record::{LoadReport, StepLoad};

/// By how much shares may differ, so that times are still those of the same answers, and what is no more
/// lapses to anybody.
const MARGIN: f64 = 0.01;
/// More failures than this, and times are mostly those of failures.
const MOST: f64 = 0.5;
/// Requests that were broken off after they had waited for longer than this percentile of the answers hang.
const LONG: f64 = 0.99;

/// What may be wrong with requests of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LapseKind {
    /// They failed, hung until they were broken off, had no answer, or were asked to come later.
    Unserved,
    /// They were not sent, for one step of the workflow before them.
    Unreached,
    /// The body breaks its schema.
    Violation,
    /// The status is not documented.
    Undocumented,
    /// A success criterion does not hold.
    Criterion,
}

/// The share of requests of a step of which something is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Lapse {
    /// The step: `scenario: workflow/step`.
    pub step: String,
    /// What is wrong.
    pub kind: LapseKind,
    /// From 0 to 1; of several runs, their mean.
    pub old: f64,
    /// The same of the new.
    pub new: f64,
    /// Whether it is more than before, with a confidence of 99 %: of all runs together, or of a single new
    /// one beside each of the old.
    pub is_more: bool,
    /// Whether it is more or less than before, and chance does not explain it.
    pub is_other: bool,
}

/// A step in one run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) step: &'a StepLoad,
    /// The first step of its workflow.
    first: &'a StepLoad,
    /// Iterations of its scenario that were broken off, in whichever step.
    interrupted: u64,
}

/// How many of how many.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    hits: f64,
    of: f64,
}

impl LapseKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Unserved,
        Self::Unreached,
        Self::Violation,
        Self::Undocumented,
        Self::Criterion,
    ];

    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unserved => "unserved",
            Self::Unreached => "unreached",
            Self::Violation => "schema-violations",
            Self::Undocumented => "undocumented-status",
            Self::Criterion => "criteria-failed",
        }
    }

    /// What is wrong with `a share of the old requests`, in words.
    fn told(self) -> &'static str {
        match self {
            Self::Unserved => {
                "requests failed, hung until they were broken off, or were asked to come later"
            }
            Self::Unreached => "requests were not sent, for what came before them",
            Self::Violation => "bodies broke their schemas",
            Self::Undocumented => "statuses were not documented",
            Self::Criterion => "criteria did not hold",
        }
    }

    /// The share in one run, where `most` requests are sent for one of the first step at best.
    fn share(self, run: Run<'_>, most: f64) -> Share {
        let step = run.step;
        let (hits, of) = match self {
            Self::Unserved => {
                let hung = hung(step);
                let unserved = step.failed.saturating_add(step.throttled);
                (
                    unserved.saturating_add(hung),
                    step.concluded().saturating_add(hung),
                )
            }
            Self::Unreached => {
                let begun = run.first.requests.saturating_sub(run.interrupted);
                let of = number(begun) * most;
                let hits = (of - number(step.requests)).max(0.0);
                return Share { hits, of };
            }
            Self::Violation => (step.schema_violations, step.validated),
            Self::Undocumented => (step.undocumented_status, step.documented),
            Self::Criterion => (step.criteria_failed, step.criteria),
        };
        Share {
            hits: number(hits),
            of: number(of),
        }
    }
}

impl Lapse {
    /// What came of the same step in all runs of both sides; `None` where nothing of this kind can be wrong.
    pub(super) fn of(kind: LapseKind, old: &[Run<'_>], new: &[Run<'_>]) -> Option<Self> {
        let step = named(new.first()?.step);
        let most = old.iter().chain(new).map(Run::ratio).fold(0.0, f64::max);
        let shares = |runs: &[Run<'_>]| -> Vec<Share> {
            let shares = runs.iter().map(|run| kind.share(*run, most));
            shares.filter(|share| share.of > 0.0).collect()
        };
        let (before, after) = (shares(old), shares(new));
        if before.is_empty() || after.is_empty() {
            return None;
        }
        let values =
            |shares: &[Share]| -> Vec<f64> { shares.iter().map(|share| share.value()).collect() };
        let (old, new) = (values(&before), values(&after));
        let is_more_in_all = difference(&old, &new).is_some_and(|(low, _)| low > MARGIN);
        // Chance may make one run slow, but it does not make a server fail.
        let is_worst = |after: &Share| before.iter().all(|before| after.exceeds(*before, MARGIN));
        let together =
            |shares: &[Share]| shares.iter().copied().fold(Share::default(), Share::with);
        let (earlier, later) = (together(&before), together(&after));
        let (was, now) = (mean(&old), mean(&new));
        let is_beyond_chance = earlier.exceeds(later, 0.0) || later.exceeds(earlier, 0.0);
        Some(Self {
            step,
            kind,
            old: was,
            new: now,
            is_more: is_more_in_all || after.iter().any(is_worst),
            is_other: is_beyond_chance && (was - now).abs() > MARGIN,
        })
    }

    /// Whether the times of both sides are those of other answers, or mostly of failures.
    pub fn hides_times(&self) -> bool {
        self.kind == LapseKind::Unserved && (self.is_other || self.old.max(self.new) > MOST)
    }

    /// That there are more, or that times are not compared, for people.
    pub(super) fn note(&self) -> Option<String> {
        let hides_times = self.hides_times();
        (hides_times || self.is_more).then(|| {
            format!(
                "{}: {:.1} % of the old {} and {:.1} % of the new{}",
                self.step,
                self.old * 100.0,
                self.kind.told(),
                self.new * 100.0,
                if hides_times {
                    ": their times are not compared"
                } else {
                    ""
                }
            )
        })
    }
}

impl<'a> Run<'a> {
    /// A step of this name in a run that has it.
    pub(super) fn of(load: &'a LoadReport, name: &str) -> Option<Self> {
        let step = load.steps.iter().find(|step| named(step) == name)?;
        let is_same = |other: &&StepLoad| {
            (&other.scenario, &other.workflow) == (&step.scenario, &step.workflow)
        };
        let mut scenarios = load.scenarios.iter();
        let scenario = scenarios.find(|scenario| scenario.name == step.scenario);
        Some(Self {
            step,
            first: load.steps.iter().find(is_same)?,
            interrupted: scenario.map_or(0, |scenario| scenario.interrupted),
        })
    }

    /// How many requests were sent for one of the first step.
    fn ratio(&self) -> f64 {
        number(self.step.requests) / number(self.first.requests.max(1))
    }
}

impl Share {
    fn value(self) -> f64 {
        (self.hits / self.of).min(1.0)
    }

    /// All of both.
    fn with(self, other: Self) -> Self {
        Self {
            hits: self.hits + other.hits,
            of: self.of + other.of,
        }
    }

    /// Whether it is more than another one by more than `margin`, with a confidence of 99 % and as far as
    /// requests lapse by themselves.
    fn exceeds(self, other: Self, margin: f64) -> bool {
        let error = |share: Self| {
            // One more and one less: none of few is not none of all.
            let of = share.of + 2.0;
            let value = (share.value() * share.of + 1.0) / of;
            value * (1.0 - value) / of
        };
        let half = NORMAL * (error(other) + error(self)).sqrt();
        self.value() - other.value() - half > margin
    }
}

/// Requests that were broken off after they had waited for longer than nearly all answers took.
fn hung(step: &StepLoad) -> u64 {
    let Some(cut) = &step.broken_off_service_time else {
        return 0;
    };
    let usual = step.service_time.durations().quantile_ms(LONG);
    cut.durations().longer_than(usual)
}

/// The places of two reports that are of one run.
pub fn twins(loads: &[LoadReport]) -> Option<(usize, usize)> {
    let is_twin = |one: &LoadReport, other: &LoadReport| {
        (&one.began, &one.plan, &one.shard) == (&other.began, &other.plan, &other.shard)
            && one.timeline == other.timeline
    };
    loads.iter().enumerate().find_map(|(at, one)| {
        let others = loads.iter().take(at);
        let mut others = others.enumerate();
        let (found, _) = others.find(|(_, other)| is_twin(one, other))?;
        Some((found, at))
    })
}
