//! Checks: no answer makes them fail, and equal answers make equal findings.

use std::sync::LazyLock;

use proofmark::case::{Authority, Case, Modes, Phase, PlanOptions, Resources, encode, plan};
use proofmark::check::{self, Step, Subject};
use proofmark::http::{Exchange, Request, Response, Timing};
use proofmark::secret::Secret;
use proofmark::seed::Seed;

use super::message::{Message, messages};
use super::petstore;

/// A few cases of every operation, with what they send.
static CASES: LazyLock<Vec<(Case, Request)>> = LazyLock::new(|| {
    let spec = petstore::spec();
    let authority = Authority {
        fallback: Some(Secret::new("sandbox-token")),
        ..Authority::default()
    };
    let options = PlanOptions {
        seed: Seed::new(1),
        modes: Modes::All,
        phases: Phase::PLANNED.into(),
        cases: 2,
        operations: spec.operations.keys().cloned().collect(),
        resources: Resources::new(),
    };
    let cases = plan(spec, &options).cases.into_iter();
    cases
        .filter_map(|case| {
            let request = encode(spec, &case, &authority).ok()?.request;
            Some((case, request))
        })
        .collect()
});

/// Judges a history of answers to cases of the pet shop. The first line of each message holds the
/// operation, which of its cases, and the answer's status.
///
/// # Panics
/// If a check that does not apply finds something, or a second look finds something else.
pub fn check(data: &[u8]) {
    let mut history: Vec<Step> = Vec::new();
    let messages = messages(data);
    for message in messages.iter().take(6) {
        let Some(step) = step(message, messages.len() > 1) else {
            continue;
        };
        judge(&step, &history);
        history.push(step);
    }
}

/// An exchange; it belongs to a sequence when there are others.
fn step(message: &Message<'_>, is_sequence: bool) -> Option<Step> {
    let number = |index: usize| -> usize {
        let word = message.words.get(index);
        word.and_then(|word| word.parse().ok()).unwrap_or_default()
    };
    let operation = message.words.first()?;
    let mut known = CASES
        .iter()
        .filter(|(case, _)| case.operation.as_str() == operation);
    let count = known.clone().count();
    let (case, request) = known.nth(number(1) % count.max(1))?;
    let mut case = case.clone();
    if is_sequence {
        case.phase = Phase::Stateful;
    }
    let mut response = Response::new(u16::try_from(number(2) % 1000).unwrap_or_default());
    for (name, value) in &message.headers {
        response = response.with_header(name, value);
    }
    response.body = message.body.unwrap_or_default().to_vec().into();
    Some(Step {
        case,
        exchange: Exchange {
            request: request.clone(),
            outcome: Ok(response),
            timing: Timing::default(),
        },
    })
}

fn judge(step: &Step, history: &[Step]) {
    let spec = petstore::spec();
    let subject = Subject {
        spec,
        operation: &spec.operations[&step.case.operation],
        case: &step.case,
        exchange: &step.exchange,
        history,
    };
    let applied = check::applied(&subject, check::all());
    let findings = check::judge(&subject, check::all());
    assert_eq!(findings, check::judge(&subject, check::all()));
    for finding in findings {
        assert!(applied.contains(&finding.code), "{finding:?}");
        assert!(
            finding.place.is_some() && !finding.title.is_empty(),
            "{finding:?}"
        );
    }
}
