//! Clocks: how far this machine's clock is ahead of the target's, as far as the `Date` of answers tells.

use std::time::Instant;

use jiff::Timestamp;

use super::user::{Exchanged, VirtualUser};
use crate::probe::moment;
use crate::record::ClockLoad;

/// How much older than its answer a `Date` may be, in microseconds: it has whole seconds, and servers make
/// it once in a second.
const SLACK: i64 = 2_000_000;

/// Between which bounds a clock is ahead of another one, in microseconds; behind it where they are
/// negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ahead {
    least: i64,
    most: i64,
}

impl Ahead {
    /// By the `Date` of an answer to a request that was sent and answered at these moments.
    fn new(date: Timestamp, sent: Timestamp, received: Timestamp) -> Self {
        let since = |moment: Timestamp| {
            moment
                .as_microsecond()
                .saturating_sub(date.as_microsecond())
        };
        Self {
            least: since(sent).saturating_sub(SLACK),
            most: since(received),
        }
    }

    /// What two answers tell together. Nothing can be so where they contradict each other: then a `Date` came
    /// out of a cache, or a clock was put right.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            least: self.least.max(other.least),
            most: self.most.min(other.most),
        }
    }

    /// As it is recorded; `None` if it is contradictory.
    pub(super) fn recorded(self) -> Option<ClockLoad> {
        (self.least <= self.most).then_some(ClockLoad {
            least_ms: self.least.div_euclid(1_000),
            most_ms: self.most.div_euclid(1_000).saturating_add(1),
        })
    }
}

/// How far apart two clocks are at least that were held against the same third one, in milliseconds.
pub(super) fn apart(one: ClockLoad, other: ClockLoad) -> i64 {
    let least = one.least_ms.saturating_sub(other.most_ms);
    let most = other.least_ms.saturating_sub(one.most_ms);
    least.max(most).max(0)
}

impl VirtualUser {
    /// Holds the clock against the `Date` of an answer, once in a second on each thread.
    pub(super) fn hold_clock(&self, exchanged: &Exchanged) {
        let tick = self.lane.tick.get();
        if self.lane.held.get() == tick {
            return;
        }
        self.lane.held.set(tick);
        let date = self.answer.field("date").map(String::from_utf8_lossy);
        let Some(date) = date.and_then(|date| moment(&date)) else {
            return;
        };
        let (now, here) = (Timestamp::now(), Instant::now());
        let then = |moment: Instant| now.checked_sub(here.saturating_duration_since(moment)).ok();
        if let Some((sent, received)) = then(exchanged.sent).zip(then(exchanged.finished)) {
            let ahead = Ahead::new(date, sent, received);
            self.lane.own(|own| {
                own.ahead = Some(own.ahead.map_or(ahead, |known| known.and(ahead)));
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + milliseconds).unwrap()
    }

    #[test]
    fn a_clock_is_known_within_what_a_date_leaves_open() {
        // The answer came at 10.3 s by our clock, and says that it is 3 s.
        let one = Ahead::new(at(3_000), at(10_200), at(10_300));
        let told = one.recorded().unwrap();
        assert_eq!((told.least_ms, told.most_ms), (5_200, 7_301));
        // Another one narrows it.
        let other = Ahead::new(at(4_000), at(12_100), at(12_200));
        let told = one.and(other).recorded().unwrap();
        assert_eq!((told.least_ms, told.most_ms), (6_100, 7_301));
        // A `Date` out of a cache stays as it is while time goes on.
        let cached = Ahead::new(at(3_000), at(20_000), at(20_100));
        assert_eq!(one.and(cached).recorded(), None);
    }

    #[test]
    fn clocks_are_apart_as_far_as_their_bounds_are() {
        let clock = |least_ms, most_ms| ClockLoad { least_ms, most_ms };
        for (one, other, expected) in [
            (clock(0, 2_000), clock(1_000, 3_000), 0),
            (clock(0, 2_000), clock(3_500, 5_500), 1_500),
            (clock(3_500, 5_500), clock(-2_000, 0), 3_500),
        ] {
            assert_eq!(apart(one, other), expected);
            assert_eq!(apart(other, one), expected);
        }
    }
}
