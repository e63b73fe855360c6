//! Pools: the sessions of one thread to one destination.

use std::cell::{Cell, RefCell, RefMut};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::super::destination::Destination;
use super::super::error::ConnectError;
use super::super::exchange::Connection;
use super::super::limits::Limits;
use super::request::Requests;
use super::seat::Seat;
use super::session::Session;

/// The sessions to a destination.
#[derive(Debug)]
pub struct Pool {
    destination: Destination,
    limits: Limits,
    /// How many sessions there are at most, all of which are used; `None` for as few as will do.
    most: Option<usize>,
    sessions: RefCell<Vec<Rc<Session>>>,
    requests: RefCell<Requests>,
    /// How many are being opened.
    opening: Cell<usize>,
    /// How many exchanges wait for a stream.
    waiting: Cell<usize>,
    /// How many streams the server allowed last; `None` before the first session.
    allowed: Cell<Option<usize>>,
    /// Whether the server chose HTTP/1.1 when it could choose.
    is_declined: Cell<bool>,
    /// How many sessions could not be opened, and why not the last one.
    failures: Cell<u64>,
    failure: RefCell<Option<ConnectError>>,
    /// Rings when there may be room for who waits; sessions ring it, too.
    changed: Rc<Notify>,
    /// How long it took to open each connection that nobody has counted yet.
    opened: RefCell<Vec<Opened>>,
}

/// A connection was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// How long that took.
    pub took: Duration,
    /// Whether it speaks HTTP/2.
    pub is_http2: bool,
}

/// Where a request can go.
#[derive(Debug)]
pub enum Place<'p> {
    /// Over a stream.
    Seat(Seat<'p>),
    /// The server chose HTTP/1.1 for this connection.
    Own(Box<Connection>),
}

impl Pool {
    /// A pool without sessions.
    pub fn new(destination: Destination, limits: Limits, most: Option<usize>) -> Self {
        Self {
            requests: RefCell::new(Requests::new(destination.is_secure())),
            destination,
            limits,
            most,
            sessions: RefCell::default(),
            opening: Cell::new(0),
            waiting: Cell::new(0),
            allowed: Cell::new(None),
            is_declined: Cell::new(false),
            failures: Cell::new(0),
            failure: RefCell::default(),
            changed: Rc::default(),
            opened: RefCell::default(),
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(super) fn requests(&self) -> RefMut<'_, Requests> {
        self.requests.borrow_mut()
    }

    /// The connections that were opened since the last time, whether a request went over them or not.
    pub fn take_opened(&self) -> Vec<Opened> {
        self.opened.take()
    }

    /// A place for a request: the session that carries the fewest streams, or a new one; or waits for one.
    /// `None` if there was none until a moment.
    ///
    /// # Errors
    /// No session could be opened.
    pub async fn place(&self, until: Instant) -> Result<Option<Place<'_>>, ConnectError> {
        let before = self.failures.get();
        loop {
            if self.is_declined.get() {
                return self.open().await.map(Some);
            }
            let (best, count) = self.best();
            let total = count + self.opening.get();
            let is_spread = total >= self.most.unwrap_or(1);
            match best {
                Some(session) if session.in_flight() == 0 || is_spread => {
                    return Ok(Some(Place::Seat(Seat::new(session, self))));
                }
                None if count == 0 && self.failures.get() != before => {
                    // Those who waited for the same door need not knock one after the other.
                    if let Some(failure) = self.failure.borrow().clone() {
                        return Err(failure);
                    }
                }
                _ => {}
            }
            if self.may_open(total) {
                match self.open().await? {
                    Place::Seat(seat) if seat.is_shut() => continue,
                    place => return Ok(Some(place)),
                }
            }
            let wait = Waiting::new(self);
            let rung = tokio::time::timeout_at(until.into(), self.changed.notified()).await;
            drop(wait);
            if rung.is_err() {
                return Ok(None);
            }
        }
    }

    /// The open session with the fewest streams that has room for one more, and how many are open.
    fn best(&self) -> (Option<Rc<Session>>, usize) {
        let mut sessions = self.sessions.borrow_mut();
        sessions.retain(|session| session.is_open());
        let free = sessions
            .iter()
            .filter(|session| session.in_flight() < session.most());
        let best = free.min_by_key(|session| session.in_flight()).cloned();
        (best, sessions.len())
    }

    /// Whether another session is to be opened, where there are so many, and those have no room or not
    /// all are there that there may be.
    fn may_open(&self, total: usize) -> bool {
        // Who allows no streams on one connection wants no requests, and not more connections.
        if self
            .sessions
            .borrow()
            .iter()
            .any(|session| session.is_shut())
        {
            return false;
        }
        match self.most {
            Some(most) => total < most.max(1),
            None => match (self.opening.get(), self.allowed.get()) {
                (0, _) => true,
                (opening, Some(allowed)) => self.waiting.get() >= opening.saturating_mul(allowed),
                (_, None) => false,
            },
        }
    }

    async fn open(&self) -> Result<Place<'_>, ConnectError> {
        let begun = Instant::now();
        let opening = Opening::new(self);
        let opened = tokio::time::timeout(self.limits.connect, self.reach());
        let opened = opened.await.unwrap_or(Err(ConnectError::Timeout));
        if let Ok(opened) = &opened {
            self.opened.borrow_mut().push(Opened {
                took: begun.elapsed(),
                is_http2: opened.is_ok(),
            });
        }
        let place = match opened {
            Ok(Ok(session)) => {
                self.allowed.set(Some(session.most().max(1)));
                self.sessions.borrow_mut().push(session.clone());
                Ok(Place::Seat(Seat::new(session, self)))
            }
            Ok(Err(connection)) => {
                self.is_declined.set(true);
                Ok(Place::Own(connection))
            }
            Err(error) => {
                self.failures.set(self.failures.get() + 1);
                self.failure.replace(Some(error.clone()));
                Err(error)
            }
        };
        drop(opening);
        place
    }

    /// A session, or the connection for which the server chose HTTP/1.1.
    async fn reach(&self) -> Result<Result<Rc<Session>, Box<Connection>>, ConnectError> {
        let socket = self.destination.offer().await?;
        if self.destination.is_secure() && !socket.is_http2() {
            return Ok(Err(Box::new(Connection::over(socket, self.limits))));
        }
        let opened = Session::open(socket, &self.limits, self.changed.clone());
        opened.await.map(Ok)
    }

    /// A stream has become free.
    pub(super) fn freed(&self) {
        if self.waiting.get() > 0 {
            self.changed.notify_one();
        }
    }
}

/// Somebody opens a session; told to those who wait when it is over, however it ended.
struct Opening<'p>(&'p Pool);

impl<'p> Opening<'p> {
    fn new(pool: &'p Pool) -> Self {
        pool.opening.set(pool.opening.get() + 1);
        Self(pool)
    }
}

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        let opening = &self.0.opening;
        opening.set(opening.get().saturating_sub(1));
        self.0.changed.notify_waiters();
    }
}

/// Somebody waits.
struct Waiting<'p>(&'p Pool);

impl<'p> Waiting<'p> {
    fn new(pool: &'p Pool) -> Self {
        pool.waiting.set(pool.waiting.get() + 1);
        Self(pool)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let waiting = &self.0.waiting;
        waiting.set(waiting.get().saturating_sub(1));
    }
}
