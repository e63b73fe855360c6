//! What can be typed behind `parity`.

pub(crate) mod targets;

use clap::Args;

/// `parity`.
#[derive(Debug, Args)]
pub(crate) struct Parity {
    /// Two targets.
    #[command(flatten)]
    pub targets: targets::Targets,
}
