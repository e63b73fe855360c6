//! `proofmark mock` and `proofmark sandbox`: servers made from a document.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::cli::arguments::{Sandbox, Serve};
use crate::cli::config::Config;
use crate::cli::embedded::{behaviour, bind, find, unforeseen};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::gate::runtime;
use crate::cli::source;
use crate::cli::terminal::{self, Terminal};
use crate::mock::{Access, Entry, Fault, Server, ServerOptions, Token};
use crate::secret::Secret;
use crate::spec::Spec;

/// Serves without state.
pub(crate) fn mock(
    arguments: &Serve,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let source = source::load(arguments.spec.as_deref(), &config.patterns)?;
    source::announce(&source.spec, terminal);
    let options = ServerOptions {
        seed: arguments.seed,
        ..ServerOptions::default()
    };
    serve(
        Arc::new(source.spec),
        options,
        arguments,
        "mock",
        "any credential of the right form is accepted",
    )
}

/// Serves with state, or lists faults.
pub(crate) fn sandbox(
    arguments: &Sandbox,
    config: &Config,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let source = source::load(arguments.serve.spec.as_deref(), &config.patterns)?;
    if arguments.list_faults {
        crate::cli::print(&faults(&source.spec))?;
        return Ok(Exit::Success);
    }
    source::announce(&source.spec, terminal);
    let behaviour = behaviour(
        &source.spec,
        source.path.as_deref(),
        arguments.behaviour.as_deref(),
    )?;
    let state = if behaviour.is_some() {
        "with state"
    } else {
        "without state: there is no behaviour file"
    };
    let fault = arguments
        .fault
        .as_deref()
        .map(|name| find(name, &source.spec))
        .transpose()?;
    let kind = match fault {
        Some(fault) => format!(
            "sandbox {state}, fault `{}`: {}",
            fault.name(),
            fault.description()
        ),
        None => format!("sandbox {state}"),
    };
    let token = |text: &str, access| Token {
        secret: Secret::new(text),
        access,
    };
    let options = ServerOptions {
        seed: arguments.serve.seed,
        tokens: vec![
            token(&arguments.token, Access::Full),
            token(&arguments.read_only_token, Access::ReadOnly),
        ],
        behaviour,
        fault,
        restless: arguments.restless.then(unforeseen),
        ..ServerOptions::default()
    };
    let hint = if arguments.token == "sandbox-token" {
        "tokens: sandbox-token may do everything, sandbox-readonly may read"
    } else {
        "tokens: as given"
    };
    serve(
        Arc::new(source.spec),
        options,
        &arguments.serve,
        &kind,
        hint,
    )
}

/// The faults that a document allows, one a line: name, the check that should see it, what it does.
fn faults(spec: &Spec) -> String {
    let mut page = String::new();
    for fault in Fault::all().iter().filter(|fault| fault.applies(spec)) {
        let code = fault.expected();
        let _ = writeln!(
            page,
            "{:<32} {code} {:<24} {}",
            fault.name(),
            code.name(),
            fault.description()
        );
    }
    page
}

fn serve(
    spec: Arc<Spec>,
    options: ServerOptions,
    arguments: &Serve,
    kind: &str,
    hint: &str,
) -> Result<Exit, Failure> {
    let name = spec.schemas.document(0).name.clone();
    let server = Arc::new(Server::new(spec, options));
    let quiet = arguments.quiet;
    runtime()?.block_on(async {
        let address = SocketAddr::new(arguments.address, arguments.port);
        let listening = bind(server, address).await?;
        // The address is data: a script that asked for port 0 reads it from here.
        crate::cli::print(&format!("http://{}\n", listening.address()))?;
        terminal::note(&format!("{name}: {kind}\n{hint}\nstop with Ctrl-C"));
        let journal = move |entry: &Entry| {
            if !quiet {
                let status = entry
                    .status
                    .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
                terminal::note(&format!("{} {} {status}", entry.method, entry.path));
            }
        };
        let shutdown = async {
            // Without signals it serves until it is ended from outside.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        listening.run(journal, shutdown).await;
        Ok(Exit::Success)
    })
}
