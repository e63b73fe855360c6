//! The boundary phase: requests at the edges of what the schemas of bodies and parameters allow.
//!
//! Nothing here depends on the seed but what goes along with the value in question.

use super::invalid::{Target, add};
use super::plan::{Modes, Planner, prove, proved};
use super::source::{Kept, Source};
use super::{Inputs, Phase};
use crate::generate::Boundary;
use crate::seed::Seed;

/// How many instances are looked at for each that is wanted, since not all of them survive the wire.
const SPARE: usize = 3;

/// Up to `count` values of each body and each parameter on each side, in a request that is small
/// otherwise.
pub(super) fn plan(planner: &mut Planner<'_>, source: &Source<'_>, seed: Seed, count: usize) {
    let make = |seed: Seed| source.twin(seed);
    let twin = match proved(source, Phase::Boundary, seed, &make) {
        Ok((case, _)) => case.inputs,
        Err(reason) => {
            planner.skip(source.operation, Phase::Boundary, reason);
            return;
        }
    };
    let bodies = source.bodies.iter().filter_map(|body| {
        let kept = body.kept().ok()??;
        Some((Target::Body(body), kept))
    });
    let parameters = source.parameters.iter().filter_map(|values| {
        let kept = values.kept().ok()?;
        Some((Target::Parameter(values.parameter), kept))
    });
    for (target, kept) in bodies.chain(parameters) {
        if !planner.goes_on() {
            break;
        }
        of_one(planner, source, (target, kept), &twin, seed, count);
    }
}

fn of_one(
    planner: &mut Planner<'_>,
    source: &Source<'_>,
    (target, kept): (Target<'_>, &Kept),
    twin: &Inputs,
    seed: Seed,
    count: usize,
) {
    let modes = planner.options.modes;
    let mut left = [modes != Modes::Valid, modes != Modes::Invalid]
        .map(|wanted| if wanted { count } else { 0 });
    let wanted = count.saturating_mul(2 * SPARE);
    let work = planner.work(wanted);
    let list = kept.edges(wanted, &work);
    planner.skip_spent(source.operation, Phase::Boundary, list.is_spent);
    let edges = &list.edges;
    if edges.left_out.by_size > 0 {
        let reason = format!(
            "{target} has more edges than one list holds: {} left out",
            edges.left_out.by_size
        );
        planner.skip(source.operation, Phase::Boundary, reason);
    }
    if modes == Modes::All {
        planner.leave_out(edges.left_out.by_limit);
    }
    for boundary in &edges.instances {
        if !planner.goes_on() {
            break;
        }
        let [invalid_left, valid_left] = &mut left;
        let is_full = match boundary {
            Boundary::Valid(_) => *valid_left == 0 && modes != Modes::Invalid,
            Boundary::Invalid(_) => *invalid_left == 0 && modes != Modes::Valid,
        };
        planner.leave_out(usize::from(is_full));
        match boundary {
            Boundary::Valid(shown) if *valid_left > 0 => {
                if !target.is_sendable(&shown.value) {
                    continue;
                }
                let inputs = target.with(twin, shown.value.clone());
                planner.charge(&inputs);
                if let Ok((case, _)) = prove(source, Phase::Boundary, inputs, seed) {
                    *valid_left -= usize::from(planner.add(case));
                }
            }
            Boundary::Invalid(invalid) if *invalid_left > 0 && target.is_clear(&invalid.value) => {
                let (inputs, defect) = target.broken(twin, invalid.clone());
                let added = add(planner, source, Phase::Boundary, inputs, defect, seed);
                *invalid_left -= usize::from(added);
            }
            _ => {}
        }
    }
}
