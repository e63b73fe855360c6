//! What can be typed. Every flag can also be given as `PROOFMARK_<FLAG>`.

pub(crate) mod generate;
pub(crate) mod load;
pub(crate) mod new;
pub(crate) mod parity;
pub(crate) mod replay;
pub(crate) mod report;
pub(crate) mod run;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::seed::Seed;

/// Proves that an HTTP API keeps its OpenAPI contract
#[derive(Debug, Parser)]
#[command(name = "proofmark", version, propagate_version = true, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to use colour.
    #[arg(long, global = true, env = "PROOFMARK_COLOR", value_enum, default_value_t = When::Auto)]
    pub color: When,
    /// The configuration file [default: proofmark.toml, if it is there]
    #[arg(long, global = true, env = "PROOFMARK_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    nothing at or above --fail-on
  1    findings: the contract does not hold; or defects of the document
  2    usage, configuration or document unusable; nothing was sent
  3    not conclusive: target unreachable, or credentials refused throughout
  4    nothing was selected or executed
  130  interrupted; partial reports were written";

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Conformance gate: send valid and invalid requests made from the document, judge every answer
    Check(Box<Check>),
    /// Run the workflows of scenario files (Arazzo) and judge every answer
    Run(Box<run::Run>),
    /// Run scenario files many times at a pace, judge every answer, measure honest latencies
    Load(Box<load::Load>),
    /// Send two targets the same cases and report where they differ; or hold two versions of an API
    /// description against each other (--documents)
    Parity(Box<parity::Parity>),
    /// Show the requests that `check`, or `run` with scenario files, would send; sends nothing
    Plan(Plan),
    /// Serve answers made from a document, without state
    Mock(Serve),
    /// Serve a document with state, as its behaviour file says
    Sandbox(Sandbox),
    /// Report the defects of OpenAPI documents and scenario files
    Lint(Lint),
    /// Write a file to start from
    #[command(subcommand)]
    New(new::New),
    /// Make instances of a schema: valid ones, and invalid ones that break one keyword each
    Generate(generate::Generate),
    /// Send the cases of a report's findings once more, with what they need, and say which are still there
    Replay(Box<replay::Replay>),
    /// Show reports again in other forms, merge those of several machines, or compare loads
    Report(report::Reported),
    /// Explain a finding code, or list them all
    Explain(Explain),
}

/// When to do something that depends on the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Which sides of the contract to exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// Requests that keep the document.
    Valid,
    /// Requests that break it in one named way each.
    Invalid,
    /// Both.
    All,
}

/// A phase of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum PhaseName {
    /// The document's own examples.
    Examples,
    /// Requests at the edges of the schemas, on both sides.
    Boundary,
    /// Valid requests made from the schemas.
    Valid,
    /// Requests that break one keyword each.
    Invalid,
    /// Methods, media types and credentials.
    Protocol,
    /// Create, write, read, delete.
    Stateful,
}

/// From which severity on findings fail the run. In parentheses the words for changes of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors only (breaking).
    #[value(alias = "breaking")]
    Error,
    /// Warnings, too (unclear).
    #[value(alias = "unclear")]
    Warning,
    /// Notes, too (any).
    #[value(alias = "any")]
    Note,
    /// Nothing.
    Never,
}

/// Which cases to make, from which document.
#[derive(Debug, Args)]
pub(crate) struct Selection {
    /// The OpenAPI document [default: specs/users-api.yaml, else the built-in copy of it]
    #[arg(short, long, env = "PROOFMARK_SPEC", value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// Only operations whose operationId, tag, path or `METHOD path` fits (`*` stands for anything)
    #[arg(
        short,
        long = "operation",
        env = "PROOFMARK_OPERATION",
        value_delimiter = ',',
        value_name = "NAME"
    )]
    pub operations: Vec<String>,
    /// Leave out operations, named in the same way
    #[arg(
        long = "exclude-operation",
        env = "PROOFMARK_EXCLUDE_OPERATION",
        value_delimiter = ',',
        value_name = "NAME"
    )]
    pub exclude: Vec<String>,
    /// Which phases to run
    #[arg(
        long,
        env = "PROOFMARK_PHASES",
        value_enum,
        value_delimiter = ',',
        value_name = "PHASE"
    )]
    pub phases: Vec<PhaseName>,
    /// Which side of the contract to exercise
    #[arg(long, env = "PROOFMARK_MODE", value_enum, default_value_t = Mode::All)]
    pub mode: Mode,
    /// How many cases to draw per operation and side
    #[arg(long, env = "PROOFMARK_CASES", default_value = "20", value_parser = positive, value_name = "N")]
    pub cases: usize,
    /// Where every random choice comes from; equal seeds give equal requests
    #[arg(long, env = "PROOFMARK_SEED", default_value = "1", value_name = "N")]
    pub seed: Seed,
}

