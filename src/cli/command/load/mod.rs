//! `proofmark load`: scenario files many times, at a pace.

mod backlog;
mod confidence;
mod hunt;
mod outline;
mod profile;
mod recipe;
mod search;
mod shard;

use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use url::Url;

use self::profile::profile;
use super::lint::severity;
use super::new;
use crate::arazzo::LoadProfile;
use crate::case::Authority;
use crate::cli::arguments::load::Load as Arguments;
use crate::cli::arguments::{Reach, Report};
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::gate::{self, Each};
use crate::cli::logs::Logs;
use crate::cli::metrics::Metrics;
use crate::cli::progress::Progress;
use crate::cli::report_folder;
use crate::cli::server::{self, Server};
use crate::cli::source::counted;
use crate::cli::terminal::{self, Terminal};
use crate::cli::whole_file::write_whole;
use crate::cli::{environment, interrupt, scenario_source};
use crate::load::{Load, LoadError, Options, Protocol, Shard, Target, descriptors, ports};
use crate::probe::{Ended, Stop};
use crate::record::{Recorder, Redactor, Sink, Started, Summary};
use crate::scenario::{Given, ScenarioFile, Selection, Suite};
use crate::secret::Secret;
use crate::seed::Seed;
use crate::spec::Spec;

/// Runs a load, or several until the capacity is found.
pub(crate) fn run(
    arguments: &Arguments,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let shard = shard::shard(arguments, &environment)?;
    let reach = Reach {
        report_dir: shard::folder(arguments, shard.as_ref()),
        ..arguments.reach.clone()
    };
    gate::prepare(&reach)?;
    let _kept = if arguments.dry_run {
        None
    } else {
        report_folder::keep(&reach.report_dir)?
    };
    let file = file(arguments, config)?;
    let suite = open(&file, arguments, config)?;
    let selection = scenario_source::choose(&suite, &arguments.choice)?;
    let runtime = gate::runtime()?;
    runtime.block_on(async {
        let servers = server::start(&suite, &arguments.servers(), config).await?;
        let bench = Bench {
            arguments,
            config,
            file,
            servers,
            shard,
            reach,
            metrics: metrics(arguments)?,
        };
        if let Some(goal) = &arguments.search {
            return search::run(&bench, suite, goal, terminal).await;
        }
        let profile = profile(&suite, &selection, arguments)?;
        introduce(&suite, &bench.servers);
        terminal::note(&format!(
            "{} in {:.1} s  seed {}\n",
            counted(profile.scenarios.len(), "scenario"),
            profile.length().as_secs_f64(),
            arguments.seed
        ));
        if arguments.dry_run {
            let ready = bench.ready(suite, profile, terminal).await?;
            crate::cli::print(&outline::outline(&ready.load, ready.max_rps))?;
            preflight(&ready.load)?;
            terminal::note("nothing was sent");
            return Ok(Exit::Success);
        }
        let stop = Arc::new(Stop::default());
        let recipe = recipe::recipe(&suite, &profile, arguments);
        let mut measured = bench.measure(suite, profile, true, &stop, terminal).await?;
        measured.summary.again = Some(recipe);
        let reports = (&bench.reach, &*measured.logs);
        let exit = gate::conclude(&measured.summary, &measured.ended, &stop, reports, terminal)?;
        if exit == Exit::Findings {
            server::say_again(&bench.servers);
        }
        match measured.unlogged {
            None => Ok(exit),
            Some(failure) => Err(Failure {
                exit: gate::incomplete(exit),
                ..failure
            }),
        }
    })
}

/// What the load profile of the first file that has one would do, without a target.
pub(super) fn outlined(suite: Suite, given: &Given, seed: Seed) -> Result<Option<String>, Failure> {
    let with_profile = |file: &ScenarioFile| file.is_asked_for && file.description.load.is_some();
    let Some(number) = suite.files.iter().position(with_profile) else {
        return Ok(None);
    };
    let profile = suite
        .files
        .get(number)
        .and_then(|file| file.description.load.clone());
    let Some(profile) = profile else {
        return Ok(None);
    };
    let url =
        Url::parse("http://127.0.0.1").map_err(|error| Failure::unusable(error.to_string()))?;
    let target = Target {
        url,
        authority: Authority {
            fallback: Some(Secret::new("not-sent")),
            ..Authority::default()
        },
        certificates: Vec::new(),
        protocol: Protocol::Http1,
    };
    let targets = vec![target; suite.apis.len()];
    let options = Options {
        seed,
        timeout: std::time::Duration::from_secs(1),
        max_body: 1,
        lanes: None,
        cache: true,
        max_steps: 1,
        max_rps: None,
        sources: Vec::new(),
        shard: None,
        start_at: None,
        secrets: Vec::new(),
        run: String::new(),
    };
    let load = Load::prepare(suite, number, profile, &targets, given, &options);
    let load = gate::runtime()?.block_on(load).map_err(refused)?;
    Ok(Some(outline::outline(&load, None)))
}

