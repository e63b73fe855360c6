//! When an exchange must be over, for next to nothing: the timer is armed once and looked at when it
//! rings, so that a deadline that is moved with every request touches no timer wheel.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use tokio::time::Sleep;

/// A deadline that moves.
#[derive(Debug)]
pub(super) struct Deadline {
    due: Instant,
    armed: Instant,
    timer: Pin<Box<Sleep>>,
}

impl Deadline {
    /// A deadline, and the first one.
    pub(super) fn new(due: Instant) -> Self {
        Self {
            due,
            armed: due,
            timer: Box::pin(tokio::time::sleep_until(due.into())),
        }
    }

    /// Moves the deadline. A later one leaves the timer as it is: it rings early and is then set.
    pub(super) fn set(&mut self, due: Instant) {
        self.due = due;
        if due < self.armed {
            self.arm();
        }
    }

    /// Whether the deadline lies behind a moment.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        now >= self.due
    }

    /// Waits for the deadline.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.timer.as_mut().poll(context));
            if self.is_over(Instant::now()) {
                return Poll::Ready(());
            }
            self.arm();
        }
    }

    fn arm(&mut self) {
        self.armed = self.due;
        self.timer.as_mut().reset(self.due.into());
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::{Duration, Instant};

    use super::Deadline;

    #[tokio::test]
    async fn the_deadline_in_force_is_kept_earlier_or_later_than_the_first() {
        for (first, second) in [(20, 60), (500, 30)] {
            let start = Instant::now();
            let mut deadline = Deadline::new(start + Duration::from_millis(first));
            deadline.set(start + Duration::from_millis(second));
            poll_fn(|context| deadline.poll(context)).await;
            let took = start.elapsed();
            assert!(took >= Duration::from_millis(second), "{took:?}");
            assert!(took < Duration::from_millis(400), "{took:?}");
        }
    }
}
