//! Steps: one request of an iteration with its answer, judged.

use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use super::aside::step_aside;
use super::connection::{Expects, Failure};
use super::draft::seeds;
use super::expect::Known;
use super::flow::Flow;
use super::judged::{is_undocumented, unread};
use super::measure::Share;
use super::message::{Message, request};
use super::program::{Call as Called, Calls, Criteria, Script, Wants};
use super::sample::ask;
use super::supply::draw_number;
use super::user::{Exchanged, VirtualUser};
use super::withheld::lost;
use crate::arazzo::{Call, Step};
use crate::case::{Case, Intent, encode};
use crate::code::Code;
use crate::http::TransportError;
use crate::probe::{tells_when, throttled};
use crate::scenario::{Seeds, criteria, drafted, secret_outputs, secrets_among};
use crate::seed::Seed;

/// Who waited so long for an answer lets others read theirs first.
const SLOW: Duration = Duration::from_millis(1);

/// What came of a step.
#[derive(Debug, Default)]
pub(crate) struct Tried {
    pub(crate) is_passed: bool,
    /// What expressions see of the answer, if some are to be asked.
    pub(crate) call: Option<Box<Call>>,
    pub(crate) outputs: Map<String, Value>,
}

/// A request that is about to be sent.
pub(super) struct Drawn {
    /// What it is meant to be, if it was drawn up for this iteration alone.
    pub(super) own: Option<Case>,
}

/// The step of an iteration.
#[derive(Clone, Copy)]
pub(crate) struct At<'p> {
    pub(crate) script: &'p Script,
    pub(crate) step: &'p Step,
    pub(crate) calls: &'p Calls,
    pub(crate) criteria: Criteria,
    /// The number of its series.
    pub(crate) series: usize,
    /// The number of the iteration.
    pub(crate) iteration: u64,
    /// The number of its scenario.
    pub(crate) part: usize,
    /// The outputs that are read from the body while it is judged.
    pub(crate) wants: Option<&'p Wants>,
    /// Whether anything else asks for more than whether it passed.
    pub(crate) is_asked: bool,
}

impl<'p> At<'p> {
    /// A step of a script, in an iteration with a number; `None` unless it calls an operation.
    pub(super) fn new(
        (script, at): (&'p Script, usize),
        part: usize,
        first_series: usize,
        iteration: u64,
    ) -> Option<Self> {
        let compiled = script.steps.get(at)?;
        let Called::Operation(calls) = &compiled.call else {
            return None;
        };
        Some(Self {
            script,
            step: script.workflow.steps.get(at)?,
            calls,
            criteria: compiled.criteria,
            series: first_series.saturating_add(at),
            iteration,
            part,
            wants: compiled.wants.as_ref(),
            is_asked: compiled.is_asked,
        })
    }

    /// Where the random parts of a request come from.
    pub(super) fn seeds(self, seed: Seed, drawn: &Drawn) -> Seeds {
        let number = match drawn.own {
            Some(_) => draw_number(self.part, self.iteration),
            None => 0,
        };
        seeds(seed, (&self.script.workflow, self.step), number)
    }
}

impl VirtualUser {
    /// Sends the request of a step that was due at a moment, and judges the answer.
    pub(crate) async fn step(&mut self, at: At<'_>, flow: &Flow, due: Instant) -> Tried {
        let drawn = match self.draw(at, flow) {
            Ok(drawn) => drawn,
            Err(reason) => {
                self.lane.step(at.series, |step| {
                    step.requests += 1;
                    step.failed += 1;
                    *step.unanswered.entry("not sent").or_default() += 1;
                });
                self.unanswered_apart(at.series, 0, true);
                self.lane.unsent(at.series, reason);
                self.answer.clear();
                return Tried::default();
            }
        };
        let operation = &at.calls.operation;
        let how = (Expects::of(&operation.method), operation.is_safe());
        let exchanged = self
            .exchange(at.calls.api, (at.series, due), how, at.step.timeout)
            .await;
        if exchanged.failure.is_some() {
            self.unanswered((at, flow, &drawn), &exchanged, due);
            // What an earlier answer said is no answer to this.
            self.answer.clear();
            return Tried::default();
        }
        if exchanged.finished.saturating_duration_since(exchanged.sent) >= SLOW {
            // Many may have waited as long: what has come is read, and so timed, before this is judged.
            step_aside().await;
        }
        let tried = self.judge(at, flow, &drawn, &exchanged, due);
        let status = self.answer.status();
        let is_wanted = tried.is_passed || at.criteria == Criteria::Status(status);
        self.lane
            .admitted(matches!(status, 401 | 403) && !is_wanted);
        tried
    }

