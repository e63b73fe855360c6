//! Seats: rights to a stream of a session.

use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use super::super::answer::Answer;
use super::super::error::ExchangeError;
use super::super::exchange::{Received, Sent, later};
use super::pool::Pool;
use super::session::Session;

/// The right to one stream of a session.
#[derive(Debug)]
pub struct Seat<'p> {
    session: Rc<Session>,
    pool: &'p Pool,
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let in_flight = &self.session.in_flight;
        in_flight.set(in_flight.get().saturating_sub(1));
        self.pool.freed();
    }
}

impl<'p> Seat<'p> {
    pub(super) fn new(session: Rc<Session>, pool: &'p Pool) -> Self {
        session.in_flight.set(session.in_flight.get() + 1);
        Self { session, pool }
    }

    /// Whether the server allows no streams now.
    pub(super) fn is_shut(&self) -> bool {
        self.session.is_shut()
    }

    /// Sends a request, of which these are the bytes in HTTP/1.1, and reads its answer. `sent` is set
    /// as soon as the request is on its way.
    ///
    /// # Errors
    /// [`Local::Request`](super::super::Local::Request) if HTTP/2 has no such request. The answer holds
    /// what had come.
    pub async fn exchange(
        self,
        bytes: &[u8],
        answer: &mut Answer,
        sent: &mut Option<Sent>,
    ) -> Result<Received, ExchangeError> {
        answer.clear();
        let session = &*self.session;
        let at = Instant::now();
        let due = later(at, self.pool.limits().exchange);
        let begun = {
            let exchanges = &mut *session.exchanges.borrow_mut();
            exchanges.begin(&mut self.pool.requests(), bytes, answer, due)
        };
        let mut waiting = Waiting {
            session,
            place: Some(begun?),
        };
        *sent = Some(Sent { at });
        session.tell();
        poll_fn(|context| waiting.poll(answer, context)).await
    }
}

/// An exchange that has begun.
struct Waiting<'s> {
    session: &'s Session,
    /// Where it is, as long as nobody knows what came of it.
    place: Option<usize>,
}

impl Waiting<'_> {
    fn poll(
        &mut self,
        answer: &mut Answer,
        context: &mut Context<'_>,
    ) -> Poll<Result<Received, ExchangeError>> {
        let Some(place) = self.place else {
            return Poll::Pending;
        };
        let exchanges = &mut *self.session.exchanges.borrow_mut();
        let ended = ready!(exchanges.poll(place, answer, context));
        self.place = None;
        Poll::Ready(ended)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.session.exchanges.borrow_mut().give_up(place);
            self.session.tell();
        }
    }
}
