//! `proofmark report merge`: one report of what several machines did together.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::{read, show};
use crate::cli::arguments::Report as Kind;
use crate::cli::arguments::report::Merge as Arguments;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::gate;
use crate::cli::terminal::{self, Terminal};
use crate::cli::whole_file::write_whole;
use crate::load::merge;
use crate::record::Summary;
use crate::report::{hlog, timeline};

/// How deep reports may lie in a folder.
const DEEPEST: usize = 4;

/// Merges reports, writes the one that comes of it, and says how the load as a whole ended.
pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut reports = Vec::new();
    for named in &arguments.files {
        if !named.is_dir() {
            reports.push((named.display().to_string(), read(named)?));
            continue;
        }
        let mut files = Vec::new();
        find(named, DEEPEST, &mut files)?;
        files.sort();
        for file in files {
            let summary = read(&file)?;
            // Beside them lie reports of other runs, and what was merged before.
            if is_of_shard(&summary) {
                reports.push((file.display().to_string(), summary));
            } else {
                terminal::note(&format!("note: `{}` is not of a shard", file.display()));
            }
        }
    }
    let folder = &arguments.report_dir;
    kept(&reports, folder)?;
    let summary = merge(reports).map_err(|error| Failure::unusable(error.to_string()))?;
    fs::create_dir_all(folder).map_err(|error| gate::unwritable(folder, &error))?;
    let kinds: Vec<Kind> = Kind::value_variants()
        .iter()
        .copied()
        .filter(|kind| kind.is_made_from_summary())
        .collect();
    let mut written = gate::write(&summary, folder, &kinds)?;
    written.extend(logs(&summary, folder)?);
    show(&summary, written, terminal)?;
    Ok(match summary.exit_code {
        0 => Exit::Success,
        1 => Exit::Findings,
        4 => Exit::Nothing,
        _ => Exit::Inconclusive,
    })
}

/// Refuses to write over a report that is read.
fn kept(reports: &[(String, Summary)], folder: &Path) -> Result<(), Failure> {
    let Ok(written) = fs::canonicalize(folder.join("run.json")) else {
        // There is none yet.
        return Ok(());
    };
    let is_written = |file: &str| fs::canonicalize(file).is_ok_and(|file| file == written);
    match reports.iter().find(|(file, _)| is_written(file)) {
        None => Ok(()),
        Some((file, _)) => Err(Failure::unusable(format!(
            "`{file}` would be written over by what is merged from it"
        ))
        .help("choose another folder with --report-dir")),
    }
}

/// Writes what a load writes while it goes on, from what was merged; the paths.
fn logs(summary: &Summary, folder: &Path) -> Result<Vec<String>, Failure> {
    let Some(load) = &summary.load else {
        return Ok(Vec::new());
    };
    let lines = timeline(load).map_err(|error| gate::unwritable(folder, &error))?;
    let mut written = Vec::new();
    for (name, text) in [("latency.hlog", hlog(load)), ("timeline.ndjson", lines)] {
        let path = folder.join(name);
        write_whole(&path, text).map_err(|error| gate::unwritable(&path, &error))?;
        written.push(path.display().to_string());
    }
    Ok(written)
}

fn is_of_shard(summary: &Summary) -> bool {
    let load = summary.load.as_ref();
    load.is_some_and(|load| load.shard.is_some())
}

/// Looks for `run.json` in a folder and those below it.
fn find(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::unusable(format!("`{}` cannot be read: {error}", folder.display()))
    };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(unreadable)?);
        if kind.is_dir() && depth > 0 {
            find(&path, depth - 1, found)?;
        } else if kind.is_file() && entry.file_name() == "run.json" {
            found.push(path);
        }
    }
    Ok(())
}
