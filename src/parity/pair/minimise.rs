//! Minimising: the smallest request that still makes the same difference.
//!
//! Optional parameters and members of the request are left out, all at once or in halves, as long as the
//! two sides still differ in the same way at the same place.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::compare::{Sides, compare};
use super::difference::Difference;
use super::outcome::Outcome;
use super::recording::{Answered, Recording};
use super::run::over;
use crate::case::{Authority, Body, Case, Defect, Intent, Phase};
use crate::code::{Code, Severity};
use crate::document::Pointer;
use crate::http::Transport;
use crate::probe::{Probe, Stop};
use crate::schema::Facets;
use crate::spec::{Operation, Place, Spec};
use crate::wire::declared;

/// How many differences are minimised.
const MOST: usize = 10;
/// How often both sides are asked for one of them.
const MOST_SENDS: usize = 30;

/// What a difference is known by: its case, category, kind and place.
pub(super) type Name = (String, Code, &'static str, String);

/// Smaller cases for differences.
#[derive(Debug, Default)]
pub struct Minimal {
    pub(super) found: BTreeMap<Name, Smaller>,
}

/// A smaller case, and what both sides answered to it.
#[derive(Debug)]
pub(super) struct Smaller {
    pub(super) baseline: Answered,
    pub(super) candidate: Answered,
    pub(super) difference: Difference,
    /// How many parts of the request were left out.
    pub(super) dropped: usize,
    /// The steps of its workflow that are left; none where steps were not left out.
    pub(super) steps: Vec<String>,
}

/// One side, to be asked again.
#[derive(Debug)]
pub struct Again<'a, T> {
    /// The target's credentials.
    pub authority: &'a Authority,
    /// The way to it.
    pub transport: &'a T,
}

/// A part of a request that may be left out.
enum Part {
    Parameter(Place, String),
    Member(Pointer),
}

/// Looks for smaller cases for the gravest differences. `writes` says whether requests that may change
/// something may be sent again.
pub async fn minimise<B: Transport, C: Transport>(
    spec: &Spec,
    (baseline, candidate): (&Again<'_, B>, &Again<'_, C>),
    (left, right): (&Recording, &Recording),
    outcome: &Outcome,
    sides: &Sides<'_>,
    (writes, stop): (bool, &Stop),
) -> Minimal {
    let mut minimal = Minimal::default();
    let groups = outcome.groups();
    let mut seen = BTreeSet::new();
    let grave = groups
        .iter()
        .filter(|group| group.severity > Severity::Note && group.code != Code::PARITY_STATE)
        .filter(|group| seen.insert(group.likeness()));
    for group in grave.take(MOST) {
        let (pair, difference) = group.first;
        let (Some(one), Some(other)) =
            (left.answers.get(&pair.name), right.answers.get(&pair.name))
        else {
            continue;
        };
        let phase = one.verdict.case.phase;
        let Some(operation) = spec.operations.get(&pair.operation) else {
            continue;
        };
        // The first request of a sequence stands for itself.
        let is_first = one.verdict.before.is_empty() && other.verdict.before.is_empty();
        let is_alone = phase != Phase::Scenario && (phase != Phase::Stateful || is_first);
        if !is_alone || !(writes || operation.is_safe()) {
            continue;
        }
        let parties = (baseline, candidate);
        let cases = (one.verdict.case.clone(), other.verdict.case.clone());
        let parts = parts(&cases.0, operation);
        let mut smaller = Shrinking {
            spec,
            sides,
            stop,
            difference,
            cases,
            best: None,
        };
        smaller.run(parts, parties).await;
        let best = smaller.best;
        if let Some(smaller) = best {
            let name = name(&pair.name, difference);
            minimal.found.insert(name, smaller);
        }
    }
    minimal
}

/// One case that becomes smaller.
struct Shrinking<'a> {
    spec: &'a Spec,
    sides: &'a Sides<'a>,
    stop: &'a Stop,
    difference: &'a Difference,
    cases: (Case, Case),
    best: Option<Smaller>,
}

impl Shrinking<'_> {
    /// Leaves out all parts at once, and where the difference is gone then, each half of them, and so on:
    /// most parts have nothing to do with it.
    async fn run<B: Transport, C: Transport>(
        &mut self,
        parts: Vec<Part>,
        (baseline, candidate): (&Again<'_, B>, &Again<'_, C>),
    ) {
        let mut open = vec![parts];
        let mut sends = 0;
        while let Some(mut chunk) = open.pop() {
            let (Some((one, dropped)), Some((other, _))) = (
                without(&self.cases.0, &chunk),
                without(&self.cases.1, &chunk),
            ) else {
                continue;
            };
            if sends == MOST_SENDS {
                return;
            }
            sends += 1;
            let sent = async {
                tokio::join!(
                    answered(self.spec, baseline, one.clone()),
                    answered(self.spec, candidate, other.clone())
                )
            };
            let sent = tokio::select! {
                sent = sent => sent,
                () = over(self.stop) => return,
            };
            let same = match &sent {
                (Some(first), Some(second)) => still(first, second, self.difference, self.sides),
                _ => None,
            };
            match (sent, same) {
                ((Some(baseline), Some(candidate)), Some(difference)) => {
                    let before = self.best.as_ref().map_or(0, |best| best.dropped);
                    self.cases = (one, other);
                    self.best = Some(Smaller {
                        baseline,
                        candidate,
                        difference,
                        dropped: before + dropped,
                        steps: Vec::new(),
                    });
                }
                _ if chunk.len() > 1 => {
                    let half = chunk.split_off(chunk.len() / 2);
                    open.push(half);
                    open.push(chunk);
                }
                _ => {}
            }
        }
    }
}

