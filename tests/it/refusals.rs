//! Bad input: a clear message, the documented exit code, nothing sent, never a panic.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use crate::support::{folder, run, text};

/// What a command says and how it ends.
fn outcome(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = run(folder, arguments).expect("the program runs");
    let said = text(&output.stderr);
    assert!(!said.contains("panicked"), "{said}");
    (output.status.code(), said + &text(&output.stdout))
}

fn refuses(files: &[(&str, &str)], arguments: &[&str], code: i32, says: &[&str]) {
    let folder = folder();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).expect("a file");
    }
    let (exit, said) = outcome(folder.path(), arguments);
    assert_eq!(exit, Some(code), "{arguments:?}: {said}");
    for fragment in says {
        assert!(
            said.contains(fragment),
            "{arguments:?} does not say `{fragment}`:\n{said}"
        );
    }
}

const EMPTY: &str = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n";

#[test]
fn documents_that_cannot_be_used_are_exit_code_2() {
    refuses(&[], &["check", "-s", "nowhere.yaml"], 2, &["nowhere.yaml"]);
    refuses(
        &[("a.yaml", "openapi: [3.1.0\npaths: {}\n")],
        &["check", "-s", "a.yaml"],
        2,
        &["a.yaml:"],
    );
    refuses(
        &[("a.json", "{\"openapi\": \"3.1.0\",}")],
        &["check", "-s", "a.json"],
        2,
        &["a.json:1:"],
    );
    refuses(
        &[("a.yaml", "swagger: '2.0'\npaths: {}\n")],
        &["check", "-s", "a.yaml"],
        2,
        &["2.0", "help:"],
    );
    refuses(
        &[("a.yaml", "")],
        &["check", "-s", "a.yaml"],
        2,
        &["a.yaml"],
    );
    refuses(
        &[("a.yaml", "openapi: 3.1.0\ninfo: {title: t, version: '1'}\n")],
        &["check", "-s", "a.yaml"],
        2,
        &["paths"],
    );
    refuses(
        &[("proofmark.toml", "[targets.a]\nurl = 7\n")],
        &["check", "-t", "a"],
        2,
        &["proofmark.toml", "line 2"],
    );
}

#[test]
fn a_dangling_reference_costs_only_what_uses_it() {
    let document = "\
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /good:
    get: {operationId: good, responses: {'200': {description: fine}}}
  /bad:
    post:
      operationId: bad
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Nothing'}}}
      responses: {'200': {description: fine}}
";
    let files = [("a.yaml", document)];
    refuses(
        &files,
        &["lint", "a.yaml"],
        1,
        &["PM702", "a.yaml:11:", "Nothing"],
    );
    refuses(
        &files,
        &["check", "-s", "a.yaml"],
        1,
        &[
            "FAILED  1 error in the document",
            "PM702",
            "operations 1/2 exercised",
        ],
    );
    // What is not selected does not count.
    refuses(
        &files,
        &["check", "-s", "a.yaml", "-o", "good"],
        0,
        &["operations 1/1 exercised"],
    );
}

#[test]
fn nothing_to_do_is_exit_code_4() {
    refuses(
        &[],
        &["check", "-o", "getUserInf"],
        4,
        &["did you mean `getUserInfo`"],
    );
    refuses(
        &[("a.yaml", EMPTY)],
        &["check", "-s", "a.yaml"],
        4,
        &["no operation"],
    );
    let phases = ["check", "--mode", "invalid", "--phases", "stateful"];
    refuses(&[], &phases, 4, &["no phase"]);
}

#[test]
fn targets_that_must_not_be_tested_are_exit_code_2() {
    refuses(
        &[],
        &["check", "-t", "https://api.example.com"],
        2,
        &["not on this machine", "proofmark.toml"],
    );
    refuses(&[], &["check", "-t", "sandbx"], 2, &["no target `sandbx`"]);
    refuses(&[], &["check", "-t", "http://"], 2, &["not a URL"]);
    let config = "[targets.stage]\nurl = 'http://127.0.0.1:9'\nkind = 'staging'\ntoken = { env = 'UNSET_TOKEN' }\n";
    refuses(
        &[("proofmark.toml", config)],
        &["check", "-t", "stage"],
        2,
        &["UNSET_TOKEN"],
    );
}

#[test]
fn a_target_that_cannot_be_reached_is_exit_code_3() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let target = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    refuses(&[], &["check", "-t", &target], 3, &["PM901"]);
}

/// A server that answers every connection with the same bytes, again and again if `endless`, or never.
fn server(answer: &'static [u8], endless: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let target = format!("http://{}", listener.local_addr().expect("an address"));
    // The thread ends with the test process.
    thread::spawn(move || {
        let mut kept = Vec::new();
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            if answer.is_empty() {
                kept.push(stream);
                continue;
            }
            thread::spawn(move || {
                // Closing a socket with unread bytes in it resets the connection.
                let mut head = BufReader::new(&stream).lines().map_while(Result::ok);
                while head.next().is_some_and(|line| !line.is_empty()) {}
                while stream.write_all(answer).is_ok() && endless {}
            });
        }
    });
    target
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let target = server(b"", false);
    refuses(
        &[],
        &[
            "check",
            "-t",
            &target,
            "--request-timeout",
            "200ms",
            "--cases",
            "2",
        ],
        1,
        &["PM614"],
    );
}

#[test]
fn a_server_that_never_stops_is_cut_off() {
    let target = server(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1", true);
    let arguments = [
        "check",
        "-t",
        &target,
        "--max-body",
        "100000",
        "--cases",
        "1",
        "-o",
        "getUserInfo",
    ];
    refuses(&[], &arguments, 1, &["PM615"]);
}

#[test]
fn a_server_that_speaks_no_http_is_a_finding() {
    let target = server(b"SSH-2.0-OpenSSH_9.9\r\n", false);
    refuses(
        &[],
        &["check", "-t", &target, "--cases", "1", "-o", "getUserInfo"],
        1,
        &["PM613"],
    );
}

#[test]
fn usage_errors_are_exit_code_2() {
    refuses(&[], &["check", "--cases", "many"], 2, &["--cases"]);
    refuses(&[], &["chek"], 2, &["check"]);
    refuses(
        &[],
        &["sandbox", "--fault", "mising-property", "--port", "0"],
        2,
        &["did you mean"],
    );
    refuses(&[], &["explain", "PM000"], 2, &["PM000"]);
}

/// A server that answers safe requests and closes their connection without saying so: what it does on
/// the next request over that connection is no fault.
#[test]
fn a_connection_that_was_closed_in_between_is_no_finding() {
    let document = "\
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a/{n}:
    get:
      operationId: readA
      parameters: [{name: n, in: path, required: true, schema: {type: integer, minimum: 1, maximum: 1000000}}]
      responses: {'204': {description: fine}}
";
    let target = server(b"HTTP/1.1 204 No Content\r\n\r\n", false);
    let arguments = [
        "check",
        "-s",
        "a.yaml",
        "-t",
        &target,
        "--phases",
        "valid",
        "--cases",
        "60",
        "--workers",
        "1",
    ];
    refuses(&[("a.yaml", document)], &arguments, 0, &["PASSED"]);
}
