//! Lifting of `pattern`: legal syntax of ECMA 262 that the judge's engine cannot read, written as what
//! it can, and patterns that say nothing but lengths, written as lengths.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// From how many repetitions on a pattern of lengths is written as lengths: fewer cost little.
const MANY: u64 = 256;

/// The classes that every character is in.
const ANY: [&str; 7] = [
    "[^]", r"[\s\S]", r"[\S\s]", r"[\d\D]", r"[\D\d]", r"[\w\W]", r"[\W\w]",
];

/// Lifts what a schema says about patterns.
pub(super) fn lift(schema: &mut Map<String, Value>) {
    let Some(pattern) = schema.get("pattern").and_then(Value::as_str) else {
        return;
    };
    if let Some(lengths) = lengths(pattern).filter(|_| !has_lengths(schema)) {
        schema.shift_remove("pattern");
        if lengths.is_one_line {
            schema.insert("pattern".to_owned(), "^.*$".into());
        }
        schema.insert("minLength".to_owned(), lengths.min.into());
        if let Some(max) = lengths.max {
            schema.insert("maxLength".to_owned(), max.into());
        }
    } else if let Cow::Owned(readable) = readable(pattern) {
        schema.insert("pattern".to_owned(), readable.into());
    }
}

/// The schema's pattern as the judge gets it, which it has to be able to compile.
pub(in crate::schema) fn judged(schema: &Map<String, Value>, pattern: &str) -> String {
    if !has_lengths(schema) && lengths(pattern).is_some() {
        return String::new();
    }
    readable(pattern).into_owned()
}

fn has_lengths(schema: &Map<String, Value>) -> bool {
    schema.contains_key("minLength") || schema.contains_key("maxLength")
}

/// How many characters a pattern allows.
struct Lengths {
    min: u64,
    max: Option<u64>,
    is_one_line: bool,
}

/// What `^.{m,n}$` and `^[\s\S]{m,n}$` say, where they say much.
fn lengths(pattern: &str) -> Option<Lengths> {
    let inside = pattern.strip_prefix('^')?.strip_suffix("}$")?;
    let any = ANY.iter().find_map(|class| inside.strip_prefix(class));
    let counts = any
        .or_else(|| inside.strip_prefix('.'))?
        .strip_prefix('{')?;
    let (min, max) = match counts.split_once(',') {
        None => (counts, Some(counts)),
        Some((min, "")) => (min, None),
        Some((min, max)) => (min, Some(max)),
    };
    let count = |text: &str| -> Option<u64> {
        let are_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        are_digits.then(|| text.parse().ok()).flatten()
    };
    let (min, max) = (count(min)?, max.map(count));
    let max = match max {
        Some(max) => Some(max?),
        None => None,
    };
    let is_much = max.unwrap_or(min) > MANY && max.is_none_or(|max| max >= min);
    is_much.then_some(Lengths {
        min,
        max,
        is_one_line: any.is_none(),
    })
}

/// The pattern without `[^]`, `[]`, `\0`, references to groups by name, and escaped pairs of surrogates,
/// which are read as the one character that they are (ECMA 262 section 22.2.1 with the flag `u`).
fn readable(pattern: &str) -> Cow<'_, str> {
    let groups = groups(pattern);
    let mut made = String::new();
    let mut rest = pattern;
    let mut is_class = false;
    let mut is_changed = false;
    while let Some(first) = rest.chars().next() {
        let replaced = match first {
            '\\' => escape(rest).or_else(|| reference(rest, &groups)),
            '[' if !is_class => class(rest),
            _ => None,
        };
        if let Some((text, length)) = replaced {
            made.push_str(&text);
            rest = rest.get(length..).unwrap_or_default();
            is_changed = true;
            continue;
        }
        let mut length = first.len_utf8();
        match first {
            '\\' => length += rest.chars().nth(1).map_or(0, char::len_utf8),
            '[' => is_class = true,
            ']' => is_class = false,
            _ => {}
        }
        let (taken, left) = rest.split_at_checked(length).unwrap_or((rest, ""));
        made.push_str(taken);
        rest = left;
    }
    if is_changed {
        Cow::Owned(made)
    } else {
        Cow::Borrowed(pattern)
    }
}

