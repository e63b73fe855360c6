//! Criteria (Arazzo 1.0.1 section 4.6.12; what 1.1.0 says of their evaluation holds for both
//! versions): whether a step did what it should, and whether an action is taken.

mod compare;
mod condition;
mod display;
mod evaluate;
mod expression_type;
mod judge;
mod note;
mod parse;
mod selector;
mod shown;
mod status;

pub use condition::Condition;
pub use expression_type::ExpressionType;
pub use judge::Judgement;
pub use note::Note;
pub use selector::{SelectError, Selector};

use serde_json::Value;

use super::expression::is_expression;
use super::{Expression, JsonPath, Pattern, SyntaxError, Text};
use crate::document::Pointer;

/// A criterion.
#[derive(Debug, Clone, PartialEq)]
pub struct Criterion {
    condition: String,
    context: Option<Expression>,
    test: Test,
}

/// A value is no criterion.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct CriterionError {
    /// Where in the Criterion Object.
    pub pointer: Pointer,
    /// What is wrong there; the offset is one in the string there.
    pub error: SyntaxError,
}

#[derive(Debug, Clone, PartialEq)]
enum Test {
    Simple(Condition),
    Regex(Late<Pattern>),
    JsonPath {
        query: Late<JsonPath>,
        is_goessner: bool,
    },
}

/// Something that is read at once, or, when expressions are embedded, once their values are known.
#[derive(Debug, Clone, PartialEq)]
enum Late<T> {
    Ready(T),
    Text(Text),
}

impl<T> Late<T> {
    fn read(
        text: &str,
        compile: impl FnOnce(&str) -> Result<T, SyntaxError>,
    ) -> Result<Self, SyntaxError> {
        let parsed = Text::parse(text)?;
        match parsed.plain() {
            Some(plain) => compile(plain).map(Self::Ready),
            None => Ok(Self::Text(parsed)),
        }
    }

    fn expressions(&self) -> impl Iterator<Item = &Expression> {
        match self {
            Self::Ready(_) => None,
            Self::Text(text) => Some(text.expressions()),
        }
        .into_iter()
        .flatten()
    }
}

fn pattern(text: &str) -> Result<Pattern, SyntaxError> {
    Pattern::compile(text).map_err(|error| SyntaxError::new(0, error.to_string()))
}

impl Criterion {
    /// Reads a Criterion Object.
    pub fn read(value: &Value) -> Result<Self, CriterionError> {
        let at = |name: &str| Pointer::root().join(name);
        let wrong = |name: &str, message: &str| CriterionError {
            pointer: at(name),
            error: SyntaxError::new(0, message),
        };
        let condition = value
            .get("condition")
            .ok_or_else(|| CriterionError {
                pointer: Pointer::root(),
                error: SyntaxError::new(0, "a criterion has a `condition`"),
            })?
            .as_str()
            .ok_or_else(|| wrong("condition", "a condition is a string"))?;
        let context = match value.get("context") {
            None => None,
            Some(Value::String(context)) => Some(context.as_str()),
            Some(_) => return Err(wrong("context", "the context is an expression")),
        };
        let kind = value.get("type").map(ExpressionType::read).transpose();
        let kind = kind.map_err(|error| CriterionError {
            pointer: at("type"),
            error,
        })?;
        Self::new(condition, &kind.unwrap_or(ExpressionType::Simple), context)
    }

    /// A criterion of a type. All but simple ones need a context; `XPath` is not supported.
    pub fn new(
        condition: &str,
        kind: &ExpressionType,
        context: Option<&str>,
    ) -> Result<Self, CriterionError> {
        let wrong = |name: &str, error| CriterionError {
            pointer: Pointer::root().join(name),
            error,
        };
        if let ExpressionType::XPath { .. } | ExpressionType::JsonPointer = kind {
            let error = SyntaxError::new(0, format!("{kind} is not supported in criteria"));
            return Err(wrong(
                "type",
                error.hint("`simple`, `regex` and `jsonpath` are"),
            ));
        }
        let context = context.map(Expression::parse).transpose();
        let context = context.map_err(|error| wrong("context", error))?;
        if context.is_none() && *kind != ExpressionType::Simple {
            return Err(CriterionError {
                pointer: Pointer::root(),
                error: SyntaxError::new(0, format!("a criterion of type {kind} has a `context`"))
                    .hint("an expression like `$response.body`"),
            });
        }
        let test = match kind {
            ExpressionType::Regex => Late::read(condition, pattern).map(Test::Regex),
            ExpressionType::JsonPath { is_goessner } => {
                Late::read(condition, JsonPath::parse).map(|query| Test::JsonPath {
                    query,
                    is_goessner: *is_goessner,
                })
            }
            _ => Condition::parse(condition).map(Test::Simple),
        };
        Ok(Self {
            condition: condition.to_owned(),
            context,
            test: test.map_err(|error| wrong("condition", error))?,
        })
    }

    /// The condition as the author wrote it.
    pub fn condition(&self) -> &str {
        &self.condition
    }

    /// What the condition is applied to; simple ones need none.
    pub fn context(&self) -> Option<&Expression> {
        self.context.as_ref()
    }

    /// Every expression, that of the context first. A simple condition's context has no effect and
    /// is none of them.
    pub fn expressions(&self) -> Vec<&Expression> {
        let mut found = Vec::new();
        match &self.test {
            Test::Simple(condition) => found.extend(condition.expressions()),
            Test::Regex(pattern) => {
                found.extend(&self.context);
                found.extend(pattern.expressions());
            }
            Test::JsonPath { query, .. } => {
                found.extend(&self.context);
                found.extend(query.expressions());
            }
        }
        found
    }
}

/// Whether a condition of the simple type is more likely a JSONPath.
fn looks_like_json_path(text: &str) -> bool {
    text.starts_with('$') && !is_expression(text) && text[1..].starts_with(['.', '['])
}

#[cfg(test)]
mod tests;
