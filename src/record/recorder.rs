//! The recorder: a fold of events into the [`Summary`].

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::Duration;

use indexmap::IndexMap;

use super::defects::defects;
use super::example::Example;
use super::latency::Durations;
use super::lens::Lens;
use super::outcome::{End, outcome};
use super::redact::Redactor;
use super::summary::{Api, Counts, FindingRow, OperationRow, SkippedRow, Summary, Timing, Tool};
use super::tally::Tally;
use super::workflows::Workflows;
use super::{
    Event, LoadReport, Obstacle, Sink, Started, StepReport, StepRun, Verdict, WorkflowReport,
};
use crate::case::{Phase, Skip};
use crate::check::{Finding, Fingerprint, clusters};
use crate::code::Severity;
use crate::document::Diagnostic;
use crate::secret::Secret;
use crate::spec::{Operation, OperationId, Spec};

/// Folds events into a [`Summary`]. It can be asked for one at any time, for example when a run is
/// interrupted.
pub struct Recorder<'a> {
    pub(super) specs: Vec<&'a Spec>,
    redactor: Redactor,
    fail_on: Option<Severity>,
    started: Option<Started>,
    pub(super) tallies: IndexMap<Key, Tally>,
    findings: IndexMap<Fingerprint, Found>,
    workflows: Workflows,
    pub(super) skipped: BTreeMap<String, Skipped>,
    obstacles: Vec<Obstacle>,
    load: Option<LoadReport>,
    response_time: Durations,
    service_time: Durations,
    elapsed: Duration,
    interrupted: Option<String>,
}

/// How many marked values of scenarios are remembered: each costs time with every text.
const MOST_MARKED: usize = 2000;

/// An operation: the number of its API description, and its id.
pub(super) type Key = (usize, OperationId);

struct Found {
    api: usize,
    finding: Finding,
    count: usize,
    example: Example,
    /// Smaller ones make better examples.
    size: usize,
}

#[derive(Default)]
pub(super) struct Skipped {
    phases: BTreeSet<Phase>,
    operations: BTreeSet<OperationId>,
    pub(super) count: usize,
}

impl<'a> Recorder<'a> {
    /// A recorder that has seen nothing of a run about these API descriptions. Findings fail the run
    /// from `fail_on` on, or never.
    pub fn new(specs: &[&'a Spec], redactor: Redactor, fail_on: Option<Severity>) -> Self {
        Self {
            specs: specs.to_vec(),
            redactor,
            fail_on,
            started: None,
            tallies: IndexMap::new(),
            findings: IndexMap::new(),
            workflows: Workflows::default(),
            skipped: BTreeMap::new(),
            obstacles: Vec::new(),
            load: None,
            response_time: Durations::default(),
            service_time: Durations::default(),
            elapsed: Duration::ZERO,
            interrupted: None,
        }
    }

    fn fails(&self, severity: Severity) -> bool {
        self.fail_on.is_some_and(|least| severity >= least)
    }

    fn judged(&mut self, verdict: &Verdict) {
        let key = (verdict.api, verdict.case.operation.clone());
        let operation = operation(&self.specs, &key);
        self.tallies
            .entry(key.clone())
            .or_default()
            .add(verdict, operation);
        if verdict.exchange.outcome.is_ok() {
            let timing = &verdict.exchange.timing;
            self.response_time.record(timing.response_time());
            self.service_time.record(timing.service_time());
        }
        for finding in &verdict.findings {
            self.found(finding, verdict);
        }
    }

    fn found(&mut self, finding: &Finding, verdict: &Verdict) {
        let request = &verdict.exchange.request;
        let size = request.path.len() + request.body.as_ref().map_or(0, bytes::Bytes::len);
        let rank = (verdict.case.phase, size, &verdict.case.id);
        let known = self.findings.get_mut(&finding.fingerprint);
        let better = known
            .as_ref()
            .is_none_or(|found| rank < (found.example.phase, found.size, &found.example.case));
        let count = match known {
            Some(found) => {
                found.count += 1;
                found.count
            }
            None => 1,
        };
        if better && let Some(lens) = self.lens(verdict.api) {
            let found = Found {
                api: verdict.api,
                finding: finding.clone(),
                count,
                example: lens.example(verdict, finding),
                size,
            };
            self.findings.insert(finding.fingerprint.clone(), found);
        }
    }

    fn step(&mut self, run: &StepRun) {
        for secret in &run.secrets {
            self.redactor.add_marked(secret.expose());
        }
        let verdicts = run.attempts.iter().map(|attempt| &attempt.verdict);
        for verdict in verdicts.clone().flatten() {
            self.learn(verdict);
        }
        self.redactor.learn(&run.outputs);
        for verdict in verdicts.flatten() {
            self.judged(verdict);
        }
        let report = StepReport::new(run, &self.redactor, &|api| self.lens(api));
        self.workflows.add(run, report);
    }

    /// Notes the marked values of an exchange: later steps may carry them to where no schema marks
    /// them.
    fn learn(&mut self, verdict: &Verdict) {
        let marked = self.lens(verdict.api).map(|lens| lens.marked(verdict));
        for (mark, value) in marked.into_iter().flatten() {
            if self.redactor.marked() < MOST_MARKED {
                self.redactor.add_as(mark, &value);
            }
        }
    }

    fn lens(&self, api: usize) -> Option<Lens<'_>> {
        Some(Lens {
            spec: self.specs.get(api)?,
            redactor: &self.redactor,
            target: self
                .started
                .as_ref()
                .and_then(|started| started.bases.get(api))
                .map_or("", String::as_str),
        })
    }

