//! How runs end, and the switch that ends them early.

use std::sync::atomic::{AtomicBool, Ordering};

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Everything that was planned was done.
    Completed,
    /// The target could not be reached; the reason.
    Unreachable(String),
    /// The credentials were refused throughout.
    Unauthorized,
    /// It was stopped before its end; why.
    Stopped(String),
}

/// A switch that stops a run after the cases under way.
#[derive(Debug, Default)]
pub struct Stop(AtomicBool);

impl Stop {
    /// Asks the run to stop.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to stop.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
