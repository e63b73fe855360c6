//! Sessions: open HTTP/2 connections, each for many exchanges at once.
//!
//! One task per session moves its bytes. It sends what virtual users have put down since the last time
//! with one call, and reads all that is there before anybody looks at it: here latencies end.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::io;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Instant;

use tokio::sync::Notify;

use super::super::deadline::Deadline;
use super::super::error::ConnectError;
use super::super::limits::Limits;
use super::super::socket::Socket;
use super::super::timestamps::Stamps;
use super::exchanges::Exchanges;

/// How many bytes are read at once: some of the longest frames.
const ROOM: usize = 64 * 1024;

/// How often is read before others have their turn.
const READS: usize = 8;

/// An open HTTP/2 connection.
///
/// It needs a tokio runtime with I/O and time, and a `LocalSet`, in which its bytes are moved.
#[derive(Debug)]
pub struct Session {
    pub(super) exchanges: RefCell<Exchanges>,
    /// Whom to tell that there are bytes to be sent.
    mover: RefCell<Option<Waker>>,
    /// Whether it was told.
    is_told: Cell<bool>,
    /// Seats that are taken.
    pub(super) in_flight: Cell<usize>,
    changed: Notify,
    /// Rings when the server allows more streams than before, or when the session ends.
    room: Rc<Notify>,
}

impl Session {
    /// Speaks HTTP/2 over a stream, and waits until the server does, too. `room` rings when there may be
    /// more room than before.
    pub(super) async fn open(
        socket: Socket,
        limits: &Limits,
        room: Rc<Notify>,
    ) -> Result<Rc<Self>, ConnectError> {
        let session = Rc::new(Self {
            exchanges: RefCell::new(Exchanges::new(*limits)),
            mover: RefCell::default(),
            is_told: Cell::new(false),
            in_flight: Cell::new(0),
            changed: Notify::new(),
            room,
        });
        let mut mover = Mover::new(session.clone(), socket, limits);
        tokio::task::spawn_local(poll_fn(move |context| mover.poll(context)));
        loop {
            {
                let exchanges = session.exchanges.borrow();
                if let Some(end) = exchanges.end() {
                    return Err(end.clone());
                }
                if exchanges.is_told() {
                    break;
                }
            }
            session.changed.notified().await;
        }
        Ok(session)
    }

    /// Whether requests can be sent, as far as is known.
    pub(super) fn is_open(&self) -> bool {
        self.exchanges.borrow().is_open()
    }

    /// How many seats are taken.
    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.get()
    }

    /// Whether the server keeps the connection and allows no streams now.
    pub(super) fn is_shut(&self) -> bool {
        self.is_open() && self.most() == 0
    }

    /// How many streams the server allows.
    pub(super) fn most(&self) -> usize {
        self.exchanges.borrow().most()
    }

    /// There are bytes to be sent: once those have had their turn that have more.
    pub(super) fn tell(&self) {
        if !self.is_told.replace(true)
            && let Some(mover) = &*self.mover.borrow()
        {
            mover.wake_by_ref();
        }
    }
}

/// Moves the bytes of a session.
#[derive(Debug)]
struct Mover {
    session: Rc<Session>,
    socket: Socket,
    /// What was read, and how much of it is the beginning of a frame.
    room: Vec<u8>,
    filled: usize,
    /// TLS holds sealed bytes back.
    is_flushing: bool,
    deadline: Option<Deadline>,
    stamps: Option<Stamps>,
    /// The kernel is asked for stamps once in so many reads.
    every: u32,
    reads: u32,
}

