//! `proofmark report`: reports of runs that are over, shown again, merged and compared.

mod comparison;
mod merge;

use std::fs;
use std::path::Path;

use crate::cli::arguments::report::{Form, ReportCommand, Reported as Arguments};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::gate;
use crate::cli::terminal::{self, Terminal};
use crate::record::Summary;
use crate::report::{Look, terminal as screen};

/// Shows, merges or compares reports.
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    match &arguments.command {
        Some(ReportCommand::Merge(merge)) => return merge::run(merge, terminal),
        None if arguments.compare.is_empty() => {}
        None => return comparison::run(arguments),
    }
    let [file] = &*arguments.files else {
        return Err(
            Failure::unusable("several runs can only be compared, or merged")
                .help("`report NEW... --compare OLD...`, or `report merge FILE...`"),
        );
    };
    let summary = read(file)?;
    let files = arguments.to.iter().filter_map(|form| match form {
        Form::File(kind) => Some(*kind),
        Form::Terminal => None,
    });
    let kinds: Vec<_> = files.collect();
    let mut written = Vec::new();
    if !kinds.is_empty() {
        let folder = &arguments.report_dir;
        fs::create_dir_all(folder).map_err(|error| gate::unwritable(folder, &error))?;
        written = gate::write(&summary, folder, &kinds)?;
    }
    if arguments.to.is_empty() || arguments.to.contains(&Form::Terminal) {
        show(&summary, written, terminal)?;
    } else {
        terminal::note(&format!("written: {}", written.join(", ")));
    }
    // That the report could be shown is all there is to say here: the run itself has told its exit code.
    Ok(Exit::Success)
}

/// Prints the screen of a summary.
fn show(summary: &Summary, reports: Vec<String>, terminal: &Terminal) -> Result<(), Failure> {
    let look = Look {
        colour: terminal.out.has_colour(),
        width: terminal.width,
        reports,
    };
    crate::cli::print(&screen(summary, &look))
}

/// Reads a `run.json`.
fn read(file: &Path) -> Result<Summary, Failure> {
    let shown = file.display();
    let text = fs::read_to_string(file)
        .map_err(|error| Failure::unusable(format!("`{shown}` cannot be read: {error}")))?;
    Summary::read(&text).map_err(|error| Failure::unusable(format!("`{shown}`: {error}")))
}
