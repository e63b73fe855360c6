//! The invalid phase: valid requests with exactly one defect each.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;

use serde_json::Value;

use super::plan::{Planner, named, proved};
use super::proof::{Flaw, arrives, flaws, shows};
use super::source::{BodySource, ParameterSource, Source, can_be_sent};
use super::{Body, Defect, Inputs, Intent, Malformation, Phase};
use crate::generate::{Generator, Invalid};
use crate::seed::Seed;
use crate::spec::{Parameter, Place};
use crate::wire::{MediaRange, encode_body};

/// How many mutations of a parameter are looked at, since few of them survive the wire.
const LEAST: usize = 16;

/// What is left out or malformed, one case each, then up to `count` mutations, the body's and each
/// parameter's in turn.
pub(super) fn plan(planner: &mut Planner<'_>, source: &Source<'_>, seed: Seed, count: usize) {
    let make = |seed: Seed| source.twin(seed);
    let twin = match proved(source, Phase::Invalid, seed, &make) {
        Ok((case, _)) => case.inputs,
        Err(reason) => {
            planner.skip(source.operation, Phase::Invalid, reason);
            return;
        }
    };
    for (inputs, defect) in structural(source, &twin, seed) {
        if !planner.goes_on() {
            break;
        }
        add(planner, source, Phase::Invalid, inputs, defect, seed);
    }
    let mut added = 0;
    for (target, invalid) in mutations(planner, source, seed, count) {
        if added >= count || !planner.goes_on() {
            break;
        }
        let (inputs, defect) = target.broken(&twin, invalid);
        added += usize::from(add(planner, source, Phase::Invalid, inputs, defect, seed));
    }
}

/// What a mutation is done to.
#[derive(Clone, Copy)]
pub(super) enum Target<'a> {
    Body(&'a BodySource<'a>),
    Parameter(&'a Parameter),
}

impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(_) => f.write_str("the body"),
            Self::Parameter(parameter) => {
                write!(f, "{} parameter `{}`", parameter.place, parameter.name)
            }
        }
    }
}

impl Target<'_> {
    /// The twin with another value in it.
    pub(super) fn with(self, twin: &Inputs, value: Value) -> Inputs {
        let mut inputs = twin.clone();
        match self {
            Self::Body(body) => inputs.body = Some(body.instance(value)),
            Self::Parameter(parameter) => {
                let key = (parameter.place, parameter.name.clone());
                inputs.parameters.insert(key, value);
            }
        }
        inputs
    }

    /// The twin with a mutation in it.
    pub(super) fn broken(self, twin: &Inputs, invalid: Invalid) -> (Inputs, Defect) {
        let Invalid {
            value, mutation, ..
        } = invalid;
        let defect = match self {
            Self::Body(_) => Defect::Body(mutation),
            Self::Parameter(parameter) => Defect::Parameter {
                place: parameter.place,
                name: parameter.name.clone(),
                mutation,
            },
        };
        (self.with(twin, value), defect)
    }

    /// Whether a valid value survives the way to any server.
    pub(super) fn is_sendable(self, value: &Value) -> bool {
        match self {
            Self::Body(_) => true,
            Self::Parameter(parameter) => can_be_sent(parameter, value).is_ok(),
        }
    }

    /// Whether a value is one that every server has to read in the same way.
    pub(super) fn is_clear(self, value: &Value) -> bool {
        let Self::Parameter(parameter) = self else {
            return true;
        };
        let is_lost = parameter.place == Place::Cookie && can_be_sent(parameter, value).is_err();
        !is_lost && !may_be_ignored(parameter, value)
    }
}

/// Adds a case if its defect is what a reader of the request finds, and nothing else.
pub(super) fn add(
    planner: &mut Planner<'_>,
    source: &Source<'_>,
    phase: Phase,
    inputs: Inputs,
    defect: Defect,
    seed: Seed,
) -> bool {
    planner.charge(&inputs);
    let operation = source.operation;
    let expected = match &defect {
        Defect::Parameter { place, name, .. } | Defect::MissingParameter { place, name } => {
            Flaw::Parameter(*place, name.clone())
        }
        _ => Flaw::Body,
    };
    let intent = Intent::Invalid(defect);
    let Ok((case, request)) = named(source, phase, intent, inputs, seed) else {
        return false;
    };
    flaws(source.spec, operation, &request) == [expected]
        && shows(operation, &request, &case.intent)
        && arrives(source.spec, operation, &request)
        && planner.add(case)
}

