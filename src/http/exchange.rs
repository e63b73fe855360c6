//! Exchanges: a request with what came of it, and when.

use std::time::Duration;

use super::{Request, Response, TransportError};

/// One request and its outcome. A failure to get an answer is an outcome, too.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// What was sent.
    pub request: Request,
    /// What came back.
    pub outcome: Result<Response, TransportError>,
    /// When.
    pub timing: Timing,
}

/// The moments of an exchange, as durations since the run began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timing {
    /// When the request was due.
    pub intended: Duration,
    /// When it was handed to the network.
    pub sent: Duration,
    /// When the last byte of the answer had been read, or the attempt had failed.
    pub finished: Duration,
}

impl Timing {
    /// What a caller felt: from the due time on, so that waiting counts (no coordinated omission).
    pub fn response_time(&self) -> Duration {
        self.finished.saturating_sub(self.intended)
    }

    /// What the server took, as seen from here.
    pub fn service_time(&self) -> Duration {
        self.finished.saturating_sub(self.sent)
    }
}

impl Exchange {
    /// The response, if one came.
    pub fn response(&self) -> Option<&Response> {
        self.outcome.as_ref().ok()
    }

    /// The response's status, if one came.
    pub fn status(&self) -> Option<u16> {
        self.response().map(|response| response.status)
    }
}
