//! The comparisons of simple conditions (Arazzo 1.1.0 "Simple Conditions") and of filters of JSONPath
//! (RFC 9535 section 2.3.5.1): the same operators, whose meanings differ.

use std::fmt;

/// What two values are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// Longer operators come before those that they begin with.
    pub(super) const ALL: [(&'static str, Self); 6] = [
        ("==", Self::Equal),
        ("!=", Self::NotEqual),
        ("<=", Self::LessOrEqual),
        (">=", Self::GreaterOrEqual),
        ("<", Self::Less),
        (">", Self::Greater),
    ];

    /// The first one that `take` finds where it stands.
    pub(super) fn read(mut take: impl FnMut(&str) -> bool) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find_map(|(token, comparison)| take(token).then_some(comparison))
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own = Self::ALL.iter().find(|(_, comparison)| comparison == self);
        f.write_str(own.map_or("", |(token, _)| token))
    }
}
