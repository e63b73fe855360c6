//! Sessions: open HTTP/2 connections, each for many exchanges at once.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::Bytes;
use h2::client::{Builder, ResponseFuture, SendRequest};
use http::Request;
use tokio::sync::Notify;

use super::super::answer::Answer;
use super::super::error::{ConnectError, ExchangeError, Stage, TooLarge};
use super::super::exchange::{Received, Sent, later};
use super::super::limits::{FIELDS, INTERIM, Limits};
use super::super::socket::Socket;
use super::error::Progress;
use super::pool::Pool;
use super::wire::{Watch, Wire};

/// How many bytes an answer may be ahead of who reads it.
const STREAM_WINDOW: u32 = 1024 * 1024;

/// How many bytes all answers of a connection may be ahead, so that its memory is bounded.
const SESSION_WINDOW: u32 = 8 * 1024 * 1024;

/// How many streams there may be before the server has said how many: no server says this.
const UNTOLD: usize = usize::MAX - 1;

/// What the task that moves frames and those that wait for them have in common.
#[derive(Debug)]
struct State {
    watch: Rc<Watch>,
    /// Whether the settings of the server have come.
    is_told: Cell<bool>,
    /// Whether no request can be sent any more.
    is_over: Cell<bool>,
    /// Why, if it ended with an error.
    error: RefCell<Option<h2::Error>>,
    changed: Notify,
}

/// An open HTTP/2 connection.
///
/// It needs a tokio runtime with I/O and time, and a `LocalSet`, in which its frames are moved.
#[derive(Debug)]
pub struct Session {
    sender: RefCell<SendRequest<Bytes>>,
    state: Rc<State>,
    /// Streams that are open.
    in_flight: Cell<usize>,
    /// Whether an exchange was made over it.
    is_used: Cell<bool>,
}

impl Session {
    /// Speaks HTTP/2 over a stream, and waits until the server does, too.
    pub(super) async fn open(socket: Socket, limits: &Limits) -> Result<Rc<Self>, ConnectError> {
        let (wire, watch) = Wire::new(socket, limits);
        let opened = Builder::new()
            .enable_push(false)
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(SESSION_WINDOW)
            .initial_max_send_streams(UNTOLD)
            .max_header_list_size(header_list(limits))
            .handshake(wire);
        let state = Rc::new(State {
            watch,
            is_told: Cell::new(false),
            is_over: Cell::new(false),
            error: RefCell::new(None),
            changed: Notify::new(),
        });
        let (sender, mut connection) =
            opened.await.map_err(|error| state.unopened(Some(&error)))?;
        let own = state.clone();
        tokio::task::spawn_local(async move {
            let ended = poll_fn(|context| {
                let polled = Pin::new(&mut connection).poll(context);
                if !own.is_told.get() && connection.max_concurrent_send_streams() != UNTOLD {
                    own.is_told.set(true);
                    own.changed.notify_waiters();
                }
                polled
            });
            let ended = ended.await;
            own.is_over.set(true);
            own.error.replace(ended.err());
            own.changed.notify_waiters();
        });
        let session = Rc::new(Self {
            sender: RefCell::new(sender),
            state,
            in_flight: Cell::new(0),
            is_used: Cell::new(false),
        });
        let state = &session.state;
        while !state.is_told.get() {
            if state.is_over.get() {
                return Err(state.unopened(state.error.borrow().as_ref()));
            }
            state.changed.notified().await;
        }
        Ok(session)
    }

    /// Whether requests can be sent, as far as is known.
    pub(super) fn is_open(&self) -> bool {
        !self.state.is_over.get()
    }

    /// How many streams are open.
    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.get()
    }

    /// How many streams the server allows.
    pub(super) fn most(&self) -> usize {
        self.sender.borrow().current_max_send_streams()
    }

    fn progress(&self, stage: Stage) -> Progress<'_> {
        Progress {
            stage,
            reused: self.is_used.get(),
            watch: &self.state.watch,
        }
    }
}

