//! Seeds: where every random choice of a run comes from, so that equal seeds give equal bytes.
//!
//! A seed is derived from the run's seed and a path of labels (operation, phase, index). Adding an
//! operation or a worker therefore changes no other case.

use std::fmt;
use std::str::FromStr;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The origin of a deterministic stream of random choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seed(u64);

impl Seed {
    /// A seed from a number, as given with `--seed`.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number that stands for this seed in reports and on the command line.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The seed of a part: depends on this seed, the label and the index only.
    #[must_use]
    pub fn derive(self, label: &str, index: u64) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0.to_le_bytes());
        hash.update((label.len() as u64).to_le_bytes());
        hash.update(label.as_bytes());
        hash.update(index.to_le_bytes());
        let digest = hash.finalize();
        let mut number = [0u8; 8];
        number.copy_from_slice(&digest[..8]);
        Self(u64::from_le_bytes(number))
    }

    /// A generator of random bytes for this seed.
    pub fn rng(self) -> TestRng {
        let mut bytes = [0u8; 32];
        bytes.copy_from_slice(&Sha256::digest(self.0.to_le_bytes()));
        TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
    }

    /// A proptest runner that draws from this seed, persists nothing and never forks.
    pub fn runner(self) -> TestRunner {
        let config = Config {
            failure_persistence: None,
            ..Config::default()
        };
        TestRunner::new_with_rng(config, self.rng())
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Seed {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix("0x") {
            Some(hex) => u64::from_str_radix(hex, 16).map(Self),
            None => text.parse().map(Self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_seeds_of_their_own() {
        let run = Seed::new(7);
        assert_eq!(run.derive("getUser", 1), run.derive("getUser", 1));
        assert_ne!(run.derive("getUser", 1), run.derive("getUser", 2));
        assert_ne!(run.derive("getUser", 1), run.derive("putUser", 1));
        assert_ne!(run.derive("getUser", 1), Seed::new(8).derive("getUser", 1));
    }
}
