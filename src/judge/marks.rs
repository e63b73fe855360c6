//! Where strings may end in a body: found for the whole body first, 64 bytes at a time, so that no string
//! is searched for its end byte by byte.

use wide::u8x16;

/// How many bytes one word tells of.
const WORD: usize = 64;

/// A bit for each byte of a body: set for a quote, a backslash or a control character.
#[derive(Default)]
pub(super) struct Marks(Vec<u64>);

impl Marks {
    /// Marks a body, and tells whether it is UTF-8. The memory of the last one is used again.
    pub(super) fn fill(&mut self, body: &[u8]) -> bool {
        self.0.clear();
        let (chunks, rest) = body.as_chunks::<WORD>();
        // What is behind the end is marked.
        let mut last = [0; WORD];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        // Between chunks that are ASCII no character is cut in two.
        let (mut is_valid, mut foreign) = (true, None);
        let mut check = |foreign: usize, end: usize| {
            let part = body.get(foreign..end.min(body.len()));
            is_valid &= part.is_some_and(|part| std::str::from_utf8(part).is_ok());
        };
        let mut mark = |start: usize, chunk: &[u8; WORD]| {
            let (marks, high) = look(chunk);
            if high != 0 {
                foreign.get_or_insert(start);
            } else if let Some(foreign) = foreign.take() {
                check(foreign, start);
            }
            marks
        };
        self.0.resize(chunks.len() + 2, u64::MAX);
        let starts = (0..).step_by(WORD);
        for ((word, chunk), start) in self.0.iter_mut().zip(chunks).zip(starts) {
            *word = mark(start, chunk);
        }
        if let Some(word) = self.0.get_mut(chunks.len()) {
            *word = mark(chunks.len() * WORD, &last);
        }
        if let Some(foreign) = foreign {
            check(foreign, body.len());
        }
        is_valid
    }

    /// The first mark at a place of the body or behind it; the end of the body if there is none.
    #[inline]
    pub(super) fn next(&self, at: usize) -> usize {
        let mut word = at / WORD;
        let pair = self.0.get(word..).and_then(<[u64]>::first_chunk::<2>);
        let Some([low, high]) = pair else {
            return at;
        };
        let shift = at % WORD;
        // The 64 bytes from here on, whichever words they are in.
        let window = (low >> shift) | ((high << 1) << (WORD - 1 - shift));
        if window != 0 {
            return at + window.trailing_zeros() as usize;
        }
        word += 1;
        loop {
            match self.0.get(word) {
                Some(0) => word += 1,
                Some(marks) => return word * WORD + marks.trailing_zeros() as usize,
                None => return word * WORD,
            }
        }
    }
}

/// The marks of some bytes, and something that is not zero if they are not ASCII.
#[inline]
fn look(bytes: &[u8; WORD]) -> (u64, u64) {
    let (quote, backslash) = (u8x16::splat(b'"'), u8x16::splat(b'\\'));
    let control = u8x16::splat(0x1F);
    let (parts, _) = bytes.as_chunks::<16>();
    let (mut marks, mut all) = (0, u8x16::ZERO);
    for (number, part) in parts.iter().enumerate() {
        let part = u8x16::new(*part);
        let found =
            part.simd_eq(quote) | part.simd_eq(backslash) | part.max(control).simd_eq(control);
        marks |= u64::from(found.to_bitmask()) << (16 * number);
        all |= part;
    }
    (marks, u64::from(all.to_bitmask()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_mark(byte: u8) -> bool {
        matches!(byte, b'"' | b'\\' | 0..0x20)
    }

    #[test]
    fn each_byte_is_marked_by_itself_wherever_it_stands() {
        for byte in 0..=u8::MAX {
            for at in 0..WORD {
                for other in [b'x', 0xFF, 0, b'!', b'#'] {
                    let mut bytes = [other; WORD];
                    bytes[at] = byte;
                    let expected = (0..WORD)
                        .filter(|at| is_mark(bytes[*at]))
                        .fold(0, |marks, at| marks | 1 << at);
                    let is_ascii = bytes.is_ascii();
                    let (marks, high) = look(&bytes);
                    assert_eq!((marks, high == 0), (expected, is_ascii), "{byte} at {at}");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_next_mark_is_the_first_from_there_on(
            length in 0..300_usize,
            marked in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        ) {
            let mut body = vec![b'x'; length];
            for index in marked.iter().filter(|_| length > 0) {
                body[index.index(length)] = b'"';
            }
            let mut marks = Marks::default();
            prop_assert!(marks.fill(&body));
            for at in 0..=length {
                let next = body[at..].iter().position(|byte| *byte == b'"');
                prop_assert_eq!(marks.next(at), next.map_or(length, |next| at + next));
            }
        }

        #[test]
        fn what_is_utf8_is_known_as_ever(
            before in 0..130_usize,
            parts in prop::collection::vec((prop::sample::select(&["é", "漢", "😀", "a"][..]), 0..70_usize), 0..6),
            harm in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
        ) {
            let mut body = vec![b'x'; before];
            for (part, behind) in parts {
                body.extend(part.bytes());
                body.resize(body.len() + behind, b'x');
            }
            if let Some((at, byte)) = harm && !body.is_empty() {
                let at = at.index(body.len());
                body[at] = byte;
            }
            let is_valid = std::str::from_utf8(&body).is_ok();
            prop_assert_eq!(Marks::default().fill(&body), is_valid);
        }
    }
}
