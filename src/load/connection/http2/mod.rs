//! HTTP/2 ([RFC 9113](https://www.rfc-editor.org/rfc/rfc9113)): many exchanges at once over a connection
//! that virtual users share.
//!
//! A [`Pool`] holds the [`Session`]s of one thread to one destination and opens another one when those
//! that there are carry as many streams as the server allows. A [`Seat`] is the right to one stream: a
//! request goes out over it as soon as it is had, and its answer is an [`Answer`](super::Answer) like
//! any other.
//!
//! [`Exchanges`] are what goes on over a session, without a socket: frames, flow control, and header
//! sections. What a server may make them hold, or do for nothing, is bounded.

mod encode;
mod ending;
mod exchanges;
mod frame;
mod hpack;
mod huffman;
mod incoming;
mod outgoing;
mod peer;
mod pool;
mod request;
mod seat;
mod session;
mod stream;
mod table;
#[cfg(test)]
mod tests;

pub use exchanges::Exchanges;
pub use pool::{Opened, Place, Pool};
pub use request::Requests;
pub use seat::Seat;
pub use session::Session;