    /// Notes what was found in an exchange that is only a sample: it is counted elsewhere.
    fn sampled(&mut self, verdict: &Verdict, secrets: &[Secret]) {
        for secret in secrets {
            self.redactor.add_marked(secret.expose());
        }
        self.learn(verdict);
        for finding in &verdict.findings {
            self.found(finding, verdict);
        }
    }

    fn loaded(&mut self, load: &LoadReport) {
        for step in load.steps.iter().filter(|step| !step.operation.is_empty()) {
            let specs = self.specs.get(step.api);
            let found = specs.and_then(|spec| {
                let mut operations = spec.operations.values();
                operations.find(|operation| operation.id.as_str() == step.operation)
            });
            if let Some(operation) = found {
                let key = (step.api, operation.id.clone());
                self.tallies.entry(key).or_default().load(step, operation);
            }
        }
        let mut load = load.clone();
        for unsent in &mut load.unsent {
            unsent.reason = self.redactor.text(&unsent.reason);
        }
        self.load = Some(load);
    }

    fn skip(&mut self, skip: &Skip) {
        let reason = self.redactor.text(&skip.reason);
        let row = self.skipped.entry(reason).or_default();
        row.phases.insert(skip.phase);
        row.operations.insert(skip.operation.clone());
        row.count += 1;
    }

    /// The position of an operation in the documents.
    fn position(&self, api: usize, id: &OperationId) -> (usize, usize) {
        let spec = self.specs.get(api);
        let found = spec.and_then(|spec| spec.operations.get_index_of(id));
        (api, found.unwrap_or(usize::MAX))
    }

    /// The position of an operation in the first document that has it.
    fn position_anywhere(&self, id: &OperationId) -> (usize, usize) {
        let all = (0..self.specs.len()).map(|api| self.position(api, id));
        let found = all.min_by_key(|(api, at)| (*at == usize::MAX, *api));
        found.unwrap_or((usize::MAX, usize::MAX))
    }

