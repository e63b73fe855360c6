//! Rounds: cases are sent alone first; of those that show nothing then, whatever may have changed something
//! before them is sent as well.

use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::terminal::Terminal;
use crate::probe::{Ended, Stop};
use crate::report::{Fate, Look, Replayed, replayed};

/// What came of one round: what became of each row, and how the run ended.
pub(super) struct Round {
    pub(super) rows: Vec<Replayed>,
    pub(super) ended: Ended,
}

/// Sends the cases of these rows in as many rounds as it takes. `send` is told whether writes before them
/// are sent, too.
pub(super) async fn rounds<R>(
    rows: &[&R],
    send: impl AsyncFn(&[&R], bool) -> Result<Round, Failure>,
) -> Result<Round, Failure> {
    let mut first = send(rows, false).await?;
    let pairs = rows.iter().zip(&mut first.rows);
    let (open, fates): (Vec<&R>, Vec<&mut Replayed>) = pairs
        .filter(|(_, row)| matches!(row.fate, Fate::Gone | Fate::NotReached(_)))
        .unzip();
    if open.is_empty() || first.ended != Ended::Completed {
        return Ok(first);
    }
    let second = send(&open, true).await?;
    for (fate, found) in fates.into_iter().zip(second.rows) {
        let is_told = match (&fate.fate, &found.fate) {
            (Fate::Gone, Fate::Still) => true,
            (Fate::NotReached(_), other) => !matches!(other, Fate::NotReached(_)),
            _ => false,
        };
        if is_told {
            *fate = found;
        }
    }
    first.ended = second.ended;
    Ok(first)
}

/// Prints what became of the findings, and says how the process ends.
pub(super) fn conclude(round: &Round, stop: &Stop, terminal: &Terminal) -> Result<Exit, Failure> {
    let look = Look {
        colour: terminal.out.has_colour(),
        width: terminal.width,
        reports: Vec::new(),
    };
    crate::cli::print(&replayed(&round.rows, &look))?;
    // What else is found at a target that is not fit is what makes it so.
    let is_whole = !matches!(round.ended, Ended::Unreachable(_) | Ended::Unauthorized(_));
    let is_there = |row: &Replayed| match row.fate {
        Fate::Still => true,
        Fate::Otherwise(_) => is_whole,
        Fate::Gone | Fate::NotReached(_) => false,
    };
    let is_gone = |row: &Replayed| row.fate == Fate::Gone;
    Ok(if stop.is_asked() {
        Exit::Interrupted
    } else if round.rows.iter().any(is_there) {
        Exit::Findings
    } else if round.ended == Ended::Completed && round.rows.iter().all(is_gone) {
        Exit::Success
    } else {
        Exit::Inconclusive
    })
}

/// Why a case was not sent: because of how the run ended, or for a reason of its own.
pub(super) fn reason(ended: &Ended, own: String) -> String {
    match ended {
        Ended::Completed => own,
        Ended::Unreachable(why) | Ended::Unauthorized(why) | Ended::Stopped(why) => why.clone(),
    }
}
