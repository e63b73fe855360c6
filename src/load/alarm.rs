//! Alarms: waking at a moment, to some ten microseconds. The timers of the runtime have a grain of a
//! millisecond, which would spoil every latency that counts from a due time.

use std::time::{Duration, Instant};

/// Waits closer than this are not worth a system call.
const CLOSE: Duration = Duration::from_micros(15);

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

    /// Waits until a moment; not at all if it is past.
    pub(crate) async fn until(&mut self, moment: Instant) {
        let left = moment.saturating_duration_since(Instant::now());
        if left < CLOSE {
            return;
        }
        #[cfg(target_os = "linux")]
        if let Some(timer) = &mut self.timer
            && timer.wait(left).await.is_ok()
        {
            return;
        }
        tokio::time::sleep_until(moment.into()).await;
    }
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
            let moment = Instant::now() + Duration::from_micros(length);
            alarm.until(moment).await;
            assert!(Instant::now() + CLOSE >= moment, "{length}");
        }
        let past = Instant::now();
        alarm.until(past).await;
        alarm.until(past).await;
    }
}
