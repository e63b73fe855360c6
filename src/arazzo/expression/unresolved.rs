//! Why an expression has no value.

/// An expression has no value in a scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{expression}` has no value: {why}")]
pub struct Unresolved {
    /// The expression.
    pub expression: String,
    /// Which part is missing, a lower-case fragment.
    pub why: String,
    /// Whether a message or value was there and lacks this part. Criteria take such a part to be
    /// `null`; what is not known at all fails them.
    pub is_absent_part: bool,
}

/// Why there is no value, before the expression is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::arazzo) enum Lack {
    /// A part of something that is there.
    Part(String),
    /// Something that the scope does not know.
    Unknown(String),
}

impl Lack {
    pub(super) fn of(self, expression: &super::Expression) -> Unresolved {
        let (why, is_absent_part) = match self {
            Self::Part(why) => (why, true),
            Self::Unknown(why) => (why, false),
        };
        Unresolved {
            expression: expression.to_string(),
            why,
            is_absent_part,
        }
    }
}
