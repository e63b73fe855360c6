//! The connection: one request, one answer, the next request.

use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use super::answer::Answer;
use super::deadline::Deadline;
use super::destination::Destination;
use super::error::{ConnectError, ExchangeError, Local, Malformed, Stage};
use super::framing::Expects;
use super::limits::Limits;
use super::reader::Reader;
use super::socket::{Idle, Socket};
use super::timestamps::Stamps;

/// A request was handed to the network, or as much of it as the network takes now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// The moment before the first byte was.
    pub at: Instant,
}

/// An answer is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// When its first bytes had been read, an interim answer's included.
    pub first: Instant,
    /// When its last byte had been read: here a latency ends.
    pub at: Instant,
    /// How long its last bytes had lain in our own socket buffer before, if the kernel was asked.
    pub lag: Option<Duration>,
    /// Whether the connection may carry another request.
    pub keeps: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    /// A request is on its way.
    Sent,
    /// Its answer is being read.
    Reading,
    Spent,
}

/// An open connection, for one request at a time.
///
/// It needs a tokio runtime with I/O and time. Dropping the future of [`receive`](Self::receive)
/// spends the connection, as its place in the answer is lost with it.
#[derive(Debug)]
pub struct Connection {
    socket: Socket,
    reader: Reader,
    limits: Limits,
    deadline: Deadline,
    state: State,
    /// The end of a request that the network would not take at once; kept for its capacity.
    unsent: Vec<u8>,
    /// How much of `unsent` has gone since.
    gone: usize,
    /// TLS holds sealed bytes back.
    is_flushing: bool,
    /// Writing failed; an answer may have come nevertheless.
    broken: Option<io::Error>,
    served: u32,
    stamps: Option<Stamps>,
    /// Spreads the sampled exchanges of many connections.
    phase: u32,
}

impl Connection {
    /// Opens a connection.
    ///
    /// # Errors
    /// By whose fault it is: [`ConnectError::Local`] is never the target's.
    pub async fn open(destination: &Destination, limits: Limits) -> Result<Self, ConnectError> {
        let socket = destination.open(&limits).await?;
        Ok(Self::over(socket, limits))
    }

    /// A connection over a stream that is open.
    pub(super) fn over(socket: Socket, limits: Limits) -> Self {
        let (stamps, phase) = match &socket {
            Socket::Plain(stream) if limits.stamp_every.is_some() => {
                // Linux gives ports in steps of two.
                let port = stream.local_addr().map_or(0, |address| address.port());
                (Stamps::new(stream), u32::from(port / 2))
            }
            _ => (None, 0),
        };
        Self {
            socket,
            reader: Reader::default(),
            limits,
            deadline: Deadline::new(later(Instant::now(), limits.exchange)),
            state: State::Idle,
            unsent: Vec::new(),
            gone: 0,
            is_flushing: false,
            broken: None,
            served: 0,
            stamps,
            phase,
        }
    }

    /// Whether the connection may carry another request, as far as is known without looking.
    pub fn is_idle(&self) -> bool {
        self.state == State::Idle
    }

    /// Sends a request: all of it, or what the network takes without waiting; [`receive`] sends the
    /// rest while it listens, because a server may answer, and stop reading, before that.
    ///
    /// [`receive`]: Self::receive
    ///
    /// # Errors
    /// Nothing was sent, and the connection is spent. [`ExchangeError::is_unsent`] tells that the
    /// server had closed it before.
    pub async fn send(&mut self, bytes: &[u8], expects: Expects) -> Result<Sent, ExchangeError> {
        // The moment of sending is not to depend on how much this task has done before.
        let start = poll_fn(|context| Poll::Ready(self.start(context, bytes, expects)));
        let sent = tokio::task::unconstrained(start).await;
        if sent.is_err() {
            self.state = State::Spent;
        }
        sent
    }

    /// Waits until bytes of the answer are there, or the exchange has failed. Thousands of
    /// connections can so wait without a buffer each: [`receive`](Self::receive) tells what came.
    pub async fn ready(&mut self) {
        if self.state == State::Sent {
            poll_fn(|context| self.poll_ready(context)).await;
        }
    }

    /// Reads the answer to the request that was sent.
    ///
    /// # Errors
    /// The connection is spent, and the answer holds what had come.
    pub async fn receive(&mut self, answer: &mut Answer) -> Result<Received, ExchangeError> {
        answer.clear();
        if self.state != State::Sent {
            self.state = State::Spent;
            return Err(Local::Spent.into());
        }
        self.state = State::Reading;
        let mut first = None;
        let received = poll_fn(|context| self.poll_receive(context, answer, &mut first)).await;
        self.state = match &received {
            Ok(received) if received.keeps => State::Idle,
            _ => State::Spent,
        };
        received
    }

