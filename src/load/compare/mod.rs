//! Comparison: whether a load became slower or faster, and whether chance explains it as well.
//!
//! Of one run on each side, the interval of confidence comes from blocks of neighbouring seconds
//! (`resample`): it knows how restless the runs were, and nothing of what differs from run to run. Of
//! several runs it comes from how far the runs of a side lie apart (`student`), which is what one wants to
//! know.

mod file;
mod lapse;
mod resample;
mod student;

use std::collections::HashSet;

use proptest::prelude::Rng as _;

use self::lapse::Run;
use self::resample::{LEAST_BLOCKS, Series};
use self::student::{difference, mean};
use crate::record::{LoadReport, Soundness, StepLoad, StepWindow, Times};
use crate::seed::Seed;

pub use self::file::{Gated, SCHEMA};
pub use self::lapse::{Lapse, LapseKind, twins};

/// The percentiles that are compared.
const SHARES: [f64; 3] = [0.5, 0.95, 0.99];
/// How many runs that might have been are drawn.
const DRAWS: usize = 1_000;
/// How many samples must lie beyond a percentile.
const BEYOND: f64 = 10.0;
/// What is no difference to anybody, where runs are compared with runs.
const MARGIN_OF_RUNS: f64 = 0.05;
/// The same where seconds are compared with seconds: two runs of the same differ by more than their
/// seconds tell.
const MARGIN_OF_SECONDS: f64 = 0.10;

/// What came of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// How many runs there are of the old and of the new.
    pub runs: (usize, usize),
    /// The least difference that counts, as a share.
    pub margin: f64,
    /// A row for each step, time and percentile.
    pub rows: Vec<Compared>,
    /// The shares of requests of which something is wrong, for each step and kind.
    pub lapses: Vec<Lapse>,
    /// What a reader must know.
    pub notes: Vec<String>,
    /// Whether the generator was the limit in one of the runs, so that they prove nothing.
    pub is_bound: bool,
    /// Whether single runs are suspect, so that no change is claimed.
    pub is_silent: bool,
    /// Whether some of the runs prove nothing for another reason.
    pub is_open: bool,
}

/// A percentile of a time of a step, on both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The step: `scenario: workflow/step`.
    pub step: String,
    /// The operation.
    pub operation: String,
    /// `response` or `service`.
    pub time: &'static str,
    /// From 0 to 1.
    pub share: f64,
    /// Milliseconds; of several runs, their geometric mean.
    pub old_ms: f64,
    /// The same of the new.
    pub new_ms: f64,
    /// Between which shares of the old the new lies with a confidence of 99 %: 1 is no change.
    pub interval: Option<(f64, f64)>,
    /// What that means.
    pub verdict: Verdict,
}

/// What a comparison shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Slower, by more than the margin.
    Slower,
    /// Faster, by more than the margin.
    Faster,
    /// Neither by more than the margin.
    Same,
    /// Chance explains the difference as well.
    Unclear,
    /// There are too few samples, or too few seconds.
    TooFew,
}

impl Comparison {
    /// The rows that became slower.
    pub fn slower(&self) -> impl Iterator<Item = &Compared> {
        let rows = self.rows.iter();
        rows.filter(|row| row.verdict == Verdict::Slower)
    }

    /// What is wrong with more requests of a step than before.
    pub fn lapsing_more(&self) -> impl Iterator<Item = &Lapse> {
        self.lapses.iter().filter(|lapse| lapse.is_more)
    }

    /// Notes that these runs, by their names, were inconclusive by themselves: what did not become slower in
    /// them may yet have.
    pub fn leave_open(&mut self, names: &[String]) {
        if !names.is_empty() {
            self.is_open = true;
            self.notes.push(format!(
                "inconclusive by themselves, so that they cannot show that nothing became slower: {}",
                names.join(", ")
            ));
        }
    }

    /// Whether anything could be told at all.
    pub fn is_conclusive(&self) -> bool {
        let told = |row: &Compared| !matches!(row.verdict, Verdict::TooFew | Verdict::Unclear);
        let is_quiet = self.is_silent || self.is_open;
        let are_times = !is_quiet && self.rows.iter().any(told);
        !self.is_bound && (are_times || self.lapsing_more().next().is_some())
    }
}

