//! The examples phase: the document's own examples as requests.

use indexmap::IndexMap;

use super::plan::{Planner, proved};
use super::source::{Breadth, Source};
use super::{Inputs, Phase};
use crate::seed::Seed;

/// One case for each example of a body; parameters go along with an example each, as long as there
/// are any.
pub(super) fn plan(planner: &mut Planner<'_>, source: &Source<'_>, seed: Seed) {
    let bodies: Vec<_> = source
        .bodies
        .iter()
        .flat_map(|body| body.examples.iter().map(move |value| (body, *value)))
        .collect();
    let rounds = source
        .parameters
        .iter()
        .map(|source| source.parameter.examples.len())
        .chain([bodies.len()])
        .max()
        .unwrap_or(0);
    for round in 0..rounds {
        if !planner.goes_on() {
            break;
        }
        let seed = seed.derive("round", round as u64);
        let make = |seed: Seed| {
            let mut parameters = source.parameters(Breadth::Required, true, seed)?;
            let mut examples = IndexMap::new();
            for source in &source.parameters {
                let parameter = source.parameter;
                if let Some(value) = source.example(round) {
                    examples.insert((parameter.place, parameter.name.clone()), value.clone());
                }
            }
            parameters.extend(examples);
            let body = match bodies.get(round % bodies.len().max(1)) {
                Some((body, value)) => Some(body.instance((*value).clone())),
                None if source.requires_body() => source.twin(seed)?.body,
                None => None,
            };
            Ok(Inputs {
                parameters,
                body,
                ..Inputs::default()
            })
        };
        match proved(source, Phase::Examples, seed, &make) {
            Ok((case, _)) => {
                planner.add(case);
            }
            Err(reason) => planner.skip(source.operation, Phase::Examples, reason),
        }
    }
}
