//! The engine against real servers on loopback.

mod allocations;
mod apart;
mod clocks;
mod edited;
mod ending;
mod executors;
mod flow;
mod frames;
mod honesty;
mod hostile;
mod http2;
mod limiters;
mod lost;
mod requests;
mod server;
mod shards;
mod sources;
mod supplies;
mod truth;
mod undocumented;
mod unread;

use std::fs;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

use super::{Load, Options, Protocol, Target};
use crate::arazzo::LoadProfile;
use crate::case::Authority;
use crate::code::{Code, Severity};
use crate::probe::{Ended, Stop};
use crate::record::{
    Event, LoadReport, Recorder, Redactor, ScenarioLoad, Sink, Started, StepLoad, Summary,
};
use crate::scenario::{Given, Selection, Suite, SuiteOptions};
use crate::seed::Seed;
use crate::spec::Spec;

/// The document that most tests are about.
const API: &str = "
openapi: 3.1.0
info: {title: Things, version: '1'}
components:
  schemas:
    Thing: {type: object, required: [id], properties: {id: {type: integer}, name: {type: string}}}
  securitySchemes:
    bearer: {type: http, scheme: bearer}
paths:
  /things:
    get: {operationId: list, responses: &ok {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}}
    post:
      operationId: create
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string, minLength: 1, maxLength: 9}, size: {type: integer, minimum: 0, maximum: 99}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {}}]
    get: {operationId: read, responses: *ok}
    delete: {operationId: remove, responses: {'204': {description: d}}}
  /login:
    post: {operationId: login, responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {token: {type: string}}}}}}}}
  /secret:
    get: {operationId: secret, security: [{bearer: []}], responses: *ok}
";

/// A scenario file beside the document.
struct Stand {
    folder: TempDir,
    options: Options,
    given: Given,
    protocol: Protocol,
    max_time: Option<Duration>,
    stop: Arc<Stop>,
}

/// What came of a load.
struct Came {
    ended: Ended,
    report: LoadReport,
    summary: Summary,
    /// How many exchanges were told as samples.
    samples: usize,
    /// How many seconds were told before the report.
    seconds: usize,
}

/// A file with these scenarios of a profile and these workflows, each indented as it stands.
fn stand(scenarios: &str, workflows: &str) -> Stand {
    stand_with(API, &format!("  scenarios:\n{scenarios}"), workflows)
}

fn stand_with(api: &str, profile: &str, workflows: &str) -> Stand {
    let folder = tempfile::tempdir().unwrap();
    let file = format!(
        "arazzo: 1.1.0\ninfo: {{title: t, version: '1'}}\nsourceDescriptions: [{{name: things, url: api.yaml, type: openapi}}]\nx-proofmark-load:\n{profile}\nworkflows:\n{workflows}"
    );
    fs::write(folder.path().join("api.yaml"), api).unwrap();
    fs::write(folder.path().join("a.yaml"), file).unwrap();
    Stand {
        folder,
        options: Options {
            seed: Seed::new(1),
            timeout: Duration::from_secs(10),
            max_body: 1 << 20,
            lanes: Some(1),
            cache: true,
            max_steps: 100,
            max_rps: None,
            sources: Vec::new(),
            shard: None,
            start_at: None,
            secrets: Vec::new(),
            run: "1".to_owned(),
        },
        given: Given::default(),
        protocol: Protocol::Http1,
        max_time: None,
        stop: Arc::default(),
    }
}

impl Stand {
    fn with_file(self, name: &str, text: &str) -> Self {
        fs::write(self.folder.path().join(name), text).unwrap();
        self
    }

    fn on_lanes(mut self, lanes: u64) -> Self {
        self.options.lanes = Some(lanes);
        self
    }

    fn suite(&self) -> Suite {
        let path = self.folder.path().join("a.yaml");
        Suite::open(&[path], &SuiteOptions::default()).unwrap()
    }

    /// The load, ready to be run.
    fn ready(&self, url: &str) -> Load {
        let suite = self.suite();
        let told: Vec<String> = suite.diagnostics.iter().map(ToString::to_string).collect();
        let Some(profile) = suite.files[0].description.load.clone() else {
            panic!("there is no profile\n{}", told.join("\n"));
        };
        match self.prepared(url, profile) {
            Ok(load) => load,
            Err(super::LoadError::Scenario(wrong)) => panic!("{wrong:#?}"),
            Err(other) => panic!("{other}"),
        }
    }

