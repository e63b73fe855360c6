//! Two targets: the workflows of scenario files for both.

use std::sync::Arc;
use std::time::Duration;

use super::side::{self, Reached, Wanted};
use super::targets::{About, Heard, Told, conclude, preflight, recorded};
use crate::arazzo::{Compared, ParityProfile};
use crate::cli::arguments::parity::targets::Targets;
use crate::cli::command;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::server::{self, Server};
use crate::cli::terminal::Terminal;
use crate::cli::{gate, interrupt, scenario_source};
use crate::code::{Code, Severity};
use crate::document::Diagnostic;
use crate::http::Client;
use crate::parity::pair::{Job, Minimal, Rules, Shorter, Side, Sides, alone, both, judge, shorten};
use crate::probe::Stop;
use crate::record::{Recipe, Script, Task};
use crate::scenario::{Lane, Options, Planned, Suite};
use crate::spec::Spec;

/// One side with what it is sent.
pub(super) struct Ready {
    pub(super) servers: Vec<Server>,
    clients: Vec<Client>,
    pub(super) planned: Vec<Planned>,
    options: Options,
}

/// Runs scenario files against both targets.
pub(super) fn run(
    arguments: &Targets,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let spec = arguments.selection.spec.as_deref();
    let opened = scenario_source::options(&arguments.choice, spec, config);
    let mut suite = scenario_source::open(&arguments.files, &opened)?;
    scenario_source::announce(&suite, terminal);
    let is_broken = |diagnostic: &&Diagnostic| {
        let place = diagnostic.location.pointer.as_str();
        // A key that means nothing was meant to mean something.
        let is_defect =
            diagnostic.severity == Severity::Error || diagnostic.code == Code::UNKNOWN_KEY;
        is_defect && place.starts_with("/x-proofmark-parity")
    };
    let broken: Vec<Diagnostic> = suite
        .diagnostics
        .iter()
        .filter(is_broken)
        .cloned()
        .collect();
    if !broken.is_empty() {
        // Half of the rules are other rules.
        return Err(scenario_source::failure(&suite, &broken));
    }
    gate::runtime()?.block_on(async {
        let files = suite.files.iter().filter(|file| file.is_asked_for);
        let profiles: Vec<ParityProfile> = files
            .filter_map(|file| file.description.parity.clone())
            .collect();
        let (wanted, other) = side::wanted(arguments, profiles.first(), config);
        let baseline = ready(&suite, wanted, arguments, config).await?;
        let candidate = ready(&suite, other, arguments, config).await?;
        let targets = baseline.servers.iter().chain(&candidate.servers);
        let targets: Vec<_> = targets.map(|server| &server.target).collect();
        side::all_confirmed(&arguments.reach.confirm_host, &targets)?;
        let mut again = Vec::new();
        for _ in 1..arguments.repeat_baseline {
            let is_embedded = side::is_embedded(wanted, config);
            again.push(if is_embedded {
                Some(ready(&suite, wanted, arguments, config).await?)
            } else {
                None
            });
        }
        let names: Vec<&str> = suite.files.iter().map(|file| &*file.name).collect();
        crate::cli::terminal::note(&format!(
            "proofmark {}  parity  {}\nbaseline  {}\ncandidate {}\n",
            env!("CARGO_PKG_VERSION"),
            names.join(", "),
            server::shown(&baseline.servers),
            server::shown(&candidate.servers)
        ));
        let stop = Arc::new(Stop::default());
        let sides = (&baseline, &candidate, &*again);
        let limits = (arguments.reach.bounds.request_timeout, &*stop);
        let mut heard = Box::pin(interrupt::awaited(&stop, hear(&suite, sides, limits))).await?;
        let mut secrets = suite.secrets(&baseline.planned);
        secrets.extend(suite.secrets(&candidate.planned));
        secrets.extend(server::secrets(&baseline.servers));
        secrets.extend(server::secrets(&candidate.servers));
        let specs: Vec<Arc<Spec>> = suite.apis.iter().map(|api| api.spec.clone()).collect();
        let specs: Vec<&Spec> = specs.iter().map(|spec| &**spec).collect();
        let rules = rules(&profiles, config);
        let bases = (baseline.bases(), candidate.bases());
        let are_local = [&baseline, &candidate].into_iter().all(|ready| {
            let mut servers = ready.servers.iter();
            servers.all(|server| server.target.is_local)
        });
        if let Heard::Both(told) = &mut heard
            && are_local
        {
            let sides = Sides {
                specs: &specs,
                rules: &rules,
                baseline: &bases.0,
                candidate: &bases.1,
            };
            let outcome = judge(&told.baseline, &told.candidate, &told.again, &sides);
            let run = async |suite: &Suite, shorter: &Shorter| {
                let fresh = [wanted, other].map(|one| ready(suite, one, arguments, config));
                let [left, right] = fresh;
                let (mut left, mut right) = (left.await.ok()?, right.await.ok()?);
                for ready in [&mut left, &mut right] {
                    ready.planned.retain(|planned| shorter.takes(planned));
                }
                let (ways, others) = (lanes(&left), lanes(&right));
                let jobs = (job(suite, &left, &ways), job(suite, &right, &others));
                let heard = both(
                    jobs.0,
                    jobs.1,
                    arguments.reach.bounds.request_timeout,
                    &stop,
                );
                Box::pin(heard).await.ok()
            };
            let planned = &baseline.planned;
            let shorter = shorten(&mut suite, planned, (&outcome, &sides), &stop, run);
            told.minimal = Box::pin(interrupt::awaited(&stop, Box::pin(shorter))).await;
        }
        let about = About {
            specs: &specs,
            secrets,
            rules: &rules,
            bases,
            names: (
                server::shown(&baseline.servers),
                server::shown(&candidate.servers),
            ),
            commands: (started(&baseline.servers), started(&candidate.servers)),
            at: baseline.options.at.clone(),
            fails: profiles.iter().find_map(|profile| profile.fails),
            again: Some(Recipe {
                command: Task::Parity,
                documents: command::run::documents(&suite),
                targets: vec![side::aim(wanted, config), side::aim(other, config)],
                plan: None,
                script: Some(Script {
                    max_steps: arguments.max_steps,
                    ..command::run::script(&suite, &arguments.choice, spec)
                }),
            }),
        };
        conclude(&heard, about, arguments, &stop, terminal)
    })
}

