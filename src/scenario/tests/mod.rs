//! Tests of running scenario files: what is sent, what comes of it, and what is told.

mod body;
mod clean_up;
mod criteria;
mod ending;
mod flow;
mod input;
mod laws;
mod plan;
mod preview;
mod request;
mod retry;
mod secret;
mod source;
mod story;
mod workflow;

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use super::{Given, Lane, Options, Selection, Suite, SuiteOptions, run};
use crate::case::Authority;
use crate::code::Severity;
use crate::document::Diagnostic;
use crate::http::{Exchange, Request, Response, Timing, Transport, TransportError};
use crate::probe::{Ended, Stop};
use crate::record::{Recorder, Redactor, Summary};
use crate::secret::Secret;
use crate::seed::Seed;
use crate::spec::Spec;

/// The API that the scenarios call.
const API: &str = r"
openapi: 3.1.0
info: {title: Pets, version: '1'}
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer}
    key: {type: apiKey, in: query, name: key}
  schemas:
    Pet:
      type: object
      required: [name, kind]
      additionalProperties: false
      properties:
        name: {type: string, minLength: 3, maxLength: 8}
        kind: {enum: [cat, dog]}
        age: {type: integer, minimum: 0, maximum: 30}
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        - {name: tags, in: query, explode: false, schema: {type: array, items: {type: string}}}
        - {name: X-Trace, in: header, schema: {type: string}}
        - {name: session, in: cookie, schema: {type: string}}
      responses: &any
        2XX: {description: it went well}
        '401': {description: who are you}
        '404': {description: what is that}
    post:
      operationId: addPet
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Pet'}
            example: {name: Rex, kind: dog}
          text/plain: {}
      responses: &made
        '201': {description: made}
        '400': {description: refused}
        '409': {description: there already}
  /pets/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get: {operationId: getPet, responses: *any}
    delete: {operationId: deletePet, responses: *any}
  /forms:
    post:
      operationId: fillForm
      requestBody:
        content:
          application/x-www-form-urlencoded: {schema: &form {type: object, properties: {name: {type: string}, age: {type: integer}}}}
          application/xml: {schema: *form}
          multipart/form-data: {schema: *form}
          text/csv: {schema: {type: string}}
      responses: *any
  /login:
    post: {operationId: login, responses: *any}
  /account:
    get: {operationId: getAccount, security: [bearer: []], responses: *any}
  /stock:
    get: {operationId: getStock, security: [key: []], responses: *any}
";

/// What every scenario file starts with; the line behind it is line 5.
const HEAD: &str = "arazzo: 1.1.0
info: {title: t, version: '1'}
sourceDescriptions: [{name: api, url: api.yaml, type: openapi}]
workflows:
";

/// A run to be made.
struct Play {
    folder: tempfile::TempDir,
    given: Given,
    selection: Selection,
    options: Options,
    authority: Authority,
    /// After how many requests the run is asked to stop.
    stop_after: Option<usize>,
    replies: Vec<String>,
}

/// What came of a run.
struct Played {
    summary: Summary,
    ended: Ended,
    sent: Vec<Request>,
}

/// The run of a scenario file of these workflows, with these answers one after the other, the last one
/// again and again. An answer is a status, header fields `name=value`, and a body; or a word for what
/// goes wrong.
fn play(workflows: &str, replies: &[&str]) -> Play {
    let folder = tempfile::tempdir().unwrap();
    let play = Play {
        given: Given::default(),
        selection: Selection::default(),
        options: Options {
            seed: Seed::new(1),
            max_steps: 100,
            max_time: None,
            target: "test".to_owned(),
            at: "2026-01-01T00:00:00Z".to_owned(),
        },
        authority: Authority::default(),
        stop_after: None,
        replies: replies.iter().map(|&reply| reply.to_owned()).collect(),
        folder,
    };
    play.with_file("api.yaml", API)
        .with_file("a.yaml", &format!("{HEAD}{workflows}"))
}

/// The same for one workflow of these steps, the first line of which is line 7.
fn steps(steps: &str, replies: &[&str]) -> Play {
    play(&format!("- workflowId: w\n  steps:\n{steps}"), replies)
}

impl Play {
    fn with_file(self, name: &str, text: &str) -> Self {
        fs::write(self.folder.path().join(name), text).unwrap();
        self
    }

    fn with_input(mut self, name: &str, value: serde_json::Value) -> Self {
        self.given.all.insert(name.to_owned(), value);
        self
    }

