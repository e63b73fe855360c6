//! A canary in every place where a secret may stand: no command lets it out.

use std::path::Path;

use crate::support::{folder, run, serving, text};

/// What every secret has in it.
const CANARY: &str = "c4n4ry";
/// A number that the document marks; too short to be looked for elsewhere.
const PHONE: &str = "7770001";

/// The operations, each with another place for secrets.
const PATHS: [&str; 8] = [
    "json", "cookie", "text", "xml", "cut", "form", "fields", "again",
];

fn api() -> String {
    let operations = PATHS.map(|name| {
        format!(
            "
  /{name}:
    get:
      operationId: {name}
      parameters:
        - {{name: api_key, in: query, schema: {{type: string, enum: [qk{CANARY}qk]}}}}
        - {{name: X-Access-Token, in: header, schema: {{type: string, enum: [hkCanaryhk, {CANARY}-of-document]}}}}
        - {{name: sid, in: cookie, schema: {{type: string, enum: [{CANARY}-of-cookie]}}}}
      responses:
        '200':
          description: ok
          headers: {{X-Phone: {{schema: {{type: string, maxLength: 2, x-pii: true}}}}}}
          content:
            application/json: {{schema: {{type: object, required: [n], properties: {{n: {{type: integer}},
              phone: {{type: [integer, array], x-pii: true}}, home: {{x-pii: true}}}}}}}}
            text/plain: {{}}
            application/xml: {{}}
            application/x-www-form-urlencoded: {{}}"
        )
    });
    format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:{}\n",
        operations.concat()
    )
}

