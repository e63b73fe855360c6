//! Words: plain strings, mostly what people type, sometimes what breaks programs.

use super::dice::Dice;

const USUAL: [&str; 24] = [
    "Ada Lovelace",
    "Berlin",
    "Zürich",
    "hello",
    "Main Street 12",
    "note",
    "blue",
    "A-1001",
    "Order 42",
    "alpha",
    "ops@example.com",
    "Grace",
    "en-GB",
    "Weekly report",
    "x",
    "42",
    "standard",
    "São Paulo",
    "O'Brien",
    "left, right",
    "v1.2.3",
    "north",
    "Team Rot",
    "first",
];

/// Legal text that careless code mangles: other scripts, combining marks, directions, code points
/// beyond the basic plane, quotes, markup, things that look like other types. Never U+0000.
const ODD: [&str; 20] = [
    "日本語テキスト",
    "🙂👩‍👩‍👧‍👦",
    "e\u{301}ton\u{303}",
    "\u{202E}right-to-left",
    "שלום",
    "مرحبا",
    "ﬀ ligature",
    "\"quoted\"",
    "back\\slash",
    "<b>bold</b>",
    "null",
    "true",
    "0",
    "-1",
    "1e3",
    " leading",
    "trailing ",
    "tab\there",
    "line\nbreak",
    "𝒜𝓁𝓅𝒽𝒶",
];

/// A plain string of `min` to `max` characters.
pub(super) fn draw(dice: &mut Dice, min: usize, max: Option<usize>) -> String {
    let limit = max.unwrap_or(usize::MAX);
    // Edges of what is allowed, where they are small enough to be worth sending. A schema that says
    // nothing about length rarely means the empty string.
    let bounded = min > 0 || max.is_some();
    match dice.below(if bounded { 10 } else { 30 }) {
        0 => return fill(dice, min, false),
        1 if min < limit => return fill(dice, min + 1, false),
        2 if max.is_some() && limit <= 512 => return fill(dice, limit, false),
        3 if max.is_some() && limit <= 512 => {
            return fill(dice, limit.saturating_sub(1).max(min), true);
        }
        _ => {}
    }
    let odd = dice.chance(1, 8);
    let words: &[&str] = if odd { &ODD } else { &USUAL };
    let word = dice.pick(words).copied().unwrap_or_default();
    let length = word.chars().count();
    if length > limit {
        word.chars().take(limit).collect()
    } else if length < min {
        fill(
            dice,
            min + dice.clone().below(limit.saturating_sub(min).min(8) + 1),
            odd,
        )
    } else {
        word.to_owned()
    }
}

/// A string of exactly so many characters.
pub(super) fn fill(dice: &mut Dice, length: usize, odd: bool) -> String {
    let mut text = String::with_capacity(length);
    let mut count = 0;
    while count < length {
        let word = if odd && count == 0 {
            dice.pick(&ODD)
        } else {
            dice.pick(&USUAL)
        };
        let word = word.copied().unwrap_or("x");
        if count > 0 && count + 1 < length {
            text.push(' ');
            count += 1;
        }
        for character in word.chars().take(length - count) {
            text.push(character);
            count += 1;
        }
    }
    // A space at the end would be trimmed by many servers, and the length with it.
    if text.ends_with(' ') {
        text.pop();
        text.push('x');
    }
    text
}

/// A name for a member that the schema does not declare.
pub(super) fn name(dice: &mut Dice) -> String {
    const NAMES: [&str; 12] = [
        "alpha", "beta", "colour", "notes", "size", "tag", "label", "x-extra", "count", "größe",
        "owner id", "kind",
    ];
    let name = dice.pick(&NAMES).copied().unwrap_or("extra");
    match dice.below(3) {
        0 => format!("{name}{}", dice.below(1000)),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_kept_and_null_characters_never_drawn() {
        let mut dice = Dice::new(2);
        for (min, max) in [
            (0, None),
            (0, Some(0)),
            (3, Some(3)),
            (1, Some(2)),
            (40, None),
            (5, Some(600)),
        ] {
            for _ in 0..200 {
                let text = draw(&mut dice, min, max);
                let length = text.chars().count();
                assert!(
                    length >= min && max.is_none_or(|max| length <= max),
                    "{min} {max:?} {text:?}"
                );
                assert!(!text.contains('\0'));
            }
        }
    }
}
