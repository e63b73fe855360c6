//! Load: the workflows of scenario files, many times and at a pace, with every answer judged.
//!
//! Latencies are honest: an arrival is due at a time that does not depend on any answer, and what it
//! waits for counts (no coordinated omission). One thread per core has connections, virtual users and
//! counters of its own; nothing is shared while requests are sent.

mod action;
mod alarm;
mod apart;
mod aside;
mod beside;
mod clock;
pub mod compare;
mod compile;
pub mod connection;
mod contradiction;
mod counted;
mod desk;
mod division;
mod draft;
mod error;
mod excused;
mod executor;
mod expect;
mod flow;
mod gather;
mod iteration;
mod joined;
mod judged;
mod lane;
mod machines;
mod measure;
mod merge;
mod message;
mod multiplex;
mod own;
mod pace;
mod plan;
mod program;
mod protocol;
mod recorded;
mod run;
mod sample;
mod second;
mod silence;
mod slot;
mod soundness;
mod step;
mod supply;
mod teller;
#[cfg(test)]
mod tests;
mod threshold;
mod timeline;
mod told;
mod turns;
mod user;
mod withheld;

use std::io;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use url::Url;

use self::compile::{Settings, compile};
use self::connection::{ConnectError, Destination, Limits};
use self::message::Origin;
use self::program::{Call, Program};
use crate::arazzo::{Executor, LoadProfile, Metric, Threshold};
use crate::case::Authority;
use crate::judge::Rungs;
use crate::probe::{Ended, Stop};
use crate::record::{ShardLoad, Sink, Started};
use crate::scenario::{Given, Suite};
use crate::secret::Secret;
use crate::seed::Seed;

pub use self::contradiction::contradicts;
pub use self::division::Shard;
pub use self::error::LoadError;
pub use self::merge::{MergeError, merge};
pub use self::own::{descriptors, ports};
pub use self::protocol::Protocol;

/// The target of one API description.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where it is.
    pub url: Url,
    /// The credentials.
    pub authority: Authority,
    /// The certificates to trust besides the system's, in PEM.
    pub certificates: Vec<u8>,
    /// How it is spoken to.
    pub protocol: Protocol,
}

/// How a load is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The seed of everything that is drawn.
    pub seed: Seed,
    /// How long connecting and an exchange may take, and how large an answer may be.
    pub timeout: Duration,
    /// How many bytes of content an answer may have.
    pub max_body: usize,
    /// How many threads send; `None` for as many as there are processors.
    pub lanes: Option<u64>,
    /// Whether bytes that were found valid are not judged again.
    pub cache: bool,
    /// How many steps one iteration may have.
    pub max_steps: usize,
    /// Addresses of this machine that connections come from in turn; none to let the system choose.
    pub sources: Vec<IpAddr>,
    /// How many requests are sent in a second at most, by all machines together.
    pub max_rps: Option<f64>,
    /// Which of several machines this is; `None` if there is but one.
    pub shard: Option<ShardLoad>,
    /// When the profile begins; `None` for at once.
    pub start_at: Option<Instant>,
    /// What must not be told of, not even as a part of a hash.
    pub secrets: Vec<Secret>,
    /// A name for the run, sent with each request as `Proofmark-Run`.
    pub run: String,
}

impl Options {
    fn shard(&self) -> Shard {
        let shard = self.shard.as_ref();
        shard.map_or(Shard::WHOLE, |shard| Shard {
            number: shard.number,
            of: shard.of.max(1),
        })
    }
}

/// A load that is ready to be run.
#[derive(Debug)]
pub struct Load {
    program: Program,
    profile: LoadProfile,
    origins: Vec<Origin>,
    destinations: Vec<Vec<Destination>>,
    protocols: Vec<Protocol>,
    limits: Limits,
    rungs: Rungs,
    seed: Seed,
    lanes: u64,
    max_steps: usize,
    max_rps: Option<f64>,
    shard: Shard,
    shared: Option<ShardLoad>,
    start_at: Option<Instant>,
    plan: String,
    sources: usize,
}

