//! Student's t: how far the mean of a few runs may lie from that of all.

/// The quantiles 0.995 of Student's t, for 1 to 30 degrees of freedom: 99 % lie between them on both
/// sides.
const T: [f64; 30] = [
    63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.250, 3.169, 3.106, 3.055, 3.012,
    2.977, 2.947, 2.921, 2.898, 2.878, 2.861, 2.845, 2.831, 2.819, 2.807, 2.797, 2.787, 2.779,
    2.771, 2.763, 2.756, 2.750,
];
/// The same of the normal distribution.
pub(super) const NORMAL: f64 = 2.576;

/// The interval in which the difference of two means lies with a confidence of 99 %, each of a few values
/// that scatter alike (Student's t-test with pooled variance). `None` if there are fewer than three
/// values in all, or none on one side.
pub(super) fn difference(old: &[f64], new: &[f64]) -> Option<(f64, f64)> {
    let freedom = (old.len() + new.len())
        .checked_sub(2)
        .filter(|freedom| *freedom > 0)?;
    if old.is_empty() || new.is_empty() {
        return None;
    }
    let (old_mean, new_mean) = (mean(old), mean(new));
    let scatter = |all: &[f64], mean: f64| all.iter().map(|one| (one - mean).powi(2)).sum::<f64>();
    let pooled = (scatter(old, old_mean) + scatter(new, new_mean)) / number(freedom);
    let error = (pooled * (1.0 / number(old.len()) + 1.0 / number(new.len()))).sqrt();
    let t = quantile(freedom);
    let centre = new_mean - old_mean;
    Some((centre - t * error, centre + t * error))
}

/// Within how many standard errors 99 % lie, with so many degrees of freedom.
pub(super) fn quantile(freedom: usize) -> f64 {
    let known = T.get(freedom.saturating_sub(1));
    known.copied().unwrap_or(NORMAL)
}

/// The mean of some values, 0 of none.
pub(super) fn mean(all: &[f64]) -> f64 {
    all.iter().sum::<f64>() / number(all.len().max(1))
}

#[expect(clippy::cast_precision_loss, reason = "a few runs")]
fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_that_of_the_t_test() {
        // Means 2 and 5, each of scatter 2: pooled variance 1, error sqrt(2/3), 4 degrees of freedom.
        let (low, high) = difference(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]).unwrap();
        let half = 4.604 * (2.0_f64 / 3.0).sqrt();
        assert!((low - (3.0 - half)).abs() < 1e-9 && (high - (3.0 + half)).abs() < 1e-9);
        assert!(difference(&[1.0], &[2.0]).is_none());
        assert!(difference(&[], &[2.0, 3.0, 4.0]).is_none());
        assert!(difference(&[1.0, 1.1], &[2.0]).is_some());
    }
}
