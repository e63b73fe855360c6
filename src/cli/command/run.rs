//! `proofmark run`: the workflows of scenario files, every answer judged.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::cli::arguments::run::Run;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::gate::{self, Both};
use crate::cli::progress::Progress;
use crate::cli::target::{self, Target, Wishes};
use crate::cli::terminal::{self, Terminal};
use crate::cli::{credential, embedded, environment, interrupt, scenario_source};
use crate::http::Client;
use crate::probe::Stop;
use crate::record::{Recorder, Redactor};
use crate::scenario::{self, Called, Lane, Options, Planned, Suite};
use crate::secret::Secret;
use crate::spec::Spec;

use super::lint::severity;

/// A server for one API description of the suite.
struct Server {
    target: Target,
    /// The URL in curl lines.
    base: String,
    /// How to start it again, if it is an embedded one.
    command: Option<String>,
}

/// Runs scenario files against targets, or against embedded sandboxes.
pub(crate) fn run(arguments: &Run, config: &Config, terminal: &Terminal) -> Result<Exit, Failure> {
    let options = scenario_source::options(&arguments.choice, arguments.spec.as_deref(), config);
    let suite = scenario_source::open(&arguments.files, &options)?;
    let selection = scenario_source::choose(&suite, &arguments.choice)?;
    gate::prepare(&arguments.reach)?;
    let runtime = gate::runtime()?;
    runtime.block_on(async {
        let servers = servers(&suite, arguments, config).await?;
        let targets = servers.iter().map(|server| &server.target);
        let given = scenario_source::given(&arguments.choice, targets)?;
        scenario_source::all_taken(&suite, &given, &arguments.choice)?;
        let planned = suite
            .plan(&selection, &given, arguments.seed)
            .map_err(|wrong| scenario_source::failure(&suite, &wrong))?;
        scenario_source::announce(&suite, terminal);
        if planned.is_empty() {
            return Err(Failure::new(Exit::Nothing, "no workflow is selected"));
        }
        permit(&suite, &planned, &servers)?;
        let now = jiff::Timestamp::now();
        for (server, api) in servers.iter().zip(&suite.apis) {
            credential::vet(&server.target.authority, &api.spec, now)?;
        }
        let flawed = suite.flawed_credentials(&planned, now);
        if !flawed.is_empty() {
            return Err(scenario_source::failure(&suite, &flawed));
        }
        introduce(&suite, &planned, &servers, arguments);
        execute(&suite, &planned, &servers, arguments, terminal).await
    })
}

/// The server of each API description.
async fn servers(suite: &Suite, arguments: &Run, config: &Config) -> Result<Vec<Server>, Failure> {
    let wishes = Wishes {
        token: arguments.reach.token.as_deref(),
        allow_destructive: true,
        confirm_host: arguments.reach.confirm_host.as_deref(),
    };
    let mut everywhere = None;
    let mut by_source: IndexMap<&str, &str> = IndexMap::new();
    for text in &arguments.target {
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
            None if !arguments.target.is_empty() => {
                return Err(Failure::unusable(format!(
                    "no target is named for the source description `{}`",
                    api.source
                ))
                .help(format!("`-t {}=TARGET`", api.source)));
            }
            None => {
                gate::ignored_token(&arguments.reach);
                let fault = arguments.fault.as_deref();
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

fn introduce(suite: &Suite, planned: &[Planned], servers: &[Server], arguments: &Run) {
    let files = suite.files.iter().filter(|file| file.is_asked_for);
    let names: Vec<&str> = files.map(|file| &*file.name).collect();
    terminal::note(&format!(
        "proofmark {}  run  {}",
        env!("CARGO_PKG_VERSION"),
        names.join(", ")
    ));
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
    terminal::note(&format!(
        "{}  seed {}\n",
        crate::cli::source::counted(planned.len(), "workflow"),
        arguments.seed
    ));
}

async fn execute(
    suite: &Suite,
    planned: &[Planned],
    servers: &[Server],
    arguments: &Run,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let options = Options {
        seed: arguments.seed,
        max_steps: arguments.max_steps,
        max_time: arguments.reach.max_time,
        target: shown(servers),
        at: jiff::Timestamp::now().to_string(),
    };
    let clients: Vec<Client> = servers
        .iter()
        .map(|server| gate::client(&server.target, &arguments.reach, options.seed, &options.at))
        .collect::<Result<_, _>>()?;
    let lanes: Vec<Lane<'_, Client>> = servers
        .iter()
        .zip(&clients)
        .map(|(server, transport)| Lane {
            transport,
            authority: server.target.authority.clone(),
            base: server.base.clone(),
        })
        .collect();
    let mut secrets: Vec<Secret> = suite.secrets(planned);
    for server in servers {
        let authority = &server.target.authority;
        secrets.extend(authority.by_scheme.values().cloned());
        secrets.extend(authority.fallback.clone());
        secrets.extend(server.target.secrets.iter().cloned());
    }
    let specs: Vec<&Spec> = suite.apis.iter().map(|api| &*api.spec).collect();
    let redactor = Redactor::new(&specs, &secrets);
    let fail_on = severity(arguments.reach.fail_on);
    let mut recorder = Recorder::new(&specs, redactor, Some(fail_on));
    let mut progress = Progress::new(terminal.redraws);
    let stop = Arc::new(Stop::default());
    let mut sink = Both(&mut recorder, &mut progress);
    let ended = interrupt::watched(&stop, &mut sink, async |sink| {
        scenario::run(suite, &lanes, planned, &options, &stop, sink).await
    })
    .await?;
    let summary = recorder.summary();
    let exit = gate::conclude(&summary, &ended, &stop, &arguments.reach, terminal)?;
    let commands = servers.iter().filter_map(|server| server.command.as_ref());
    for command in commands.filter(|_| exit == Exit::Findings) {
        terminal::note(&format!(
            "\nto send a request again, start `{command}` and set PROOFMARK_TOKEN=sandbox-token"
        ));
    }
    Ok(exit)
}

/// The targets by name.
fn shown(servers: &[Server]) -> String {
    let mut names: Vec<&str> = servers.iter().map(|server| &*server.target.name).collect();
    names.dedup();
    names.join(", ")
}