/// What bounds requests, and all of them together.
#[derive(Debug, Clone, Args)]
pub(crate) struct Bounds {
    /// How long a request may take, for example `10s` or `500ms`
    #[arg(long, env = "PROOFMARK_REQUEST_TIMEOUT", default_value = "10s", value_parser = duration, value_name = "TIME")]
    pub request_timeout: Duration,
    /// How long the whole run may take; what is left then is reported as not exercised, and requests under way
    /// are waited for a second more (workflows: until their answer, as they clean up)
    #[arg(long, env = "PROOFMARK_MAX_TIME", value_parser = duration, value_name = "TIME")]
    pub max_time: Option<Duration>,
    /// How many bytes an answer may have
    #[arg(
        long,
        env = "PROOFMARK_MAX_BODY",
        default_value_t = 10_000_000,
        value_name = "BYTES"
    )]
    pub max_body: usize,
}

/// How a target is reached, and where what comes of it goes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Reach {
    /// The credential for the target (better: the variable, or a target in proofmark.toml)
    #[arg(
        long,
        env = "PROOFMARK_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    pub token: Option<String>,
    /// Where the reports go
    #[arg(
        long,
        env = "PROOFMARK_REPORT_DIR",
        default_value = "reports",
        value_name = "FOLDER"
    )]
    pub report_dir: PathBuf,
    /// Which reports are written
    #[arg(
        long = "report",
        env = "PROOFMARK_REPORT",
        value_enum,
        value_delimiter = ',',
        default_values_t = [Report::Json, Report::Junit, Report::Html, Report::Hlog, Report::Timeline],
        hide_default_value = true,
        value_name = "KIND"
    )]
    pub reports: Vec<Report>,
    /// From which severity on findings fail the run [default: error]
    #[arg(long, env = "PROOFMARK_FAIL_ON", value_enum)]
    pub fail_on: Option<FailOn>,
    /// What bounds it.
    #[command(flatten)]
    pub bounds: Bounds,
    /// Repeat the host of a production target to allow more than reads on it; may be given several times
    #[arg(
        long,
        env = "PROOFMARK_CONFIRM_HOST",
        value_delimiter = ',',
        value_name = "HOST"
    )]
    pub confirm_host: Vec<String>,
}

impl Reach {
    /// From which severity on findings fail the run.
    pub(crate) fn fail_on(&self) -> FailOn {
        self.fail_on.unwrap_or(FailOn::Error)
    }

    /// Whether a report is to be written.
    pub(crate) fn writes(&self, report: Report) -> bool {
        self.reports.contains(&report)
    }
}

/// A report in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Report {
    /// `run.json`: everything, for scripts.
    Json,
    /// `junit.xml`, for CI systems.
    Junit,
    /// `report.html`: a page that needs nothing but itself, for people.
    Html,
    /// `latency.hlog` of `load`: the histograms of each second and step.
    Hlog,
    /// `timeline.ndjson` of `load`: a line for each second.
    Timeline,
}

impl Report {
    /// Whether it can be made again from a summary.
    pub(crate) fn is_made_from_summary(self) -> bool {
        !matches!(self, Self::Hlog | Self::Timeline)
    }
}

/// `check`.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// What to send.
    #[command(flatten)]
    pub selection: Selection,
    /// The server: a URL on this machine, or the name of a target in proofmark.toml
    /// [default: an embedded sandbox on a free loopback port]
    #[arg(short, long, env = "PROOFMARK_TARGET", value_name = "URL|NAME")]
    pub target: Option<String>,
    /// The fault to build into the embedded sandbox, to see red
    #[arg(
        long,
        env = "PROOFMARK_FAULT",
        value_name = "NAME",
        conflicts_with = "target"
    )]
    pub fault: Option<String>,
    /// How many requests of safe methods are under way at once; others go one after another, so that
    /// equal seeds give equal runs
    #[arg(
        short,
        long,
        env = "PROOFMARK_WORKERS",
        default_value = "8",
        value_parser = positive,
        value_name = "N"
    )]
    pub workers: usize,
    /// How it is reached.
    #[command(flatten)]
    pub reach: Reach,
    /// Allow generated DELETE requests on a target that is not on this machine
    #[arg(long, env = "PROOFMARK_ALLOW_DESTRUCTIVE")]
    pub allow_destructive: bool,
}

/// `plan`.
#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// Scenario files, to see what `run` would send
    #[arg(value_name = "SCENARIO")]
    pub files: Vec<PathBuf>,
    /// What to send.
    #[command(flatten)]
    pub selection: Selection,
    /// Which workflows, with which inputs.
    #[command(flatten)]
    pub choice: run::Choice,
}

