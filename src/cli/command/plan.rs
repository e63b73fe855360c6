//! `proofmark plan`: the requests that `check` would send, as curl lines. Sends nothing.

use std::fmt::Write;

use super::check;
use crate::case::{Authority, Intent, curl, encode, plan};
use crate::cli::arguments::Plan;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::source::{self, counted};
use crate::cli::terminal::{self, Terminal};
use crate::secret::Secret;

/// Prints the planned cases, one line each.
pub(crate) fn run(arguments: &Plan, config: &Config, terminal: &Terminal) -> Result<Exit, Failure> {
    let source = source::load(arguments.selection.spec.as_deref(), &config.patterns)?;
    source::announce(&source.spec, terminal);
    let options = check::plan_options(&source.spec, &arguments.selection)?;
    let plan = plan(&source.spec, &options);
    // No secret is needed to show a request: it is masked by its variable's name.
    let authority = Authority {
        fallback: Some(Secret::new("not-sent")),
        ..Authority::default()
    };
    let mut page = String::new();
    let mut skipped = plan.skipped.len();
    for case in &plan.cases {
        let intent = match &case.intent {
            Intent::Valid => "valid".to_owned(),
            Intent::Invalid(defect) => format!("invalid: {defect}"),
            Intent::Scripted => "scripted".to_owned(),
        };
        match encode(&source.spec, case, &authority) {
            Ok(prepared) => {
                let line = curl(&prepared, "$PROOFMARK_TARGET");
                let _ = writeln!(
                    page,
                    "# {} {} {} {intent}\n{line}",
                    case.id,
                    case.operation,
                    case.phase.name()
                );
            }
            Err(error) => {
                skipped += 1;
                terminal::note(&format!(
                    "skipped {} {}: {error}",
                    case.operation,
                    case.phase.name()
                ));
            }
        }
    }
    crate::cli::print(&page)?;
    for skip in &plan.skipped {
        terminal::note(&format!(
            "skipped {} {}: {}",
            skip.operation,
            skip.phase.name(),
            skip.reason
        ));
    }
    terminal::note(&format!(
        "{} planned, {skipped} left out; stateful sequences depend on the answers and are not shown",
        counted(plan.cases.len(), "case"),
    ));
    Ok(if plan.cases.is_empty() {
        Exit::Nothing
    } else {
        Exit::Success
    })
}
