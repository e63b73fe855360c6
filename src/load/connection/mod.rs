//! A client connection for HTTP/1.1 that costs next to nothing: one request in flight, buffers that
//! are used again, no allocation per request, and strict about what a server may send.
//!
//! A [`Connection`] to a [`Destination`] takes the bytes of a request and reads the answer into an
//! [`Answer`] that its owner lends. With two of them the next request goes out before the answer in
//! hand is judged. Content codings are undone by a [`Decoder`], off the path that is timed.
//!
//! [`http2`] carries many exchanges over one connection instead.
//!
//! What is read is [RFC 9112](https://www.rfc-editor.org/rfc/rfc9112) and nothing beyond it: where
//! the end of an answer could be read in two ways, the answer is refused ([`Malformed`]), because a
//! connection that may be out of step judges the wrong bytes from then on.

mod answer;
mod chunked;
mod deadline;
mod decode;
mod destination;
mod error;
mod exchange;
mod framing;
mod head;
pub mod http2;
mod limits;
mod reader;
mod socket;
mod timestamps;

#[cfg(test)]
mod tests;

pub use crate::http::DecodeError;
pub use answer::Answer;
pub use decode::Decoder;
pub use destination::Destination;
pub use error::{ConnectError, ExchangeError, Failure, Local, Malformed, Stage, TooLarge};
pub(super) use exchange::later;
pub use exchange::{Connection, Received, Sent};
pub use framing::Expects;
pub use limits::Limits;
pub use reader::Reader;
