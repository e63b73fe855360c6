//! `proofmark run`: the workflows of scenario files, every answer judged.

use std::path::Path;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::cli::arguments::Reach;
use crate::cli::arguments::run::{Choice, Run};
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::gate::{self, Both};
use crate::cli::progress::Progress;
use crate::cli::server::{self, Server};
use crate::cli::terminal::{self, Terminal};
use crate::cli::{interrupt, scenario_source};
use crate::http::Client;
use crate::probe::{Ended, Stop};
use crate::record::{Aim, Ingredient, Recipe, Recorder, Redactor, Script, Summary, Task};
use crate::scenario::{self, Lane, Options, Planned, Suite};
use crate::secret::Secret;
use crate::seed::Seed;
use crate::spec::Spec;

use super::lint::severity;

/// How many steps a run has at most, unless it is told otherwise.
pub(crate) const MOST_STEPS: usize = 2000;

/// Runs scenario files against targets, or against embedded sandboxes.
pub(crate) fn run(arguments: &Run, config: &Config, terminal: &Terminal) -> Result<Exit, Failure> {
    let options = scenario_source::options(&arguments.choice, arguments.spec.as_deref(), config);
    let suite = scenario_source::open(&arguments.files, &options)?;
    let selection = scenario_source::choose(&suite, &arguments.choice)?;
    gate::prepare(&arguments.reach)?;
    let runtime = gate::runtime()?;
    runtime.block_on(async {
        let servers = server::start(&suite, &arguments.servers(), config).await?;
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
        server::admit(&suite, &planned, &servers, jiff::Timestamp::now())?;
        introduce(&suite, &planned, &servers, arguments);
        let stop = Arc::new(Stop::default());
        let way = Way {
            seed: arguments.seed,
            max_steps: arguments.max_steps,
            reach: &arguments.reach,
            redraws: terminal.redraws,
        };
        let (summary, ended) = execute(&suite, &planned, &servers, &way, &stop).await?;
        let script = Script {
            max_steps: arguments.max_steps,
            ..script(&suite, &arguments.choice, arguments.spec.as_deref())
        };
        let summary = Summary {
            again: Some(Recipe {
                command: Task::Run,
                documents: documents(&suite),
                targets: aims(&arguments.target, arguments.fault.as_deref()),
                plan: None,
                script: Some(script),
            }),
            ..summary
        };
        let exit = gate::conclude(&summary, &ended, &stop, (&arguments.reach, &[]), terminal)?;
        if exit == Exit::Findings {
            server::say_again(&servers);
        }
        Ok(exit)
    })
}

/// The API descriptions of scenario files, for reports.
pub(crate) fn documents(suite: &Suite) -> Vec<Ingredient> {
    let apis = suite.apis.iter();
    apis.map(|api| Ingredient::document(Some(api.path.display().to_string()), &api.spec))
        .collect()
}

/// What was aimed at, for reports.
pub(crate) fn aims(targets: &[String], fault: Option<&str>) -> Vec<Aim> {
    if targets.is_empty() {
        return vec![Aim::Embedded {
            nature: "sandbox".to_owned(),
            fault: fault.map(str::to_owned),
        }];
    }
    targets.iter().cloned().map(Aim::Target).collect()
}

/// Which workflows are run, for reports.
pub(crate) fn script(suite: &Suite, choice: &Choice, spec: Option<&Path>) -> Script {
    let files = suite.files.iter().filter(|file| file.is_asked_for);
    let files =
        files.map(|file| Ingredient::of(Some(file.name.clone()), &file.description.schemas));
    let mut sources: IndexMap<String, String> = choice.sources.iter().cloned().collect();
    sources.extend(spec.map(|spec| (String::new(), spec.display().to_string())));
    let inputs = choice.inputs.iter();
    let inputs_file = choice.inputs_file.as_ref();
    Script {
        files: files.collect(),
        workflows: choice.workflows.clone(),
        tags: choice.tags.clone(),
        sources,
        inputs_file: inputs_file.map(|file| file.display().to_string()),
        inputs: inputs.map(|(name, _)| name.clone()).collect(),
        max_steps: MOST_STEPS,
    }
}

/// How workflows are run.
pub(crate) struct Way<'a> {
    pub(crate) seed: Seed,
    pub(crate) max_steps: usize,
    pub(crate) reach: &'a Reach,
    /// Whether progress is drawn.
    pub(crate) redraws: bool,
}

fn introduce(suite: &Suite, planned: &[Planned], servers: &[Server], arguments: &Run) {
    let files = suite.files.iter().filter(|file| file.is_asked_for);
    let names: Vec<&str> = files.map(|file| &*file.name).collect();
    terminal::note(&format!(
        "proofmark {}  run  {}",
        env!("CARGO_PKG_VERSION"),
        names.join(", ")
    ));
    server::introduce(suite, servers);
    terminal::note(&format!(
        "{}  seed {}\n",
        crate::cli::source::counted(planned.len(), "workflow"),
        arguments.seed
    ));
}

/// Runs workflows and records what comes of them.
pub(crate) async fn execute(
    suite: &Suite,
    planned: &[Planned],
    servers: &[Server],
    way: &Way<'_>,
    stop: &Arc<Stop>,
) -> Result<(Summary, Ended), Failure> {
    let options = Options {
        seed: way.seed,
        max_steps: way.max_steps,
        max_time: way.reach.bounds.max_time,
        target: server::shown(servers),
        at: jiff::Timestamp::now().to_string(),
    };
    let clients: Vec<Client> = servers
        .iter()
        .map(|server| gate::client(&server.target, way.reach, options.seed, &options.at))
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
    secrets.extend(server::secrets(servers));
    let specs: Vec<&Spec> = suite.apis.iter().map(|api| &*api.spec).collect();
    let redactor = Redactor::new(&specs, &secrets);
    let fail_on = severity(way.reach.fail_on());
    let mut recorder = Recorder::new(&specs, redactor, fail_on);
    let mut progress = Progress::new(way.redraws);
    let mut sink = Both(&mut recorder, &mut progress);
    // What cleans up is not dropped when the time is up.
    let ended = interrupt::watched(stop, &mut sink, None, async |sink| {
        scenario::run(suite, &lanes, planned, &options, stop, sink).await
    })
    .await?;
    Ok((recorder.summary(), ended))
}
