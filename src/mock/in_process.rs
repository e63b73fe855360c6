//! The door without a socket: a server as a transport.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Answer, Server};
use crate::http::{Exchange, Request, Timing, Transport, TransportError};

/// How long a client of this transport is said to have waited for an answer that never comes.
const PATIENCE: Duration = Duration::from_secs(30);
/// The size limit that an endless answer is said to have passed, in bytes.
const MOST_BYTES: usize = 16 << 20;

/// Sends requests to a server in the same process. Nothing is waited for: what would take for ever
/// on a socket fails at once.
pub struct InProcess {
    server: Arc<Server>,
    started: Instant,
}

impl InProcess {
    /// A transport to a server. Timings count from now.
    pub fn new(server: Arc<Server>) -> Self {
        Self {
            server,
            started: Instant::now(),
        }
    }

    /// The server.
    pub fn server(&self) -> &Arc<Server> {
        &self.server
    }

    /// Sends one request.
    pub fn exchange(&self, request: Request) -> Exchange {
        let sent = self.started.elapsed();
        let outcome = match self.server.answer(&request) {
            Answer::Response(response) => Ok(response),
            Answer::Close => Err(TransportError::Closed),
            Answer::Truncated(_) => Err(TransportError::Truncated),
            Answer::Garbage(_) => Err(TransportError::Framing(
                "the status line cannot be read".to_owned(),
            )),
            Answer::Hang => Err(TransportError::Timeout(PATIENCE)),
            Answer::Endless(_) => Err(TransportError::TooLarge(MOST_BYTES)),
        };
        Exchange {
            request,
            outcome,
            timing: Timing {
                intended: sent,
                sent,
                finished: self.started.elapsed(),
            },
        }
    }
}

impl Transport for InProcess {
    async fn send(&self, request: Request) -> Exchange {
        self.exchange(request)
    }
}
