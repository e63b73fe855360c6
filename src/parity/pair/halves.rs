//! Leaving out: most parts of what shows a difference have nothing to do with it.

use std::ops::ControlFlow;

/// Leaves out all parts at once, and where that does not do, each half of them, and so on. `attempt` says
/// whether some may be left out beside those before, or ends the search.
pub(super) async fn leave_out<T>(
    all: Vec<T>,
    mut attempt: impl AsyncFnMut(&[T]) -> ControlFlow<(), bool>,
) {
    let mut open = vec![all];
    while let Some(mut chunk) = open.pop() {
        match attempt(&chunk).await {
            ControlFlow::Break(()) => return,
            ControlFlow::Continue(false) if chunk.len() > 1 => {
                let half = chunk.split_off(chunk.len() / 2);
                open.push(half);
                open.push(chunk);
            }
            ControlFlow::Continue(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_is_needed_stays_and_nothing_else(
            size in 0usize..40,
            needed in proptest::collection::btree_set(0usize..40, 0..4),
        ) {
            let needed: BTreeSet<usize> = needed.into_iter().filter(|one| *one < size).collect();
            let mut left: BTreeSet<usize> = (0..size).collect();
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(leave_out((0..size).collect(), async |chunk: &[usize]| {
                let is_free = chunk.iter().all(|one| !needed.contains(one));
                if is_free {
                    left.retain(|one| !chunk.contains(one));
                }
                ControlFlow::Continue(is_free)
            }));
            prop_assert_eq!(left, needed);
        }
    }
}
