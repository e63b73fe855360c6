//! Suites: scenario files with the API descriptions and the other scenario files that they use.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::generators::Generators;
use crate::arazzo::{
    Description, Scope, Severities, Source, SourceKind, Step, Workflow, read_with,
};
use crate::code::Code;
use crate::document::{Diagnostic, Document, DocumentError, read_text};
use crate::schema::{Formats, Unavailable};
use crate::spec::{DiskFiles, Files, LoadError, Spec};

/// How deep source descriptions may lead to further scenario files.
const MOST_FILES: usize = 200;

/// Scenario files, ready to be linted, shown or run.
#[derive(Debug, Default)]
pub struct Suite {
    /// The files: first those that were asked for, then those that they use.
    pub files: Vec<ScenarioFile>,
    /// The API descriptions that they use, each once.
    pub apis: Vec<Api>,
    /// What is wrong with the files.
    pub diagnostics: Vec<Diagnostic>,
    /// The generators of bodies that steps draw.
    pub(crate) generators: Generators,
}

/// An API description of a suite.
#[derive(Debug)]
pub struct Api {
    /// The description.
    pub spec: Arc<Spec>,
    /// The file that it was read from.
    pub path: PathBuf,
    /// The name of the first source description that led to it.
    pub source: String,
}

/// A scenario file.
#[derive(Debug)]
pub struct ScenarioFile {
    /// The name as it was given.
    pub name: String,
    /// What it says.
    pub description: Description,
    /// What became of its source descriptions.
    pub sources: IndexMap<String, Used>,
    /// The same as expressions see them: `url`, `type` and the like.
    pub source_fields: IndexMap<String, Map<String, Value>>,
    /// Whether it was asked for, and not only used by another one.
    pub is_asked_for: bool,
}

/// What a source description leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Used {
    /// An API description of the suite.
    Api(usize),
    /// A scenario file of the suite.
    File(usize),
    /// Nothing that can be used; a diagnostic says why.
    Nothing,
}

/// What a suite is read with.
#[derive(Debug, Clone, Default)]
pub struct SuiteOptions {
    /// Custom formats of schemas.
    pub formats: Formats,
    /// Files to take for source descriptions instead of what their `url` says: by the source's name,
    /// or under the empty name for every API description.
    pub replaced: IndexMap<String, PathBuf>,
}

/// Why nothing of a scenario file can be used.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// A file cannot be read.
    #[error("`{name}` cannot be read: {error}")]
    File {
        /// The file.
        name: String,
        /// Why.
        error: std::io::Error,
    },
    /// A file is neither JSON nor YAML.
    #[error("{error}")]
    Document {
        /// What is wrong with it.
        error: DocumentError,
        /// Its text.
        text: Arc<str>,
    },
    /// A file is no Arazzo description that can be used.
    #[error("{0}")]
    Unusable(Box<Diagnostic>),
}

impl ScenarioFile {
    /// What expressions can name in any workflow of the file.
    pub(crate) fn scope(&self) -> Scope<'_> {
        Scope {
            sources: Some(&self.source_fields),
            components: self.description.written_components(),
            self_uri: self.description.uri.as_deref(),
            ..Scope::default()
        }
    }
}

impl Suite {
    /// Reads scenario files and all that they use. An error says that one of the files that were asked
    /// for cannot be used at all; anything less is among the diagnostics.
    pub fn open(paths: &[PathBuf], options: &SuiteOptions) -> Result<Self, SuiteError> {
        let mut suite = Self::default();
        let mut pending: Vec<PathBuf> = paths.to_vec();
        let mut known: Vec<PathBuf> = Vec::new();
        let mut number = 0;
        // What files use is put behind those that were asked for.
        while let Some(path) = pending.get(number).cloned() {
            let is_asked_for = number < paths.len();
            number += 1;
            let file = suite.read(&path, is_asked_for)?;
            known.push(same(&path));
            let folder = path.parent().unwrap_or(Path::new("")).to_owned();
            let sources: Vec<Source> = file.description.sources.values().cloned().collect();
            suite.files.push(file);
            for source in sources {
                let used = suite.source(&source, &folder, options, &mut pending, &known);
                if let Some(file) = suite.files.last_mut() {
                    file.sources.insert(source.name.clone(), used);
                }
            }
        }
        Ok(suite)
    }

    fn read(&mut self, path: &Path, is_asked_for: bool) -> Result<ScenarioFile, SuiteError> {
        let name = path.to_string_lossy().into_owned();
        let text = read_text(path).map_err(|error| SuiteError::File {
            name: name.clone(),
            error,
        })?;
        let document = Document::parse(&name, &text).map_err(|error| SuiteError::Document {
            error,
            text: text.as_str().into(),
        })?;
        let files = DiskFiles::beside(path);
        let (description, diagnostics) = read_with(document, &mut |name| open(name, &files));
        let Some(description) = description else {
            let first = diagnostics.into_iter().next();
            return Err(match first {
                Some(diagnostic) => SuiteError::Unusable(Box::new(diagnostic)),
                None => SuiteError::File {
                    name,
                    error: std::io::Error::other("it holds nothing"),
                },
            });
        };
        self.diagnostics.extend(diagnostics);
        Ok(ScenarioFile {
            name,
            source_fields: description.source_fields(),
            description,
            sources: IndexMap::new(),
            is_asked_for,
        })
    }

