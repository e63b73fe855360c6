//! The stream below a session, which notes when bytes were read: here latencies end, and not when a
//! virtual user gets to look at them.

use std::cell::Cell;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::super::limits::Limits;
use super::super::socket::Socket;
use super::super::timestamps::Stamps;

/// What is known of the last read.
#[derive(Debug)]
pub(super) struct Watch {
    /// When it was.
    pub(super) read: Cell<Instant>,
    /// How long its bytes had lain in our own socket buffer, until somebody takes note of it.
    pub(super) lag: Cell<Option<Duration>>,
    /// Whether the server has closed its side in good order.
    pub(super) is_closed: Cell<bool>,
}

/// A socket under watch.
#[derive(Debug)]
pub(super) struct Wire {
    socket: Socket,
    watch: Rc<Watch>,
    stamps: Option<Stamps>,
    /// The kernel is asked for stamps once in so many reads.
    every: u32,
    reads: u32,
}

impl Wire {
    pub(super) fn new(socket: Socket, limits: &Limits) -> (Self, Rc<Watch>) {
        let watch = Rc::new(Watch {
            read: Cell::new(Instant::now()),
            lag: Cell::new(None),
            is_closed: Cell::new(false),
        });
        let stamps = match &socket {
            Socket::Plain(stream) if limits.stamp_every.is_some() => Stamps::new(stream),
            _ => None,
        };
        let wire = Self {
            socket,
            watch: watch.clone(),
            stamps,
            every: limits.stamp_every.map_or(u32::MAX, u32::from),
            reads: 0,
        };
        (wire, watch)
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = room.filled().len();
        let stamps = this.stamps.as_mut();
        match (&mut this.socket, stamps) {
            (Socket::Plain(stream), Some(stamps)) if this.reads.is_multiple_of(this.every) => {
                let (count, lag) =
                    ready!(stamps.poll_read(stream, context, room.initialize_unfilled()))?;
                room.advance(count);
                this.watch.lag.set(lag);
            }
            (Socket::Plain(stream), _) => ready!(Pin::new(stream).poll_read(context, room))?,
            (Socket::Tls(stream), _) => ready!(Pin::new(&mut **stream).poll_read(context, room))?,
        }
        this.reads = this.reads.wrapping_add(1);
        this.watch.read.set(Instant::now());
        if room.filled().len() == before {
            this.watch.is_closed.set(true);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().socket.poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().socket {
            Socket::Plain(stream) => Pin::new(stream).poll_write_vectored(context, parts),
            Socket::Tls(stream) => Pin::new(&mut **stream).poll_write_vectored(context, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.socket {
            Socket::Plain(stream) => stream.is_write_vectored(),
            Socket::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().socket.poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().socket {
            Socket::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Socket::Tls(stream) => Pin::new(&mut **stream).poll_shutdown(context),
        }
    }
}
