//! What can be typed behind `run`.

use std::path::PathBuf;

use clap::Args;

use super::{Reach, positive};
use crate::cli::server::Wanted;
use crate::seed::Seed;

/// `run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The scenario files
    #[arg(required = true, value_name = "SCENARIO")]
    pub files: Vec<PathBuf>,
    /// The server: a URL on this machine, or the name of a target in proofmark.toml; `SOURCE=TARGET`
    /// where the source descriptions have different ones [default: an embedded sandbox for each]
    #[arg(
        short,
        long,
        env = "PROOFMARK_TARGET",
        value_delimiter = ',',
        value_name = "URL|NAME"
    )]
    pub target: Vec<String>,
    /// The document to take for the source descriptions, instead of what their `url` says
    #[arg(short, long, env = "PROOFMARK_SPEC", value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// Which workflows, with which inputs.
    #[command(flatten)]
    pub choice: Choice,
    /// The fault to build into the embedded sandbox, to see red
    #[arg(
        long,
        env = "PROOFMARK_FAULT",
        value_name = "NAME",
        conflicts_with = "target"
    )]
    pub fault: Option<String>,
    /// How many steps are run in all, so that loops end
    #[arg(long, env = "PROOFMARK_MAX_STEPS", default_value = "2000", value_parser = positive, value_name = "N")]
    pub max_steps: usize,
    /// Where every random choice comes from; equal seeds give equal requests
    #[arg(long, env = "PROOFMARK_SEED", default_value = "1", value_name = "N")]
    pub seed: Seed,
    /// How it is reached.
    #[command(flatten)]
    pub reach: Reach,
}

impl Run {
    /// What was said about servers.
    pub(crate) fn servers(&self) -> Wanted<'_> {
        Wanted {
            target: &self.target,
            fault: self.fault.as_deref(),
            reach: &self.reach,
        }
    }
}

/// Which workflows of scenario files, with which inputs.
#[derive(Debug, Args)]
pub(crate) struct Choice {
    /// The file to take for one source description
    #[arg(long = "source", value_parser = pair, value_name = "NAME=FILE")]
    pub sources: Vec<(String, String)>,
    /// An input of the workflows that declare it
    #[arg(short, long = "input", value_parser = pair, value_name = "NAME=VALUE")]
    pub inputs: Vec<(String, String)>,
    /// A JSON or YAML file of inputs by name; below a `workflowId`, of that workflow only
    #[arg(long = "inputs", env = "PROOFMARK_INPUTS", value_name = "FILE")]
    pub inputs_file: Option<PathBuf>,
    /// Run these workflows only, by `workflowId`, and those that they depend on
    #[arg(
        long = "workflow",
        env = "PROOFMARK_WORKFLOW",
        value_delimiter = ',',
        value_name = "ID"
    )]
    pub workflows: Vec<String>,
    /// Run workflows with one of these `x-proofmark-tags` only
    #[arg(
        long = "tag",
        env = "PROOFMARK_TAG",
        value_delimiter = ',',
        value_name = "TAG"
    )]
    pub tags: Vec<String>,
}

/// `name=value`.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}
