//! `proofmark report --compare`: whether a load became slower or faster.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use super::read;
use crate::cli::arguments::Report as Kind;
use crate::cli::arguments::report::{Form, Reported as Arguments};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::gate;
use crate::cli::terminal;
use crate::cli::whole_file::write_whole;
use crate::code::Code;
use crate::load::compare::{Compared, Comparison, Gated, LapseKind, Verdict, compare, twins};
use crate::load::contradicts;
use crate::record::{LoadReport, Outcome};

/// How wide the names of steps are at most.
const NAME: usize = 30;

/// Compares runs, prints what differs, and fails if that was asked for.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let is_json = arguments.to.contains(&Form::File(Kind::Json));
    let known = [Form::Terminal, Form::File(Kind::Json)];
    if arguments.to.iter().any(|form| !known.contains(form)) {
        return Err(
            Failure::unusable("a comparison is shown on the terminal, or written as JSON")
                .help("--to json, --to terminal, or both"),
        );
    }
    let mut open = Vec::new();
    let new = loads(&arguments.files, &mut open)?;
    let old = loads(&arguments.compare, &mut open)?;
    distinct(arguments, &old, &new)?;
    let mut comparison = compare(&old, &new, arguments.fail_on_regression);
    comparison.leave_open(&open);
    let is_gate = arguments.fail_on_regression.is_some();
    let mut text = text(&comparison);
    let slower = comparison.slower().count();
    let lapses = comparison.lapsing_more().count();
    let worse = worse(&comparison);
    let exit = match (slower + lapses, comparison.is_conclusive()) {
        _ if !is_gate => Exit::Success,
        (_, false) => Exit::Inconclusive,
        (0, true) => Exit::Success,
        (_, true) => Exit::Findings,
    };
    let verdict = match exit {
        Exit::Findings => format!("FAILED  {} {worse}", Code::LOAD_REGRESSED),
        Exit::Inconclusive => {
            "INCONCLUSIVE  the runs do not tell whether anything became slower".to_owned()
        }
        _ if slower + lapses > 0 => worse,
        _ => "nothing was found to be slower".to_owned(),
    };
    let _ = writeln!(text, "\n{verdict}");
    if is_json {
        let path = arguments.report_dir.join("comparison.json");
        let files = |files: &[PathBuf]| -> Vec<String> {
            let files = files.iter();
            files.map(|file| file.display().to_string()).collect()
        };
        let (old, new) = (files(&arguments.compare), files(&arguments.files));
        let gated = Gated {
            comparison: &comparison,
            old: &old,
            new: &new,
            is_gate,
            exit_code: exit as u8,
        };
        let json = gated
            .json()
            .map_err(|error| gate::unwritable(&path, &error))?;
        fs::create_dir_all(&arguments.report_dir)
            .and_then(|()| write_whole(&path, json))
            .map_err(|error| gate::unwritable(&path, &error))?;
        terminal::note(&format!("written: {}", path.display()));
    }
    if !is_json || arguments.to.contains(&Form::Terminal) {
        crate::cli::print(&text)?;
    }
    Ok(exit)
}

/// What became worse, in words.
fn worse(comparison: &Comparison) -> String {
    let slower = comparison.slower().count();
    let slower = (slower > 0).then(|| {
        format!(
            "{slower} times became slower by more than {}",
            percent(comparison.margin)
        )
    });
    let lapses = LapseKind::ALL.into_iter().filter_map(|kind| {
        let of_kind = comparison.lapsing_more().filter(|lapse| lapse.kind == kind);
        let steps = of_kind.count();
        let of = match kind {
            LapseKind::Unserved => "more requests failed or were put off",
            LapseKind::Unreached => "fewer requests were sent",
            LapseKind::Violation => "more bodies broke their schemas",
            LapseKind::Undocumented => "more statuses were not documented",
            LapseKind::Criterion => "more criteria did not hold",
        };
        (steps > 0).then(|| format!("{of} in {steps} step{}", if steps == 1 { "" } else { "s" }))
    });
    let told: Vec<String> = slower.into_iter().chain(lapses).collect();
    told.join("; ")
}

