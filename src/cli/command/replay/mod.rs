//! `proofmark replay`: what a report found, looked for once more.

mod aim;
mod beside;
mod check;
mod found;
mod item;
mod made;
mod parity;
mod rounds;
mod script;

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
        Found::Run(file, summary) => {
            let has_script = summary
                .again
                .as_ref()
                .is_some_and(|one| one.script.is_some());
            refuse_idle(arguments, &file, false, has_script)?;
            let script = summary.again.as_ref().and_then(|recipe| {
                let script = recipe.script.as_ref()?;
                Some((recipe, script))
            });
            match script {
                Some(script) => script::run((&file, &summary), script, arguments, config, terminal),
                None => check::run((&file, &summary), arguments, config, terminal),
            }
        }
        Found::Parity(file, told) => {
            let has_script = told.again.as_ref().is_some_and(|one| one.script.is_some());
            refuse_idle(arguments, &file, true, has_script)?;
            parity::run((&file, &told), arguments, config, terminal)
        }
    }
}

/// Refuses options that would do nothing with this report.
fn refuse_idle(
    arguments: &Replay,
    file: &Path,
    has_sides: bool,
    has_script: bool,
) -> Result<(), Failure> {
    let names_sides = [
        ("--baseline-target", arguments.baseline.is_some()),
        ("--candidate", arguments.candidate.is_some()),
    ];
    let side = names_sides.into_iter().find(|(_, is_given)| *is_given);
    if let Some((option, _)) = side.filter(|_| !has_sides) {
        let told = format!(
            "`{}` has one target, and {option} names a side",
            file.display()
        );
        return Err(Failure::unusable(told).help("--target names another target"));
    }
    let has_inputs = !arguments.inputs.is_empty() || arguments.inputs_file.is_some();
    if has_inputs && !has_script {
        let told = format!(
            "the cases of `{}` are generated, and inputs are for workflows",
            file.display()
        );
        return Err(Failure::unusable(told).help("leave out --input and --inputs"));
    }
    Ok(())
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
