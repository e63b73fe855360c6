//! Retries: steps that one side answers well only when it is asked again. What they come to in the end is
//! compared; how often they failed before is told beside it.

use serde_json::Value;

use super::difference::{Difference, Pair};
use super::recording::{Answered, Recording};
use crate::code::{Code, Severity};
use crate::report::counted;

/// Adds to the steps that one side had to be asked more often for what it answered before the last attempt.
/// Failures are a warning, unless the baseline fails now and then itself, as it shows when asked `again`. How
/// often is asked until something is ready is a matter of time.
pub(super) fn retried(
    pairs: &mut [Pair],
    (baseline, candidate): (&Recording, &Recording),
    again: &[Recording],
) {
    for pair in pairs {
        let name = &pair.name;
        let (Some(one), Some(other)) = (baseline.answers.get(name), candidate.answers.get(name))
        else {
            continue;
        };
        if one.tries.len() == other.tries.len() && fails(one) == fails(other) {
            continue;
        }
        let mut again = again.iter().filter_map(|again| again.answers.get(name));
        let severity =
            if fails(one) == fails(other) || again.any(|again| fails(again) != fails(one)) {
                Severity::Note
            } else {
                Severity::Warning
            };
        let told = format!(
            "the baseline was asked {}, the candidate {}",
            asked(one),
            asked(other)
        );
        let difference = Difference::new(Code::PARITY_STATUS, "retries", told);
        let [left, right] = [one, other].map(|side| Some(Value::from(statuses(side))));
        let difference = difference.weighing(severity).between(left, right);
        pair.differences.push(difference);
    }
}

/// Whether any attempt before the last one got no answer, or one that a server gives which is not well
/// (RFC 9110 section 15.6) or does not know who asks (section 15.5.2).
fn fails(answered: &Answered) -> bool {
    let mut tries = answered.tries.iter();
    tries.any(|status| matches!(status, None | Some(401 | 403 | 500..)))
}

/// The statuses of all attempts, in words.
fn statuses(answered: &Answered) -> Vec<String> {
    let last = [answered.verdict.exchange.status()];
    let all = answered.tries.iter().chain(&last);
    all.map(|status| status.map_or_else(|| "no answer".to_owned(), |status| status.to_string()))
        .collect()
}

fn asked(answered: &Answered) -> String {
    let all = statuses(answered);
    format!("{} ({})", counted(all.len(), "time"), all.join(", "))
}
