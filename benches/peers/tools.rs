//! The load generators, and how each is told to do the same.

use std::path::Path;
use std::process::{Command, Stdio};

/// A load generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    Wrk,
    Oha,
    Hey,
    /// The program in `benches/peers/goose`.
    Goose,
    H2load,
    /// proofmark, with the cache of bodies that were found valid.
    Cached,
    /// proofmark, which judges each body.
    Judging,
}

/// How a tool is to call the server.
#[derive(Debug, Clone)]
pub(crate) struct Calls<'a> {
    pub(crate) url: &'a str,
    pub(crate) seconds: u64,
    pub(crate) connections: u32,
    /// In HTTP/2, over a tenth of so many connections.
    pub(crate) http2: bool,
    /// Requests in a second; `None` for as many as it can.
    pub(crate) rate: Option<u32>,
    /// A folder for its files.
    pub(crate) folder: &'a Path,
}

/// The path that every tool asks for.
const PATH: &str = "/v2/users/0d5c2b9e-6a41-4f7d-9b38-2f1e8c7a4d60";

/// What a tool says besides its results.
pub(crate) const TOLD: &str = "told.txt";

impl Tool {
    /// Those that speak HTTP/2, the yardstick first.
    pub(crate) const HTTP2: [Self; 4] = [Self::H2load, Self::Judging, Self::Cached, Self::Oha];

    /// All, the yardstick first.
    pub(crate) const ALL: [Self; 7] = [
        Self::Wrk,
        Self::Judging,
        Self::Cached,
        Self::H2load,
        Self::Oha,
        Self::Goose,
        Self::Hey,
    ];

    /// What it is called in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Wrk => "wrk",
            Self::Oha => "oha",
            Self::Hey => "hey",
            Self::Goose => "goose",
            Self::H2load => "h2load",
            Self::Cached => "proofmark",
            Self::Judging => "proofmark --no-cache",
        }
    }

    fn program(self) -> &'static str {
        match self {
            Self::Wrk => "wrk",
            Self::Oha => "oha",
            Self::Hey => "hey",
            Self::Goose => "goose-peer",
            Self::H2load => "h2load",
            Self::Cached | Self::Judging => env!("CARGO_BIN_EXE_proofmark"),
        }
    }

    /// Whether it is installed.
    pub(crate) fn is_there(self) -> bool {
        let mut command = Command::new(self.program());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.arg("--version").status().is_ok()
    }

    /// The command, pinned to the second processor.
    pub(crate) fn command(self, calls: &Calls) -> Command {
        let Calls {
            seconds,
            connections,
            http2,
            rate,
            folder,
            ..
        } = calls;
        let url = format!("{}{PATH}", calls.url);
        let mut command = Command::new("taskset");
        command.args(["-c", "1", self.program()]);
        match self {
            Self::Wrk => {
                command.args(["-t1", &format!("-c{connections}"), &format!("-d{seconds}s")]);
                command.arg(url);
            }
            Self::H2load => {
                if *http2 {
                    command.args(["-t1", "-m10", "-c", &(connections / 10).to_string()]);
                } else {
                    command.args(["--h1", "-t1", "-c", &connections.to_string()]);
                }
                command.args(["-D", &seconds.to_string(), &url]);
            }
            Self::Hey => {
                command.args(["-cpus", "1", "-c", &connections.to_string()]);
                command.args(["-z", &format!("{seconds}s"), "-o", "csv"]);
                if let Some(rate) = rate {
                    // It divides a rate among its workers.
                    command.args(["-q", &(rate / connections).to_string()]);
                }
                command.arg(url);
            }
            Self::Goose => {
                let users = connections.to_string();
                command.args([
                    "--host",
                    calls.url,
                    "--users",
                    &users,
                    "--hatch-rate",
                    &users,
                ]);
                command.args(["--run-time", &format!("{seconds}s"), "--quiet"]);
            }
            Self::Oha => {
                command.args(["--no-tui", "--insecure", "--output-format", "json"]);
                command.args(["-z", &format!("{seconds}s")]);
                if *http2 {
                    command.args(["--http2", "-p10", "-c", &(connections / 10).to_string()]);
                } else {
                    command.args(["-c", &connections.to_string()]);
                }
                if let Some(rate) = rate {
                    command.args(["-q", &rate.to_string()]);
                }
                command.arg(url);
            }
            Self::Cached | Self::Judging => {
                let scenario = concat!(
                    env!("CARGO_MANIFEST_DIR"),
                    "/benches/peers/read.arazzo.yaml"
                );
                command.args(["load", scenario, "--threads", "1", "-t"]);
                command.arg(if folder.join("proofmark.toml").exists() {
                    "peer"
                } else {
                    calls.url
                });
                command.args(["--vus", &connections.to_string()]);
                command.args(["--duration", &format!("{seconds}s")]);
                if let Some(rate) = rate {
                    command.args(["--rate", &rate.to_string(), "--max-vus", "2000"]);
                }
                if *http2 {
                    command.args(["--http2", "--connections", &(connections / 10).to_string()]);
                }
                if self == Self::Judging {
                    command.arg("--no-cache");
                }
                command.arg("--report-dir").arg(folder.join("report"));
            }
        }
        let told = std::fs::File::create(folder.join(TOLD));
        command.current_dir(folder);
        command.stderr(told.map_or_else(|_| Stdio::null(), Stdio::from));
        command
    }
}
