//! Paces: when arrivals are due and virtual users there are, as pure functions of the profile.

use std::time::Duration;

use proptest::prelude::Rng as _;
use proptest::test_runner::TestRng;

use crate::arazzo::{Arrivals, Executor, Stage};
use crate::seed::Seed;

/// A value that changes linearly from stage to stage.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ramp {
    pieces: Vec<Piece>,
}

/// A part of a ramp; times are in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Piece {
    begin: f64,
    length: f64,
    from: f64,
    to: f64,
    /// The area under the ramp before it.
    before: f64,
}

impl Piece {
    fn area(&self) -> f64 {
        self.length * f64::midpoint(self.from, self.to)
    }
}

impl Ramp {
    /// A ramp through stages; values are divided by `unit` seconds.
    fn new(start: f64, stages: &[Stage], unit: f64) -> Self {
        let mut pieces = Vec::new();
        let (mut begin, mut from, mut before) = (0.0, start / unit, 0.0);
        for stage in stages {
            let to = stage.target / unit;
            let piece = Piece {
                begin,
                length: stage.duration.as_secs_f64(),
                from,
                to,
                before,
            };
            from = to;
            if piece.length > 0.0 {
                begin += piece.length;
                before += piece.area();
                pieces.push(piece);
            }
        }
        Self { pieces }
    }

    /// The rate of arrivals per second of an open executor; `None` for a closed one.
    pub(crate) fn of_arrivals(executor: &Executor) -> Option<Self> {
        match executor {
            Executor::ConstantArrivalRate {
                rate,
                time_unit,
                duration,
                ..
            } => {
                let stage = Stage {
                    target: *rate,
                    duration: *duration,
                };
                Some(Self::new(*rate, &[stage], time_unit.as_secs_f64()))
            }
            Executor::RampingArrivalRate {
                start,
                time_unit,
                stages,
                ..
            } => Some(Self::new(*start, stages, time_unit.as_secs_f64())),
            _ => None,
        }
    }

    /// The number of virtual users of a ramping executor; `None` for others.
    pub(crate) fn of_users(executor: &Executor) -> Option<Self> {
        match executor {
            Executor::RampingVus { start, stages, .. } => {
                Some(Self::new(f64::from(*start), stages, 1.0))
            }
            _ => None,
        }
    }

    /// The area under the whole ramp: for a rate, how many arrivals are due.
    pub(crate) fn whole(&self) -> f64 {
        self.pieces
            .last()
            .map_or(0.0, |last| last.before + last.area())
    }

    /// When the area under the ramp reaches a value; `None` if it never does.
    fn reaches(&self, area: f64) -> Option<Duration> {
        if area >= self.whole() {
            return None;
        }
        let behind = self.pieces.partition_point(|piece| piece.before <= area);
        // A piece without area reaches nothing, so that the last one that begins before is meant.
        let piece = self.pieces.get(behind.checked_sub(1)?)?;
        let rest = area - piece.before;
        let slope = (piece.to - piece.from) / piece.length;
        let root = (piece.from * piece.from + 2.0 * slope * rest)
            .max(0.0)
            .sqrt();
        let along = if rest <= 0.0 {
            // Where the ramp starts at nothing, the formula divides by nothing.
            0.0
        } else {
            2.0 * rest / (piece.from + root)
        };
        Duration::try_from_secs_f64(piece.begin + along.min(piece.length)).ok()
    }

    /// The times during which the ramp is at least `level`, in order and apart from each other.
    pub(crate) fn above(&self, level: f64) -> Vec<(Duration, Duration)> {
        let mut spans: Vec<(f64, f64)> = Vec::new();
        for piece in &self.pieces {
            let crossing = (level - piece.from) / (piece.to - piece.from) * piece.length;
            let end = piece.begin + piece.length;
            let span = match (piece.from >= level, piece.to >= level) {
                (true, true) => (piece.begin, end),
                (false, true) => (piece.begin + crossing, end),
                (true, false) => (piece.begin, piece.begin + crossing),
                (false, false) => continue,
            };
            match spans.last_mut() {
                Some(last) if span.0 - last.1 < 1e-9 => last.1 = span.1,
                _ => spans.push(span),
            }
        }
        let time = |seconds: f64| Duration::try_from_secs_f64(seconds).unwrap_or_default();
        let spans = spans.into_iter().filter(|(begin, end)| end > begin);
        spans.map(|(begin, end)| (time(begin), time(end))).collect()
    }
}

/// The due times of the arrivals of an open executor, in order.
#[derive(Debug, Clone)]
pub(crate) struct Schedule {
    ramp: Ramp,
    arrivals: Arrivals,
    chance: TestRng,
    /// The number of the next arrival.
    next: u64,
    /// The area under the rate when it is due.
    area: f64,
}

impl Schedule {
    /// The schedule of an executor; `None` for a closed one.
    pub(crate) fn new(executor: &Executor, seed: Seed) -> Option<Self> {
        let ramp = Ramp::of_arrivals(executor)?;
        let arrivals = match executor {
            Executor::ConstantArrivalRate { arrivals, .. }
            | Executor::RampingArrivalRate { arrivals, .. } => *arrivals,
            _ => return None,
        };
        let mut schedule = Self {
            ramp,
            arrivals,
            chance: seed.rng(),
            next: 0,
            area: 0.0,
        };
        if arrivals == Arrivals::Poisson {
            schedule.area = schedule.distance();
        }
        Some(schedule)
    }

