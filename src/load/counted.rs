//! Counted: what was answered so far, and how much of that says nothing of the server.

use super::gather::Gathered;
use super::measure::number;
use super::threshold::is_about_limiters;
use crate::code::Code;

/// From which share on of answers that ask to come later nothing is proved about the server.
const MOST_PUT_OFF: f64 = 0.95;

impl Gathered<'_> {
    /// Answers, in the warm-up or behind it.
    pub(crate) fn answers(&self) -> u64 {
        let both = self.measured.steps.iter().chain(&self.warm_up.steps);
        both.flat_map(|step| step.statuses.values()).sum()
    }

    /// Answers that refused the credentials though nobody asked for that, in the warm-up or behind it.
    pub(crate) fn refusals(&self) -> u64 {
        let both = self.measured.steps.iter().chain(&self.warm_up.steps);
        both.map(|step| step.refused).sum()
    }

    /// Requests without an answer because there was no connection.
    pub(crate) fn locked_out(&self) -> u64 {
        let both = self.measured.steps.iter().chain(&self.warm_up.steps);
        both.map(|step| step.locked_out).sum()
    }

    /// Whether so many of the measured answers asked to come later, though nobody asked for that, that the
    /// limiter was measured and not the server behind it; how many, of how many.
    pub(crate) fn put_off(&self) -> Option<(u64, u64)> {
        let steps = || self.measured.steps.iter();
        let answers: u64 = steps().flat_map(|step| step.statuses.values()).sum();
        let put_off: u64 = steps().map(|step| step.put_off).sum();
        let mut thresholds = self.profile.thresholds.iter();
        let is_asked = thresholds.any(is_about_limiters);
        let is_most = answers > 0 && number(put_off) >= MOST_PUT_OFF * number(answers);
        (is_most && !is_asked).then_some((put_off, answers))
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
