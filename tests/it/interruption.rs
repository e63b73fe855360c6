//! Signals: what a run that is interrupted leaves behind.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::support::{folder, proofmark, text};

const API: &str = "
openapi: 3.1.0
info: {title: Notes, version: '1'}
paths:
  /notes: {get: {operationId: listNotes, responses: {'204': {description: none}}}}
  /notes/all: {delete: {operationId: clear, responses: {'204': {description: gone}}}}
";

const FILE: &str = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: notes, url: api.yaml, type: openapi}]
workflows:
- workflowId: w
  steps:
  - {stepId: one, operationId: listNotes}
  - {stepId: two, operationId: listNotes}
  - {stepId: three, operationId: listNotes}
  - {stepId: four, operationId: listNotes}
  - {stepId: cleanUp, operationId: clear, x-proofmark-always: true}
";

/// Answers with 204, but the third request only after a while; tells the first line of each request.
fn server(wait: Duration) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (tell, told) = channel();
    thread::spawn(move || {
        let mut seen = 0;
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut head = BufReader::new(&stream).lines().map_while(Result::ok);
            let first = head.next().unwrap_or_default();
            while head.next().is_some_and(|line| !line.is_empty()) {}
            seen += 1;
            // Nobody may listen any more.
            let _ = tell.send(first);
            if seen == 3 {
                thread::sleep(wait);
            }
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
        }
    });
    (url, told)
}

struct Running {
    child: Child,
    requests: Receiver<String>,
    folder: tempfile::TempDir,
}

impl Running {
    /// A run whose third request is under way.
    fn start(wait: Duration) -> Self {
        let folder = folder();
        let command = proofmark(folder.path());
        Self::with(command, folder, wait)
    }

    /// A run whose third request is under way, of a process that ignores that its terminal goes.
    fn detached(wait: Duration) -> Self {
        let folder = folder();
        let program = proofmark(folder.path());
        let mut command = Command::new("/bin/sh");
        command
            .current_dir(folder.path())
            .args(["-c", "trap '' HUP; exec \"$0\" \"$@\""])
            .arg(program.get_program());
        Self::with(command, folder, wait)
    }

    fn with(mut command: Command, folder: tempfile::TempDir, wait: Duration) -> Self {
        fs::write(folder.path().join("api.yaml"), API).expect("a file");
        fs::write(folder.path().join("a.yaml"), FILE).expect("a file");
        let (url, requests) = server(wait);
        let child = command
            .args(["run", "a.yaml", "-t", &url])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        for _ in 0..3 {
            let request = requests.recv_timeout(Duration::from_secs(30));
            assert_eq!(request.expect("a request"), "GET /notes HTTP/1.1");
        }
        Self {
            child,
            requests,
            folder,
        }
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args(["-s", name, &pid]).status();
        assert!(status.expect("kill runs").success());
    }

    /// Waits until it says this on standard error.
    fn says(&mut self, fragment: &str) {
        let mut said = Vec::new();
        let out = self.child.stderr.as_mut().expect("standard error");
        while !text(&said).contains(fragment) {
            let mut byte = [0];
            let count = out.read(&mut byte).expect("standard error");
            assert_eq!(count, 1, "it said only {}", text(&said));
            said.extend(byte);
        }
    }

    /// How it ended, and its reports.
    fn end(mut self) -> (Option<i32>, Value, String, Vec<String>) {
        let status = self.child.wait().expect("it ends");
        let read = |name: &str| {
            let path: &Path = self.folder.path();
            fs::read_to_string(path.join("reports").join(name)).expect("a report")
        };
        let run = serde_json::from_str(&read("run.json")).expect("JSON");
        let later = self.requests.try_iter().collect();
        (status.code(), run, read("junit.xml"), later)
    }
}

fn outcomes(run: &Value) -> Vec<(&str, &str)> {
    let steps = run["workflows"][0]["steps"].as_array().expect("steps");
    steps
        .iter()
        .map(|step| {
            (
                step["step"].as_str().unwrap_or_default(),
                step["outcome"].as_str().unwrap_or_default(),
            )
        })
        .collect()
}

