//! The valid phase: requests made from the schemas.

use super::plan::{Planner, proved};
use super::resource::{Resources, documented};
use super::source::{Breadth, Generators, Source};
use super::{Body, Case, Inputs, Phase};
use crate::seed::Seed;
use crate::spec::{Operation, Spec};

/// One valid request of an operation with its required parameters and a generated body. An error
/// says why there is none.
pub fn valid(
    spec: &Spec,
    operation: &Operation,
    phase: Phase,
    seed: Seed,
    resources: &Resources,
) -> Result<Case, String> {
    let source = Source::new(
        spec,
        operation,
        resources,
        &documented(spec),
        &Generators::shared(),
    )?;
    let make = |seed: Seed| {
        let body = match source.bodies.first() {
            Some(body) => body.series(seed.derive("body", 0), 1).into_iter().next(),
            None => None,
        };
        if body.is_none() && source.requires_body() {
            return Err("no body can be sent".to_owned());
        }
        Ok(Inputs {
            parameters: source.parameters(Breadth::Required, true, seed)?,
            body,
            ..Inputs::default()
        })
    };
    let (case, _) = proved(&source, phase, seed, &make)?;
    Ok(case)
}

/// First what is required only, then everything, then what the seed picks.
pub(super) fn plan(planner: &mut Planner<'_>, source: &Source<'_>, seed: Seed, count: usize) {
    let bodies = bodies(source, seed, count);
    for index in 0..count {
        if !planner.goes_on() {
            break;
        }
        let seed = seed.derive("case", index as u64);
        let breadth = match index {
            0 => Breadth::Required,
            1 => Breadth::All,
            _ => Breadth::Some,
        };
        let make = |seed: Seed| {
            let known = index < 2 || seed.derive("known", 0).number().is_multiple_of(2);
            let mut inputs = Inputs {
                parameters: source.parameters(breadth, known, seed)?,
                ..Inputs::default()
            };
            let sent = source.requires_body()
                || match breadth {
                    Breadth::Required => false,
                    Breadth::All => true,
                    Breadth::Some => !seed.derive("body", 0).number().is_multiple_of(4),
                };
            if sent {
                inputs.body = match index.checked_sub(1) {
                    None => source.twin(seed)?.body,
                    Some(index) => bodies.get(index % bodies.len().max(1)).cloned(),
                };
                if inputs.body.is_none() && source.requires_body() {
                    return Err("no body can be sent".to_owned());
                }
            }
            Ok(inputs)
        };
        match proved(source, Phase::Valid, seed, &make) {
            Ok((case, _)) => {
                planner.charge(&case.inputs);
                planner.add(case);
            }
            // That a few of many draws lead nowhere leaves nothing out.
            Err(reason) if index < 2 => planner.skip(source.operation, Phase::Valid, reason),
            Err(_) => {}
        }
    }
}

/// Bodies of every media type in turn.
fn bodies(source: &Source<'_>, seed: Seed, count: usize) -> Vec<Body> {
    let mut series: Vec<_> = source
        .bodies
        .iter()
        .map(|body| body.series(seed.derive(body.name, 0), count).into_iter())
        .collect();
    let mut bodies = Vec::new();
    loop {
        let before = bodies.len();
        bodies.extend(series.iter_mut().filter_map(Iterator::next));
        if bodies.len() == before || bodies.len() >= count {
            return bodies;
        }
    }
}
