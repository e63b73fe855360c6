//! Links: what the targets of steps mean in the documents of the suite.

use strsim::jaro_winkler;

use super::{Suite, Used};
use crate::arazzo::{Step, Target, Workflow, WorkflowName};
use crate::code::Code;
use crate::document::{Diagnostic, Location};
use crate::spec::{Operation, Spec};

/// What a step calls.
#[derive(Debug, Clone, Copy)]
pub enum Called<'a> {
    /// An operation, with the number of its API description.
    Operation(usize, &'a Operation),
    /// A workflow, with the number of its file.
    Workflow(usize, &'a Workflow),
}

/// From which likeness on a name is suggested.
const LIKE: f64 = 0.8;

impl Suite {
    /// What a step of a file calls. The diagnostic says why that cannot be told.
    pub fn called(&self, file: usize, step: &Step) -> Result<Called<'_>, Box<Diagnostic>> {
        match &step.target {
            Target::Operation {
                source,
                id,
                location,
            } => self.operation(file, source.as_deref(), id, location),
            Target::Path {
                source,
                path,
                method,
                location,
            } => self.path(file, source, (path, method), location),
            Target::Workflow(name) => {
                let (file, workflow) = self.workflow(file, name)?;
                Ok(Called::Workflow(file, workflow))
            }
            Target::Request { url, .. } => Err(refusal(
                Code::UNSUPPORTED_FEATURE,
                &url.location,
                "`x-operation` is not supported: answers are judged by an API description".into(),
                Some("call an operation of a source description".into()),
            )),
            Target::Unreadable => Err(refusal(
                Code::UNREADABLE_SCENARIO_NODE,
                &step.location,
                "the step's target cannot be read".into(),
                None,
            )),
        }
    }

    /// The workflow that a name in a file means.
    pub fn workflow(
        &self,
        file: usize,
        name: &WorkflowName,
    ) -> Result<(usize, &Workflow), Box<Diagnostic>> {
        let number = match &name.source {
            None => file,
            Some(source) => {
                let used = self.used(file, source, &name.location)?;
                let Used::File(number) = used else {
                    let message = format!("the source `{source}` is no scenario file");
                    return Err(refusal(Code::UNKNOWN_NAME, &name.location, message, None));
                };
                number
            }
        };
        let found = self.files.get(number);
        let workflows = found.map(|file| &file.description.workflows);
        let workflow = workflows.and_then(|workflows| workflows.get(&name.id));
        workflow.map(|workflow| (number, workflow)).ok_or_else(|| {
            let known = workflows.into_iter().flat_map(|workflows| workflows.keys());
            unknown(
                "workflow",
                &name.id,
                known.map(String::as_str),
                &name.location,
            )
        })
    }

    /// Whether a source of a file cannot be used, so that unknown names may be in it.
    pub(super) fn misses_sources(&self, file: usize) -> bool {
        let sources = self.files.get(file).map(|file| &file.sources);
        let mut sources = sources.into_iter().flat_map(|sources| sources.values());
        sources.any(|used| *used == Used::Nothing)
    }

    fn used(
        &self,
        file: usize,
        source: &str,
        location: &Location,
    ) -> Result<Used, Box<Diagnostic>> {
        let sources = self.files.get(file).map(|file| &file.sources);
        let used = sources.and_then(|sources| sources.get(source)).copied();
        match used {
            Some(Used::Nothing) => Err(refusal(
                Code::UNKNOWN_NAME,
                location,
                format!("the source `{source}` cannot be used"),
                None,
            )),
            Some(used) => Ok(used),
            None => {
                let known = sources.into_iter().flat_map(|sources| sources.keys());
                Err(unknown(
                    "source",
                    source,
                    known.map(String::as_str),
                    location,
                ))
            }
        }
    }

    /// The API descriptions of a file in which an `operationId` is looked for.
    fn apis(
        &self,
        file: usize,
        source: Option<&str>,
        location: &Location,
    ) -> Result<Vec<usize>, Box<Diagnostic>> {
        if let Some(source) = source {
            let Used::Api(number) = self.used(file, source, location)? else {
                let message = format!("the source `{source}` is no API description");
                return Err(refusal(Code::UNKNOWN_NAME, location, message, None));
            };
            return Ok(vec![number]);
        }
        let sources = self.files.get(file).into_iter();
        let mut found: Vec<usize> = sources
            .flat_map(|file| file.sources.values())
            .filter_map(|used| match used {
                Used::Api(number) => Some(*number),
                _ => None,
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    fn operation(
        &self,
        file: usize,
        source: Option<&str>,
        id: &str,
        location: &Location,
    ) -> Result<Called<'_>, Box<Diagnostic>> {
        let apis = self.apis(file, source, location)?;
        let specs = || apis.iter().filter_map(|api| Some((*api, self.spec(*api)?)));
        let mut found = specs().filter_map(|(api, spec)| {
            let mut operations = spec.operations.values();
            let operation = operations.find(|operation| operation.id.as_str() == id)?;
            Some(Called::Operation(api, operation))
        });
        match (found.next(), found.next()) {
            (Some(called), None) => Ok(called),
            (Some(_), Some(_)) => Err(refusal(
                Code::UNKNOWN_NAME,
                location,
                format!("several sources have an operation `{id}`"),
                Some(format!("say which: `$sourceDescriptions.NAME.{id}`")),
            )),
            (None, _) if apis.is_empty() => Err(refusal(
                Code::UNKNOWN_NAME,
                location,
                format!("`{id}` cannot be looked up: no API description can be used"),
                None,
            )),
            (None, _) => {
                let known = specs().flat_map(|(_, spec)| spec.operations.keys());
                let known = known.map(crate::spec::OperationId::as_str);
                let mut refused = unknown("operation", id, known, location);
                if source.is_none()
                    && let Some(meant) = self.qualified(file, id)
                {
                    refused.hint = Some(format!("did you mean `{meant}`?"));
                }
                Err(refused)
            }
        }
    }

    /// What is meant by an operation that somebody wrote with its source, but not as the standard wants it
    /// (`source.id`).
    fn qualified(&self, file: usize, text: &str) -> Option<String> {
        let text = text.trim_start_matches('$');
        let text = text.strip_prefix("sourceDescriptions.").unwrap_or(text);
        let sources = &self.files.get(file)?.sources;
        let mut apis = sources.iter().filter_map(|(name, used)| match used {
            Used::Api(number) => Some((name, self.spec(*number)?)),
            _ => None,
        });
        let (name, id, spec) = apis.find_map(|(name, spec)| {
            let id = text
                .strip_prefix(&**name)?
                .strip_prefix(['.', '#', '/', ':'])?;
            Some((name, id, spec))
        })?;
        let known = spec.operations.keys().map(crate::spec::OperationId::as_str);
        let id = near(id, known)?;
        Some(format!("$sourceDescriptions.{name}.{id}"))
    }

    fn path(
        &self,
        file: usize,
        source: &str,
        (path, method): (&str, &str),
        location: &Location,
    ) -> Result<Called<'_>, Box<Diagnostic>> {
        let apis = self.apis(file, Some(source), location)?;
        let specs = || apis.iter().filter_map(|api| Some((*api, self.spec(*api)?)));
        let mut found = specs().filter_map(|(api, spec)| {
            let mut operations = spec.operations.values();
            let operation = operations.find(|operation| {
                operation.method == method && operation.path.to_string() == path
            })?;
            Some(Called::Operation(api, operation))
        });
        found.next().ok_or_else(|| {
            let known: Vec<String> = specs()
                .flat_map(|(_, spec)| spec.operations.values())
                .map(|operation| format!("{} {}", operation.method, operation.path))
                .collect();
            let name = format!("{method} {path}");
            unknown(
                "operation",
                &name,
                known.iter().map(String::as_str),
                location,
            )
        })
    }

    /// The API description of this number.
    pub fn spec(&self, api: usize) -> Option<&Spec> {
        self.apis.get(api).map(|api| &*api.spec)
    }
}

fn refusal(
    code: Code,
    location: &Location,
    message: String,
    hint: Option<String>,
) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::new(code, location.clone(), message);
    Box::new(match hint {
        Some(hint) => diagnostic.with_hint(hint),
        None => diagnostic,
    })
}

/// Says that a name means nothing, and which one may be meant.
fn unknown<'n>(
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'n str>,
    location: &Location,
) -> Box<Diagnostic> {
    refusal(
        Code::UNKNOWN_NAME,
        location,
        format!("there is no {what} `{name}`"),
        near(name, known).map(|other| format!("did you mean `{other}`?")),
    )
}

/// The name that is most like another one, if any is like it.
fn near<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let alike = known
        .map(|other| (jaro_winkler(other, name), other))
        .filter(|(likeness, _)| *likeness >= LIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    alike.map(|(_, other)| other)
}
