//! Servers: where the API descriptions of scenario files are served, and what may be done there.

use indexmap::IndexMap;

use super::arguments::Reach;
use super::config::Config;
use super::failure::Failure;
use super::target::{self, Target, Wishes};
use super::{credential, embedded, environment, gate, scenario_source, terminal};
use crate::scenario::{self, Called, Planned, Suite};
use crate::secret::Secret;

/// What was said on the command line about servers.
pub(crate) struct Wanted<'a> {
    /// `--target`.
    pub(crate) target: &'a [String],
    /// `--fault`.
    pub(crate) fault: Option<&'a str>,
    /// How they are reached.
    pub(crate) reach: &'a Reach,
}

/// A server for one API description of the suite.
pub(crate) struct Server {
    pub(crate) target: Target,
    /// The URL in curl lines.
    pub(crate) base: String,
    /// How to start it again, if it is an embedded one.
    pub(crate) command: Option<String>,
}

/// The server of each API description.
pub(crate) async fn start(
    suite: &Suite,
    wanted: &Wanted<'_>,
    config: &Config,
) -> Result<Vec<Server>, Failure> {
    let wishes = Wishes {
        token: wanted.reach.token.as_deref(),
        allow_destructive: true,
        confirm_host: &wanted.reach.confirm_host,
        is_one_of_several: false,
    };
    let mut everywhere = None;
    let mut by_source: IndexMap<&str, &str> = IndexMap::new();
    for text in wanted.target {
        let source = text.split_once('=').filter(|(name, _)| {
            let mut files = suite.files.iter();
            files.any(|file| file.sources.contains_key(*name))
        });
        match source {
            Some((name, target)) => {
                by_source.insert(name, target);
            }
            None => everywhere = Some(&**text),
        }
    }
    let mut servers = Vec::new();
    for (number, api) in suite.apis.iter().enumerate() {
        let named = by_source.iter().find(|(name, _)| {
            let mut files = suite.files.iter();
            files.any(|file| file.sources.get(**name) == Some(&scenario::Used::Api(number)))
        });
        let server = match named.map(|(_, target)| *target).or(everywhere) {
            Some(text) => {
                let target = target::resolve(text, config, wishes, &environment)?;
                Server {
                    base: target.url.clone(),
                    target,
                    command: None,
                }
            }
            None if !wanted.target.is_empty() => {
                return Err(Failure::unusable(format!(
                    "no target is named for the source description `{}`",
                    api.source
                ))
                .help(format!("`-t {}=TARGET`", api.source)));
            }
            None => {
                gate::ignored_token(wanted.reach);
                let fault = wanted.fault;
                let served = embedded::start(&api.spec, Some(&api.path), fault).await?;
                Server {
                    target: served.target(),
                    base: embedded::BASE.to_owned(),
                    command: Some(served.command),
                }
            }
        };
        servers.push(server);
    }
    Ok(servers)
}

/// Refuses what is planned before anything is sent: steps that a target does not allow, and credentials
/// that cannot be right.
pub(crate) fn admit(
    suite: &Suite,
    planned: &[Planned],
    servers: &[Server],
    now: jiff::Timestamp,
) -> Result<(), Failure> {
    permit(suite, planned, servers)?;
    for (server, api) in servers.iter().zip(&suite.apis) {
        credential::vet(&server.target.authority, &api.spec, now)?;
    }
    let flawed = suite.flawed_credentials(planned, now);
    if flawed.is_empty() {
        return Ok(());
    }
    Err(scenario_source::failure(suite, &flawed))
}

/// Refuses steps that a target does not allow, before anything is sent.
fn permit(suite: &Suite, planned: &[Planned], servers: &[Server]) -> Result<(), Failure> {
    for (file, workflow) in suite.reached(planned) {
        for step in &workflow.steps {
            let Ok(Called::Operation(api, operation)) = suite.called(file, step) else {
                continue;
            };
            let server = servers.get(api).filter(|_| !operation.is_safe());
            if let Some(server) = server.filter(|server| !server.target.scripted_writes) {
                return Err(Failure::unusable(format!(
                    "{}: step `{}` sends {}, and the target `{}` allows no writes",
                    step.location, step.id, operation.method, server.target.name
                ))
                .help("a target says `writes = \"scenario\"`; one of kind production needs --confirm-host, too"));
            }
        }
    }
    Ok(())
}

/// How many requests in a second the targets allow together, if they limit them. A server that is not on
/// this machine needs such a limit, and one that is in production the repetition of its host.
pub(crate) fn loadable(servers: &[Server], confirmed: &[String]) -> Result<Option<f64>, Failure> {
    let mut least: Option<f64> = None;
    for Server { target, .. } in servers {
        if target.is_production && confirmed.is_empty() {
            return Err(Failure::unusable(format!(
                "the target `{}` is in production: it is not put under load",
                target.name
            ))
            .help("repeat its host with --confirm-host if that is meant"));
        }
        if !target.is_local && target.max_rps.is_none() {
            return Err(Failure::unusable(format!(
                "the target `{}` is not on this machine, and nothing limits the load on it",
                target.name
            ))
            .help("write `limits = { max-rps = 100 }` below the target in proofmark.toml"));
        }
        if let Some(most) = target.max_rps {
            least = Some(least.unwrap_or(most).min(most));
        }
    }
    Ok(least)
}

/// Says on standard error which API description is served where.
pub(crate) fn introduce(suite: &Suite, servers: &[Server]) {
    for (server, api) in servers.iter().zip(&suite.apis) {
        let place = match &server.command {
            Some(_) => "embedded",
            None => &server.target.url,
        };
        terminal::note(&format!(
            "source {} ({}) at target {} ({place})",
            api.source,
            api.path.display(),
            server.target.name
        ));
    }
}

/// The credentials that are sent, and other secrets of the targets.
pub(crate) fn secrets(servers: &[Server]) -> Vec<Secret> {
    let mut secrets = Vec::new();
    for server in servers {
        let authority = &server.target.authority;
        secrets.extend(authority.by_scheme.values().cloned());
        secrets.extend(authority.fallback.clone());
        secrets.extend(server.target.secrets.iter().cloned());
    }
    secrets
}

/// Says how embedded servers are started for the commands in the reports.
pub(crate) fn say_again(servers: &[Server]) {
    for command in servers.iter().filter_map(|server| server.command.as_ref()) {
        terminal::note(&format!(
            "\nto send a request again, start `{command}` and set PROOFMARK_TOKEN=sandbox-token"
        ));
    }
}

/// The targets by name.
pub(crate) fn shown(servers: &[Server]) -> String {
    let mut names: Vec<&str> = servers.iter().map(|server| &*server.target.name).collect();
    names.dedup();
    names.join(", ")
}
