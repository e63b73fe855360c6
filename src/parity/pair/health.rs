//! Health: whether a side is fit to be compared. One that hardly answers is named as what it is; its
//! answers are no differences.

use serde::Serialize;

use super::recording::{Answered, Recording};
use crate::case::{Credentials, Intent, Phase};
use crate::code::Code;
use crate::http::TransportError;
use crate::probe::Ended;

/// How many answers a share is taken of, at least.
const LEAST: usize = 4;

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// What is compared with.
    Baseline,
    /// What is compared.
    Candidate,
}

/// Why a side cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Illness {
    /// Which side.
    pub side: Side,
    /// What it is, in kebab-case: `unreachable`, `slow`, `rate-limiting`, `unauthorized`,
    /// `half-authenticated`, `elsewhere`.
    pub kind: &'static str,
    /// The kind in the table of codes.
    pub code: Code,
    /// What happened, a lower-case fragment.
    pub message: String,
}

impl Side {
    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Candidate => "candidate",
        }
    }
}

/// What keeps two sides from being compared.
pub fn illnesses(baseline: &Recording, candidate: &Recording) -> Vec<Illness> {
    let mut found: Vec<Illness> = [(Side::Baseline, baseline), (Side::Candidate, candidate)]
        .into_iter()
        .filter_map(|(side, recording)| alone(side, recording))
        .collect();
    if found.is_empty() {
        found.extend(refused(baseline, candidate));
        found.extend(elsewhere(baseline, candidate));
    }
    found
}

/// What is wrong with one side, whatever the other is like.
fn alone(side: Side, recording: &Recording) -> Option<Illness> {
    let ill = |kind, code, message: String| {
        Some(Illness {
            side,
            kind,
            code,
            message,
        })
    };
    match &recording.ended {
        Some(Ended::Unreachable(reason)) => {
            return ill("unreachable", Code::UNREACHABLE, reason.clone());
        }
        Some(Ended::Unauthorized(reason)) => {
            return ill("unauthorized", Code::UNAUTHORIZED, reason.clone());
        }
        _ => {}
    }
    let all = recording.answers.len();
    let count =
        |is: &dyn Fn(&Answered) -> bool| recording.answers.values().filter(|one| is(one)).count();
    let is_most = |number: usize| number >= LEAST.min(all.max(1)) && number * 2 > all;
    let error = |answered: &Answered| answered.verdict.exchange.outcome.as_ref().err().cloned();
    let unreachable = count(&|one| matches!(error(one), Some(TransportError::Unreachable(_))));
    if is_most(unreachable) {
        let message = format!("{unreachable} of {all} requests found no server");
        return ill("unreachable", Code::UNREACHABLE, message);
    }
    let late = count(&|one| matches!(error(one), Some(TransportError::Timeout(_))));
    let in_a_row = last(recording, &|one| {
        matches!(error(one), Some(TransportError::Timeout(_)))
    });
    if is_most(late) || in_a_row >= LEAST {
        let message = format!("{late} of {all} requests got no answer in time");
        return ill("slow", Code::NO_ANSWER, message);
    }
    let unanswered = count(&|one| error(one).is_some());
    if is_most(unanswered) {
        let message = format!("{unanswered} of {all} requests got no whole answer");
        return ill("unreachable", Code::UNREACHABLE, message);
    }
    let throttled = count(&|one| one.verdict.exchange.status() == Some(429));
    if is_most(throttled) {
        let message = format!("{throttled} of {all} requests were answered 429");
        return ill("rate-limiting", Code::NOT_EXERCISED, message);
    }
    None
}

/// How many of the last answers are alike.
fn last(recording: &Recording, is: &dyn Fn(&Answered) -> bool) -> usize {
    let answers = recording.answers.values().rev();
    answers.take_while(|one| is(one)).count()
}

/// A side that refuses credentials where the other takes them, for most of what needs them.
fn refused(baseline: &Recording, candidate: &Recording) -> Option<Illness> {
    let is_refusal = |one: &Answered| matches!(one.verdict.exchange.status(), Some(401 | 403));
    let counts = |own: &Recording, other: &Recording| {
        let (mut asked, mut refused) = (0, 0);
        for (name, answered) in &own.answers {
            let case = &answered.verdict.case;
            let is_proper = case.inputs.credentials == Credentials::Proper
                && !matches!(case.intent, Intent::Invalid(_))
                && case.phase != Phase::Preflight;
            let other = other.answers.get(name).filter(|other| !is_refusal(other));
            if is_proper && other.is_some() {
                asked += 1;
                refused += usize::from(is_refusal(answered));
            }
        }
        (asked, refused)
    };
    let sides = [
        (Side::Baseline, counts(baseline, candidate)),
        (Side::Candidate, counts(candidate, baseline)),
    ];
    let found = sides
        .into_iter()
        .find(|(_, (asked, refused))| *refused >= LEAST && refused * 2 > *asked);
    found.map(|(side, (asked, refused))| Illness {
        side,
        kind: "half-authenticated",
        code: Code::UNAUTHORIZED,
        message: format!(
            "{refused} of {asked} valid requests were answered 401 or 403 that the other side serves"
        ),
    })
}

/// A side that finds hardly anything and serves nothing where the other serves something: it is asked at the wrong place.
fn elsewhere(baseline: &Recording, candidate: &Recording) -> Option<Illness> {
    let misses = |own: &Recording| {
        let statuses = own
            .answers
            .values()
            .map(|one| one.verdict.exchange.status());
        statuses.filter(|status| *status == Some(404)).count()
    };
    let serves = |own: &Recording| {
        let mut statuses = own
            .answers
            .values()
            .map(|one| one.verdict.exchange.status());
        statuses.any(|status| matches!(status, Some(200..300)))
    };
    let sides = [
        (Side::Baseline, baseline, candidate),
        (Side::Candidate, candidate, baseline),
    ];
    sides.into_iter().find_map(|(side, own, other)| {
        let all = own.answers.len();
        let missed = misses(own);
        // What is wrong before a server looks at the path may be told otherwise.
        let is_lost = all >= LEAST && missed * 10 >= all * 9 && !serves(own) && serves(other);
        is_lost.then(|| Illness {
            side,
            kind: "elsewhere",
            code: Code::NOT_EXERCISED,
            message: format!("{missed} of {all} answers were 404, and the other side serves some of it: is the path of its URL right?"),
        })
    })
}
