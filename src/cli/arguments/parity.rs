//! What can be typed behind `parity`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `parity`.
#[derive(Debug, Args)]
pub(crate) struct Parity {
    /// Two versions of an OpenAPI document, the old one first
    #[arg(
        long,
        env = "PROOFMARK_DOCUMENTS",
        num_args = 2,
        value_delimiter = ',',
        value_names = ["OLD", "NEW"],
        required = true
    )]
    pub documents: Vec<PathBuf>,
    /// Where the reports go
    #[arg(
        long,
        env = "PROOFMARK_REPORT_DIR",
        default_value = "reports",
        value_name = "FOLDER"
    )]
    pub report_dir: PathBuf,
    /// From which grade on changes fail the command
    #[arg(long, env = "PROOFMARK_FAIL_ON", value_enum, default_value_t = FailOn::Breaking)]
    pub fail_on: FailOn,
}

/// From which grade on changes fail the command. The words of the other commands are taken, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// What breaks requests or what reads answers.
    #[value(alias = "error")]
    Breaking,
    /// What cannot be told, too.
    #[value(alias = "warning")]
    Unclear,
    /// Any change.
    #[value(alias = "note")]
    Any,
    /// Nothing.
    Never,
}
