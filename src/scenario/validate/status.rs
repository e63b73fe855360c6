//! Statuses: what criteria ask for, against what operations document.

use super::{Check, Site};
use crate::code::{Code, Severity};

/// A criterion that leaves more statuses open names a class, not statuses.
const NAMED: usize = 8;

impl<'a> Check<'a> {
    /// Statuses that criteria name and the operation does not document.
    pub(super) fn statuses(&mut self, site: Site<'a>) {
        let responses = &site.operation.responses;
        for criterion in &site.step.criteria {
            let statuses = criterion.value.statuses();
            if statuses.len() > NAMED || responses.0.is_empty() {
                continue;
            }
            let undocumented = statuses
                .into_iter()
                .filter(|status| responses.select(*status).is_none());
            for status in undocumented {
                // Servers that rightly refuse what the document forgot are no fault of the scenario.
                let severity = if (400..500).contains(&status) {
                    Severity::Note
                } else {
                    Severity::Warning
                };
                let at = self.place(&criterion.location.pointer.join("condition"));
                let known: Vec<String> = responses.0.keys().map(ToString::to_string).collect();
                let message = format!("`{}` does not document {status}", site.operation.id);
                let hint = format!("documented: {}", known.join(", "));
                let code = Code::UNDOCUMENTED_EXPECTATION;
                self.report_as(severity, code, &at, message, Some(hint));
            }
        }
    }
}