/// Opens the scenario file.
fn open(file: &Path, arguments: &Arguments, config: &Config) -> Result<Suite, Failure> {
    let spec = arguments.file.as_ref().and(arguments.spec.as_deref());
    let options = scenario_source::options(&arguments.choice, spec, config);
    scenario_source::open(&[file.to_owned()], &options)
}

/// The scenario file: the one that was named, or one that is made for operations.
fn file(arguments: &Arguments, config: &Config) -> Result<PathBuf, Failure> {
    if let Some(file) = &arguments.file {
        return Ok(file.clone());
    }
    let path = arguments.reach.report_dir.join("load.arazzo.yaml");
    let text = new::drafted(
        arguments.spec.as_deref(),
        &arguments.operations,
        Some(&path),
        config,
    )?;
    write_whole(&path, text).map_err(|error| {
        Failure::unusable(format!("`{}` cannot be written: {error}", path.display()))
    })?;
    terminal::note(&format!(
        "the operations are called by {}, which can be changed and run again",
        path.display()
    ));
    Ok(path)
}

/// What every load of a command has in common.
struct Bench<'a> {
    arguments: &'a Arguments,
    config: &'a Config,
    file: PathBuf,
    servers: Vec<Server>,
    /// Which of several machines this is, and where that was taken from.
    shard: Option<(Shard, String)>,
    /// How servers are reached, and where the reports of this machine go.
    reach: Reach,
    /// Where Prometheus fetches what is counted.
    metrics: Option<Metrics>,
}

/// A load that is ready, and what its reports need.
struct Ready {
    load: Load,
    started: Started,
    start_at: Option<jiff::Timestamp>,
    /// How many requests in a second the targets allow.
    max_rps: Option<f64>,
    secrets: Vec<Secret>,
    apis: Vec<Arc<Spec>>,
}

/// What came of a load.
struct Measured {
    summary: Summary,
    ended: Ended,
    /// The files that were written meanwhile.
    logs: Vec<String>,
    /// Why one of them could not be written to its end.
    unlogged: Option<Failure>,
}

