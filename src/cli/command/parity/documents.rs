//! Two documents: what they say differently.

use std::fs;
use std::path::Path;

use crate::cli::arguments::parity::Parity;
use crate::cli::arguments::{FailOn, Reach, Report};
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::source;
use crate::cli::terminal::Terminal;
use crate::cli::whole_file::write_whole;
use crate::parity::document::{Comparison, Grade, Limits, compare, html, json, junit, screen};
use crate::report::Look;

/// Holds two documents against each other.
pub(super) fn run(
    arguments: &Parity,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    super::refuse_reports(&arguments.targets.reach)?;
    let [old, new] = arguments.documents.as_slice() else {
        return Err(Failure::unusable("two documents are to be compared")
            .help("name the old one first: --documents OLD NEW"));
    };
    let load = |path: &Path| source::load(Some(path), &config.patterns);
    let (old, new) = (load(old)?.spec, load(new)?.spec);
    source::announce(&old, terminal);
    source::announce(&new, terminal);
    let comparison = compare(&old, &new, Limits::default());
    let limit = limit(arguments.targets.reach.fail_on());
    let look = Look {
        colour: terminal.out.has_colour(),
        width: terminal.width,
        reports: write(&comparison, limit, &arguments.targets.reach)?,
    };
    crate::cli::print(&screen(&comparison, limit, &look))?;
    Ok(if comparison.fails(limit) {
        Exit::Findings
    } else if comparison.is_open() {
        Exit::Inconclusive
    } else {
        Exit::Success
    })
}

fn limit(fail_on: FailOn) -> Option<Grade> {
    match fail_on {
        FailOn::Error => Some(Grade::Breaking),
        FailOn::Warning => Some(Grade::Unclear),
        FailOn::Note => Some(Grade::Note),
        FailOn::Never => None,
    }
}

/// Writes the reports and returns their names.
fn write(
    comparison: &Comparison,
    limit: Option<Grade>,
    reach: &Reach,
) -> Result<Vec<String>, Failure> {
    let failed = |path: &Path, error: &dyn std::fmt::Display| {
        Failure::unusable(format!("`{}` cannot be written: {error}", path.display()))
            .help("choose another folder with --report-dir")
    };
    let folder = &*reach.report_dir;
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    let mut written = Vec::new();
    for kind in &reach.reports {
        let (name, bytes) = match kind {
            Report::Json => {
                let json = json(comparison, limit).map_err(|error| failed(folder, &error))?;
                ("parity.json", json.into_bytes())
            }
            Report::Junit => {
                let junit = junit(comparison, limit).map_err(|error| failed(folder, &error))?;
                ("parity.junit.xml", junit)
            }
            Report::Html => ("parity.html", html(comparison, limit).into_bytes()),
            // They are about a load.
            Report::Hlog | Report::Timeline => continue,
        };
        let path = folder.join(name);
        write_whole(&path, bytes).map_err(|error| failed(&path, &error))?;
        written.push(path.display().to_string());
    }
    Ok(written)
}
