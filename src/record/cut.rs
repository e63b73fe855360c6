//! Values that were cut before they were masked: what is left of them in front of the `…`.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::escape::{Escape, unescape};
use super::values::blot;

/// How many bytes must be left of a value to know it by them.
const LEAST: usize = 4;

/// How many bytes may be left of a value: criteria show no more of a string.
const MOST: usize = 800;

/// The text without the beginnings of these values in front of a `…`.
pub(super) fn mask_cut(text: &str, values: &BTreeSet<String>) -> String {
    let mut text = text.to_owned();
    if values.is_empty() || !text.contains('…') {
        return text;
    }
    for escape in [Escape::None, Escape::Json] {
        let units = unescape(&text, escape);
        let bytes: Vec<u8> = units.iter().map(|unit| unit.byte).collect();
        let ends = bytes.windows('…'.len_utf8()).enumerate();
        let ends = ends.filter(|(_, window)| *window == "…".as_bytes());
        let mut spans = Vec::new();
        for (end, _) in ends {
            // What is longest comes first.
            let mut starts = end.saturating_sub(MOST)..end.saturating_sub(LEAST - 1);
            let start = starts.find(|start| {
                let left = bytes.get(*start..end);
                left.is_some_and(|left| begins_one(left, values))
            });
            if let Some((first, last)) =
                start.and_then(|at| Some((units.get(at)?, units.get(end)?)))
            {
                spans.push((first.start, last.start));
            }
        }
        if !spans.is_empty() {
            text = blot(&text, &spans);
        }
    }
    text
}

fn begins_one(left: &[u8], values: &BTreeSet<String>) -> bool {
    let Ok(left) = std::str::from_utf8(left) else {
        return false;
    };
    let mut following = values.range::<str, _>((Bound::Included(left), Bound::Unbounded));
    following
        .next()
        .is_some_and(|value| value.starts_with(left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_value_is_masked_where_it_was_cut() {
        let values = BTreeSet::from(["s3cr\"t-token".to_owned(), "täst".to_owned()]);
        for (text, expected) in [
            ("s3cr\"t-t…", "***…"),
            (
                "is \"x s3cr\\\"t-t…\" and s3cr\"t-…",
                "is \"x ***…\" and ***…",
            ),
            ("s3cr…", "***…"),
            ("tä…", "tä…"),
            ("täs…", "***…"),
            ("s3…", "s3…"),
            ("s3cr", "s3cr"),
            ("…", "…"),
            ("t-token…", "t-token…"),
        ] {
            assert_eq!(mask_cut(text, &values), expected);
        }
    }
}
