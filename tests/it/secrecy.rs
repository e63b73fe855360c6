//! Credentials that answers show, and that no report may: what they are is told by their names alone.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use crate::support::{folder, run, text};

const API: &str = "
openapi: 3.1.0
info: {title: Logins, version: '1'}
paths:
  /login:
    post:
      operationId: login
      requestBody:
        required: true
        content: {application/x-www-form-urlencoded: {schema: {type: object, required: [grant_type, client_secret],
          properties: {grant_type: {const: password}, client_secret: {const: of the document}}}}}
      responses: {'200': &login {description: ok, content: {application/json: {schema: {type: object,
        properties: {token_type: {type: string}, expires_in: {type: integer}}}}}}}
  /login/all: {get: {operationId: list, responses: {'200': *login}}}
";

const FILE: &str = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: logins, url: api.yaml, type: openapi}]
workflows:
- workflowId: w
  steps:
  - stepId: one
    operationId: list
    outputs: {accessToken: $response.body#/access_token, kind: $response.body#/token_type}
    successCriteria: [{condition: $response.body#/id_token == 'x'}]
";

/// What is secret has this in it.
const SECRET: &str = "4711-secret";

/// Answers everything with credentials, some of which only this server has.
fn server(own: &str, expires: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let secret = |name: &str| format!("\"{name}\": \"{own}-{name}-{SECRET}\"");
    let names = [
        "access_token",
        "refresh_token",
        "id_token",
        "client_secret",
        "password",
        "apiKey",
    ];
    let body = format!(
        "{{{}, \"token_type\": \"{own}-kind\", \"expires_in\": {expires}}}",
        names.map(secret).join(", ")
    );
    let answer = format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n\
         set-cookie: session={SECRET}\r\nlink: <http://a/?access_token={own}-{SECRET}>; rel=next\r\nx-access-token: {own}-{SECRET}\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut reader = BufReader::new(&stream);
            let mut head = reader.by_ref().lines().map_while(Result::ok);
            let mut length = 0;
            while let Some(line) = head.next().filter(|line| !line.is_empty()) {
                let (name, value) = line.split_once(':').unwrap_or_default();
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.trim().parse().unwrap_or_default();
                }
            }
            let _ = reader.read_exact(&mut vec![0; length]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

/// What the program shows and writes.
fn written(folder: &Path, arguments: &[&str]) -> Vec<(String, String)> {
    let output = run(folder, arguments).expect("the program runs");
    let shown = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{shown}");
    let mut all = vec![("the screen".to_owned(), shown)];
    for entry in std::fs::read_dir(folder.join("reports")).expect("reports") {
        let path = entry.expect("a report").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        all.push((path.display().to_string(), text));
    }
    all
}

#[test]
fn credentials_of_answers_are_in_no_report_and_what_is_said_about_them_is() {
    let one = server("one", "\"soon\"");
    let other = server("other", "3600");
    let common = ["--report", "json,junit,html", "--seed", "1"];
    let check = ["check", "-s", "api.yaml", "-t", &one, "--cases", "2"];
    let parity = [
        "parity",
        "-s",
        "api.yaml",
        "-b",
        &other,
        "-c",
        &one,
        "--cases",
        "2",
        "--allow-destructive",
    ];
    let workflow = ["run", "file.arazzo.yaml", "-t", &one];
    for (arguments, reports) in [(&check[..], 3), (&parity[..], 3), (&workflow[..], 3)] {
        let folder = folder();
        std::fs::write(folder.path().join("api.yaml"), API).expect("a file");
        std::fs::write(folder.path().join("file.arazzo.yaml"), FILE).expect("a file");
        let arguments = [arguments, &common].concat();
        let all = written(folder.path(), &arguments);
        assert_eq!(all.len(), reports + 1, "{arguments:?}");
        for (name, text) in &all {
            for line in text.lines() {
                assert!(!line.contains("4711"), "{arguments:?} {name}: {line}");
            }
        }
        let json = all.iter().find(|(name, _)| name.contains(".json"));
        let (_, json) = json.expect("a report for programs");
        for shown in ["one-kind", "soon", "token_type", "access_token"] {
            assert!(json.contains(shown), "no {shown} in {json}");
        }
    }
}
