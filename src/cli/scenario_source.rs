//! Scenario files: how they are opened, and how their defects are shown.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::arguments::run::Choice;
use super::config::Config;
use super::exit::Exit;
use super::failure::Failure;
use super::paint::Paint;
use super::source::{self, counted};
use super::target::Target;
use super::terminal::{self, Terminal};
use crate::code::Severity;
use crate::document::{Diagnostic, Document, read_text};
use crate::scenario::{Given, Selection, Suite, SuiteError, SuiteOptions};

/// Opens scenario files and what they use.
pub(crate) fn open(files: &[PathBuf], options: &SuiteOptions) -> Result<Suite, Failure> {
    Suite::open(files, options).map_err(|error| match &error {
        SuiteError::Document { error, text } => source::unreadable(error, text),
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
    let sets = suite.files.iter().map(|file| &*file.description.schemas);
    source::pictured(sets, diagnostic, paint)
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

/// How files are opened.
pub(crate) fn options(choice: &Choice, spec: Option<&Path>, config: &Config) -> SuiteOptions {
    let own = choice.sources.iter();
    let mut replaced: IndexMap<String, _> = own
        .map(|(name, file)| (name.clone(), file.into()))
        .collect();
    if let Some(spec) = spec {
        replaced.insert(String::new(), spec.to_owned());
    }
    SuiteOptions {
        formats: config.patterns.clone(),
        replaced,
    }
}

/// The workflows that are wanted; one that is not there is refused.
pub(crate) fn choose(suite: &Suite, choice: &Choice) -> Result<Selection, Failure> {
    let selection = Selection {
        workflows: choice.workflows.clone(),
        tags: choice.tags.clone(),
        every_row: false,
    };
    let known: Vec<&str> = suite
        .workflows()
        .map(|(_, workflow)| &*workflow.id)
        .collect();
    for name in &selection.workflows {
        if known.contains(&&**name) {
            continue;
        }
        let failure = Failure::new(Exit::Nothing, format!("there is no workflow `{name}`"));
        let otherwise = format!("there are: {}", known.join(", "));
        return Err(failure.suggest(name, known.iter().copied(), otherwise));
    }
    Ok(selection)
}

/// Refuses inputs that none of the workflows takes.
pub(crate) fn all_taken(suite: &Suite, given: &Given, choice: &Choice) -> Result<(), Failure> {
    let declared: Vec<_> = suite
        .files
        .iter()
        .flat_map(|file| file.description.workflows.values())
        .map(|workflow| (&workflow.id, workflow.declared_inputs()))
        .collect();
    let takes = |name: &str| {
        declared
            .iter()
            .any(|(id, inputs)| inputs.is_open || inputs.schemas.contains_key(name) || *id == name)
    };
    // What a target gives may be meant for other files.
    let from_file = given.from_file.iter();
    let names = choice.inputs.iter().map(|(name, _)| name).chain(from_file);
    for name in names {
        if takes(name) {
            continue;
        }
        let failure = Failure::unusable(format!("no workflow takes an input `{name}`"));
        let known = declared
            .iter()
            .flat_map(|(_, inputs)| inputs.schemas.keys());
        let known = known.map(String::as_str);
        let otherwise = "`inputs` of a workflow name those that it takes";
        return Err(failure.suggest(name, known, otherwise));
    }
    Ok(())
}

/// The inputs from file, flags and targets.
pub(crate) fn given<'t>(
    choice: &Choice,
    targets: impl Iterator<Item = &'t Target>,
) -> Result<Given, Failure> {
    let mut given = Given::default();
    for target in targets {
        given.all.extend(target.inputs.clone());
    }
    if let Some(path) = &choice.inputs_file {
        for (name, value) in read(path)? {
            given.from_file.push(name.clone());
            given.all.insert(name, value);
        }
    }
    for (name, value) in &given.all {
        // Inputs of one workflow stand below its name.
        if let Value::Object(members) = value {
            given.of_workflow.insert(name.clone(), members.clone());
        }
    }
    given.texts.extend(choice.inputs.iter().cloned());
    Ok(given)
}

fn read(path: &Path) -> Result<Map<String, Value>, Failure> {
    let shown = path.display();
    let text = read_text(path)
        .map_err(|error| Failure::unusable(format!("`{shown}` cannot be read: {error}")))?;
    let document = Document::parse(&path.to_string_lossy(), &text).map_err(|error| {
        let line = error.span.map_or(1, |span| span.start.line);
        Failure::unusable(format!("{shown}:{line}: {error}"))
    })?;
    match document.value {
        Value::Object(members) => Ok(members),
        _ => Err(Failure::unusable(format!(
            "`{shown}` is no object of inputs by name"
        ))),
    }
}
