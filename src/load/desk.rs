//! Desks: where the arrivals of an open scenario find a free virtual user, or wait for one.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use tokio::sync::Notify;

use super::iteration::Iteration;

/// Where arrivals and virtual users of one scenario meet, on one lane.
pub(crate) struct Desk {
    /// The arrivals that nobody has taken yet, and behind them those that are still to come. Which they are
    /// follows from the profile, so that those who wait need no room, however many they are.
    arrivals: RefCell<Box<dyn Iterator<Item = Iteration>>>,
    /// How many of them wait.
    waiting: Cell<usize>,
    /// Virtual users that have nothing to do, the last one first: its connection is the warmest.
    idle: RefCell<Vec<Rc<Notify>>>,
    /// Virtual users that are on their way to take an arrival: new ones, and those whose bell rang.
    coming: Cell<usize>,
    is_closed: Cell<bool>,
}

impl Desk {
    /// A desk for these arrivals, in the order in which they are put down.
    pub(crate) fn new(arrivals: impl Iterator<Item = Iteration> + 'static) -> Self {
        Self {
            arrivals: RefCell::new(Box::new(arrivals)),
            waiting: Cell::new(0),
            idle: RefCell::default(),
            coming: Cell::new(0),
            is_closed: Cell::new(false),
        }
    }

    /// Another virtual user will come.
    pub(crate) fn expect(&self) {
        self.coming.set(self.coming.get() + 1);
    }

    /// Puts the next arrival down; whether somebody is free to take it.
    pub(crate) fn put(&self) -> bool {
        self.waiting.set(self.waiting.get() + 1);
        if let Some(bell) = self.idle.borrow_mut().pop() {
            bell.notify_one();
            self.expect();
        }
        self.waiting.get() <= self.coming.get()
    }

    /// The arrival that is taken next; `None` when no more will come. Those that wait when the desk
    /// closes are nobody's. Who was expected says so.
    pub(crate) async fn take(
        &self,
        bell: &Rc<Notify>,
        mut was_expected: bool,
    ) -> Option<Iteration> {
        loop {
            if was_expected {
                self.coming.set(self.coming.get().saturating_sub(1));
            }
            if self.is_closed.get() {
                return None;
            }
            if let Some(left) = self.waiting.get().checked_sub(1) {
                self.waiting.set(left);
                return self.arrivals.borrow_mut().next();
            }
            self.idle.borrow_mut().push(bell.clone());
            bell.notified().await;
            was_expected = true;
        }
    }

    /// Sends everybody home; how many arrivals nobody had taken.
    pub(crate) fn close(&self) -> u64 {
        self.is_closed.set(true);
        for bell in self.idle.borrow_mut().drain(..) {
            bell.notify_one();
        }
        u64::try_from(self.waiting.take()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn desk() -> Desk {
        let now = Instant::now();
        Desk::new((0..).map(move |number| Iteration { number, due: now }))
    }

    #[tokio::test]
    async fn arrivals_are_taken_in_order_and_those_left_are_counted() {
        let desk = Rc::new(desk());
        let bell = Rc::new(Notify::new());
        assert!(!desk.put());
        assert!(!desk.put());
        assert_eq!(desk.take(&bell, false).await.unwrap().number, 0);
        assert_eq!(desk.take(&bell, false).await.unwrap().number, 1);
        let other = desk.clone();
        let later = async {
            tokio::task::yield_now().await;
            assert!(other.put(), "somebody waits");
        };
        let (taken, ()) = tokio::join!(desk.take(&bell, false), later);
        assert_eq!(taken.unwrap().number, 2);
        desk.put();
        assert_eq!(desk.close(), 1);
        assert!(desk.take(&bell, false).await.is_none());
    }

    #[tokio::test]
    async fn who_is_on_the_way_is_free() {
        let desk = desk();
        let bell = Rc::new(Notify::new());
        desk.expect();
        desk.expect();
        assert!(desk.put() && desk.put());
        assert!(!desk.put(), "two come, and three are there");
        for number in 0..3 {
            let taken = desk.take(&bell, number < 2).await;
            assert_eq!(taken.unwrap().number, number);
        }
        assert!(!desk.put(), "nobody comes any more");
    }
}