/// What does not count: of several files, what one does not compare is not compared.
pub(super) fn rules(profiles: &[ParityProfile], config: &Config) -> Rules {
    let compared = profiles.iter().map(|profile| profile.compared);
    let compared = compared.reduce(|one, other| Compared {
        headers: one.headers && other.headers,
        order: one.order && other.order,
        values: one.values && other.values,
        messages: one.messages && other.messages,
    });
    let of_files = profiles.iter().flat_map(|profile| profile.rules.clone());
    config
        .parity_rules(of_files.collect())
        .comparing(compared.unwrap_or_default())
}

impl Ready {
    /// Where its servers are, for each API description.
    pub(super) fn bases(&self) -> Vec<String> {
        let servers = self.servers.iter();
        servers.map(|server| server.base.clone()).collect()
    }
}

/// Finds the servers of one side and plans what they are sent.
pub(super) async fn ready(
    suite: &Suite,
    wanted: Wanted<'_>,
    arguments: &Targets,
    config: &Config,
) -> Result<Ready, Failure> {
    let mut servers = Vec::new();
    for api in &suite.apis {
        let found = (&api.spec, Some(&*api.path));
        let Reached {
            target,
            base,
            command,
            ..
        } = side::reach(wanted, found, arguments, config).await?;
        servers.push(Server {
            target,
            base,
            command,
        });
    }
    let seed = arguments.selection.seed;
    let selection = scenario_source::choose(suite, &arguments.choice)?;
    let targets = servers.iter().map(|server| &server.target);
    let given = scenario_source::given(&arguments.choice, targets)?;
    scenario_source::all_taken(suite, &given, &arguments.choice)?;
    let planned = suite
        .plan(&selection, &given, seed)
        .map_err(|wrong| scenario_source::failure(suite, &wrong))?;
    if planned.is_empty() {
        return Err(Failure::new(Exit::Nothing, "no workflow is selected"));
    }
    server::admit(suite, &planned, &servers, jiff::Timestamp::now())?;
    let options = Options {
        seed,
        max_steps: arguments.max_steps,
        max_time: arguments.reach.bounds.max_time,
        target: server::shown(&servers),
        at: jiff::Timestamp::now().to_string(),
    };
    let clients = servers
        .iter()
        .map(|server| gate::client(&server.target, &arguments.reach, seed, &options.at))
        .collect::<Result<_, _>>()?;
    Ok(Ready {
        servers,
        clients,
        planned,
        options,
    })
}

async fn hear(
    suite: &Suite,
    (baseline, candidate, again): (&Ready, &Ready, &[Option<Ready>]),
    (timeout, stop): (Duration, &Stop),
) -> Result<Heard, Failure> {
    for (side, ready) in [(Side::Baseline, baseline), (Side::Candidate, candidate)] {
        for client in &ready.clients {
            if let Some(illness) = preflight(side, client).await {
                return Ok(Heard::Ill(vec![illness]));
            }
        }
    }
    let (left, right) = (lanes(baseline), lanes(candidate));
    let heard = both(
        job(suite, baseline, &left),
        job(suite, candidate, &right),
        timeout,
        stop,
    );
    let (one, other) = recorded(Box::pin(heard).await)?;
    let mut repeated = Vec::new();
    for fresh in again.iter().filter(|_| !stop.is_asked()) {
        let ready = fresh.as_ref().unwrap_or(baseline);
        let lanes = lanes(ready);
        let heard = alone(job(suite, ready, &lanes), timeout, stop).await;
        repeated.push(recorded(heard)?);
    }
    Ok(Heard::Both(Box::new(Told {
        baseline: one,
        candidate: other,
        again: repeated,
        minimal: Minimal::default(),
    })))
}

/// How to start the servers of a side again, as far as they are embedded: one that serves several API
/// descriptions cannot be started by one command.
fn started(servers: &[Server]) -> Option<String> {
    match servers {
        [only] => only.command.clone(),
        _ => None,
    }
}

pub(super) fn lanes(ready: &Ready) -> Vec<Lane<'_, Client>> {
    let servers = ready.servers.iter().zip(&ready.clients);
    servers
        .map(|(server, transport)| Lane {
            transport,
            authority: server.target.authority.clone(),
            base: server.base.clone(),
        })
        .collect()
}

pub(super) fn job<'a>(
    suite: &'a Suite,
    ready: &'a Ready,
    lanes: &'a [Lane<'a, Client>],
) -> Job<'a, Client> {
    Job::Scenario {
        suite,
        lanes,
        planned: &ready.planned,
        options: &ready.options,
    }
}
