//! Values to be masked, found in a text however they are escaped.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::alphabet;
use base64::engine::{GeneralPurpose, general_purpose::NO_PAD};

use super::escape::{ESCAPES, Unit, unescape};
use super::redact::MASK;

/// By how many of their first bytes values are found.
const START: usize = 4;

/// Values to be masked.
#[derive(Clone, Default)]
pub(super) struct Values {
    by_start: BTreeMap<Vec<u8>, BTreeSet<String>>,
    /// The first bytes of all values, one bit each.
    firsts: [u64; 4],
}

impl Values {
    /// Adds a value; an empty one stands nowhere.
    pub(super) fn add(&mut self, value: String) {
        let bytes = value.as_bytes();
        let Some(first) = bytes.first() else {
            return;
        };
        if let Some(bits) = self.firsts.get_mut(usize::from(first / 64)) {
            *bits |= 1 << (first % 64);
        }
        let start = bytes.iter().take(START).copied().collect();
        self.by_start.entry(start).or_default().insert(value);
    }

    /// The text without them.
    pub(super) fn mask(&self, text: &str) -> String {
        let mut text = text.to_owned();
        if self.by_start.is_empty() {
            return text;
        }
        for escape in ESCAPES {
            let spans = self.spans(&unescape(&text, escape));
            if !spans.is_empty() {
                text = blot(&text, &spans);
            }
        }
        text
    }

    /// Where any of them stands, in order; what overlaps or touches is one span.
    fn spans(&self, units: &[Unit]) -> Vec<(usize, usize)> {
        let mut spans: Vec<(usize, usize)> = Vec::new();
        for (at, unit) in units.iter().enumerate() {
            let bits = self.firsts.get(usize::from(unit.byte / 64)).copied();
            if bits.unwrap_or_default() & (1 << (unit.byte % 64)) == 0 {
                continue;
            }
            let rest = units.get(at..).unwrap_or_default();
            let length = self.longest(rest);
            let Some(last) = length.checked_sub(1).and_then(|last| rest.get(last)) else {
                continue;
            };
            match spans.last_mut() {
                Some(span) if unit.start <= span.1 => span.1 = span.1.max(last.end),
                _ => spans.push((unit.start, last.end)),
            }
        }
        spans
    }

    /// The length of the longest value that the units start with, or 0.
    fn longest(&self, units: &[Unit]) -> usize {
        let start: Vec<u8> = units.iter().take(START).map(|unit| unit.byte).collect();
        let mut longest = 0;
        // Values that are shorter than a start stand under all that they have.
        for length in 1..=start.len() {
            let found = start.get(..length).and_then(|key| self.by_start.get(key));
            for value in found.into_iter().flatten() {
                let same = value.len() <= units.len()
                    && value
                        .bytes()
                        .zip(units)
                        .all(|(byte, unit)| byte == unit.byte);
                if same {
                    longest = longest.max(value.len());
                }
            }
        }
        longest
    }
}

/// The text with the spans masked.
pub(super) fn blot(text: &str, spans: &[(usize, usize)]) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut at = 0;
    for (start, end) in spans {
        clean.push_str(text.get(at..*start).unwrap_or_default());
        clean.push_str(MASK);
        at = *end;
    }
    clean.push_str(text.get(at..).unwrap_or_default());
    clean
}

/// The Base64 forms of a value, in both alphabets: whole, and as the inside of a longer text at
/// each of the three alignments.
pub(super) fn base64_forms(value: &str) -> Vec<String> {
    let mut forms = Vec::new();
    for alphabet in [&alphabet::STANDARD, &alphabet::URL_SAFE] {
        let engine = GeneralPurpose::new(alphabet, NO_PAD);
        forms.push(engine.encode(value));
        for before in 0..3 {
            let mut bytes = vec![0; before];
            bytes.extend_from_slice(value.as_bytes());
            let encoded = engine.encode(&bytes);
            // The outer digits hold bits of the neighbours, too.
            let start = (before * 8).div_ceil(6);
            let end = bytes.len() * 8 / 6;
            if let Some(inside) = encoded.get(start..end.max(start)) {
                forms.push(inside.to_owned());
            }
        }
    }
    forms.retain(|form| form.len() >= 8);
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(all: &[&str]) -> Values {
        let mut values = Values::default();
        for value in all {
            values.add((*value).to_owned());
        }
        values
    }

    #[test]
    fn the_longest_value_is_masked_and_what_touches_is_one_mask() {
        for (all, text, expected) in [
            (
                &["token", "token-1"][..],
                "a token-1 and a token",
                "a *** and a ***",
            ),
            (&["abcd", "cdef"], "abcdef.", "***."),
            (&["ab", "cdefg"], "abcdefg", "***"),
            (&["a", "abcde"], "abcd", "***bcd"),
            (&["abcde"], "abcd", "abcd"),
            (&["p&q+r"], "p%26q%2Br p&amp;q+r", "*** ***"),
            (&[""], "text", "text"),
            (&[], "text", "text"),
        ] {
            assert_eq!(values(all).mask(text), expected, "{all:?} in {text}");
        }
    }
}
