//! Turns: when requests may be sent where a target allows only so many in a second. All threads of a machine
//! take them from one row, and each machine has its own places in the row of all.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use super::division::Shard;

/// When requests may be sent.
#[derive(Debug)]
pub(crate) struct Turns {
    /// The first one.
    first: Instant,
    /// How far the next one is behind the first, in nanoseconds.
    next: AtomicU64,
    /// How far turns are apart, in nanoseconds.
    apart: u64,
    /// Since when every turn was taken, in nanoseconds behind the first.
    busy: AtomicU64,
}

/// A turn that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    /// When it is.
    pub(crate) at: Instant,
    /// Whether all turns of a second before it were taken, so that it is the limit that sets the pace.
    pub(crate) is_pressed: bool,
}

/// For how long all turns must have been taken.
const PRESSED: Duration = Duration::from_secs(1);
/// And how many of them there must have been.
const LEAST_PRESSED: u64 = 4;

impl Turns {
    /// The turns of one of several machines, which together send at most so many requests in a second;
    /// `None` if that is no number to go by.
    pub(crate) fn new(most: f64, begin: Instant, shard: Shard) -> Option<Self> {
        #[expect(clippy::cast_precision_loss, reason = "there are few machines")]
        let (number, of) = (shard.number as f64, shard.of as f64);
        let seconds = |turns: f64| Duration::try_from_secs_f64(turns / most).ok();
        Some(Self {
            first: begin.checked_add(seconds(number)?)?,
            next: AtomicU64::new(0),
            apart: u64::try_from(seconds(of)?.as_nanos()).ok()?,
            busy: AtomicU64::new(0),
        })
    }

    /// Takes the next turn, which is not before now.
    pub(crate) fn take(&self, now: Instant) -> Turn {
        let passed = now.saturating_duration_since(self.first).as_nanos();
        let passed = u64::try_from(passed).unwrap_or(u64::MAX);
        let turn = |next: u64| next.max(passed);
        let next = self.next.fetch_update(Relaxed, Relaxed, |next| {
            Some(turn(next).saturating_add(self.apart))
        });
        let next = next.unwrap_or_else(|next| next);
        let taken = turn(next);
        if passed > next {
            self.busy.store(passed, Relaxed);
        }
        let busy = Duration::from_nanos(taken.saturating_sub(self.busy.load(Relaxed)));
        let few = Duration::from_nanos(self.apart.saturating_mul(LEAST_PRESSED));
        let at = self.first.checked_add(Duration::from_nanos(taken));
        Turn {
            at: at.unwrap_or(now),
            is_pressed: busy >= PRESSED.max(few),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_take_turns_from_one_row() {
        let begin = Instant::now();
        let turns = Turns::new(100.0, begin, Shard::WHOLE).unwrap();
        let took: Vec<Vec<Instant>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| (0..25).map(|_| turns.take(begin).at).collect()))
                .collect();
            let threads = threads.into_iter().map(|thread| thread.join().unwrap());
            threads.collect()
        });
        let mut took = took.concat();
        took.sort();
        for (number, turn) in (0_u32..).zip(took) {
            assert_eq!(turn - begin, Duration::from_millis(10) * number);
        }
        // What was not used is not made up for.
        let later = begin + Duration::from_secs(5);
        assert_eq!(turns.take(later).at, later);
        assert_eq!(turns.take(later).at, later + Duration::from_millis(10));
    }

    #[test]
    fn machines_have_places_of_their_own_in_the_row() {
        let begin = Instant::now();
        let mut took = Vec::new();
        for number in 0..4 {
            let turns = Turns::new(2.0, begin, Shard { number, of: 4 }).unwrap();
            took.extend((0..5).map(|_| turns.take(begin).at - begin));
        }
        took.sort();
        let expected: Vec<Duration> = (0..20)
            .map(|slot| Duration::from_millis(500) * slot)
            .collect();
        assert_eq!(took, expected);
        assert!(Turns::new(0.0, begin, Shard::WHOLE).is_none());
    }

    #[test]
    fn the_limit_sets_the_pace_where_all_turns_of_a_second_are_taken() {
        let begin = Instant::now();
        let at = |milliseconds: u64| begin + Duration::from_millis(milliseconds);
        // Two at once, five times in a second, are well within 50.
        let turns = Turns::new(50.0, begin, Shard::WHOLE).unwrap();
        for pair in 0..30 {
            for _ in 0..2 {
                assert!(!turns.take(at(pair * 200)).is_pressed, "pair {pair}");
            }
        }
        // Who asks for more than there are has waited for all turns of a second before long.
        let turns = Turns::new(50.0, begin, Shard::WHOLE).unwrap();
        let pressed: Vec<bool> = (0..100)
            .map(|number| turns.take(at(number * 15)).is_pressed)
            .collect();
        assert_eq!(pressed.iter().position(|is_pressed| *is_pressed), Some(50));
        assert!(pressed.iter().skip(50).all(|is_pressed| *is_pressed));
        // Of few turns in a second, four have to be taken.
        let turns = Turns::new(1.0, begin, Shard::WHOLE).unwrap();
        let pressed: Vec<bool> = (0..6).map(|_| turns.take(begin).is_pressed).collect();
        assert_eq!(pressed, [false, false, false, false, true, true]);
    }
}
