//! Two targets: what can be typed to compare them.

use std::path::PathBuf;

use clap::Args;

use super::super::run::Choice;
use super::super::{Reach, Selection, positive};

/// Two targets, and what both are sent.
#[derive(Debug, Args)]
pub(crate) struct Targets {
    /// Scenario files (Arazzo) [default: cases that are generated from the document]
    #[arg(
        value_name = "SCENARIO",
        conflicts_with_all = ["operations", "exclude", "phases", "mode", "cases", "workers"]
    )]
    pub files: Vec<PathBuf>,
    /// What is compared with: a URL on this machine, the name of a target in proofmark.toml, or an
    /// embedded server: `sandbox`, `mock`, `restless` (a sandbox whose ids, times and order of members
    /// nobody can foresee) [default: `sandbox`]
    #[arg(
        short,
        long = "baseline-target",
        env = "PROOFMARK_BASELINE_TARGET",
        value_name = "URL|NAME"
    )]
    pub baseline: Option<String>,
    /// What is compared, named in the same way [default: `mock`; with --candidate-fault `sandbox`]
    #[arg(short, long, env = "PROOFMARK_CANDIDATE", value_name = "URL|NAME")]
    pub candidate: Option<String>,
    /// The fault to build into the embedded candidate, to see red
    #[arg(long, env = "PROOFMARK_CANDIDATE_FAULT", value_name = "NAME")]
    pub candidate_fault: Option<String>,
    /// The credential for the candidate, where it is not that of the baseline (--token)
    #[arg(
        long,
        env = "PROOFMARK_CANDIDATE_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    pub candidate_token: Option<String>,
    /// How often the baseline is asked in all: what it does not do in the same way again is noise. 1
    /// looks for none
    #[arg(
        long,
        env = "PROOFMARK_REPEAT_BASELINE",
        default_value = "2",
        value_parser = positive,
        value_name = "N"
    )]
    pub repeat_baseline: usize,
    /// Which cases are generated.
    #[command(flatten)]
    pub selection: Selection,
    /// Which workflows are run, with which inputs.
    #[command(flatten)]
    pub choice: Choice,
    /// How many steps are run on each side, so that loops end
    #[arg(long, env = "PROOFMARK_MAX_STEPS", default_value = "2000", value_parser = positive, value_name = "N")]
    pub max_steps: usize,
    /// How many requests of safe methods are under way at once on each side
    #[arg(
        short,
        long,
        env = "PROOFMARK_WORKERS",
        default_value = "8",
        value_parser = positive,
        value_name = "N"
    )]
    pub workers: usize,
    /// How they are reached.
    #[command(flatten)]
    pub reach: Reach,
    /// Allow generated DELETE requests on targets that are not on this machine
    #[arg(long, env = "PROOFMARK_ALLOW_DESTRUCTIVE")]
    pub allow_destructive: bool,
}
