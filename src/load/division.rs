//! Divisions: which part of a load is whose, when several machines and threads share it.
//!
//! Arrival n and virtual user n belong to shard n modulo the number of shards, and there to lane
//! n / shards modulo the number of lanes. Nobody has to be asked: all parts together are exactly the load
//! of one machine.

/// One of several machines that share a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 0.
    pub number: u64,
    /// How many there are, at least 1.
    pub of: u64,
}

impl Shard {
    /// One machine for all.
    pub const WHOLE: Self = Self { number: 0, of: 1 };

    /// How many of so many arrivals or virtual users are its own.
    pub fn count(self, all: u64) -> u64 {
        (all + self.of - 1).saturating_sub(self.number) / self.of
    }

    /// The number of the iteration that follows so many others of this shard, where virtual users share
    /// iterations.
    pub(crate) fn nth(self, before: u64) -> u64 {
        self.number.saturating_add(before.saturating_mul(self.of))
    }
}

/// The part of one thread of one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Division {
    pub(crate) shard: Shard,
    /// Which thread, from 0.
    pub(crate) lane: u64,
    /// How many threads the machine has, at least 1.
    pub(crate) lanes: u64,
}

impl Division {
    /// Whether an arrival or a virtual user is in this part.
    pub(crate) fn has(self, number: u64) -> bool {
        let Shard { number: own, of } = self.shard;
        number % of == own && number / of % self.lanes == self.lane
    }

    /// Those of `count` virtual users that are in this part, in order.
    pub(crate) fn users(self, count: u32) -> impl Iterator<Item = u64> {
        (0..u64::from(count)).filter(move |user| self.has(*user))
    }
}

/// The number of the iteration that a virtual user begins after so many others of its own.
pub(crate) fn own_iteration(user: u64, before: u64, users: u32) -> u64 {
    user + before * u64::from(users)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::arazzo::{Arrivals, Executor, Stage, VirtualUsers};
    use crate::load::pace::{Ramp, Schedule};
    use crate::seed::Seed;

    /// What a part does: iterations by number with the time before which they are not begun, in seconds.
    type Work = Vec<(u64, Duration)>;

    /// Who takes shared iterations is decided while they run: all of a machine together.
    fn shared(shard: Shard, iterations: u64) -> Work {
        let numbers = (0..).map(|before| shard.nth(before));
        let numbers = numbers.take_while(|number| *number < iterations);
        numbers.map(|number| (number, Duration::ZERO)).collect()
    }

    fn each(division: Division, users: u32, iterations: u64) -> Work {
        let users = division.users(users).map(|user| (user, users));
        users
            .flat_map(|(user, users)| {
                (0..iterations).map(move |before| own_iteration(user, before, users))
            })
            .map(|number| (number, Duration::ZERO))
            .collect()
    }

    fn ramping(division: Division, executor: &Executor) -> Work {
        let ramp = Ramp::of_users(executor).unwrap();
        let most = executor.most_vus();
        let users = division.users(most).flat_map(|user| {
            #[expect(clippy::cast_precision_loss, reason = "a few users")]
            let spans = ramp.above((user + 1) as f64);
            let spans = spans.into_iter().zip(0..);
            spans.map(move |((from, _), before)| (own_iteration(user, before, most), from))
        });
        users.collect()
    }

    fn open(division: Division, executor: &Executor) -> Work {
        let schedule = Schedule::new(executor, Seed::new(7)).unwrap();
        schedule
            .filter(|(number, _)| division.has(*number))
            .collect()
    }

    fn work(division: Division, executor: &Executor) -> Work {
        match executor {
            Executor::SharedIterations { iterations, .. } if division.lane == 0 => {
                shared(division.shard, *iterations)
            }
            Executor::SharedIterations { .. } => Vec::new(),
            Executor::PerVuIterations {
                vus, iterations, ..
            } => each(division, *vus, *iterations),
            Executor::ConstantVus { vus, .. } => each(division, *vus, 3),
            Executor::RampingVus { .. } => ramping(division, executor),
            Executor::ConstantArrivalRate { .. } | Executor::RampingArrivalRate { .. } => {
                open(division, executor)
            }
        }
    }

    fn divisions(shards: u64, lanes: u64) -> impl Iterator<Item = Division> {
        (0..shards).flat_map(move |number| {
            let shard = Shard { number, of: shards };
            (0..lanes).map(move |lane| Division { shard, lane, lanes })
        })
    }

    fn executors() -> impl Strategy<Value = Executor> {
        let stages = prop::collection::vec((0_u32..20, 0_u64..4), 1..4).prop_map(|stages| {
            let stages = stages.into_iter().map(|(target, seconds)| Stage {
                target: f64::from(target),
                duration: Duration::from_secs(seconds),
            });
            stages.collect::<Vec<_>>()
        });
        let arrivals = prop::bool::ANY.prop_map(|chance| {
            if chance {
                Arrivals::Poisson
            } else {
                Arrivals::Even
            }
        });
        let second = Duration::from_secs(1);
        (0..6, 1_u32..30, 0_u64..50, stages, arrivals).prop_map(
            move |(kind, vus, iterations, stages, arrivals)| {
                let users = VirtualUsers {
                    pre_allocated: vus,
                    max: vus,
                };
                match kind {
                    0 => Executor::SharedIterations {
                        vus,
                        iterations,
                        max_duration: second,
                    },
                    1 => Executor::PerVuIterations {
                        vus,
                        iterations,
                        max_duration: second,
                    },
                    2 => Executor::ConstantVus {
                        vus,
                        duration: second,
                    },
                    3 => Executor::RampingVus {
                        start: vus,
                        stages,
                        graceful_ramp_down: second,
                    },
                    4 => Executor::ConstantArrivalRate {
                        rate: f64::from(vus),
                        time_unit: second,
                        duration: Duration::from_secs(iterations),
                        vus: users,
                        arrivals,
                    },
                    _ => Executor::RampingArrivalRate {
                        start: f64::from(vus),
                        time_unit: second,
                        stages,
                        vus: users,
                        arrivals,
                    },
                }
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn all_parts_together_are_the_load_of_one_machine(
            executor in executors(),
            shards in 1_u64..6,
            lanes in 1_u64..4,
        ) {
            let mut whole: Work = divisions(1, 1).flat_map(|all| work(all, &executor)).collect();
            let mut parts: Work =
                divisions(shards, lanes).flat_map(|part| work(part, &executor)).collect();
            whole.sort_unstable();
            parts.sort_unstable();
            prop_assert_eq!(whole, parts);
        }

        #[test]
        fn every_shard_knows_how_many_are_its_own(all in 0_u32..200, shards in 1_u64..9) {
            for number in 0..shards {
                let shard = Shard { number, of: shards };
                let own = divisions(shards, 1).filter(|part| part.shard == shard);
                let own = own.flat_map(|part| part.users(all)).count() as u64;
                prop_assert_eq!(shard.count(u64::from(all)), own);
            }
        }
    }
}
