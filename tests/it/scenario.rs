//! `proofmark run`, as a user runs it: green, red, and refused before anything is sent.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::support::{folder, run, text};

const API: &str = "
openapi: 3.1.0
info: {title: Notes, version: '1'}
components:
  securitySchemes: {bearer: {type: http, scheme: bearer}}
security: [{bearer: []}]
paths:
  /notes:
    get:
      operationId: listNotes
      responses:
        '200': {description: them, content: {application/json: {schema: {type: array}}}}
        '401': {description: who are you}
    post:
      operationId: addNote
      requestBody: {content: {application/json: {schema: {type: object, required: [text], properties: {text: {type: string}}}}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {type: object}}}}
        '401': {description: who are you}
";

const HEAD: &str = "arazzo: 1.0.1
info: {title: t, version: '1'}
sourceDescriptions: [{name: notes, url: api.yaml, type: openapi}]
workflows:
";

/// Counts the connections that it gets, and answers none.
struct Silent {
    address: SocketAddr,
    seen: Arc<AtomicUsize>,
}

impl Silent {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(AtomicUsize::new(0));
        let counter = seen.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                counter.fetch_add(1, Ordering::SeqCst);
                drop(stream);
            }
        });
        Self { address, seen }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    fs::write(folder.join("api.yaml"), API).expect("a file");
    for (name, content) in files {
        fs::write(folder.join(name), content).expect("a file");
    }
}

/// What `run a.yaml` says about these workflows, and how it ends.
fn outcome(folder: &Path, workflows: &str, arguments: &[&str]) -> (Option<i32>, String) {
    write(folder, &[("a.yaml", &format!("{HEAD}{workflows}"))]);
    let arguments: Vec<&str> = ["run", "a.yaml"].iter().chain(arguments).copied().collect();
    let output = run(folder, &arguments).expect("the program runs");
    let said = text(&output.stderr) + &text(&output.stdout);
    assert!(!said.contains("panicked"), "{said}");
    (output.status.code(), said)
}

/// Checks that nothing is sent for these workflows, with this exit code and these words.
fn refuses(workflows: &str, arguments: &[&str], code: i32, says: &[&str]) {
    let server = Silent::start();
    let folder = folder();
    let url = server.url();
    let config = format!(
        "[targets.here]\nurl = '{url}'\nkind = 'sandbox'\nwrites = 'scenario'\ntoken = {{ env = 'NO_SUCH_VARIABLE' }}\n\n[targets.careful]\nurl = '{url}'\nkind = 'staging'\nwrites = 'none'\n"
    );
    write(folder.path(), &[("proofmark.toml", &config)]);
    let mut all = vec!["--target", &*url];
    if arguments.contains(&"-t") {
        all.clear();
    }
    all.extend(arguments);
    let (exit, said) = outcome(folder.path(), workflows, &all);
    assert_eq!(exit, Some(code), "{said}");
    for fragment in says {
        assert!(said.contains(fragment), "no `{fragment}` in\n{said}");
    }
    assert_eq!(server.seen.load(Ordering::SeqCst), 0, "something was sent");
    assert!(!folder.path().join("reports/run.json").exists());
}

const LIST: &str = "- {workflowId: list, steps: [{stepId: s, operationId: listNotes}]}\n";

#[test]
fn workflows_run_against_an_embedded_sandbox() {
    let folder = folder();
    let (exit, said) = outcome(folder.path(), LIST, &[]);
    assert_eq!(exit, Some(0), "{said}");
    assert!(said.contains("PASSED"), "{said}");
    let (exit, said) = outcome(folder.path(), LIST, &["--fault", "undocumented-status"]);
    assert_eq!(exit, Some(1), "{said}");
    assert!(said.contains("listNotes"), "{said}");
}

#[test]
fn a_wrong_token_is_said() {
    let folder = folder();
    let file = format!(
        "{LIST}- {{workflowId: own, steps: [{{stepId: s, operationId: listNotes, parameters: [{{name: Authorization, in: header, value: Bearer wrong}}]}}]}}\n"
    );
    let (exit, said) = outcome(folder.path(), &file, &["--workflow", "own"]);
    assert_eq!(exit, Some(3), "{said}");
    let told = "the target refused the credential from the parameter `Authorization` (a.yaml:6:";
    for fragment in ["PM902", told] {
        assert!(said.contains(fragment), "no `{fragment}` in\n{said}");
    }
}