    /// What the events so far amount to.
    pub fn summary(&self) -> Summary {
        let findings = self.finding_rows();
        let clusters = clusters(
            self.sorted()
                .into_iter()
                .map(|found| (&found.finding, found.count)),
        )
        .into_iter()
        .map(|mut cluster| {
            cluster.title = self.redactor.text(&cluster.title);
            cluster
        })
        .collect::<Vec<_>>();
        let operations = self.operation_rows();
        let skipped = self.skipped_rows();
        let fails = |severity| self.fails(severity);
        let mut counts = Counts::of(&operations, &clusters, &skipped, fails);
        counts.failing += self.workflows.failing_alone(fails, |fingerprint| {
            let finding = &self.findings.get(fingerprint)?.finding;
            Some((finding.code, finding.severity))
        });
        let defects = self.defects();
        let (verdict, reason) = outcome(&counts, &self.end(&defects));
        let started = self.started.as_ref();
        Summary {
            version: super::read::VERSION,
            tool: Tool {
                name: env!("CARGO_PKG_NAME").into(),
                version: env!("CARGO_PKG_VERSION").into(),
            },
            started: started.map(|started| started.at.clone()),
            api: started.map_or_else(Api::default, |started| Api {
                title: started.api.clone(),
                document: started.document.clone(),
            }),
            target: started.map_or_else(String::new, |started| self.redactor.text(&started.target)),
            seed: started.map(|started| started.seed),
            again: None,
            verdict,
            reason,
            exit_code: verdict.exit_code(),
            fail_on: self.fail_on,
            interrupted: self.interrupted.clone(),
            obstacles: self.obstacles.clone(),
            load: self.load.clone(),
            counts,
            coverage: self.coverage(&operations),
            operations,
            clusters,
            findings,
            workflows: self.workflow_reports(),
            skipped,
            diagnostics: self.diagnostics(),
            defects,
            timing: self.timing(),
        }
    }

    /// The findings by operation, code and fingerprint: independent of who came first.
    fn sorted(&self) -> Vec<&Found> {
        let mut found: Vec<&Found> = self.findings.values().collect();
        found.sort_by_key(|found| {
            let finding = &found.finding;
            (
                self.position(found.api, &finding.operation),
                finding.code,
                finding.fingerprint.clone(),
            )
        });
        found
    }

    fn finding_rows(&self) -> Vec<FindingRow> {
        self.sorted()
            .into_iter()
            .map(|found| {
                let finding = &found.finding;
                FindingRow {
                    fingerprint: finding.fingerprint.clone(),
                    code: finding.code,
                    check: finding.code.name(),
                    blame: finding.blame,
                    severity: finding.severity,
                    operation: finding.operation.clone(),
                    title: self.redactor.text(&finding.title),
                    violated: finding.violated.clone(),
                    place: finding.place.clone(),
                    count: found.count,
                    example: self.example(found),
                }
            })
            .collect()
    }

    fn example(&self, found: &Found) -> Example {
        let mut example = found.example.clone();
        // Only scenarios carry values from one exchange to another.
        if example.phase == Phase::Scenario {
            example.mask(&self.redactor);
        }
        example
    }

    /// The workflows without what has become known since to be secret.
    fn workflow_reports(&self) -> Vec<WorkflowReport> {
        let mut reports = self.workflows.reports.clone();
        for report in &mut reports {
            report.mask(&self.redactor);
        }
        reports
    }

    /// The operations to report: the selected ones, and whatever was exercised beside them.
    pub(super) fn reported(&self) -> Vec<&Key> {
        let mut keys: Vec<&Key> = self
            .started
            .iter()
            .flat_map(|started| &started.operations)
            .chain(self.tallies.keys())
            .collect();
        keys.sort_by_key(|key| (self.position(key.0, &key.1), (*key).clone()));
        keys.dedup();
        keys
    }

    fn operation_rows(&self) -> Vec<OperationRow> {
        let nothing = Tally::default();
        self.reported()
            .into_iter()
            .map(|key| {
                let tally = self.tallies.get(key).unwrap_or(&nothing);
                OperationRow::new(&key.1, operation(&self.specs, key), tally)
            })
            .collect()
    }

