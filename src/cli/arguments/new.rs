//! What can be typed behind `new`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `new`.
#[derive(Debug, Subcommand)]
pub(crate) enum New {
    /// A scenario file (Arazzo 1.0.1) that calls operations one after another
    Scenario(Scenario),
}

/// `new scenario`.
#[derive(Debug, Args)]
pub(crate) struct Scenario {
    /// The operations in the order in which they are called: operationIds, or `METHOD /path`
    #[arg(
        long,
        env = "PROOFMARK_OPERATIONS",
        value_delimiter = ',',
        value_name = "NAME",
        required = true
    )]
    pub operations: Vec<String>,
    /// The OpenAPI document [default: specs/users-api.yaml]
    #[arg(short, long, env = "PROOFMARK_SPEC", value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// Where the scenario goes [default: standard output]
    #[arg(short, long, env = "PROOFMARK_OUTPUT", value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the file if it is there already
    #[arg(long, env = "PROOFMARK_FORCE", requires = "output")]
    pub force: bool,
}
