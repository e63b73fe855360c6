//! Runs under load in JUnit: a suite of the thresholds, and one for each workflow with its steps.

use super::{Case, Failure, Suite};
use crate::code::Code;
use crate::record::{LoadReport, StepLoad, ThresholdOutcome, ThresholdResult};

/// The suites of a run under load.
pub(super) fn suites(load: &LoadReport) -> Vec<Suite> {
    let mut suites = Vec::new();
    if !load.thresholds.is_empty() {
        suites.push(Suite {
            name: "proofmark.load.thresholds".to_owned(),
            file: None,
            seconds: 0.0,
            cases: load.thresholds.iter().map(threshold).collect(),
        });
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
        if let Some(suite) = suites.last_mut() {
            suite.cases.push(case(step));
        }
    }
    suites
}

fn threshold(result: &ThresholdResult) -> Case {
    let name = format!("{}: {}", result.metric, result.condition);
    let measured = match result.value {
        Some(value) => format!("it was {value}"),
        None => "nothing was measured that it is about".to_owned(),
    };
    let failure = |code: Code| {
        Some(Failure {
            kind: code.name().to_owned(),
            message: format!("{name}: {measured}"),
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
            .then(|| format!("{measured}; the generator was the limit")),
        told: (result.outcome == ThresholdOutcome::Passed).then_some(measured),
        seconds: None,
        name,
    }
}

fn case(step: &StepLoad) -> Case {
    let errors: Vec<String> = step
        .findings
        .iter()
        .map(|(code, count)| format!("{code} {} x {count}", code.name()))
        .collect();
    let times = &step.response_time;
    let told = format!(
        "{} requests, {} failed; response time p50 {} ms, p95 {} ms, p99 {} ms, max {} ms",
        step.requests, step.failed, times.p50_ms, times.p95_ms, times.p99_ms, times.max_ms
    );
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
