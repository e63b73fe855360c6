//! Deep work: analysis of schemas recurses as deep as references chain, which the stack of an
//! ordinary thread need not hold.

use std::thread;

/// The stack of a thread for deep work, in bytes of address space.
const STACK: usize = 256 << 20;

/// Runs work on a thread with a large stack; `None` when there can be no such thread.
pub(super) fn deep<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    thread::scope(|scope| {
        thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, work)
            .ok()?
            .join()
            .ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(number: u64) -> u64 {
        if number == 0 {
            0
        } else {
            number + sum(number - 1)
        }
    }

    #[test]
    fn deep_recursion_fits() {
        assert_eq!(deep(|| sum(100_000)), Some(5_000_050_000));
    }
}
