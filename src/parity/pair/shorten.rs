//! Shortening: the fewest steps of a workflow that still make the same difference, run anew on both
//! sides.

use std::ops::ControlFlow;

use super::break_off::{broken_off, is_breaking_off};
use super::compare::{Sides, compare};
use super::difference::Difference;
use super::halves::leave_out;
use super::minimise::{Minimal, Smaller, name};
use super::outcome::Outcome;
use super::recording::Recording;
use super::retries::retried;
use crate::arazzo::Step;
use crate::code::Severity;
use crate::probe::Stop;
use crate::scenario::{Planned, Suite};

/// How many differences are looked at.
const MOST: usize = 3;
/// How often both sides are asked for one of them.
const MOST_RUNS: usize = 12;

/// Which workflow is run again: the only one, or all that were planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// The number of the file.
    pub file: usize,
    /// The `workflowId`.
    pub workflow: String,
    /// Which of several runs.
    pub run: Option<String>,
    /// Whether the others that were planned are run as well.
    pub with_others: bool,
}

impl Again {
    /// Whether a planned workflow is run.
    pub fn takes(&self, planned: &Planned) -> bool {
        self.with_others
            || (planned.file, &planned.workflow, &planned.run)
                == (self.file, &self.workflow, &self.run)
    }
}

/// Looks for fewer steps for the gravest differences. `run` runs what is left of the suite on both sides
/// anew; `None` where that cannot be run.
pub async fn shorten(
    suite: &mut Suite,
    planned: &[Planned],
    (outcome, sides): (&Outcome, &Sides<'_>),
    stop: &Stop,
    mut run: impl AsyncFnMut(&Suite, &Again) -> Option<(Recording, Recording)>,
) -> Minimal {
    let mut minimal = Minimal::default();
    let groups = outcome.groups();
    let grave = groups
        .iter()
        .filter(|group| group.severity > Severity::Note);
    for group in grave.take(MOST) {
        let (pair, difference) = group.first;
        let Some((again, step)) = place(suite, planned, &pair.name) else {
            continue;
        };
        let mut shortening = Shortening {
            case: &pair.name,
            difference,
            sides,
            stop,
            runs: 0,
        };
        let found = shortening.search(suite, again, &step, &mut run).await;
        if let Some(smaller) = found {
            minimal.found.insert(name(&pair.name, difference), smaller);
        }
    }
    minimal
}

/// The workflow and the step of a case, if it was planned and not called by another workflow.
fn place(suite: &Suite, planned: &[Planned], case: &str) -> Option<(Again, String)> {
    let (run, step) = case.rsplit_once('/')?;
    let (step, _) = step.rsplit_once(" #")?;
    let found = planned.iter().find(|planned| {
        let file = suite.files.get(planned.file).map_or("", |file| &*file.name);
        let name = planned.run.as_deref().unwrap_or_default();
        format!("{file} {} {name}", planned.workflow) == run
    })?;
    let again = Again {
        file: found.file,
        workflow: found.workflow.clone(),
        run: found.run.clone(),
        with_others: false,
    };
    Some((again, step.to_owned()))
}

/// One difference whose workflow becomes shorter.
struct Shortening<'a> {
    case: &'a str,
    difference: &'a Difference,
    sides: &'a Sides<'a>,
    stop: &'a Stop,
    runs: usize,
}

impl Shortening<'_> {
    async fn search(
        &mut self,
        suite: &mut Suite,
        mut again: Again,
        step: &str,
        run: &mut impl AsyncFnMut(&Suite, &Again) -> Option<(Recording, Recording)>,
    ) -> Option<Smaller> {
        let all = steps(suite, &again)?.clone();
        let at = all.iter().position(|one| one.id == step)?;
        // What comes later has no part in it, but for what cleans up; that a workflow breaks off is seen
        // by the next step.
        let breaks_off = is_breaking_off(self.difference);
        let last = at + usize::from(breaks_off);
        let mut kept: Vec<Step> = all
            .iter()
            .enumerate()
            .filter(|(number, one)| *number <= last || one.always)
            .map(|(_, one)| one.clone())
            .collect();
        let mut best = self.attempt(suite, &again, &kept, &all, run).await;
        if best.is_none() {
            again.with_others = true;
            best = self.attempt(suite, &again, &kept, &all, run).await;
        }
        best.as_ref()?;
        // Most steps have nothing to do with it: all earlier ones at once are left out, or halves of them.
        let earlier = all.iter().take(at).rev().map(|one| one.id.clone());
        leave_out(vec![earlier.collect()], async |chunk: &[String]| {
            if self.runs >= MOST_RUNS || self.stop.is_asked() {
                return ControlFlow::Break(());
            }
            let mut fewer = kept.clone();
            fewer.retain(|one| !chunk.contains(&one.id));
            if fewer.len() == kept.len() {
                return ControlFlow::Continue(true);
            }
            let found = self.attempt(suite, &again, &fewer, &all, run).await;
            let is_shorter = found.is_some();
            if is_shorter {
                best = found;
                kept = fewer;
            }
            ControlFlow::Continue(is_shorter)
        })
        .await;
        best.filter(|_| kept.len() < all.len())
    }

    /// Runs some of the steps; what shows the difference, if it still does.
    async fn attempt(
        &mut self,
        suite: &mut Suite,
        again: &Again,
        some: &[Step],
        all: &[Step],
        run: &mut impl AsyncFnMut(&Suite, &Again) -> Option<(Recording, Recording)>,
    ) -> Option<Smaller> {
        self.runs += 1;
        some.clone_into(steps(suite, again)?);
        let recordings = run(suite, again).await;
        all.clone_into(steps(suite, again)?);
        let (mut one, mut other) = recordings?;
        let mut pairs = compare(&one, &other, self.sides);
        broken_off(&mut pairs, (&one, &other), &[]);
        retried(&mut pairs, (&one, &other), &[]);
        let pair = pairs.into_iter().find(|pair| pair.name == self.case)?;
        let mut differences = pair.differences.into_iter();
        let same = differences.find(|found| found.is_same(self.difference))?;
        Some(Smaller {
            baseline: one.answers.shift_remove(self.case)?,
            candidate: other.answers.shift_remove(self.case)?,
            difference: same,
            dropped: 0,
            steps: some.iter().map(|step| step.id.clone()).collect(),
        })
    }
}

fn steps<'s>(suite: &'s mut Suite, again: &Again) -> Option<&'s mut Vec<Step>> {
    let file = suite.files.get_mut(again.file)?;
    let workflow = file.description.workflows.get_mut(&again.workflow)?;
    Some(&mut workflow.steps)
}
