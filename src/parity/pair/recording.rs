//! Recordings: what one side answered to the cases of a run.

use std::collections::{HashMap, HashSet};
use std::io;

use bytes::Bytes;
use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::health::{Ailment, Side};
use super::pulse::Pulses;
use super::relapse::credentials;
use super::unfinished::Workflows;
use super::watch::Watch;
use crate::case::{Case, Defect, Intent, Malformation, Skip};
use crate::document::{Pointer, equal};
use crate::http::{Request, TransportError};
use crate::probe::Ended;
use crate::record::{Event, Sink, StepOutcome, StepRun, Verdict, WorkflowKey};
use crate::secret::Secret;
use crate::spec::Place;
use crate::wire::decode_component;

/// How many bytes the body of an answer may have to be kept.
const MOST_OF_ONE: usize = 1 << 20;
/// How many bytes the bodies of one side may have together.
const MOST_OF_ALL: usize = 256 << 20;

/// From how many characters on an id is not in a text by chance.
pub(super) const TELLING: usize = 6;

/// What one side answered.
#[derive(Debug, Default)]
pub struct Recording {
    /// The answers by the name of their case, which is the same on both sides, in the order in which
    /// they came.
    pub answers: IndexMap<String, Answered>,
    /// Inputs and outputs of workflows and steps by name.
    pub values: IndexMap<String, Value>,
    /// What was not exercised.
    pub skipped: Vec<Skip>,
    /// What became of workflows, by the names of their runs.
    pub(super) workflows: Workflows,
    /// How the run ended; `None` before its end.
    pub ended: Option<Ended>,
    /// Credentials that came up on the way.
    pub secrets: Vec<Secret>,
    /// How many bodies were too large to be kept.
    pub cut: usize,
    /// What was seen on the way that keeps the side from being compared.
    pub(super) ailment: Option<Ailment>,
}

/// One case with its answer.
#[derive(Debug, Clone)]
pub struct Answered {
    /// What was sent, what came back, and what the checks say about it.
    pub verdict: Verdict,
    /// The step of a scenario: `workflow/step`.
    pub step: Option<String>,
    /// The statuses of the attempts at the step before this one; `None` where no answer came.
    pub tries: Vec<Option<u16>>,
    /// Whether what is answered depends on a write of the run.
    pub after_write: bool,
    /// How many bytes the body had, if it was too large to be kept.
    pub cut: Option<usize>,
}

/// Records what a runner tells.
#[derive(Debug)]
pub(super) struct Tape<'a> {
    side: Side,
    watch: &'a Watch,
    pulses: &'a Pulses,
    recording: Recording,
    occurrences: HashMap<String, usize>,
    /// The runs of workflows that have written something.
    written: HashSet<WorkflowKey>,
    held: usize,
}

impl<'a> Tape<'a> {
    pub(super) fn new(side: Side, watch: &'a Watch, pulses: &'a Pulses) -> Self {
        Self {
            side,
            watch,
            pulses,
            recording: Recording::default(),
            occurrences: HashMap::new(),
            written: HashSet::new(),
            held: 0,
        }
    }

    pub(super) fn finish(self, ended: Ended) -> Recording {
        Recording {
            ended: Some(ended),
            ..self.recording
        }
    }

    fn add(
        &mut self,
        name: &str,
        verdict: &Verdict,
        (step, tries): (Option<String>, Vec<Option<u16>>),
        after_write: bool,
    ) {
        let count = self.occurrences.entry(name.to_owned()).or_default();
        *count += 1;
        let name = format!("{name} #{count}");
        let mut verdict = verdict.clone();
        let mut cut = None;
        if let Ok(response) = &mut verdict.exchange.outcome {
            let size = response.body.len();
            if size > MOST_OF_ONE || self.held + size > MOST_OF_ALL {
                response.body = Bytes::new();
                cut = Some(size);
                self.recording.cut += 1;
            } else {
                self.held += size;
            }
        }
        let answered = Answered {
            verdict,
            step,
            tries,
            after_write,
            cut,
        };
        self.watch.note(self.side, &answered);
        self.recording.answers.insert(name, answered);
    }

