//! Transports: what carries a request to a server and brings the outcome back.

use std::time::Duration;

use super::{Exchange, Request};

/// Carries requests. It cannot fail: a failure is an [`Exchange`] whose outcome says so.
pub trait Transport: Sync {
    /// Sends one request and waits for the whole answer.
    fn send(&self, request: Request) -> impl Future<Output = Exchange> + Send;
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// No connection could be made.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// The connection was closed or reset before a whole head had arrived.
    #[error("the connection was closed before an answer came")]
    Closed,
    /// The server broke the exchange off in a way that the connection says more of; the words.
    #[error("the server broke the exchange off: {0}")]
    Aborted(String),
    /// The body ended too early.
    #[error("the body ended before its announced length")]
    Truncated,
    /// What came is not HTTP.
    #[error("the answer is not HTTP: {0}")]
    Framing(String),
    /// The time was up.
    #[error("no complete answer within {0:?}")]
    Timeout(Duration),
    /// The answer was longer than allowed.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// The request cannot be put on the wire by this transport; nothing was sent.
    #[error("the request cannot be sent: {0}")]
    Unsendable(String),
}