/// The names of the capturing groups, in order; groups without a name have none.
fn groups(pattern: &str) -> Vec<Option<&str>> {
    let mut found = Vec::new();
    let (mut is_class, mut is_escaped) = (false, false);
    for (at, character) in pattern.char_indices() {
        if std::mem::take(&mut is_escaped) {
            continue;
        }
        match character {
            '\\' => is_escaped = true,
            '[' => is_class = true,
            ']' => is_class = false,
            '(' if !is_class => {
                let inside = pattern.get(at + 1..).unwrap_or_default();
                match inside.strip_prefix("?<") {
                    Some(name) if !name.starts_with(['=', '!']) => {
                        found.push(name.split_once('>').map(|(name, _)| name));
                    }
                    _ if inside.starts_with('?') => {}
                    _ => found.push(None),
                }
            }
            _ => {}
        }
    }
    found
}

/// What stands for a reference to a named group at the start of a text, and how long that is.
fn reference(text: &str, groups: &[Option<&str>]) -> Option<(String, usize)> {
    let (name, _) = text.strip_prefix(r"\k<")?.split_once('>')?;
    let number = groups.iter().position(|group| *group == Some(name))? + 1;
    Some((format!(r"(?:\{number})"), name.len() + 4))
}

/// What stands for a class without members at the start of a text, and how long that is.
fn class(text: &str) -> Option<(String, usize)> {
    if text.starts_with("[^]") {
        Some((r"[\s\S]".to_owned(), 3))
    } else if text.starts_with("[]") {
        Some((r"[^\s\S]".to_owned(), 2))
    } else {
        None
    }
}

/// What stands for an escape at the start of a text, and how long that is.
fn escape(text: &str) -> Option<(String, usize)> {
    if let Some(after) = text.strip_prefix(r"\0") {
        let is_octal = after.starts_with(|next: char| next.is_ascii_digit());
        return (!is_octal).then(|| (r"\x00".to_owned(), 2));
    }
    let unit = |text: &str| {
        let digits = text.strip_prefix(r"\u")?.get(..4)?;
        let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        are_digits
            .then(|| u16::from_str_radix(digits, 16).ok())
            .flatten()
    };
    let pair = [unit(text)?, unit(text.get(6..)?)?];
    let mut characters = char::decode_utf16(pair);
    match (characters.next(), characters.next()) {
        (Some(Ok(character)), None) => Some((character.to_string(), 12)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_judge_cannot_read_is_written_otherwise() {
        for (pattern, expected) in [
            ("^[^]$", r"^[\s\S]$"),
            ("[]", r"[^\s\S]"),
            (r"^a\0[\0-\x1f]\01", r"^a\x00[\x00-\x1f]\01"),
            (r"^\uD83D\uDE00[\ud83d\ude00]$", "^😀[😀]$"),
            (r"\uD83D", r"\uD83D"),
            (r"\uD83Dé", r"\uD83Dé"),
            (r"\\0\[]\[^][a\]][[]é", r"\\0\[]\[^][a\]][[]é"),
            (r"^[a-z]+$\", r"^[a-z]+$\"),
            (
                r"^(a)(?:b)(?<=b)[(](?<y>\(c)\k<y>1\k<z>$",
                r"^(a)(?:b)(?<=b)[(](?<y>\(c)(?:\2)1\k<z>$",
            ),
        ] {
            assert_eq!(readable(pattern), expected);
        }
    }

    #[test]
    fn patterns_of_lengths_become_lengths() {
        for (schema, expected) in [
            (
                json!({"pattern": "^.{0,262144}$"}),
                json!({"pattern": "^.*$", "minLength": 0, "maxLength": 262_144}),
            ),
            (
                json!({"pattern": r"^[\s\S]{2,5000}$"}),
                json!({"minLength": 2, "maxLength": 5000}),
            ),
            (json!({"pattern": "^[^]{300,}$"}), json!({"minLength": 300})),
            (
                json!({"pattern": "^.{300}$"}),
                json!({"pattern": "^.*$", "minLength": 300, "maxLength": 300}),
            ),
            (
                json!({"pattern": "^.{3,5}$"}),
                json!({"pattern": "^.{3,5}$"}),
            ),
            (
                json!({"pattern": "^.{900,5}$"}),
                json!({"pattern": "^.{900,5}$"}),
            ),
            (
                json!({"pattern": "^.{,900}$"}),
                json!({"pattern": "^.{,900}$"}),
            ),
            (
                json!({"pattern": "^.{1,900}$", "maxLength": 3}),
                json!({"pattern": "^.{1,900}$", "maxLength": 3}),
            ),
        ] {
            let mut lifted = schema.as_object().unwrap().clone();
            lift(&mut lifted);
            assert_eq!(Value::Object(lifted), expected, "{schema}");
        }
    }
}
