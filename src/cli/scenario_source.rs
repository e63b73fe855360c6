//! Scenario files: how they are opened, and how their defects are shown.

use std::fmt::Write;
use std::path::PathBuf;

use super::failure::Failure;
use super::paint::Paint;
use super::picture;
use super::source::counted;
use super::terminal::{self, Terminal};
use crate::code::Severity;
use crate::document::Diagnostic;
use crate::scenario::{Suite, SuiteError, SuiteOptions};

/// Opens scenario files and what they use.
pub(crate) fn open(files: &[PathBuf], options: &SuiteOptions) -> Result<Suite, Failure> {
    Suite::open(files, options).map_err(|error| match &error {
        SuiteError::Document { error, text } => {
            let place = match error.span {
                Some(span) => {
                    format!("{}:{}:{}", error.name, span.start.line, span.start.column)
                }
                None => error.name.to_string(),
            };
            let mut message = format!("{}\n  --> {place}", error.message);
            if let Some(span) = error.span {
                message.push('\n');
                picture::source(&mut message, text, span, Paint::plain());
            }
            let failure = Failure::unusable(message.trim_end());
            match &error.hint {
                Some(hint) => failure.help(hint),
                None => failure,
            }
        }
        SuiteError::Unusable(diagnostic) => {
            let failure = Failure::unusable(format!(
                "{}\n  --> {}",
                diagnostic.message, diagnostic.location
            ));
            match &diagnostic.hint {
                Some(hint) => failure.help(hint),
                None => failure,
            }
        }
        other @ SuiteError::File { .. } => Failure::unusable(other.to_string()),
    })
}

/// A diagnostic with the source line that it is about.
pub(crate) fn picture(suite: &Suite, diagnostic: &Diagnostic, paint: Paint) -> String {
    let documents = suite.files.iter().flat_map(|file| {
        let schemas = &file.description.schemas;
        (0..schemas.len()).map(|number| schemas.document(number))
    });
    let text = documents
        .filter(|document| document.name == diagnostic.location.document)
        .map(|document| &*document.text)
        .next();
    picture::diagnostic(diagnostic, text, paint)
}

/// Says on standard error how many defects the files have, and shows the errors among them.
pub(crate) fn announce(suite: &Suite, terminal: &Terminal) {
    let count = |severity| {
        let diagnostics = suite.diagnostics.iter();
        diagnostics
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if errors + warnings == 0 {
        return;
    }
    let errors_shown = suite
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error);
    for diagnostic in errors_shown {
        terminal::note(&picture(suite, diagnostic, terminal.err));
    }
    terminal::note(&format!(
        "the scenario files have {} and {}; `proofmark lint` shows them all\n",
        counted(errors, "error"),
        counted(warnings, "warning")
    ));
}

/// What to say when something must be mended before anything is sent.
pub(crate) fn failure(suite: &Suite, wrong: &[Diagnostic]) -> Failure {
    let mut message = "the scenario cannot be run; nothing was sent".to_owned();
    for diagnostic in wrong {
        let _ = write!(
            message,
            "\n\n{}",
            picture(suite, diagnostic, Paint::plain()).trim_end()
        );
    }
    Failure::unusable(message)
}
