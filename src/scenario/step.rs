//! Steps: sends what a step says until it succeeds or gives up, and says where the flow goes on.

use std::io;
use std::pin::Pin;

use serde_json::{Map, Value};

use super::action::Next;
use super::again::Count;
use super::frame::Frame;
use super::judge::{conclude, criteria, judged};
use super::limited::Limited;
use super::request::{Drafted, draft};
use super::run::{Finished, Runner};
use super::secrecy::secrets_among;
use super::{Called, Lane};
use crate::arazzo::{Call, Scope, Step, Workflow};
use crate::code::Code;
use crate::http::{Transport, TransportError};
use crate::probe::{Ended, Probe};
use crate::record::{Attempt, CriterionRun, Event, StepOutcome, StepRun, Verdict};
use crate::secret::Secret;
use crate::spec::{Operation, Place};

/// What one attempt came to.
pub(super) struct Tried {
    pub(super) attempt: Attempt,
    /// What the answer's expressions see.
    pub(super) call: Option<Call>,
    /// The outputs of the workflow that was called.
    pub(super) called: Option<Map<String, Value>>,
    /// Why it failed; `None` if it did not.
    pub(super) failure: Option<Failure>,
    pub(super) secrets: Vec<Secret>,
}

/// Why a step failed.
pub(super) struct Failure {
    /// Which kind, if no answer shows it.
    code: Option<Code>,
    reason: String,
}

impl Failure {
    fn new(code: Code, reason: impl Into<String>) -> Self {
        Self {
            code: Some(code),
            reason: reason.into(),
        }
    }
}

