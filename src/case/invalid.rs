//! The invalid phase: valid requests with exactly one defect each.

use bytes::Bytes;
use serde_json::Value;

use super::plan::{Planner, named, proved};
use super::proof::{Flaw, arrives, flaws, is_sent};
use super::source::{BodySource, ParameterSource, Source};
use super::{Body, Defect, Inputs, Intent, Phase};
use crate::generate::Invalid;
use crate::seed::Seed;
use crate::spec::{Parameter, Place};
use crate::wire::{MediaRange, encode_body, read_json};

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
        add(planner, source, inputs, defect, seed);
    }
    let mut mutations: Vec<_> = mutations(source, &twin, seed, count)
        .into_iter()
        .map(Vec::into_iter)
        .collect();
    let mut added = 0;
    while !mutations.is_empty() && added < count {
        mutations.retain_mut(|mutations| {
            let found = added < count
                && mutations.any(|(inputs, defect)| add(planner, source, inputs, defect, seed));
            added += usize::from(found);
            found
        });
    }
}

/// Adds a case if its defect is what a reader of the request finds, and nothing else.
fn add(
    planner: &mut Planner<'_>,
    source: &Source<'_>,
    inputs: Inputs,
    defect: Defect,
    seed: Seed,
) -> bool {
    let operation = source.operation;
    let expected = match &defect {
        Defect::Parameter { place, name, .. } | Defect::MissingParameter { place, name } => {
            Flaw::Parameter(*place, name.clone())
        }
        _ => Flaw::Body,
    };
    let must_be_sent = match &defect {
        Defect::Parameter { place, name, .. } => operation.parameter(*place, name),
        _ => None,
    };
    let intent = Intent::Invalid(defect);
    let Ok((case, request)) = named(source, Phase::Invalid, intent, inputs, seed) else {
        return false;
    };
    let proved = flaws(source.spec, operation, &request) == [expected]
        && must_be_sent.is_none_or(|parameter| is_sent(operation, parameter, &request))
        && arrives(source.spec, operation, &request);
    proved && planner.add(case)
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
        if let Some(malformed) = malformed(body, seed) {
            let mut inputs = twin.clone();
            inputs.body = Some(malformed);
            found.push((inputs, Defect::MalformedBody));
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

/// JSON that ends too early.
fn malformed(source: &BodySource<'_>, seed: Seed) -> Option<Body> {
    if !MediaRange::parse(source.name).ok()?.concrete().is_json() {
        return None;
    }
    let Body::Instance { value, .. } = source.minimal(seed).ok()? else {
        return None;
    };
    let (media_type, bytes) = encode_body(source.name, source.media, &value).ok()?;
    let mut bytes = match value {
        Value::Object(_) | Value::Array(_) => bytes.slice(..bytes.len().saturating_sub(1)),
        _ => Bytes::from_static(b"{"),
    };
    if read_json(&bytes).is_ok() {
        bytes = Bytes::from_static(b"{");
    }
    Some(Body::Raw { media_type, bytes })
}

/// Mutations of each body and parameter; those that break a single keyword come first.
fn mutations(
    source: &Source<'_>,
    twin: &Inputs,
    seed: Seed,
    count: usize,
) -> Vec<Vec<(Inputs, Defect)>> {
    let ordered = |mut found: Vec<Invalid>| {
        found.sort_by_key(|invalid| !invalid.single);
        found.into_iter()
    };
    let mut lists = Vec::new();
    for body in &source.bodies {
        let Ok(Some(generator)) = body.generator() else {
            continue;
        };
        let found = ordered(generator.invalid(seed.derive(body.name, 0), count));
        let cases = found.map(|invalid| {
            let mut inputs = twin.clone();
            inputs.body = Some(body.instance(invalid.value));
            (inputs, Defect::Body(invalid.mutation))
        });
        lists.push(cases.collect());
    }
    for values in &source.parameters {
        let parameter = values.parameter;
        let Ok(generator) = values.generator() else {
            continue;
        };
        let (place, name) = (parameter.place, parameter.name.clone());
        let seed = seed.derive(&format!("{place}:{name}"), 0);
        let found = ordered(generator.invalid(seed, count));
        let cases = found
            .filter(|invalid| !may_be_ignored(parameter, &invalid.value))
            .map(|invalid| {
                let mut inputs = twin.clone();
                let key = (place, name.clone());
                inputs.parameters.insert(key, invalid.value);
                let name = name.clone();
                let mutation = invalid.mutation;
                let defect = Defect::Parameter {
                    place,
                    name,
                    mutation,
                };
                (inputs, defect)
            });
        lists.push(cases.collect());
    }
    lists
}

/// Whether an honest server could take a parameter for one that was not sent: an empty value, where
/// the parameter is optional or allows it (OAS 3.1.1 section 4.8.12.2.1).
fn may_be_ignored(parameter: &Parameter, value: &Value) -> bool {
    value == "" && (!parameter.required || allows_empty(parameter))
}

/// `allowEmptyValue`, which nothing else asks for.
fn allows_empty(parameter: &Parameter) -> bool {
    let set = parameter.schema.set();
    (0..set.len())
        .map(|number| set.document(number))
        .filter(|document| document.name == parameter.location.document)
        .filter_map(|document| document.node(&parameter.location.pointer))
        .any(|node| node.get("allowEmptyValue") == Some(&Value::Bool(true)))
}