    fn start(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
        expects: Expects,
    ) -> Result<Sent, ExchangeError> {
        if self.state != State::Idle {
            return Err(Local::Spent.into());
        }
        let (stage, reused) = (Stage::Unsent, self.served > 0);
        match self.socket.look(context) {
            Idle::Quiet => {}
            Idle::Closed => return Err(ExchangeError::Closed { stage, reused }),
            Idle::Bytes => return Err(Malformed::Unsolicited.into()),
            Idle::Failed(error) => return Err(ExchangeError::of(&error, stage, reused)),
        }
        self.reader.begin(expects);
        let at = Instant::now();
        self.deadline.set(later(at, self.limits.exchange));
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.socket.poll_write(context, rest) {
                Poll::Ready(Ok(count)) if count > 0 => {
                    rest = rest.get(count..).unwrap_or_default();
                }
                Poll::Ready(Ok(_)) => {
                    self.broken = Some(io::ErrorKind::BrokenPipe.into());
                    break;
                }
                Poll::Ready(Err(error)) if rest.len() == bytes.len() => {
                    return Err(ExchangeError::of(&error, stage, reused));
                }
                Poll::Ready(Err(error)) => {
                    self.broken = Some(error);
                    break;
                }
                Poll::Pending => break,
            }
        }
        self.unsent.clear();
        self.gone = 0;
        if self.broken.is_none() {
            self.unsent.extend_from_slice(rest);
            self.is_flushing = matches!(self.socket, Socket::Tls(_));
            self.go_on(context);
        }
        self.state = State::Sent;
        Ok(Sent { at })
    }

    /// Sends what is left of the request, as far as the network takes it.
    fn go_on(&mut self, context: &mut Context<'_>) {
        if self.broken.is_some() {
            return;
        }
        while let Some(rest) = self.unsent.get(self.gone..).filter(|rest| !rest.is_empty()) {
            match self.socket.poll_write(context, rest) {
                Poll::Ready(Ok(count)) if count > 0 => self.gone += count,
                Poll::Ready(Ok(_)) => {
                    self.broken = Some(io::ErrorKind::BrokenPipe.into());
                    return;
                }
                Poll::Ready(Err(error)) => {
                    self.broken = Some(error);
                    return;
                }
                Poll::Pending => return,
            }
        }
        if self.is_flushing {
            match self.socket.poll_flush(context) {
                Poll::Ready(Ok(())) => self.is_flushing = false,
                Poll::Ready(Err(error)) => self.broken = Some(error),
                Poll::Pending => {}
            }
        }
    }

    /// Whether all of the request has been handed to the network.
    fn is_sent(&self) -> bool {
        self.broken.is_none() && !self.is_flushing && self.gone == self.unsent.len()
    }

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if !self.is_sent() {
            self.go_on(context);
        }
        if self.socket.poll_readable(context).is_ready() {
            return Poll::Ready(());
        }
        self.deadline.poll(context)
    }

    fn poll_receive(
        &mut self,
        context: &mut Context<'_>,
        answer: &mut Answer,
        first: &mut Option<Instant>,
    ) -> Poll<Result<Received, ExchangeError>> {
        loop {
            if !self.is_sent() {
                self.go_on(context);
            }
            let (count, lag) = match self.poll_bytes(context, answer) {
                Poll::Ready(Ok(read)) => read,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(self.failed(&error, answer))),
                Poll::Pending => {
                    ready!(self.deadline.poll(context));
                    return Poll::Ready(Err(ExchangeError::Timeout(self.reader.stage(answer))));
                }
            };
            let at = Instant::now();
            let is_whole = if count == 0 {
                if !self.reader.close() {
                    return Poll::Ready(Err(self.closed(answer)));
                }
                true
            } else {
                answer.filled += count;
                self.reader.feed(answer, &self.limits)?
            };
            let first = *first.get_or_insert(at);
            if is_whole {
                self.served = self.served.wrapping_add(1).max(1);
                let keeps = self.reader.keeps() && self.is_sent();
                return Poll::Ready(Ok(Received {
                    first,
                    at,
                    lag,
                    keeps,
                }));
            }
            // A server that always has more to send leaves no time to look at the timer.
            if self.deadline.is_over(at) {
                return Poll::Ready(Err(ExchangeError::Timeout(self.reader.stage(answer))));
            }
        }
    }

    fn poll_bytes(
        &mut self,
        context: &mut Context<'_>,
        answer: &mut Answer,
    ) -> Poll<io::Result<(usize, Option<Duration>)>> {
        // Whoever only waits needs no buffer.
        if answer.footprint() == 0 {
            ready!(self.socket.poll_readable(context));
        }
        let every = self.limits.stamp_every.map_or(u32::MAX, u32::from);
        let turn = self.served.wrapping_add(self.phase);
        let stamps = self.stamps.as_mut().filter(|_| turn.is_multiple_of(every));
        self.socket
            .poll_read_stamped(context, answer.room(), stamps)
    }

    /// The connection was closed before the answer was whole: by then writing may have failed, which
    /// says more.
    fn closed(&self, answer: &Answer) -> ExchangeError {
        let (stage, reused) = (self.reader.stage(answer), self.served > 0);
        match &self.broken {
            Some(error) if stage == Stage::Awaiting => ExchangeError::of(error, stage, reused),
            _ => ExchangeError::Closed { stage, reused },
        }
    }

    fn failed(&self, error: &io::Error, answer: &Answer) -> ExchangeError {
        ExchangeError::of(error, self.reader.stage(answer), self.served > 0)
    }
}

/// A moment that lies so much later; at most a year, as no clock shows all that a `Duration` holds.
pub(in crate::load) fn later(now: Instant, time: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    now.checked_add(time.min(YEAR)).unwrap_or(now)
}
