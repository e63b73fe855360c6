//! Static rules: what a description gets wrong that can be seen without any API description.

mod calls;
mod cycle;
mod dependencies;
mod expressions;
mod flow;
mod inputs;
mod names;
mod portable;
mod resolve;
mod usable;

use super::{Description, Workflow};
use crate::code::{Code, Severity};
use crate::document::{Diagnostic, Location};

pub(crate) use calls::{circle, needed};
pub(crate) use cycle::cycles;
pub use portable::portability;
pub(super) use usable::{mark_defective, mark_unusable};

/// A defect, and the workflow that it costs if it is an error.
pub(super) struct Found {
    pub(super) workflow: Option<String>,
    pub(super) diagnostic: Diagnostic,
}

/// Everything that the rules find.
pub(super) fn lint(description: &Description) -> Vec<Found> {
    let mut lint = Lint {
        description,
        found: Vec::new(),
    };
    for workflow in description.workflows.values() {
        lint.names(workflow);
        lint.drawn_inputs(workflow);
        lint.expressions(workflow);
        lint.flow(workflow);
        lint.step_dependencies(workflow);
    }
    lint.dependencies();
    lint.calls();
    lint.found
}

struct Lint<'a> {
    description: &'a Description,
    found: Vec<Found>,
}

impl Lint<'_> {
    /// Reports a defect of a workflow.
    fn report(
        &mut self,
        workflow: &Workflow,
        code: Code,
        at: &Location,
        message: impl Into<String>,
        hint: Option<String>,
    ) {
        let mut message = message.into();
        let is_error = code.entry().severity == Severity::Error;
        if is_error {
            message = format!("{message}; workflow `{}` is not run", workflow.id);
        }
        let diagnostic = Diagnostic {
            hint,
            ..Diagnostic::new(code, at.clone(), message)
        };
        self.found.push(Found {
            workflow: is_error.then(|| workflow.id.clone()),
            diagnostic,
        });
    }

    /// Reports a name that may yet turn out to mean something.
    fn doubt(&mut self, at: &Location, message: String, hint: &str) {
        let diagnostic = Diagnostic::new(Code::UNKNOWN_NAME, at.clone(), message);
        let mut diagnostic = diagnostic.with_hint(hint);
        diagnostic.severity = Severity::Warning;
        self.found.push(Found {
            workflow: None,
            diagnostic,
        });
    }
}
