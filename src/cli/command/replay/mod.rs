//! `proofmark replay`: what a report found, looked for once more.

mod aim;
mod check;
mod found;

use found::Found;

use crate::cli::arguments::replay::Replay;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::terminal::{self, Terminal};
use crate::report::{Fate, Look, Replayed, replayed};

/// Sends the cases of a report once more.
pub(crate) fn run(
    arguments: &Replay,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let Found { file, summary } = found::find(arguments)?;
    check::run((&file, &summary), arguments, config, terminal)
}

/// Says on standard error what is sent again.
fn introduce(file: &std::path::Path, lines: &[String]) {
    terminal::note(&format!(
        "proofmark {}  replay  {}\n{}\n",
        env!("CARGO_PKG_VERSION"),
        file.display(),
        lines.join("\n")
    ));
}

/// Prints what became of the findings, and says how the process ends.
fn conclude(rows: &[Replayed], is_whole: bool, terminal: &Terminal) -> Result<Exit, Failure> {
    let look = Look {
        colour: terminal.out.has_colour(),
        width: terminal.width,
        reports: Vec::new(),
    };
    crate::cli::print(&replayed(rows, &look))?;
    let is_there = |row: &Replayed| matches!(row.fate, Fate::Still | Fate::Otherwise(_));
    let is_gone = |row: &Replayed| row.fate == Fate::Gone;
    Ok(if rows.iter().any(is_there) {
        Exit::Findings
    } else if is_whole && rows.iter().all(is_gone) {
        Exit::Success
    } else {
        Exit::Inconclusive
    })
}
