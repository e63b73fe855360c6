//! Leaving out: most parts of what shows a difference have nothing to do with it.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Leaves out all parts at once, and where that does not do, those of one level after the other: all of a
/// level at once, or each half of it, and so on. `attempt` says whether some may be left out beside those
/// before, or ends the search.
pub(super) async fn leave_out<T: Clone>(
    levels: Vec<Vec<T>>,
    mut attempt: impl AsyncFnMut(&[T]) -> ControlFlow<(), bool>,
) {
    let all = levels.concat();
    if !matches!(attempt(&all).await, ControlFlow::Continue(false)) {
        return;
    }
    for level in levels {
        let mut open = vec![level];
        while let Some(mut chunk) = open.pop() {
            let is_tried = chunk.len() == all.len();
            let outcome = if is_tried {
                ControlFlow::Continue(false)
            } else {
                attempt(&chunk).await
            };
            match outcome {
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
}

/// Parts by how deep they stand, the outermost first: most of what a large one holds goes with it.
pub(super) fn levels<T>(
    parts: impl IntoIterator<Item = T>,
    depth: impl Fn(&T) -> usize,
) -> Vec<Vec<T>> {
    let mut levels: BTreeMap<usize, Vec<T>> = BTreeMap::new();
    for part in parts {
        levels.entry(depth(&part)).or_default().push(part);
    }
    levels.into_values().collect()
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
            width in 1usize..50,
        ) {
            let needed: BTreeSet<usize> = needed.into_iter().filter(|one| *one < size).collect();
            let mut left: BTreeSet<usize> = (0..size).collect();
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let levels = levels(0..size, |one| one / width);
            runtime.block_on(leave_out(levels, async |chunk: &[usize]| {
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