impl Load {
    /// Makes everything ready: requests are drawn up, names are resolved; nothing is sent.
    pub async fn prepare(
        suite: Suite,
        file: usize,
        mut profile: LoadProfile,
        targets: &[Target],
        given: &Given,
        options: &Options,
    ) -> Result<Self, LoadError> {
        add_defaults(&mut profile);
        enough_users(&profile, options.shard())?;
        let origins: Vec<Origin> = targets
            .iter()
            .map(|target| origin(target, options))
            .collect();
        let settings = Settings {
            given,
            seed: options.seed,
            origins: &origins,
            authorities: targets
                .iter()
                .map(|target| target.authority.clone())
                .collect(),
        };
        let program = compile(suite, file, &profile, settings).map_err(LoadError::Scenario)?;
        tags(&profile)?;
        let plan = plan::hash(&program, &profile, options);
        let lanes = lanes(&profile, targets, options);
        let mut destinations = Vec::new();
        for lane in 0..lanes {
            // Each thread keeps TLS sessions of its own.
            let mut own = Vec::new();
            for target in targets {
                // Threads begin with different addresses.
                let first = usize::try_from(lane).unwrap_or_default();
                own.push(resolve(target, &options.sources, first).await?);
            }
            destinations.push(own);
        }
        Ok(Self {
            program,
            profile,
            origins,
            destinations,
            protocols: targets.iter().map(|target| target.protocol).collect(),
            limits: Limits {
                connect: options.timeout.min(Duration::from_secs(10)),
                exchange: options.timeout,
                body: options.max_body,
                ..Limits::default()
            },
            rungs: if options.cache {
                Rungs::default()
            } else {
                Rungs {
                    seen: 0,
                    ..Rungs::default()
                }
            },
            seed: options.seed,
            lanes,
            max_steps: options.max_steps,
            max_rps: options.max_rps,
            shard: options.shard(),
            shared: options.shard.clone(),
            start_at: options.start_at,
            plan,
            sources: options.sources.len(),
        })
    }

    /// How many connections are needed at most.
    pub fn connections(&self) -> u64 {
        let scenarios = self.profile.scenarios.values();
        let users: u64 = scenarios
            .map(|scenario| {
                let most = u64::from(scenario.executor.most_vus());
                self.shard.count(most)
            })
            .sum();
        let protocols = self.protocols.iter();
        protocols
            .map(|protocol| protocol.connections(users, self.lanes))
            .fold(0, u64::saturating_add)
    }

    /// The steps whose requests every iteration draws up anew, by workflow and `stepId`: they cost more
    /// than others.
    pub fn drafted(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for script in &self.program.scripts {
            for (step, compiled) in script.workflow.steps.iter().zip(&script.steps) {
                if let Call::Operation(calls) = &compiled.call
                    && calls.ready.is_none()
                {
                    found.push((script.workflow.id.clone(), step.id.clone()));
                }
            }
        }
        found
    }

    /// From how many addresses connections come.
    pub fn sources(&self) -> u64 {
        u64::try_from(self.sources).unwrap_or(u64::MAX).max(1)
    }

    /// How many threads send.
    pub fn lanes(&self) -> u64 {
        self.lanes
    }

    /// How the target of each API description is spoken to.
    pub fn protocols(&self) -> &[Protocol] {
        &self.protocols
    }

    /// The profile with what it leaves out.
    pub fn profile(&self) -> &LoadProfile {
        &self.profile
    }

    /// Sends everything, and tells `sink` what comes of it. An error means that it could not take an
    /// event.
    pub fn run(
        self,
        started: Started,
        stop: &Stop,
        max_time: Option<Duration>,
        sink: &mut dyn Sink,
    ) -> io::Result<Ended> {
        run::run(self, started, stop, max_time, sink)
    }
}

/// How many arrivals an executor with a rate has: exactly, or about, where they come by chance; `None` for
/// others.
pub fn arrivals(executor: &Executor) -> Option<f64> {
    Some(pace::Ramp::of_arrivals(executor)?.whole().ceil())
}

/// Adds the threshold that a rate must be achieved, unless the author has one.
fn add_defaults(profile: &mut LoadProfile) {
    let is_open = profile
        .scenarios
        .values()
        .any(|scenario| scenario.executor.is_open());
    let has = profile
        .thresholds
        .iter()
        .any(|threshold| threshold.metric == Metric::AchievedRate);
    if is_open && !has {
        let achieved = Threshold::parse(Metric::AchievedRate.name(), "rate>=0.99");
        profile.thresholds.extend(achieved.ok());
    }
}

