//! Load: scenarios under many users at a time, each answer judged, for little more than a raw load
//! generator costs.
//!
//! - [`connection`]: the client side of HTTP/1.1.

pub mod connection;