    fn skipped_rows(&self) -> Vec<SkippedRow> {
        self.skipped
            .iter()
            .map(|(reason, row)| {
                let mut operations: Vec<OperationId> = row.operations.iter().cloned().collect();
                operations.sort_by_key(|id| self.position_anywhere(id));
                SkippedRow {
                    reason: reason.clone(),
                    phases: row.phases.iter().copied().collect(),
                    operations,
                    count: row.count,
                }
            })
            .collect()
    }

    fn diagnostics(&self) -> Vec<Diagnostic> {
        let all = self.specs.iter().flat_map(|spec| &spec.diagnostics);
        all.map(|one| self.redacted(one)).collect()
    }

    fn redacted(&self, diagnostic: &Diagnostic) -> Diagnostic {
        Diagnostic {
            message: self.redactor.text(&diagnostic.message),
            ..diagnostic.clone()
        }
    }

    /// The diagnostics that fail the run. Scenarios say themselves what has to work.
    fn defects(&self) -> Vec<Diagnostic> {
        let started = self.started.as_ref();
        let is_scripted = !self.workflows.reports.is_empty() || self.load.is_some();
        let started = started.filter(|_| !is_scripted);
        let (Some(least), Some(started)) = (self.fail_on, started) else {
            return Vec::new();
        };
        let found = defects(&self.specs, &started.operations, least);
        found.map(|one| self.redacted(one)).collect()
    }

    fn end<'b>(&'b self, defects: &'b [Diagnostic]) -> End<'b> {
        End {
            defects,
            obstacle: self.obstacles.first(),
            interrupted: self.interrupted.as_deref(),
            // What the author of a scenario asks for is proved by its criteria.
            thresholds: self.load.as_ref().map_or(0, LoadReport::failed_thresholds),
            is_warmed_up: self.load.as_ref().is_some_and(LoadReport::is_warmed_up),
            is_proven: self.load.is_some()
                || !self.workflows.reports.is_empty()
                || self.tallies.values().any(|tally| tally.succeeded),
        }
    }

    fn timing(&self) -> Timing {
        Timing {
            elapsed_ms: u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX),
            response_time: self.response_time.latency(),
            service_time: self.service_time.latency(),
            operations: self
                .reported()
                .into_iter()
                .filter_map(|key| {
                    let tally = self.tallies.get(key)?;
                    Some((key.1.clone(), tally.response_time.latency()))
                })
                .collect(),
            steps: self.workflows.timings.clone(),
        }
    }
}

pub(super) fn operation<'a>(specs: &[&'a Spec], (api, id): &Key) -> Option<&'a Operation> {
    specs.get(*api)?.operations.get(id)
}

impl Sink for Recorder<'_> {
    fn take(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Started(started) => self.started = Some(started.clone()),
            Event::Planned { .. } | Event::Second(_) | Event::StepWaits(_) => {}
            Event::Judged(verdict) => self.judged(verdict),
            Event::WorkflowStarted(started) => {
                self.redactor.learn(&started.inputs);
                self.workflows.start(started, &self.redactor);
            }
            Event::Step(run) => self.step(run),
            Event::WorkflowEnded(ended) => self.workflows.end(ended, &self.redactor),
            Event::Skipped(skip) => self.skip(skip),
            Event::Sampled(verdict, secrets) => self.sampled(verdict, secrets),
            Event::Repeated(counts) => {
                for (fingerprint, count) in counts {
                    if let Some(found) = self.findings.get_mut(fingerprint) {
                        found.count = *count;
                    }
                }
            }
            Event::Loaded(load) => self.loaded(load),
            Event::Hindered(obstacle) => self.obstacles.push(Obstacle {
                code: obstacle.code,
                message: self.redactor.text(&obstacle.message),
            }),
            Event::Finished {
                elapsed,
                interrupted,
            } => {
                self.elapsed = *elapsed;
                self.interrupted = interrupted.as_ref().map(|why| self.redactor.text(why));
            }
        }
        Ok(())
    }
}