/// Compares runs of the same load, old and new. `margin` is the least difference that counts, as a
/// share.
pub fn compare(old: &[LoadReport], new: &[LoadReport], margin: Option<f64>) -> Comparison {
    let is_single = old.len() == 1 && new.len() == 1;
    let margin = margin.unwrap_or(if is_single {
        MARGIN_OF_SECONDS
    } else {
        MARGIN_OF_RUNS
    });
    let mut notes = Vec::new();
    if is_single {
        notes.push("one run on each side: what differs from run to run cannot be seen, and may be more than what is found here; give several on each side".to_owned());
    }
    let mut all = old.iter().chain(new);
    let plan = all.clone().next().map(|load| &load.plan);
    if all.any(|load| Some(&load.plan) != plan) {
        notes.push("the runs are not of one plan: profile, workflows, documents, seed or version differ, so that other requests were sent".to_owned());
    }
    let all = || old.iter().chain(new);
    let is_suspect = all().any(|load| load.soundness == Soundness::Suspect);
    if is_suspect {
        let told = if is_single {
            ", and a single run on each side does not show how much: nothing is claimed"
        } else {
            ""
        };
        notes.push(format!(
            "some of the runs are suspect: part of their times may be the generator's{told}"
        ));
    }
    let is_bound = all().any(|load| load.soundness == Soundness::GeneratorBound);
    if is_bound {
        notes.push("in some of the runs the generator was the limit: their times prove nothing about the target".to_owned());
    }
    notes.extend(missing(old, new));
    let mut rows = Vec::new();
    let mut lapses = Vec::new();
    for (at, step) in new
        .first()
        .into_iter()
        .flat_map(|load| load.steps.iter().enumerate())
    {
        let name = named(step);
        let runs_of = |loads| -> Vec<Run<'_>> { found(loads, &name) };
        let (before, after) = (runs_of(old), runs_of(new));
        if before.len() < old.len() || after.len() < new.len() {
            continue;
        }
        let kinds = LapseKind::ALL.into_iter();
        let found: Vec<Lapse> = kinds
            .filter_map(|kind| Lapse::of(kind, &before, &after))
            .collect();
        let hides_times = found.iter().any(Lapse::hides_times);
        notes.extend(found.iter().filter_map(Lapse::note));
        lapses.extend(found);
        let both = (alone(&before), alone(&after));
        let is_timeless = |steps: &[&StepLoad]| {
            let mut steps = steps.iter();
            steps.any(|step| step.response_time.count == 0)
        };
        if is_timeless(&both.0) || is_timeless(&both.1) {
            notes.push(format!(
                "{name} has runs without an answer: there are no times to compare"
            ));
            continue;
        }
        for time in [Time::Response, Time::Service] {
            let found = if is_single {
                let seed = Seed::new(1).derive(time.name(), at as u64);
                seconds(old, new, step, time, seed)
            } else {
                Some(runs(&both.0, &both.1, time))
            };
            for (place, share) in SHARES.into_iter().enumerate() {
                let (old, new) = (typical(&both.0, time, share), typical(&both.1, time, share));
                let is_enough = both
                    .0
                    .iter()
                    .chain(&both.1)
                    .all(|step| number(time.of(step).count) * (1.0 - share) >= BEYOND);
                let interval = found.as_ref().and_then(|found| *found.get(place)?);
                let interval = interval.filter(|_| is_enough);
                rows.push(Compared {
                    step: name.clone(),
                    operation: step.operation.clone(),
                    time: time.name(),
                    share,
                    old_ms: old,
                    new_ms: new,
                    interval: interval.map(|(low, high)| (low.exp(), high.exp())),
                    verdict: match verdict(interval, margin) {
                        // A refusal is made in another time than an answer.
                        Verdict::Slower | Verdict::Faster | Verdict::Same if hides_times => {
                            Verdict::Unclear
                        }
                        // Another load of the machine looks like another server.
                        Verdict::Slower | Verdict::Faster if is_suspect && is_single => {
                            Verdict::Unclear
                        }
                        found => found,
                    },
                });
            }
        }
    }
    Comparison {
        runs: (old.len(), new.len()),
        margin,
        rows,
        lapses,
        notes,
        is_bound,
        is_silent: is_suspect && is_single,
        is_open: false,
    }
}

/// What an interval of the logarithm of the ratio means.
fn verdict(interval: Option<(f64, f64)>, margin: f64) -> Verdict {
    let edge = margin.ln_1p();
    match interval {
        None => Verdict::TooFew,
        Some((low, _)) if low > edge => Verdict::Slower,
        Some((_, high)) if high < -edge => Verdict::Faster,
        Some((low, high)) if low >= -edge && high <= edge => Verdict::Same,
        Some(_) => Verdict::Unclear,
    }
}

#[derive(Debug, Clone, Copy)]
enum Time {
    Response,
    Service,
}

impl Time {
    fn name(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::Service => "service",
        }
    }

    fn of(self, step: &StepLoad) -> &Times {
        match self {
            Self::Response => &step.response_time,
            Self::Service => &step.service_time,
        }
    }

    fn counts(self, window: &StepWindow) -> Vec<(u64, u64)> {
        let packed = match self {
            Self::Response => &window.response_time,
            Self::Service => &window.service_time,
        };
        packed.durations().counts()
    }
}

fn named(step: &StepLoad) -> String {
    format!("{}: {}/{}", step.scenario, step.workflow, step.step)
}

/// The steps that some of the runs lack, in words.
fn missing(old: &[LoadReport], new: &[LoadReport]) -> Vec<String> {
    let mut seen = HashSet::new();
    let steps = new.iter().chain(old).flat_map(|load| &load.steps);
    let steps = steps.filter(|step| seen.insert(named(step)));
    steps
        .filter_map(|step| {
            let name = named(step);
            let lacks = |loads: &[LoadReport]| loads.len() - found(loads, &name).len();
            let told = match (lacks(old), lacks(new)) {
                (0, 0) => return None,
                (all, 0) if all == old.len() => "is in none of the old runs",
                (0, all) if all == new.len() => "is in none of the new runs",
                _ => "is not in all of the runs",
            };
            Some(format!(
                "{name} ({}) {told}: it is not compared",
                step.operation
            ))
        })
        .collect()
}

