//! What can go wrong on a connection, and whose fault it is.

use std::io;

/// What failures are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Failure {
    /// The host name has no address.
    Name,
    /// Nobody listens.
    Refused,
    /// The network knows no way.
    Unreachable,
    /// It took too long.
    Timeout,
    /// The server tore the connection down.
    Reset,
    /// TLS failed.
    Tls,
    /// The server closed the connection before the answer was whole.
    Closed,
    /// What came is no answer, or one whose end is in doubt.
    Malformed,
    /// The answer was beyond a limit.
    TooLarge,
    /// This machine or this program could not; the target has no part in it.
    Local,
}

impl Failure {
    /// Every failure, in the order of their discriminants.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Refused,
        Self::Unreachable,
        Self::Timeout,
        Self::Reset,
        Self::Tls,
        Self::Closed,
        Self::Malformed,
        Self::TooLarge,
        Self::Local,
    ];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::Reset => "reset",
            Self::Tls => "tls",
            Self::Closed => "closed",
            Self::Malformed => "malformed",
            Self::TooLarge => "too-large",
            Self::Local => "local",
        }
    }
}

/// What this machine or this program lacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Local {
    /// `EADDRNOTAVAIL`, `EADDRINUSE`.
    #[error("no local port is free")]
    Ports,
    /// `EMFILE`, `ENFILE`.
    #[error("no file descriptor is free")]
    Descriptors,
    /// `ENOBUFS`, `ENOMEM`.
    #[error("no memory is free for the socket")]
    Memory,
    /// `EACCES`, `EPERM`: a local firewall or sandbox.
    #[error("this machine does not permit the connection")]
    Forbidden,
    /// `EAFNOSUPPORT`, `EPROTONOSUPPORT`: no IPv6, mostly.
    #[error("this machine does not speak the address family")]
    Family,
    /// The connection was used after its end, or for a second request before the first was answered.
    #[error("the connection cannot carry another request")]
    Spent,
    /// The bytes are no request, or one that only HTTP/1.1 can carry.
    #[error("HTTP/2 has no such request")]
    Request,
}

impl Local {
    /// The lack that an error of a system call tells of.
    pub(super) fn of(error: &io::Error) -> Option<Self> {
        #[cfg(unix)]
        if let Some(raw) = error.raw_os_error() {
            use nix::errno::Errno;
            match Errno::from_raw(raw) {
                Errno::EADDRNOTAVAIL | Errno::EADDRINUSE => return Some(Self::Ports),
                Errno::EMFILE | Errno::ENFILE => return Some(Self::Descriptors),
                Errno::ENOBUFS | Errno::ENOMEM => return Some(Self::Memory),
                Errno::EACCES | Errno::EPERM => return Some(Self::Forbidden),
                Errno::EAFNOSUPPORT | Errno::EPROTONOSUPPORT => return Some(Self::Family),
                _ => {}
            }
        }
        match error.kind() {
            io::ErrorKind::AddrNotAvailable | io::ErrorKind::AddrInUse => Some(Self::Ports),
            io::ErrorKind::OutOfMemory => Some(Self::Memory),
            io::ErrorKind::PermissionDenied => Some(Self::Forbidden),
            _ => None,
        }
    }
}

/// Why a connection could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The URL has no host, or its name cannot be resolved.
    #[error("the host cannot be resolved: {0}")]
    Name(String),
    /// Nobody listens.
    #[error("the connection was refused")]
    Refused,
    /// The network knows no way, or something that has no name here.
    #[error("the target cannot be reached: {0}")]
    Unreachable(String),
    /// Opening took longer than [`Limits::connect`](super::Limits::connect).
    #[error("opening the connection took too long")]
    Timeout,
    /// The server tore the connection down while it was opened.
    #[error("the connection was reset while it was opened")]
    Reset,
    /// The TLS handshake failed.
    #[error("TLS failed: {0}")]
    Tls(String),
    /// The server does not speak HTTP/2, though it was to.
    #[error("the server does not speak HTTP/2: {0}")]
    Protocol(&'static str),
    /// This machine could not.
    #[error("{0}")]
    Local(#[from] Local),
}

impl ConnectError {
    /// What it is counted by.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Name(_) => Failure::Name,
            Self::Refused => Failure::Refused,
            Self::Unreachable(_) | Self::Protocol(_) => Failure::Unreachable,
            Self::Timeout => Failure::Timeout,
            Self::Reset => Failure::Reset,
            Self::Tls(_) => Failure::Tls,
            Self::Local(_) => Failure::Local,
        }
    }
}

