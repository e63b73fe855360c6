//! Samples: exchanges in full, for the checks and for reports. Only those that are not plainly right
//! come this way.

use std::time::Instant;

use serde_json::{Map, Value};

use super::apart::{self, Extras, Kind, Took};
use super::expect::Known;
use super::flow::Flow;
use super::measure::StepMeasure;
use super::message::request;
use super::slot::unmarked;
use super::step::{At, Drawn};
use super::told::Told;
use super::user::{Exchanged, VirtualUser};
use crate::arazzo::Call;
use crate::case::{Case, Prepared, encode};
use crate::check::{self, Fingerprint, Subject};
use crate::code::Code;
use crate::http::{Exchange, Request, Response, Timing, TransportError};
use crate::record::{CriterionRun, Verdict};
use crate::scenario::{conclude, drafted, secret_outputs, secrets_among, weigh};
use crate::secret::Secret;
use crate::spec::Place;

/// How often the same finding is told with its exchange.
pub(super) const SAMPLES: usize = 3;

/// Asks all checks about an exchange.
pub(super) fn ask(at: At<'_>, verdict: &mut Verdict) {
    let subject = Subject {
        spec: &at.calls.spec,
        operation: &at.calls.operation,
        case: &verdict.case,
        exchange: &verdict.exchange,
        history: &[],
    };
    (verdict.findings, verdict.applied) = check::ask(&subject);
}

impl VirtualUser {
    /// Counts an answer, and that it is right if that is known.
    pub(super) fn note(
        &self,
        at: At<'_>,
        exchanged: &Exchanged,
        due: Instant,
        (is_limited, is_failed): (bool, bool),
        known: Known,
    ) {
        let bytes = |length: usize| u64::try_from(length).unwrap_or_default();
        let service = exchanged.finished.saturating_duration_since(exchanged.sent);
        let response = exchanged.finished.saturating_duration_since(due);
        let answer = &self.answer;
        let extras = self.lane.common.extras;
        self.lane.answered(at.series, |step, own| {
            step.requests += 1;
            step.sent += bytes(self.bytes.len());
            step.received += bytes(answer.length());
            if extras != Extras::default() {
                let took = Took {
                    service,
                    response,
                    waiting: exchanged.first.saturating_duration_since(exchanged.sent),
                };
                if !is_limited {
                    step.waiting.record(took.waiting);
                }
                if extras.kinds {
                    let kind = Kind {
                        status: answer.status(),
                        is_expected: !is_failed && !is_limited,
                        is_limited,
                    };
                    let moved = (bytes(self.bytes.len()), bytes(answer.length()));
                    apart::count(step, kind, moved, Some(took));
                }
            }
            *step.statuses.entry(answer.status()).or_default() += 1;
            if is_limited {
                step.throttled += 1;
                step.throttled_service.record(service);
            } else {
                step.failed += u64::from(is_failed);
                step.response.record(response);
                step.service.record(service);
            }
            let Known::Right(rung) = known else {
                return;
            };
            step.undocumented.add(false);
            if let Some(rung) = rung {
                step.violations.add(false);
                if let Some(count) = own.rungs.get_mut(rung as usize) {
                    *count += 1;
                }
            }
        });
    }

    /// Counts a request without an answer apart, if a threshold asks for that.
    pub(super) fn unanswered_apart(&self, series: usize, sent: u64, is_failed: bool) {
        if self.lane.common.extras.kinds {
            let kind = Kind {
                status: 0,
                is_expected: !is_failed,
                is_limited: false,
            };
            let count = |step: &mut StepMeasure| apart::count(step, kind, (sent, 0), None);
            self.lane.step(series, count);
        }
    }

    /// What a request was meant to be.
    pub(super) fn case<'p>(at: At<'p>, drawn: &'p Drawn) -> Option<&'p Case> {
        let ready = || Some(&at.calls.ready.as_ref()?.case);
        drawn.own.as_ref().or_else(ready)
    }

