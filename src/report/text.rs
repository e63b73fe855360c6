//! Text for people: made printable, cut to size, wrapped to a width.

use std::fmt::Write;

use crate::code::Code;
use crate::record::Summary;

/// Whether a terminal would obey the character instead of showing it.
pub(super) fn is_steering(character: char) -> bool {
    (character.is_control() && character != '\n')
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The text without characters that would steer a terminal: what a server sends is not to be
/// obeyed. Line ends stay.
pub(crate) fn printable(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in text.chars() {
        if is_steering(character) {
            clean.extend(character.escape_unicode());
        } else {
            clean.push(character);
        }
    }
    clean
}

/// A command in which no character steers the terminal. They stand inside of JSON texts, where `\\uXXXX`
/// means the same (RFC 8259 section 7).
pub(crate) fn command(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in text.chars() {
        if is_steering(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                let _ = write!(clean, "\\u{unit:04x}");
            }
        } else {
            clean.push(character);
        }
    }
    clean
}

/// At most so many characters, the last ones `...` if there were more.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(3)).collect();
    format!("{}...", kept.trim_end())
}

/// At most so many bytes, the last ones `...` if there were more.
pub(super) fn cut_bytes(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let mut end = most.saturating_sub(3);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let kept = text.get(..end).unwrap_or_default();
    format!("{}...", kept.trim_end())
}

/// Words in lines of at most `width` characters; a longer word has a line of its own.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let length = line.chars().count() + 1 + word.chars().count();
            if !line.is_empty() && length > width {
                lines.push(std::mem::take(&mut line));
            } else if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// The first three, and how many there are beside them.
pub(super) fn first_three<T: ToString>(all: &[T]) -> String {
    first(3, all)
}

/// The first few names, and how many more there are.
pub(crate) fn first<T: ToString>(most: usize, all: &[T]) -> String {
    let named: Vec<String> = all.iter().take(most).map(ToString::to_string).collect();
    match all.len().saturating_sub(most) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// A number with its noun: `1 case`, `2 cases`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("{count} {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

/// In how many answers something was found, or of how many requests. Findings of the warm-up count, other
/// numbers of it do not.
pub(super) fn seen(summary: &Summary, code: Code, count: usize) -> String {
    let noun = match code {
        Code::TARGET_LOST => "request",
        _ => "answer",
    };
    let answers = counted(count, noun);
    match &summary.load {
        Some(load) if load.warm_up_ms > 0 => format!("{answers}, with the warm-up"),
        _ => answers,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_do_not_reach_the_terminal() {
        assert_eq!(
            printable("a\u{1b}[31m\r\nb\u{202e}"),
            "a\\u{1b}[31m\\u{d}\nb\\u{202e}"
        );
    }

    #[test]
    fn text_is_cut_and_wrapped_by_characters() {
        assert_eq!(cut("äöüäöü", 6), "äöüäöü");
        assert_eq!(cut("äöüäöüä", 6), "äöü...");
        assert_eq!(cut_bytes("äöü", 6), "äöü");
        assert_eq!(cut_bytes("äöüä", 7), "äö...");
        assert_eq!(
            wrap("one two  three\nfour", 7),
            ["one two", "three", "four"]
        );
        assert_eq!(wrap("unbreakable it is", 4), ["unbreakable", "it", "is"]);
    }

    #[test]
    fn lists_name_three() {
        assert_eq!(first_three(&["a", "b", "c"]), "a, b, c");
        assert_eq!(
            first_three(&["a", "b", "c", "d", "e"]),
            "a, b, c and 2 more"
        );
    }
}
