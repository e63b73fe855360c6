//! What can be typed behind `load`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;

use super::run::Choice;
use super::{Reach, duration, positive};
use crate::arazzo::{MOST_ITERATIONS, MOST_RATE, Metric, Threshold, ThresholdError};
use crate::cli::server::Wanted;
use crate::load::Shard;
use crate::seed::Seed;

/// `load`.
#[derive(Debug, Args)]
pub(crate) struct Load {
    /// The scenario file, whose `x-proofmark-load` says what to do; or see --operation
    #[arg(required_unless_present = "operations", value_name = "SCENARIO")]
    pub file: Option<PathBuf>,
    /// Without a scenario file: call these operations of --spec, one after the other
    #[arg(
        short,
        long = "operation",
        env = "PROOFMARK_OPERATION",
        value_delimiter = ',',
        value_name = "ID",
        conflicts_with = "file"
    )]
    pub operations: Vec<String>,
    /// The document: of --operation, or to take for the source descriptions of the file
    #[arg(short, long, env = "PROOFMARK_SPEC", value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// The server: a URL on this machine, or the name of a target in proofmark.toml; `SOURCE=TARGET`
    /// where the source descriptions have different ones [default: an embedded sandbox for each, which
    /// shares this machine]
    #[arg(
        short,
        long,
        env = "PROOFMARK_TARGET",
        value_delimiter = ',',
        value_name = "URL|NAME"
    )]
    pub target: Vec<String>,
    /// The fault to build into the embedded sandbox, to see red
    #[arg(
        long,
        env = "PROOFMARK_FAULT",
        value_name = "NAME",
        conflicts_with = "target"
    )]
    pub fault: Option<String>,
    /// How hard, instead of what the file says.
    #[command(flatten)]
    pub pace: Pace,
    /// Which workflows, with which inputs.
    #[command(flatten)]
    pub choice: Choice,
    /// What must hold in the end, as k6 writes it: `http_req_duration: p(95)<200`
    #[arg(long = "threshold", value_parser = threshold, value_name = "METRIC: CONDITION")]
    pub thresholds: Vec<Threshold>,
    /// Find the rate that the server can do: doubles the rate from --rate on until this does not hold of
    /// the response time any more, for example `p99<200ms`, and closes in on the last that does
    #[arg(long, env = "PROOFMARK_SEARCH", value_parser = goal, value_name = "CONDITION", conflicts_with = "iterations")]
    pub search: Option<Threshold>,
    /// Speak HTTP/2 with all targets, as `http = "2"` of one in proofmark.toml: virtual users share
    /// connections. In cleartext it is taken for granted; under TLS the server may choose HTTP/1.1
    #[arg(long, env = "PROOFMARK_HTTP2")]
    pub http2: bool,
    /// How many HTTP/2 connections there are to each target, all of which are used [default: as few as
    /// will do]
    #[arg(long, env = "PROOFMARK_CONNECTIONS", value_parser = count, value_name = "N")]
    pub connections: Option<u32>,
    /// Let connections come from these addresses of this machine in turn: each has ports of its own
    /// [default: the system chooses]
    #[arg(
        long,
        env = "PROOFMARK_SOURCE_ADDRESS",
        value_delimiter = ',',
        value_name = "ADDRESS"
    )]
    pub source_address: Vec<IpAddr>,
    /// Show what would be done, with all that can be refused before, and send nothing
    #[arg(long, env = "PROOFMARK_DRY_RUN", conflicts_with = "search")]
    pub dry_run: bool,
    /// How many threads send [default: as many as there are processors]
    #[arg(long, env = "PROOFMARK_THREADS", value_parser = positive, value_name = "N")]
    pub threads: Option<usize>,
    /// Make one machine's part of the load: `i/N`, i from 0, or `auto` to take it from the scheduler
    /// (Kubernetes, Slurm, MPI, Nomad, AWS Batch, Cloud Run, CI)
    #[arg(long, env = "PROOFMARK_SHARD", value_parser = shard, value_name = "i/N|auto", conflicts_with = "search")]
    pub shard: Option<ShardFlag>,
    /// How many machines share the load, where the scheduler does not tell; means --shard auto
    #[arg(long, env = "PROOFMARK_SHARDS", value_parser = shards, value_name = "N", conflicts_with = "search")]
    pub shards: Option<u64>,
    /// When to begin, the same for all machines: a time such as `2026-05-01T10:00:00Z`, or `+30s`
    #[arg(long, env = "PROOFMARK_START_AT", value_parser = start_at, value_name = "TIME", conflicts_with = "search")]
    pub start_at: Option<StartAt>,
    /// Serve what is counted for Prometheus while the load goes on, under `/metrics`: at a port of this
    /// machine's loopback interface, or at `HOST:PORT`; 0 takes any port
    #[arg(long, env = "PROOFMARK_METRICS", value_parser = metrics, value_name = "[HOST:]PORT")]
    pub metrics: Option<SocketAddr>,
    /// Judge every body, also when the same bytes were found valid before
    #[arg(long, env = "PROOFMARK_NO_CACHE")]
    pub no_cache: bool,
    /// How many steps an iteration may have, so that loops end
    #[arg(long, env = "PROOFMARK_MAX_STEPS", default_value = "2000", value_parser = positive, value_name = "N")]
    pub max_steps: usize,
    /// Where every random choice comes from; equal seeds give equal requests
    #[arg(long, env = "PROOFMARK_SEED", default_value = "1", value_name = "N")]
    pub seed: Seed,
    /// How it is reached.
    #[command(flatten)]
    pub reach: Reach,
}

