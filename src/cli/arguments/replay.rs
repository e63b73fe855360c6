//! What can be typed behind `replay`.

use std::path::PathBuf;

use clap::Args;

use super::run::pair;
use super::{Bounds, FailOn, Reach};

/// `replay`.
#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// Cases or findings, by the digits that a report has for them, of which the first ones are enough
    /// [default: all that failed]
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// The report [default: the newer one of run.json and parity.json in --report-dir]
    #[arg(long, env = "PROOFMARK_FROM", value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Where reports are
    #[arg(
        long,
        env = "PROOFMARK_REPORT_DIR",
        default_value = "reports",
        value_name = "FOLDER"
    )]
    pub report_dir: PathBuf,
    /// Also what did not fail the run
    #[arg(long, env = "PROOFMARK_ALL")]
    pub all: bool,
    /// The OpenAPI document [default: the one of the report]
    #[arg(short, long, env = "PROOFMARK_SPEC", value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// An input of workflows: what the report must not show has to be given again
    #[arg(short, long = "input", value_parser = pair, value_name = "NAME=VALUE")]
    pub inputs: Vec<(String, String)>,
    /// Another file of inputs than that of the report
    #[arg(long = "inputs", env = "PROOFMARK_INPUTS", value_name = "FILE")]
    pub inputs_file: Option<PathBuf>,
    /// Another target than that of the report: a URL on this machine, the name of a target in
    /// proofmark.toml, or `sandbox`, `restless` or `mock`, which are embedded
    #[arg(short, long, env = "PROOFMARK_TARGET", value_name = "URL|NAME")]
    pub target: Option<String>,
    /// Of a comparison: what is compared with, instead of the report's own
    #[arg(
        short,
        long = "baseline-target",
        env = "PROOFMARK_BASELINE_TARGET",
        value_name = "URL|NAME"
    )]
    pub baseline: Option<String>,
    /// Of a comparison: what is compared, instead of the report's own
    #[arg(short, long, env = "PROOFMARK_CANDIDATE", value_name = "URL|NAME")]
    pub candidate: Option<String>,
    /// The credential for the candidate, where it is not that of the baseline (--token)
    #[arg(
        long,
        env = "PROOFMARK_CANDIDATE_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    pub candidate_token: Option<String>,
    /// The credential for the target (better: the variable, or a target in proofmark.toml)
    #[arg(
        long,
        env = "PROOFMARK_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    pub token: Option<String>,
    /// What bounds it.
    #[command(flatten)]
    pub bounds: Bounds,
    /// Allow generated DELETE requests on a target that is not on this machine
    #[arg(long, env = "PROOFMARK_ALLOW_DESTRUCTIVE")]
    pub allow_destructive: bool,
    /// Repeat the host of a production target to allow more than reads on it; may be given several times
    #[arg(
        long,
        env = "PROOFMARK_CONFIRM_HOST",
        value_delimiter = ',',
        value_name = "HOST"
    )]
    pub confirm_host: Vec<String>,
}

impl Replay {
    /// How targets are reached. No reports are written.
    pub(crate) fn reach(&self) -> Reach {
        Reach {
            token: self.token.clone(),
            report_dir: self.report_dir.clone(),
            reports: Vec::new(),
            fail_on: None::<FailOn>,
            bounds: self.bounds.clone(),
            confirm_host: self.confirm_host.clone(),
        }
    }
}