/// As many threads as there are processors, unless there are not as many virtual users, or connections
/// for them.
fn lanes(profile: &LoadProfile, targets: &[Target], options: &Options) -> u64 {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let wanted = options
        .lanes
        .unwrap_or(u64::try_from(processors).unwrap_or(1));
    let users = profile.scenarios.values().map(|scenario| {
        let executor = &scenario.executor;
        let own = |users: u32| options.shard().count(u64::from(users));
        match executor {
            Executor::ConstantArrivalRate { vus, .. }
            | Executor::RampingArrivalRate { vus, .. } => own(vus.pre_allocated).max(1),
            other => own(other.most_vus()),
        }
    });
    // A scenario that is all on other machines needs no thread here.
    let fewest = users.filter(|users| *users > 0).min().unwrap_or(1);
    let connections = targets.iter().filter_map(|target| match target.protocol {
        Protocol::Http2 { connections } => connections,
        Protocol::Http1 => None,
    });
    let fewest = connections.fold(fewest, u64::min);
    wanted.min(fewest).max(1)
}

/// Refuses arrivals, and iterations that are shared, for which a shard has nobody.
fn enough_users(profile: &LoadProfile, shard: Shard) -> Result<(), LoadError> {
    for (name, scenario) in &profile.scenarios {
        let executor = &scenario.executor;
        let users = executor.most_vus();
        let is_given = executor.is_open() || matches!(executor, Executor::SharedIterations { .. });
        if is_given && u64::from(users) < shard.of {
            return Err(LoadError::Users {
                scenario: name.clone(),
                users,
                shards: shard.of,
            });
        }
    }
    Ok(())
}

/// Refuses thresholds on tags that nothing has, or with values that none can have.
fn tags(profile: &LoadProfile) -> Result<(), LoadError> {
    let own = || {
        let scenarios = profile.scenarios.values();
        scenarios.flat_map(|scenario| scenario.tags.keys())
    };
    for threshold in &profile.thresholds {
        let shown = || format!("{}: {}", threshold.subject(), threshold.text);
        for (name, value) in &threshold.tags {
            let is_about = |tag: &str| !apart::is_tag(tag) || apart::has_kinds(threshold.metric);
            let mut known = threshold::TAGS.iter().filter(|tag| is_about(tag));
            if !known.clone().any(|tag| tag == name) && !own().any(|own| own == name) {
                return Err(LoadError::Tag {
                    threshold: shown(),
                    tag: name.clone(),
                    known: known
                        .by_ref()
                        .map(|tag| (*tag).to_owned())
                        .chain(own().cloned())
                        .collect(),
                });
            }
            if let Some(expected) = apart::objection(name, value) {
                return Err(LoadError::TagValue {
                    threshold: shown(),
                    tag: name.clone(),
                    value: value.clone(),
                    expected,
                });
            }
        }
    }
    Ok(())
}

fn origin(target: &Target, options: &Options) -> Origin {
    let url = &target.url;
    let host = url.host_str().unwrap_or_default();
    Origin {
        scheme: url.scheme().to_owned(),
        base: url.path().trim_end_matches('/').to_owned(),
        host: match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        },
        headers: vec![
            (
                "User-Agent".to_owned(),
                concat!("proofmark/", env!("CARGO_PKG_VERSION")).to_owned(),
            ),
            ("Accept-Encoding".to_owned(), "identity".to_owned()),
            ("Proofmark-Run".to_owned(), options.run.clone()),
        ],
    }
}

async fn resolve(
    target: &Target,
    sources: &[IpAddr],
    first: usize,
) -> Result<Destination, LoadError> {
    let wrong = |reason: String| LoadError::Target {
        url: target.url.clone(),
        reason,
    };
    let tls = crate::http::tls(&target.certificates, target.url.scheme() == "https");
    let tls = tls.map_err(|error| wrong(error.to_string()))?;
    let resolved = Destination::resolve(&target.url, tls).await;
    let resolved = resolved.map_err(|error: ConnectError| wrong(error.to_string()))?;
    resolved.with_sources(sources, first).ok_or_else(|| {
        let names = ["IPv4", "IPv6"];
        // All are of one family, and the target is of the other.
        let [other, family] = match sources.first() {
            Some(IpAddr::V4(_)) | None => names,
            Some(IpAddr::V6(_)) => [names[1], names[0]],
        };
        let sources: Vec<String> = sources.iter().map(|one| format!("`{one}`")).collect();
        LoadError::Sources {
            url: target.url.to_string(),
            family,
            sources: sources.join(", "),
            other,
        }
    })
}