/// A step in all runs that have it.
fn found<'a>(loads: &'a [LoadReport], name: &str) -> Vec<Run<'a>> {
    let loads = loads.iter();
    loads.filter_map(|load| Run::of(load, name)).collect()
}

fn alone<'a>(runs: &[Run<'a>]) -> Vec<&'a StepLoad> {
    runs.iter().map(|run| run.step).collect()
}

/// The geometric mean of a percentile over runs, in milliseconds.
fn typical(steps: &[&StepLoad], time: Time, share: f64) -> f64 {
    let logs = steps.iter().map(|step| logarithm(time.of(step), share));
    let logs: Vec<f64> = logs.collect();
    mean(&logs).exp()
}

/// The logarithm of a percentile in milliseconds; what is less than a microsecond counts as one.
fn logarithm(times: &Times, share: f64) -> f64 {
    times.durations().quantile_ms(share).max(0.001).ln()
}

type Intervals = Vec<Option<(f64, f64)>>;

/// Intervals from how far runs lie apart.
fn runs(old: &[&StepLoad], new: &[&StepLoad], time: Time) -> Intervals {
    let intervals = SHARES.into_iter().map(|share| {
        let logs = |steps: &[&StepLoad]| -> Vec<f64> {
            let steps = steps.iter();
            steps.map(|step| logarithm(time.of(step), share)).collect()
        };
        difference(&logs(old), &logs(new))
    });
    intervals.collect()
}

/// Intervals from how restless the seconds of one run on each side were.
fn seconds(
    old: &[LoadReport],
    new: &[LoadReport],
    step: &StepLoad,
    time: Time,
    seed: Seed,
) -> Option<Intervals> {
    let old = series(old.first()?, step, time)?;
    let new = series(new.first()?, step, time)?;
    let (old_block, new_block) = (old.block(), new.block());
    let blocks = (old.blocks(), new.blocks());
    if blocks.0.min(blocks.1) < LEAST_BLOCKS {
        return None;
    }
    let mut chance = seed.rng();
    let mut draw = |most: usize| {
        let most = most.max(1) as u64;
        usize::try_from(chance.next_u64() % most).unwrap_or_default()
    };
    let mut ratios: Vec<Vec<f64>> = vec![Vec::new(); SHARES.len()];
    for _ in 0..DRAWS {
        let old = old.drawn(old_block, &SHARES, &mut draw);
        let new = new.drawn(new_block, &SHARES, &mut draw);
        for ((ratios, old), new) in ratios.iter_mut().zip(old).zip(new) {
            ratios.push(new.max(1.0).ln() - old.max(1.0).ln());
        }
    }
    let whole = old
        .quantiles(&SHARES)
        .into_iter()
        .zip(new.quantiles(&SHARES));
    let centres = whole.map(|(old, new)| new.max(1.0).ln() - old.max(1.0).ln());
    let intervals = ratios.into_iter().zip(centres);
    Some(
        intervals
            .map(|(ratios, centre)| interval(ratios, centre, blocks))
            .collect(),
    )
}

/// Where 99 of 100 of the drawn ratios lie, and at least as wide as Student's t has it of so few blocks.
fn interval(mut ratios: Vec<f64>, centre: f64, blocks: (usize, usize)) -> Option<(f64, f64)> {
    let average = mean(&ratios);
    let squares: Vec<f64> = ratios.iter().map(|one| (one - average).powi(2)).collect();
    // Drawing from so few blocks shows a little less than their whole scatter.
    let fewest = f64::from(u32::try_from(blocks.0.min(blocks.1)).unwrap_or(u32::MAX));
    let error = (mean(&squares) * fewest / (fewest - 1.0)).sqrt();
    let half = error * student::quantile(blocks.0 + blocks.1 - 2);
    ratios.sort_by(f64::total_cmp);
    let low = ratios.get(ratios.len() / 200)?;
    let high = ratios.get(ratios.len() - 1 - ratios.len() / 200)?;
    Some((low.min(centre - half), high.max(centre + half)))
}

/// The times of a step behind the warm-up, window by window.
fn series(load: &LoadReport, step: &StepLoad, time: Time) -> Option<Series> {
    let name = named(step);
    let place = load.steps.iter().position(|step| named(step) == name)?;
    let windows = load.windows.iter().filter(|window| !window.is_warm_up);
    let windows = windows.map(|window| {
        let mut steps = window.steps.iter();
        let found = steps.find(|step| step.step == place);
        found.map(|step| time.counts(step)).unwrap_or_default()
    });
    let windows: Vec<Vec<(u64, u64)>> = windows.collect();
    let series = Series::new(&windows);
    (series.count() > 0).then_some(series)
}

#[expect(clippy::cast_precision_loss, reason = "exact to 2^53")]
fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests;
