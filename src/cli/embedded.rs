//! The embedded sandbox: the document's own server on a free loopback port, for when no target is
//! named.

use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::demo;
use super::failure::Failure;
use super::target::Target;
use crate::document::read_text;
use crate::mock::{Behaviour, Fault, Listening, Server, ServerOptions, Token};
use crate::secret::Secret;
use crate::seed::Seed;
use crate::spec::Spec;

/// Where curl lines reach a sandbox that was started with `proofmark sandbox`: reports must not depend on
/// the port that happened to be free.
pub(crate) const BASE: &str = "http://127.0.0.1:8080";

/// What an embedded server is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// With state, if there is a behaviour file.
    Sandbox,
    /// The same; ids, times and the order of members are such that nobody can foresee them.
    Restless,
    /// Without state.
    Mock,
}

impl Nature {
    /// What is called by this name.
    pub(crate) fn find(name: &str) -> Option<Self> {
        match name {
            "sandbox" => Some(Self::Sandbox),
            "restless" => Some(Self::Restless),
            "mock" => Some(Self::Mock),
            _ => None,
        }
    }
}

/// A server that runs as long as the runtime.
pub(crate) struct Embedded {
    address: SocketAddr,
    token: Secret,
    /// What it is, for the first lines of a run.
    pub description: String,
    /// Whether it remembers what it was told.
    pub stateful: bool,
    /// How to start it again, for whoever wants to send a request of a report again.
    pub command: String,
}

/// Starts a server for a document: with state if there is a behaviour file beside it.
pub(crate) async fn start(
    spec: &Arc<Spec>,
    path: Option<&Path>,
    fault: Option<&str>,
) -> Result<Embedded, Failure> {
    start_as(Nature::Sandbox, spec, path, fault).await
}

/// Starts a server for a document that is like this.
pub(crate) async fn start_as(
    nature: Nature,
    spec: &Arc<Spec>,
    path: Option<&Path>,
    fault: Option<&str>,
) -> Result<Embedded, Failure> {
    let behaviour = match nature {
        Nature::Mock => None,
        Nature::Sandbox | Nature::Restless => behaviour(spec, path, None)?,
    };
    let fault = fault.map(|name| find(name, spec)).transpose()?;
    let stateful = behaviour.is_some();
    let mut command = match nature {
        Nature::Mock => "proofmark mock".to_owned(),
        Nature::Sandbox | Nature::Restless => "proofmark sandbox".to_owned(),
    };
    if let Some(path) = path {
        let _ = write!(command, " {}", path.display());
    }
    if let Some(fault) = fault {
        let _ = write!(command, " --fault {}", fault.name());
    }
    if nature == Nature::Restless {
        command.push_str(" --restless");
    }
    let kind = match (&behaviour, fault) {
        (None, None) if nature == Nature::Mock => "embedded, without state".to_owned(),
        (Some(_), None) if nature == Nature::Restless => "embedded, restless".to_owned(),
        (Some(_), None) => "embedded".to_owned(),
        (None, None) => "embedded, without state: there is no behaviour file".to_owned(),
        (_, Some(fault)) => format!("embedded, with fault `{}`", fault.name()),
    };
    let tokens = Token::defaults();
    let token = tokens.first().map_or_else(
        || Secret::new("sandbox-token"),
        |token| token.secret.clone(),
    );
    let options = ServerOptions {
        tokens: if nature == Nature::Mock {
            Vec::new()
        } else {
            tokens
        },
        behaviour,
        fault,
        restless: (nature == Nature::Restless).then(unforeseen),
        ..ServerOptions::default()
    };
    let server = Arc::new(Server::new(spec.clone(), options));
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listening = bind(server, address).await?;
    let address = listening.address();
    // It ends with the process: the runtime drops it.
    tokio::spawn(listening.run(|_| {}, std::future::pending()));
    Ok(Embedded {
        address,
        token,
        description: kind,
        stateful,
        command,
    })
}

/// A seed that is another one each time.
pub(crate) fn unforeseen() -> Seed {
    let now = jiff::Timestamp::now().as_nanosecond();
    Seed::new(u64::try_from(now).unwrap_or_default())
}

impl Embedded {
    /// The server as a target.
    pub(crate) fn target(&self) -> Target {
        let url = format!("http://{}", self.address);
        Target::local("sandbox", url, Some(self.token.clone()))
    }
}

/// The fault of this name.
pub(crate) fn find(name: &str, spec: &Spec) -> Result<Fault, Failure> {
    let Some(fault) = Fault::find(name) else {
        let names = Fault::all().iter().map(|fault| fault.name());
        let failure = Failure::unusable(format!("there is no fault `{name}`"));
        let otherwise = "`proofmark sandbox --list-faults` lists them";
        return Err(failure.suggest(name, names, otherwise));
    };
    if fault.applies(spec) {
        Ok(fault)
    } else {
        Err(
            Failure::unusable(format!("the fault `{name}` cannot show in this document"))
                .help("`proofmark sandbox --list-faults` lists those that can"),
        )
    }
}

/// The behaviour file that was named, else the one beside the document, else the demo's own.
pub(crate) fn behaviour(
    spec: &Spec,
    document: Option<&Path>,
    named: Option<&Path>,
) -> Result<Option<Behaviour>, Failure> {
    let beside = document.map(behaviour_path);
    let (name, text) = match (named, &beside) {
        (Some(path), _) => (path.display().to_string(), read(path)?),
        (None, Some(path)) if path.is_file() => (path.display().to_string(), read(path)?),
        (None, Some(_)) => return Ok(None),
        (None, None) => (
            behaviour_path(Path::new(demo::PATH)).display().to_string(),
            demo::BEHAVIOUR.to_owned(),
        ),
    };
    Behaviour::parse(&name, &text, spec)
        .map(Some)
        .map_err(|errors| {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            Failure::unusable(format!(
                "the behaviour file cannot be used\n{}",
                lines.join("\n")
            ))
        })
}

fn read(path: &Path) -> Result<String, Failure> {
    read_text(path)
        .map_err(|error| Failure::unusable(format!("`{}` cannot be read: {error}", path.display())))
}

/// `users-api.yaml` has its behaviour in `users-api.behaviour.yaml`.
fn behaviour_path(document: &Path) -> PathBuf {
    document.with_extension("behaviour.yaml")
}

/// Takes an address to serve at.
pub(crate) async fn bind(server: Arc<Server>, address: SocketAddr) -> Result<Listening, Failure> {
    Listening::bind(server, address).await.map_err(|error| {
        Failure::unusable(format!("cannot listen on {address}: {error}"))
            .help("choose another port with --port, or 0 for a free one")
    })
}
