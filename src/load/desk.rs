//! Desks: where the arrivals of an open scenario find a free virtual user, or wait for one.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use tokio::sync::Notify;

use super::iteration::Iteration;

/// Where arrivals and virtual users of one scenario meet, on one lane.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    /// Arrivals that nobody has taken yet.
    waiting: RefCell<VecDeque<Iteration>>,
    /// Virtual users that have nothing to do, the last one first: its connection is the warmest.
    idle: RefCell<Vec<Rc<Notify>>>,
    /// Virtual users that are on their way to take an arrival: new ones, and those whose bell rang.
    coming: Cell<usize>,
    is_closed: Cell<bool>,
}

impl Desk {
    /// Another virtual user will come.
    pub(crate) fn expect(&self) {
        self.coming.set(self.coming.get() + 1);
    }

    /// Puts an arrival down; whether somebody is free to take it.
    pub(crate) fn put(&self, arrival: Iteration) -> bool {
        let mut waiting = self.waiting.borrow_mut();
        waiting.push_back(arrival);
        if let Some(bell) = self.idle.borrow_mut().pop() {
            bell.notify_one();
            self.expect();
        }
        waiting.len() <= self.coming.get()
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
            let arrival = self.waiting.borrow_mut().pop_front();
            if arrival.is_some() {
                return arrival;
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
        let left = self.waiting.borrow_mut().drain(..).count();
        u64::try_from(left).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn arrival(number: u64) -> Iteration {
        Iteration {
            number,
            due: Instant::now(),
        }
    }

    #[tokio::test]
    async fn arrivals_are_taken_in_order_and_those_left_are_counted() {
        let desk = Rc::new(Desk::default());
        let bell = Rc::new(Notify::new());
        assert!(!desk.put(arrival(0)));
        assert!(!desk.put(arrival(1)));
        assert_eq!(desk.take(&bell, false).await.unwrap().number, 0);
        assert_eq!(desk.take(&bell, false).await.unwrap().number, 1);
        let other = desk.clone();
        let later = async {
            tokio::task::yield_now().await;
            assert!(other.put(arrival(2)), "somebody waits");
        };
        let (taken, ()) = tokio::join!(desk.take(&bell, false), later);
        assert_eq!(taken.unwrap().number, 2);
        desk.put(arrival(3));
        assert_eq!(desk.close(), 1);
        assert!(desk.take(&bell, false).await.is_none());
    }

    #[tokio::test]
    async fn who_is_on_the_way_is_free() {
        let desk = Rc::new(Desk::default());
        let bell = Rc::new(Notify::new());
        desk.expect();
        desk.expect();
        assert!(desk.put(arrival(0)) && desk.put(arrival(1)));
        assert!(!desk.put(arrival(2)), "two come, and three are there");
        for number in 0..3 {
            let taken = desk.take(&bell, number < 2).await;
            assert_eq!(taken.unwrap().number, number);
        }
        assert!(!desk.put(arrival(3)), "nobody comes any more");
    }
}
