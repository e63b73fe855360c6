//! Courses: what a side has answered so far, counted, and what it cannot be compared for.

use std::collections::{BTreeMap, BTreeSet};

use super::health::{Ailment, ELSEWHERE, LEAST};
use super::recording::{Answered, Recording};
use super::symptom::Symptom;
use crate::case::{Credentials, Intent, Phase};
use crate::code::Code;
use crate::record::Verdict;
use crate::spec::OperationId;

/// How many operations refuse the credentials of every valid request before a side counts as
/// half-authenticated: with 401, and with 403, which may be a matter of one operation.
const UNAUTHENTICATED: usize = 2;
const FORBIDDEN: usize = 4;
/// How many operations of which nothing was served are enough at the end.
const OPERATIONS: usize = 3;

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
    /// Requests whose answers did not come, or not whole.
    unanswered: usize,
    /// Answers with success that are no pages for people.
    served: usize,
    /// Answers by symptom.
    strange: BTreeMap<Symptom, usize>,
    /// How many of them are not as the document wants them.
    alien: usize,
    /// The statuses of what fails.
    failing: BTreeMap<u16, usize>,
    /// Valid requests that should have been served.
    valid: usize,
    /// How many of them got an answer that is not as the document wants it.
    astonishing: usize,
    /// Answers by what they are, in words.
    forms: BTreeMap<String, usize>,
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
            self.unanswered += 1;
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
        let is_success = symptom.is_none() && (200..300).contains(&status);
        let is_served = is_success && !is_blank(verdict);
        self.served += usize::from(is_served);
        *self.forms.entry(form(symptom, status)).or_default() += 1;
        let case = &verdict.case;
        let is_astonishing = !verdict.findings.is_empty();
        let is_valid = match case.intent {
            Intent::Valid => case.phase != Phase::Preflight,
            // A step may ask for what is refused.
            Intent::Scripted => is_astonishing,
            Intent::Invalid(_) => false,
        };
        if is_valid && case.inputs.credentials == Credentials::Proper {
            self.valid += 1;
            self.astonishing += usize::from(is_astonishing);
        }
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

    /// What keeps a side from being compared, next to the other one.
    pub(super) fn unfit(&self, other: &Self, stage: Stage) -> Option<Ailment> {
        self.astray(other, stage)
            .or_else(|| self.half_authenticated(other))
            .or_else(|| self.idle(other, stage))
    }

    /// A side that serves nothing: it is asked at the wrong place, or is out of service.
    fn astray(&self, other: &Self, stage: Stage) -> Option<Ailment> {
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

    /// A side that serves nothing of a document, whatever it answers instead: nothing that it does can be
    /// compared.
    pub(super) fn idle(&self, other: &Self, stage: Stage) -> Option<Ailment> {
        if self.served > 0 || self.valid < LEAST || self.count(Symptom::Throttled) > 0 {
            return None;
        }
        // Credentials, and answers that break off, are judged on their own.
        if self.count(Symptom::Refused) * 2 > self.answers || self.unanswered * 10 > self.answers {
            return None;
        }
        let is_astonishing = self.astonishing * 10 >= self.valid * 9;
        let is_enough = match stage {
            Stage::Look => false,
            Stage::Run {
                answers,
                operations,
            } => self.answers >= answers && self.operations.len() >= operations && is_astonishing,
            // A server may not have what a few operations ask for, or be stricter than the other one.
            Stage::End => {
                self.operations.len() >= OPERATIONS || (is_astonishing && other.served == 0)
            }
        };
        let (form, count) = self.forms.iter().max_by_key(|(_, count)| **count)?;
        is_enough.then(|| Ailment {
            kind: ELSEWHERE,
            code: Code::NOT_EXERCISED,
            message: format!(
                "it served none of {} valid requests; {count} of {} answers were {form}: is its URL right?",
                self.valid, self.answers
            ),
        })
    }

    /// A side that takes the credentials for some operations only.
    fn half_authenticated(&self, other: &Self) -> Option<Ailment> {
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

/// Whether an answer says yes and that there is nothing else (204), where the document wants another one.
fn is_blank(verdict: &Verdict) -> bool {
    let is_empty = verdict.exchange.status() == Some(204);
    is_empty && !verdict.findings.is_empty() && verdict.exchange.request.method != "DELETE"
}

/// What an answer is, in words.
fn form(symptom: Option<Symptom>, status: u16) -> String {
    match symptom {
        Some(Symptom::Page) => "HTML pages".to_owned(),
        _ => status.to_string(),
    }
}
