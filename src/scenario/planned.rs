//! Plans: which workflows are run in which order, and with which inputs.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use serde_json::{Map, Value};

use super::Suite;
use super::feed::rows;
use super::inputs::{Given, inputs};
use super::unset::unset;
use crate::arazzo::{Pick, Target, Workflow};
use crate::code::{Code, Severity};
use crate::document::{Diagnostic, Location};
use crate::record::marked_values;
use crate::secret::Secret;
use crate::seed::Seed;

/// A workflow to run.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The number of its file.
    pub file: usize,
    /// Its `workflowId`.
    pub workflow: String,
    /// Its inputs.
    pub inputs: Map<String, Value>,
    /// Which of several runs it is.
    pub run: Option<String>,
}

/// Which workflows are wanted.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// By `workflowId`; empty: all that no other workflow of its file calls.
    pub workflows: Vec<String>,
    /// By tag; empty: whatever their tags are.
    pub tags: Vec<String>,
    /// Whether every row of a feed is planned, whatever it picks.
    pub every_row: bool,
}

impl Suite {
    /// The workflows that are run, those first on which others depend. The diagnostics say what must
    /// be mended before anything can be sent.
    pub fn plan(
        &self,
        selection: &Selection,
        given: &Given,
        seed: Seed,
    ) -> Result<Vec<Planned>, Vec<Diagnostic>> {
        let mut plan = Plan {
            suite: self,
            given,
            seed,
            every_row: selection.every_row,
            planned: Vec::new(),
            seen: HashSet::new(),
            checked: HashSet::new(),
            wrong: Vec::new(),
            errors: self
                .check()
                .into_iter()
                .filter(|found| found.severity == Severity::Error)
                .collect(),
        };
        for (file, workflow) in self.selected(selection) {
            plan.add(file, workflow);
        }
        plan.strays();
        if plan.wrong.is_empty() {
            Ok(plan.planned)
        } else {
            Err(plan.wrong)
        }
    }

    /// The workflows that a selection means.
    pub fn selected(&self, selection: &Selection) -> Vec<(usize, &Workflow)> {
        let entries = self.entries();
        let wanted = |(file, workflow): &(usize, &Workflow)| {
            let by_name = selection.workflows.contains(&workflow.id);
            let by_tag = workflow.tags.iter().any(|tag| selection.tags.contains(tag));
            match (selection.workflows.is_empty(), selection.tags.is_empty()) {
                (true, true) => entries.contains(&(*file, workflow.id.clone())),
                (false, true) => by_name,
                (true, false) => by_tag,
                (false, false) => by_name && by_tag,
            }
        };
        self.workflows().filter(wanted).collect()
    }

    /// The workflows of files that were asked for, without those that others lead to. Of a file in which
    /// each leads to another one, the first.
    fn entries(&self) -> BTreeSet<(usize, String)> {
        let called: BTreeSet<(usize, &str)> = self
            .workflows()
            .flat_map(|(file, workflow)| {
                let callees = self.callees(file, workflow).into_iter();
                // One that leads to itself is still where somebody begins.
                let others = callees
                    .filter(move |(other, callee)| (*other, &callee.id) != (file, &workflow.id));
                others.map(|(other, callee)| (other, &*callee.id))
            })
            .collect();
        let mut entries = BTreeSet::new();
        for (number, file) in self.files.iter().enumerate() {
            let all = || file.description.workflows.keys();
            let mut own: Vec<&String> = all()
                .filter(|id| !called.contains(&(number, &***id)))
                .collect();
            if own.is_empty() {
                own.extend(all().next());
            }
            entries.extend(own.into_iter().map(|id| (number, id.clone())));
        }
        entries
    }

    /// The values of inputs that must not be shown.
    pub fn secrets(&self, planned: &[Planned]) -> Vec<Secret> {
        let mut secrets = Vec::new();
        for each in planned {
            let file = self.files.get(each.file);
            let workflow = file.and_then(|file| file.description.workflow(&each.workflow));
            let Some(workflow) = workflow else {
                continue;
            };
            secrets.extend(secret_inputs(workflow, &each.inputs));
        }
        secrets
    }
}

