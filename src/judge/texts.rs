//! A few texts that are known before, and finding one of them at once.

/// A piece of a text: what is around it is at hand, so that its bytes are read in words, however many
/// they are.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    all: &'a [u8],
    start: usize,
    end: usize,
}

impl<'a> Piece<'a> {
    /// What is between two places.
    #[inline]
    pub(super) fn new(all: &'a [u8], start: usize, end: usize) -> Self {
        Self { all, start, end }
    }

    /// A text by itself.
    pub(super) fn whole(all: &'a [u8]) -> Self {
        Self::new(all, 0, all.len())
    }

    /// Its bytes alone.
    #[inline]
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.all.get(self.start..self.end).unwrap_or_default()
    }

    /// Its first eight bytes and its last eight, filled up with zeros, and how many it has.
    #[inline]
    fn ends(&self) -> Ends {
        let length = self.end.saturating_sub(self.start);
        let word = |at: usize| {
            let bytes = self.all.get(at..).and_then(<[u8]>::first_chunk::<8>);
            bytes.map(|bytes| u64::from_le_bytes(*bytes))
        };
        let (first, last) = match (word(self.start), self.end.checked_sub(8).and_then(word)) {
            (Some(first), Some(last)) => {
                // What does not belong to a short text is shifted out.
                #[expect(clippy::cast_possible_truncation, reason = "64 at most")]
                let foreign = 8 * 8_usize.saturating_sub(length) as u32;
                let kept = u64::MAX.checked_shr(foreign).unwrap_or_default();
                (first & kept, last.checked_shr(foreign).unwrap_or_default())
            }
            _ => self.slow_ends(),
        };
        Ends {
            first,
            last,
            length,
        }
    }

    #[inline(never)]
    fn slow_ends(&self) -> (u64, u64) {
        let bytes = self.bytes();
        let word = |bytes: &[u8]| {
            let low_first = bytes.iter().rev();
            low_first.fold(0, |word, byte| word << 8 | u64::from(*byte))
        };
        let split = bytes.len().saturating_sub(8);
        let (first, last) = (bytes.get(..8.min(bytes.len())), bytes.get(split..));
        (
            word(first.unwrap_or_default()),
            word(last.unwrap_or_default()),
        )
    }
}

/// How a text begins and ends. Up to sixteen bytes that is all of it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ends {
    first: u64,
    last: u64,
    length: usize,
}

impl Ends {
    /// Equal texts have equal hashes; two others may, which costs time and nothing else.
    #[inline]
    fn hash(&self, text: Piece<'_>) -> u64 {
        const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
        let mix = |hash: u64| hash.wrapping_mul(FACTOR).rotate_left(29);
        let mut hash = mix(self.first ^ mix(self.last ^ self.length as u64));
        if self.length > SHORT {
            let (words, _) = text.bytes().as_chunks::<8>();
            hash = words
                .iter()
                .fold(hash, |hash, word| mix(hash ^ u64::from_le_bytes(*word)));
        }
        hash ^ (hash >> 32)
    }
}

/// A set of different texts, each with its number.
#[derive(Default)]
pub(super) struct Texts {
    texts: Vec<(Ends, Box<[u8]>)>,
    /// The numbers of the texts, each at the place that its hash tells or at the next that was free.
    /// A power of two of places, of which half are free.
    places: Vec<u32>,
}

/// No text.
const NONE: u32 = u32::MAX;

/// How many bytes the ends of a text may have together.
const SHORT: usize = 16;

impl Texts {
    /// Texts, numbered in their order. Of equal ones the first counts.
    pub(super) fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let texts: Vec<&[u8]> = texts.into_iter().map(str::as_bytes).collect();
        let mut made = Self {
            places: vec![NONE; (2 * texts.len()).next_power_of_two().max(2)],
            texts: Vec::with_capacity(texts.len()),
        };
        for (text, number) in texts.into_iter().zip(0..NONE) {
            let piece = Piece::whole(text);
            if let Err(place) = made.search(piece)
                && let Some(place) = made.places.get_mut(place)
            {
                *place = number;
            }
            made.texts.push((piece.ends(), text.into()));
        }
        made
    }

    /// The number of a text.
    #[inline]
    pub(super) fn find(&self, text: Piece<'_>) -> Option<usize> {
        self.search(text).ok()
    }

    /// The number of a text, or the place where it would stand.
    #[inline]
    fn search(&self, text: Piece<'_>) -> Result<usize, usize> {
        let ends = text.ends();
        let mask = self.places.len().wrapping_sub(1);
        #[expect(clippy::cast_possible_truncation, reason = "some bits are enough")]
        let mut place = ends.hash(text) as usize & mask;
        loop {
            let number = self.places.get(place).map_or(NONE, |number| *number) as usize;
            let Some((known, whole)) = self.texts.get(number) else {
                return Err(place);
            };
            if *known == ends && (ends.length <= SHORT || **whole == *text.bytes()) {
                return Ok(number);
            }
            place = (place + 1) & mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXTS: &str = "[ab]{0,3}|[a-c]{7,9}|x{16,20}y?|x{8}[ab]x{8}";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_text_is_found_where_it_stands_first(
            known in prop::collection::vec(TEXTS, 0..12),
            others in prop::collection::vec(TEXTS, 12),
            before in "[ab\"]{0,9}",
            behind in "[ab\"]{0,9}",
        ) {
            let texts = Texts::new(known.iter().map(String::as_str));
            for text in known.iter().chain(&others) {
                let expected = known.iter().position(|one| one == text);
                let (start, end) = (before.len(), before.len() + text.len());
                let all = format!("{before}{text}{behind}");
                let piece = Piece::new(all.as_bytes(), start, end);
                prop_assert_eq!(piece.bytes(), text.as_bytes());
                prop_assert_eq!(texts.find(piece), expected, "{}", text);
                prop_assert_eq!(texts.find(Piece::whole(text.as_bytes())), expected);
            }
        }
    }

    #[test]
    fn no_texts_have_none() {
        assert_eq!(Texts::new([]).find(Piece::whole(b"")), None);
        assert_eq!(Texts::default().find(Piece::whole(b"a")), None);
    }
}
