//! `proofmark parity`: how two things that should be the same differ.

mod documents;
mod scenario;
mod side;
mod targets;

use crate::cli::arguments::parity::Parity;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::terminal::Terminal;

/// Holds what was named against each other.
pub(crate) fn run(
    arguments: &Parity,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    if arguments.documents.is_empty() {
        targets::run(&arguments.targets, config, terminal)
    } else {
        documents::run(arguments, config, terminal)
    }
}
