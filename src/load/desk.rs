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
    is_closed: Cell<bool>,
}

impl Desk {
    /// Puts an arrival down; whether somebody is free to take it.
    pub(crate) fn put(&self, arrival: Iteration) -> bool {
        self.waiting.borrow_mut().push_back(arrival);
        match self.idle.borrow_mut().pop() {
            Some(bell) => {
                bell.notify_one();
                true
            }
            None => false,
        }
    }

    /// The arrival that is taken next; `None` when no more will come. Those that wait when the desk
    /// closes are nobody's.
    pub(crate) async fn take(&self, bell: &Rc<Notify>) -> Option<Iteration> {
        loop {
            if self.is_closed.get() {
                return None;
            }
            let arrival = self.waiting.borrow_mut().pop_front();
            if arrival.is_some() {
                return arrival;
            }
            self.idle.borrow_mut().push(bell.clone());
            bell.notified().await;
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
        assert_eq!(desk.take(&bell).await.unwrap().number, 0);
        assert_eq!(desk.take(&bell).await.unwrap().number, 1);
        let other = desk.clone();
        let later = async {
            tokio::task::yield_now().await;
            assert!(other.put(arrival(2)), "somebody waits");
        };
        let (taken, ()) = tokio::join!(desk.take(&bell), later);
        assert_eq!(taken.unwrap().number, 2);
        desk.put(arrival(3));
        assert_eq!(desk.close(), 1);
        assert!(desk.take(&bell).await.is_none());
    }
}