impl From<io::Error> for ConnectError {
    fn from(error: io::Error) -> Self {
        if let Some(local) = Local::of(&error) {
            return Self::Local(local);
        }
        if let Some(tls) = tls_error(&error) {
            return Self::Tls(tls);
        }
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::TimedOut => Self::Timeout,
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof => Self::Reset,
            _ => Self::Unreachable(error.to_string()),
        }
    }
}

/// How far an exchange had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Stage {
    /// No byte of the request had been handed to the network.
    #[error("before the request was sent")]
    Unsent,
    /// The request was on its way and no byte of an answer had come.
    #[error("before an answer")]
    Awaiting,
    /// The header section was being read.
    #[error("in the header section")]
    Head,
    /// The content was being read.
    #[error("in the content")]
    Body,
}

/// Why an answer is none, or one whose end is in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// RFC 9112 section 4.
    #[error("the status line is none")]
    StatusLine,
    /// Anything but HTTP/1.0 and HTTP/1.1.
    #[error("the status line names another version than HTTP/1.0 or HTTP/1.1")]
    Version,
    /// RFC 9110 section 15: a status code below 100.
    #[error("the status code is below 100")]
    Status,
    /// RFC 9110 section 5.1.
    #[error("the name of a header field is no token")]
    FieldName,
    /// RFC 9112 section 5.1: refused, as intermediaries read it differently.
    #[error("white space stands before the colon of a header field")]
    SpaceBeforeColon,
    /// RFC 9112 section 5.2: a header field that goes on in the next line.
    #[error("a header field goes on in the next line")]
    Fold,
    /// RFC 9110 section 5.5.
    #[error("the value of a header field holds a control character")]
    FieldValue,
    /// RFC 9112 section 2.2: a carriage return without a line feed.
    #[error("a line does not end in CRLF")]
    LineEnd,
    /// RFC 9110 section 7.8: nobody had asked for another protocol.
    #[error("`101 Switching Protocols` to a request that offered none")]
    Upgrade,
    /// RFC 9112 section 6.3.
    #[error("`Content-Length` is no number")]
    Length,
    /// RFC 9112 section 6.3.
    #[error("`Content-Length` has two values")]
    Lengths,
    /// RFC 9112 section 6.2: a sender must not send both, and recipients disagree on what holds.
    #[error("both `Transfer-Encoding` and `Content-Length`")]
    BothLengths,
    /// RFC 9112 section 6.1: HTTP/1.0 has no transfer codings.
    #[error("`Transfer-Encoding` in an answer of HTTP/1.0")]
    TransferVersion,
    /// RFC 9112 section 7: without a `TE` field in the request only `chunked`, once, is acceptable.
    #[error("another transfer coding than `chunked`")]
    TransferCoding,
    /// RFC 9112 section 7.1.
    #[error("the size of a chunk is no hexadecimal number")]
    ChunkSize,
    /// RFC 9112 section 7.1.
    #[error("a chunk's line does not end in CRLF")]
    ChunkLine,
    /// RFC 9112 section 7.1.
    #[error("a chunk is not as long as it says")]
    ChunkEnd,
    /// RFC 9112 section 7.1.2.
    #[error("the trailer section is none")]
    Trailers,
    /// RFC 9112 section 9.2: bytes that belong to no request.
    #[error("bytes that no request had asked for")]
    Unsolicited,
    /// RFC 9113 section 7: what the frames break.
    #[error("the frames break HTTP/2: {0}")]
    Frames(&'static str),
}

/// Which limit an answer went beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TooLarge {
    /// [`Limits::head`](super::Limits::head).
    #[error("the header section")]
    Head,
    /// 128 header fields.
    #[error("the number of header fields")]
    Fields,
    /// [`Limits::body`](super::Limits::body).
    #[error("the content")]
    Body,
    /// 16 interim answers.
    #[error("the number of interim answers")]
    Interim,
    /// 16 KiB of chunk extensions.
    #[error("the chunk extensions")]
    Extensions,
    /// 16 KiB or 128 fields.
    #[error("the trailer section")]
    Trailers,
}

