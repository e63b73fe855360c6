//! Courses: what a side has answered so far, counted, and what it cannot be compared for.

use std::collections::{BTreeMap, BTreeSet};

use super::health::{Ailment, LEAST};
use super::recording::{Answered, Recording};
use super::symptom::Symptom;
use crate::case::{Credentials, Intent, Phase};
use crate::code::Code;
use crate::spec::OperationId;

/// How many operations refuse the credentials of every valid request before a side counts as
/// half-authenticated: with 401, and with 403, which may be a matter of one operation.
const UNAUTHENTICATED: usize = 2;
const FORBIDDEN: usize = 4;

/// How much of a run a judgement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// The first look.
    Look,
    /// So many answers of so many operations.
    Run {
        /// Answers, at least.
        answers: usize,
        /// Operations, at least.
        operations: usize,
    },
    /// All of it.
    End,
}

/// What a side has answered so far.
#[derive(Debug, Default)]
pub(super) struct Course {
    answers: usize,
    /// Answers with success that are no pages for people.
    served: usize,
    /// Answers by symptom.
    strange: BTreeMap<Symptom, usize>,
    /// How many of them are not as the document wants them.
    alien: usize,
    /// The statuses of what fails.
    failing: BTreeMap<u16, usize>,
    operations: BTreeMap<(usize, OperationId), Access>,
}

/// How an operation took the credentials of valid requests.
#[derive(Debug, Default)]
struct Access {
    asked: usize,
    served: usize,
    unauthenticated: usize,
    forbidden: usize,
}

impl Course {
    pub(super) fn of(recording: &Recording) -> Self {
        let mut course = Self::default();
        for answered in recording.answers.values() {
            course.note(answered);
        }
        course
    }

    pub(super) fn note(&mut self, answered: &Answered) {
        let verdict = &answered.verdict;
        let Some(status) = verdict.exchange.status() else {
            return;
        };
        self.answers += 1;
        let symptom = Symptom::of(&verdict.exchange, None);
        if let Some(symptom) = symptom {
            *self.strange.entry(symptom).or_default() += 1;
            self.alien += usize::from(!verdict.findings.is_empty());
            if symptom == Symptom::Failing {
                *self.failing.entry(status).or_default() += 1;
            }
        }
        let is_served = symptom.is_none() && (200..300).contains(&status);
        self.served += usize::from(is_served);
        let case = &verdict.case;
        let key = (verdict.api, case.operation.clone());
        let access = self.operations.entry(key).or_default();
        let is_proper = case.inputs.credentials == Credentials::Proper
            && !matches!(case.intent, Intent::Invalid(_))
            && case.phase != Phase::Preflight
            && !verdict.prepared.secrets.is_empty();
        if is_proper {
            access.asked += 1;
            access.served += usize::from(is_served);
            access.unauthenticated += usize::from(status == 401);
            access.forbidden += usize::from(status == 403);
        }
    }

    fn count(&self, symptom: Symptom) -> usize {
        self.strange.get(&symptom).copied().unwrap_or_default()
    }

    /// A side that serves nothing: it is asked at the wrong place, or is out of service.
    pub(super) fn astray(&self, other: &Self, stage: Stage) -> Option<Ailment> {
        let symptoms = [
            Symptom::Missing,
            Symptom::Failing,
            Symptom::Redirected,
            Symptom::Page,
        ];
        let strange: usize = symptoms.iter().map(|one| self.count(*one)).sum();
        let all = self.answers;
        // What is wrong before a server looks at the path may be told otherwise.
        if all == 0 || self.served > 0 || strange * 10 < all * 9 {
            return None;
        }
        // A server may not have what is asked for, and say so as the document wants it.
        let is_alien = self.alien >= strange && strange == all;
        let is_enough = match stage {
            Stage::Look => all >= LEAST && self.alien >= strange,
            Stage::Run {
                answers,
                operations,
            } => all >= answers && self.operations.len() >= operations,
            Stage::End => all >= LEAST || is_alien,
        };
        let (symptom, count) = symptoms
            .into_iter()
            .map(|symptom| (symptom, self.count(symptom)))
            .max_by_key(|(_, count)| *count)?;
        // Whoever fails at everything shows nothing that could be compared, whatever the other is like.
        if !is_enough || (other.served == 0 && symptom != Symptom::Failing) {
            return None;
        }
        let (kind, code) = symptom.kind();
        let hint = "and the other side serves some of it: is its URL right?";
        let message = match symptom {
            Symptom::Failing => {
                let (status, _) = self.failing.iter().max_by_key(|(_, count)| **count)?;
                format!(
                    "it serves nothing: {count} of {all} answers were 5xx, most of them {status}"
                )
            }
            Symptom::Redirected => format!("{count} of {all} answers lead elsewhere (3xx), {hint}"),
            Symptom::Page => format!("{count} of {all} answers were HTML pages, {hint}"),
            _ => format!("{count} of {all} answers were 404, {hint}"),
        };
        Some(Ailment {
            kind,
            code,
            message,
        })
    }

    /// A side that takes the credentials for some operations only.
    pub(super) fn half_authenticated(&self, other: &Self) -> Option<Ailment> {
        let refusing = |is: &dyn Fn(&Access) -> bool| -> BTreeSet<&OperationId> {
            let operations = self.operations.iter();
            let refusing = operations.filter(|(key, access)| {
                let is_served = other.operations.get(*key).is_some_and(|one| one.served > 0);
                access.asked >= LEAST && is_served && is(access)
            });
            refusing.map(|((_, id), _)| id).collect()
        };
        let unauthenticated = refusing(&|access| access.unauthenticated == access.asked);
        let forbidden =
            refusing(&|access| access.unauthenticated + access.forbidden == access.asked);
        let (found, statuses) = if unauthenticated.len() >= UNAUTHENTICATED {
            (unauthenticated, "401")
        } else if forbidden.len() >= FORBIDDEN {
            (forbidden, "401 or 403")
        } else {
            return None;
        };
        let names: Vec<String> = found.iter().map(|id| format!("`{id}`")).collect();
        Some(Ailment {
            kind: "half-authenticated",
            code: Code::UNAUTHORIZED,
            message: format!(
                "every valid request of {} was answered {statuses}, and the other side serves some of them",
                names.join(", ")
            ),
        })
    }
}
