//! Preflight: a few safe requests, to see whether the target answers and takes the credentials.

use std::io;

use super::Ended;
use super::run::Run;
use crate::case::{Phase, valid};
use crate::http::Transport;
use crate::spec::Operation;

/// How many operations are asked before the credentials count as refused.
pub(super) const ASKED: usize = 3;

/// Sends valid requests of safe operations until one of them is answered with anything but 401 and 403.
/// An API without safe operations has no preflight.
pub(super) async fn run<T: Transport>(run: &mut Run<'_, T>) -> io::Result<()> {
    let (spec, options) = (run.spec, run.options);
    let mut safe: Vec<&Operation> = options
        .plan
        .operations
        .iter()
        .filter_map(|id| spec.operations.get(id))
        .filter(|operation| operation.is_safe())
        .collect();
    // Operations that ask for credentials tell most; those with few parameters are most likely to work.
    safe.sort_by_key(|operation| {
        (
            !operation.requires_credentials(),
            operation.path.expressions().count(),
        )
    });
    let (mut asked, mut refused, mut is_fit) = (0, 0, false);
    for operation in safe {
        if run.has_ended() {
            break;
        }
        let only = options.only.as_ref();
        let is_picked = only.is_some_and(|only| only.has(Phase::Preflight, &operation.id));
        if (is_fit || asked == ASKED) && !is_picked {
            continue;
        }
        let seed = options.plan.seed.derive(operation.id.as_str(), 0);
        let Ok(case) = valid(
            spec,
            operation,
            Phase::Preflight,
            seed,
            &options.plan.resources,
        ) else {
            continue;
        };
        asked += 1;
        let Some(step) = run.one(case, &[]).await? else {
            continue;
        };
        match step.exchange.status() {
            Some(401 | 403) if operation.requires_credentials() => refused += 1,
            _ => is_fit = true,
        }
    }
    if asked > 0 && asked == refused {
        let reason = run.refusal();
        run.end(Ended::Unauthorized(reason));
    }
    Ok(())
}
