//! How much a server may make us read, and how long we wait for it.

use std::num::NonZeroU32;
use std::time::Duration;

/// The most header fields an answer may have, and the most trailer fields.
pub(super) const FIELDS: usize = 128;

/// The most interim answers (1xx) that may stand before the final one.
pub(super) const INTERIM: usize = 16;

/// The most bytes of chunk extensions and white space in one answer.
pub(super) const EXTENSIONS: usize = 16 * 1024;

/// The most bytes of trailer fields in one answer.
pub(super) const TRAILERS: usize = 16 * 1024;

/// Limits of a connection. What goes beyond one fails as [`TooLarge`](super::TooLarge) or as a
/// time-out; memory stays below twice `head` and `body`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long opening may take, TLS handshake included.
    pub connect: Duration,
    /// How long an exchange may take, from the first byte sent to the last byte read.
    pub exchange: Duration,
    /// The most bytes of a status line with its header fields.
    pub head: usize,
    /// The most bytes of content as it is transferred, chunks taken off.
    pub body: usize,
    /// The kernel is asked once in so many exchanges when the answer had arrived; `None` never asks.
    pub stamp_every: Option<NonZeroU32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            exchange: Duration::from_secs(30),
            head: 64 * 1024,
            body: 64 * 1024 * 1024,
            stamp_every: NonZeroU32::new(16),
        }
    }
}
