//! Lines: sockets on which other bytes can be sent than HTTP would.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Bytes to send in the place of all others from now on.
#[derive(Debug, Clone, Default)]
pub(super) struct Instead(Arc<Mutex<Option<Bytes>>>);

impl Instead {
    /// Sets the bytes.
    pub(super) fn set(&self, bytes: Bytes) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(bytes);
    }
}

/// A socket whose writer can be overruled.
pub(super) struct Line {
    stream: TcpStream,
    instead: Instead,
}

impl Line {
    /// A line over a socket.
    pub(super) fn new(stream: TcpStream, instead: Instead) -> Self {
        Self { stream, instead }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let line = self.get_mut();
        let stream = Pin::new(&mut line.stream);
        let mut instead = line
            .instead
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(bytes) = instead.as_mut() else {
            return stream.poll_write(context, buffer);
        };
        let mut stream = stream;
        while bytes.has_remaining() {
            let written = ready!(stream.as_mut().poll_write(context, bytes))?;
            bytes.advance(written);
        }
        // The writer believes that its own bytes were sent.
        Poll::Ready(Ok(buffer.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