/// Refuses a run that is given twice: it would agree with itself.
fn distinct(arguments: &Arguments, old: &[LoadReport], new: &[LoadReport]) -> Result<(), Failure> {
    let all: Vec<LoadReport> = old.iter().chain(new).cloned().collect();
    let files: Vec<&PathBuf> = arguments.compare.iter().chain(&arguments.files).collect();
    let Some((one, other)) = twins(&all) else {
        return Ok(());
    };
    let name = |at: usize| files.get(at).map(|file| file.display().to_string());
    let (one, other) = (
        name(one).unwrap_or_default(),
        name(other).unwrap_or_default(),
    );
    Err(
        Failure::unusable(format!("`{one}` and `{other}` are of one run"))
            .help("give each run once: it always agrees with itself"),
    )
}

/// The loads in these files. Those that are inconclusive by themselves are named.
fn loads(files: &[PathBuf], open: &mut Vec<String>) -> Result<Vec<LoadReport>, Failure> {
    let load = |file: &PathBuf| {
        let summary = read(file)?;
        if let Some(told) = contradicts(&summary) {
            let told = format!("`{}` {told}", file.display());
            return Err(Failure::unusable(told).help("give the file as the run wrote it"));
        }
        if summary.verdict == Outcome::Inconclusive {
            open.push(file.display().to_string());
        }
        summary.load.ok_or_else(|| {
            let told = format!("`{}` is not of a run under load", file.display());
            Failure::unusable(told)
        })
    };
    files.iter().map(load).collect()
}

fn text(comparison: &Comparison) -> String {
    let mut text = String::new();
    let (old, new) = comparison.runs;
    let basis = if (old, new) == (1, 1) {
        "blocks of seconds"
    } else {
        "runs"
    };
    let _ = writeln!(
        text,
        "{new} new against {old} old; intervals of 99 % confidence from {basis}; what is within {} counts as the same\n",
        percent(comparison.margin)
    );
    let _ = writeln!(
        text,
        "{:<NAME$} {:<9} {:>5} {:>10} {:>10} {:>8} {:>17}",
        "in ms", "time", "", "old", "new", "change", "interval"
    );
    for row in &comparison.rows {
        line(&mut text, row);
    }
    for note in &comparison.notes {
        let _ = writeln!(text, "\nnote: {note}");
    }
    text
}

fn line(text: &mut String, row: &Compared) {
    // Names come from a file.
    let name = row.step.chars().filter(|one| !one.is_control());
    let name: String = name.take(NAME).collect();
    let interval = match row.interval {
        Some((low, high)) => format!("{} to {}", signed(low), signed(high)),
        None => "-".to_owned(),
    };
    let told = match row.verdict {
        Verdict::Slower => "SLOWER",
        Verdict::Faster => "faster",
        Verdict::Same => "same",
        Verdict::Unclear => "unclear",
        Verdict::TooFew => "too few",
    };
    let _ = writeln!(
        text,
        "{name:<NAME$} {:<9} {:>5} {:>10.3} {:>10.3} {:>8} {interval:>17}  {told}",
        row.time,
        format!("p{:.0}", row.share * 100.0),
        row.old_ms,
        row.new_ms,
        signed(row.new_ms / row.old_ms),
    );
}

/// A ratio as a change in percent.
fn signed(ratio: f64) -> String {
    let change = (ratio - 1.0) * 100.0;
    if change.is_finite() {
        format!("{change:+.1}%")
    } else {
        "-".to_owned()
    }
}

fn percent(share: f64) -> String {
    let text = format!("{:.1}", share * 100.0);
    format!("{}%", text.trim_end_matches(".0"))
}
