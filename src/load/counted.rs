//! Counted: what was answered so far, and how much of that says nothing of the server.

use super::gather::Gathered;
use super::measure::{StepMeasure, number};
use super::threshold::is_about_limiters;
use crate::code::Code;

/// From which share on of answers that ask to come later nothing is proved about the server.
const MOST_PUT_OFF: f64 = 0.95;

/// Of fewer answers to one step among others nothing is said.
const LEAST_PUT_OFF: u64 = 5;

/// From which share on requests that are sent again are no accident, and from how many on.
const MOST_AGAIN: f64 = 0.01;
const LEAST_AGAIN: u64 = 3;

/// From which share on of the bodies of a step that cannot be read nothing is proved about them.
const MOST_UNREAD: f64 = 0.2;

impl Gathered<'_> {
    /// The steps, as they went in the measured part and then in the warm-up.
    fn steps(&self) -> impl Iterator<Item = &StepMeasure> {
        self.measured.steps.iter().chain(&self.warm_up.steps)
    }

    /// That more requests were sent again than happens by accident.
    pub(super) fn sent_again(&self) -> Option<String> {
        let sum = |of: fn(&StepMeasure) -> u64| self.measured.steps.iter().map(of).sum();
        let again: u64 = sum(|step| step.again);
        let requests: u64 = sum(|step| step.requests);
        let share = number(again) / number(requests.max(1));
        (again >= LEAST_AGAIN && share > MOST_AGAIN).then(|| {
            // One request may be sent again more than once.
            let told = if again <= requests {
                let percent = share * 100.0;
                format!("{again} of {requests} requests ({percent:.1} %) had to be sent again")
            } else {
                format!("{requests} requests had to be sent again {again} times")
            };
            format!(
                "{told}, which is no accident: the server closes connections on which it is sent requests, or turns requests away; clients that do not try again see failures"
            )
        })
    }

    /// Answers, in the warm-up or behind it.
    pub(crate) fn answers(&self) -> u64 {
        self.steps().flat_map(|step| step.statuses.values()).sum()
    }

    /// Answers that refused the credentials though nobody asked for that, in the warm-up or behind it.
    pub(crate) fn refusals(&self) -> u64 {
        self.steps().map(|step| step.refused).sum()
    }

    /// Requests without an answer because there was no connection.
    pub(crate) fn locked_out(&self) -> u64 {
        self.steps().map(|step| step.locked_out).sum()
    }

    /// Whether so many of the measured answers asked to come later, though nobody asked for that, that the
    /// limiter was measured and not the server behind it; how many, of how many.
    pub(crate) fn put_off(&self) -> Option<(u64, u64)> {
        let steps = self.measured.steps.iter();
        let both = steps
            .map(put_off)
            .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        (is_limiter(both) && !self.is_limiter_meant()).then_some(both)
    }

    /// The same of a step among others: its name, how many, of how many.
    pub(crate) fn put_off_step(&self) -> Option<(String, (u64, u64))> {
        let mut both = self.program.series.iter().zip(&self.measured.steps);
        let is_told = |step: &StepMeasure| {
            let (many, answers) = put_off(step);
            answers >= LEAST_PUT_OFF && is_limiter((many, answers))
        };
        let (series, step) = both.find(|(_, step)| is_told(step))?;
        let name = format!("{}/{}", series.workflow, series.step);
        (!self.is_limiter_meant()).then(|| (name, put_off(step)))
    }

    fn is_limiter_meant(&self) -> bool {
        let mut thresholds = self.profile.thresholds.iter();
        thresholds.any(is_about_limiters)
    }

    /// Whether there is a step of whose measured bodies so many could not be read that nothing is proved of
    /// them; how many bodies of all such steps, of how many.
    pub(crate) fn unread(&self) -> Option<(u64, u64)> {
        let bodies = |step: &StepMeasure| step.unread + step.violations.of;
        let steps = self.measured.steps.iter();
        let blind = steps.filter(|step| {
            step.unread > 0 && number(step.unread) >= MOST_UNREAD * number(bodies(step))
        });
        let add = |sum: (u64, u64), step: &StepMeasure| (sum.0 + step.unread, sum.1 + bodies(step));
        Some(blind.fold((0, 0), add)).filter(|(unread, _)| *unread > 0)
    }

    /// Forgets the findings of a kind, which turned out to be none.
    pub(crate) fn forget(&mut self, code: Code) {
        for steps in [&mut self.measured.steps, &mut self.warm_up.steps] {
            for step in steps {
                step.findings.remove(&code);
            }
        }
    }
}

/// How many answers asked to come later though nobody asked for that, of how many.
fn put_off(step: &StepMeasure) -> (u64, u64) {
    (step.put_off, step.statuses.values().sum())
}

fn is_limiter((put_off, answers): (u64, u64)) -> bool {
    answers > 0 && number(put_off) >= MOST_PUT_OFF * number(answers)
}
