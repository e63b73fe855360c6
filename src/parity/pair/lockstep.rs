//! Lockstep: two sides are asked the same at about the same time, so that neither is far ahead.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use super::health::Side;
use super::pulse::Pulse;
use super::watch::Watch;
use crate::http::{Exchange, Request, Transport};
use crate::probe::Stop;

/// How long a request waits for the other side.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many answers in a row may ask for patience (429), from the first one on, before the run ends.
const MOST_THROTTLED: usize = 8;

/// Where the two sides are.
#[derive(Debug, Default)]
pub(super) struct Lockstep {
    begun: [AtomicUsize; 2],
    has_left: [AtomicBool; 2],
    moved: Notify,
}

impl Lockstep {
    /// Waits until the other side is as far, but for `slack` requests, or has ended, or is too slow to
    /// be waited for.
    async fn step(&self, side: usize, slack: usize) {
        let (Some(own), Some(other), Some(left)) = (
            self.begun.get(side),
            self.begun.get(1 - side),
            self.has_left.get(1 - side),
        ) else {
            return;
        };
        let mine = own.fetch_add(1, Ordering::Relaxed) + 1;
        self.moved.notify_waiters();
        let together = async {
            loop {
                let moved = self.moved.notified();
                tokio::pin!(moved);
                // From here on no move is missed.
                moved.as_mut().enable();
                if other.load(Ordering::Relaxed) + slack >= mine || left.load(Ordering::Relaxed) {
                    return;
                }
                moved.await;
            }
        };
        // Whoever is not there by then goes on alone.
        let _ = tokio::time::timeout(PATIENCE, together).await;
    }

    /// One side asks nothing more.
    pub(super) fn leave(&self, side: usize) {
        if let Some(left) = self.has_left.get(side) {
            left.store(true, Ordering::Relaxed);
        }
        self.moved.notify_waiters();
    }
}

/// One side's way to its target.
pub(super) struct Paced<'a, T> {
    pub(super) transport: &'a T,
    /// Both sides; `None` where a side is asked alone.
    pub(super) lockstep: Option<&'a Lockstep>,
    pub(super) side: Side,
    pub(super) watch: &'a Watch,
    /// Whether the sides still answer, for the API description of this way.
    pub(super) pulses: &'a [Pulse; 2],
    /// Whether the requests are steps of workflows.
    pub(super) is_scripted: bool,
    /// From when on an answer is late.
    pub(super) near: Duration,
    /// How many requests are under way at once.
    pub(super) slack: usize,
    /// What ends everything.
    pub(super) all: &'a Stop,
    pub(super) answered: AtomicUsize,
    pub(super) throttled: AtomicUsize,
}

impl<T: Transport> Transport for Paced<'_, T> {
    async fn send(&self, request: Request) -> Exchange {
        let number = self.side.number();
        if let Some(lockstep) = self.lockstep {
            lockstep.step(number, self.slack).await;
        }
        if self.all.is_asked() {
            self.stop();
        }
        let [one, other] = self.pulses;
        let (own, rival) = match self.side {
            Side::Baseline => (one, other),
            Side::Candidate => (other, one),
        };
        let sent = own.send(request, self.transport, self.near, || rival.streak());
        let (exchange, ailment) = sent.await;
        if self.is_scripted {
            own.relapse.note(&exchange, self.transport).await;
        }
        if let Some(ailment) = ailment {
            self.watch.name(self.side, ailment);
        }
        let answered = self.answered.fetch_add(1, Ordering::Relaxed) + 1;
        if exchange.status() == Some(429) {
            let throttled = self.throttled.fetch_add(1, Ordering::Relaxed) + 1;
            // A minute of waiting would tell nothing more.
            if throttled == answered && throttled >= MOST_THROTTLED {
                self.stop();
            }
        }
        exchange
    }
}

impl<T> Paced<'_, T> {
    /// Ends this side.
    fn stop(&self) {
        if let Some(stop) = self.watch.stops.get(self.side.number()) {
            stop.ask();
        }
    }
}