    /// Puts the request of a step into `self.bytes`.
    fn draw(&mut self, at: At<'_>, flow: &Flow) -> Result<Drawn, String> {
        let calls = at.calls;
        let lane = self.lane.clone();
        if calls.forms.is_some() {
            if let Some(ready) = lane.common.supplies.take(at.series, at.iteration)
                && self.write(&ready.message, flow)
            {
                return Ok(Drawn {
                    own: Some(ready.case),
                });
            }
        } else if let Some(ready) = &calls.ready
            && self.write(&ready.message, flow)
        {
            return Ok(Drawn { own: None });
        }
        let common = &lane.common;
        let program = lane.program();
        let scope = flow.scope(program, at.script, None, None);
        let names = (&at.script.workflow, at.step);
        let number = draw_number(at.part, at.iteration);
        let seeds = seeds(common.seed, names, number);
        let nowhere = || "there is no target for its API description".to_owned();
        let authority = program.authorities.get(calls.api).ok_or_else(nowhere)?;
        let origin = common.origins.get(calls.api).ok_or_else(nowhere)?;
        let drafted = drafted(
            &calls.spec,
            &calls.operation,
            names,
            &scope,
            authority,
            seeds,
            &program.suite.generators,
        )?;
        let prepared = encode(&calls.spec, &drafted.case, &drafted.authority)
            .map_err(|error| error.to_string())?;
        let message = Message::new(origin, &prepared.request, &[]);
        self.bytes.clear();
        self.bytes
            .extend_from_slice(message.fixed().unwrap_or_default());
        lane.own(|own| own.drafted += 1);
        Ok(Drawn {
            own: Some(drafted.case),
        })
    }

    /// Writes a message with what the iteration knows into `self.bytes`; `false` if it cannot be.
    fn write(&mut self, message: &Message, flow: &Flow) -> bool {
        match message.fixed() {
            Some(fixed) => {
                self.bytes.clear();
                self.bytes.extend_from_slice(fixed);
                true
            }
            None => message.write(&flow.slots, &mut self.bytes),
        }
    }