    fn source(
        &mut self,
        source: &Source,
        folder: &Path,
        options: &SuiteOptions,
        pending: &mut Vec<PathBuf>,
        known: &[PathBuf],
    ) -> Used {
        let replaced = options.replaced.get(&source.name);
        let for_all = || {
            let is_api = source.kind != Some(SourceKind::Arazzo);
            options.replaced.get("").filter(|_| is_api)
        };
        let path = match replaced.or_else(for_all) {
            Some(path) => path.clone(),
            None if is_remote(&source.url) => {
                self.complain(
                    source,
                    format!("`{}` is not read: documents come from files", source.url),
                    &format!("download it and say `--source {}=FILE`", source.name),
                );
                return Used::Nothing;
            }
            None => tidy(&folder.join(source.url.strip_prefix("file://").unwrap_or(&source.url))),
        };
        match source.kind.or_else(|| sniff(&path)) {
            Some(SourceKind::AsyncApi) => Used::Nothing,
            Some(SourceKind::Arazzo) => {
                let identity = same(&path);
                let mut all = known
                    .iter()
                    .cloned()
                    .chain(pending.iter().map(|at| same(at)));
                // The files that are known come first in both lists.
                if let Some(at) = known.iter().position(|other| *other == identity) {
                    return Used::File(at);
                }
                if let Some(at) = all.position(|other| other == identity) {
                    return Used::File(at - known.len());
                }
                if !path.is_file() || pending.len() >= MOST_FILES {
                    self.complain(
                        source,
                        format!("`{}` cannot be read", path.display()),
                        "a source's `url` is relative to the scenario file",
                    );
                    return Used::Nothing;
                }
                pending.push(path);
                Used::File(pending.len() - 1)
            }
            Some(SourceKind::OpenApi) | None => self.api(source, path, options),
        }
    }

    fn api(&mut self, source: &Source, path: PathBuf, options: &SuiteOptions) -> Used {
        let identity = same(&path);
        if let Some(at) = self.apis.iter().position(|api| same(&api.path) == identity) {
            return Used::Api(at);
        }
        match Spec::open_with(&path, &options.formats) {
            Ok(spec) => {
                self.apis.push(Api {
                    spec: Arc::new(spec),
                    path,
                    source: source.name.clone(),
                });
                Used::Api(self.apis.len() - 1)
            }
            Err(error) => {
                let message = match &error {
                    LoadError::Document { error, .. } => {
                        let line = error.span.map_or(1, |span| span.start.line);
                        format!("{}:{line}: {error}", path.display())
                    }
                    other @ LoadError::File(_) => other.to_string(),
                };
                self.complain(
                    source,
                    message,
                    "a source's `url` is relative to the scenario file",
                );
                Used::Nothing
            }
        }
    }

    fn complain(&mut self, source: &Source, message: String, hint: &str) {
        let code = Code::UNREADABLE_SCENARIO_NODE;
        let diagnostic = Diagnostic::new(code, source.location.clone(), message);
        self.diagnostics.push(diagnostic.with_hint(hint));
    }

    /// The severities that the author wishes for the findings of a step, the nearest first.
    pub(crate) fn severities<'a>(
        &'a self,
        file: usize,
        workflow: &'a Workflow,
        step: &'a Step,
    ) -> impl Iterator<Item = &'a Severities> {
        let file = self.files.get(file).map(|file| &file.description.checks);
        [Some(&step.checks), Some(&workflow.checks), file]
            .into_iter()
            .flatten()
    }

    /// The workflows of the files that were asked for, each with its file's number.
    pub fn workflows(&self) -> impl Iterator<Item = (usize, &Workflow)> {
        let files = self.files.iter().enumerate();
        files
            .filter(|(_, file)| file.is_asked_for)
            .flat_map(|(number, file)| {
                let workflows = file.description.workflows.values();
                workflows.map(move |workflow| (number, workflow))
            })
    }
}

/// The path in a form in which equal files are equal.
fn same(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The path without `..` behind a name, for people to read.
fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        let is_back = component == Component::ParentDir;
        if is_back && matches!(tidy.components().next_back(), Some(Component::Normal(_))) {
            tidy.pop();
        } else {
            tidy.push(component);
        }
    }
    tidy
}

fn is_remote(url: &str) -> bool {
    url.split_once("://")
        .is_some_and(|(scheme, _)| scheme != "file")
}

/// What a document says that it is.
fn sniff(path: &Path) -> Option<SourceKind> {
    let text = read_text(path).ok()?;
    let document = Document::parse(&path.to_string_lossy(), &text).ok()?;
    let has = |key: &str| document.value.get(key).is_some();
    if has("arazzo") {
        Some(SourceKind::Arazzo)
    } else if has("asyncapi") {
        Some(SourceKind::AsyncApi)
    } else {
        Some(SourceKind::OpenApi)
    }
}

fn open(name: &str, files: &dyn Files) -> Result<Document, Unavailable> {
    let unavailable = |message: String, hint: Option<String>| Unavailable { message, hint };
    let text = files
        .read(name)
        .map_err(|error| unavailable(error.to_string(), error.hint().map(str::to_owned)))?;
    Document::parse(name, &text).map_err(|error| unavailable(error.to_string(), error.hint))
}
