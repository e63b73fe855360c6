//! Pulse: whether a side still answers. Where many answers in a row look as if it did not, it is asked
//! again, on its own, for what it has served before.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::health::Ailment;
use super::relapse::{Relapse, forget, is_served};
use super::symptom::Symptom;
use crate::http::{Exchange, Request, Transport};

/// How much strange answers in a row have to weigh before a side is asked again.
const STREAK: usize = 16;
/// How much of that belongs to each request under way at once: where a side asks for patience, each is
/// sent a few times.
const TRIES: usize = 8;
/// How many requests are kept to be sent again.
const WITNESSES: usize = 3;

/// What is known of a side that is being asked.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    /// How many requests are under way.
    open: AtomicUsize,
    /// What the steps of workflows found.
    pub(super) relapse: Relapse,
    state: Mutex<State>,
}

/// The pulses of both sides' servers, of which each side has one for each API description.
#[derive(Debug, Default)]
pub(super) struct Pulses {
    first: [Pulse; 2],
    others: Vec<[Pulse; 2]>,
}

impl Pulses {
    pub(super) fn new(count: usize) -> Self {
        Self {
            first: Default::default(),
            others: (1..count).map(|_| Default::default()).collect(),
        }
    }

    /// The pulses of the servers of an API description.
    pub(super) fn of(&self, api: usize) -> &[Pulse; 2] {
        let other = api.checked_sub(1).and_then(|other| self.others.get(other));
        other.unwrap_or(&self.first)
    }
}

#[derive(Debug, Default)]
struct State {
    answers: usize,
    /// How many of the last answers are strange.
    streak: usize,
    /// How much they weigh.
    weight: usize,
    /// How many requests were under way at once meanwhile, at most.
    busy: usize,
    /// How much a streak has to weigh for the next examination.
    patience: usize,
    is_examined: bool,
    /// Safe requests that were answered with success.
    witnesses: Vec<Request>,
}

/// What is to be done about a streak.
struct Suspicion {
    streak: usize,
    answers: usize,
    witnesses: Vec<Request>,
}

impl Pulse {
    /// How many of the last answers were strange.
    pub(super) fn streak(&self) -> usize {
        self.state().streak
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request and takes note of what comes of it; where too many answers were strange, asks
    /// again, and says what is wrong with the side if anything is. `rival` tells how many of the other
    /// side's answers are strange; answers are late from `near` on.
    pub(super) async fn send(
        &self,
        request: Request,
        transport: &impl Transport,
        near: Duration,
        rival: impl Fn() -> usize,
    ) -> (Exchange, Option<Ailment>) {
        let open = self.open.fetch_add(1, Ordering::Relaxed) + 1;
        let exchange = transport.send(request).await;
        self.open.fetch_sub(1, Ordering::Relaxed);
        let Some(suspicion) = self.note(&exchange, near, open) else {
            return (exchange, None);
        };
        // Few requests need it: it is not to be part of all of them.
        let found = Box::pin(examine(&suspicion, transport, near, rival)).await;
        self.state().is_examined = false;
        (exchange, found)
    }

    fn note(&self, exchange: &Exchange, near: Duration, open: usize) -> Option<Suspicion> {
        let request = &exchange.request;
        let mut state = self.state();
        state.answers += 1;
        let symptom = Symptom::of(exchange, Some(near));
        forget(&mut state.witnesses, exchange);
        if is_served(exchange)
            && request.method == "GET"
            && matches!(symptom, None | Some(Symptom::Late))
        {
            let mut known = state.witnesses.iter();
            let is_new = known.all(|one| one.path_only() != request.path_only());
            if is_new && state.witnesses.len() < WITNESSES {
                state.witnesses.push(request.clone());
            }
        }
        // A second DELETE finds nothing.
        if request.method == "DELETE" && symptom == Some(Symptom::Missing) {
            return None;
        }
        let Some(symptom) = symptom else {
            (state.streak, state.weight, state.busy, state.patience) = (0, 0, 0, 0);
            return None;
        };
        state.streak += 1;
        state.weight += symptom.weight();
        state.busy = state.busy.max(open);
        let patience = match symptom {
            Symptom::Throttled => state.busy * TRIES,
            _ => 0,
        };
        let limit = state.patience.max(STREAK).max(patience);
        if state.weight < limit || state.is_examined {
            return None;
        }
        state.is_examined = true;
        state.patience = state.weight * 2;
        Some(Suspicion {
            streak: state.streak,
            answers: state.answers,
            witnesses: state.witnesses.clone(),
        })
    }
}

/// Asks again for what was served before. A side that serves any of it is well.
async fn examine(
    suspicion: &Suspicion,
    transport: &impl Transport,
    near: Duration,
    rival: impl Fn() -> usize,
) -> Option<Ailment> {
    let Suspicion {
        streak,
        answers,
        witnesses,
    } = suspicion;
    let mut asked = witnesses.clone();
    if asked.is_empty() {
        // It has served nothing yet: whether it answers at all can be seen.
        asked.push(Request {
            method: "GET".to_owned(),
            path: "/".to_owned(),
            headers: Vec::new(),
            body: None,
        });
    }
    let mut last = None;
    for request in asked {
        let exchange = transport.send(request).await;
        let symptom = if witnesses.is_empty() {
            Symptom::of_any(&exchange, near)
        } else {
            Symptom::of(&exchange, Some(near))
        };
        last = Some((symptom?, exchange));
    }
    let (symptom, exchange) = last?;
    // Where the other side misses as much, it is what was asked for that is gone.
    if symptom == Symptom::Missing && (rival() * 2 >= *streak) {
        return None;
    }
    let (kind, code) = symptom.kind();
    let does = symptom.told(&exchange);
    let again = if witnesses.is_empty() {
        "`/`"
    } else {
        "what it had served before"
    };
    let since = match answers - streak {
        0 => format!("the first {streak} requests went wrong"),
        others => format!("{streak} requests in a row went wrong after {others} others"),
    };
    Some(Ailment {
        kind,
        code,
        message: format!("{since}; asked again for {again}, it {does}"),
    })
}
