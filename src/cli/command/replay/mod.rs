//! `proofmark replay`: what a report found, looked for once more.

mod aim;
mod beside;
mod check;
mod found;
mod item;
mod made;
mod parity;
mod rounds;
mod script;

use std::path::Path;

use found::Found;

use crate::cli::arguments::replay::Replay;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::terminal::{self, Terminal};

/// Sends the cases of a report once more.
pub(crate) fn run(
    arguments: &Replay,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    match found::find(arguments)? {
        Found::Run(file, summary) => {
            let script = summary.again.as_ref().and_then(|recipe| {
                let script = recipe.script.as_ref()?;
                Some((recipe, script))
            });
            match script {
                Some(script) => script::run((&file, &summary), script, arguments, config, terminal),
                None => check::run((&file, &summary), arguments, config, terminal),
            }
        }
        Found::Parity(file, told) => parity::run((&file, &told), arguments, config, terminal),
    }
}

/// Says on standard error what is sent again.
fn introduce(file: &Path, lines: &[String]) {
    terminal::note(&format!(
        "proofmark {}  replay  {}\n{}\n",
        env!("CARGO_PKG_VERSION"),
        file.display(),
        lines.join("\n")
    ));
}
