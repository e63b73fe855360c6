//! What the integration tests share: the demo in process, and the program in a folder of its own.

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::thread;

use proofmark::case::{Authority, Modes, Phase, PlanOptions, Resources};
use proofmark::code::Severity;
use proofmark::conform::{self, Ended, Options, Stop};
use proofmark::mock::{Behaviour, Fault, InProcess, Server, ServerOptions, Token};
use proofmark::record::{Recorder, Redactor, Summary};
use proofmark::secret::Secret;
use proofmark::seed::Seed;
use proofmark::spec::Spec;

/// A file of the project.
pub(crate) fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A document of `specs/`, with its behaviour file.
pub(crate) struct Demo {
    pub(crate) spec: Arc<Spec>,
    behaviour: PathBuf,
}

/// What a server without a fault is like.
#[derive(Clone, Copy)]
pub(crate) enum Likeness {
    /// Without state.
    Mock,
    /// A sandbox of which nobody can foresee ids and times.
    Restless(Seed),
}

impl Demo {
    pub(crate) fn users() -> Self {
        Self::open("users-api")
    }

    pub(crate) fn petstore() -> Self {
        Self::open("petstore-3.0")
    }

    fn open(name: &str) -> Self {
        Self {
            spec: Arc::new(Spec::open(&file(&format!("specs/{name}.yaml"))).expect("a document")),
            behaviour: file(&format!("specs/{name}.behaviour.yaml")),
        }
    }

    /// A new server in process that has no fault.
    pub(crate) fn server(&self, likeness: Likeness) -> InProcess {
        let options = match likeness {
            Likeness::Mock => ServerOptions::default(),
            Likeness::Restless(seed) => ServerOptions {
                restless: Some(seed),
                ..self.options()
            },
        };
        InProcess::new(Arc::new(Server::new(self.spec.clone(), options)))
    }

    /// A new sandbox in process.
    pub(crate) fn sandbox(&self, fault: Option<Fault>) -> InProcess {
        let options = ServerOptions {
            fault,
            ..self.options()
        };
        InProcess::new(Arc::new(Server::new(self.spec.clone(), options)))
    }

    fn options(&self) -> ServerOptions {
        let text = std::fs::read_to_string(&self.behaviour).expect("a behaviour file");
        let behaviour = Behaviour::parse(&self.behaviour.to_string_lossy(), &text, &self.spec)
            .unwrap_or_else(|errors| panic!("{errors:?}"));
        ServerOptions::sandbox(behaviour)
    }

    /// Everything that can be sent, with so many cases for each operation and side.
    pub(crate) fn run_options(&self, seed: u64, cases: usize) -> Options {
        Options {
            plan: PlanOptions {
                seed: Seed::new(seed),
                modes: Modes::All,
                phases: BTreeSet::from([
                    Phase::Examples,
                    Phase::Boundary,
                    Phase::Valid,
                    Phase::Invalid,
                    Phase::Protocol,
                    Phase::Stateful,
                ]),
                cases,
                operations: self.spec.operations.keys().cloned().collect(),
                resources: Resources::new(),
            },
            workers: 4,
            writes: true,
            deletes: true,
            max_time: None,
            target: "sandbox".into(),
            base: "http://127.0.0.1:8080".into(),
            at: "2026-01-01T00:00:00Z".into(),
            only: None,
        }
    }

    /// A new sandbox in process of which nobody can foresee ids and times.
    pub(crate) fn restless(&self, seed: Seed, fault: Option<Fault>) -> InProcess {
        let options = ServerOptions {
            restless: Some(seed),
            fault,
            ..self.options()
        };
        InProcess::new(Arc::new(Server::new(self.spec.clone(), options)))
    }

    /// Runs the gate against a new sandbox.
    pub(crate) fn check(&self, fault: Option<Fault>, seed: u64, cases: usize) -> (Summary, Ended) {
        self.check_at(&self.sandbox(fault), &self.run_options(seed, cases))
    }

    /// Runs the gate against a server.
    pub(crate) fn check_at(&self, transport: &InProcess, options: &Options) -> (Summary, Ended) {
        let token = Token::defaults().remove(0).secret;
        let authority = Authority {
            fallback: Some(token.clone()),
            ..Authority::default()
        };
        let secrets: Vec<Secret> = vec![token];
        let redactor = Redactor::new(&[&self.spec], &secrets);
        let mut recorder = Recorder::new(&[&self.spec], redactor, Some(Severity::Error));
        let stop = Stop::default();
        let run = conform::run(
            &self.spec,
            options,
            &authority,
            transport,
            &stop,
            &mut recorder,
        );
        let ended = block_on(run).expect("a recorder takes everything");
        (recorder.summary(), ended)
    }
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(future)
}

/// The program, to be run in a folder of its own and without settings of the surroundings.
pub(crate) fn proofmark(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofmark"));
    command
        .current_dir(folder)
        .env_clear()
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100");
    command
}

/// Runs the program.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> io::Result<Output> {
    proofmark(folder).args(arguments).output()
}

/// A folder that goes away with the test.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The URL of a server that gives every request the same answer, which says `connection: close`.
pub(crate) fn answering(answer: Vec<u8>) -> String {
    serving(move |_| answer.clone())
}

/// The URL of a server that answers by the target of the request; answers say `connection: close`.
pub(crate) fn serving(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut reader = BufReader::new(&stream);
            let mut head = reader.by_ref().lines().map_while(Result::ok);
            let first = head.next().unwrap_or_default();
            let target = first.split(' ').nth(1).unwrap_or_default().to_owned();
            let mut length = 0;
            while let Some(line) = head.next().filter(|line| !line.is_empty()) {
                let (name, value) = line.split_once(':').unwrap_or_default();
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.trim().parse().unwrap_or_default();
                }
            }
            let _ = reader.read_exact(&mut vec![0; length]);
            let _ = stream.write_all(&answer(&target));
        }
    });
    url
}