impl Bench<'_> {
    /// The scenario file, opened anew.
    fn open(&self) -> Result<Suite, Failure> {
        open(&self.file, self.arguments, self.config)
    }

    /// Makes a load ready, and refuses what must not or cannot be done. Nothing is sent.
    async fn ready(
        &self,
        suite: Suite,
        profile: LoadProfile,
        terminal: &Terminal,
    ) -> Result<Ready, Failure> {
        let (arguments, servers) = (self.arguments, &self.servers);
        let now = jiff::Timestamp::now();
        let start_at = shard::start_at(arguments.start_at, now)?;
        let targets = servers.iter().map(|server| &server.target);
        let given = scenario_source::given(&arguments.choice, targets)?;
        scenario_source::all_taken(&suite, &given, &arguments.choice)?;
        let names = profile
            .scenarios
            .values()
            .flat_map(|scenario| &scenario.exec);
        let everything = Selection {
            workflows: names.map(|share| share.workflow.id.clone()).collect(),
            ..Selection::default()
        };
        let planned = suite
            .plan(&everything, &given, arguments.seed)
            .map_err(|wrong| scenario_source::failure(&suite, &wrong))?;
        scenario_source::announce(&suite, terminal);
        server::admit(&suite, &planned, servers, now)?;
        let at = now.to_string();
        let max_rps = server::loadable(servers, &arguments.reach.confirm_host)?;
        if let Some(shard) = &self.shard {
            terminal::note(&shard::told(shard, max_rps));
        }
        let mut secrets: Vec<Secret> = suite.secrets(&planned);
        secrets.extend(server::secrets(servers));
        let options = Options {
            seed: arguments.seed,
            timeout: arguments.reach.bounds.request_timeout,
            max_body: arguments.reach.bounds.max_body,
            lanes: arguments
                .threads
                .and_then(|threads| u64::try_from(threads).ok()),
            cache: !arguments.no_cache,
            max_steps: arguments.max_steps,
            max_rps,
            sources: sources(&arguments.source_address)?,
            shard: self
                .shard
                .as_ref()
                .map(|shard| shard::report(shard, start_at)),
            start_at: start_at.and_then(|at| shard::moment(at, jiff::Timestamp::now())),
            secrets: secrets.clone(),
            run: format!("{}-{at}", arguments.seed),
        };
        let apis: Vec<Arc<Spec>> = suite.apis.iter().map(|api| api.spec.clone()).collect();
        let bases = servers.iter().map(|server| server.base.clone()).collect();
        let origin = (arguments.seed, &*at);
        let started = suite.started(&planned, &server::shown(servers), bases, origin);
        let targets = load_targets(servers, arguments)?;
        let load = Load::prepare(suite, 0, profile, &targets, &given, &options)
            .await
            .map_err(refused)?;
        Ok(Ready {
            load,
            started,
            start_at,
            max_rps,
            secrets,
            apis,
        })
    }

    /// Runs a load to its end, and writes logs meanwhile if they are wanted.
    async fn measure(
        &self,
        suite: Suite,
        profile: LoadProfile,
        is_logged: bool,
        stop: &Arc<Stop>,
        terminal: &Terminal,
    ) -> Result<Measured, Failure> {
        let arguments = self.arguments;
        let ready = self.ready(suite, profile, terminal).await?;
        let (load, started) = (ready.load, ready.started);
        preflight(&load)?;
        warn(&load);
        report_folder::clear(&self.reach.report_dir, &self.reach.reports)?;
        wait(ready.start_at, load.profile())?;
        let specs: Vec<&Spec> = ready.apis.iter().map(|spec| &**spec).collect();
        let redactor = Redactor::new(&specs, &ready.secrets);
        let fail_on = severity(arguments.reach.fail_on());
        let mut recorder = Recorder::new(&specs, redactor, fail_on);
        let mut progress = Progress::under_load(terminal.redraws, load.profile().length());
        let max_time = arguments.reach.bounds.max_time;
        let wanted = |report| is_logged && self.reach.writes(report);
        let mut logs = Logs::open(
            &self.reach.report_dir,
            wanted(Report::Hlog),
            wanted(Report::Timeline),
        )?;
        let mut metrics = self.metrics.clone();
        let ended = {
            let mut sinks: Vec<&mut dyn Sink> = vec![&mut recorder, &mut logs, &mut progress];
            if let Some(metrics) = &mut metrics {
                sinks.push(metrics);
            }
            let mut sink = Each(&mut sinks);
            interrupt::heeded(stop, || load.run(started, stop, max_time, &mut sink))?
        };
        Ok(Measured {
            summary: recorder.summary(),
            ended,
            logs: logs.paths(),
            unlogged: logs.failure(),
        })
    }
}

/// Listens for Prometheus, if that is wanted.
fn metrics(arguments: &Arguments) -> Result<Option<Metrics>, Failure> {
    let Some(address) = arguments.metrics.filter(|_| !arguments.dry_run) else {
        return Ok(None);
    };
    let (metrics, address) = Metrics::listen(address)?;
    terminal::note(&format!("metrics at http://{address}/metrics"));
    Ok(Some(metrics))
}

/// Says when the profile begins, unless it is over.
fn wait(start_at: Option<jiff::Timestamp>, profile: &LoadProfile) -> Result<(), Failure> {
    let Some(at) = start_at else {
        return Ok(());
    };
    let now = jiff::Timestamp::now();
    let late = shard::late(at, now);
    if late >= profile.length() {
        let told = format!(
            "the profile was to begin at {at}, and is over for {:.1} s; nothing was sent",
            late.saturating_sub(profile.length()).as_secs_f64()
        );
        return Err(Failure::new(Exit::Inconclusive, told));
    }
    terminal::note(&shard::told_start(at, now));
    Ok(())
}