/// `mock`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The OpenAPI document [default: specs/users-api.yaml, else the built-in copy of it]
    #[arg(env = "PROOFMARK_SPEC", value_name = "SPEC")]
    pub spec: Option<PathBuf>,
    /// The port; 0 takes a free one
    #[arg(
        short,
        long,
        env = "PROOFMARK_PORT",
        default_value_t = 8080,
        value_name = "N"
    )]
    pub port: u16,
    /// The address to listen on
    #[arg(
        long,
        env = "PROOFMARK_ADDRESS",
        default_value = "127.0.0.1",
        value_name = "IP"
    )]
    pub address: IpAddr,
    /// Where generated answers come from
    #[arg(long, env = "PROOFMARK_SEED", default_value = "1", value_name = "N")]
    pub seed: Seed,
    /// Do not print a line for each request
    #[arg(short, long, env = "PROOFMARK_QUIET")]
    pub quiet: bool,
}

/// `sandbox`.
#[derive(Debug, Args)]
pub(crate) struct Sandbox {
    /// What to serve, and where.
    #[command(flatten)]
    pub serve: Serve,
    /// The behaviour file [default: the document's name with `.behaviour.yaml`]
    #[arg(short, long, env = "PROOFMARK_BEHAVIOUR", value_name = "FILE")]
    pub behaviour: Option<PathBuf>,
    /// Build in one fault
    #[arg(short, long, env = "PROOFMARK_FAULT", value_name = "NAME")]
    pub fault: Option<String>,
    /// Show ids, times and orders of members that nobody can foresee, as real servers do; the contract
    /// is kept
    #[arg(long, env = "PROOFMARK_RESTLESS")]
    pub restless: bool,
    /// List the faults that this document allows, one a line, and exit
    #[arg(long)]
    pub list_faults: bool,
    /// The token that may do everything
    #[arg(
        long,
        env = "PROOFMARK_TOKEN",
        hide_env_values = true,
        default_value = "sandbox-token",
        value_name = "TOKEN"
    )]
    pub token: String,
    /// The token that may only read
    #[arg(
        long,
        env = "PROOFMARK_READ_ONLY_TOKEN",
        hide_env_values = true,
        default_value = "sandbox-readonly",
        value_name = "TOKEN"
    )]
    pub read_only_token: String,
}

/// `lint`.
#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// OpenAPI documents and scenario files (Arazzo) [default: specs/users-api.yaml, else the built-in
    /// copy of it]
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Also hold scenario files against the text of the Arazzo Specification
    #[arg(long, env = "PROOFMARK_STRICT")]
    pub strict: bool,
    /// Also name what other runners of scenario files read differently
    #[arg(long, env = "PROOFMARK_PORTABLE")]
    pub portable: bool,
    /// Also print notes
    #[arg(long, env = "PROOFMARK_NOTES")]
    pub notes: bool,
    /// From which severity on diagnostics fail the command
    #[arg(long, env = "PROOFMARK_FAIL_ON", value_enum, default_value_t = FailOn::Error)]
    pub fail_on: FailOn,
}

/// `explain`.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A code (`PM103`) or a check's name (`response-schema`); without one, all are listed
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

/// Reads a number that is not zero.
pub(crate) fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("expected a whole number of at least 1".to_owned()),
        Ok(number) => Ok(number),
    }
}

/// The shortest time that can be asked for.
const SHORTEST: Duration = Duration::from_millis(1);
/// The longest time that can be asked for: moments so far ahead can be reckoned with.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3_600);

/// Reads `10s`, `500ms`, `2m` or a plain number of seconds.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let number: f64 = digits
        .parse()
        .map_err(|_| "expected a time such as `10s` or `500ms`".to_owned())?;
    let unit = match &text[digits.len()..] {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        other => {
            return Err(format!(
                "`{other}` is not a unit of time: use `ms`, `s`, `m` or `h`"
            ));
        }
    };
    let seconds = number * unit;
    if seconds.is_nan() || seconds <= 0.0 {
        return Err("the time must be more than zero".to_owned());
    }
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|duration| (SHORTEST..=LONGEST).contains(duration))
        .ok_or_else(|| "the time must be from `1ms` to `8760h`, which is a year".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn times_have_units() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2"), Ok(Duration::from_secs(2)));
        assert_eq!(duration("1.5m"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("1ms"), Ok(SHORTEST));
        assert_eq!(duration("8760h"), Ok(LONGEST));
        for wrong in [
            "",
            "s",
            "10x",
            "0s",
            "-1s",
            "1e400s",
            "1ns",
            "0.1ms",
            "8761h",
            "1000000000000h",
            "NaN",
        ] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
