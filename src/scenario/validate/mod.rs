//! Static rules: what steps get wrong that can be seen from the API descriptions, without a request.

mod answer;
mod body;
mod call;
mod circle;
mod credential;
mod instance;
mod marked;
mod names;
mod parameter;
mod reach;
mod status;

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Called, Suite};
use crate::arazzo::{Description, GenerateMode, Step, Target, Workflow};
use crate::code::{Code, Severity};
use crate::document::{Diagnostic, Location, Pointer};
use crate::spec::{Operation, Spec};

impl Suite {
    /// What the steps get wrong, as far as it can be seen without running them: targets and names that
    /// mean nothing, parameters, bodies and statuses that the operations do not know, values that are
    /// written out and break the operations' schemas, and reads of what no documented answer has.
    /// What the files get wrong by themselves is in [`Suite::diagnostics`].
    pub fn check(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (file, scenario) in self.files.iter().enumerate() {
            let description = &scenario.description;
            let mut own = Vec::new();
            for workflow in description.workflows.values() {
                let mut check = Check {
                    suite: self,
                    file,
                    description,
                    workflow,
                    step: None,
                    found: Vec::new(),
                };
                check.workflow();
                own.append(&mut check.found);
            }
            own.sort_by_key(|diagnostic| diagnostic.location.span.map(|span| span.start));
            // What is shared, in `components` or by an alias, is looked at more than once.
            own.dedup_by(|one, other| {
                one.location.span == other.location.span && one.message == other.message
            });
            found.append(&mut own);
        }
        found.extend(self.circles());
        found
    }
}

/// The rules on their way through a workflow.
struct Check<'a> {
    suite: &'a Suite,
    file: usize,
    description: &'a Description,
    workflow: &'a Workflow,
    /// The step that is looked at.
    step: Option<&'a Step>,
    found: Vec<Diagnostic>,
}

/// A step that calls an operation.
#[derive(Clone, Copy)]
struct Site<'a> {
    step: &'a Step,
    spec: &'a Spec,
    operation: &'a Operation,
}

impl<'a> Check<'a> {
    fn workflow(&mut self) {
        let workflow = self.workflow;
        self.names();
        let mut sites = Vec::new();
        for step in &workflow.steps {
            self.step = Some(step);
            if matches!(step.target, Target::Unreadable) {
                continue;
            }
            match self.suite.called(self.file, step) {
                Ok(Called::Operation(api, operation)) => {
                    let Some(spec) = self.suite.spec(api) else {
                        continue;
                    };
                    let site = Site {
                        step,
                        spec,
                        operation,
                    };
                    self.operation(site);
                    sites.push(site);
                }
                Ok(Called::Workflow(_, called)) => self.call(step, called),
                // That a source cannot be used was said where it is described.
                Err(_) if self.misses_sources() => {}
                Err(diagnostic) => self.add(*diagnostic),
            }
        }
        self.step = None;
        self.shared_parameters(&sites);
        self.credentials(&workflow.security, &sites);
    }

    fn operation(&mut self, site: Site<'a>) {
        self.parameters(site);
        self.body(site);
        self.statuses(site);
        self.answers(site);
        self.credentials(&site.step.security, &[site]);
    }

    /// Reports a defect.
    fn report(
        &mut self,
        code: Code,
        at: &Location,
        message: impl Into<String>,
        hint: Option<String>,
    ) {
        self.report_as(code.entry().severity, code, at, message, hint);
    }

    fn report_as(
        &mut self,
        severity: Severity,
        code: Code,
        at: &Location,
        message: impl Into<String>,
        hint: Option<String>,
    ) {
        let diagnostic = Diagnostic::new(code, at.clone(), message);
        self.add(Diagnostic {
            severity,
            hint,
            ..diagnostic
        });
    }

    /// Adds a diagnostic, as severe as `x-proofmark-checks` of the step, the workflow or the file says.
    /// Errors stay errors: they say that something cannot be sent.
    fn add(&mut self, mut diagnostic: Diagnostic) {
        let own = self.step.map(|step| &step.checks);
        let levels = [
            own,
            Some(&self.workflow.checks),
            Some(&self.description.checks),
        ];
        let mut levels = levels.into_iter().flatten();
        let said = levels.find_map(|level| level.0.get(&diagnostic.code));
        if diagnostic.severity != Severity::Error {
            match said {
                Some(None) => return,
                Some(Some(severity)) => diagnostic.severity = *severity,
                None => {}
            }
        }
        self.found.push(diagnostic);
    }

    fn place(&self, at: &Pointer) -> Location {
        self.description.document().location(at)
    }

    /// What the author wrote at a place.
    fn written(&self, at: &Location) -> Option<&'a Value> {
        self.description.document().node(&at.pointer)
    }
}

/// The statuses that the criteria of a step leave open; without criteria, success, or the refusal of what
/// is generated to be refused.
fn statuses(step: &Step) -> BTreeSet<u16> {
    if step.criteria.is_empty() {
        let generate = step.body.as_ref().and_then(|body| body.generate);
        let is_invalid = generate.is_some_and(|one| one.mode == GenerateMode::Invalid);
        return if is_invalid { 400..500 } else { 200..300 }.collect();
    }
    let all = (100..600).collect::<BTreeSet<u16>>();
    step.criteria
        .iter()
        .fold(all, |left, criterion| &left & &criterion.value.statuses())
}

/// Whether a step wants to be refused: what is wrong with its request is its purpose.
pub(super) fn wants_refusal(step: &Step) -> bool {
    let statuses = statuses(step);
    !statuses.is_empty() && statuses.iter().all(|status| (400..500).contains(status))
}

impl Site<'_> {
    fn statuses(&self) -> BTreeSet<u16> {
        statuses(self.step)
    }

    fn wants_refusal(&self) -> bool {
        wants_refusal(self.step)
    }
}

#[cfg(test)]
mod tests;