impl<'s, T: Transport> Runner<'s, '_, T> {
    /// Runs one step with all its attempts.
    pub(super) fn step<'f>(
        &'f mut self,
        frame: &'f mut Frame<'s>,
        index: usize,
    ) -> Pin<Box<dyn Future<Output = io::Result<Next>> + 'f>>
    where
        's: 'f,
    {
        Box::pin(self.attempts(frame, index))
    }

    async fn attempts(&mut self, frame: &mut Frame<'s>, index: usize) -> io::Result<Next> {
        let (suite, workflow) = (self.suite, frame.workflow);
        let Some(step) = workflow.steps.get(index) else {
            return Ok(Next::End);
        };
        frame.visit(index);
        let mut attempts = Vec::new();
        let mut secrets = Vec::new();
        let mut count = Count::default();
        let mut waited = None;
        loop {
            let called = suite.called(frame.file, step);
            let mut tried = match called {
                Err(error) => Tried::nothing(Failure::new(Code::STEP_NOT_SENT, error.message)),
                Ok(_) if !self.takes_step() => Tried::nothing(Failure::new(
                    Code::TOO_MANY_STEPS,
                    format!("{} steps were run", self.options.max_steps),
                )),
                Ok(Called::Operation(api, operation)) => {
                    self.send(frame, (index, step), (api, operation)).await
                }
                Ok(Called::Workflow(file, callee)) => {
                    self.call(frame, (index, step), (file, callee)).await?
                }
            };
            tried.attempt.waited = waited;
            let outputs = self.outputs(frame, step, &mut tried);
            let action = self.action(frame, step, &tried, &count);
            self.heed_refusal(frame, step, &tried, action);
            secrets.append(&mut tried.secrets);
            if let Some(again) = self.again(action, &tried, &mut count) {
                if let Some(wait) = again.wait {
                    self.wait(frame, step, wait).await?;
                }
                if let Some(first) = again.first.filter(|_| !self.is_over()) {
                    let call = tried.call.as_ref();
                    self.first(frame, (index, step), first, call).await?;
                }
                if !self.is_over() {
                    tried.attempt.then = Some(again.then);
                    self.pass_over(frame, step, &mut tried.attempt);
                    attempts.push(tried.attempt);
                    waited = again.wait;
                    continue;
                }
            }
            let (next, then) = self.next(frame, action, &tried);
            tried.attempt.then = then;
            let failure = tried.failure.as_ref();
            let code = failure.and_then(|failure| self.obstacle().or(failure.code));
            let reason = tried.failure.map(|failure| failure.reason);
            if let Some(reason) = &reason {
                let told = format!("step `{}`: {reason}", step.id);
                frame.failure.get_or_insert(told);
            }
            let outcome = if reason.is_some() {
                StepOutcome::Failed
            } else {
                StepOutcome::Passed
            };
            if let Some(verdict) = &mut tried.attempt.verdict {
                let names = (&*workflow.id, step);
                conclude(
                    verdict,
                    names,
                    &tried.attempt.criteria,
                    reason.as_deref(),
                    code,
                );
                self.weigh(frame, step, verdict);
            }
            attempts.push(tried.attempt);
            secrets.extend(secrets_among(&frame.secret, &step.id, &outputs));
            frame.steps.insert(step.id.clone(), outputs.clone());
            let run = StepRun {
                code,
                reason,
                secrets,
                ..self.told(frame, index, outcome, attempts, outputs)
            };
            self.tell(&Event::Step(Box::new(run)))?;
            return Ok(next);
        }
    }

    /// Sends the request of a step once and judges the answer.
    async fn send(
        &mut self,
        frame: &Frame<'s>,
        (index, step): (usize, &'s Step),
        (api, operation): (usize, &'s Operation),
    ) -> Tried {
        let (Some(spec), Some(lane)) = (self.suite.spec(api), self.lanes.get(api)) else {
            return Tried::nothing(Failure::new(
                Code::STEP_NOT_SENT,
                "there is no server for its API description",
            ));
        };
        let seeds = frame.seeds(index, step);
        let scope = self.scope(frame, None, None);
        let names = (frame.workflow, step);
        let drafted = draft(
            spec,
            operation,
            names,
            &scope,
            &lane.authority,
            seeds,
            &self.suite.generators,
        );
        let Drafted {
            case,
            authority,
            secrets,
        } = match drafted {
            Ok(drafted) => drafted,
            Err(reason) => {
                return Tried::nothing(Failure::new(Code::STEP_NOT_SENT, reason));
            }
        };
        let path = path_values(&case.inputs);
        let transport = Limited {
            transport: lane.transport,
            limit: step.timeout,
        };
        let probe = Probe {
            spec,
            api,
            authority: &authority,
            transport: &transport,
        };
        let sent = probe.send(case, &[]).await;
        let verdict = match sent {
            Ok(verdict) => verdict,
            Err(skip) => {
                let mut tried = Tried::nothing(Failure::new(Code::STEP_NOT_SENT, skip.reason));
                tried.secrets = secrets;
                return tried;
            }
        };
        self.count(&verdict, operation);
        let call = call(lane, &verdict, path);
        let scope = self.scope(frame, Some(&call), None);
        let criteria = criteria(step, operation, &verdict, &scope);
        let failure = match &verdict.exchange.outcome {
            Err(error) => Some(Failure {
                code: None,
                reason: error.to_string(),
            }),
            Ok(_) => unmet(&criteria),
        };
        Tried {
            attempt: Attempt {
                verdict: Some(Box::new(verdict)),
                criteria,
                then: None,
                waited: None,
            },
            call: Some(call),
            called: None,
            failure,
            secrets,
        }
    }

    /// Runs the workflow that a step calls.
    async fn call(
        &mut self,
        frame: &Frame<'s>,
        (index, step): (usize, &'s Step),
        (file, callee): (usize, &'s Workflow),
    ) -> io::Result<Tried> {
        let mut inputs = Map::new();
        for parameter in frame.workflow.parameters_of(step) {
            let scope = self.scope(frame, None, None);
            match parameter.value.value.render(&scope) {
                Ok(value) => {
                    inputs.insert(parameter.name.clone(), value);
                }
                Err(error) => {
                    let reason = format!("in the parameter `{}`, {error}", parameter.name);
                    let failure = Failure::new(Code::STEP_NOT_SENT, reason);
                    return Ok(Tried::nothing(failure));
                }
            }
        }
        let caller = (frame, frame.named(index, step));
        let Finished {
            outcome,
            reason,
            code,
            outputs,
        } = self.nested(caller, (file, callee), Ok(inputs)).await?;
        let failure = (outcome != StepOutcome::Passed).then(|| Failure {
            code: code.or(Some(Code::CALLED_WORKFLOW_FAILED)),
            reason: match reason {
                Some(reason) => format!("workflow `{}`: {reason}", callee.id),
                None => format!("workflow `{}` did not pass", callee.id),
            },
        });
        let scope = self.scope(frame, None, Some(&outputs));
        let criteria: Vec<CriterionRun> = step
            .criteria
            .iter()
            .map(|criterion| judged(criterion, &scope))
            .collect();
        let unmet = unmet(&criteria).map(|failure| Failure {
            code: Some(Code::CRITERION_FAILED),
            ..failure
        });
        Ok(Tried {
            attempt: Attempt {
                verdict: None,
                criteria,
                then: None,
                waited: None,
            },
            call: None,
            called: Some(outputs),
            failure: failure.or(unmet),
            secrets: Vec::new(),
        })
    }

    /// The outputs of a step that succeeded; one that has no value fails it.
    fn outputs(&self, frame: &Frame<'s>, step: &Step, tried: &mut Tried) -> Map<String, Value> {
        let mut outputs = tried.called.clone().unwrap_or_default();
        let scope = self.scope(frame, tried.call.as_ref(), tried.called.as_ref());
        for (name, output) in &step.outputs {
            match output.value.render(&scope) {
                Ok(value) => {
                    outputs.insert(name.clone(), value);
                }
                // What failed anyway may still give what clean-up needs.
                Err(_) if tried.failure.is_some() => {}
                Err(error) => {
                    let reason = format!("the output `{name}`: {error}");
                    tried.failure = Some(Failure::new(Code::OUTPUT_MISSING, reason));
                }
            }
        }
        outputs
    }

    /// Notes whether the server can be reached and takes the credentials.
    fn count(&mut self, verdict: &Verdict, operation: &Operation) {
        match &verdict.exchange.outcome {
            Ok(response) if operation.requires_credentials() => {
                self.answers += 1;
                self.refusals += usize::from(matches!(response.status, 401 | 403));
            }
            Err(TransportError::Unreachable(reason)) => {
                self.end(Ended::Unreachable(reason.clone()));
            }
            _ => {}
        }
    }

    pub(super) fn scope<'v>(
        &'v self,
        frame: &'v Frame<'s>,
        call: Option<&'v Call>,
        outputs: Option<&'v Map<String, Value>>,
    ) -> Scope<'v> {
        let file = self.suite.files.get(frame.file);
        frame.scope(file, self.known.get(&frame.file), call, outputs)
    }

    /// A step as it is told.
    pub(super) fn told(
        &self,
        frame: &Frame<'s>,
        index: usize,
        outcome: StepOutcome,
        attempts: Vec<Attempt>,
        outputs: Map<String, Value>,
    ) -> StepRun {
        let step = frame.workflow.steps.get(index);
        let target = step.and_then(|step| self.suite.called(frame.file, step).ok());
        StepRun {
            key: frame.key.clone(),
            number: index + 1,
            step: step.map_or_else(String::new, |step| step.id.clone()),
            target: match target {
                Some(Called::Operation(_, operation)) => operation.id.to_string(),
                Some(Called::Workflow(_, workflow)) => format!("workflow {}", workflow.id),
                None => String::new(),
            },
            location: step.map_or_else(
                || frame.workflow.location.clone(),
                |step| step.location.clone(),
            ),
            outcome,
            code: None,
            reason: None,
            attempts,
            outputs,
            secrets: Vec::new(),
        }
    }
}

impl Tried {
    pub(super) fn is_passed(&self) -> bool {
        self.failure.is_none()
    }

    /// Which kind of failure it is, if no answer shows it.
    pub(super) fn code(&self) -> Option<Code> {
        self.failure.as_ref()?.code
    }

    fn nothing(failure: Failure) -> Self {
        Self {
            attempt: Attempt {
                verdict: None,
                criteria: Vec::new(),
                then: None,
                waited: None,
            },
            call: None,
            called: None,
            failure: Some(failure),
            secrets: Vec::new(),
        }
    }
}

fn unmet(criteria: &[CriterionRun]) -> Option<Failure> {
    let broken = criteria.iter().find(|criterion| !criterion.holds)?;
    Some(Failure {
        code: None,
        reason: match &broken.error {
            Some(error) => format!("`{}`: {error}", broken.condition),
            None => format!("`{}` does not hold", broken.condition),
        },
    })
}

/// The values of path parameters as expressions see them.
fn path_values(inputs: &crate::case::Inputs) -> Map<String, Value> {
    let parameters = inputs.parameters.iter();
    parameters
        .filter(|((place, _), _)| *place == Place::Path)
        .map(|((_, name), value)| (name.clone(), value.clone()))
        .collect()
}

/// A request and its answer as expressions see them.
fn call<T>(lane: &Lane<'_, T>, verdict: &Verdict, path: Map<String, Value>) -> Call {
    let request = &verdict.exchange.request;
    let url = format!("{}{}", lane.base.trim_end_matches('/'), request.path);
    let mut call = Call::new(&url, request);
    call.path = path;
    match verdict.exchange.response() {
        Some(response) => call.with_response(response),
        None => call,
    }
}