/// Why a request got no answer that can be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// The server closed the connection in good order.
    #[error("the connection was closed {stage}")]
    Closed {
        /// When.
        stage: Stage,
        /// Whether the connection had carried an exchange before.
        reused: bool,
    },
    /// The server tore the connection down.
    #[error("the connection was reset {stage}")]
    Reset {
        /// When.
        stage: Stage,
        /// Whether the connection had carried an exchange before.
        reused: bool,
    },
    /// The server refused the stream without having looked at the request (RFC 9113 section 8.7).
    #[error("the server refused the stream (REFUSED_STREAM)")]
    Refused,
    /// The server gave up the stream, or the connection with it (RFC 9113 sections 6.4 and 6.8).
    #[error("the server gave up {stage}: {reason}")]
    Cancelled {
        /// When.
        stage: Stage,
        /// The name of the error code.
        reason: &'static str,
    },
    /// It took longer than [`Limits::exchange`](super::Limits::exchange).
    #[error("the time ran out {0}")]
    Timeout(Stage),
    /// What came is no answer, or one whose end is in doubt.
    #[error("malformed answer: {0}")]
    Malformed(#[from] Malformed),
    /// The answer was beyond a limit.
    #[error("beyond the limit: {0}")]
    TooLarge(#[from] TooLarge),
    /// TLS failed after the handshake.
    #[error("TLS failed: {0}")]
    Tls(String),
    /// The network failed in another way.
    #[error("the network failed: {0}")]
    Network(String),
    /// This machine or this program could not.
    #[error("{0}")]
    Local(#[from] Local),
}

impl ExchangeError {
    /// What it is counted by.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Closed { .. } => Failure::Closed,
            Self::Reset { .. } | Self::Refused | Self::Cancelled { .. } => Failure::Reset,
            Self::Timeout(_) => Failure::Timeout,
            Self::Malformed(_) => Failure::Malformed,
            Self::TooLarge(_) => Failure::TooLarge,
            Self::Tls(_) => Failure::Tls,
            Self::Network(_) => Failure::Unreachable,
            Self::Local(_) => Failure::Local,
        }
    }

    /// Whether a kept connection had gone before the server can have seen the request: no byte of an
    /// answer came, and the connection had served before. A server may close an idle connection at
    /// any time (RFC 9112 section 9.3), so this does not count against it: a request of an idempotent
    /// method may be sent once more over a new connection (section 9.3.1).
    pub fn is_stale(&self) -> bool {
        matches!(
            self,
            Self::Closed { stage, reused: true } | Self::Reset { stage, reused: true }
                if *stage <= Stage::Awaiting
        )
    }

    /// Whether nothing can have been done with the request, so that one of any method may be sent once
    /// more: no byte of it was sent, or the server says that it did not look at it.
    pub fn is_unsent(&self) -> bool {
        matches!(
            self,
            Self::Refused
                | Self::Closed {
                    stage: Stage::Unsent,
                    ..
                }
                | Self::Reset {
                    stage: Stage::Unsent,
                    ..
                }
        )
    }

    /// Names a failure of reading or writing.
    pub(super) fn of(error: &io::Error, stage: Stage, reused: bool) -> Self {
        if let Some(local) = Local::of(error) {
            return Self::Local(local);
        }
        if let Some(tls) = tls_error(error) {
            return Self::Tls(tls);
        }
        match error.kind() {
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => Self::Reset { stage, reused },
            // TLS without its farewell (RFC 8446 section 6.1).
            io::ErrorKind::UnexpectedEof => Self::Closed { stage, reused },
            io::ErrorKind::TimedOut => Self::Timeout(stage),
            _ => Self::Network(error.to_string()),
        }
    }
}

fn tls_error(error: &io::Error) -> Option<String> {
    let inner = error.get_ref()?;
    inner
        .downcast_ref::<rustls::Error>()
        .map(ToString::to_string)
}