impl Mover {
    fn new(session: Rc<Session>, socket: Socket, limits: &Limits) -> Self {
        let stamps = match &socket {
            Socket::Plain(stream) if limits.stamp_every.is_some() => Stamps::new(stream),
            _ => None,
        };
        Self {
            session,
            socket,
            room: vec![0; ROOM],
            filled: 0,
            is_flushing: false,
            deadline: None,
            stamps,
            every: limits.stamp_every.map_or(u32::MAX, u32::from),
            reads: 0,
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let session = self.session.clone();
        session.is_told.set(false);
        if !matches!(&*session.mover.borrow(), Some(waker) if waker.will_wake(context.waker())) {
            session.mover.replace(Some(context.waker().clone()));
        }
        let exchanges = &mut *session.exchanges.borrow_mut();
        exchanges.woken = 0;
        let (was_told, most) = (exchanges.is_told(), exchanges.most());
        let mut broken = self.write(exchanges, context).err();
        let is_more = self.read_all(exchanges, context);
        self.expire(exchanges, context);
        // Those who were told that their exchange has ended have more to send, as a rule.
        if exchanges.woken == 0 || exchanges.is_done() {
            broken = broken.or_else(|| self.write(exchanges, context).err());
        } else if !exchanges.out().is_empty() {
            session.tell();
        }
        if is_more {
            session.tell();
        }
        if let Some(error) = broken
            && exchanges.end().is_none()
        {
            exchanges.close(Some(&error));
        }
        if exchanges.is_done() || (exchanges.is_told() && !was_told) {
            session.changed.notify_waiters();
        }
        if was_told && (exchanges.is_done() || exchanges.most() > most) {
            session.room.notify_waiters();
        }
        if exchanges.is_done() {
            return Poll::Ready(());
        }
        Poll::Pending
    }

    /// Reads what there is. Whether there may be more.
    fn read_all(&mut self, exchanges: &mut Exchanges, context: &mut Context<'_>) -> bool {
        for _ in 0..READS {
            match self.read(exchanges, context) {
                Poll::Pending => return false,
                Poll::Ready(Ok(0)) => exchanges.close(None),
                Poll::Ready(Ok(_)) => {}
                Poll::Ready(Err(error)) => exchanges.close(Some(&error)),
            }
            if exchanges.end().is_some() {
                return false;
            }
        }
        true
    }

    fn read(
        &mut self,
        exchanges: &mut Exchanges,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let is_stamped = self.reads.is_multiple_of(self.every);
        let stamps = self.stamps.as_mut().filter(|_| is_stamped);
        let room = self.room.get_mut(self.filled..).unwrap_or_default();
        let (count, lag) = ready!(self.socket.poll_read_stamped(context, room, stamps))?;
        let at = Instant::now();
        self.reads = self.reads.wrapping_add(1);
        self.filled += count;
        let read = self.room.get(..self.filled).unwrap_or_default();
        let taken = exchanges.feed(read, at, lag);
        self.room.copy_within(taken..self.filled, 0);
        self.filled -= taken;
        exchanges.expire(at);
        Poll::Ready(Ok(count))
    }

    /// Sends what the network takes now.
    fn write(&mut self, exchanges: &mut Exchanges, context: &mut Context<'_>) -> io::Result<()> {
        while !exchanges.out().is_empty() {
            match self.socket.poll_write(context, exchanges.out())? {
                Poll::Ready(0) => return Err(io::ErrorKind::BrokenPipe.into()),
                Poll::Ready(count) => exchanges.sent(count),
                Poll::Pending => return Ok(()),
            }
            self.is_flushing = true;
        }
        if self.is_flushing && self.socket.poll_flush(context)?.is_ready() {
            self.is_flushing = false;
        }
        Ok(())
    }

    /// Ends the exchanges whose time has run out, and waits for the next one to.
    fn expire(&mut self, exchanges: &mut Exchanges, context: &mut Context<'_>) {
        while let Some(due) = exchanges.due() {
            let deadline = self.deadline.get_or_insert_with(|| Deadline::new(due));
            deadline.set(due);
            if deadline.poll(context).is_pending() {
                return;
            }
            exchanges.expire(Instant::now());
        }
    }
}
