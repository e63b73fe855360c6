//! Bytes that were found valid before, told by a keyed hash of 128 bits.

use std::hash::{BuildHasher, RandomState};

use highway::{HighwayHash, HighwayHasher, Key};

/// How many places a hash may stand at.
const WAYS: usize = 8;

/// How many places there are at first.
const FIRST: usize = 64;

/// Longer bodies are not kept.
const KEPT: usize = 64 * 1024;

/// Where bodies hardly ever come again, one in so many is hashed, to find out when they do.
const SELDOM: usize = 16;

/// What is remembered of a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Memory {
    /// It came before.
    There,
    /// It did not, or its hash was overwritten.
    Nothing(u128),
    /// It was not looked for.
    Unasked,
}

/// Hashes of bodies that were found valid under one schema, as many as there is room for.
///
/// `HighwayHash` keyed with 256 secret bits: that two bodies share a hash, so that one passes for the other,
/// is as likely as guessing 128 bits.
pub(super) struct Seen {
    key: Key,
    places: Vec<u128>,
    /// How many hashes were put down since the places were made.
    count: usize,
    limit: usize,
    /// Which of several places is taken next.
    turn: usize,
    /// How many bodies in a row were looked for in vain, or not at all.
    vain: usize,
    /// The last body that came again: to compare bytes costs a fifth of hashing them.
    last: Vec<u8>,
}

impl Seen {
    /// Room for about so many hashes, sixteen bytes each.
    pub(super) fn new(limit: usize) -> Self {
        let secret = RandomState::new();
        let limit = limit.clamp(WAYS, 1 << 24).next_power_of_two();
        Self {
            key: Key([0, 1, 2, 3].map(|number: u64| secret.hash_one(number))),
            places: vec![0; FIRST.min(limit)],
            count: 0,
            limit,
            turn: 0,
            vain: 0,
            last: Vec::new(),
        }
    }

    /// Looks for a body among those put down.
    pub(super) fn recall(&mut self, body: &[u8]) -> Memory {
        if *self.last == *body && !body.is_empty() {
            return Memory::There;
        }
        self.vain += 1;
        // By then whatever there is room for would have come again.
        let is_vain = self.vain > 2 * self.limit;
        if is_vain && !self.vain.is_multiple_of(SELDOM) {
            return Memory::Unasked;
        }
        let hash = self.hash(body);
        if !self.has(hash) {
            return Memory::Nothing(hash);
        }
        self.vain = 0;
        if body.len() <= KEPT {
            self.last.clear();
            self.last.extend_from_slice(body);
        }
        Memory::There
    }

    /// The hash of a body; never zero.
    pub(super) fn hash(&self, body: &[u8]) -> u128 {
        let [low, high] = HighwayHasher::new(self.key).hash128(body);
        (u128::from(high) << 64 | u128::from(low)).max(1)
    }

    /// Where a hash may stand.
    fn set(&self, hash: u128) -> usize {
        // The low bits choose the place.
        let low = (hash & (self.places.len() as u128 - 1)) as usize;
        low & !(WAYS - 1)
    }

    /// Whether a hash was put down and not overwritten.
    fn has(&self, hash: u128) -> bool {
        let set = self.set(hash);
        let places = self.places.get(set..set + WAYS);
        places.is_some_and(|places| places.contains(&hash))
    }

    /// Puts down a hash that is not there.
    pub(super) fn put(&mut self, hash: u128) {
        if self.count * 2 >= self.places.len() && self.places.len() < self.limit {
            let larger = vec![0; self.places.len() * 2];
            self.count = 0;
            for known in std::mem::replace(&mut self.places, larger) {
                if known != 0 {
                    self.place(known);
                }
            }
        }
        self.place(hash);
    }

    fn place(&mut self, hash: u128) {
        self.count += 1;
        self.turn = self.turn.wrapping_add(1);
        let set = self.set(hash);
        let Some(places) = self.places.get_mut(set..set + WAYS) else {
            return;
        };
        let free = places.iter().position(|place| *place == 0);
        let taken = free.unwrap_or(self.turn % WAYS);
        if let Some(place) = places.get_mut(taken) {
            *place = hash;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_down_is_there_until_there_is_no_room() {
        let mut seen = Seen::new(1024);
        let hashes: Vec<u128> = (0..512_u32)
            .map(|number| seen.hash(&number.to_le_bytes()))
            .collect();
        for hash in &hashes {
            assert!(!seen.has(*hash));
            seen.put(*hash);
            assert!(seen.has(*hash));
        }
        let kept = hashes.iter().filter(|hash| seen.has(**hash)).count();
        assert!(kept > 460, "{kept}");
        for number in 0..100_000_u32 {
            let hash = seen.hash(&number.to_le_bytes());
            seen.put(hash);
        }
        assert_eq!(seen.places.len(), 1024);
    }

    #[test]
    fn a_body_that_came_again_is_known_and_no_other() {
        let mut seen = Seen::new(64);
        let long = vec![b' '; KEPT + 1];
        assert!(matches!(seen.recall(b""), Memory::Nothing(_)));
        for body in [&b"one"[..], b"two", &long] {
            let Memory::Nothing(hash) = seen.recall(body) else {
                panic!("{body:?} did not come before");
            };
            assert_eq!(seen.recall(body), Memory::Nothing(hash));
            seen.put(hash);
        }
        for body in [&b"one"[..], b"one", b"two", b"two", b"one", &long] {
            assert_eq!(seen.recall(body), Memory::There);
            assert!(matches!(seen.recall(b"on"), Memory::Nothing(_)));
            assert!(matches!(seen.recall(b"twos"), Memory::Nothing(_)));
        }
        assert_eq!(seen.last, b"one");
    }

    #[test]
    fn where_nothing_comes_again_little_is_looked_for() {
        let mut seen = Seen::new(64);
        let mut ask = |number: u32| {
            let memory = seen.recall(&number.to_le_bytes());
            if let Memory::Nothing(hash) = memory {
                seen.put(hash);
            }
            memory
        };
        let unasked = (0..2_000).filter(|number| ask(*number) == Memory::Unasked);
        let unasked = unasked.count();
        assert!((1_600..1_900).contains(&unasked), "{unasked}");
        // When something comes again, all are looked for soon.
        let known = (0..200).filter(|_| ask(7) == Memory::There).count();
        assert!(known > 150, "{known}");
    }

    #[test]
    fn each_has_its_own_secret() {
        assert_ne!(Seen::new(4).hash(b"x"), Seen::new(4).hash(b"x"));
    }
}