/// Required parts that are missing, and bodies that are malformed.
fn structural(source: &Source<'_>, twin: &Inputs, seed: Seed) -> Vec<(Inputs, Defect)> {
    let mut found = Vec::new();
    if source.requires_body() {
        let mut inputs = twin.clone();
        inputs.body = None;
        found.push((inputs, Defect::MissingBody));
    }
    for body in &source.bodies {
        for (malformation, malformed) in malformed(body, twin, seed) {
            let mut inputs = twin.clone();
            inputs.body = Some(malformed);
            found.push((inputs, Defect::MalformedBody(malformation)));
        }
    }
    for ParameterSource { parameter, .. } in &source.parameters {
        let key = (parameter.place, parameter.name.clone());
        if parameter.required
            && parameter.place != Place::Path
            && twin.parameters.contains_key(&key)
        {
            let mut inputs = twin.clone();
            inputs.parameters.shift_remove(&key);
            let (place, name) = key;
            found.push((inputs, Defect::MissingParameter { place, name }));
        }
    }
    found
}

/// Each way in which the text of a body can be malformed.
fn malformed(source: &BodySource<'_>, twin: &Inputs, seed: Seed) -> Vec<(Malformation, Body)> {
    let is_json = MediaRange::parse(source.name).is_ok_and(|range| range.concrete().is_json());
    let own = match &twin.body {
        Some(Body::Instance { media_type, value }) if media_type == source.name => {
            Some(value.clone())
        }
        _ => None,
    };
    let value = own.or_else(|| match source.minimal(seed).ok()? {
        Body::Instance { value, .. } => Some(value),
        Body::Raw { .. } => None,
    });
    let Some((value, media_type)) = value.filter(|_| is_json).and_then(|value| {
        let (media_type, _) = encode_body(source.name, source.media, &value).ok()?;
        Some((value, media_type))
    }) else {
        return Vec::new();
    };
    let bodies = Malformation::ALL.into_iter().filter_map(|malformation| {
        let bytes = malformation.of(&value)?;
        let media_type = media_type.clone();
        Some((malformation, Body::Raw { media_type, bytes }))
    });
    bodies.collect()
}

/// Mutations of bodies and parameters in turn: every keyword at every place once before any of them
/// twice, and those that break a single keyword first.
fn mutations<'a>(
    planner: &mut Planner<'_>,
    source: &'a Source<'a>,
    seed: Seed,
    count: usize,
) -> Vec<(Target<'a>, Invalid)> {
    let is_spent = Cell::new(false);
    let found = |generator: &Generator, seed: Seed, count: usize| {
        let work = planner.work(count);
        let found = generator.invalid_within(seed, count, &work);
        is_spent.set(is_spent.get() || work.is_spent());
        found
    };
    let bodies = source.bodies.iter().filter_map(|body| {
        let generator = body.generator().ok()??;
        let made = found(generator, seed.derive(body.name, 0), count);
        Some((Target::Body(body), made))
    });
    let parameters = source.parameters.iter().filter_map(|values| {
        let parameter = values.parameter;
        let seed = seed.derive(&format!("{}:{}", parameter.place, parameter.name), 0);
        let mut made = found(values.generator().ok()?, seed, count.max(LEAST));
        let target = Target::Parameter(parameter);
        made.retain(|invalid| target.is_clear(&invalid.value));
        Some((target, made))
    });
    let mut ranked = Vec::new();
    for (target, mut found) in bodies.chain(parameters) {
        found.sort_by_key(|invalid| !invalid.single);
        let mut seen: HashMap<_, usize> = HashMap::new();
        for (index, invalid) in found.into_iter().enumerate() {
            let mutation = &invalid.mutation;
            let pointer = mutation.schema.pointer.clone();
            let key = (
                mutation.keyword.clone(),
                pointer,
                mutation.instance.starred(),
            );
            let times = seen.entry(key).or_default();
            ranked.push(((*times, index), target, invalid));
            *times += 1;
        }
    }
    ranked.sort_by_key(|(rank, ..)| *rank);
    planner.skip_spent(source.operation, Phase::Invalid, is_spent.get());
    let in_order = ranked.into_iter();
    in_order
        .map(|(_, target, invalid)| (target, invalid))
        .collect()
}

/// Whether an honest server could take a parameter for one that was not sent: an empty value, where
/// the parameter is optional or allows it (OAS 3.1.1 section 4.8.12.2.1).
fn may_be_ignored(parameter: &Parameter, value: &Value) -> bool {
    value == "" && (!parameter.required || parameter.allows_empty())
}
