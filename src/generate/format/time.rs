//! Dates, times and durations (RFC 3339).

use super::super::dice::Dice;

/// `full-date`.
pub(super) fn date(dice: &mut Dice) -> String {
    match dice.below(10) {
        0 => "1970-01-01".to_owned(),
        1 => "2024-02-29".to_owned(),
        2 => "1999-12-31".to_owned(),
        3 => "2038-01-19".to_owned(),
        _ => {
            let (year, month) = (1950 + dice.below(100), 1 + dice.below(12));
            let days = match month {
                2 if year % 4 == 0 && year % 100 != 0 || month == 2 && year % 400 == 0 => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            format!("{year:04}-{month:02}-{:02}", 1 + dice.below(days))
        }
    }
}

/// `full-time`.
pub(super) fn time(dice: &mut Dice) -> String {
    let fraction = match dice.below(4) {
        0 => format!(".{:03}", dice.below(1000)),
        1 => format!(".{:06}", dice.below(1_000_000)),
        _ => String::new(),
    };
    let offset = match dice.below(5) {
        0 => format!("+{:02}:{:02}", dice.below(15), [0, 30, 45][dice.below(3)]),
        1 => format!("-{:02}:00", 1 + dice.below(12)),
        _ => "Z".to_owned(),
    };
    format!(
        "{:02}:{:02}:{:02}{fraction}{offset}",
        dice.below(24),
        dice.below(60),
        dice.below(60)
    )
}

/// `date-time`.
pub(super) fn date_time(dice: &mut Dice) -> String {
    format!("{}T{}", date(dice), time(dice))
}

/// `duration` (RFC 3339 appendix A).
pub(super) fn duration(dice: &mut Dice) -> String {
    match dice.below(5) {
        0 => format!("P{}W", dice.below(60)),
        1 => format!("PT{}H{}M", dice.below(24), dice.below(60)),
        2 => format!("P{}DT{}S", dice.below(400), dice.below(60)),
        3 => format!("P{}Y{}M{}D", dice.below(30), dice.below(12), dice.below(31)),
        _ => format!("PT{}S", dice.below(100_000)),
    }
}
