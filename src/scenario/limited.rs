//! Limited transports: those that a step gives less time than the target.

use std::time::Duration;

use crate::http::{Exchange, Request, Timing, Transport, TransportError};

/// A transport that gives up after a while.
pub(super) struct Limited<'a, T> {
    pub(super) transport: &'a T,
    /// How long an answer may take, if less than the transport allows.
    pub(super) limit: Option<Duration>,
}

impl<T: Transport> Transport for Limited<'_, T> {
    async fn send(&self, request: Request) -> Exchange {
        let Some(limit) = self.limit else {
            return self.transport.send(request).await;
        };
        let sent = self.transport.send(request.clone());
        match tokio::time::timeout(limit, sent).await {
            Ok(exchange) => exchange,
            Err(_) => Exchange {
                request,
                outcome: Err(TransportError::Timeout(limit)),
                timing: Timing {
                    finished: limit,
                    ..Timing::default()
                },
            },
        }
    }
}