/// What was typed behind `--shard`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShardFlag {
    /// To be taken from the scheduler.
    Auto,
    /// This one.
    Is(Shard),
}

/// What was typed behind `--start-at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StartAt {
    /// A time of day.
    Time(Timestamp),
    /// So long from now.
    In(Duration),
}

/// How hard, for a first try: takes the place of the scenarios in the file.
#[derive(Debug, Args)]
pub(crate) struct Pace {
    /// So many virtual users, each of whom begins again when it is done (constant-vus); with --rate, how
    /// many are there from the beginning
    #[arg(long, env = "PROOFMARK_VUS", value_parser = count, value_name = "N")]
    pub vus: Option<u32>,
    /// So many iterations in a second, whatever the server does (constant-arrival-rate)
    #[arg(long, env = "PROOFMARK_RATE", value_parser = rate, value_name = "N")]
    pub rate: Option<f64>,
    /// How many virtual users --rate may have [default: 1000, or --vus if that is more]
    #[arg(long, env = "PROOFMARK_MAX_VUS", value_parser = count, requires = "rate", value_name = "N")]
    pub max_vus: Option<u32>,
    /// So many iterations in all, shared by --vus (shared-iterations)
    #[arg(
        long,
        env = "PROOFMARK_ITERATIONS",
        value_parser = iterations,
        value_name = "N",
        conflicts_with_all = ["rate", "duration"]
    )]
    pub iterations: Option<u64>,
    /// For how long, for example `30s`
    #[arg(short, long, env = "PROOFMARK_DURATION", value_parser = duration, value_name = "TIME")]
    pub duration: Option<Duration>,
    /// How long the beginning is judged and shown, and not measured
    #[arg(long, env = "PROOFMARK_WARM_UP", value_parser = duration, value_name = "TIME")]
    pub warm_up: Option<Duration>,
}

impl Load {
    /// What was said about servers.
    pub(crate) fn servers(&self) -> Wanted<'_> {
        Wanted {
            target: &self.target,
            fault: self.fault.as_deref(),
            reach: &self.reach,
        }
    }
}

fn count(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(number @ 1..=1_000_000) => Ok(number),
        _ => Err("expected a whole number from 1 to 1000000".to_owned()),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if number > 0.0 && number <= MOST_RATE => Ok(number),
        _ => Err(format!(
            "expected a number of more than 0 and at most {MOST_RATE}"
        )),
    }
}

fn iterations(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(number) if number <= MOST_ITERATIONS => Ok(number),
        _ => Err(format!(
            "expected a whole number of at most {MOST_ITERATIONS}"
        )),
    }
}

fn shard(text: &str) -> Result<ShardFlag, String> {
    if text == "auto" {
        return Ok(ShardFlag::Auto);
    }
    let wrong = || "expected `auto`, or `i/N` with i from 0 to N - 1, such as `0/4`".to_owned();
    let (number, of) = text.split_once('/').ok_or_else(wrong)?;
    let number = number.parse().map_err(|_| wrong())?;
    let of = shards(of).map_err(|_| wrong())?;
    let shard = Shard { number, of };
    Some(ShardFlag::Is(shard))
        .filter(|_| number < of)
        .ok_or_else(wrong)
}

fn shards(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(number @ 1..=1_000_000) => Ok(number),
        _ => Err("expected a whole number from 1 to 1000000".to_owned()),
    }
}

