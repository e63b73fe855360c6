//! The connection against servers that do as they are told, and the reader against hyper's.

mod against_hyper;
mod exchanges;
mod failures;
mod server;
pub(super) mod tls;
