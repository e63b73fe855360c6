//! Flawed credentials: those that steps bring along and that cannot be right, as far as they are known
//! before the first request.

use jiff::Timestamp;
use serde_json::Map;

use super::frame::Frame;
use super::security::known;
use super::validate::wants_refusal;
use super::{Called, Planned, Suite};
use crate::code::Code;
use crate::document::Diagnostic;
use crate::record::WorkflowKey;
use crate::seed::Seed;

impl Suite {
    /// The credentials of steps (`x-security`) that cannot be right at that time: literals, and inputs of
    /// the workflows that are planned. A step that asks to be refused may bring what it likes.
    pub fn flawed_credentials(&self, planned: &[Planned], now: Timestamp) -> Vec<Diagnostic> {
        let mut found: Vec<Diagnostic> = Vec::new();
        for (number, workflow) in self.reached(planned) {
            let own = planned
                .iter()
                .filter(|each| each.file == number && each.workflow == workflow.id);
            let mut inputs: Vec<_> = own.map(|each| each.inputs.clone()).collect();
            if inputs.is_empty() {
                inputs.push(Map::new());
            }
            for inputs in inputs {
                let key = WorkflowKey {
                    file: String::new(),
                    workflow: workflow.id.clone(),
                    run: None,
                };
                let frame = Frame::new(
                    (number, workflow),
                    key,
                    inputs,
                    (Seed::new(0), Seed::new(0)),
                    0,
                );
                let scope = frame.scope(self.files.get(number), None, None, None);
                for step in &workflow.steps {
                    let Ok(Called::Operation(api, _)) = self.called(number, step) else {
                        continue;
                    };
                    let Some(spec) = self.spec(api).filter(|_| !wants_refusal(step)) else {
                        continue;
                    };
                    let securities = if step.security.is_empty() {
                        &workflow.security
                    } else {
                        &step.security
                    };
                    for security in securities {
                        let flaw = known(spec, security, &scope)
                            .and_then(|(secret, carrier)| secret.flaw(carrier, now));
                        let Some(flaw) = flaw else {
                            continue;
                        };
                        let message = format!("this credential cannot be right: {flaw}");
                        let at = security.location.clone();
                        let diagnostic = Diagnostic::new(Code::UNAUTHORIZED, at, message);
                        if !found.contains(&diagnostic) {
                            found.push(diagnostic);
                        }
                    }
                }
            }
        }
        found
    }
}
