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
}

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
        })
    }

    /// Takes the next turn, which is not before now.
    pub(crate) fn take(&self, now: Instant) -> Instant {
        let passed = now.saturating_duration_since(self.first).as_nanos();
        let passed = u64::try_from(passed).unwrap_or(u64::MAX);
        let turn = |next: u64| next.max(passed);
        let taken = self.next.fetch_update(Relaxed, Relaxed, |next| {
            Some(turn(next).saturating_add(self.apart))
        });
        let taken = turn(taken.unwrap_or_else(|next| next));
        self.first
            .checked_add(Duration::from_nanos(taken))
            .unwrap_or(now)
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
                .map(|_| scope.spawn(|| (0..25).map(|_| turns.take(begin)).collect()))
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
        assert_eq!(turns.take(later), later);
        assert_eq!(turns.take(later), later + Duration::from_millis(10));
    }

    #[test]
    fn machines_have_places_of_their_own_in_the_row() {
        let begin = Instant::now();
        let mut took = Vec::new();
        for number in 0..4 {
            let turns = Turns::new(2.0, begin, Shard { number, of: 4 }).unwrap();
            took.extend((0..5).map(|_| turns.take(begin) - begin));
        }
        took.sort();
        let expected: Vec<Duration> = (0..20)
            .map(|slot| Duration::from_millis(500) * slot)
            .collect();
        assert_eq!(took, expected);
        assert!(Turns::new(0.0, begin, Shard::WHOLE).is_none());
    }
}
