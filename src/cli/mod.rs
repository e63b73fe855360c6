//! The process: arguments, configuration, wiring, terminal. The only module that knows them.

mod arguments;
mod canvas;
mod command;
mod config;
mod credential;
mod demo;
mod embedded;
mod exit;
mod failure;
mod gate;
mod interrupt;
mod logs;
mod metrics;
mod paint;
mod picture;
mod progress;
mod pulse;
mod report_folder;
mod scenario_source;
mod schema_source;
mod select;
mod server;
mod source;
mod target;
mod terminal;
mod whole_file;

use std::io;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use config::Config;
use exit::Exit;
use failure::Failure;
use terminal::Terminal;

/// Runs the program with the process's arguments and environment.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers, everything else is a usage error.
            let exit = if error.use_stderr() {
                Exit::Unusable
            } else {
                Exit::Success
            };
            let _ = error.print();
            if is_about_documents(&error) {
                let help = "two documents are only held against each other, and nothing is sent: leave it out";
                terminal::note(&format!("help: {help}"));
            }
            return exit.into();
        }
    };
    let terminal = Terminal::new(arguments.color, &environment);
    match run(arguments.command, arguments.config.as_deref(), &terminal) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            terminal::note(&failure.to_string());
            failure.exit.into()
        }
    }
}

/// Whether an option is refused because two documents are compared, where it would do nothing.
fn is_about_documents(error: &clap::Error) -> bool {
    use clap::error::{ContextKind, ContextValue, ErrorKind};
    let is_documents = |value: &ContextValue| match value {
        ContextValue::String(name) => name.starts_with("--documents"),
        ContextValue::Strings(names) => names.iter().any(|name| name.starts_with("--documents")),
        _ => false,
    };
    error.kind() == ErrorKind::ArgumentConflict
        && [ContextKind::InvalidArg, ContextKind::PriorArg]
            .into_iter()
            .filter_map(|kind| error.get(kind))
            .any(is_documents)
}

fn run(command: Command, config: Option<&Path>, terminal: &Terminal) -> Result<Exit, Failure> {
    let config = || Config::read(config);
    match command {
        Command::Check(arguments) => command::check::run(&arguments, &config()?, terminal),
        Command::Run(arguments) => command::run::run(&arguments, &config()?, terminal),
        Command::Load(arguments) => command::load::run(&arguments, &config()?, terminal),
        Command::Parity(arguments) => command::parity::run(&arguments, &config()?, terminal),
        Command::Plan(arguments) => command::plan::run(&arguments, &config()?, terminal),
        Command::Mock(arguments) => command::serve::mock(&arguments, &config()?, terminal),
        Command::Sandbox(arguments) => command::serve::sandbox(&arguments, &config()?, terminal),
        Command::Lint(arguments) => command::lint::run(&arguments, &config()?, terminal),
        Command::New(what) => command::new::run(&what, &config()?),
        Command::Generate(arguments) => command::generate::run(&arguments, &config()?),
        Command::Replay(arguments) => command::replay::run(&arguments, &config()?, terminal),
        Command::Report(arguments) => command::report::run(&arguments, terminal),
        // What explains must not stumble over what is to be explained.
        Command::Explain(arguments) => command::explain::run(&arguments),
    }
}

/// Looks up an environment variable: the only place that does.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the seam that the rule protects"
)]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Writes data to standard output.
fn print(text: &str) -> Result<(), Failure> {
    terminal::print(text).map_err(output)
}

/// What to say when an output cannot be written.
#[expect(clippy::needless_pass_by_value, reason = "fits `map_err`")]
fn output(error: io::Error) -> Failure {
    Failure::unusable(format!("the output cannot be written: {error}"))
}
