//! `proofmark replay`: what a report found, looked for once more.

mod aim;
mod check;
mod found;
mod made;
mod parity;
mod rounds;

use std::path::Path;

use found::Found;

use crate::cli::arguments::replay::Replay;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::terminal::{self, Terminal};

/// Sends the cases of a report once more.
pub(crate) fn run(
    arguments: &Replay,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    match found::find(arguments)? {
        Found::Run(file, summary) => check::run((&file, &summary), arguments, config, terminal),
        Found::Parity(file, told) => parity::run((&file, &told), arguments, config, terminal),
    }
}

/// Says on standard error what is sent again.
fn introduce(file: &Path, lines: &[String]) {
    terminal::note(&format!(
        "proofmark {}  replay  {}\n{}\n",
        env!("CARGO_PKG_VERSION"),
        file.display(),
        lines.join("\n")
    ));
}
