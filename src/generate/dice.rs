//! Dice: a stream of choices that depends on its seed only, the same on every platform.

/// A stream of random choices (the `SplitMix64` sequence of its seed).
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// Equal numbers give equal choices.
    pub(super) fn new(number: u64) -> Self {
        Self(number)
    }

    /// The next 64 bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number from `0` to `limit - 1`; `0` when the limit is `0`.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        let scaled = (u128::from(self.bits()) * limit as u128) >> 64;
        usize::try_from(scaled).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included; `low` when they cross.
    pub(super) fn between(&mut self, low: i128, high: i128) -> i128 {
        let span = high.saturating_sub(low);
        if span <= 0 {
            return low;
        }
        let wide = (u128::from(self.bits()) << 64) | u128::from(self.bits());
        let offset = wide % (span.unsigned_abs().saturating_add(1));
        low.saturating_add(i128::try_from(offset).unwrap_or(0))
    }

    /// True in `part` of `whole` cases.
    pub(super) fn chance(&mut self, part: usize, whole: usize) -> bool {
        self.below(whole) < part
    }

    /// One of the items; `None` when there are none.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// Puts the items in a random order.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_give_equal_choices_within_their_limits() {
        let (mut one, mut other) = (Dice::new(9), Dice::new(9));
        for limit in 1..200 {
            let drawn = one.below(limit);
            assert!(drawn < limit);
            assert_eq!(drawn, other.below(limit));
        }
        assert_eq!(one.below(0), 0);
        assert_eq!(one.between(5, 5), 5);
        assert!((-3..=3).contains(&one.between(-3, 3)));
    }
}
