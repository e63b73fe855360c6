//! `proofmark lint`: the defects of OpenAPI documents and scenario files, with file, line and hint.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use crate::arazzo::{portability, strictness};
use crate::cli::arguments::{FailOn, Lint};
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::source::{self, counted};
use crate::cli::terminal::{self, Terminal};
use crate::cli::{picture, scenario_source};
use crate::code::Severity;
use crate::document::{Diagnostic, Document, read_text};
use crate::scenario::SuiteOptions;
use crate::schema::SchemaSet;

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
        let linted = match file.filter(|path| is_scenario(path)) {
            Some(path) => scenario(path, arguments, config),
            None => document(file, config),
        };
        let linted = match linted {
            Ok(linted) => linted,
            // One unusable file does not keep the others from being looked at.
            Err(failure) => {
                terminal::note(&failure.to_string());
                exit = exit.max(failure.exit);
                continue;
            }
        };
        crate::cli::print(&linted.page(arguments.notes, terminal))?;
        let fails = |worst: Severity| limit.is_some_and(|limit| worst >= limit);
        if linted.worst().is_some_and(fails) {
            exit = exit.max(Exit::Findings);
        }
    }
    Ok(exit)
}

/// The severity that a `--fail-on` names.
pub(crate) fn severity(fail_on: FailOn) -> Option<Severity> {
    match fail_on {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Note => Some(Severity::Note),
        FailOn::Never => None,
    }
}

/// What was found in a file.
struct Linted {
    /// What the file is, in a line.
    summary: String,
    found: Vec<Diagnostic>,
    /// The documents that the diagnostics are about: name and text.
    texts: Vec<(String, Arc<str>)>,
}

impl Linted {
    fn page(&self, notes: bool, terminal: &Terminal) -> String {
        let mut page = String::new();
        let is_shown = |diagnostic: &&Diagnostic| notes || diagnostic.severity > Severity::Note;
        for diagnostic in self.found.iter().filter(is_shown) {
            let name = &*diagnostic.location.document;
            let text = self.texts.iter().find(|(known, _)| known == name);
            let text = text.map(|(_, text)| &**text);
            let picture = picture::diagnostic(diagnostic, text, terminal.out);
            let _ = writeln!(page, "{picture}");
        }
        let count = |severity| {
            let all = self.found.iter();
            all.filter(|diagnostic| diagnostic.severity == severity)
                .count()
        };
        let _ = writeln!(
            page,
            "{}: {}, {}, {}",
            self.summary,
            counted(count(Severity::Error), "error"),
            counted(count(Severity::Warning), "warning"),
            counted(count(Severity::Note), "note"),
        );
        page
    }

    fn worst(&self) -> Option<Severity> {
        self.found
            .iter()
            .map(|diagnostic| diagnostic.severity)
            .max()
    }
}

/// Whether a file is an Arazzo description, as far as it can be read.
fn is_scenario(path: &Path) -> bool {
    let text = read_text(path).ok();
    let document = text.and_then(|text| Document::parse(&path.to_string_lossy(), &text).ok());
    document.is_some_and(|document| document.value.get("arazzo").is_some())
}

fn document(file: Option<&Path>, config: &Config) -> Result<Linted, Failure> {
    let spec = source::load(file, &config.patterns)?.spec;
    Ok(Linted {
        summary: format!(
            "{}: OpenAPI {}, {}",
            spec.schemas.document(0).name,
            spec.openapi,
            counted(spec.operations.len(), "operation")
        ),
        texts: texts(&spec.schemas),
        found: spec.diagnostics,
    })
}

fn scenario(path: &Path, arguments: &Lint, config: &Config) -> Result<Linted, Failure> {
    let options = SuiteOptions {
        formats: config.patterns.clone(),
        ..SuiteOptions::default()
    };
    let suite = scenario_source::open(&[path.to_owned()], &options)?;
    let mut found = suite.diagnostics.clone();
    found.extend(suite.check());
    let mut all = Vec::new();
    for file in &suite.files {
        if arguments.portable && file.is_asked_for {
            found.extend(portability(&file.description));
        }
        if arguments.strict && file.is_asked_for {
            let strict = strictness(&file.description);
            found.extend(strict.map_err(|error| Failure::unusable(error.to_string()))?);
        }
        all.extend(texts(&file.description.schemas));
    }
    for api in &suite.apis {
        all.extend(texts(&api.spec.schemas));
    }
    found.sort_by_key(|diagnostic| {
        let at = &diagnostic.location;
        let file = all.iter().position(|(name, _)| **name == *at.document);
        (file, at.span.map(|span| span.start))
    });
    let description = suite.files.first().map(|file| &file.description);
    let workflows = description.map_or(0, |description| description.workflows.len());
    let version = description.map_or("", |description| &*description.version.text);
    Ok(Linted {
        summary: format!(
            "{}: Arazzo {version}, {}",
            path.display(),
            counted(workflows, "workflow")
        ),
        found,
        texts: all,
    })
}

fn texts(schemas: &SchemaSet) -> Vec<(String, Arc<str>)> {
    let documents = (0..schemas.len()).map(|number| schemas.document(number));
    documents
        .map(|document| (document.name.to_string(), document.text.clone()))
        .collect()
}
