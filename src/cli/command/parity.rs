//! `proofmark parity`: what two things that should be alike do not have in common.

mod scenario;
mod side;
mod targets;

use crate::cli::arguments::parity::Parity;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::terminal::Terminal;

/// Compares two targets.
pub(crate) fn run(
    arguments: &Parity,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    targets::run(&arguments.targets, config, terminal)
}
