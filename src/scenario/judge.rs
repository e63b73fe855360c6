//! Judging steps: the criteria that are written, or the one that counts where none is.

use serde_json::Value;

use crate::arazzo::{Criterion, Placed, Scope, Severities, Step};
use crate::case::Intent;
use crate::check::{Blame, Finding};
use crate::code::Code;
use crate::record::{CriterionRun, Verdict};
use crate::spec::Operation;

/// The criteria of a step with what they saw in an answer.
pub(crate) fn criteria(
    step: &Step,
    operation: &Operation,
    verdict: &Verdict,
    scope: &Scope<'_>,
) -> Vec<CriterionRun> {
    if step.criteria.is_empty() {
        vec![unwritten(step, operation, verdict)]
    } else {
        step.criteria
            .iter()
            .map(|criterion| judged(criterion, scope))
            .collect()
    }
}

/// A criterion with what it saw.
pub(crate) fn judged(criterion: &Placed<Criterion>, scope: &Scope<'_>) -> CriterionRun {
    let judgement = criterion.value.judge(scope);
    CriterionRun {
        condition: criterion.value.condition().to_owned(),
        location: criterion.location.clone(),
        holds: judgement.holds,
        actual: judgement.actual,
        notes: judgement.notes.iter().map(ToString::to_string).collect(),
        error: judgement.error,
    }
}

/// What counts without criteria: the answer is a documented success, and a refusal where the body was
/// made to break the schema.
fn unwritten(step: &Step, operation: &Operation, verdict: &Verdict) -> CriterionRun {
    let status = verdict.exchange.status();
    let is_invalid = matches!(verdict.case.intent, Intent::Invalid(_));
    let (condition, holds) = if is_invalid {
        let refused = status.is_some_and(|status| (400..500).contains(&status));
        ("the invalid body is refused with a 4xx", refused)
    } else {
        let documented = |status: &u16| {
            (200..300).contains(status) && operation.responses.select(*status).is_some()
        };
        let holds = status.as_ref().is_some_and(documented);
        ("the answer is a documented 2xx", holds)
    };
    let actual = status.map(|status| ("$statusCode".to_owned(), Value::from(status)));
    CriterionRun {
        condition: condition.to_owned(),
        location: step.location.clone(),
        holds,
        actual: actual.into_iter().collect(),
        notes: Vec::new(),
        error: None,
    }
}

/// The findings of criteria that do not hold.
fn findings(
    (workflow, step): (&str, &Step),
    verdict: &Verdict,
    criteria: &[CriterionRun],
) -> Vec<Finding> {
    let broken = criteria.iter().filter(|criterion| !criterion.holds);
    broken
        .map(|criterion| {
            let mut lines: Vec<String> = criterion
                .actual
                .iter()
                .map(|(expression, value)| format!("{expression} is {value}"))
                .collect();
            lines.extend(criterion.error.clone());
            lines.extend(criterion.notes.iter().cloned());
            let title = format!(
                "step `{}` of `{workflow}`: `{}` does not hold",
                step.id, criterion.condition
            );
            let key = format!("{workflow}/{}/{}", step.id, criterion.condition);
            finding(verdict, Code::CRITERION_FAILED, title, &key)
                .at(&criterion.location)
                .with_detail(lines.join("\n"))
        })
        .collect()
}

/// A finding about a step.
fn finding(verdict: &Verdict, code: Code, title: String, key: &str) -> Finding {
    Finding::new(code, &verdict.case.operation, &verdict.case.id, title)
        .blaming(Blame::Server)
        .keyed(key)
}

/// Adds what a step's own criteria and outputs say to what the checks found.
pub(crate) fn conclude(
    verdict: &mut Verdict,
    (workflow, step): (&str, &Step),
    criteria: &[CriterionRun],
    reason: Option<&str>,
    code: Option<Code>,
) {
    // That no answer came is a finding of its own, and a credential that is refused says nothing of the
    // server.
    if verdict.exchange.outcome.is_ok() && code != Some(Code::UNAUTHORIZED) {
        let found = findings((workflow, step), verdict, criteria);
        verdict.findings.extend(found);
    }
    if let (Some(code @ Code::OUTPUT_MISSING), Some(reason)) = (code, reason) {
        let title = format!("step `{}` of `{workflow}`: {reason}", step.id);
        let key = format!("{workflow}/{}/{reason}", step.id);
        let missing = finding(verdict, code, title, &key).at(&step.location);
        verdict.findings.push(missing);
    }
}

/// Gives findings the severities that the author wishes, the nearest wish first.
pub(crate) fn weigh<'a>(verdict: &mut Verdict, checks: impl Iterator<Item = &'a Severities>) {
    let checks: Vec<&Severities> = checks.collect();
    verdict.findings.retain_mut(|finding| {
        let mut own = checks.iter().filter_map(|own| own.0.get(&finding.code));
        match own.next() {
            Some(Some(severity)) => {
                finding.severity = *severity;
                true
            }
            Some(None) => false,
            None => true,
        }
    });
}
