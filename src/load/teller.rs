//! Tellers: what a lane counted is told interval by interval, with what its thread tells about itself.

use std::rc::Rc;
use std::time::Duration;

use super::gather::Interval;
use super::lane::Lane;
use super::own::{thread_time, thread_wait};
use super::told::Told;

/// A thread that waits for a processor for more than one in so many of an interval is on a crowded machine.
const CROWDED: u32 = 20;

/// When intervals end: with each second, and with the warm-up.
pub(super) fn ticks(warm_up: Duration) -> impl Iterator<Item = Duration> {
    let mut last = Duration::ZERO;
    std::iter::from_fn(move || {
        let whole = Duration::from_secs(last.as_secs() + 1);
        last = if last < warm_up && warm_up < whole {
            warm_up
        } else {
            whole
        };
        Some(last)
    })
}

/// Tells what was counted, interval by interval.
pub(super) struct Teller<'s> {
    lane: &'s Rc<Lane>,
    last: Duration,
    busy: Option<Duration>,
    waited: Option<Duration>,
}

impl<'s> Teller<'s> {
    /// Tells of a lane that begins now.
    pub(super) fn new(lane: &'s Rc<Lane>) -> Self {
        Self {
            lane,
            last: Duration::ZERO,
            busy: thread_time(),
            waited: thread_wait(),
        }
    }

    /// Tells what was counted until a moment, as the time since the profile began.
    pub(super) fn tell(&mut self, now: Duration, is_last: bool) {
        let mut measures = if is_last {
            self.lane.hand_over_all()
        } else {
            self.lane.hand_over()
        };
        let (busy, waited) = (thread_time(), thread_wait());
        let length = now.saturating_sub(self.last);
        measures.own.length = length;
        let more = |(now, then): (Duration, Duration)| now.saturating_sub(then);
        let watched = self.lane.watched.take();
        measures.own.busy = busy
            .zip(self.busy)
            .map(|both| more(both).saturating_sub(watched));
        measures.own.waited = waited.zip(self.waited).map(more);
        let crowded = measures.own.waited.unwrap_or_default();
        self.lane.is_crowded.set(crowded > length / CROWDED);
        for ((series, reason), count) in self.lane.unsent.take() {
            let told = Told::Unsent {
                series,
                reason,
                count,
            };
            let _ = self.lane.told.send(told);
        }
        let users = self.lane.busy.iter().zip(&self.lane.users);
        let interval = Interval {
            begin: self.last,
            length,
            measures,
            users: users.map(|(busy, all)| (busy.get(), all.get())).collect(),
            is_last,
        };
        let _ = self.lane.told.send(Told::Interval(Box::new(interval)));
        (self.busy, self.waited) = (busy, waited);
        self.last = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_end_with_seconds_and_with_the_warm_up() {
        let first = |warm_up: u64| -> Vec<u128> {
            let all = ticks(Duration::from_millis(warm_up)).take(4);
            all.map(|tick| tick.as_millis()).collect()
        };
        assert_eq!(first(0), [1_000, 2_000, 3_000, 4_000]);
        assert_eq!(first(1_500), [1_000, 1_500, 2_000, 3_000]);
        assert_eq!(first(2_000), [1_000, 2_000, 3_000, 4_000]);
    }
}
