//! The protocol phase: credentials, methods and media types.

use super::credentials::places;
use super::plan::{Planner, named, proved};
use super::proof::{arrives, is_same_path, is_unshared};
use super::source::Source;
use super::{Body, Credentials, Defect, Inputs, Intent, Phase};
use crate::seed::Seed;
use crate::spec::Place;
use crate::wire::{MediaRange, best_match, encode_body};

/// Methods to try where they are not declared, the least harmful first. `HEAD` and `OPTIONS` may be
/// answered without being declared, and `TRACE` is for proxies.
const METHODS: [&str; 5] = ["GET", "PATCH", "PUT", "POST", "DELETE"];

/// Media types to try where they are not declared.
const MEDIA_TYPES: [&str; 2] = ["application/x-proofmark", "text/plain"];

/// Plans the cases of one operation.
pub(super) fn plan(planner: &mut Planner<'_>, source: &Source<'_>, seed: Seed) {
    let found = [
        credentials(planner, source, seed),
        method(planner, source, seed),
        media_type(planner, source, seed),
    ];
    for reason in found.into_iter().filter_map(Result::err) {
        planner.skip(source.operation, Phase::Protocol, reason);
    }
}

/// A valid request without credentials, and one with wrong ones.
fn credentials(planner: &mut Planner<'_>, source: &Source<'_>, seed: Seed) -> Result<(), String> {
    let operation = source.operation;
    if !operation.requires_credentials() {
        return Ok(());
    }
    if places(source.spec, operation).is_empty() {
        return Err("its credentials are not part of requests, so that none are varied".to_owned());
    }
    let make = |seed: Seed| source.twin(seed);
    let (twin, _) = proved(source, Phase::Protocol, seed, &make)?;
    let mut requests = Vec::new();
    for credentials in [Credentials::Missing, Credentials::Wrong] {
        let inputs = Inputs {
            credentials,
            ..twin.inputs.clone()
        };
        let intent = Intent::Invalid(Defect::Credentials(credentials));
        let (case, request) = named(source, Phase::Protocol, intent, inputs, seed)?;
        if requests.contains(&request) {
            return Err("there is no way to send wrong credentials".to_owned());
        }
        requests.push(request);
        planner.add(case);
    }
    Ok(())
}

/// One method that the path does not declare, for the first selected operation of the path. Other
/// methods than GET go to resources that nobody has made.
fn method(planner: &mut Planner<'_>, source: &Source<'_>, seed: Seed) -> Result<(), String> {
    let operation = source.operation;
    let siblings: Vec<_> = planner
        .spec
        .operations
        .values()
        .filter(|other| is_same_path(&other.path, &operation.path))
        .collect();
    let first = siblings
        .iter()
        .find(|other| planner.options.operations.contains(&other.id));
    if first.is_none_or(|first| first.id != operation.id) {
        return Ok(());
    }
    let is_collection = operation.path.expressions().next().is_none();
    let undeclared = METHODS.into_iter().find(|method| {
        let deletes_all = is_collection && *method == "DELETE";
        !deletes_all && !siblings.iter().any(|other| other.method == *method)
    });
    let Some(method) = undeclared else {
        return Ok(());
    };
    let mut parameters = source.parameters(super::source::Breadth::Required, true, seed)?;
    parameters.retain(|(place, _), _| *place == Place::Path);
    if method != "GET" {
        for values in &source.parameters {
            if values.parameter.place == Place::Path {
                let key = (Place::Path, values.parameter.name.clone());
                parameters.insert(key, values.drawn(seed)?);
            }
        }
    }
    let inputs = Inputs {
        parameters,
        method: Some(method.to_owned()),
        ..Inputs::default()
    };
    let intent = Intent::Invalid(Defect::Method(method.to_owned()));
    let (case, request) = named(source, Phase::Protocol, intent, inputs, seed)?;
    // Where another template fits, too, that one may declare the method.
    if is_unshared(source.spec, operation, &request) {
        planner.add(case);
    }
    Ok(())
}

/// A valid body under a media type that is not declared.
fn media_type(planner: &mut Planner<'_>, source: &Source<'_>, seed: Seed) -> Result<(), String> {
    let (Some(body), Some(declared)) = (source.bodies.first(), &source.operation.body) else {
        return Ok(());
    };
    let is_declared = |name: &str| {
        let keys = declared.content.keys().map(String::as_str);
        MediaRange::parse(name).is_ok_and(|range| best_match(keys, &range).is_some())
    };
    let Some(media_type) = MEDIA_TYPES.into_iter().find(|name| !is_declared(name)) else {
        return Ok(());
    };
    let make = |seed: Seed| source.twin(seed);
    let (twin, _) = proved(source, Phase::Protocol, seed, &make)?;
    let instance = match twin.inputs.body.clone() {
        Some(body) => body,
        None => body.minimal(seed)?,
    };
    let Body::Instance { value, .. } = instance else {
        return Ok(());
    };
    let (_, bytes) =
        encode_body(body.name, body.media, &value).map_err(|error| error.to_string())?;
    // What is empty may pass for no body at all.
    if bytes.is_empty() {
        return Ok(());
    }
    let inputs = Inputs {
        body: Some(Body::Raw {
            media_type: media_type.to_owned(),
            bytes,
        }),
        ..twin.inputs
    };
    let intent = Intent::Invalid(Defect::MediaType(media_type.to_owned()));
    let (case, request) = named(source, Phase::Protocol, intent, inputs, seed)?;
    if arrives(source.spec, source.operation, &request) {
        planner.add(case);
    }
    Ok(())
}