/// What a difference of a case is known by.
pub(super) fn name(case: &str, difference: &Difference) -> Name {
    (
        case.to_owned(),
        difference.code,
        difference.kind,
        difference.place.clone(),
    )
}

async fn answered<T: Transport>(spec: &Spec, side: &Again<'_, T>, case: Case) -> Option<Answered> {
    let probe = Probe {
        spec,
        api: 0,
        authority: side.authority,
        transport: side.transport,
    };
    let verdict = probe.send(case, &[]).await.ok()?;
    Some(Answered {
        verdict,
        step: None,
        after_write: false,
        cut: None,
    })
}

/// The same difference between two other answers.
fn still(
    one: &Answered,
    other: &Answered,
    difference: &Difference,
    sides: &Sides<'_>,
) -> Option<Difference> {
    let recording = |answered: &Answered| {
        let mut recording = Recording::default();
        recording.answers.insert(String::new(), answered.clone());
        recording
    };
    let pairs = compare(&recording(one), &recording(other), sides);
    let mut found = pairs.into_iter().flat_map(|pair| pair.differences);
    found.find(|found| {
        (found.code, found.kind, &found.place)
            == (difference.code, difference.kind, &difference.place)
    })
}

/// The parts of a request that the document does not ask for, the largest first: members that hold others
/// come before those.
fn parts(case: &Case, operation: &Operation) -> Vec<Part> {
    let mut parts = Vec::new();
    let kept = kept(case);
    for (place, name) in case.inputs.parameters.keys() {
        let parameter = operation.parameter(*place, name);
        let is_required = parameter.is_none_or(|parameter| parameter.required);
        let is_defect = matches!(&case.intent, Intent::Invalid(Defect::Parameter { name: own, .. }) if own == name);
        if *place != Place::Path && !is_required && !is_defect {
            parts.push(Part::Parameter(*place, name.clone()));
        }
    }
    if let (Some(Body::Instance { media_type, value }), Some(body)) =
        (&case.inputs.body, &operation.body)
    {
        let media = declared(&body.content, media_type);
        let facets = media
            .and_then(|media| media.schema.as_ref())
            .map(Facets::of);
        members(
            &Pointer::root(),
            value,
            &facets.unwrap_or_default(),
            kept,
            &mut parts,
        );
    }
    parts
}

/// The node of the body that breaks the document.
fn kept(case: &Case) -> Option<&Pointer> {
    match &case.intent {
        Intent::Invalid(Defect::Body(mutation)) => Some(&mutation.instance),
        _ => None,
    }
}

fn members(
    at: &Pointer,
    value: &Value,
    facets: &Facets,
    kept: Option<&Pointer>,
    parts: &mut Vec<Part>,
) {
    let Value::Object(object) = value else {
        return;
    };
    for (name, value) in object {
        let below = at.join(name);
        let is_required = facets.any("required", |list| {
            list.as_array()
                .is_some_and(|list| list.iter().any(|item| item == name))
        });
        let is_kept = kept.is_some_and(|kept| below.contains(kept));
        if !is_required && !is_kept {
            parts.push(Part::Member(below.clone()));
        }
        members(&below, value, &facets.member(name), kept, parts);
    }
}

/// The case without some parts, and how many of them it had; `None` if it has none of them any more.
fn without(case: &Case, parts: &[Part]) -> Option<(Case, usize)> {
    let mut case = case.clone();
    let dropped = parts.iter().filter(|part| drop(&mut case, part)).count();
    (dropped > 0).then_some((case, dropped))
}

/// Takes a part out of a case; whether it had it.
fn drop(case: &mut Case, part: &Part) -> bool {
    match part {
        Part::Parameter(place, name) => {
            let parameters = &mut case.inputs.parameters;
            parameters.shift_remove(&(*place, name.clone())).is_some()
        }
        Part::Member(at) => {
            let Some(Body::Instance { value, .. }) = &mut case.inputs.body else {
                return false;
            };
            let found = at.parent().zip(at.last()).and_then(|(parent, name)| {
                let object = value.pointer_mut(parent.as_str())?.as_object_mut()?;
                object.shift_remove(&*name)
            });
            found.is_some()
        }
    }
}
