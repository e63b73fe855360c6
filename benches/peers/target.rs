//! The server that all tools call: every request head is answered with the same bytes.

use std::cell::Cell;
use std::io::{BufRead as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto};

use super::answers::{Answers, body};
use super::{Plan, frames};

type Failure = Box<dyn std::error::Error>;

/// What the server counted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counted {
    /// All requests.
    pub(crate) requests: u64,
    /// Those that came while it stalled.
    pub(crate) stalled: u64,
}

/// The server in a process of its own.
#[derive(Debug)]
pub(crate) struct Target {
    child: Child,
    ask: ChildStdin,
    answers: std::io::BufReader<ChildStdout>,
    /// Where it listens.
    pub(crate) url: String,
    /// The certificate, in PEM, if it speaks TLS.
    pub(crate) certificate: String,
}

/// Answers are held back for a while, again and again.
#[derive(Debug, Clone, Copy)]
struct Stalls {
    begun: Instant,
    every: Duration,
    length: Duration,
}

impl Target {
    /// Starts it: `stall` holds all answers back for 200 ms every 2 s.
    pub(crate) fn start(plan: &Plan, stall: bool) -> Result<Self, Failure> {
        let own = std::env::current_exe()?;
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(own).arg("serve");
        if plan.tls {
            command.arg("tls");
        }
        if plan.http2 {
            command.arg("http2");
        }
        if plan.differ {
            command.arg("differ");
        }
        if stall {
            command.arg("stall");
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| {
                format!("taskset, which pins processes, cannot be started: {error}")
            })?;
        let (Some(ask), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("the server has no pipes".into());
        };
        let mut target = Self {
            child,
            ask,
            answers: std::io::BufReader::new(answers),
            url: String::new(),
            certificate: String::new(),
        };
        target.url = target.line()?;
        if plan.tls {
            target.certificate = target.line()?.replace('|', "\n");
        }
        Ok(target)
    }

    fn line(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err("the server has ended".into());
        }
        Ok(line.trim_end().to_owned())
    }

    /// What came since it was asked the last time; stalls are counted from now on.
    pub(crate) fn counted(&mut self) -> Result<Counted, Failure> {
        writeln!(self.ask)?;
        let line = self.line()?;
        let mut numbers = line.split(' ').map(str::parse::<u64>);
        let (Some(Ok(requests)), Some(Ok(stalled))) = (numbers.next(), numbers.next()) else {
            return Err(format!("the server says `{line}`").into());
        };
        Ok(Counted { requests, stalled })
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        // It is our own child; it may have ended before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Default)]
struct State {
    requests: Cell<u64>,
    /// All requests that ever came.
    answers: Cell<u64>,
    stalled: Cell<u64>,
    stalls: Cell<Option<Stalls>>,
}

/// Serves until standard input ends; each line that comes there is answered with the counts.
pub(crate) fn serve(arguments: impl Iterator<Item = String>) -> Result<(), Failure> {
    let arguments: Vec<String> = arguments.collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let local = tokio::task::LocalSet::new();
    local.block_on(
        &runtime,
        listen(
            has("tls"),
            has("stall"),
            has("http2"),
            Answers::new(has("differ")),
        ),
    )
}

async fn listen(tls: bool, stall: bool, http2: bool, answers: Answers) -> Result<(), Failure> {
    let socket = tokio::net::TcpSocket::new_v4()?;
    socket.bind(std::net::SocketAddr::from(([127, 0, 0, 1], 0)))?;
    // A stall is as long as a thousand arrivals: with a shorter queue the kernel drops connections,
    // and what a client measures is its own second of waiting before it knocks again.
    let listener = socket.listen(4096)?;
    let address = listener.local_addr()?;
    let acceptor = if tls {
        println!("https://localhost:{}", address.port());
        Some(acceptor()?)
    } else {
        println!("http://{address}");
        None
    };
    let state = Rc::new(State::default());
    let (asked, mut asks) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            if line.is_err() || asked.send(()).is_err() {
                return;
            }
        }
    });
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                stream.set_nodelay(true)?;
                let (answers, state, acceptor) = (answers.clone(), state.clone(), acceptor.clone());
                tokio::task::spawn_local(async move {
                    match acceptor {
                        None if http2 => {
                            let count = || state.requests.set(state.requests.get() + 1);
                            frames::converse(stream, body(), count).await;
                        }
                        None => converse(stream, answers, &state).await,
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                converse(stream, answers, &state).await;
                            }
                        }
                    }
                });
            }
            ask = asks.recv() => {
                if ask.is_none() {
                    return Ok(());
                }
                println!("{} {}", state.requests.take(), state.stalled.take());
                if stall {
                    state.stalls.set(Some(Stalls {
                        begun: Instant::now(),
                        every: Duration::from_secs(2),
                        length: Duration::from_millis(200),
                    }));
                }
            }
        }
    }
}

fn acceptor() -> Result<TlsAcceptor, Failure> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let encoded = base64::engine::general_purpose::STANDARD.encode(made.cert.der());
    // One line of standard output; a certificate has none of these bars.
    println!("-----BEGIN CERTIFICATE-----|{encoded}|-----END CERTIFICATE-----");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    mut answers: Answers,
    state: &State,
) {
    let mut buffer = vec![0; 4096];
    while let Ok(count) = stream.read(&mut buffer).await {
        let came = buffer.get(..count).unwrap_or_default();
        if came.is_empty() {
            return;
        }
        // Heads come whole: all tools send them in one write.
        let heads = came.windows(4).filter(|bytes| bytes == b"\r\n\r\n").count();
        for _ in 0..heads {
            state.requests.set(state.requests.get() + 1);
            state.answers.set(state.answers.get() + 1);
            if let Some(until) = state.stalls.get().and_then(Stalls::end) {
                state.stalled.set(state.stalled.get() + 1);
                tokio::time::sleep_until(until).await;
            }
            let answer = answers.get(state.answers.get());
            if stream.write_all(answer).await.is_err() || stream.flush().await.is_err() {
                return;
            }
        }
    }
}

impl Stalls {
    /// When the stall ends in which we are: each is in the middle of its interval, so that no tool
    /// begins in one.
    fn end(self) -> Option<Instant> {
        let passed = self.begun.elapsed();
        let number = u32::try_from(passed.as_millis() / self.every.as_millis().max(1)).ok()?;
        let begin = self.every * number + self.every.saturating_sub(self.length) / 2;
        let end = begin + self.length;
        (begin..end).contains(&passed).then(|| self.begun + end)
    }
}
