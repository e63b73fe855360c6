//! Workflows in the summary: what each step sent, got and made of it, redacted.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::lens::Lens;
use super::spot::Spot;
use super::step::{
    Attempt, CriterionRun, StepOutcome, StepRun, Waited, WorkflowKey, WorkflowStarted,
};
use super::veil::Veil;
use super::{Redactor, RequestExcerpt, ResponseExcerpt};
use crate::case::CaseId;
use crate::check::Fingerprint;
use crate::code::{Code, Severity};
use crate::document::Location;

/// One run of a workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkflowReport {
    /// Which.
    #[serde(flatten)]
    pub key: WorkflowKey,
    /// A line about it.
    pub summary: Option<String>,
    /// Where it stands.
    pub location: Location,
    /// What came of it.
    pub outcome: StepOutcome,
    /// Why it is not passed.
    pub reason: Option<String>,
    /// Its inputs.
    pub inputs: Map<String, Value>,
    /// Its steps in the order in which they were run, then those that were not reached.
    pub steps: Vec<StepReport>,
    /// Its outputs.
    pub outputs: Map<String, Value>,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepReport {
    /// Its number in its workflow, from 1.
    pub number: usize,
    /// The `stepId`.
    pub step: String,
    /// What it calls.
    pub target: String,
    /// Where it stands.
    pub location: Location,
    /// What came of it.
    pub outcome: StepOutcome,
    /// What failed it where no answer did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// Why it is not passed.
    pub reason: Option<String>,
    /// The attempts, in order.
    pub attempts: Vec<AttemptReport>,
    /// Its outputs.
    pub outputs: Map<String, Value>,
}

/// One attempt at a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttemptReport {
    /// The case that was sent.
    pub case: Option<CaseId>,
    /// What was sent.
    pub request: Option<RequestExcerpt>,
    /// What came back.
    pub response: Option<ResponseExcerpt>,
    /// Why nothing came back.
    pub failure: Option<String>,
    /// A command that sends the request again.
    pub curl: Option<String>,
    /// The findings of the checks.
    pub findings: Vec<Fingerprint>,
    /// The criteria with what they saw.
    pub criteria: Vec<CriterionReport>,
    /// What is done next, unless the next step simply follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<String>,
    /// How long it was waited before it, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waited: Option<Waited>,
}

/// A criterion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CriterionReport {
    /// The condition as it is written.
    pub condition: String,
    /// Where it stands.
    pub location: Location,
    /// Whether it holds.
    pub holds: bool,
    /// Its expressions with their values.
    pub actual: IndexMap<String, Value>,
    /// What a reader should know.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notes: Vec<String>,
    /// Why it could not be evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl WorkflowReport {
    pub(super) fn new(started: &WorkflowStarted, redactor: &Redactor) -> Self {
        Self {
            key: started.key.clone(),
            summary: started.summary.clone(),
            location: started.location.clone(),
            outcome: StepOutcome::NotReached,
            reason: None,
            inputs: redactor.members(&started.inputs),
            steps: Vec::new(),
            outputs: Map::new(),
        }
    }

    /// Masks what has become known since.
    pub(super) fn mask(&mut self, redactor: &Redactor) {
        if let Some(reason) = &mut self.reason {
            *reason = redactor.words(reason);
        }
        self.inputs = redactor.members(&self.inputs);
        self.outputs = redactor.members(&self.outputs);
        for step in &mut self.steps {
            step.mask(redactor);
        }
    }

    /// Whether it failed though none of its steps did.
    pub fn fails_alone(&self) -> bool {
        let failed = |outcome| outcome == StepOutcome::Failed;
        failed(self.outcome) && !self.steps.iter().any(|step| failed(step.outcome))
    }

    /// The `workflowId`, and which of its runs it is.
    pub fn name(&self) -> String {
        match &self.key.run {
            Some(run) => format!("{} ({run})", self.key.workflow),
            None => self.key.workflow.clone(),
        }
    }
}