const FILE: &str = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
workflows:
- workflowId: w
  inputs: {type: object, properties: {key: {type: string, format: password}, token: {type: string}}}
  steps:
  - stepId: json
    operationId: json
    parameters: [{name: api_key, in: query, value: $inputs.key}, {name: X-Access-Token, in: header, value: $inputs.token}]
    outputs: {mine: $response.body#/x_access_token, all: $response.body, url: $response.body#/url}
    successCriteria: [{condition: $statusCode == 200}]
  - stepId: again
    operationId: again
    parameters: [{name: sid, in: cookie, value: $steps.json.outputs.mine}]
    successCriteria: [{condition: $response.body#/phone == 1}, {condition: $response.body#/session_id == 'x'},
      {condition: $response.body#/authorization == 'x'}, {condition: $response.header.Set-Cookie == 'x'},
      {condition: $response.body == 1}, {condition: $response.body#/url == $steps.json.outputs.url}]
";

/// Answers with secrets that only this server has; `n` is what it gives as a number.
fn server(own: &'static str, n: &'static str, is_broken: bool) -> String {
    serving(move |target| {
        let secret = |name: &str| format!("{CANARY}-{own}-{name}");
        let all = format!(
            r#""x_access_token": "{}", "authorization": "Bearer {}", "session_id": "{}", "tokens": ["{}"],
            "password": {{"deep": ["1", "{}"]}}, "url": "https://h/x?access_token={}&page=2", "next": "/cb?code={}&state=1",
            "phone": [{PHONE}], "home": {{"lat": {PHONE}}}, "token_type": "{own}-kind", "max_tokens": 4096, "n": {n}"#,
            secret("header"),
            secret("authorization"),
            secret("session"),
            secret("list"),
            secret("deep"),
            secret("url"),
            secret("code"),
        );
        let path = target.trim_start_matches('/').split('?').next();
        let (kind, body) = match path.unwrap_or_default() {
            "json" | "again" => ("application/json", format!("{{{all}}}")),
            "cookie" => {
                let body = format!(r#"{{"sid": "{}", "n": {n}}}"#, secret("cookie"));
                ("application/json", body)
            }
            "text" => {
                let body = format!(
                    "access_token={}\npassword: {}\nsee /x?jwt={}",
                    secret("pair"),
                    secret("line"),
                    secret("url")
                );
                ("text/plain", body)
            }
            "xml" => {
                let body = format!(
                    "<r><password>{}</password><n apiKey=\"{}\">{n}</n></r>",
                    secret("element"),
                    secret("attribute")
                );
                ("application/xml", body)
            }
            "cut" => {
                let body = format!(r#"{{"phone": {PHONE}, "tokens": ["{}", "#, secret("cut"));
                ("application/json", body)
            }
            "form" => {
                let body = format!("n={n}&refresh_token={}", secret("form"));
                ("application/x-www-form-urlencoded", body)
            }
            _ => (
                "application/json",
                format!(r#"{{"n": {n}, "own": "{own}"}}"#),
            ),
        };
        let status = if is_broken && !kind.ends_with("json") {
            "500 Oh"
        } else {
            "200 OK"
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\
             set-cookie: sid={}; Path=/\r\nlocation: /cb?code={}#access_token={}\r\nx-access-token: {}\r\n\
             authorization: Bearer {}\r\nx-phone: {PHONE}\r\n\r\n",
            body.len(),
            secret("cookie"),
            secret("way"),
            secret("fragment"),
            secret("field"),
            secret("bearer"),
        );
        (head + &body).into_bytes()
    })
}

/// All that a command prints and writes.
fn written(folder: &Path, arguments: &[&str]) -> Vec<(String, String)> {
    let output = run(folder, arguments).expect("the program runs");
    let printed = (text(&output.stdout), text(&output.stderr));
    let mut all = vec![
        ("the output".to_owned(), printed.0),
        ("the screen".to_owned(), printed.1),
    ];
    let reports = std::fs::read_dir(folder.join("reports"));
    for entry in reports.into_iter().flatten() {
        let path = entry.expect("a report").path();
        let bytes = std::fs::read(&path).expect("a file");
        all.push((path.display().to_string(), text(&bytes)));
    }
    all
}

#[test]
fn no_command_lets_a_secret_out_and_what_is_none_stays() {
    let one = server("one", "\"soon\"", true);
    let other = server("other", "7", false);
    let all = ["--report", "json,junit,html", "--seed", "1"];
    let secret = [
        "--input",
        "key=c4n4ry-of-input",
        "--input",
        "token=c4n4ry-of-header",
    ];
    let logs = [&secret[..], &["--report", "json,junit,html,hlog,timeline"]].concat();
    let given = [&all[..], &secret].concat();
    let sides = ["-b", &*other, "-c", &*one];
    let both = |more: &[&'static str]| [&["parity"], &sides[..], more].concat();
    let again = ["--from", "reports/parity.json"];
    let commands: [(Vec<&str>, &[&str], &str); 9] = [
        (
            vec!["check", "-s", "api.yaml", "-t", &one, "--cases", "3"],
            &all,
            "run.json",
        ),
        (vec!["replay", "-t", &one], &[], "the output"),
        (
            both(&["-s", "api.yaml", "--cases", "3", "--allow-destructive"]),
            &all,
            "parity.json",
        ),
        (
            [&["replay"], &sides[..], &again].concat(),
            &[],
            "the output",
        ),
        (
            both(&["file.arazzo.yaml", "--allow-destructive"]),
            &given,
            "parity.json",
        ),
        (
            vec!["run", "file.arazzo.yaml", "-t", &one],
            &given,
            "run.json",
        ),
        (
            vec![
                "load",
                "file.arazzo.yaml",
                "-t",
                &one,
                "--iterations",
                "2",
                "--vus",
                "1",
            ],
            &logs,
            "run.json",
        ),
        (
            vec!["plan", "-s", "api.yaml", "--cases", "3"],
            &[],
            "the output",
        ),
        (vec!["plan", "file.arazzo.yaml"], &secret, "the output"),
    ];
    let folder = folder();
    std::fs::write(folder.path().join("api.yaml"), api()).expect("a file");
    std::fs::write(folder.path().join("file.arazzo.yaml"), FILE).expect("a file");
    for (arguments, more, told) in commands {
        let arguments = [&*arguments, more].concat();
        let all = written(folder.path(), &arguments);
        for (name, text) in &all {
            for line in text.lines() {
                for secret in [CANARY, PHONE, "hkCanaryhk"] {
                    assert!(!line.contains(secret), "{arguments:?} {name}: {line}");
                }
            }
        }
        // It was told of what was seen.
        let (_, text) = all
            .iter()
            .find(|(name, _)| name.ends_with(told))
            .expect("a report");
        assert!(text.contains("api_key"), "{arguments:?}: {text}");
        if matches!(arguments[0], "parity" | "run") {
            for shown in ["one-kind", "4096", "token_type", "x_access_token"] {
                assert!(text.contains(shown), "no {shown} in {text}");
            }
        }
    }
}
