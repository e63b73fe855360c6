//! What can be typed behind `parity`.

pub(crate) mod targets;

use std::path::PathBuf;

use clap::Args;

/// `parity`.
#[derive(Debug, Args)]
pub(crate) struct Parity {
    /// Two versions of an OpenAPI document, the old one first: nothing is sent, what they say differently
    /// is graded. --fail-on means `breaking`, `unclear` or `any` then
    #[arg(
        long,
        env = "PROOFMARK_DOCUMENTS",
        num_args = 2,
        value_delimiter = ',',
        value_names = ["OLD", "NEW"],
        conflicts_with_all = [
            "files", "baseline", "candidate", "candidate_fault", "candidate_token", "repeat_baseline", "spec",
            "operations", "exclude", "phases", "mode", "cases", "seed", "sources", "inputs", "inputs_file",
            "workflows", "tags", "max_steps", "workers", "token", "request_timeout", "max_time", "max_body",
            "confirm_host", "allow_destructive"
        ]
    )]
    pub documents: Vec<PathBuf>,
    /// Two targets.
    #[command(flatten)]
    pub targets: targets::Targets,
}