fn load_targets(servers: &[Server], arguments: &Arguments) -> Result<Vec<Target>, Failure> {
    let speaks_http2 = |server: &Server| arguments.http2 || server.target.speaks_http2;
    if arguments.connections.is_some() && !servers.iter().any(speaks_http2) {
        return Err(Failure::unusable(
            "--connections is about HTTP/2: in HTTP/1.1 each virtual user has a connection of its own",
        )
        .help("add --http2, or `http = \"2\"` to the target in proofmark.toml"));
    }
    if arguments.http2 && servers.iter().any(|server| server.command.is_some()) {
        return Err(
            Failure::unusable("the embedded sandbox speaks HTTP/1.1 only")
                .help("name a server that speaks HTTP/2 with --target"),
        );
    }
    servers
        .iter()
        .map(|server| {
            let url = Url::parse(&server.target.url)
                .map_err(|error| Failure::unusable(format!("`{}`: {error}", server.target.url)))?;
            Ok(Target {
                url,
                authority: server.target.authority.clone(),
                certificates: server.target.certificates.clone(),
                protocol: if speaks_http2(server) {
                    Protocol::Http2 {
                        connections: arguments.connections.map(u64::from),
                    }
                } else {
                    Protocol::Http1
                },
            })
        })
        .collect()
}

fn introduce(suite: &Suite, servers: &[Server]) {
    let files = suite.files.iter().filter(|file| file.is_asked_for);
    let names: Vec<&str> = files.map(|file| &*file.name).collect();
    terminal::note(&format!(
        "proofmark {}  load  {}",
        env!("CARGO_PKG_VERSION"),
        names.join(", ")
    ));
    server::introduce(suite, servers);
    if servers.iter().any(|server| server.command.is_some()) {
        terminal::note(
            "note: the embedded sandbox shares this process: its numbers show how a report looks, not how fast a server is",
        );
    }
}

/// Refuses what this machine cannot do.
fn preflight(load: &Load) -> Result<(), Failure> {
    let needed = load.connections();
    if let Some(most) = descriptors().filter(|most| needed > *most) {
        return Err(Failure::unusable(format!(
            "the profile may need {needed} connections, and this process may have {most} files open"
        ))
        .help("raise the limit (`ulimit -n`), or lower `maxVUs`"));
    }
    let (ports, sources) = (ports(), load.sources());
    if let Some(most) = ports.filter(|most| needed > most.saturating_mul(sources)) {
        let from = match sources {
            1 => "one address".to_owned(),
            many => format!("each of {many} addresses"),
        };
        return Err(Failure::unusable(format!(
            "the profile may need {needed} connections, and this machine has {most} ports for {from}"
        ))
        .help("widen net.ipv4.ip_local_port_range, name more addresses with --source-address, or lower `maxVUs`"));
    }
    Ok(())
}

/// The addresses that connections come from, if all are this machine's.
fn sources(asked: &[IpAddr]) -> Result<Vec<IpAddr>, Failure> {
    for address in asked {
        let is_broadcast = *address == IpAddr::V4(Ipv4Addr::BROADCAST);
        if address.is_unspecified() || address.is_multicast() || is_broadcast {
            return Err(Failure::unusable(format!(
                "--source-address `{address}` is no address of one machine"
            ))
            .help("`ip address` shows those that there are"));
        }
        // Who can wait there for somebody else is there.
        if let Err(error) = UdpSocket::bind((*address, 0)) {
            return Err(Failure::unusable(format!(
                "--source-address `{address}` is no address of this machine: {error}"
            ))
            .help("`ip address` shows those that there are"));
        }
    }
    Ok(asked.to_vec())
}

/// Says what costs more than one would think.
fn warn(load: &Load) {
    for (workflow, step) in load.drafted() {
        terminal::note(&format!(
            "note: `{workflow}/{step}` is drawn up anew for each iteration, which costs more than filling in values"
        ));
    }
}

fn refused(error: LoadError) -> Failure {
    match error {
        LoadError::Scenario(found) => {
            let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
            Failure::unusable(format!(
                "the scenario cannot be run; nothing was sent\n\n{}",
                lines.join("\n")
            ))
        }
        LoadError::Tag { ref known, .. } => {
            let help = format!("there are: {}", known.join(", "));
            Failure::unusable(error.to_string()).help(help)
        }
        other @ LoadError::TagValue { .. } => Failure::unusable(other.to_string()),
        other @ LoadError::Sources { .. } => Failure::unusable(other.to_string())
            .help("name an address of the target's family with --source-address, too: of a mixed list those are taken that fit"),
        users @ LoadError::Users { .. } => Failure::unusable(users.to_string())
            .help("raise `vus` or `maxVUs`, or use fewer shards"),
        other @ LoadError::Target { .. } => Failure::new(Exit::Inconclusive, other.to_string()),
    }
}