    fn step(&mut self, run: &StepRun) {
        self.recording.secrets.extend(run.secrets.iter().cloned());
        let name = format!("{}/{}", told(&run.key), run.step);
        self.values(&name, &run.outputs);
        let progress = self.recording.workflows.entry(told(&run.key)).or_default();
        progress.note(run);
        // Attempts before the last one only waited for something.
        let attempts = run.attempts.iter().rev();
        let mut verdicts = attempts.filter_map(|one| one.verdict.as_ref());
        let Some(verdict) = verdicts.next() else {
            return;
        };
        let mut tries: Vec<_> = verdicts.map(|one| one.exchange.status()).collect();
        tries.reverse();
        if run.outcome == StepOutcome::Failed {
            self.examined(verdict);
        }
        let after_write = self.written.contains(&run.key);
        let step = format!("{}/{}", run.key.workflow, run.step);
        self.add(&name, verdict, (Some(step), tries), after_write);
        if !is_safe(&verdict.exchange.request.method) {
            self.written.insert(run.key.clone());
        }
    }

    /// Names what is wrong with the side, if a step failed for that. What a step asks for, it passes with; and
    /// a credential that an answer gave may have been taken back.
    fn examined(&self, verdict: &Verdict) {
        let [one, other] = self.pulses.of(verdict.api);
        let pulse = match self.side {
            Side::Baseline => one,
            Side::Candidate => other,
        };
        let Some(ailment) = pulse.relapse.found() else {
            return;
        };
        let is_refused = verdict.exchange.status() == Some(401);
        if !is_refused || !self.gave_credentials(&verdict.exchange.request) {
            self.watch.name(self.side, ailment);
        }
    }

    /// Whether an answer gave what a request carries as credentials.
    fn gave_credentials(&self, request: &Request) -> bool {
        let mut carried = credentials(request).into_iter();
        carried.any(|(_, value)| {
            let secret = value.rsplit(' ').next().unwrap_or_default();
            let answers = self.recording.answers.values();
            let mut responses = answers.filter_map(|one| one.verdict.exchange.response());
            responses.any(|response| {
                let body = response.content_or_body();
                let mut fields = response.headers.iter();
                fields.any(|(_, field)| String::from_utf8_lossy(field).contains(secret))
                    || String::from_utf8_lossy(&body).contains(secret)
            })
        })
    }

    fn values(&mut self, name: &str, values: &Map<String, Value>) {
        for (member, value) in values {
            let at = format!("{name}.{member}");
            self.recording.values.insert(at, value.clone());
        }
    }
}

impl Sink for Tape<'_> {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Judged(verdict) => {
                let name = name(&verdict.case, verdict.api);
                self.add(
                    &name,
                    verdict,
                    (None, Vec::new()),
                    !verdict.before.is_empty(),
                );
            }
            Event::Step(run) => self.step(run),
            Event::WorkflowStarted(started) => {
                self.values(&format!("{} inputs", told(&started.key)), &started.inputs);
            }
            Event::WorkflowEnded(ended) => {
                let name = told(&ended.key);
                self.values(&format!("{name} outputs"), &ended.outputs);
                self.recording
                    .workflows
                    .entry(name)
                    .or_default()
                    .end(ended.outcome);
            }
            Event::Skipped(skip) => self.recording.skipped.push(skip.clone()),
            _ => {}
        }
        Ok(())
    }
}

/// A run of a workflow in words.
fn told(key: &WorkflowKey) -> String {
    let run = key.run.as_deref().unwrap_or_default();
    format!("{} {} {run}", key.file, key.workflow)
}

/// Whether a method changes nothing (RFC 9110 section 9.2.1).
pub(super) fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
}

