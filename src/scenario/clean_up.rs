//! Cleaning up: the steps that always run (`x-proofmark-always`).

use std::io;

use super::frame::Frame;
use super::run::Runner;
use crate::arazzo::{Reference, Scope, Step, Template, Workflow};
use crate::http::Transport;

impl<'s, T: Transport> Runner<'s, '_, T> {
    /// Runs the steps that always run and have not run yet, as far as what they refer to is known.
    pub(super) async fn clean_up(&mut self, frame: &mut Frame<'s>) -> io::Result<()> {
        let steps = frame.workflow.steps.iter().enumerate();
        let was_cleaning = std::mem::replace(&mut self.is_cleaning, true);
        for (index, step) in steps {
            let runs = step.always && !frame.ran.contains(&index) && self.over().is_none();
            if runs && waits_for(frame, index).is_none() && self.resolves(frame, step) {
                // Where it leads does not matter any more.
                self.step(frame, index).await?;
            }
        }
        self.is_cleaning = was_cleaning;
        Ok(())
    }

    /// Whether a step's references to other steps have values.
    fn resolves(&self, frame: &Frame<'s>, step: &Step) -> bool {
        let file = self.suite.files.get(frame.file);
        let scope = frame.scope(file, self.known.get(&frame.file), None, None);
        resolves(frame.workflow, step, &scope)
    }
}

/// Whether a step's references to other steps and workflows have values.
pub(crate) fn resolves(workflow: &Workflow, step: &Step, scope: &Scope<'_>) -> bool {
    let parameters = workflow.parameters_of(step);
    let payload = step.body.iter().filter_map(|body| body.payload.as_ref());
    let replacements = step.body.iter().flat_map(|body| &body.replacements);
    let templates = parameters
        .map(|parameter| &parameter.value)
        .chain(payload)
        .map(|placed| &placed.value)
        .chain(replacements.map(|replacement| replacement.value.value()));
    let mut named = templates
        .flat_map(Template::expressions)
        .filter_map(|(_, expression)| match expression.refers() {
            Some(Reference::StepOutput(..) | Reference::WorkflowOutput(..)) => Some(expression),
            _ => None,
        });
    named.all(|expression| expression.evaluate(scope).is_ok())
}

/// The step that another one needs and that has not run (Arazzo 1.1).
pub(super) fn waits_for(frame: &Frame<'_>, index: usize) -> Option<String> {
    let step = frame.workflow.steps.get(index)?;
    let mut own = step
        .depends_on
        .iter()
        .filter(|name| name.workflow.is_none());
    let missing = own.find(|name| !frame.steps.contains_key(&name.id))?;
    Some(format!(
        "step `{}` depends on `{}`, which has not run",
        step.id, missing.id
    ))
}
