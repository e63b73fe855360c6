//! Counted: what was answered so far, and how much of that says nothing of the server.

use std::time::Duration;

use super::gather::Gathered;
use super::measure::{StepMeasure, number};
use super::threshold::is_about_limiters;
use crate::code::Code;

/// From which share on of answers that ask to come later nothing is proved about the server.
const MOST_PUT_OFF: f64 = 0.95;

/// From which share on requests that are sent again are no accident, and from how many on.
const MOST_AGAIN: f64 = 0.01;
const LEAST_AGAIN: u64 = 3;

/// From which share on of the bodies of a step that cannot be read nothing is proved about them.
const MOST_UNREAD: f64 = 0.95;

/// How long a server is to be silent at least before it is worth a word.
const LEAST_SILENCE: Duration = Duration::from_secs(1);
/// How many times as long as the longest answer took.
const MOST_SILENCE: f64 = 2.0;

impl Gathered<'_> {
    /// The steps, as they went in the measured part and then in the warm-up.
    fn steps(&self) -> impl Iterator<Item = &StepMeasure> {
        self.measured.steps.iter().chain(&self.warm_up.steps)
    }

    /// That requests were broken off which had waited far longer than any answer took, if there are such:
    /// then nobody knows whether the server still answers.
    pub(crate) fn silence(&self) -> Option<String> {
        let silence = self.steps().map(|step| step.silence).max()?;
        let longest = self
            .steps()
            .map(|step| step.service.max_ms())
            .fold(0.0, f64::max);
        let milliseconds = silence.as_secs_f64() * 1_000.0;
        (silence >= LEAST_SILENCE && milliseconds > MOST_SILENCE * longest).then(|| {
            if self.answers() == 0 {
                return format!(
                    "nothing was answered: requests had waited for {:.1} s at least when they were broken off (see `gracefulStop`)",
                    silence.as_secs_f64()
                );
            }
            format!(
                "requests had waited for an answer for {:.1} s at least when they were broken off, and no answer took longer than {:.3} s: nobody knows whether the target still answers (see `gracefulStop`)",
                silence.as_secs_f64(),
                longest / 1_000.0
            )
        })
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
        let steps = || self.measured.steps.iter();
        let answers: u64 = steps().flat_map(|step| step.statuses.values()).sum();
        let put_off: u64 = steps().map(|step| step.put_off).sum();
        let mut thresholds = self.profile.thresholds.iter();
        let is_asked = thresholds.any(is_about_limiters);
        let is_most = answers > 0 && number(put_off) >= MOST_PUT_OFF * number(answers);
        (is_most && !is_asked).then_some((put_off, answers))
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
