//! Trying again: whether, after how long, and after what.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use super::frame::Frame;
use super::judge::weigh;
use super::run::{MOST_NESTED, Runner};
use super::step::Tried;
use crate::arazzo::{Action, Call, Destination, Retry, Step, Then};
use crate::code::Code;
use crate::http::Transport;
use crate::probe::{retry_after, throttled};
use crate::record::{Attempt, Event, StepWaits, Verdict, Waited};

/// The longest wait before a step is tried again.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// How often a step is sent again because the server asks for it, and no action says what to do.
const MOST_PLEAS: u32 = 3;

/// The attempts at a step so far.
#[derive(Default)]
pub(super) struct Count<'s> {
    /// How often each action tried it again.
    used: HashMap<&'s str, u32>,
    /// How often it was sent again because the server asked for it.
    pleas: u32,
}

/// How a step is tried again.
pub(super) struct Again<'s> {
    pub(super) wait: Option<Waited>,
    /// The same in words.
    pub(super) then: String,
    /// What is run before, and the action that says so.
    pub(super) first: Option<(&'s Action, &'s Destination)>,
}

impl<'s, T: Transport> Runner<'s, '_, T> {
    /// The action that counts after an attempt: the first one whose criteria hold. A retry that may not
    /// try again leaves the choice to those behind it.
    pub(super) fn action(
        &self,
        frame: &Frame<'s>,
        step: &'s Step,
        tried: &Tried,
        count: &Count<'_>,
    ) -> Option<&'s Action> {
        // When no step may be run any more, nowhere leads on.
        if tried.code() == Some(Code::TOO_MANY_STEPS) {
            return None;
        }
        // The same request cannot be made, the same inputs are not taken a second time.
        let is_vain = matches!(
            tried.code(),
            Some(Code::STEP_NOT_SENT | Code::INPUTS_REFUSED)
        );
        self.choose(frame, step, tried, |action| {
            retry(action).is_none_or(|retry| {
                let used = count.used.get(&*action.name).copied().unwrap_or(0);
                let may = match retry.first {
                    Some(_) => frame.depth < MOST_NESTED,
                    None => !is_vain,
                };
                used < retry.limit && may
            })
        })
    }

    /// How a step is tried again after an attempt, if it is.
    pub(super) fn again(
        &mut self,
        action: Option<&'s Action>,
        tried: &Tried,
        count: &mut Count<'s>,
    ) -> Option<Again<'s>> {
        if tried.is_passed() || self.is_over() {
            return None;
        }
        let Some(action) = action else {
            return self.plea(tried, count);
        };
        let retry = retry(action)?;
        let used = count.used.entry(&action.name).or_default();
        *used += 1;
        let (wait, is_asked) = wait(retry, tried);
        let why = if is_asked {
            ", as Retry-After asks"
        } else {
            ""
        };
        Some(Again {
            wait: Waited::new(wait, is_asked),
            then: format!(
                "action `{}` tries again in {} s{why} ({used} of {})",
                action.name,
                wait.as_secs_f64(),
                retry.limit
            ),
            first: retry.first.as_ref().map(|first| (action, first)),
        })
    }

    /// A server that asks to be left alone for a while has not refused: unless an action says what to
    /// do, or a retry of the step has come to its limit, it is waited.
    fn plea(&self, tried: &Tried, count: &mut Count<'_>) -> Option<Again<'s>> {
        let answer = response(tried)?;
        let wait = throttled(answer)?;
        if !count.used.is_empty() {
            return None;
        }
        if count.pleas >= MOST_PLEAS || !self.patience.take(wait) {
            return None;
        }
        count.pleas += 1;
        let is_asked = retry_after(answer).is_some();
        let why = if is_asked { " (Retry-After)" } else { "" };
        Some(Again {
            wait: Waited::new(wait, is_asked),
            then: format!(
                "the server asks to wait{why}: it is sent again in {} s",
                wait.as_secs_f64()
            ),
            first: None,
        })
    }

    /// Waits before a step is tried again, and says so.
    pub(super) async fn wait(
        &mut self,
        frame: &Frame<'s>,
        step: &Step,
        wait: Waited,
    ) -> io::Result<()> {
        self.tell(&Event::StepWaits(StepWaits {
            key: frame.key.clone(),
            step: step.id.clone(),
            wait,
        }))?;
        let duration = Duration::try_from_secs_f64(wait.seconds);
        self.pause(duration.unwrap_or_default()).await;
        Ok(())
    }

    /// Takes from an attempt that is not the last one what does not speak against the server: that it
    /// asks to wait, and that it takes longer than the step allows.
    pub(super) fn pass_over(&self, frame: &Frame<'s>, step: &'s Step, attempt: &mut Attempt) {
        let Some(verdict) = &mut attempt.verdict else {
            return;
        };
        let response = verdict.exchange.response();
        if response.and_then(throttled).is_some() {
            verdict.findings.clear();
        }
        if step.timeout.is_some() {
            let findings = &mut verdict.findings;
            findings.retain(|finding| finding.code != Code::NO_ANSWER);
        }
        self.weigh(frame, step, verdict);
    }

    /// Gives findings the severities that the author wishes.
    pub(super) fn weigh(&self, frame: &Frame<'s>, step: &'s Step, verdict: &mut Verdict) {
        let checks = self.suite.severities(frame.file, frame.workflow, step);
        weigh(verdict, checks);
    }

    /// Runs what is run before a step is tried again.
    pub(super) async fn first(
        &mut self,
        frame: &mut Frame<'s>,
        (index, step): (usize, &'s Step),
        (action, first): (&'s Action, &'s Destination),
        call: Option<&Call>,
    ) -> io::Result<()> {
        match first {
            Destination::Step { id, .. } => {
                if let Some((other, _)) = frame.workflow.step(id).filter(|(at, _)| *at != index) {
                    frame.depth += 1;
                    self.step(frame, other).await?;
                    frame.depth -= 1;
                }
            }
            Destination::Workflow(name) => {
                let inputs = self.action_inputs(frame, action, call);
                if let Ok((file, callee)) = self.suite.workflow(frame.file, name) {
                    let caller = (&*frame, format!("{} retry", frame.named(index, step)));
                    self.nested(caller, (file, callee), inputs).await?;
                }
            }
        }
        Ok(())
    }
}

fn retry(action: &Action) -> Option<&Retry> {
    match &action.then {
        Then::Retry(retry) => Some(retry),
        _ => None,
    }
}

fn response(tried: &Tried) -> Option<&crate::http::Response> {
    let verdict = tried.attempt.verdict.as_deref();
    verdict.and_then(|verdict| verdict.exchange.response())
}

/// How long to wait: what the answer asks for, else what the action says; and whether it was asked for.
fn wait(retry: &Retry, tried: &Tried) -> (Duration, bool) {
    let asked = response(tried).and_then(retry_after);
    let wait = asked.unwrap_or(retry.after).min(LONGEST_WAIT);
    (wait, asked.is_some())
}