impl StepReport {
    /// The report of a step; `lens` shows an exchange about the API description of this number.
    pub(super) fn new<'a>(
        run: &StepRun,
        redactor: &Redactor,
        lens: &dyn Fn(usize) -> Option<Lens<'a>>,
    ) -> Self {
        Self {
            number: run.number,
            step: run.step.clone(),
            target: run.target.clone(),
            location: run.location.clone(),
            outcome: run.outcome,
            code: run.code,
            reason: run.reason.as_ref().map(|reason| redactor.words(reason)),
            attempts: run
                .attempts
                .iter()
                .map(|attempt| AttemptReport::new(attempt, redactor, lens))
                .collect(),
            outputs: redactor.members(&run.outputs),
        }
    }

    /// Whether it fails the run and no finding that does so says why. `fails` says whether a severity
    /// fails the run, `finding` what a finding is.
    pub fn fails_alone(
        &self,
        fails: impl Fn(Severity) -> bool,
        finding: impl Fn(&Fingerprint) -> Option<(Code, Severity)>,
    ) -> bool {
        if self.outcome != StepOutcome::Failed {
            return false;
        }
        let findings = self.attempts.iter().flat_map(|attempt| &attempt.findings);
        let findings: Vec<_> = findings.filter_map(finding).collect();
        if findings.iter().any(|(_, severity)| fails(*severity)) {
            return false;
        }
        if let Some(code) = self.code {
            // That the server cannot be reached, or refuses the credentials, is an obstacle, and says
            // nothing about the contract.
            let is_obstacle = matches!(code, Code::UNREACHABLE | Code::UNAUTHORIZED);
            return !is_obstacle && fails(code.entry().severity);
        }
        // Criteria may have been made to matter less.
        let told = findings.iter().any(|(code, _)| code.is_about_step());
        !told && fails(Severity::Error)
    }

    fn mask(&mut self, redactor: &Redactor) {
        if let Some(reason) = &mut self.reason {
            *reason = redactor.words(reason);
        }
        self.outputs = redactor.members(&self.outputs);
        for attempt in &mut self.attempts {
            attempt.mask(redactor);
        }
    }
}

impl AttemptReport {
    fn new<'a>(
        attempt: &Attempt,
        redactor: &Redactor,
        lens: &dyn Fn(usize) -> Option<Lens<'a>>,
    ) -> Self {
        let shown = attempt.verdict.as_deref().and_then(|verdict| {
            let view = lens(verdict.api)?.exchange(verdict, false);
            Some((verdict, view))
        });
        let veil = shown.as_ref().map(|(_, view)| view.veil.clone());
        let values = veil.unwrap_or_else(|| Veil::of(redactor));
        let criteria = attempt.criteria.iter();
        let criteria = criteria.map(|run| CriterionReport::new(run, &values));
        let criteria = criteria.collect();
        let then = attempt.then.as_ref().map(|then| values.words(then));
        let Some((verdict, view)) = shown else {
            return Self {
                case: None,
                request: None,
                response: None,
                failure: None,
                curl: None,
                findings: Vec::new(),
                criteria,
                then,
                waited: attempt.waited,
            };
        };
        let mut findings: Vec<Fingerprint> = Vec::new();
        for finding in &verdict.findings {
            if !findings.contains(&finding.fingerprint) {
                findings.push(finding.fingerprint.clone());
            }
        }
        Self {
            case: Some(verdict.case.id.clone()),
            request: Some(view.request),
            response: view.response,
            failure: view.failure,
            curl: Some(view.curl),
            findings,
            criteria,
            then,
            waited: attempt.waited,
        }
    }

    fn mask(&mut self, redactor: &Redactor) {
        if let Some(request) = &mut self.request {
            request.mask(redactor);
        }
        if let Some(response) = &mut self.response {
            response.mask(redactor);
        }
        let texts = [&mut self.failure, &mut self.curl];
        for text in texts.into_iter().flatten() {
            *text = redactor.text(text);
        }
        if let Some(then) = &mut self.then {
            *then = redactor.words(then);
        }
        for criterion in &mut self.criteria {
            criterion.mask(redactor);
        }
    }
}

impl CriterionReport {
    fn mask(&mut self, redactor: &Redactor) {
        let veil = Veil::of(redactor);
        for (expression, value) in &mut self.actual {
            *value = veil.show(&Spot::of_expression(expression), value);
        }
        for text in self.notes.iter_mut().chain(&mut self.error) {
            *text = redactor.words(text);
        }
    }

    fn new(run: &CriterionRun, veil: &Veil) -> Self {
        let seen = run.actual.iter().map(|(expression, value)| {
            let shown = veil.show(&Spot::of_expression(expression), value);
            (expression.clone(), shown)
        });
        Self {
            condition: run.condition.clone(),
            location: run.location.clone(),
            holds: run.holds,
            actual: seen.collect(),
            notes: run.notes.iter().map(|note| veil.words(note)).collect(),
            error: run.error.as_ref().map(|error| veil.words(error)),
        }
    }
}
