//! Runs under load in JUnit: a suite of the thresholds, and one for each workflow with its steps.

use std::collections::BTreeSet;

use super::super::load::measured;
use super::{Case, Failure, Suite};
use crate::code::Code;
use crate::record::{FindingRow, LoadReport, StepLoad, Summary, ThresholdOutcome, ThresholdResult};

/// The suites of a run under load.
pub(super) fn suites(summary: &Summary, load: &LoadReport) -> Vec<Suite> {
    let mut suites = Vec::new();
    if !load.thresholds.is_empty() {
        suites.push(Suite {
            name: "proofmark.load.thresholds".to_owned(),
            file: None,
            seconds: 0.0,
            cases: load
                .thresholds
                .iter()
                .map(|result| threshold(result, load))
                .collect(),
        });
    }
    let mut untold = failing(summary);
    for step in &load.steps {
        untold.retain(|row| !(is_of(row, step) && step.findings.contains_key(&row.code)));
    }
    for step in &load.steps {
        let name = format!("proofmark.load.{}.{}", step.scenario, step.workflow);
        if suites.last().is_none_or(|suite: &Suite| suite.name != name) {
            suites.push(Suite {
                name,
                file: None,
                seconds: 0.0,
                cases: Vec::new(),
            });
        }
        // What fails the run must be seen, also where only the warm-up shows it.
        let (in_warm_up, rest) = untold.into_iter().partition(|row| is_of(row, step));
        untold = rest;
        if let Some(suite) = suites.last_mut() {
            suite.cases.push(case(summary, step, &in_warm_up));
        }
    }
    suites
}

/// The findings that fail the run.
fn failing(summary: &Summary) -> Vec<&FindingRow> {
    let rows = summary.findings.iter();
    rows.filter(|row| summary.fails(row.severity)).collect()
}

fn is_of(row: &FindingRow, step: &StepLoad) -> bool {
    row.operation.as_str() == step.operation
}

fn threshold(result: &ThresholdResult, load: &LoadReport) -> Case {
    let name = format!("{}: {}", result.metric, result.condition);
    let mut told = match result.value {
        Some(value) => format!("it was {}", measured(result, value)),
        None => "nothing was measured that it is about".to_owned(),
    };
    if result.aborted {
        told.push_str("; it ended the run");
    }
    let failure = |code: Code| {
        Some(Failure {
            kind: code.name().to_owned(),
            message: format!("{name}: {told}"),
            text: result.place.clone().unwrap_or_default(),
        })
    };
    Case {
        failure: match result.outcome {
            ThresholdOutcome::Crossed => failure(Code::THRESHOLD_CROSSED),
            ThresholdOutcome::NoData => failure(Code::THRESHOLD_WITHOUT_DATA),
            ThresholdOutcome::Passed | ThresholdOutcome::Inconclusive => None,
        },
        skipped: (result.outcome == ThresholdOutcome::Inconclusive)
            .then(|| format!("{told}; {}", load.limit().0)),
        told: (result.outcome == ThresholdOutcome::Passed).then_some(told),
        seconds: None,
        name,
    }
}

fn case(summary: &Summary, step: &StepLoad, in_warm_up: &[&FindingRow]) -> Case {
    let fails: BTreeSet<Code> = failing(summary)
        .into_iter()
        .filter(|row| is_of(row, step))
        .map(|row| row.code)
        .collect();
    let (failed, others): (Vec<_>, Vec<_>) = step
        .findings
        .iter()
        .partition(|(code, _)| fails.contains(code));
    let listed = |found: &[(&Code, &u64)]| -> Vec<String> {
        let found = found.iter();
        found
            .map(|(code, count)| format!("{code} {} x {count}", code.name()))
            .collect()
    };
    let mut errors = listed(&failed);
    errors.extend(
        in_warm_up
            .iter()
            .map(|row| format!("{} {} in the warm-up", row.code, row.code.name())),
    );
    errors.dedup();
    let times = &step.response_time;
    let mut told = format!(
        "{} requests, {} failed, {} throttled; response time p50 {} ms, p95 {} ms, p99 {} ms, max {} ms",
        step.requests,
        step.failed,
        step.throttled,
        times.p50_ms,
        times.p95_ms,
        times.p99_ms,
        times.max_ms
    );
    for other in listed(&others) {
        told.push_str("\nalso ");
        told.push_str(&other);
    }
    Case {
        name: step.step.clone(),
        seconds: Some(times.mean_ms / 1_000.0),
        failure: (!errors.is_empty()).then(|| Failure {
            kind: "findings".to_owned(),
            message: errors.join(", "),
            text: told.clone(),
        }),
        told: errors.is_empty().then_some(told),
        skipped: None,
    }
}
