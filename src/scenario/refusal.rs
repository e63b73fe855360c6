//! Refusals: whether an answer says that a credential from outside is wrong, so that nothing more is to
//! be sent with it.

use super::frame::Frame;
use super::run::Runner;
use super::security::is_credential;
use super::step::Tried;
use crate::arazzo::{Action, Expression, ParameterPlace, Placed, Reference, Step, Template};
use crate::http::Transport;
use crate::probe::Ended;
use crate::record::{Verdict, carries_credentials};
use crate::spec::ApiKeyPlace;

impl<'s, T: Transport> Runner<'s, '_, T> {
    /// Ends the run when the first request with a credential from outside is answered 401, and neither
    /// the step nor the action that it leads to asks for that.
    pub(super) fn heed_refusal(
        &mut self,
        frame: &Frame<'s>,
        step: &Step,
        tried: &Tried,
        action: Option<&Action>,
    ) {
        let Some(verdict) = &tried.attempt.verdict else {
            return;
        };
        let (Some(status), Some(carried)) = (verdict.exchange.status(), carried(verdict, tried))
        else {
            return;
        };
        let key = (verdict.api, carried);
        if status != 401 {
            self.taken.insert(key);
            return;
        }
        let is_asked_for =
            tried.is_passed() || action.is_some_and(|action| !action.criteria.is_empty());
        if is_asked_for || self.taken.contains(&key) {
            return;
        }
        if let Some(refusal) = self.refusal(frame, step, verdict, tried) {
            let operation = &verdict.case.operation;
            self.end(Ended::Unauthorized(format!(
                "{refusal}: step `{}` ({operation}) was answered 401, and nothing more was sent",
                step.id
            )));
        }
    }

    /// Which credential was refused, in words; `None` if an answer may have given it.
    fn refusal(
        &self,
        frame: &Frame<'s>,
        step: &Step,
        verdict: &Verdict,
        tried: &Tried,
    ) -> Option<String> {
        if tried.secrets.is_empty() {
            return Some(self.lanes.get(verdict.api)?.authority.refusal());
        }
        let workflow = frame.workflow;
        let spec = self.suite.spec(verdict.api)?;
        let securities = if step.security.is_empty() {
            &workflow.security
        } else {
            &step.security
        };
        let mut places = Vec::new();
        for security in securities {
            if security.values.values().any(|value| given(frame, value)) {
                return None;
            }
            places.push(format!("`x-security` ({})", security.location));
        }
        for parameter in workflow.parameters_of(step) {
            let place = parameter.place == Some(ParameterPlace::Header);
            let name = &parameter.name;
            let is_credential = is_credential(spec, crate::spec::Place::Header, name);
            if !place || !(is_credential || carries_credentials(name)) {
                continue;
            }
            if given(frame, &parameter.value) {
                return None;
            }
            places.push(format!("the parameter `{name}` ({})", parameter.location));
        }
        let places = places.join(" or ");
        Some(format!("the target refused the credential from {places}"))
    }
}

/// Whether a value may come from an answer of this run. What another workflow hands over may.
fn given(frame: &Frame<'_>, value: &Placed<Template>) -> bool {
    let expressions = value.value.expressions();
    expressions
        .iter()
        .any(|(_, expression)| match expression.refers() {
            Some(Reference::StepOutput(..) | Reference::WorkflowOutput(..)) => true,
            _ => frame.depth > 0 && matches!(expression, Expression::Input(_)),
        })
}

/// What tells the credentials of a request from others; `None` if it carries none.
fn carried(verdict: &Verdict, tried: &Tried) -> Option<String> {
    let prepared = &verdict.prepared;
    if prepared.secrets.is_empty() && tried.secrets.is_empty() {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for secret in &prepared.secrets {
        parts.push(&secret.name);
        if secret.place == ApiKeyPlace::Header {
            parts.extend(prepared.request.header(&secret.name));
        }
    }
    parts.extend(tried.secrets.iter().map(crate::secret::Secret::expose));
    Some(parts.join("\n"))
}
