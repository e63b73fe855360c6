//! Look-ahead at the start of a pattern: `^(?=A)(?!B)C` says that `^A` and `^C` are found and `^B` is
//! not. Automata know no look-ahead, but they know several patterns at once.

/// A pattern without the look-ahead at its start.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plain {
    /// What has to be found.
    pub(super) wanted: Vec<String>,
    /// What must not be found.
    pub(super) barred: Vec<String>,
}

/// Takes the look-ahead at the start of a pattern apart; `None` where there is none.
pub(super) fn plain(pattern: &str) -> Option<Plain> {
    let mut found = Plain {
        wanted: Vec::new(),
        barred: Vec::new(),
    };
    let mut rest = pattern.strip_prefix('^')?;
    while let Some((is_wanted, inside)) = rest
        .strip_prefix("(?=")
        .map(|inside| (true, inside))
        .or_else(|| rest.strip_prefix("(?!").map(|inside| (false, inside)))
    {
        let end = closing(inside)?;
        let list = if is_wanted {
            &mut found.wanted
        } else {
            &mut found.barred
        };
        list.push(format!("^(?:{})", inside.get(..end)?));
        rest = inside.get(end + 1..)?;
    }
    // A repeated look-ahead, or another branch beside it, is something else.
    let is_repeated = rest.starts_with(['*', '+', '?', '{']);
    if rest.len() + 1 == pattern.len() || is_repeated || has_branches(rest) {
        return None;
    }
    found.wanted.push(format!("^{rest}"));
    Some(found)
}

/// Where the group ends that a text is the inside of.
fn closing(text: &str) -> Option<usize> {
    let end = scan(text, |depth, character| depth == 0 && character == ')');
    end.filter(|end| text.get(*end..).is_some_and(|rest| rest.starts_with(')')))
}

fn has_branches(text: &str) -> bool {
    scan(text, |depth, character| depth == 0 && character == '|').is_some()
}

/// The first character outside of escapes and classes that is looked for, with the groups around it.
fn scan(text: &str, wanted: impl Fn(usize, char) -> bool) -> Option<usize> {
    let (mut depth, mut is_class, mut is_escaped) = (0usize, false, false);
    for (at, character) in text.char_indices() {
        if std::mem::take(&mut is_escaped) {
            continue;
        }
        if !is_class && wanted(depth, character) {
            return Some(at);
        }
        match character {
            '\\' => is_escaped = true,
            '[' => is_class = true,
            ']' => is_class = false,
            '(' if !is_class => depth += 1,
            ')' if !is_class => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_ahead_at_the_start_becomes_patterns_of_its_own() {
        let found = plain(r"^(?=.*\d)(?=.*[a-z)])(?!.*(a|\))a)[a-z\d]{8,12}$").unwrap();
        assert_eq!(
            found.wanted,
            [r"^(?:.*\d)", "^(?:.*[a-z)])", r"^[a-z\d]{8,12}$"]
        );
        assert_eq!(found.barred, [r"^(?:.*(a|\))a)"]);
    }

    #[test]
    fn other_patterns_stay_as_they_are() {
        for pattern in [
            "^abc$",
            "(?=a)b",
            "^(?=a)b|c",
            "^(?=a)*b",
            "^(?=a",
            "^(?<=a)b",
            "^a(?=b)",
            "^(?:a)b",
        ] {
            assert_eq!(plain(pattern), None, "{pattern}");
        }
    }
}