#[test]
fn a_credential_that_cannot_be_right_is_refused() {
    // {"alg":"none"}, {"exp":1}
    let expired = "eyJhbGciOiJub25lIn0.eyJleHAiOjF9.c2ln";
    for (token, says) in [
        (expired, "it expired at 1970-01-01T00:00:01Z"),
        ("Bearer abcdef", "it begins with `Bearer `"),
        ("abc\n", "white space or a line break"),
        ("", "it is empty"),
        ("schlüssel", "characters that cannot be sent"),
    ] {
        refuses(
            LIST,
            &["--token", token],
            2,
            &[says, "for `bearer` from `--token`"],
        );
    }
    let own = format!(
        "- {{workflowId: w, steps: [{{stepId: s, operationId: listNotes, x-security: [{{schemeName: bearer, values: {{token: {expired}}}}}]}}]}}\n"
    );
    refuses(&own, &[], 2, &["a.yaml:5:", "it expired at"]);
}

#[test]
fn what_cannot_work_is_refused_with_file_and_line() {
    refuses(
        LIST,
        &["-t", "here"],
        2,
        &["proofmark.toml:5: target `here` takes its token from `$NO_SUCH_VARIABLE`"],
    );
    refuses(
        "- workflowId: w\n  inputs: {type: object, required: [id], properties: {id: {type: string}}}\n  steps: [{stepId: s, operationId: listNotes}]\n",
        &[],
        2,
        &["a.yaml:6:3", "the input `id` is missing", "--input id="],
    );
    refuses(
        "- workflowId: w\n  inputs: {type: object, properties: {n: {type: integer}}}\n  steps: [{stepId: s, operationId: listNotes}]\n",
        &["--input", "n=many"],
        2,
        &["a.yaml:6:3", "the input `n` breaks `type`"],
    );
    refuses(
        "- {workflowId: w, steps: [{stepId: s, operationId: listNote}]}\n",
        &[],
        2,
        &["a.yaml:5:39", "did you mean `listNotes`?"],
    );
    refuses(
        "- workflowId: w\n  steps:\n  - {stepId: s, operationId: listNotes, parameters: [{name: q, in: query, value: $steps.t.outputs.id}]}\n",
        &[],
        2,
        &["a.yaml:7:", "there is no step `t`"],
    );
    refuses(
        "- {workflowId: a, dependsOn: [b], steps: [{stepId: s, operationId: listNotes}]}\n- {workflowId: b, dependsOn: [a], steps: [{stepId: s, operationId: listNotes}]}\n",
        &[],
        2,
        &["a.yaml:5:31", "wait for each other: `a` -> `b` -> `a`"],
    );
    refuses("- {workflowId: w, steps: [\n", &[], 2, &["a.yaml:"]);
}

#[test]
fn a_workflow_that_is_not_there_is_exit_code_4() {
    refuses(
        LIST,
        &["--workflow", "lists"],
        4,
        &["there is no workflow `lists`", "did you mean `list`?"],
    );
    refuses(LIST, &["--tag", "slow"], 4, &["no workflow is selected"]);
}

#[test]
fn a_target_without_writes_gets_none() {
    let add = "[{stepId: s, operationId: addNote, requestBody: {payload: {text: a}}}]";
    let says = ["allows no writes", "writes = \"scenario\""];
    refuses(
        &format!("- {{workflowId: w, steps: {add}}}\n"),
        &["-t", "careful"],
        2,
        &says,
    );
    // Neither where another workflow is called, nor where an action leads to one.
    for lead in [
        "{stepId: s, workflowId: inner}",
        "{stepId: s, operationId: listNotes, onFailure: [{name: x, type: goto, workflowId: inner}]}",
        "{stepId: s, operationId: listNotes, onFailure: [{name: x, type: retry, workflowId: inner}]}",
    ] {
        refuses(
            &format!(
                "- {{workflowId: w, steps: [{lead}]}}\n- {{workflowId: inner, steps: {add}}}\n"
            ),
            &["-t", "careful"],
            2,
            &says,
        );
    }
}

#[test]
fn a_server_that_is_not_there_proves_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let folder = folder();
    let (exit, said) = outcome(folder.path(), LIST, &["--target", &url]);
    assert_eq!(exit, Some(3), "{said}");
    assert!(said.contains("PM901"), "{said}");
}

#[test]
fn what_is_wrong_is_said_once() {
    let folder = folder();
    write(folder.path(), &[]);
    let file = format!("{HEAD}{LIST}").replace("api.yaml", "nowhere.yaml");
    fs::write(folder.path().join("b.yaml"), file).expect("a file");
    let output = run(folder.path(), &["run", "b.yaml"]).expect("the program runs");
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(said.matches("cannot be read").count(), 1, "{said}");
    assert!(!said.contains("no operation"), "{said}");
}
