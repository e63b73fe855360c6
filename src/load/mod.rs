//! Load: the workflows of scenario files, many times and at a pace, with every answer judged.
//!
//! Latencies are honest: an arrival is due at a time that does not depend on any answer, and what it
//! waits for counts (no coordinated omission).

pub mod connection;
mod pace;
