//! Relapses: a side that serves nothing any more from some step of a workflow on. A step alone does not
//! show it, so that the side is asked again, on its own, for what it had served before.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::health::Ailment;
use super::symptom::Symptom;
use crate::http::{Exchange, Request, Response, Transport};
use crate::record::carries_credentials;
use crate::report::counted;

/// How many requests with the same credentials are kept to be sent again.
const WITNESSES: usize = 3;

/// What a server has served to workflows, and what it was found to have become.
#[derive(Debug, Default)]
pub(super) struct Relapse {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    answers: usize,
    /// Requests with GET that were answered with success.
    witnesses: Vec<Request>,
    /// What is wrong with the server, if it fails at what it has served and the last answer was no exception.
    found: Option<Ailment>,
}

impl Relapse {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of an answer. If it may be that of a server that serves nothing any more, asks again for
    /// what was served before.
    pub(super) async fn note(&self, exchange: &Exchange, transport: &impl Transport) {
        let Some((witnesses, answers)) = self.suspect(exchange) else {
            return;
        };
        let found = Box::pin(examine(&witnesses, answers, transport)).await;
        self.state().found = found;
    }

    /// What is wrong with the server, if the last answer was due to that.
    pub(super) fn found(&self) -> Option<Ailment> {
        self.state().found.clone()
    }

    /// What to ask for again, and how many answers there were before.
    fn suspect(&self, exchange: &Exchange) -> Option<(Vec<Request>, usize)> {
        let request = &exchange.request;
        let mut state = self.state();
        state.answers += 1;
        state.found = None;
        forget(&mut state.witnesses, exchange);
        let own = credentials(request);
        let Some(symptom) = sudden(exchange) else {
            if request.method == "GET" && is_served(exchange) {
                let is_same = |one: &Request| one.path_only() == request.path_only();
                let like = |one: &&Request| credentials(one) == own;
                let known: Vec<&Request> = state.witnesses.iter().filter(like).collect();
                let is_new = !known.iter().any(|one| is_same(one));
                if is_new && known.len() < WITNESSES {
                    state.witnesses.push(request.clone());
                }
            }
            return None;
        };
        let mut witnesses = state.witnesses.clone();
        if symptom == Symptom::Refused {
            witnesses.retain(|one| credentials(one) == own);
        }
        witnesses.truncate(WITNESSES);
        (!witnesses.is_empty()).then_some((witnesses, state.answers - 1))
    }
}

/// Asks again. A server that serves any of it, or says that it has not got it, is well.
async fn examine(
    witnesses: &[Request],
    answers: usize,
    transport: &impl Transport,
) -> Option<Ailment> {
    let mut last = None;
    for request in witnesses {
        let exchange = transport.send(request.clone()).await;
        last = Some((sudden(&exchange)?, exchange));
    }
    let (symptom, exchange) = last?;
    let (kind, code) = symptom.kind();
    let does = symptom.told(&exchange);
    let before = counted(answers, "answer");
    let message = format!(
        "a step went wrong after {before}; asked again for what it had served before, it {does}"
    );
    Some(Ailment {
        kind,
        code,
        message,
    })
}

/// The symptom of an answer that a server gives which serves nothing any more: one of its own failures (500)
/// may be a matter of what was asked.
fn sudden(exchange: &Exchange) -> Option<Symptom> {
    let symptom = Symptom::of(exchange, None)?;
    let status = exchange.status();
    let is_sudden = match symptom {
        Symptom::Missing => false,
        // RFC 9110 sections 15.6.3 to 15.6.5: what stands before the server says so.
        Symptom::Failing => matches!(status, Some(502..=504)),
        Symptom::Refused => status == Some(401),
        Symptom::Unanswered
        | Symptom::Late
        | Symptom::Throttled
        | Symptom::Redirected
        | Symptom::Page => true,
    };
    is_sudden.then_some(symptom)
}

/// Whether a request was answered with success.
pub(super) fn is_served(exchange: &Exchange) -> bool {
    exchange.response().is_some_and(Response::is_success)
}

/// Forgets what a DELETE has taken away: it may be missing.
pub(super) fn forget(witnesses: &mut Vec<Request>, exchange: &Exchange) {
    let request = &exchange.request;
    if is_served(exchange) && request.method == "DELETE" {
        let gone = request.path_only();
        witnesses.retain(|one| !one.path_only().starts_with(gone));
    }
}

/// The header fields of a request that carry credentials.
pub(super) fn credentials(request: &Request) -> Vec<&(String, String)> {
    let fields = request.headers.iter();
    fields
        .filter(|(name, _)| carries_credentials(name))
        .collect()
}
