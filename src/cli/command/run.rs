//! `proofmark run`: the workflows of scenario files, every answer judged.

use std::sync::Arc;

use crate::cli::arguments::run::Run;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::gate::{self, Both};
use crate::cli::progress::Progress;
use crate::cli::server::{self, Server};
use crate::cli::terminal::{self, Terminal};
use crate::cli::{interrupt, scenario_source};
use crate::http::Client;
use crate::probe::Stop;
use crate::record::{Recorder, Redactor};
use crate::scenario::{self, Lane, Options, Planned, Suite};
use crate::secret::Secret;
use crate::spec::Spec;

use super::lint::severity;

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
        execute(&suite, &planned, &servers, arguments, terminal).await
    })
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
        target: server::shown(servers),
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
    secrets.extend(server::secrets(servers));
    let specs: Vec<&Spec> = suite.apis.iter().map(|api| &*api.spec).collect();
    let redactor = Redactor::new(&specs, &secrets);
    let fail_on = severity(arguments.reach.fail_on());
    let mut recorder = Recorder::new(&specs, redactor, fail_on);
    let mut progress = Progress::new(terminal.redraws);
    let stop = Arc::new(Stop::default());
    let mut sink = Both(&mut recorder, &mut progress);
    let ended = interrupt::watched(&stop, &mut sink, async |sink| {
        scenario::run(suite, &lanes, planned, &options, &stop, sink).await
    })
    .await?;
    let summary = recorder.summary();
    let exit = gate::conclude(&summary, &ended, &stop, (&arguments.reach, &[]), terminal)?;
    if exit == Exit::Findings {
        server::say_again(servers);
    }
    Ok(exit)
}
