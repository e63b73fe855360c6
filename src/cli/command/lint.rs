//! `proofmark lint`: the defects of documents, with file, line and hint.

use std::fmt::Write;
use std::path::Path;

use crate::cli::arguments::{FailOn, Lint};
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::source::{self, counted};
use crate::cli::terminal::{self, Terminal};
use crate::code::Severity;

/// Lints the named documents, or the demo.
pub(crate) fn run(arguments: &Lint, config: &Config, terminal: &Terminal) -> Result<Exit, Failure> {
    let files: Vec<Option<&Path>> = if arguments.files.is_empty() {
        vec![None]
    } else {
        arguments
            .files
            .iter()
            .map(|path| Some(path.as_path()))
            .collect()
    };
    let limit = severity(arguments.fail_on);
    let mut exit = Exit::Success;
    for file in files {
        let source = match source::load(file, &config.patterns) {
            Ok(source) => source,
            // One unusable file does not keep the others from being looked at.
            Err(failure) => {
                terminal::note(&failure.to_string());
                exit = exit.max(failure.exit);
                continue;
            }
        };
        let (text, worst) = page(&source.spec, arguments.notes, terminal);
        crate::cli::print(&text)?;
        if worst.is_some_and(|worst| worst >= limit) {
            exit = exit.max(Exit::Findings);
        }
    }
    Ok(exit)
}

/// The severity that a `--fail-on` names.
pub(crate) fn severity(fail_on: FailOn) -> Severity {
    match fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Note => Severity::Note,
    }
}

fn page(spec: &crate::spec::Spec, notes: bool, terminal: &Terminal) -> (String, Option<Severity>) {
    let mut page = String::new();
    let shown = spec
        .diagnostics
        .iter()
        .filter(|diagnostic| notes || diagnostic.severity > Severity::Note);
    for diagnostic in shown {
        let _ = writeln!(page, "{}", source::picture(spec, diagnostic, terminal.out));
    }
    let count = |severity| {
        spec.diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    };
    let _ = writeln!(
        page,
        "{}: OpenAPI {}, {}: {}, {}, {}",
        spec.schemas.document(0).name,
        spec.openapi,
        counted(spec.operations.len(), "operation"),
        counted(count(Severity::Error), "error"),
        counted(count(Severity::Warning), "warning"),
        counted(count(Severity::Note), "note"),
    );
    (
        page,
        spec.diagnostics
            .iter()
            .map(|diagnostic| diagnostic.severity)
            .max(),
    )
}
