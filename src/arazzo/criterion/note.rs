//! Notes: what a reader of a judgement should know besides whether it holds.

use std::fmt;

use serde_json::Value;

/// Something worth knowing about how a criterion was judged.
#[derive(Debug, Clone, PartialEq)]
pub enum Note {
    /// An expression had no value and was taken to be `null`.
    Missing {
        /// The expression.
        expression: String,
        /// What was missing.
        why: String,
    },
    /// Two strings are equal, but for their case; Arazzo compares so.
    EqualIgnoringCase {
        /// The left string.
        left: String,
        /// The right string.
        right: String,
    },
    /// A number and a string are not equal, though the string says the same number: only `<`, `<=`,
    /// `>` and `>=` take strings for numbers.
    EqualAsNumbers {
        /// The left value.
        left: Value,
        /// The right value.
        right: Value,
    },
    /// Two values have no order, so that the comparison does not hold.
    NoOrder {
        /// The left value.
        left: Value,
        /// The right value.
        right: Value,
    },
    /// A value that is neither boolean nor `null` was taken as a condition: empty strings and zero
    /// do not hold, all else does.
    TakenAsCondition {
        /// The value.
        value: Value,
    },
    /// An older JSONPath was read as RFC 9535.
    Goessner,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { expression, why } => {
                write!(f, "`{expression}` is taken to be null: {why}")
            }
            Self::EqualIgnoringCase { left, right } => {
                write!(f, "`{left}` and `{right}` are equal only ignoring case")
            }
            Self::EqualAsNumbers { left, right } => write!(
                f,
                "`{left}` and `{right}` are not equal: one is a string, the other a number"
            ),
            Self::NoOrder { left, right } => {
                write!(f, "`{left}` and `{right}` have no order")
            }
            Self::TakenAsCondition { value } => {
                write!(f, "`{value}` is no boolean; it is taken as a condition")
            }
            Self::Goessner => {
                f.write_str("`draft-goessner-dispatch-jsonpath-00` is read as RFC 9535")
            }
        }
    }
}
