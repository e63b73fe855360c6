//! Writes that one side loses: updates in the middle of a workflow, and what was created. The requests before
//! a read say what it has to show, as the checks of sequences have it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::contract;
use crate::case::Intent;
use crate::check::{Check, Step, Subject, all, judge};
use crate::code::{Code, Severity};
use crate::parity::pair::break_off::workflow;
use crate::parity::pair::difference::{Difference, Pair};
use crate::parity::pair::recording::{Answered, Recording, is_safe, is_shown, scalars};
use crate::spec::Spec;
use crate::wire::decode_component;

/// Tells of the reads in which only one side does not show what the workflow wrote, and makes notes of what
/// follows from that in the same answer. Says which side lost anything.
pub(super) fn tell(pairs: &mut [Pair], recordings: [&Recording; 2], specs: &[&Spec]) -> [bool; 2] {
    let lost = recordings.map(|recording| losing(recording, specs));
    let mut losers = [false; 2];
    for pair in pairs {
        let (loser, title) = match lost.each_ref().map(|lost| lost.get(&*pair.name)) {
            [Some(title), None] => (0, title),
            [None, Some(title)] => (1, title),
            _ => continue,
        };
        let is_told = |one: &Difference| one.code == Code::PARITY_STATE;
        // What is in another order only, is not lost; and what breaks the document is told as that.
        let matters = |one: &Difference| match one.code {
            Code::PARITY_SHAPE => true,
            Code::PARITY_VALUE => one.kind != "entry",
            Code::PARITY_ORDER => one.kind == "length",
            _ => false,
        };
        if pair.differences.iter().any(is_told) || !pair.differences.iter().any(matters) {
            continue;
        }
        for difference in &mut pair.differences {
            if follows(difference) {
                difference.severity = Severity::Note;
            }
        }
        let side = ["baseline", "candidate"][loser];
        let mut values = [None, None];
        values[loser] = Some(Value::from(title.as_str()));
        let [one, other] = values;
        let difference = contract::forgotten(side, Code::UPDATE_LOST).between(one, other);
        pair.differences.insert(0, difference);
        losers[loser] = true;
    }
    losers
}

/// Whether a difference of bodies may come of an update that one of them does not show. Another type does not.
fn follows(difference: &Difference) -> bool {
    match difference.code {
        Code::PARITY_SHAPE => difference.kind != "type",
        Code::PARITY_VALUE | Code::PARITY_ORDER => true,
        _ => false,
    }
}

/// The reads that do not show what was written before, with what they lack: what the same run of a workflow
/// wrote, and what a sequence of generated cases created. What it updated, its checks have told.
fn losing<'r>(recording: &'r Recording, specs: &[&Spec]) -> BTreeMap<&'r str, String> {
    let checks: Vec<&dyn Check> = all()
        .iter()
        .copied()
        .filter(|check| check.code() == Code::UPDATE_LOST)
        .collect();
    let mut writes: BTreeMap<&str, Vec<Step>> = BTreeMap::new();
    let mut losing = BTreeMap::new();
    for (name, answered) in &recording.answers {
        let verdict = &answered.verdict;
        let (case, exchange) = (&verdict.case, &verdict.exchange);
        let is_step = answered.step.is_some();
        if !is_step && verdict.before.is_empty() {
            continue;
        }
        if is_step && !is_safe(&exchange.request.method) {
            let before = writes.entry(workflow(name)).or_default();
            before.push(carried_out(answered));
            continue;
        }
        let Some(spec) = specs.get(verdict.api) else {
            continue;
        };
        let Some(operation) = spec.operations.get(&case.operation) else {
            continue;
        };
        let path = exchange.request.path_only();
        let history: Vec<Step> = if is_step {
            let before = writes.get(workflow(name)).into_iter().flatten();
            let related = before.filter(|step| is_related(step.exchange.request.path_only(), path));
            let as_written = |step: &Step| created(step, path).unwrap_or_else(|| step.clone());
            related.map(as_written).collect()
        } else {
            let before = recording.answers.values();
            let before = before
                .filter(|earlier| answered.follows(earlier))
                .map(carried_out);
            let before: Vec<Step> = before.collect();
            let [only] = &*before else {
                continue;
            };
            let Some(created) = created(only, path) else {
                continue;
            };
            vec![created]
        };
        let subject = Subject {
            spec,
            operation,
            case,
            exchange,
            history: &history,
        };
        if let Some(finding) = judge(&subject, &checks).into_iter().next() {
            losing.insert(&**name, finding.title);
        }
    }
    losing
}

/// A write as the checks have it.
fn carried_out(answered: &Answered) -> Step {
    let mut case = answered.verdict.case.clone();
    // Whether it was carried out, its answer says.
    if case.intent == Intent::Scripted {
        case.intent = Intent::Valid;
    }
    let exchange = answered.verdict.exchange.clone();
    Step { case, exchange }
}

/// A creation as if it had been written to where what it made is read: it has to show the same. `None` for
/// any other write.
fn created(step: &Step, path: &str) -> Option<Step> {
    is_creation(step, path).then(|| {
        let mut step = step.clone();
        "PUT".clone_into(&mut step.exchange.request.method);
        path.clone_into(&mut step.exchange.request.path);
        step
    })
}

/// Whether a POST made what stands at a path right below its own: its answer names that.
fn is_creation(step: &Step, path: &str) -> bool {
    let Some(response) = step.exchange.response().filter(|one| one.is_success()) else {
        return false;
    };
    let request = &step.exchange.request;
    let collection = request.path_only().trim_end_matches('/');
    let below = path.trim_end_matches('/').strip_prefix(collection);
    let Some(name) = below.and_then(|rest| rest.strip_prefix('/')) else {
        return false;
    };
    let name = decode_component(name).unwrap_or_else(|_| name.to_owned());
    let leads = |location: String| location.trim_end_matches('/').ends_with(path);
    let is_named = |body: Value| {
        let scalars = scalars(&body);
        scalars
            .iter()
            .any(|(_, value)| is_shown(&Value::from(&*name), value))
    };
    let is_one = request.method == "POST" && !name.contains('/');
    is_one
        && (response.header("location").is_some_and(leads) || response.json().is_some_and(is_named))
}

/// Whether what is sent to one path may change what another one shows: it is the same one, below or above it.
fn is_related(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim_end_matches('/'), other.trim_end_matches('/'));
    let is_below = |path: &str, above: &str| {
        let rest = path.strip_prefix(above);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    is_below(one, other) || is_below(other, one)
}
