//! Items: what failed in the workflows of a report, and what became of it.

use super::found::Named;
use crate::code::Code;
use crate::record::{
    AttemptReport, FindingRow, StepOutcome, StepReport, Summary, WorkflowKey, WorkflowReport,
};
use crate::report::{Fate, Replayed, Sent};

/// Something that failed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item<'s> {
    /// A finding, and the first step that has it; `None` where steps are not told one by one.
    Finding(&'s FindingRow, Option<(&'s WorkflowReport, &'s StepReport)>),
    /// A step that failed without a finding.
    Step(&'s WorkflowReport, &'s StepReport),
    /// A workflow that failed though its steps did not.
    Workflow(&'s WorkflowReport),
}

/// All that is told of the workflows of a run.
pub(super) fn items(summary: &Summary) -> Vec<Item<'_>> {
    let steps = || {
        let workflows = summary.workflows.iter();
        workflows.flat_map(|workflow| workflow.steps.iter().map(move |step| (workflow, step)))
    };
    let mut items: Vec<Item<'_>> = summary
        .findings
        .iter()
        .map(|row| {
            let found = steps().find(|(_, step)| has(step, row));
            Item::Finding(row, found)
        })
        .collect();
    let fails = |severity| summary.fails(severity);
    let finding = |fingerprint: &_| {
        let row = summary.finding(fingerprint)?;
        Some((row.code, row.severity))
    };
    let alone = steps().filter(|(_, step)| step.fails_alone(fails, finding));
    items.extend(alone.map(|(workflow, step)| Item::Step(workflow, step)));
    let alone = summary
        .workflows
        .iter()
        .filter(|workflow| workflow.fails_alone());
    items.extend(alone.map(Item::Workflow));
    items
}

/// Whether a finding was made in one of the answers of a step.
fn has(step: &StepReport, row: &FindingRow) -> bool {
    let mut findings = step.attempts.iter().flat_map(|attempt| &attempt.findings);
    findings.any(|fingerprint| *fingerprint == row.fingerprint)
}

impl Named for Item<'_> {
    fn name(&self) -> String {
        match self {
            Self::Finding(row, _) => row.fingerprint.to_string(),
            Self::Step(workflow, step) => format!("{}/{}", workflow.key.workflow, step.step),
            Self::Workflow(workflow) => workflow.key.workflow.clone(),
        }
    }

    fn other_names(&self) -> Vec<String> {
        match self {
            Self::Finding(row, place) => {
                let mut names = vec![row.example.case.to_string()];
                if let Some((workflow, step)) = place {
                    names.push(format!("{}/{}", workflow.key.workflow, step.step));
                }
                names
            }
            Self::Step(..) | Self::Workflow(_) => Vec::new(),
        }
    }

    fn kind(&self) -> String {
        match self {
            Self::Finding(row, _) => row.kind(),
            Self::Step(..) => "a step".to_owned(),
            Self::Workflow(_) => "a workflow".to_owned(),
        }
    }
}

