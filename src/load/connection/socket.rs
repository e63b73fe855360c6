//! A TCP stream, plain or under TLS, as the connection sees it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::timestamps::Stamps;

/// The stream.
#[derive(Debug)]
pub(super) enum Socket {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// What an idle stream has for us, where nothing is due.
#[derive(Debug)]
pub(super) enum Idle {
    Quiet,
    Closed,
    Bytes,
    Failed(io::Error),
}

impl Idle {
    /// What bytes mean that nobody asked for. With a 408 a server says that it does not wait for a request
    /// any longer, and closes the connection (RFC 9110 section 15.5.9).
    fn of(bytes: &[u8]) -> Self {
        let version = bytes.strip_prefix(b"HTTP/1.");
        if version.is_some_and(|rest| rest.get(1..5) == Some(b" 408")) {
            Self::Closed
        } else {
            Self::Bytes
        }
    }
}

impl Socket {
    /// Reads into the room: how many bytes, 0 at the end.
    pub(super) fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        room: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut room = ReadBuf::new(room);
        let read = match self {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, &mut room),
            Self::Tls(stream) => Pin::new(&mut **stream).poll_read(context, &mut room),
        };
        ready!(read)?;
        Poll::Ready(Ok(room.filled().len()))
    }

    /// Reads with the kernel's stamp, if this stream has stamps.
    pub(super) fn poll_read_stamped(
        &mut self,
        context: &mut Context<'_>,
        room: &mut [u8],
        stamps: Option<&mut Stamps>,
    ) -> Poll<io::Result<(usize, Option<Duration>)>> {
        match (&*self, stamps) {
            (Self::Plain(stream), Some(stamps)) => stamps.poll_read(stream, context, room),
            _ => self
                .poll_read(context, room)
                .map(|read| read.map(|count| (count, None))),
        }
    }

    /// Waits until there may be something to read.
    pub(super) fn poll_readable(&self, context: &mut Context<'_>) -> Poll<()> {
        if let Self::Tls(stream) = self
            && !stream.get_ref().1.wants_read()
        {
            return Poll::Ready(());
        }
        self.tcp().poll_read_ready(context).map(|_| ())
    }

    /// Hands bytes to the network: how many were taken.
    pub(super) fn poll_write(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self {
            // As a rule there is room, and nobody need be told when there is.
            Self::Plain(stream) => match stream.try_write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    Pin::new(stream).poll_write(context, bytes)
                }
                written => Poll::Ready(written),
            },
            Self::Tls(stream) => Pin::new(&mut **stream).poll_write(context, bytes),
        }
    }

    /// Sends what TLS has sealed and not yet handed on.
    pub(super) fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Plain(_) => Poll::Ready(Ok(())),
            Self::Tls(stream) => Pin::new(&mut **stream).poll_flush(context),
        }
    }

    /// Looks at a stream from which nothing is due. As long as the runtime has been told of nothing
    /// new this costs no system call.
    pub(super) fn look(&mut self, context: &mut Context<'_>) -> Idle {
        let mut probe = [0; 16];
        match self {
            Self::Plain(stream) => match stream.try_read(&mut probe) {
                Ok(0) => Idle::Closed,
                Ok(count) => Idle::of(probe.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => Idle::Quiet,
                Err(error) => Idle::Failed(error),
            },
            Self::Tls(stream) => {
                let (tcp, session) = stream.get_ref();
                let is_silent = tcp.try_io(Interest::READABLE, || Ok(())).is_err();
                if is_silent && session.wants_read() {
                    return Idle::Quiet;
                }
                // Session tickets, mostly, which are no content.
                match self.poll_read(context, &mut probe) {
                    Poll::Pending => Idle::Quiet,
                    Poll::Ready(Ok(0)) => Idle::Closed,
                    Poll::Ready(Ok(count)) => Idle::of(probe.get(..count).unwrap_or_default()),
                    Poll::Ready(Err(error)) => Idle::Failed(error),
                }
            }
        }
    }

    /// Whether HTTP/2 was chosen when the stream was secured (RFC 7301).
    pub(super) fn is_http2(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            Self::Tls(stream) => stream.get_ref().1.alpn_protocol() == Some(b"h2"),
        }
    }

    fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => stream.get_ref().0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_waits_no_longer_says_so_and_closes() {
        for (bytes, is_closed) in [
            (&b"HTTP/1.1 408 Req"[..], true),
            (b"HTTP/1.0 408 ", true),
            (b"HTTP/1.1 200 OK\r", false),
            (b"HTTP/1.1 ", false),
            (b"408", false),
            (b"\r\n", false),
        ] {
            let told = String::from_utf8_lossy(bytes);
            assert_eq!(matches!(Idle::of(bytes), Idle::Closed), is_closed, "{told}");
        }
    }
}
