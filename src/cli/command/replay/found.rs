//! Reports that have been found, and what in them is to be sent again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::case::Address;
use crate::cli::arguments::replay::Replay;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::record::{FindingRow, Recipe, Summary};

/// A report.
pub(super) struct Found {
    pub(super) file: PathBuf,
    pub(super) summary: Summary,
}

/// The report that was named, else the one in the folder of reports.
pub(super) fn find(arguments: &Replay) -> Result<Found, Failure> {
    let file = arguments.from.clone();
    let file = file.unwrap_or_else(|| arguments.report_dir.join("run.json"));
    let text = fs::read_to_string(&file).map_err(|error| unreadable(&file, &error))?;
    let summary = Summary::read(&text)
        .map_err(|error| Failure::unusable(format!("`{}`: {error}", file.display())))?;
    Ok(Found { file, summary })
}

fn unreadable(file: &Path, error: &io::Error) -> Failure {
    Failure::unusable(format!("`{}` cannot be read: {error}", file.display()))
        .help("`check` and `parity` write reports; `--from FILE` names another one")
}

/// What the run was made from.
pub(super) fn recipe<'r>(file: &Path, recipe: Option<&'r Recipe>) -> Result<&'r Recipe, Failure> {
    recipe.ok_or_else(|| {
        Failure::unusable(format!(
            "`{}` does not say what its run was made from",
            file.display()
        ))
        .help("reports of `check` of this version do; each finding has a curl line as well")
    })
}

/// The findings that are to be sent again: those that were named, else those that failed the run.
pub(super) fn chosen<'s>(
    file: &Path,
    summary: &'s Summary,
    arguments: &Replay,
) -> Result<Vec<&'s FindingRow>, Failure> {
    let all = || summary.findings.iter();
    if arguments.ids.is_empty() {
        let rows: Vec<_> = all()
            .filter(|row| arguments.all || summary.fails(row.severity))
            .collect();
        if rows.is_empty() {
            let file = file.display();
            let failure = Failure::new(Exit::Nothing, format!("nothing failed in `{file}`"));
            return Err(match all().next() {
                Some(_) => failure.help("`--all` also takes what did not fail the run"),
                None => failure,
            });
        }
        return Ok(rows);
    }
    let named = |row: &FindingRow, id: &String| {
        let id = id.to_lowercase();
        name(row).starts_with(&id)
            || row.example.case.as_str().starts_with(&id)
            || row.fingerprint.as_str().starts_with(&id)
    };
    for id in &arguments.ids {
        if id.is_empty() || !all().any(|row| named(row, id)) {
            let failure = Failure::unusable(format!(
                "no case and no finding of `{}` is called `{id}`",
                file.display()
            ));
            return Err(failure.help(there_is(summary)));
        }
    }
    Ok(all()
        .filter(|row| arguments.ids.iter().any(|id| named(row, id)))
        .collect())
}

/// What the case of a finding is called: by its place in the plan, which only it has.
pub(super) fn name(row: &FindingRow) -> &str {
    let example = &row.example;
    let address = example.address.as_ref().map(Address::as_str);
    address.unwrap_or_else(|| example.case.as_str())
}

/// The cases that there are, in words.
fn there_is(summary: &Summary) -> String {
    /// More are not named.
    const MOST: usize = 8;
    let rows = summary.findings.iter();
    let mut told: Vec<String> = rows
        .map(|row| format!("{} ({} {})", name(row), row.code, row.operation))
        .collect();
    told.dedup();
    if told.is_empty() {
        return "it has no findings".to_owned();
    }
    let more = told.len().saturating_sub(MOST);
    told.truncate(MOST);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("there are {}{more}", told.join(", "))
}
