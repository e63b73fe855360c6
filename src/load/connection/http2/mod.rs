//! HTTP/2 ([RFC 9113](https://www.rfc-editor.org/rfc/rfc9113)): many exchanges at once over a connection
//! that virtual users share.
//!
//! A [`Pool`] holds the [`Session`]s of one thread to one destination and opens another one when those
//! that there are carry as many streams as the server allows. A [`Seat`] is the right to one stream: a
//! request goes out over it as soon as it is had, and its answer is an [`Answer`](super::Answer) like
//! any other. Frames, flow control and HPACK are the `h2` crate's, which is hyper's.

mod error;
mod pool;
mod request;
mod session;
#[cfg(test)]
mod tests;
mod wire;

pub use pool::{Place, Pool};
pub use session::{Seat, Session};
