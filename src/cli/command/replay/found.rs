//! Reports that have been found, and what in them is to be sent again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;

use crate::cli::arguments::replay::Replay;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::parity::pair::{Told, ToldDifference};
use crate::record::{FindingRow, Summary};

/// A report that was found.
pub(super) enum Found {
    /// Of a run.
    Run(PathBuf, Box<Summary>),
    /// Of two targets that were compared.
    Parity(PathBuf, Box<Told>),
}

/// What tells reports from each other.
#[derive(Deserialize)]
struct Head {
    started: Option<String>,
    at: Option<String>,
    mode: Option<String>,
}

/// The report that was named, else the newer one of those in the folder of reports.
pub(super) fn find(arguments: &Replay) -> Result<Found, Failure> {
    if let Some(file) = &arguments.from {
        let text = fs::read_to_string(file).map_err(|error| unreadable(file, &error))?;
        return read(file.clone(), &text, head(&text).as_ref());
    }
    let folder = &arguments.report_dir;
    let files = ["run.json", "parity.json"].map(|name| folder.join(name));
    let texts = files.clone().into_iter().filter_map(|file| {
        let text = fs::read_to_string(&file).ok()?;
        let head = head(&text);
        // Two documents that were compared have no cases.
        let is_sent = head
            .as_ref()
            .is_none_or(|head| head.mode.as_deref() != Some("documents"));
        let began = head.as_ref().and_then(Head::began);
        is_sent.then_some((began, file, text, head))
    });
    // Of two that began at once, the run.
    let newest = texts.reduce(|one, other| if other.0 > one.0 { other } else { one });
    if let Some((_, file, text, head)) = newest {
        return read(file, &text, head.as_ref());
    }
    let [file, _] = &files;
    let error = fs::read_to_string(file).err();
    let error = error.unwrap_or_else(|| io::ErrorKind::NotFound.into());
    Err(unreadable(file, &error))
}

fn head(text: &str) -> Option<Head> {
    serde_json::from_str(text).ok()
}

impl Head {
    /// When the run began.
    fn began(&self) -> Option<Timestamp> {
        self.started.as_ref().or(self.at.as_ref())?.parse().ok()
    }
}

fn read(file: PathBuf, text: &str, head: Option<&Head>) -> Result<Found, Failure> {
    let shown = file.display();
    let mode = head.and_then(|head| head.mode.as_deref());
    if mode == Some("documents") {
        return Err(Failure::unusable(format!(
            "`{shown}` compares two documents: nothing was sent"
        )));
    }
    if mode.is_some() {
        let told = serde_json::from_str(text).map_err(|error| {
            Failure::unusable(format!(
                "`{shown}` is no parity.json of this version: {error}"
            ))
        })?;
        return Ok(Found::Parity(file, told));
    }
    let summary =
        Summary::read(text).map_err(|error| Failure::unusable(format!("`{shown}`: {error}")))?;
    Ok(Found::Run(file, Box::new(summary)))
}

fn unreadable(file: &Path, error: &io::Error) -> Failure {
    Failure::unusable(format!("`{}` cannot be read: {error}", file.display()))
        .help("`check` and `parity` write reports; `--from FILE` names another one")
}

/// Something in a report that can be sent again.
pub(super) trait Named {
    /// What it is called, so that nothing else is.
    fn name(&self) -> String;
    /// What else it is called.
    fn other_names(&self) -> Vec<String>;
    /// In a few words.
    fn kind(&self) -> String;
}

impl Named for FindingRow {
    /// Its place in the plan, or where there is none what all findings of its kind have.
    fn name(&self) -> String {
        let address = self.example.address.as_ref();
        address.map_or_else(|| self.fingerprint.to_string(), ToString::to_string)
    }

    fn other_names(&self) -> Vec<String> {
        vec![self.example.case.to_string(), self.fingerprint.to_string()]
    }

    fn kind(&self) -> String {
        format!("{} {}", self.code, self.operation)
    }
}

impl Named for ToldDifference {
    fn name(&self) -> String {
        match (&self.case, &self.step) {
            (Some(case), _) => case.address.to_string(),
            (None, Some(step)) => step.name.clone(),
            (None, None) => String::new(),
        }
    }

    fn other_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn kind(&self) -> String {
        format!("{} {}", self.code, self.operation)
    }
}

/// What is to be sent again: what was named, else what failed the run.
pub(super) fn chosen<'s, R: Named>(
    file: &Path,
    all: &'s [R],
    failed: impl Fn(&R) -> bool,
    arguments: &Replay,
) -> Result<Vec<&'s R>, Failure> {
    let file = file.display();
    if arguments.ids.is_empty() {
        let rows: Vec<_> = all
            .iter()
            .filter(|row| arguments.all || failed(row))
            .collect();
        if rows.is_empty() {
            let failure = Failure::new(Exit::Nothing, format!("nothing failed in `{file}`"));
            return Err(match all {
                [] => failure,
                _ => failure.help("`--all` also takes what did not fail the run"),
            });
        }
        return Ok(rows);
    }
    let named = |row: &R, id: &String| {
        let id = id.to_lowercase();
        let mut names = row.other_names();
        names.push(row.name());
        names
            .iter()
            .any(|name| name.to_lowercase().starts_with(&id))
    };
    for id in &arguments.ids {
        if id.is_empty() || !all.iter().any(|row| named(row, id)) {
            let told = format!("no case and no finding of `{file}` is called `{id}`");
            return Err(Failure::unusable(told).help(there_is(all)));
        }
    }
    let rows = all.iter();
    Ok(rows
        .filter(|row| arguments.ids.iter().any(|id| named(row, id)))
        .collect())
}

/// The cases that there are, in words.
fn there_is<R: Named>(all: &[R]) -> String {
    /// More are not named.
    const MOST: usize = 8;
    let named = all.iter().filter(|row| !row.name().is_empty());
    let mut told: Vec<String> = named
        .map(|row| format!("{} ({})", row.name(), row.kind()))
        .collect();
    told.dedup();
    if told.is_empty() {
        return "it has no findings".to_owned();
    }
    let more = told.len().saturating_sub(MOST);
    told.truncate(MOST);
    let more = match more {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("there are {}{more}", told.join(", "))
}
