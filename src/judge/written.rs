//! The name of a property as it stands in a body, to be told at a glance.

use super::token::is_private;

/// How many bytes are compared at a glance.
const GLANCE: usize = 32;

/// A name with its quotes and the colon behind it, as they are written without white space.
pub(super) struct Written {
    /// The first bytes, in words.
    first: [u64; GLANCE / 8],
    /// Which bits of these count.
    mask: [u64; GLANCE / 8],
    all: Box<[u8]>,
}

impl Written {
    /// `None` if the name cannot be written without escapes, or must be looked at more closely.
    pub(super) fn new(name: &str) -> Option<Self> {
        let takes_escapes = |character| matches!(character, '"' | '\\' | '\0'..'\x20');
        if name.contains(takes_escapes) || is_private(name.as_bytes()) {
            return None;
        }
        let all = format!("\"{name}\":").into_bytes();
        let words = |byte: &dyn Fn(u8) -> u8| {
            let mut bytes = [0; GLANCE];
            for (to, from) in bytes.iter_mut().zip(&all) {
                *to = byte(*from);
            }
            let (words, _) = bytes.as_chunks::<8>();
            let mut made = [0; GLANCE / 8];
            for (to, from) in made.iter_mut().zip(words) {
                *to = u64::from_le_bytes(*from);
            }
            made
        };
        Some(Self {
            first: words(&|byte| byte),
            mask: words(&|_| u8::MAX),
            all: all.into(),
        })
    }

    /// The place behind the name and its colon, if they stand at a place of a body.
    #[inline]
    pub(super) fn pass(&self, body: &[u8], at: usize) -> Option<usize> {
        let end = at + self.all.len();
        let next = body.get(at..).and_then(<[u8]>::first_chunk::<GLANCE>);
        let is_here = match next {
            Some(next) => {
                let (words, _) = next.as_chunks::<8>();
                let words = words.iter().zip(&self.first).zip(&self.mask);
                let different = words.fold(0, |different, ((word, first), mask)| {
                    different | ((u64::from_le_bytes(*word) ^ first) & mask)
                });
                different == 0 && (self.all.len() <= GLANCE || self.is_at(body, at))
            }
            None => self.is_at(body, at),
        };
        is_here.then_some(end)
    }

    /// Whether all of it stands at a place.
    #[inline(never)]
    fn is_at(&self, body: &[u8], at: usize) -> bool {
        let here = body.get(at..at + self.all.len());
        here == Some(&*self.all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_from_all_others_wherever_it_stands() {
        let names: Vec<String> = [0, 1, 4, 28, 29, 30, 31, 60]
            .iter()
            .flat_map(|length| ["x", "y"].map(|last| "x".repeat(*length) + last))
            .collect();
        for name in &names {
            let written = Written::new(name).unwrap();
            for other in &names {
                for (before, behind) in [("", ""), ("{", "1"), ("[[{}],{", &*"1".repeat(40))] {
                    let body = format!("{before}\"{other}\":{behind}");
                    let end = before.len() + name.len() + 3;
                    assert_eq!(
                        written.pass(body.as_bytes(), before.len()),
                        (name == other).then_some(end),
                        "{name} in {body}"
                    );
                    let body = body.replacen(':', " :", 1);
                    assert_eq!(written.pass(body.as_bytes(), before.len()), None, "{body}");
                }
            }
        }
    }

    #[test]
    fn what_takes_escapes_is_never_told() {
        for name in ["a\"", "\\", "\n", "$serde_json::private::Number"] {
            assert!(Written::new(name).is_none());
        }
    }
}
