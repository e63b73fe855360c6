//! Executors: when iterations are begun, and by whom. Names and defaults are those of k6.

use std::time::Duration;

/// When iterations are begun, and by whom.
#[derive(Debug, Clone, PartialEq)]
pub enum Executor {
    /// Closed: virtual users share a number of iterations.
    SharedIterations {
        /// How many virtual users.
        vus: u32,
        /// How many iterations in all.
        iterations: u64,
        /// When it is over although there are iterations left.
        max_duration: Duration,
    },
    /// Closed: each virtual user makes a number of iterations.
    PerVuIterations {
        /// How many virtual users.
        vus: u32,
        /// How many iterations each.
        iterations: u64,
        /// When it is over although there are iterations left.
        max_duration: Duration,
    },
    /// Closed: virtual users make iterations for a time.
    ConstantVus {
        /// How many virtual users.
        vus: u32,
        /// For how long.
        duration: Duration,
    },
    /// Closed: a number of virtual users that changes.
    RampingVus {
        /// How many there are at first.
        start: u32,
        /// How many there are then.
        stages: Vec<Stage>,
        /// How long the iterations of those that leave may go on.
        graceful_ramp_down: Duration,
    },
    /// Open: iterations are due at a rate, whatever the server does.
    ConstantArrivalRate {
        /// Iterations per `time_unit`.
        rate: f64,
        /// What the rate is per.
        time_unit: Duration,
        /// For how long.
        duration: Duration,
        /// Who makes them.
        vus: VirtualUsers,
        /// How they are spread.
        arrivals: Arrivals,
    },
    /// Open: iterations are due at a rate that changes.
    RampingArrivalRate {
        /// Iterations per `time_unit` at first.
        start: f64,
        /// What the rates are per.
        time_unit: Duration,
        /// The rates then.
        stages: Vec<Stage>,
        /// Who makes them.
        vus: VirtualUsers,
        /// How they are spread.
        arrivals: Arrivals,
    },
}

/// A part of a ramp: a linear way to a target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stage {
    /// Virtual users, or iterations per time unit, at the end.
    pub target: f64,
    /// How long it takes; nothing is a step.
    pub duration: Duration,
}

/// The virtual users of an open executor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VirtualUsers {
    /// How many are there from the beginning.
    pub pre_allocated: u32,
    /// How many there may be; arrivals that find none wait, and count as late.
    pub max: u32,
}

/// How the arrivals of an open executor are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Arrivals {
    /// At even distances.
    #[default]
    Even,
    /// By chance, as independent users come (a Poisson process).
    Poisson,
}

impl Executor {
    /// The name that k6 gives it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SharedIterations { .. } => "shared-iterations",
            Self::PerVuIterations { .. } => "per-vu-iterations",
            Self::ConstantVus { .. } => "constant-vus",
            Self::RampingVus { .. } => "ramping-vus",
            Self::ConstantArrivalRate { .. } => "constant-arrival-rate",
            Self::RampingArrivalRate { .. } => "ramping-arrival-rate",
        }
    }

    /// Whether arrivals do not wait for answers.
    pub fn is_open(&self) -> bool {
        matches!(
            self,
            Self::ConstantArrivalRate { .. } | Self::RampingArrivalRate { .. }
        )
    }

    /// For how long iterations are begun, at most.
    pub fn length(&self) -> Duration {
        match self {
            Self::SharedIterations { max_duration, .. }
            | Self::PerVuIterations { max_duration, .. } => *max_duration,
            Self::ConstantVus { duration, .. } | Self::ConstantArrivalRate { duration, .. } => {
                *duration
            }
            Self::RampingVus { stages, .. } | Self::RampingArrivalRate { stages, .. } => {
                stages.iter().map(|stage| stage.duration).sum()
            }
        }
    }

    /// How many virtual users there are at most.
    pub fn most_vus(&self) -> u32 {
        match self {
            Self::SharedIterations { vus, .. }
            | Self::PerVuIterations { vus, .. }
            | Self::ConstantVus { vus, .. } => *vus,
            Self::RampingVus { start, stages, .. } => {
                let targets = stages.iter().map(|stage| stage.target);
                let most = targets.fold(f64::from(*start), f64::max);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "targets are read from 0 to `u32::MAX`"
                )]
                let most = most.ceil() as u32;
                most
            }
            Self::ConstantArrivalRate { vus, .. } | Self::RampingArrivalRate { vus, .. } => vus.max,
        }
    }
}