impl Item<'_> {
    /// Whether it failed the run.
    pub(super) fn failed(&self, summary: &Summary) -> bool {
        match self {
            Self::Finding(row, _) => summary.fails(row.severity),
            Self::Step(..) | Self::Workflow(_) => true,
        }
    }

    /// The workflow that it belongs to.
    pub(super) fn workflow(&self) -> Option<&WorkflowKey> {
        match self {
            Self::Finding(_, place) => place.map(|(workflow, _)| &workflow.key),
            Self::Step(workflow, _) | Self::Workflow(workflow) => Some(&workflow.key),
        }
    }

    /// What became of it in another run.
    pub(super) fn replayed(
        &self,
        (old, new): (&Summary, &Summary),
        after_writes: bool,
    ) -> Replayed {
        let (fate, attempt) = self.fate(old, new);
        let place = match self {
            Self::Finding(row, None) => row.operation.to_string(),
            Self::Finding(row, Some((workflow, step))) => {
                format!("{}/{} ({})", workflow.name(), step.step, row.operation)
            }
            Self::Step(workflow, step) => format!("{}/{}", workflow.name(), step.step),
            Self::Workflow(workflow) => workflow.name(),
        };
        let (code, title) = match self {
            Self::Finding(row, _) => (row.code, row.title.clone()),
            Self::Step(_, step) => {
                let code = step.code.unwrap_or(Code::CRITERION_FAILED);
                (code, step.reason.clone().unwrap_or_default())
            }
            Self::Workflow(workflow) => {
                let reason = workflow.reason.clone().unwrap_or_default();
                (Code::CRITERION_FAILED, reason)
            }
        };
        let sent = attempt.and_then(|attempt| {
            Some(Sent {
                side: "",
                request: attempt.request.clone()?,
                response: attempt.response.clone(),
                failure: attempt.failure.clone(),
            })
        });
        Replayed {
            code,
            place,
            name: self.name(),
            title,
            fate,
            after_writes,
            exchanges: sent.into_iter().collect(),
        }
    }

    fn fate<'n>(&self, old: &Summary, new: &'n Summary) -> (Fate, Option<&'n AttemptReport>) {
        match self {
            Self::Finding(row, place) => {
                let own = place.and_then(|(workflow, step)| find(new, &workflow.key, &step.step));
                let last = own.and_then(|step| step.attempts.last());
                if new.finding(&row.fingerprint).is_some() {
                    return (Fate::Still, last);
                }
                let fate = match (place, own) {
                    (None, _) => match new.operations.iter().find(|one| one.id == row.operation) {
                        Some(one) if one.exercised => Fate::Gone,
                        _ => unreached(None),
                    },
                    (Some(_), Some(step)) if last.is_some() => otherwise(step, old, new),
                    (Some(_), step) => unreached(step),
                };
                (fate, last)
            }
            Self::Step(workflow, step) => match find(new, &workflow.key, &step.step) {
                Some(own) if own.outcome == StepOutcome::Passed => {
                    (Fate::Gone, own.attempts.last())
                }
                Some(own) if own.outcome == StepOutcome::Failed => {
                    let fate = if own.code == step.code {
                        Fate::Still
                    } else {
                        Fate::Otherwise(own.reason.clone().unwrap_or_default())
                    };
                    (fate, own.attempts.last())
                }
                own => (unreached(own), None),
            },
            Self::Workflow(workflow) => {
                let own = new.workflows.iter().find(|one| one.key == workflow.key);
                let fate = match own.map(|own| own.outcome) {
                    Some(StepOutcome::Failed) => Fate::Still,
                    Some(StepOutcome::Passed) => Fate::Gone,
                    Some(StepOutcome::NotReached) | None => unreached(None),
                };
                (fate, None)
            }
        }
    }
}

/// The step of another run.
fn find<'n>(new: &'n Summary, key: &WorkflowKey, step: &str) -> Option<&'n StepReport> {
    let workflow = new.workflows.iter().find(|workflow| workflow.key == *key)?;
    workflow.steps.iter().find(|one| one.step == step)
}

/// What became of a finding in a step that was run and does not show it.
fn otherwise(step: &StepReport, old: &Summary, new: &Summary) -> Fate {
    let findings = step.attempts.iter().flat_map(|attempt| &attempt.findings);
    let rows = findings.filter_map(|fingerprint| new.finding(fingerprint));
    let mut grave = rows.filter(|row| old.fails(row.severity));
    match grave.find(|row| old.finding(&row.fingerprint).is_none()) {
        Some(row) => Fate::Otherwise(format!("{} {}", row.code, row.title)),
        None => Fate::Gone,
    }
}

fn unreached(step: Option<&StepReport>) -> Fate {
    let reason = step.and_then(|step| step.reason.clone());
    Fate::NotReached(reason.unwrap_or_else(|| "no workflow came to it".to_owned()))
}
