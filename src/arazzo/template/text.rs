//! Texts with embedded expressions: `"text {$expression} text"` (Arazzo 1.1.0 "Runtime Expressions",
//! `expression-string`).

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use super::super::expression::{embedded_end, is_expression, unknown_root};
use super::super::{Expression, Scope, SyntaxError, Unresolved};

/// A text in which the values of expressions are put. Braces without an expression are plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Plain(String),
    Expression(Expression),
}

impl Text {
    /// Reads a text. What begins like an expression in braces must be one.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let mut pieces = Vec::new();
        let (mut start, mut at) = (0, 0);
        while let Some(found) = text.get(at..).and_then(|rest| rest.find("{$")) {
            let brace = at + found;
            let inner = text.get(brace + 1..).unwrap_or_default();
            at = brace + 1;
            if !is_expression(inner) {
                let error = unknown_root(inner).filter(|_| inner.contains('}'));
                if let Some(error) = error {
                    return Err(error.shifted(at));
                }
                continue;
            }
            let Some(length) = embedded_end(inner) else {
                return Err(SyntaxError::new(brace, "this `{` is not closed"));
            };
            let expression = inner.get(..length).unwrap_or_default();
            let expression =
                Expression::parse(expression).map_err(|error| error.shifted(brace + 1))?;
            if start < brace {
                pieces.push(Piece::Plain(text[start..brace].to_owned()));
            }
            pieces.push(Piece::Expression(expression));
            at += length + 1;
            start = at;
        }
        if start < text.len() {
            pieces.push(Piece::Plain(text[start..].to_owned()));
        }
        Ok(Self { pieces })
    }

    /// The text itself, if no expression is embedded.
    pub fn plain(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Plain(text)] => Some(text),
            _ => None,
        }
    }

    /// The embedded expressions, in order.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Plain(_) => None,
            Piece::Expression(expression) => Some(expression),
        })
    }

    /// The text with the values in it: strings as they are, all else as JSON (RFC 8259).
    pub fn render(&self, scope: &Scope<'_>) -> Result<String, Unresolved> {
        self.render_with(|expression| expression.evaluate(scope))
    }

    /// The text with marks instead of the values; what makes a mark sees the text in front of it.
    pub fn marked(&self, mut mark: impl FnMut(&str) -> String) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Plain(plain) => text.push_str(plain),
                Piece::Expression(_) => {
                    let mark = mark(&text);
                    text.push_str(&mark);
                }
            }
        }
        text
    }

    /// The text with the values that are found in this way.
    pub(in crate::arazzo) fn render_with<'v, E>(
        &self,
        mut find: impl FnMut(&Expression) -> Result<Cow<'v, Value>, E>,
    ) -> Result<String, E> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Plain(plain) => text.push_str(plain),
                Piece::Expression(expression) => {
                    let value = find(expression)?;
                    text.push_str(&text_of(&value));
                }
            }
        }
        Ok(text)
    }
}

/// A value as text: a string as it is, all else as JSON.
pub(in crate::arazzo) fn text_of(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|piece| match piece {
            Piece::Plain(text) => f.write_str(text),
            Piece::Expression(expression) => write!(f, "{{{expression}}}"),
        })
    }
}
