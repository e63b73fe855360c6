//! `proofmark run`: the workflows of scenario files, every answer judged.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::cli::arguments::run::Run;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::gate::{self, Both};
use crate::cli::progress::Progress;
use crate::cli::target::{self, Target, Wishes};
use crate::cli::terminal::{self, Terminal};
use crate::cli::{embedded, environment, scenario_source};
use crate::document::Document;
use crate::http::Client;
use crate::probe::Stop;
use crate::record::{Recorder, Redactor};
use crate::scenario::{self, Called, Given, Lane, Options, Planned, Selection, Suite};
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
    let suite = scenario_source::open(&arguments.files, &options(arguments, config))?;
    scenario_source::announce(&suite, terminal);
    let selection = Selection {
        workflows: arguments.workflows.clone(),
        tags: arguments.tags.clone(),
    };
    choose(&suite, &selection)?;
    gate::prepare(&arguments.reach)?;
    let runtime = gate::runtime()?;
    runtime.block_on(async {
        let servers = servers(&suite, arguments, config).await?;
        let given = given(arguments, &servers)?;
        let planned = suite
            .plan(&selection, &given, arguments.seed)
            .map_err(|wrong| scenario_source::failure(&suite, &wrong))?;
        if planned.is_empty() {
            return Err(Failure::new(Exit::Nothing, "no workflow is selected"));
        }
        permit(&suite, &planned, &servers)?;
        introduce(&suite, &planned, &servers, arguments);
        execute(&suite, &planned, &servers, arguments, terminal).await
    })
}

fn options(arguments: &Run, config: &Config) -> scenario::SuiteOptions {
    let own = arguments.sources.iter();
    let mut replaced: IndexMap<String, _> = own
        .map(|(name, file)| (name.clone(), file.into()))
        .collect();
    if let Some(spec) = &arguments.spec {
        replaced.insert(String::new(), spec.clone());
    }
    scenario::SuiteOptions {
        formats: config.patterns.clone(),
        replaced,
    }
}

/// Refuses a selection that means nothing.
fn choose(suite: &Suite, selection: &Selection) -> Result<(), Failure> {
    let known: Vec<&str> = suite
        .workflows()
        .map(|(_, workflow)| &*workflow.id)
        .collect();
    for name in &selection.workflows {
        if known.contains(&&**name) {
            continue;
        }
        let failure = Failure::new(Exit::Nothing, format!("there is no workflow `{name}`"));
        let nearest = known
            .iter()
            .max_by(|a, b| strsim::jaro(a, name).total_cmp(&strsim::jaro(b, name)));
        return Err(match nearest {
            Some(near) if strsim::jaro(near, name) > 0.7 => {
                failure.help(format!("did you mean `{near}`?"))
            }
            _ => failure.help(format!("there are: {}", known.join(", "))),
        });
    }
    Ok(())
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

/// The inputs from file, flags and targets.
fn given(arguments: &Run, servers: &[Server]) -> Result<Given, Failure> {
    let mut given = Given::default();
    for server in servers {
        given.all.extend(server.target.inputs.clone());
    }
    if let Some(path) = &arguments.inputs_file {
        for (name, value) in read(path)? {
            given.all.insert(name, value);
        }
    }
    for (name, value) in &given.all {
        // Inputs of one workflow stand below its name.
        if let Value::Object(members) = value {
            given.of_workflow.insert(name.clone(), members.clone());
        }
    }
    given.texts.extend(arguments.inputs.iter().cloned());
    Ok(given)
}

fn read(path: &Path) -> Result<Map<String, Value>, Failure> {
    let shown = path.display();
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::unusable(format!("`{shown}` cannot be read: {error}")))?;
    let document = Document::parse(&path.to_string_lossy(), &text).map_err(|error| {
        let line = error.span.map_or(1, |span| span.start.line);
        Failure::unusable(format!("{shown}:{line}: {error}"))
    })?;
    match document.value {
        Value::Object(members) => Ok(members),
        _ => Err(Failure::unusable(format!(
            "`{shown}` is no object of inputs by name"
        ))),
    }
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
    let interrupted = tokio::spawn(gate::interrupt(stop.clone()));
    let mut sink = Both(&mut recorder, &mut progress);
    let ended = scenario::run(suite, &lanes, planned, &options, &stop, &mut sink).await;
    interrupted.abort();
    let ended =
        ended.map_err(|error| Failure::unusable(format!("the run cannot be recorded: {error}")))?;
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