/// The name of a generated case: what it was made from, and not what it became on one side. Seeds
/// come from the run's seed, the operation, the phase and the number of the case.
fn name(case: &Case, api: usize) -> String {
    let defect = match &case.intent {
        Intent::Invalid(defect) => format!("{} {}", kind_of(defect), place_of(defect)),
        Intent::Valid | Intent::Scripted => String::new(),
    };
    let (operation, phase, seed) = (&case.operation, case.phase.name(), case.seed);
    format!("{api} {operation} {phase} {seed} {defect}")
}

/// What is wrong with a request, without values: `body maxLength`.
pub(super) fn kind_of(defect: &Defect) -> String {
    match defect {
        Defect::Body(mutation) => format!("body `{}`", mutation.keyword),
        Defect::Parameter {
            place, mutation, ..
        } => format!("{place} parameter `{}`", mutation.keyword),
        Defect::MissingParameter { place, .. } => format!("missing {place} parameter"),
        Defect::MissingBody => "missing body".to_owned(),
        // RFC 8259 section 4: names should be unique, and need not be.
        Defect::MalformedBody(Malformation::RepeatedName) => "body with a member twice".to_owned(),
        Defect::MalformedBody(_) => "malformed body".to_owned(),
        Defect::MediaType(_) => "undeclared media type".to_owned(),
        Defect::Method(_) => "undeclared method".to_owned(),
        Defect::Credentials(crate::case::Credentials::Missing) => "missing credentials".to_owned(),
        Defect::Credentials(_) => "wrong credentials".to_owned(),
    }
}

/// Where it is wrong.
fn place_of(defect: &Defect) -> String {
    let mutated = |mutation: &crate::generate::Mutation| {
        format!("{} {}", mutation.schema.pointer, mutation.instance)
    };
    match defect {
        Defect::Body(mutation) => mutated(mutation),
        Defect::Parameter { name, mutation, .. } => format!("{name} {}", mutated(mutation)),
        Defect::MalformedBody(malformation) => malformation.to_string(),
        Defect::MissingParameter { name, .. } | Defect::MediaType(name) | Defect::Method(name) => {
            name.clone()
        }
        Defect::MissingBody | Defect::Credentials(_) => String::new(),
    }
}

/// The scalars of a value with their places, in order.
pub(super) fn scalars(value: &Value) -> Vec<(Pointer, &Value)> {
    let mut found = Vec::new();
    let mut open = vec![(Pointer::root(), value)];
    while let Some((at, value)) = open.pop() {
        match value {
            Value::Array(items) => open.extend(
                (items.iter().enumerate().rev()).map(|(index, item)| (at.index(index), item)),
            ),
            Value::Object(members) => {
                open.extend((members.iter().rev()).map(|(name, value)| (at.join(name), value)));
            }
            scalar => found.push((at, scalar)),
        }
    }
    found
}

impl Answered {
    /// Whether it may have changed something, and nobody knows.
    pub(super) fn is_open_write(&self) -> bool {
        let exchange = &self.verdict.exchange;
        let is_sent = !matches!(
            exchange.outcome,
            Ok(_) | Err(TransportError::Unreachable(_) | TransportError::Unsendable(_))
        );
        is_sent && !is_safe(&exchange.request.method)
    }

    /// Whether a request was sent to the same resource before this one.
    pub(super) fn follows(&self, other: &Self) -> bool {
        let mut before = self.verdict.before.iter();
        before.any(|earlier| other.was_sent(&earlier.request))
    }

    /// Whether it was made from the answer to that request.
    pub(super) fn follows_at_once(&self, other: &Self) -> bool {
        let last = self.verdict.before.last();
        last.is_some_and(|earlier| other.was_sent(&earlier.request))
    }

    fn was_sent(&self, request: &Request) -> bool {
        let own = &self.verdict.prepared.request;
        (&own.method, &own.path, &own.body) == (&request.method, &request.path, &request.body)
    }

