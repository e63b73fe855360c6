//! `proofmark parity`: how two things that should be the same differ.

pub(crate) mod again;
mod documents;
mod scenario;
mod side;
mod targets;

use crate::cli::arguments::parity::Parity;
use crate::cli::arguments::{Reach, Report};
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::terminal::Terminal;

/// Refuses reports that no comparison has, where they were asked for.
fn refuse_reports(reach: &Reach) -> Result<(), Failure> {
    let all = [
        Report::Json,
        Report::Junit,
        Report::Html,
        Report::Hlog,
        Report::Timeline,
    ];
    let is_default = reach.reports == all;
    let of_loads = [Report::Hlog, Report::Timeline];
    if !is_default && of_loads.iter().any(|kind| reach.writes(*kind)) {
        return Err(
            Failure::unusable("`hlog` and `timeline` are reports of `load`")
                .help("--report takes `json`, `junit` and `html` here"),
        );
    }
    Ok(())
}

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