    /// The exchange in full, with nothing found in it yet.
    pub(super) fn verdict(
        &self,
        at: At<'_>,
        drawn: &Drawn,
        exchanged: &Exchanged,
        due: Instant,
        outcome: Result<Response, TransportError>,
    ) -> Option<Verdict> {
        let common = &self.lane.common;
        let origin = common.origins.get(at.calls.api)?;
        let case = Self::case(at, drawn)?.clone();
        let sent = request(origin, &self.bytes)?;
        Some(Verdict {
            api: at.calls.api,
            case,
            // Which parts are secret is found out when it is told.
            prepared: Prepared {
                request: sent.clone(),
                secret_headers: Vec::new(),
                secrets: Vec::new(),
            },
            before: Vec::new(),
            exchange: Exchange {
                request: sent,
                outcome,
                timing: Timing {
                    intended: self.lane.since(due),
                    sent: self.lane.since(exchanged.sent),
                    finished: self.lane.since(exchanged.finished),
                },
            },
            findings: Vec::new(),
            applied: Vec::new(),
        })
    }

    /// An exchange as expressions see it.
    pub(super) fn call(
        &self,
        at: At<'_>,
        (case, flow): (&Case, &Flow),
        request: &Request,
        response: Option<&Response>,
    ) -> Call {
        let origin = self.lane.common.origins.get(at.calls.api);
        let url = origin.map_or_else(String::new, |origin| origin.url(&request.path));
        let mut call = Call::new(&url, request);
        let inputs = case.inputs.parameters.iter();
        call.path = inputs
            .filter(|((place, _), _)| *place == Place::Path)
            .map(|((_, name), value)| (name.clone(), unmarked(value, &flow.slots)))
            .collect::<Map<String, Value>>();
        match response {
            Some(response) => call.with_response(response),
            None => call,
        }
    }

    /// Says what a request really was in the place of what it was made from; the credentials that it
    /// carries, and those that the iteration knows.
    fn reveal(&self, at: At<'_>, flow: &Flow, drawn: &Drawn, verdict: &mut Verdict) -> Vec<Secret> {
        let program = self.lane.program();
        let workflow = &at.script.workflow;
        let secret = secret_outputs(workflow);
        let known = flow.steps.iter();
        let mut secrets: Vec<Secret> = known
            .flat_map(|(step, outputs)| secrets_among(&secret, step, outputs))
            .collect();
        let Some(authority) = program.authorities.get(at.calls.api) else {
            return secrets;
        };
        let scope = flow.scope(program, at.script, None, None);
        let seeds = at.seeds(self.lane.common.seed, drawn);
        let (spec, operation) = (&at.calls.spec, &at.calls.operation);
        let names = (workflow, at.step);
        let mut authority = authority.clone();
        let generators = &program.suite.generators;
        if let Ok(drafted) = drafted(
            spec, operation, names, &scope, &authority, seeds, generators,
        ) {
            authority = drafted.authority;
            verdict.case = drafted.case;
            secrets.extend(drafted.secrets);
        }
        if let Ok(marks) = encode(spec, &verdict.case, &authority) {
            verdict.prepared.secret_headers = marks.secret_headers;
            verdict.prepared.secrets = marks.secrets;
        }
        secrets
    }

    /// Counts what was found in an exchange, which is returned, and tells of the first of each kind.
    pub(super) fn tell(
        &self,
        (at, flow, drawn): (At<'_>, &Flow, &Drawn),
        mut verdict: Verdict,
        (runs, missing): (&[CriterionRun], Option<&str>),
        mut secrets: Vec<Secret>,
    ) -> Vec<(Code, Fingerprint)> {
        let lane = &self.lane;
        let code = missing.map(|_| Code::OUTPUT_MISSING);
        let names = (&*at.script.workflow.id, at.step);
        conclude(&mut verdict, names, runs, missing, code);
        let (suite, script) = (&lane.program().suite, at.script);
        let checks = suite.severities(script.file, &script.workflow, at.step);
        weigh(&mut verdict, checks);
        let mut counted = Vec::new();
        let mut is_new = false;
        let mut repeated = lane.repeated.borrow_mut();
        for finding in &verdict.findings {
            lane.step(at.series, |step| {
                *step.findings.entry(finding.code).or_default() += 1;
            });
            let count = repeated.entry(finding.fingerprint.clone()).or_default();
            *count += 1;
            is_new |= *count <= SAMPLES;
            counted.push((finding.code, finding.fingerprint.clone()));
        }
        drop(repeated);
        if is_new {
            secrets.extend(self.reveal(at, flow, drawn, &mut verdict));
            let _ = lane.told.send(Told::Found(Box::new(verdict), secrets));
        }
        counted
    }
}