    fn seeded(mut self, seed: u64) -> Self {
        self.options.seed = Seed::new(seed);
        self
    }

    fn with_most_steps(mut self, steps: usize) -> Self {
        self.options.max_steps = steps;
        self
    }

    fn with_most_time(mut self, time: Duration) -> Self {
        self.options.max_time = Some(time);
        self
    }

    fn stopped_after(mut self, requests: usize) -> Self {
        self.stop_after = Some(requests);
        self
    }

    fn with_token(mut self, token: &str) -> Self {
        self.authority.fallback = Some(Secret::new(token));
        self
    }

    fn suite(&self) -> Suite {
        let path = self.folder.path().join("a.yaml");
        Suite::open(&[path], &SuiteOptions::default()).unwrap()
    }

    /// Runs what there is to run, or says why nothing can be sent.
    fn attempt(&self) -> Result<Played, Vec<Diagnostic>> {
        let suite = self.suite();
        let planned = suite.plan(&self.selection, &self.given, self.options.seed)?;
        let stop = Stop::default();
        let script = Script {
            replies: &self.replies,
            sent: Mutex::new(Vec::new()),
            stop: (&stop, self.stop_after),
        };
        let lanes = suite.apis.iter().map(|_| Lane {
            transport: &script,
            authority: self.authority.clone(),
            base: "http://127.0.0.1:8080".to_owned(),
        });
        let lanes: Vec<Lane<'_, Script<'_>>> = lanes.collect();
        let specs: Vec<&Spec> = suite.apis.iter().map(|api| &*api.spec).collect();
        let mut secrets = suite.secrets(&planned);
        secrets.extend(self.authority.fallback.clone());
        let redactor = Redactor::new(&specs, &secrets);
        let mut recorder = Recorder::new(&specs, redactor, Some(Severity::Error));
        let running = run(
            &suite,
            &lanes,
            &planned,
            &self.options,
            &stop,
            &mut recorder,
        );
        let ended = block_on(running).unwrap();
        drop(lanes);
        Ok(Played {
            summary: recorder.summary(),
            ended,
            sent: script.sent.into_inner().unwrap(),
        })
    }

    fn run(&self) -> Played {
        self.attempt().unwrap_or_else(|wrong| {
            let lines: Vec<String> = wrong.iter().map(ToString::to_string).collect();
            panic!("{}", lines.join("\n"))
        })
    }

    /// The story of the run.
    fn told(&self) -> String {
        self.clean(&self.run().story())
    }

    /// Why nothing can be sent.
    fn refused(&self) -> String {
        let Err(wrong) = self.attempt() else {
            panic!("it was run");
        };
        let lines: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        self.clean(&lines.join("\n"))
    }

    /// The text without the folder's name.
    fn clean(&self, text: &str) -> String {
        text.replace(&shown(self.folder.path()), "")
    }
}

fn shown(folder: &Path) -> String {
    format!("{}/", folder.display())
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

/// A server that says what it was told to say.
struct Script<'a> {
    replies: &'a [String],
    sent: Mutex<Vec<Request>>,
    /// What is asked to stop after so many requests.
    stop: (&'a Stop, Option<usize>),
}

impl Transport for Script<'_> {
    async fn send(&self, request: Request) -> Exchange {
        let number = {
            let mut sent = self.sent.lock().unwrap();
            sent.push(request.clone());
            sent.len()
        };
        let (stop, after) = self.stop;
        if after.is_some_and(|after| number >= after) {
            stop.ask();
        }
        let reply = self.replies.get(number - 1).or(self.replies.last());
        let outcome = match reply.map_or("200", String::as_str) {
            "unreachable" => Err(TransportError::Unreachable("refused".to_owned())),
            "closed" => Err(TransportError::Closed),
            "hanging" => std::future::pending().await,
            reply => Ok(response(reply)),
        };
        Exchange {
            request,
            outcome,
            timing: Timing::default(),
        }
    }
}

fn response(reply: &str) -> Response {
    let (status, mut rest) = reply.split_once(' ').unwrap_or((reply, ""));
    let mut response = Response::new(status.parse().unwrap());
    while let Some((name, value)) = rest.split_once('=').filter(|(name, _)| {
        let mut characters = name.chars();
        characters.all(|character| character.is_ascii_alphanumeric() || character == '-')
    }) {
        let (value, behind) = value.split_once(' ').unwrap_or((value, ""));
        response = response.with_header(name, value);
        rest = behind;
    }
    if rest.is_empty() {
        response
    } else {
        response.with_body("application/json", rest.to_owned())
    }
}
