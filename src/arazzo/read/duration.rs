//! Durations such as `200ms` or `1m30s`, as k6 writes them.

use std::time::Duration;

/// Units with their length in nanoseconds, longer names first where one starts with another.
const UNITS: [(&str, f64); 6] = [
    ("ms", 1e6),
    ("us", 1e3),
    ("h", 3_600e9),
    ("m", 60e9),
    ("s", 1e9),
    ("d", 86_400e9),
];

/// Reads one or more numbers, each with its unit.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut seconds = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest
            .find(|character: char| !character.is_ascii_digit() && character != '.')
            .unwrap_or(rest.len());
        let (digits, unit) = rest.split_at_checked(end)?;
        let number: f64 = digits.parse().ok()?;
        let (name, length) = UNITS.iter().find(|(name, _)| unit.starts_with(name))?;
        seconds += number * length / 1e9;
        rest = unit.strip_prefix(name)?;
    }
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_units() {
        for (text, expected) in [
            ("200ms", Some(200)),
            ("1s", Some(1_000)),
            ("1m30s", Some(90_000)),
            ("0.5h", Some(1_800_000)),
            ("0s", Some(0)),
            ("1d", Some(86_400_000)),
            ("5", None),
            ("", None),
            ("ms", None),
            ("1.2.3s", None),
            ("-1s", None),
            ("1 s", None),
            ("999999999999999999999d", None),
        ] {
            assert_eq!(
                duration(text),
                expected.map(Duration::from_millis),
                "{text}"
            );
        }
    }
}
