//! Finding names that occur twice in one object. Of such members `serde_json` keeps the last, so whoever
//! reads them one by one must know.

use super::Stop;

/// Up to so many names are compared one by one.
const FEW: usize = 32;

/// Hashes of the names in the objects that are open, the innermost last.
#[derive(Default)]
pub(super) struct Names(Vec<u64>);

/// Where the names of an object start.
#[derive(Clone, Copy)]
pub(super) struct Mark(usize);

impl Names {
    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// An object starts.
    pub(super) fn open(&self) -> Mark {
        Mark(self.0.len())
    }

    /// A member's name. [`Stop::Unsure`] if it may have been there before.
    pub(super) fn add(&mut self, mark: Mark, name: &[u8]) -> Result<(), Stop> {
        let hash = hash(name);
        let before = self.0.get(mark.0..).unwrap_or_default();
        if before.len() < FEW && before.contains(&hash) {
            return Err(Stop::Unsure);
        }
        self.0.push(hash);
        Ok(())
    }

    /// The object ends. [`Stop::Unsure`] if a name may have been there twice.
    pub(super) fn close(&mut self, mark: Mark) -> Result<(), Stop> {
        let names = self.0.get_mut(mark.0..).unwrap_or_default();
        if names.len() > FEW {
            names.sort_unstable();
            if names.windows(2).any(|pair| pair.first() == pair.last()) {
                return Err(Stop::Unsure);
            }
        }
        self.0.truncate(mark.0);
        Ok(())
    }

    /// What was inside an object that was left halfway is forgotten.
    pub(super) fn back(&mut self, mark: Mark) {
        self.0.truncate(mark.0);
    }
}

/// Equal names have equal hashes; two others may, which costs time and nothing else.
#[inline]
pub(super) fn hash(name: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |hash: u64, word: u64| ((hash ^ word).wrapping_mul(FACTOR)).rotate_left(29);
    let (words, rest) = name.as_chunks::<8>();
    let mut hash = words.iter().fold(name.len() as u64, |hash, word| {
        mix(hash, u64::from_le_bytes(*word))
    });
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    hash = mix(hash, u64::from_le_bytes(last));
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_distinct(names: &[String]) -> bool {
        let mut known = Names::default();
        let mark = known.open();
        names
            .iter()
            .all(|name| known.add(mark, name.as_bytes()).is_ok())
            && known.close(mark).is_ok()
    }

    #[test]
    fn a_name_that_comes_back_is_found_among_few_and_many() {
        for count in [2, FEW, FEW + 1, 500] {
            let mut names: Vec<String> =
                (0..count).map(|number| format!("name {number}")).collect();
            assert!(is_distinct(&names), "{count}");
            for (first, second) in [(0, count - 1), (0, 1), (count - 2, count - 1)] {
                let kept = std::mem::replace(&mut names[second], format!("name {first}"));
                assert!(!is_distinct(&names), "{count}");
                names[second] = kept;
            }
        }
    }

    #[test]
    fn objects_do_not_share_names() {
        let mut names = Names::default();
        let outer = names.open();
        names.add(outer, b"a").unwrap();
        let inner = names.open();
        names.add(inner, b"a").unwrap();
        names.close(inner).unwrap();
        assert!(names.add(outer, b"a").is_err());
    }
}
