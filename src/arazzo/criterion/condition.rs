//! Simple conditions as trees.

use serde_json::Value;

use super::super::expression::Access;
use super::super::{Expression, SyntaxError, Text};
use super::{looks_like_json_path, parse};
use crate::arazzo::comparison::Comparison;

/// A simple condition: literals, operators and expressions.
///
/// Operators bind as in C: `!`, then comparisons, `&&`, `||`. Beyond the standard's text,
/// - braces group like parentheses, so that `{$statusCode} == 200` and `{$statusCode == 200}` (both
///   in examples of the standard) are what they seem to be; the value keeps its type;
/// - strings may have expressions embedded: `$response.body.name == 'pet {$inputs.name}'`, and may
///   stand in double quotes.
///
/// A bare expression ends at white space, an operator, a quote, a comma or a closing bracket; one
/// that holds such characters stands in braces: `{$response.body#/first name}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub(super) term: Term,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Term {
    /// `true`, `false`, `null` or a number.
    Literal(Value),
    /// A string, which may have expressions embedded.
    Text(Text),
    Expression(Expression),
    /// A value that is entered; never that of a bare expression, which has its own accesses.
    Access(Box<Term>, Vec<Access>),
    Not(Box<Term>),
    /// `&&` between all of these.
    All(Vec<Term>),
    /// `||` between all of these.
    Any(Vec<Term>),
    Compare(Box<Term>, Comparison, Box<Term>),
}

impl Condition {
    /// Reads a condition.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        if looks_like_json_path(text) {
            return Err(SyntaxError::new(0, "a simple condition is no JSONPath")
                .hint("a criterion with one has `type: jsonpath` and a `context`"));
        }
        Ok(Self {
            term: parse::parse(text)?,
        })
    }

    /// Every expression, in order.
    pub fn expressions(&self) -> Vec<&Expression> {
        let mut found = Vec::new();
        self.term.collect(&mut found);
        found
    }
}

impl Term {
    fn collect<'t>(&'t self, found: &mut Vec<&'t Expression>) {
        match self {
            Self::Literal(_) => {}
            Self::Text(text) => found.extend(text.expressions()),
            Self::Expression(expression) => found.push(expression),
            Self::Access(inner, _) | Self::Not(inner) => inner.collect(found),
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.collect(found);
                }
            }
            Self::Compare(left, _, right) => {
                left.collect(found);
                right.collect(found);
            }
        }
    }
}
