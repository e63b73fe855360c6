//! The workflows of a report for both sides once more.

use std::sync::Arc;

use super::scenario::{job, lanes, ready, rules};
use super::side::Wanted;
use crate::arazzo::ParityProfile;
use crate::cli::arguments::parity::targets::Targets;
use crate::cli::config::Config;
use crate::cli::failure::Failure;
use crate::cli::server;
use crate::parity::pair::{Recording, Rules, Side, both};
use crate::probe::Stop;
use crate::record::Aim;
use crate::scenario::Suite;
use crate::secret::Secret;

/// What both sides answered, and what is needed to compare it.
pub(crate) struct Heard {
    pub(crate) recordings: (Recording, Recording),
    pub(crate) bases: (Vec<String>, Vec<String>),
    pub(crate) rules: Rules,
    pub(crate) secrets: Vec<Secret>,
}

/// Runs the workflows on both sides; `tell` is told what these are called before anything is sent.
pub(crate) async fn hear(
    suite: &Suite,
    [baseline, candidate]: &[Aim; 2],
    (arguments, config): (&Targets, &Config),
    stop: &Arc<Stop>,
    tell: impl FnOnce(&str, &str),
) -> Result<Heard, Failure> {
    let token = arguments.reach.token.as_deref();
    let own = arguments.candidate_token.as_deref().or(token);
    let left = ready(
        suite,
        wanted(Side::Baseline, baseline, token),
        arguments,
        config,
    )
    .await?;
    let right = ready(
        suite,
        wanted(Side::Candidate, candidate, own),
        arguments,
        config,
    )
    .await?;
    tell(
        &server::shown(&left.servers),
        &server::shown(&right.servers),
    );
    let (ways, others) = (lanes(&left), lanes(&right));
    let heard = both(
        job(suite, &left, &ways),
        job(suite, &right, &others),
        arguments.reach.bounds.request_timeout,
        stop,
    );
    let recordings = super::targets::recorded(Box::pin(heard).await)?;
    let mut secrets = suite.secrets(&left.planned);
    secrets.extend(suite.secrets(&right.planned));
    secrets.extend(server::secrets(&left.servers));
    secrets.extend(server::secrets(&right.servers));
    secrets.extend(recordings.0.secrets.iter().cloned());
    secrets.extend(recordings.1.secrets.iter().cloned());
    let files = suite.files.iter().filter(|file| file.is_asked_for);
    let profiles = files.filter_map(|file| file.description.parity.clone());
    let profiles: Vec<ParityProfile> = profiles.collect();
    Ok(Heard {
        recordings,
        bases: (left.bases(), right.bases()),
        rules: rules(&profiles, config),
        secrets,
    })
}

fn wanted<'a>(side: Side, aim: &'a Aim, token: Option<&'a str>) -> Wanted<'a> {
    let (text, fault) = match aim {
        Aim::Target(name) => (&**name, None),
        Aim::Embedded { nature, fault } => (&**nature, fault.as_deref()),
    };
    Wanted {
        side,
        text,
        fault,
        token,
    }
}
