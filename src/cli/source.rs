//! Sources: which document a command is about, and how its defects are shown.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::paint::Paint;
use super::terminal::{self, Terminal};
use super::{demo, picture};
use crate::code::Severity;
use crate::document::{Diagnostic, DocumentError, read_pipe};
use crate::schema::{Formats, SchemaSet};
use crate::spec::{LoadError, Spec};

/// A loaded document, and where its behaviour file would be.
pub(crate) struct Source {
    /// The document.
    pub spec: Spec,
    /// Its path; `None` for the built-in demo.
    pub path: Option<PathBuf>,
}

/// Loads the document that was named, else the demo: from `specs/` if it is there, else the built-in
/// copy.
pub(crate) fn load(named: Option<&Path>, formats: &Formats) -> Result<Source, Failure> {
    let demo = Path::new(demo::PATH);
    let path = named.or_else(|| demo.is_file().then_some(demo));
    let spec = match path {
        Some(path) => match read_pipe(path) {
            // What a shell makes of `<(...)`. There is no folder that it could refer to files of.
            Ok(Some(text)) => Spec::from_text_with(&path.to_string_lossy(), &text, formats),
            // Whatever is wrong with a file is told by reading it as such.
            Ok(None) | Err(_) => Spec::open_with(path, formats),
        },
        None => Spec::from_text_with(demo::PATH, demo::DOCUMENT, formats),
    };
    Ok(Source {
        spec: spec.map_err(|error| failure(&error))?,
        path: path.map(Path::to_owned),
    })
}

/// What to say when nothing of a document can be used.
pub(crate) fn failure(error: &LoadError) -> Failure {
    match error {
        LoadError::Document { error, text } => unreadable(error, text),
        LoadError::File(_) => Failure::unusable(error.to_string()),
    }
}

/// What to say of a text that is no document, with the line where it ends to be one.
pub(crate) fn unreadable(error: &DocumentError, text: &str) -> Failure {
    let place = match error.span {
        Some(span) => format!("{}:{}:{}", error.name, span.start.line, span.start.column),
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

/// A diagnostic with the source line that it is about.
pub(crate) fn picture(spec: &Spec, diagnostic: &Diagnostic, paint: Paint) -> String {
    pictured([&*spec.schemas], diagnostic, paint)
}

/// A diagnostic with the source line that it is about, in one of the documents of these sets.
pub(crate) fn pictured<'s>(
    sets: impl IntoIterator<Item = &'s SchemaSet>,
    diagnostic: &Diagnostic,
    paint: Paint,
) -> String {
    let documents = sets
        .into_iter()
        .flat_map(|set| (0..set.len()).map(|number| set.document(number)));
    let text = documents
        .filter(|document| document.name == diagnostic.location.document)
        .map(|document| &*document.text)
        .next();
    picture::diagnostic(diagnostic, text, paint)
}

/// Says on standard error how many defects the document has, and shows the errors among them.
pub(crate) fn announce(spec: &Spec, terminal: &Terminal) {
    /// More are counted, not shown.
    const SHOWN: usize = 5;
    let count = |severity| {
        spec.diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if errors + warnings == 0 {
        return;
    }
    let shown = spec
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error);
    for diagnostic in shown.take(SHOWN) {
        terminal::note(&picture(spec, diagnostic, terminal.err));
    }
    terminal::note(&format!(
        "the document has {} and {}; `proofmark lint` shows them all\n",
        counted(errors, "error"),
        counted(warnings, "warning")
    ));
}

/// `1 error`, `2 errors`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        many => format!("{many} {noun}s"),
    }
}
