//! What follows from a side that forgets: the other one shows what it was told, and that is told once, as
//! PM511, and not again for each member in which a remembered thing differs from one that never changed.

use serde_json::Value;

use crate::code::{Code, Severity};
use crate::parity::pair::difference::{Difference, Pair};
use crate::parity::pair::recording::{Recording, scalars};
use crate::parity::pair::roles::Roles;

/// Makes notes of differences of shape where the side that remembers has what it was sent, if the other
/// one does not keep what it is told: its findings say so, or it is one of the `losers`. In an answer that
/// does not show an update, the same goes for what was written before that.
pub(super) fn settle(
    pairs: &mut [Pair],
    [left, right]: [&Recording; 2],
    losers: [bool; 2],
    roles: &Roles,
) {
    let remembering = match (forgets(left) || losers[0], forgets(right) || losers[1]) {
        (true, false) => 1,
        (false, true) => 0,
        _ => return,
    };
    for pair in pairs {
        let is_lost = |one: &Difference| one.code == Code::PARITY_STATE;
        let has_lost = pair.differences.iter().any(is_lost);
        let differences = pair.differences.iter_mut();
        for difference in differences.filter(|one| one.code == Code::PARITY_SHAPE) {
            // Where an update was lost, a member may be left of what was written before it.
            let is_left = has_lost
                && difference.kind.starts_with("only-in-")
                && follows(difference, 1 - remembering, roles);
            if is_left || follows(difference, remembering, roles) {
                difference.severity = Severity::Note;
            }
        }
    }
}

fn forgets(recording: &Recording) -> bool {
    let mut findings = recording
        .answers
        .values()
        .flat_map(|answered| &answered.verdict.findings);
    findings.any(|finding| finding.code == Code::UPDATE_LOST)
}

/// Whether what a side has was all sent to it. A member that only the other side has is
/// missing from what was sent, which cannot be seen here.
fn follows(difference: &Difference, side: usize, roles: &Roles) -> bool {
    let values = [&difference.baseline, &difference.candidate];
    let Some(Some(value)) = values.get(side) else {
        return false;
    };
    let scalars = scalars(value);
    let is_sent = |value: &Value| match value {
        Value::String(_) | Value::Number(_) => roles.is_sent(side, value),
        _ => true,
    };
    !scalars.is_empty() && scalars.iter().all(|(_, value)| is_sent(value))
}