    /// The parameter of the path that this scalar is what was sent as.
    pub(super) fn path_parameter(&self, value: &Value) -> Option<&str> {
        let mut parameters = self.verdict.case.inputs.parameters.iter();
        let found =
            parameters.find(|((place, _), sent)| *place == Place::Path && is_shown(sent, value));
        found.map(|((_, name), _)| name.as_str())
    }

    /// What was sent as a parameter of the path.
    pub(super) fn path_value(&self, name: &str) -> Option<&Value> {
        let key = (Place::Path, name.to_owned());
        self.verdict.case.inputs.parameters.get(&key)
    }

    /// Whether the answer says anywhere what was sent as this parameter of the path.
    pub(super) fn shows(&self, name: &str) -> bool {
        let sent = self.path_value(name);
        sent.is_some_and(|sent| self.json().is_some_and(|body| has(&body, sent)))
    }

    /// The body as JSON, if it is that.
    pub(super) fn json(&self) -> Option<Value> {
        let response = self.verdict.exchange.response()?;
        response.json()
    }
}

/// Whether a scalar stands anywhere in a body.
fn has(body: &Value, sent: &Value) -> bool {
    match body {
        Value::Array(items) => items.iter().any(|item| has(item, sent)),
        Value::Object(members) => members.values().any(|member| has(member, sent)),
        Value::String(text) if is_mentioned(sent, text) => true,
        scalar => is_shown(sent, scalar),
    }
}

/// Whether a text says somewhere what was sent, if that is too long to be there by chance.
fn is_mentioned(sent: &Value, text: &str) -> bool {
    let sent = sent.as_str().unwrap_or_default();
    sent.chars().count() >= TELLING && text.to_lowercase().contains(&sent.to_lowercase())
}

/// Whether a scalar is what was sent in a path, or leads to it: a URL with it as a segment.
pub(super) fn is_shown(sent: &Value, value: &Value) -> bool {
    if is_same(sent, value) {
        return true;
    }
    let Value::String(text) = value else {
        return false;
    };
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let segments = path.split('/');
    path.contains('/')
        && segments
            .filter(|segment| !segment.is_empty())
            .any(|segment| {
                let plain = decode_component(segment).unwrap_or_else(|_| segment.to_owned());
                is_same(sent, &Value::from(plain))
            })
}

/// Whether two scalars are one id: in a path a number is a text, and a UUID has no case (RFC 9562 section 4).
fn is_same(one: &Value, other: &Value) -> bool {
    let written = |value: &Value| match value {
        Value::String(text) => Some(without_dashes(text).unwrap_or_else(|| text.clone())),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    equal(one, other) || written(one).is_some_and(|one| written(other) == Some(one))
}

/// The 32 digits of a UUID in any of its forms; `None` for another text.
fn without_dashes(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let digits = lower
        .strip_prefix("urn:uuid:")
        .unwrap_or(&lower)
        .replace('-', "");
    let is_uuid = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_uuid.then_some(digits)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_is_the_same_in_all_its_forms() {
        let id = json!("8F14E45F-CEEA-467F-9C2A-1B2C3D4E5F60");
        for (other, expected) in [
            (json!("8f14e45f-ceea-467f-9c2a-1b2c3d4e5f60"), true),
            (json!("urn:uuid:8f14e45f-ceea-467f-9c2a-1b2c3d4e5f60"), true),
            (json!("8f14e45fceea467f9c2a1b2c3d4e5f60"), true),
            (json!("8f14e45f-ceea-467f-9c2a-1b2c3d4e5f61"), false),
            (json!(8), false),
            (json!(null), false),
        ] {
            assert_eq!(is_same(&id, &other), expected, "{other}");
        }
        assert!(is_same(&json!("1236"), &json!(1236)));
        assert!(!is_same(&json!("me"), &json!("ME")));
        assert!(has(&json!({"a": [{"self": 1236}]}), &json!("1236")));
        assert!(!has(&json!({"a": [{"self": 999}]}), &json!("1236")));
    }
}
