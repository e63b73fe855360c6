//! What a request costs beside other load generators, and who sees a server that stalls.
//!
//! `cargo bench --bench peers -- [cost|stall|pace|tls|http2] [--rounds N] [--seconds N] [--differ]`
//!
//! Every tool calls the same small server for some seconds, in turn, round by round: other work on the
//! machine moves all of them, so that only ratios within a round count. The server is pinned to
//! processor 0 and the tool to processor 1. CPU time is user and system time of the whole process of
//! the tool, starting included, divided by the requests that the *server* counted. Tools that are not
//! installed are left out, and named. `http2` compares with h2load, over 5 connections of 10 streams each.
//! `pace` tells of proofmark alone how exactly it keeps 1,000, 10,000 and 50,000 requests in a second.
//! With `--differ` each answer has other identifiers, so that no body comes twice (HTTP/1.1 only).
#![cfg_attr(
    unix,
    expect(clippy::print_stdout, reason = "a bench tells what it measured")
)]

#[cfg(unix)]
mod answers;
#[cfg(unix)]
mod frames;
#[cfg(unix)]
mod pace;
#[cfg(unix)]
mod run;
#[cfg(unix)]
mod stall;
#[cfg(unix)]
mod target;
#[cfg(unix)]
mod tools;

#[cfg(unix)]
use std::process::ExitCode;

/// What is measured, and how long.
#[cfg(unix)]
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) rounds: usize,
    pub(crate) seconds: u64,
    /// Over TLS.
    pub(crate) tls: bool,
    /// In HTTP/2.
    pub(crate) http2: bool,
    /// Each answer has other identifiers.
    pub(crate) differ: bool,
}

/// CPU times of children, and processors to pin them to, are had on Unix only.
#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
fn main() -> ExitCode {
    let mut plan = Plan {
        rounds: 5,
        seconds: 5,
        tls: false,
        http2: false,
        differ: false,
    };
    let mut what = "cost".to_owned();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let number = |text: Option<String>| text.and_then(|text| text.parse::<u64>().ok());
        match &*argument {
            "serve" => return told(target::serve(arguments)),
            "cost" | "stall" | "pace" | "tls" | "http2" => what = argument,
            "--rounds" => {
                plan.rounds = usize::try_from(number(arguments.next()).unwrap_or(5)).unwrap_or(5);
            }
            "--seconds" => plan.seconds = number(arguments.next()).unwrap_or(5),
            "--differ" => plan.differ = true,
            // Which `cargo bench` adds.
            "--bench" => {}
            // `cargo test --benches` only wants to see that it starts.
            "--test" => return ExitCode::SUCCESS,
            other => {
                println!(
                    "what is `{other}`? cost, stall, pace, tls, http2, --rounds N, --seconds N, --differ"
                );
                return ExitCode::from(2);
            }
        }
    }
    plan.tls = what == "tls";
    plan.http2 = what == "http2";
    told(match &*what {
        "stall" => stall::measure(&plan),
        "pace" => pace::measure(&plan),
        _ => run::measure(&plan),
    })
}

#[cfg(unix)]
fn told(result: Result<(), Box<dyn std::error::Error>>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}
