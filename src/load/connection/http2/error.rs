//! What the errors of frames mean for an exchange.

use std::io;

use h2::Reason;

use super::super::error::{ConnectError, ExchangeError, Malformed, Stage};
use super::wire::Watch;

/// How far the exchange had come, over which connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress<'w> {
    pub(super) stage: Stage,
    /// Whether the connection had carried an exchange before.
    pub(super) reused: bool,
    pub(super) watch: &'w Watch,
}

impl Progress<'_> {
    /// Why there is no answer.
    pub(super) fn failed(self, error: &h2::Error) -> ExchangeError {
        let Self { stage, reused, .. } = self;
        if let Some(error) = error.get_io() {
            let is_end = error.kind() == io::ErrorKind::BrokenPipe && self.watch.is_closed.get();
            return if is_end {
                ExchangeError::Closed { stage, reused }
            } else {
                ExchangeError::of(error, stage, reused)
            };
        }
        let Some(reason) = error.reason() else {
            // An invalid use of the connection.
            return ExchangeError::Network(error.to_string());
        };
        let told = name(reason);
        match (error.is_remote(), error.is_go_away()) {
            (false, _) => Malformed::Frames(told).into(),
            // Streams that a farewell does not name were not looked at (RFC 9113 section 6.8).
            (true, true) if reason == Reason::NO_ERROR => ExchangeError::Closed {
                stage: Stage::Unsent,
                reused: true,
            },
            // Neither was one that is refused (section 8.7).
            (true, false) if reason == Reason::REFUSED_STREAM => ExchangeError::Refused,
            (true, _) => ExchangeError::Cancelled {
                stage,
                reason: told,
            },
        }
    }

    /// Why the connection could not be opened.
    pub(super) fn unopened(self, error: Option<&h2::Error>) -> ConnectError {
        if self.watch.is_closed.get() {
            return ConnectError::Protocol("it closed the connection");
        }
        match error {
            Some(error) => match (error.get_io(), error.reason()) {
                // A server of HTTP/1.1 answers our first bytes and leaves; what of it arrives is chance.
                (Some(io), _) if is_torn(io.kind()) => {
                    ConnectError::Protocol("it reset the connection")
                }
                (Some(io), _) => io::Error::new(io.kind(), io.to_string()).into(),
                (None, Some(reason)) => ConnectError::Protocol(name(reason)),
                (None, None) => ConnectError::Protocol("something failed"),
            },
            None => ConnectError::Protocol("it ended the session"),
        }
    }
}

fn is_torn(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(kind, BrokenPipe | ConnectionAborted | ConnectionReset)
}

/// The name of an error code (RFC 9113 section 7).
fn name(reason: Reason) -> &'static str {
    const NAMES: [&str; 14] = [
        "NO_ERROR",
        "PROTOCOL_ERROR",
        "INTERNAL_ERROR",
        "FLOW_CONTROL_ERROR",
        "SETTINGS_TIMEOUT",
        "STREAM_CLOSED",
        "FRAME_SIZE_ERROR",
        "REFUSED_STREAM",
        "CANCEL",
        "COMPRESSION_ERROR",
        "CONNECT_ERROR",
        "ENHANCE_YOUR_CALM",
        "INADEQUATE_SECURITY",
        "HTTP_1_1_REQUIRED",
    ];
    let code = usize::try_from(u32::from(reason)).ok();
    let name = code.and_then(|code| NAMES.get(code));
    name.copied().unwrap_or("an unknown error code")
}
