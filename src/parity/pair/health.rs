//! Health: whether a side is fit to be compared. One that hardly answers is named as what it is; its
//! answers are no differences.

use serde::Serialize;

use super::course::{Course, Stage};
use super::recording::{Answered, Recording};
use super::symptom::unreadable;
use crate::case::{Credentials, Intent, Phase};
use crate::code::Code;
use crate::http::{Response, TransportError};
use crate::probe::Ended;

/// How many answers a share is taken of, at least.
pub(super) const LEAST: usize = 4;

/// What a side is that is asked at the wrong place.
pub(super) const ELSEWHERE: &str = "elsewhere";

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
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
    /// `half-authenticated`, `elsewhere`, `out-of-service`, `unreadable`.
    pub kind: &'static str,
    /// The kind in the table of codes.
    pub code: Code,
    /// What happened, a lower-case fragment.
    pub message: String,
}

/// What is wrong with a side, whichever it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ailment {
    /// What it is, as in [`Illness`].
    pub(super) kind: &'static str,
    /// The kind in the table of codes.
    pub(super) code: Code,
    /// What happened, a lower-case fragment.
    pub(super) message: String,
}

impl Illness {
    pub(super) fn new(side: Side, ailment: Ailment) -> Self {
        let Ailment {
            kind,
            code,
            message,
        } = ailment;
        Self {
            side,
            kind,
            code,
            message,
        }
    }

    pub(super) fn ailment(&self) -> Ailment {
        Ailment {
            kind: self.kind,
            code: self.code,
            message: self.message.clone(),
        }
    }
}

impl Side {
    /// Its place among the two.
    pub(super) fn number(self) -> usize {
        match self {
            Self::Baseline => 0,
            Self::Candidate => 1,
        }
    }

    /// The other one.
    pub(super) fn other(self) -> Self {
        match self {
            Self::Baseline => Self::Candidate,
            Self::Candidate => Self::Baseline,
        }
    }

    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Candidate => "candidate",
        }
    }
}

/// What ended the recording of a side: it cannot be reached, refuses the credentials, or is as was seen on the
/// way. What many answers have in common is not asked for.
pub fn obstacle(baseline: &Recording, candidate: &Recording) -> Option<Illness> {
    let mut sides = [(Side::Baseline, baseline), (Side::Candidate, candidate)].into_iter();
    sides.find_map(|(side, recording)| {
        let has_ended = matches!(
            recording.ended,
            Some(Ended::Unreachable(_) | Ended::Unauthorized(_))
        );
        let is_unfit = recording.ailment.is_some() || has_ended;
        let ailment = alone(recording).filter(|_| is_unfit)?;
        Some(Illness::new(side, ailment))
    })
}

/// What keeps two sides from being compared.
pub fn illnesses(baseline: &Recording, candidate: &Recording) -> Vec<Illness> {
    found(baseline, candidate, Stage::End)
}

/// The same after the first look.
pub fn at_first_sight(baseline: &Recording, candidate: &Recording) -> Vec<Illness> {
    found(baseline, candidate, Stage::Look)
}

fn found(baseline: &Recording, candidate: &Recording, stage: Stage) -> Vec<Illness> {
    let sides = [(Side::Baseline, baseline), (Side::Candidate, candidate)];
    let mut found: Vec<Illness> = sides
        .into_iter()
        .filter_map(|(side, recording)| Some(Illness::new(side, alone(recording)?)))
        .collect();
    if let [only] = &*found
        && only.kind == ELSEWHERE
    {
        // The run ended before the other one had answered as much.
        let side = only.side.other();
        let (own, named) = match side {
            Side::Baseline => (baseline, candidate),
            Side::Candidate => (candidate, baseline),
        };
        let other = Course::of(own).idle(&Course::of(named), Stage::End);
        found.extend(other.map(|ailment| Illness::new(side, ailment)));
        found.sort_by_key(|illness| illness.side.number());
    }
    if found.is_empty() {
        let courses = sides.map(|(_, recording)| Course::of(recording));
        let [one, other] = &courses;
        let both = [(Side::Baseline, one, other), (Side::Candidate, other, one)];
        found.extend(both.into_iter().filter_map(|(side, own, other)| {
            let ailment = own.unfit(other, stage)?;
            Some(Illness::new(side, ailment))
        }));
    }
    if found.is_empty() {
        found.extend(refused(baseline, candidate));
    }
    found
}

/// What is wrong with one side, whatever the other is like.
pub(super) fn alone(recording: &Recording) -> Option<Ailment> {
    if recording.ailment.is_some() {
        return recording.ailment.clone();
    }
    let ill = |kind, code, message: String| {
        Some(Ailment {
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
    unread(recording)
}

/// A side whose bodies are coded in a way that cannot be undone: nothing of them can be compared.
fn unread(recording: &Recording) -> Option<Ailment> {
    let answers = recording.answers.values();
    let responses = answers.filter_map(|one| one.verdict.exchange.response());
    let bodies: Vec<&Response> = responses.filter(|one| !one.body.is_empty()).collect();
    let coded: Vec<String> = bodies.iter().filter_map(|one| unreadable(one)).collect();
    let first = coded.first()?;
    (coded.len() * 2 > bodies.len()).then(|| Ailment {
        kind: "unreadable",
        code: Code::NOT_EXERCISED,
        message: format!(
            "{} of {} bodies have a `Content-Encoding` that was not asked for and cannot be undone: `{first}`",
            coded.len(),
            bodies.len()
        ),
    })
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