    fn unanswered(
        &self,
        (at, flow, drawn): (At<'_>, &Flow, &Drawn),
        exchanged: &Exchanged,
        due: Instant,
    ) {
        let Some((name, error)) = exchanged.failure.clone() else {
            return;
        };
        let sent = u64::try_from(self.bytes.len()).unwrap_or_default();
        let is_local = name == Failure::Local.name();
        let is_locked_out = !is_local && matches!(error, TransportError::Unreachable(_));
        self.lane.step(at.series, |step| {
            step.requests += 1;
            step.failed += 1;
            step.locked_out += u64::from(is_locked_out);
            step.sent += sent;
            step.criteria.add(false);
            *step.unanswered.entry(name).or_default() += 1;
        });
        self.unanswered_apart(at.series, sent, true);
        if is_local {
            // This machine could not: that says nothing about the target.
            return;
        }
        if let Some(mut verdict) = self.verdict(at, drawn, exchanged, due, Err(error)) {
            ask(at, &mut verdict);
            lost(&mut verdict, name);
            self.tell((at, flow, drawn), verdict, (&[], None), Vec::new());
        }
    }

    /// Judges the answer in `self.answer`.
    fn judge(
        &mut self,
        at: At<'_>,
        flow: &Flow,
        drawn: &Drawn,
        exchanged: &Exchanged,
        due: Instant,
    ) -> Tried {
        let lane = self.lane.clone();
        let status = self.answer.status();
        let is_invalid = matches!(
            Self::case(at, drawn).map(|case| &case.intent),
            Some(Intent::Invalid(_))
        );
        let mut captured = std::mem::take(&mut self.captured);
        let known = {
            let mut all = lane.expectations.borrow_mut();
            let captures = at.wants.map_or(&self.nothing, |wants| &wants.captures);
            let captures = (captures, &mut captured);
            match all.get_mut(at.series).filter(|_| !is_invalid) {
                Some(known) => known.ask(
                    &at.calls.operation,
                    &self.answer,
                    lane.common.rungs,
                    captures,
                ),
                None => Known::Unknown,
            }
        };
        let is_right = matches!(known, Known::Right(_));
        // Criteria need the whole answer, unless they are about the status alone.
        let is_met = match at.criteria {
            Criteria::Status(wanted) => status == wanted,
            Criteria::Unwritten => (200..300).contains(&status),
            Criteria::Expressions => false,
        };
        let when = (status == 503).then(|| self.answer.field("retry-after"));
        let when = when.flatten().map(String::from_utf8_lossy);
        let is_limited = status == 429 || when.is_some_and(|when| tells_when(&when));
        let is_wanted = at.criteria == Criteria::Status(status);
        let is_failed = status >= 400 && !is_wanted;
        self.note(at, exchanged, due, (is_limited, is_failed), known);
        if at.calls.api == 0 {
            self.hold_clock(exchanged);
        }
        if let Known::Right(rung) = known {
            let body = self.answer.content();
            let outputs = match at.wants {
                Some(wants) if rung.is_some() => wants.outputs(&captured, body),
                Some(wants) => wants.names.is_empty().then(Map::new),
                None => None,
            };
            if let (true, false, Some(outputs)) = (is_met, at.is_asked, outputs) {
                lane.step(at.series, |step| step.criteria.add(true));
                self.captured = captured;
                return Tried {
                    is_passed: true,
                    call: None,
                    outputs,
                };
            }
        }
        self.captured = captured;
        let is_simple = is_met && !at.is_asked && at.step.outputs.is_empty();
        if is_simple && !is_right && !is_invalid && !is_limited {
            let excused = {
                let all = lane.expectations.borrow();
                all.get(at.series)
                    .and_then(|known| known.excused(&self.answer))
            };
            if excused.is_some_and(|told| lane.excused(at, &told)) {
                return Tried {
                    is_passed: true,
                    ..Tried::default()
                };
            }
        }
        if is_right && let Some(tried) = self.expect(at, flow, drawn) {
            return tried;
        }
        self.conclude(at, flow, drawn, (exchanged, due), is_right)
    }

    /// What a step came to whose answer is right and whose criteria and outputs are expressions; `None`
    /// unless it passed.
    fn expect(&self, at: At<'_>, flow: &Flow, drawn: &Drawn) -> Option<Tried> {
        let common = &self.lane.common;
        let sent = request(common.origins.get(at.calls.api)?, &self.bytes)?;
        let call = self.call(
            at,
            (Self::case(at, drawn)?, flow),
            &sent,
            Some(&self.answer.response()),
        );
        let scope = flow.scope(self.lane.program(), at.script, Some(&call), None);
        let mut criteria = at.step.criteria.iter();
        let is_met = match at.criteria {
            Criteria::Unwritten => (200..300).contains(&self.answer.status()),
            Criteria::Status(_) | Criteria::Expressions => {
                criteria.all(|criterion| criterion.value.judge(&scope).holds)
            }
        };
        if !is_met {
            return None;
        }
        let mut outputs = Map::new();
        for (name, output) in &at.step.outputs {
            outputs.insert(name.clone(), output.value.render(&scope).ok()?);
        }
        self.lane.step(at.series, |step| {
            let count = u64::try_from(at.step.criteria.len())
                .unwrap_or_default()
                .max(1);
            step.criteria.join(Share {
                of: count,
                hits: count,
            });
        });
        Some(Tried {
            is_passed: true,
            call: Some(Box::new(call)),
            outputs,
        })
    }

    /// Asks everything about an answer: its criteria, its outputs and, unless it is known to be right,
    /// all checks.
    fn conclude(
        &mut self,
        at: At<'_>,
        flow: &Flow,
        drawn: &Drawn,
        (exchanged, due): (&Exchanged, Instant),
        is_right: bool,
    ) -> Tried {
        let lane = self.lane.clone();
        let response = self.answer.response();
        let Some(mut verdict) = self.verdict(at, drawn, exchanged, due, Ok(response)) else {
            return Tried::default();
        };
        let mut is_excused = false;
        if !is_right {
            ask(at, &mut verdict);
            let has = |code: Code| verdict.findings.iter().any(|found| found.code == code);
            let is_unread = unread(&at.calls.operation, &verdict);
            let judged = verdict.applied.contains(&Code::RESPONSE_SCHEMA) && !is_unread;
            let broken = !is_unread && (has(Code::RESPONSE_SCHEMA) || has(Code::MALFORMED_BODY));
            let response = verdict.exchange.response();
            let is_limited = response.and_then(throttled).is_some();
            let status = self.answer.status();
            let stray = !is_limited && is_undocumented(&at.calls.operation, status);
            lane.step(at.series, |step| {
                step.undocumented.add(stray);
                step.unread += u64::from(is_unread);
                if judged || broken {
                    step.violations.add(broken);
                }
            });
            lane.own(|own| own.rungs[4] += u64::from(judged || broken));
            let is_overlap = |code: Code| code == Code::OVERLAPPING_BRANCHES;
            let mut found = verdict.findings.iter();
            is_excused = judged && found.all(|found| is_overlap(found.code));
        }
        let exchange = &verdict.exchange;
        let call = self.call(
            at,
            (&verdict.case, flow),
            &exchange.request,
            exchange.response(),
        );
        let scope = flow.scope(lane.program(), at.script, Some(&call), None);
        let runs = criteria(at.step, &at.calls.operation, &verdict, &scope);
        let mut is_passed = true;
        lane.step(at.series, |step| {
            for run in &runs {
                step.criteria.add(run.holds);
                is_passed &= run.holds;
            }
        });
        let response = verdict.exchange.response();
        let is_limited = response.and_then(throttled).is_some();
        if !is_passed {
            let is_refused = matches!(self.answer.status(), 401 | 403);
            lane.step(at.series, |step| {
                step.refused += u64::from(is_refused);
                step.put_off += u64::from(is_limited);
            });
        }
        let mut outputs = Map::new();
        let mut missing = None;
        for (name, output) in &at.step.outputs {
            match output.value.render(&scope) {
                Ok(value) => {
                    outputs.insert(name.clone(), value);
                }
                Err(_) if !is_passed => {}
                Err(error) => {
                    missing.get_or_insert_with(|| format!("the output `{name}`: {error}"));
                }
            }
        }
        is_passed &= missing.is_none();
        // A limiter that asks to come later is no fault of the contract; it is counted by itself.
        if !is_limited && (!is_passed || !verdict.findings.is_empty()) {
            let secret = secret_outputs(&at.script.workflow);
            let secrets = secrets_among(&secret, &at.step.id, &outputs);
            let told = (&*runs, missing.as_deref());
            let told = self.tell((at, flow, drawn), verdict, told, secrets);
            let is_kept = is_excused && is_passed && runs.len() == 1;
            let mut all = lane.expectations.borrow_mut();
            if let Some(known) = all.get_mut(at.series).filter(|_| is_kept) {
                known.excuse(&self.answer, told);
            }
        }
        Tried {
            is_passed,
            call: Some(Box::new(call)),
            outputs,
        }
    }
}
