//! Alarms: waking at a moment, to a microsecond or so. The timers of the runtime have a grain of a
//! millisecond, which would spoil every latency that counts from a due time; and a processor that sleeps
//! takes some ten microseconds to wake, now and then a hundred.

use std::time::{Duration, Instant};

/// Waits closer than this are not worth a system call.
const CLOSE: Duration = Duration::from_micros(15);
/// For how long the processor is kept awake before the moment, at most.
const MOST_WATCH: Duration = Duration::from_micros(100);
/// Less than that hides nothing of what waking takes.
const LEAST_WATCH: Duration = Duration::from_micros(20);
/// Of which part of the wait at most: one in so many, so that no more of a processor is spent.
const WATCH_IN: u32 = 10;
/// A look around that takes longer than this found something to do.
const GLANCE: Duration = Duration::from_micros(5);

/// Wakes one task at moments of its choice.
#[derive(Debug)]
pub(crate) struct Alarm {
    #[cfg(target_os = "linux")]
    timer: Option<linux::Timer>,
}

impl Alarm {
    /// An alarm; where the system has no fine timer, one of the runtime's grain.
    pub(crate) fn new() -> Self {
        Self {
            #[cfg(target_os = "linux")]
            timer: linux::Timer::new().ok(),
        }
    }

    /// Waits until a moment; not at all if it is past. Where so many alarms may share the processor, it is
    /// kept awake at the end of the wait, and does whatever else there is to do. How long there was nothing.
    pub(crate) async fn until(&mut self, moment: Instant, sharing: Option<u32>) -> Duration {
        let mut now = Instant::now();
        let left = moment.saturating_duration_since(now);
        if left < CLOSE {
            return Duration::ZERO;
        }
        let watch = sharing.map_or(Duration::ZERO, |alarms| watch(left, alarms));
        self.sleep(moment, left.saturating_sub(watch)).await;
        let mut idle = Duration::ZERO;
        if watch.is_zero() {
            return idle;
        }
        now = Instant::now();
        while now < moment {
            // Everybody else goes first, and what has come in the meantime is looked for.
            tokio::task::yield_now().await;
            let then = std::mem::replace(&mut now, Instant::now());
            let took = now.saturating_duration_since(then);
            if took < GLANCE {
                idle += took;
            }
        }
        idle
    }

    async fn sleep(&mut self, moment: Instant, left: Duration) {
        #[cfg(target_os = "linux")]
        if let Some(timer) = &mut self.timer
            && timer.wait(left).await.is_ok()
        {
            return;
        }
        tokio::time::sleep_until(moment.into()).await;
    }
}

/// How much of a wait the processor is kept awake for, by each of so many alarms.
fn watch(left: Duration, alarms: u32) -> Duration {
    let own = left / WATCH_IN.saturating_mul(alarms.max(1));
    Some(own.min(MOST_WATCH))
        .filter(|own| *own >= LEAST_WATCH)
        .unwrap_or_default()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::os::fd::{AsFd, AsRawFd, RawFd};
    use std::time::Duration;

    use nix::sys::time::TimeSpec;
    use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    /// A timer of the kernel (`timerfd_create(2)`).
    #[derive(Debug)]
    pub(super) struct Timer(AsyncFd<Descriptor>);

    #[derive(Debug)]
    struct Descriptor(TimerFd);

    impl AsRawFd for Descriptor {
        fn as_raw_fd(&self) -> RawFd {
            self.0.as_fd().as_raw_fd()
        }
    }

    impl Timer {
        pub(super) fn new() -> io::Result<Self> {
            let flags = TimerFlags::TFD_NONBLOCK | TimerFlags::TFD_CLOEXEC;
            let timer = TimerFd::new(ClockId::CLOCK_MONOTONIC, flags)?;
            #[expect(
                deprecated,
                reason = "its successor is unsafe code; this descriptor is open as long as its owner lives"
            )]
            let timer = AsyncFd::with_interest(Descriptor(timer), Interest::READABLE);
            timer.map(Self)
        }

        pub(super) async fn wait(&mut self, left: Duration) -> io::Result<()> {
            let expiration = Expiration::OneShot(TimeSpec::from_duration(left));
            let timer = self.0.get_ref();
            timer.0.set(expiration, TimerSetTimeFlags::empty())?;
            loop {
                let mut ready = self.0.readable().await?;
                // Reading takes the expiration back; a wake without one is spurious.
                let read = ready.try_io(|timer| Ok(timer.get_ref().0.wait()?));
                match read {
                    Ok(done) => return done,
                    Err(_would_block) => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_alarm_does_not_go_off_early_nor_for_the_past() {
        let mut alarm = Alarm::new();
        for length in [0, 1, 50, 300, 2_000] {
            for sharing in [None, Some(1), Some(7)] {
                let moment = Instant::now() + Duration::from_micros(length);
                let idle = alarm.until(moment, sharing).await;
                assert!(Instant::now() + CLOSE >= moment, "{length} {sharing:?}");
                assert!(idle <= MOST_WATCH + GLANCE, "{length} {sharing:?}");
            }
        }
        let past = Instant::now();
        for sharing in [None, Some(1)] {
            assert_eq!(alarm.until(past, sharing).await, Duration::ZERO);
        }
    }

    #[test]
    fn a_tenth_of_the_wait_is_watched_at_most_by_all_alarms_together() {
        let micros = Duration::from_micros;
        for (left, alarms, watched) in [
            (micros(1_000), 1, micros(100)),
            (micros(600), 1, micros(60)),
            (micros(200), 1, micros(20)),
            (micros(190), 1, Duration::ZERO),
            (Duration::from_secs(5), 1, micros(100)),
            (micros(1_000), 4, micros(25)),
            (micros(1_000), 0, micros(100)),
            (micros(1_000), u32::MAX, Duration::ZERO),
        ] {
            assert_eq!(watch(left, alarms), watched, "{left:?} {alarms}");
        }
    }
}