    /// The load of another profile, ready to be run.
    fn prepared(&self, url: &str, profile: LoadProfile) -> Result<Load, super::LoadError> {
        let suite = self.suite();
        let targets: Vec<Target> = suite
            .apis
            .iter()
            .map(|_| Target {
                url: Url::parse(url).unwrap(),
                authority: Authority::default(),
                certificates: Vec::new(),
                protocol: self.protocol,
            })
            .collect();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let preparing = Load::prepare(suite, 0, profile, &targets, &self.given, &self.options);
        runtime.unwrap().block_on(preparing)
    }

    fn run(&self, url: &str) -> Came {
        let suite = self.suite();
        let apis: Vec<Arc<Spec>> = suite.apis.iter().map(|api| api.spec.clone()).collect();
        let selection = Selection::default();
        let planned = suite.plan(&selection, &self.given, self.options.seed);
        let secrets = suite.secrets(&planned.unwrap_or_default());
        let specs: Vec<&Spec> = apis.iter().map(|spec| &**spec).collect();
        let redactor = Redactor::new(&specs, &secrets);
        let mut seen = Seen {
            recorder: Recorder::new(&specs, redactor, Some(Severity::Error)),
            report: None,
            samples: 0,
            seconds: 0,
        };
        let started = Started {
            api: "Things".to_owned(),
            document: "api.yaml".to_owned(),
            target: url.to_owned(),
            bases: vec![url.to_owned()],
            seed: self.options.seed,
            operations: Vec::new(),
            planned: 0,
            at: "2026-01-01T00:00:00Z".to_owned(),
        };
        let load = self.ready(url);
        let ended = load.run(started, &self.stop, self.max_time, &mut seen);
        Came {
            ended: ended.unwrap(),
            report: seen.report.expect("a report"),
            summary: seen.recorder.summary(),
            samples: seen.samples,
            seconds: seen.seconds,
        }
    }
}

impl Came {
    fn scenario(&self) -> &ScenarioLoad {
        &self.report.scenarios[0]
    }

    fn step(&self, name: &str) -> &StepLoad {
        let mut steps = self.report.steps.iter();
        steps.find(|step| step.step == name).expect("such a step")
    }

    /// Due, begun, completed, failed, interrupted, dropped.
    fn counts(&self) -> [u64; 6] {
        let own = self.scenario();
        [
            own.due,
            own.begun,
            own.completed,
            own.failed,
            own.interrupted,
            own.dropped,
        ]
    }

    /// How often each finding was made, by code.
    fn findings(&self) -> Vec<(Code, usize)> {
        let rows = self.summary.findings.iter();
        rows.map(|row| (row.code, row.count)).collect()
    }

    /// All that is written about it.
    fn written(&self) -> String {
        serde_json::to_string(&self.summary).unwrap()
    }

    /// The screen.
    fn screen(&self) -> String {
        screen(&self.summary)
    }
}

/// The screen of a report.
fn screen(summary: &Summary) -> String {
    let look = crate::report::Look {
        colour: false,
        width: 100,
        reports: Vec::new(),
    };
    crate::report::terminal(summary, &look)
}

struct Seen<'a> {
    recorder: Recorder<'a>,
    report: Option<LoadReport>,
    samples: usize,
    seconds: usize,
}

impl Sink for Seen<'_> {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Loaded(report) => self.report = Some((**report).clone()),
            Event::Sampled(..) => self.samples += 1,
            Event::Second(_) => self.seconds += 1,
            _ => {}
        }
        self.recorder.take(event)
    }
}

/// The workflow `w` of these steps.
fn steps(steps: &str) -> String {
    format!("- workflowId: w\n  steps:\n{steps}")
}

/// The workflow `w` that reads the list.
fn one_step() -> String {
    steps("  - {stepId: a, operationId: list}\n")
}

/// So many iterations of `w` by one virtual user.
fn times(count: u64) -> String {
    format!("    s: {{executor: shared-iterations, vus: 1, iterations: {count}, exec: w}}\n")
}

/// A body that keeps the schema.
const GOOD: &str = r#"{"id":1}"#;

/// A JSON body as a value.
fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!({ "no JSON": text }))
}
