//! Silence: requests that were broken off after they had waited for far longer than answers take. Where a
//! step has too many of them, nobody knows whether the target still answers it.

use std::time::Duration;

use super::gather::Gathered;
use super::measure::{StepMeasure, number};

/// From which wait on a single request is worth a word.
const LONG: Duration = Duration::from_secs(1);
/// From which wait on many of them are.
const SHORT: Duration = Duration::from_millis(100);
/// How many times as long as answers take.
const FAR: f64 = 2.0;
/// From which share of all requests on long waits say more than one slow answer among the others.
const LONG_SHARE: f64 = 0.01;
/// The same of short ones.
const SHORT_SHARE: f64 = 0.1;
/// So many requests without a single answer are no accident.
const UNANSWERED: u64 = 3;

impl Gathered<'_> {
    /// That requests were broken off which had waited far longer than answers took, if there are such in a
    /// step: then nobody knows whether the server still answers.
    pub(crate) fn silence(&self) -> Option<String> {
        let all = self.measured.steps.iter().zip(&self.warm_up.steps);
        let steps = all.map(|(measured, warm_up)| {
            let mut step = measured.clone();
            step.add(warm_up);
            step
        });
        let steps: Vec<StepMeasure> = steps.collect();
        if self.answers() == 0 {
            let silence = steps.iter().map(|step| step.silence).max()?;
            return (silence >= LONG).then(|| {
                format!(
                    "nothing was answered: requests had waited for {:.1} s at least when they were broken off (see `gracefulStop`)",
                    silence.as_secs_f64()
                )
            });
        }
        let mut both = self.program.series.iter().zip(&steps);
        both.find_map(|(series, step)| {
            let told = silent(step)?;
            Some(format!(
                "step `{}/{}`: {told} (see `gracefulStop`)",
                series.workflow, series.step
            ))
        })
    }
}

/// What is said of a step that fell silent.
fn silent(step: &StepMeasure) -> Option<String> {
    let waited = step.silence;
    if step.statuses.is_empty() {
        // What failed is told by itself.
        let is_silent = step.broken_off >= UNANSWERED || waited >= LONG;
        return (is_silent && step.broken_off > 0).then(|| {
            format!(
                "none of its {} requests was answered, and {} had waited for up to {:.1} s at least when they were broken off: nobody knows whether the target answers it",
                step.requests,
                step.broken_off,
                waited.as_secs_f64()
            )
        });
    }
    let mut answers = step.service.clone();
    answers.add(&step.throttled_service);
    let longest = answers.max_ms();
    if waited >= LONG && milliseconds(waited) > FAR * longest {
        return Some(format!(
            "requests had waited for an answer for {:.1} s at least when they were broken off, and no answer took longer than {:.3} s: nobody knows whether the target still answers",
            waited.as_secs_f64(),
            longest / 1_000.0
        ));
    }
    // One answer that was slow says nothing about the others.
    let usual = answers.quantile_ms(0.99);
    let found = [(LONG, LONG_SHARE), (SHORT, SHORT_SHARE)];
    found.into_iter().find_map(|(least, share)| {
        let bound = milliseconds(least).max(FAR * usual);
        let lost = step.cut_service.longer_than(bound);
        (number(lost) > share * number(step.requests)).then(|| {
            format!(
                "{lost} of {} requests had waited for an answer for more than {:.1} s when they were broken off, and 99 of 100 answers took no longer than {:.3} s: nobody knows whether the target answers them",
                step.requests,
                bound / 1_000.0,
                usual / 1_000.0
            )
        })
    })
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A step of which answers took, and broken-off requests had waited for, so many milliseconds.
    fn step(answers: &[(u64, u64)], waits: &[(u64, u64)]) -> StepMeasure {
        let mut step = StepMeasure::default();
        for (took, count) in answers {
            let took = Duration::from_millis(*took);
            step.service.record_many(took, *count);
            step.requests += count;
            *step.statuses.entry(200).or_default() += count;
        }
        for (waited, count) in waits {
            let waited = Duration::from_millis(*waited);
            step.cut_service.record_many(waited, *count);
            step.requests += count;
            step.broken_off += count;
            step.silence = step.silence.max(waited);
        }
        step
    }

    #[test]
    fn a_step_is_silent_by_its_own_answers() {
        for (answers, waits, is_silent, why) in [
            (&[][..], &[(1, 2)][..], false, "it had hardly begun"),
            (&[], &[(400, 4)], true, "four and no answer"),
            (&[], &[(1_500, 1)], true, "one, for long"),
            (&[(5, 100)], &[(1_500, 1)], true, "an end in silence"),
            (&[(5, 100)], &[(900, 1)], false, "a pause"),
            (&[(2_000, 100)], &[(3_500, 9)], false, "it is slow"),
            (
                &[(1, 166), (3_000, 1)],
                &[(600, 40), (5_500, 43)],
                true,
                "one slow answer hides nothing",
            ),
            (
                &[(2, 11)],
                &[(400, 9)],
                true,
                "nearly half, within a second",
            ),
            (&[(2, 5_000)], &[(120, 50)], false, "a pause at the end"),
            (&[(150, 50)], &[(250, 50)], false, "as long as answers take"),
        ] {
            assert_eq!(silent(&step(answers, waits)).is_some(), is_silent, "{why}");
        }
    }
}