    /// How far the area grows to the next arrival of a Poisson process.
    fn distance(&mut self) -> f64 {
        // 53 random bits make an even number from 0 to 1, without 1.
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let even: f64 = (self.chance.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        -(1.0 - even).ln()
    }
}

impl Iterator for Schedule {
    /// The number of an arrival, and when it is due.
    type Item = (u64, Duration);

    fn next(&mut self) -> Option<Self::Item> {
        let due = self.ramp.reaches(self.area)?;
        let number = self.next;
        self.next += 1;
        // Even arrivals are not summed up, so that no error adds up.
        self.area = match self.arrivals {
            #[expect(clippy::cast_precision_loss, reason = "exact to 2^53 arrivals")]
            Arrivals::Even => self.next as f64,
            Arrivals::Poisson => self.area + self.distance(),
        };
        Some((number, due))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::arazzo::VirtualUsers;

    const VUS: VirtualUsers = VirtualUsers {
        pre_allocated: 1,
        max: 1,
    };

    fn stage(target: f64, seconds: u64) -> Stage {
        Stage {
            target,
            duration: Duration::from_secs(seconds),
        }
    }

    fn ramping(start: f64, stages: Vec<Stage>, arrivals: Arrivals) -> Executor {
        Executor::RampingArrivalRate {
            start,
            time_unit: Duration::from_secs(1),
            stages,
            vus: VUS,
            arrivals,
        }
    }

    fn due(executor: &Executor) -> Vec<f64> {
        let schedule = Schedule::new(executor, Seed::new(1)).unwrap();
        schedule.map(|(_, due)| due.as_secs_f64()).collect()
    }

    #[test]
    fn arrivals_at_a_constant_rate_are_due_at_even_distances() {
        let executor = Executor::ConstantArrivalRate {
            rate: 30.0,
            time_unit: Duration::from_secs(60),
            duration: Duration::from_secs(10),
            vus: VUS,
            arrivals: Arrivals::Even,
        };
        assert_eq!(due(&executor), [0.0, 2.0, 4.0, 6.0, 8.0]);
    }

    #[test]
    fn a_linear_ramp_has_the_arrivals_of_its_area() {
        // From 0 to 8 a second in 4 s: 16 arrivals, the n-th at the root of n.
        let due = due(&ramping(0.0, vec![stage(8.0, 4)], Arrivals::Even));
        assert_eq!(due.len(), 16);
        for (number, time) in due.iter().enumerate() {
            assert!((time - f64::from(u32::try_from(number).unwrap()).sqrt()).abs() < 1e-6);
        }
    }

    #[test]
    fn steps_and_pauses_are_taken_as_they_are() {
        let stages = vec![
            stage(2.0, 1),
            stage(0.0, 0),
            stage(0.0, 3),
            stage(1.0, 0),
            stage(1.0, 2),
        ];
        let due = due(&ramping(2.0, stages, Arrivals::Even));
        assert_eq!(due, [0.0, 0.5, 4.0, 5.0]);
    }

    #[test]
    fn independent_arrivals_keep_the_rate_and_scatter() {
        let due = due(&ramping(500.0, vec![stage(500.0, 20)], Arrivals::Poisson));
        assert!((9_500..10_500).contains(&due.len()), "{}", due.len());
        let gaps: Vec<f64> = due.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let count = f64::from(u32::try_from(gaps.len()).unwrap());
        let mean = gaps.iter().sum::<f64>() / count;
        let spread = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / count;
        // The standard deviation of exponential distances is their mean.
        assert!((0.95..1.05).contains(&(spread.sqrt() / mean)));
    }

    #[test]
    fn virtual_users_come_and_go_as_the_ramp_crosses_their_numbers() {
        let executor = Executor::RampingVus {
            start: 0,
            stages: vec![
                stage(2.0, 4),
                stage(2.0, 2),
                stage(0.0, 2),
                stage(1.0, 0),
                stage(1.0, 1),
            ],
            graceful_ramp_down: Duration::ZERO,
        };
        let ramp = Ramp::of_users(&executor).unwrap();
        let spans = |level: f64| -> Vec<(f64, f64)> {
            let spans = ramp.above(level).into_iter();
            spans
                .map(|(begin, end)| (begin.as_secs_f64(), end.as_secs_f64()))
                .collect()
        };
        assert_eq!(spans(1.0), [(2.0, 7.0), (8.0, 9.0)]);
        assert_eq!(spans(2.0), [(4.0, 6.0)]);
        assert!(spans(3.0).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn due_times_never_go_back_and_none_is_lost(
            start in 0.0..50.0_f64,
            stages in prop::collection::vec((0.0..50.0_f64, 0_u64..5), 1..5),
            poisson: bool,
        ) {
            let stages: Vec<Stage> =
                stages.into_iter().map(|(target, seconds)| stage(target, seconds)).collect();
            let length: Duration = stages.iter().map(|stage| stage.duration).sum();
            let arrivals = if poisson { Arrivals::Poisson } else { Arrivals::Even };
            let executor = ramping(start, stages, arrivals);
            let due: Vec<(u64, Duration)> =
                Schedule::new(&executor, Seed::new(3)).unwrap().collect();
            for (pair, number) in due.windows(2).zip(0..) {
                prop_assert!(pair[0].1 <= pair[1].1);
                prop_assert_eq!(pair[0].0, number);
            }
            if let Some(last) = due.last() {
                prop_assert!(last.1 <= length);
            }
            let whole = Ramp::of_arrivals(&executor).unwrap().whole();
            if !poisson {
                let count = f64::from(u32::try_from(due.len()).unwrap());
                prop_assert!((count - whole.ceil()).abs() < 0.5, "{} {}", count, whole);
            }
        }
    }
}
