//! Inputs that are to be drawn and have no schema.

use super::Lint;
use crate::arazzo::{Workflow, suggest};
use crate::code::Code;

impl Lint<'_> {
    /// `x-proofmark-generate` of a workflow names inputs.
    pub(super) fn drawn_inputs(&mut self, workflow: &Workflow) {
        let inputs = workflow.declared_inputs();
        for name in &workflow.generate {
            if !inputs.schemas.contains_key(&name.value) {
                let known = inputs.schemas.keys().map(String::as_str);
                let hint = suggest::hint(&name.value, known);
                let message = format!("`inputs` declares no `{}` to be drawn", name.value);
                self.report(workflow, Code::UNKNOWN_NAME, &name.location, message, hint);
            }
        }
    }
}
