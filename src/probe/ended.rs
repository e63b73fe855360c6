//! How runs end, and the switch that ends them early.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::code::Code;
use crate::record::{Event, Obstacle, Sink};

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Everything that was planned was done.
    Completed,
    /// The target could not be reached; the reason.
    Unreachable(String),
    /// The credentials were refused; which, and how.
    Unauthorized(String),
    /// It was stopped before its end; why.
    Stopped(String),
}

impl Ended {
    /// Tells how a run ended, and what kept it from being conclusive. An error means that the sink
    /// could not take it.
    pub fn tell(&self, elapsed: Duration, sink: &mut dyn Sink) -> io::Result<()> {
        let obstacle = match self {
            Self::Unreachable(reason) => Some((Code::UNREACHABLE, reason.clone())),
            Self::Unauthorized(reason) => Some((Code::UNAUTHORIZED, reason.clone())),
            Self::Completed | Self::Stopped(_) => None,
        };
        if let Some((code, message)) = obstacle {
            sink.take(&Event::Hindered(Obstacle { code, message }))?;
        }
        let interrupted = match self {
            Self::Stopped(reason) => Some(reason.clone()),
            _ => None,
        };
        sink.take(&Event::Finished {
            elapsed,
            interrupted,
        })
    }
}

/// A switch that stops a run after the cases under way.
#[derive(Debug, Default)]
pub struct Stop {
    asked: AtomicBool,
    insisted: AtomicBool,
}

impl Stop {
    /// Asks the run to stop.
    pub fn ask(&self) {
        self.asked.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to stop.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Asks the run to drop what is under way.
    pub fn insist(&self) {
        self.ask();
        self.insisted.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to drop what is under way.
    pub fn is_insisted(&self) -> bool {
        self.insisted.load(Ordering::Relaxed)
    }

    /// Why a run that began at `start` is to end, if it was asked to stop or its time is up.
    pub fn reason(&self, start: Instant, limit: Option<Duration>) -> Option<String> {
        if self.is_asked() {
            return Some("it was interrupted".to_owned());
        }
        let limit = limit?;
        (start.elapsed() >= limit).then(|| format!("the time was up after {limit:?}"))
    }
}