fn start_at(text: &str) -> Result<StartAt, String> {
    if let Some(ahead) = text.strip_prefix('+') {
        return duration(ahead).map(StartAt::In);
    }
    let time = text.parse().map(StartAt::Time);
    time.map_err(|_| "expected a time such as `2026-05-01T10:00:00Z`, or `+30s`".to_owned())
}

/// Reads `9464` or `127.0.0.1:9464`: whoever wants to be seen from elsewhere says so.
fn metrics(text: &str) -> Result<SocketAddr, String> {
    let port = text
        .parse()
        .map(|port: u16| SocketAddr::from(([127, 0, 0, 1], port)));
    port.or_else(|_| text.parse())
        .map_err(|_| "expected a port, or an address with one, such as `127.0.0.1:9464`".to_owned())
}

fn threshold(text: &str) -> Result<Threshold, String> {
    // The metric may have colons of its own, between braces.
    let from = text.find('}').unwrap_or(0);
    let colon = text.get(from..).and_then(|rest| rest.find(':'));
    let colon =
        colon.ok_or("expected `METRIC: CONDITION`, such as `http_req_duration: p(95)<200`")?;
    let (metric, condition) = text.split_at(from + colon);
    let condition = condition.strip_prefix(':').unwrap_or(condition);
    Threshold::parse(metric, condition).map_err(|error: ThresholdError| error.to_string())
}

fn goal(text: &str) -> Result<Threshold, String> {
    Threshold::parse(Metric::HttpReqResponse.name(), text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_count_from_zero_and_times_are_absolute_or_ahead() {
        assert_eq!(shard("auto"), Ok(ShardFlag::Auto));
        let third = Shard { number: 2, of: 4 };
        assert_eq!(shard("2/4"), Ok(ShardFlag::Is(third)));
        for wrong in ["", "4/4", "1", "-1/4", "1/0", "a/b", "1/2/3"] {
            assert!(shard(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            start_at("+1.5s"),
            Ok(StartAt::In(Duration::from_millis(1500)))
        );
        assert!(matches!(
            start_at("2026-05-01T10:00:00Z"),
            Ok(StartAt::Time(_))
        ));
        for wrong in ["", "10:00", "+", "+x", "2026-05-01"] {
            assert!(start_at(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers_that_nobody_can_mean_are_refused_with_their_limits() {
        assert_eq!((rate("0.5"), rate("1e7")), (Ok(0.5), Ok(1e7)));
        for wrong in ["1e18", "10000001", "0", "-1", "nan", "inf", "x", ""] {
            let told = rate(wrong).unwrap_err();
            assert_eq!(
                told,
                "expected a number of more than 0 and at most 10000000"
            );
        }
        assert_eq!(iterations("1000000000000000"), Ok(MOST_ITERATIONS));
        for wrong in ["1000000000000001", "99999999999999999999", "-1", "1e3", ""] {
            let told = iterations(wrong).unwrap_err();
            assert_eq!(told, "expected a whole number of at most 1000000000000000");
        }
        for wrong in ["0", "1000001", "99999999999999999999"] {
            let told = count(wrong).unwrap_err();
            assert_eq!(told, "expected a whole number from 1 to 1000000");
        }
    }

    #[test]
    fn metrics_are_for_this_machine_unless_somebody_says_otherwise() {
        let address = |text: &str| metrics(text).map(|address| address.to_string());
        assert_eq!(address("9464"), Ok("127.0.0.1:9464".to_owned()));
        assert_eq!(address("0.0.0.0:9464"), Ok("0.0.0.0:9464".to_owned()));
        assert_eq!(address("[::1]:0"), Ok("[::1]:0".to_owned()));
        for wrong in ["", "localhost", "70000", "10.0.0.1"] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn thresholds_are_typed_as_they_are_written_in_files() {
        let shown =
            |text: &str| threshold(text).map(|found| format!("{} {}", found.subject(), found.text));
        assert_eq!(
            shown("http_req_duration{step:a}: p(95)<200"),
            Ok("http_req_duration{step:a} p(95)<200".to_owned())
        );
        assert_eq!(shown("http_reqs:rate>5"), Ok("http_reqs rate>5".to_owned()));
        for wrong in ["", "p(95)<200", "http_req: p(95)<1", "http_reqs: p(95)<1"] {
            assert!(threshold(wrong).is_err(), "{wrong}");
        }
    }
}