/// The values of a workflow's inputs that must not be shown.
pub(super) fn secret_inputs(workflow: &Workflow, inputs: &Map<String, Value>) -> Vec<Secret> {
    let declared = workflow.declared_inputs();
    let mut secrets: Vec<Secret> = inputs
        .iter()
        .filter(|(name, _)| declared.is_secret(name))
        .map(|(_, value)| match value {
            Value::String(text) => Secret::new(text.as_str()),
            other => Secret::new(other.to_string()),
        })
        .collect();
    if let Some(schema) = &workflow.inputs {
        let inputs = Value::Object(inputs.clone());
        secrets.extend(marked_values(&inputs, schema).into_iter().map(Secret::new));
    }
    secrets
}

/// A row of a feed with its name; neither without a feed.
type Row = (Option<String>, Option<Map<String, Value>>);

struct Plan<'a> {
    suite: &'a Suite,
    given: &'a Given,
    seed: Seed,
    every_row: bool,
    planned: Vec<Planned>,
    seen: HashSet<(usize, String)>,
    checked: HashSet<(usize, String)>,
    wrong: Vec<Diagnostic>,
    /// What keeps steps from being sent.
    errors: Vec<Diagnostic>,
}

impl Plan<'_> {
    fn add(&mut self, file: usize, workflow: &Workflow) {
        if !self.seen.insert((file, workflow.id.clone())) {
            return;
        }
        self.check(file, workflow);
        let rows = match self.rows(file, workflow) {
            Ok(rows) => rows,
            Err(diagnostic) => {
                self.refuse(*diagnostic);
                return;
            }
        };
        for (run, row) in rows {
            let seed = self.seed.derive(&workflow.id, 0);
            let seed = seed.derive(run.as_deref().unwrap_or_default(), 1);
            let inputs = inputs(workflow, self.given, row.as_ref(), seed).and_then(|inputs| {
                match unset(self.suite, file, workflow, &inputs) {
                    Some(told) if workflow.unusable.is_none() => Err(Box::new(told)),
                    _ => Ok(inputs),
                }
            });
            match inputs {
                Ok(inputs) => self.planned.push(Planned {
                    file,
                    workflow: workflow.id.clone(),
                    inputs,
                    run,
                }),
                Err(mut error) => {
                    if let Some(run) = &run {
                        let reason = error.message.split_once(": ");
                        let (whose, reason) = reason.unwrap_or(("", &error.message));
                        error.message = format!("{whose}: {run} of its feed: {reason}");
                    }
                    self.refuse(*error);
                    // The same is wrong with every row, or enough to begin with.
                    return;
                }
            }
        }
    }

    /// Looks for what is wrong in a workflow and in those that it leads to, and plans what they need.
    fn check(&mut self, file: usize, workflow: &Workflow) {
        if !self.checked.insert((file, workflow.id.clone())) {
            return;
        }
        if let Some(defect) = &workflow.unusable {
            self.defects(workflow, defect);
        }
        for name in &workflow.depends_on {
            match self.suite.workflow(file, name) {
                Ok((other, needed)) => self.add(other, needed),
                Err(diagnostic) => self.unknown(file, *diagnostic),
            }
        }
        for step in &workflow.steps {
            let is_told = matches!(step.target, Target::Unreadable) && workflow.unusable.is_some();
            if let Err(diagnostic) = self.suite.called(file, step)
                && !is_told
            {
                self.unknown(file, *diagnostic);
            }
        }
        for error in self.errors.clone() {
            let own = &workflow.location;
            let at = &error.location;
            if at.document == own.document && own.pointer.contains(&at.pointer) {
                self.refuse(error);
            }
        }
        for (other, callee) in self.suite.callees(file, workflow) {
            self.check(other, callee);
        }
    }

    /// Tells of errors that stand in no workflow that can be read, such as one with the name of another.
    /// What is shared matters to those only who use it.
    fn strays(&mut self) {
        let files = self.suite.files.iter().filter(|file| file.is_asked_for);
        let workflows: Vec<&Location> = files
            .flat_map(|file| file.description.workflows.values())
            .map(|workflow| &workflow.location)
            .collect();
        let is_stray = |told: &&Diagnostic| {
            let at = &told.location;
            let pointer = at.pointer.as_str();
            let is_shared = [
                "/sourceDescriptions/",
                "/components/",
                "/x-proofmark-load",
                "/x-proofmark-parity",
            ]
            .iter()
            .any(|place| pointer.starts_with(place));
            let is_own = workflows.iter().any(|workflow| {
                workflow.document == at.document && workflow.pointer.contains(&at.pointer)
            });
            told.severity == Severity::Error && !is_shared && !is_own
        };
        let strays = self.suite.diagnostics.iter().filter(is_stray).cloned();
        for stray in strays.collect::<Vec<_>>() {
            self.refuse(stray);
        }
    }

    /// Tells that a name means nothing. Where a source is missing that may have it, that is told instead,
    /// and once.
    fn unknown(&mut self, file: usize, diagnostic: Diagnostic) {
        let name = self.suite.files.get(file).map_or("", |file| &*file.name);
        let sources = self.suite.diagnostics.iter().filter(|told| {
            let at = &told.location;
            let is_source = at.pointer.as_str().starts_with("/sourceDescriptions/");
            told.severity == Severity::Error && &*at.document == name && is_source
        });
        let sources: Vec<Diagnostic> = sources.cloned().collect();
        if sources.is_empty() || !self.suite.misses_sources(file) {
            self.refuse(diagnostic);
        }
        for source in sources {
            self.refuse(source);
        }
    }

    /// Tells what makes a workflow unusable.
    fn defects(&mut self, workflow: &Workflow, defect: &Location) {
        let own = &workflow.location;
        let errors = self.suite.diagnostics.iter().filter(|told| {
            let is_own = told.location.document == own.document
                && own.pointer.contains(&told.location.pointer);
            told.severity == Severity::Error && (is_own || told.location == *defect)
        });
        let errors: Vec<Diagnostic> = errors.cloned().collect();
        if errors.is_empty() {
            let message = format!("workflow `{}` cannot be run", workflow.id);
            let code = Code::UNREADABLE_SCENARIO_NODE;
            self.refuse(Diagnostic::new(code, defect.clone(), message));
        }
        for error in errors {
            self.refuse(error);
        }
    }

    /// Notes what must be mended, once for each place.
    fn refuse(&mut self, diagnostic: Diagnostic) {
        let is_known = |known: &Diagnostic| known.location == diagnostic.location;
        if !self.wrong.iter().any(is_known) {
            self.wrong.push(diagnostic);
        }
    }

    /// One run for each row of the feed, or one.
    fn rows(&self, file: usize, workflow: &Workflow) -> Result<Vec<Row>, Box<Diagnostic>> {
        let Some(feed) = &workflow.feed else {
            return Ok(vec![(None, None)]);
        };
        let name = self.suite.files.get(file).map_or("", |file| &file.name);
        let folder = Path::new(name).parent().unwrap_or(Path::new(""));
        let found = rows(feed, folder).map_err(|error| {
            let message = format!("the feed cannot be read: {error}");
            let code = Code::UNREADABLE_SCENARIO_NODE;
            Box::new(Diagnostic::new(code, feed.location.clone(), message))
        })?;
        let numbered = found
            .into_iter()
            .enumerate()
            .map(|(index, row)| (Some(format!("row {}", index + 1)), Some(row)));
        Ok(match feed.pick {
            Pick::Random if !self.every_row => {
                let mut rows: Vec<_> = numbered.collect();
                let count = u64::try_from(rows.len()).unwrap_or(u64::MAX).max(1);
                let at = self.seed.derive("feed", 0).number() % count;
                let at = usize::try_from(at).unwrap_or_default();
                vec![rows.swap_remove(at)]
            }
            Pick::Sequential | Pick::Unique | Pick::Random => numbered.collect(),
        })
    }
}
