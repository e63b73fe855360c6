//! Stepping aside: who could go on lets the others of its lane go first.

use std::future::poll_fn;
use std::task::Poll;

/// Lets everybody who is ready go first.
pub(super) async fn step_aside() {
    let mut is_back = false;
    let turn = poll_fn(|context| {
        if std::mem::replace(&mut is_back, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    });
    turn.await;
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use tokio::task::{LocalSet, spawn_local};

    use super::step_aside;

    #[tokio::test]
    async fn all_who_are_ready_go_first() {
        let told = Rc::new(RefCell::new(Vec::new()));
        let local = LocalSet::new();
        let run = local.run_until(async {
            let tasks = [0, 1, 2].map(|number| {
                let told = told.clone();
                spawn_local(async move {
                    for round in [0, 1] {
                        told.borrow_mut().push((round, number));
                        step_aside().await;
                    }
                })
            });
            for task in tasks {
                task.await.unwrap();
            }
        });
        run.await;
        let told = told.take();
        assert_eq!(told, [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]);
    }
}