#[test]
fn the_first_signal_lets_a_run_clean_up_and_report() {
    let mut signals = vec!["INT", "TERM"];
    if hears_of_terminal() {
        signals.push("HUP");
    }
    for signal in signals {
        let mut running = Running::start(Duration::from_secs(1));
        running.signal(signal);
        running.says("interrupted: finishing");
        let (code, run, _, later) = running.end();
        assert_eq!(code, Some(130), "{run}");
        assert_eq!(run["exit_code"], 130, "{run}");
        assert_eq!(later, ["DELETE /notes/all HTTP/1.1"], "{signal}");
        assert_eq!(
            outcomes(&run),
            [
                ("one", "passed"),
                ("two", "passed"),
                ("three", "passed"),
                ("cleanUp", "passed"),
                ("four", "not-reached")
            ]
        );
    }
}

/// Whether this process, and so its children, hears of a terminal that goes.
fn hears_of_terminal() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut lines = status.lines();
    let ignored = lines.find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & 1 == 0)
}

#[test]
fn who_is_to_ignore_that_the_terminal_goes_runs_to_the_end() {
    let running = Running::detached(Duration::from_millis(300));
    running.signal("HUP");
    let (code, run, _, _) = running.end();
    assert_eq!(code, Some(0), "{run}");
    assert_eq!(run["interrupted"], Value::Null);
    assert_eq!(outcomes(&run).len(), 5);
}

#[test]
fn the_second_signal_ends_a_run_at_once_with_reports_of_what_was_done() {
    let mut running = Running::start(Duration::from_secs(600));
    running.signal("INT");
    running.says("once more to stop now");
    running.signal("TERM");
    running.says("what was done until now is in the reports");
    let (code, run, junit, later) = running.end();
    assert_eq!(code, Some(130), "{run}");
    assert!(later.is_empty(), "{later:?}");
    assert_eq!(run["interrupted"], "it was interrupted twice");
    let told = outcomes(&run);
    assert_eq!(told[..2], [("one", "passed"), ("two", "passed")]);
    assert!(junit.contains("w / one"), "{junit}");
}

/// Answers so many requests with 204, and then nothing any more; tells of the request that it does not answer.
fn silent_server(answers: usize) -> (String, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (tell, told) = channel();
    thread::spawn(move || {
        let mut held = Vec::new();
        for (number, stream) in listener.incoming().enumerate() {
            let Ok(mut stream) = stream else { continue };
            let mut head = BufReader::new(&stream).lines().map_while(Result::ok);
            while head.next().is_some_and(|line| !line.is_empty()) {}
            if number < answers {
                let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
            } else {
                held.push(stream);
                // Nobody may listen.
                let _ = tell.send(());
            }
        }
    });
    (url, told)
}

#[test]
fn a_comparison_that_is_interrupted_waits_for_no_answer_and_says_how_it_ended() {
    let folder = folder();
    fs::write(folder.path().join("api.yaml"), API).expect("a file");
    let (url, silent) = silent_server(4);
    let child = proofmark(folder.path())
        .args(["parity", "-s", "api.yaml", "-c", &url])
        .args(["--request-timeout", "600s"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let (_tell, requests) = channel();
    silent
        .recv_timeout(Duration::from_secs(60))
        .expect("a request");
    let running = Running {
        child,
        requests,
        folder,
    };
    running.signal("INT");
    let Running { child, folder, .. } = running;
    let output = child.wait_with_output().expect("it ends");
    let shown = format!("{}{}", text(&output.stderr), text(&output.stdout));
    assert_eq!(output.status.code(), Some(130), "{shown}");
    let report = fs::read_to_string(folder.path().join("reports/parity.json"));
    let report: Value = serde_json::from_str(&report.expect("a report")).expect("JSON");
    assert_eq!(report["exit_code"], 130);
}

#[test]
fn who_is_out_of_time_waits_for_no_answer() {
    let folder = folder();
    fs::write(folder.path().join("api.yaml"), API).expect("a file");
    for (arguments, name) in [
        (["check", "-s", "api.yaml", "-t"], "run"),
        (["parity", "-s", "api.yaml", "-c"], "parity"),
    ] {
        let (url, _silent) = silent_server(1);
        let output = proofmark(folder.path())
            .args(arguments)
            .args([&url, "--mode", "valid"])
            .args(["--request-timeout", "600s", "--max-time", "1s"])
            .output()
            .expect("the program runs");
        let shown = format!("{}{}", text(&output.stderr), text(&output.stdout));
        assert_eq!(output.status.code(), Some(3), "{shown}");
        assert!(shown.contains("the time was up after 1s"), "{shown}");
        let report = folder.path().join(format!("reports/{name}.json"));
        assert!(report.is_file(), "{shown}");
    }
}
