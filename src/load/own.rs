//! What this machine tells about itself: CPU time of threads, time taken by others, ports, descriptors.

use std::time::Duration;

/// CPU time that the calling thread has used; `None` where the system does not tell.
#[cfg(target_os = "linux")]
pub(crate) fn thread_time() -> Option<Duration> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_THREAD).ok()?;
    let parts = [usage.user_time(), usage.system_time()];
    let whole = parts.iter().map(|part| {
        let seconds = u64::try_from(part.tv_sec()).unwrap_or_default();
        let micros = u64::try_from(part.tv_usec()).unwrap_or_default();
        Duration::from_secs(seconds) + Duration::from_micros(micros)
    });
    Some(whole.sum())
}

/// CPU time that the calling thread has used; `None` where the system does not tell.
#[cfg(not(target_os = "linux"))]
pub(crate) fn thread_time() -> Option<Duration> {
    None
}

/// How long the calling thread has waited for a processor although it had something to do; `None` where
/// the system does not tell.
pub(crate) fn thread_wait() -> Option<Duration> {
    waited(&std::fs::read_to_string("/proc/thread-self/schedstat").ok()?)
}

/// The second number: nanoseconds on a run queue.
fn waited(text: &str) -> Option<Duration> {
    let number = text.split_whitespace().nth(1)?;
    number.parse().ok().map(Duration::from_nanos)
}

/// TCP segments of the whole machine since it started: what was sent, and what was sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segments {
    sent: u64,
    again: u64,
}

impl Segments {
    /// What was sent until now; `None` where the system does not tell.
    pub(crate) fn now() -> Option<Self> {
        Self::parse(&std::fs::read_to_string("/proc/net/snmp").ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines().filter_map(|line| line.strip_prefix("Tcp:"));
        let (names, numbers) = (lines.next()?, lines.next()?);
        let find = |name: &str| -> Option<u64> {
            let mut both = names.split_whitespace().zip(numbers.split_whitespace());
            both.find(|(own, _)| *own == name)?.1.parse().ok()
        };
        Some(Self {
            sent: find("OutSegs")?,
            again: find("RetransSegs")?,
        })
    }

    /// What was sent again since an earlier moment, and all that was sent.
    pub(crate) fn since(self, earlier: Self) -> (u64, u64) {
        let again = self.again.saturating_sub(earlier.again);
        // What is sent again does not count as sent (RFC 4022).
        let sent = self.sent.saturating_sub(earlier.sent);
        (again, sent.saturating_add(again))
    }
}

/// Times of all processors since the machine started, in ticks: what others took (steal), and all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticks {
    steal: u64,
    all: u64,
}

impl Ticks {
    /// The times until now; `None` where the system does not tell.
    pub(crate) fn now() -> Option<Self> {
        Self::parse(&std::fs::read_to_string("/proc/stat").ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let line = text.lines().next()?.strip_prefix("cpu ")?;
        let numbers = line.split_whitespace().map(|number| number.parse().ok());
        let numbers: Vec<u64> = numbers.collect::<Option<_>>()?;
        Some(Self {
            steal: *numbers.get(7)?,
            // Guests' time is in the first two as well.
            all: numbers.iter().take(8).sum(),
        })
    }

    /// The share of time since an earlier moment that others took, from 0 to 1.
    pub(crate) fn steal_since(self, earlier: Self) -> Option<f64> {
        let all = self.all.checked_sub(earlier.all).filter(|all| *all > 0)?;
        let steal = self.steal.saturating_sub(earlier.steal);
        #[expect(clippy::cast_precision_loss, reason = "a share needs few digits")]
        let share = steal as f64 / all as f64;
        Some(share)
    }
}

/// How many connections this process may have open besides what it needs itself; `None` where the
/// system does not tell. The limit is raised as far as that is allowed.
#[cfg(unix)]
pub fn descriptors() -> Option<u64> {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    /// Files, timers and the like.
    const OWN: u64 = 64;
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
    let limit = match setrlimit(Resource::RLIMIT_NOFILE, hard, hard) {
        Ok(()) => hard,
        Err(_) => soft,
    };
    Some(limit.saturating_sub(OWN))
}

/// How many connections this process may have open; `None` where the system does not tell.
#[cfg(not(unix))]
pub fn descriptors() -> Option<u64> {
    None
}

/// How many local ports there are for connections to one address; `None` where the system does not
/// tell.
pub fn ports() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").ok()?;
    let mut ends = text.split_whitespace().map(str::parse::<u64>);
    let (Some(Ok(first)), Some(Ok(last))) = (ends.next(), ends.next()) else {
        return None;
    };
    last.checked_sub(first).map(|distance| distance + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stolen_time_is_a_share_of_all_time() {
        let ticks = |text: &str| Ticks::parse(text);
        let before = ticks("cpu  100 0 50 800 10 0 5 35 0 0\ncpu0 1\n").unwrap();
        let after = ticks("cpu  150 0 60 820 10 0 5 55 9 9\n").unwrap();
        assert!((after.steal_since(before).unwrap() - 0.2).abs() < 1e-9);
        assert_eq!(before.steal_since(before), None);
        for broken in ["", "cpu 1 2", "cpu a b c d e f g h", "intr 1"] {
            assert_eq!(ticks(broken), None, "{broken}");
        }
    }

    #[test]
    fn waiting_and_segments_are_read_by_their_places_and_names() {
        assert_eq!(
            waited("953917 69755 2\n"),
            Some(Duration::from_nanos(69_755))
        );
        for broken in ["", "12", "1 x 3"] {
            assert_eq!(waited(broken), None, "{broken}");
        }
        let text = |sent: u64, again: u64| {
            format!(
                "Ip: A B\nIp: 1 2\nTcp: MaxConn OutSegs RetransSegs InErrs\nTcp: -1 {sent} {again} 0\nUdp: OutSegs\nUdp: 7\n"
            )
        };
        let before = Segments::parse(&text(100, 3)).unwrap();
        let after = Segments::parse(&text(190, 13)).unwrap();
        assert_eq!(after.since(before), (10, 100));
        for broken in [
            "",
            "Tcp: OutSegs\nTcp: 1",
            "Tcp: OutSegs RetransSegs",
            "Tcp: OutSegs RetransSegs\nTcp: 1 x",
        ] {
            assert_eq!(Segments::parse(broken), None, "{broken}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_machine_tells_of_both() {
        assert!(thread_wait().is_some());
        assert!(Segments::now().is_some());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_busy_thread_uses_time() {
        let before = thread_time().unwrap();
        let begun = std::time::Instant::now();
        while begun.elapsed() < Duration::from_millis(30) {
            std::hint::spin_loop();
        }
        assert!(thread_time().unwrap() > before);
    }
}