impl State {
    fn unopened(&self, error: Option<&h2::Error>) -> ConnectError {
        let progress = Progress {
            stage: Stage::Unsent,
            reused: false,
            watch: &self.watch,
        };
        progress.unopened(error)
    }
}

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

    /// Sends a request, and reads its answer. `sent` is set as soon as the request is on its way.
    ///
    /// # Errors
    /// The answer holds what had come.
    pub async fn exchange(
        self,
        (request, body): (Request<()>, Bytes),
        answer: &mut Answer,
        sent: &mut Option<Sent>,
    ) -> Result<Received, ExchangeError> {
        answer.clear();
        let session = &*self.session;
        let limits = self.pool.limits();
        // A copy of the handle, as one that had to queue a stream takes no other.
        let mut sender = session.sender.borrow().clone();
        let opened = sender.send_request(request, body.is_empty());
        let (response, mut outgoing) = opened.map_err(|error| {
            // Nothing more goes over this connection; what is under way may come to its end.
            session.state.is_over.set(true);
            match session.progress(Stage::Unsent).failed(&error) {
                ExchangeError::Closed { .. } | ExchangeError::Reset { .. } => {
                    ExchangeError::Closed {
                        stage: Stage::Unsent,
                        reused: true,
                    }
                }
                other => other,
            }
        })?;
        let at = Instant::now();
        *sent = Some(Sent { at });
        let mut deadline = self.pool.deadline(later(at, limits.exchange));
        let stage = Cell::new(Stage::Awaiting);
        if !body.is_empty() {
            let handed = outgoing.send_data(body, true);
            handed.map_err(|error| session.progress(stage.get()).failed(&error))?;
        }
        let reading = session.read(response, answer, limits, &stage);
        let mut reading = pin!(reading);
        let received = poll_fn(|context| {
            if let Poll::Ready(read) = reading.as_mut().poll(context) {
                return Poll::Ready(read);
            }
            ready!(deadline.poll(context));
            Poll::Ready(Err(ExchangeError::Timeout(stage.get())))
        });
        let received = received.await;
        self.pool.give_back(deadline);
        session.is_used.set(true);
        received
    }
}

impl Session {
    async fn read(
        &self,
        mut response: ResponseFuture,
        answer: &mut Answer,
        limits: &Limits,
        stage: &Cell<Stage>,
    ) -> Result<Received, ExchangeError> {
        let watch = &self.state.watch;
        let failed = |error: &h2::Error| self.progress(stage.get()).failed(error);
        let mut interim = 0;
        let head = poll_fn(|context| poll_head(&mut response, &mut interim, context));
        let response = match head.await {
            Ok(response) => response,
            Err(Some(error)) => return Err(failed(&error)),
            Err(None) => return Err(TooLarge::Interim.into()),
        };
        let first = watch.read.get();
        stage.set(Stage::Body);
        let (head, mut content) = response.into_parts();
        if head.headers.len() > FIELDS {
            return Err(TooLarge::Fields.into());
        }
        answer.begin(head.status.as_u16());
        for (name, value) in &head.headers {
            answer.add_field(name.as_str().as_bytes(), value.as_bytes());
        }
        if answer.length() > limits.head {
            return Err(TooLarge::Head.into());
        }
        answer.begin_content();
        if !content.is_end_stream() {
            let mut length = 0;
            while let Some(part) = content.data().await {
                let part = part.map_err(|error| failed(&error))?;
                length += part.len();
                if length > limits.body {
                    return Err(TooLarge::Body.into());
                }
                answer.add_content(&part);
                // A stream that is over needs no more room.
                let _ = content.flow_control().release_capacity(part.len());
            }
            // The content ends with the trailer fields, if there are any.
            content.trailers().await.map_err(|error| failed(&error))?;
        }
        Ok(Received {
            first,
            at: watch.read.get(),
            lag: watch.lag.take(),
            keeps: true,
        })
    }
}

/// How long a header section may be that is read at all. What is beyond the limit, but not far, can be
/// told from broken frames.
fn header_list(limits: &Limits) -> u32 {
    u32::try_from(limits.head.saturating_mul(4)).unwrap_or(u32::MAX)
}

/// Waits for the head of the final answer. `None` is an error of too many interim answers.
fn poll_head(
    response: &mut ResponseFuture,
    interim: &mut usize,
    context: &mut Context<'_>,
) -> Poll<Result<http::Response<h2::RecvStream>, Option<h2::Error>>> {
    while let Some(informed) = ready!(response.poll_informational(context)) {
        informed.map_err(Some)?;
        *interim += 1;
        if *interim > INTERIM {
            return Poll::Ready(Err(None));
        }
    }
    Pin::new(response).poll(context).map_err(Some)
}
