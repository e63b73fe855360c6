//! Selector Objects (Arazzo 1.1.0): a part of a value, found by JSONPath or JSON Pointer.

use serde_json::Value;

use super::super::expression::{follow, is_expression};
use super::super::{Expression, ExpressionType, JsonPath, Scope, SyntaxError};
use super::Late;
use super::judge::structure;
use crate::document::Pointer;

/// A part of the value of an expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Selector {
    context: Expression,
    query: Query,
}

#[derive(Debug, Clone, PartialEq)]
enum Query {
    JsonPath(Late<JsonPath>),
    Pointer(Late<Pointer>),
}

/// A selector has no value in a scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SelectError(String);

fn pointer(text: &str) -> Result<Pointer, SyntaxError> {
    text.parse().map_err(|_| {
        SyntaxError::new(0, format!("`{text}` is no JSON Pointer"))
            .hint("it is empty or starts with `/`, and `~` is written `~0`")
    })
}

impl Selector {
    /// Whether a value is meant as a Selector Object: it has `context`, `selector` and `type`, but for
    /// extensions nothing else, and the context begins like an expression.
    pub fn is_one(value: &Value) -> bool {
        let Some(members) = value.as_object() else {
            return false;
        };
        let context = members.get("context").and_then(Value::as_str);
        context.is_some_and(is_expression)
            && members.contains_key("selector")
            && members.contains_key("type")
            && members.keys().all(|name| {
                ["context", "selector", "type"].contains(&&**name) || name.starts_with("x-")
            })
    }

    /// Reads a Selector Object.
    pub fn read(value: &Value) -> Result<Self, SyntaxError> {
        let text = |name: &str| {
            value.get(name).and_then(Value::as_str).ok_or_else(|| {
                SyntaxError::new(0, format!("a selector has a `{name}`, which is a string"))
            })
        };
        let context = Expression::parse(text("context")?)?;
        let selector = text("selector")?;
        let kind = value
            .get("type")
            .ok_or_else(|| SyntaxError::new(0, "a selector has a `type`"))?;
        let query = match ExpressionType::read(kind)? {
            ExpressionType::JsonPath { .. } => {
                Query::JsonPath(Late::read(selector, JsonPath::parse)?)
            }
            ExpressionType::JsonPointer => Query::Pointer(Late::read(selector, pointer)?),
            other => {
                return Err(
                    SyntaxError::new(0, format!("{other} is not supported in selectors"))
                        .hint("`jsonpath` and `jsonpointer` are"),
                );
            }
        };
        Ok(Self { context, query })
    }

    /// Every expression, that of the context first.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let (path, pointer) = match &self.query {
            Query::JsonPath(query) => (Some(query.expressions()), None),
            Query::Pointer(query) => (None, Some(query.expressions())),
        };
        std::iter::once(&self.context)
            .chain(path.into_iter().flatten())
            .chain(pointer.into_iter().flatten())
    }

    /// What is selected. A JSONPath that finds one node is its value, one that finds more is the list
    /// of their values, and one that finds none has no value.
    pub fn select(&self, scope: &Scope<'_>) -> Result<Value, SelectError> {
        self.find(scope).map_err(SelectError)
    }

    fn find(&self, scope: &Scope<'_>) -> Result<Value, String> {
        let context = self
            .context
            .evaluate(scope)
            .map_err(|error| error.to_string())?;
        if scope.stands_in(&context) {
            let name = context.as_str().and_then(|name| name.strip_suffix('>'));
            let query = match &self.query {
                Query::JsonPath(query) => query.known(scope, JsonPath::parse)?.to_string(),
                Query::Pointer(query) => query.known(scope, pointer)?.to_string(),
            };
            return Ok(format!("{} {query}>", name.unwrap_or_default()).into());
        }
        let context = structure(context)?;
        match &self.query {
            Query::JsonPath(query) => {
                let query = query.known(scope, JsonPath::parse)?;
                let nodes = query.select(&context).map_err(|error| error.to_string())?;
                match nodes.as_slice() {
                    [] => Err(format!("`{query}` finds nothing in `{}`", self.context)),
                    [node] => Ok((*node).clone()),
                    nodes => Ok(nodes.iter().map(|node| (*node).clone()).collect()),
                }
            }
            Query::Pointer(query) => {
                let pointer = query.known(scope, pointer)?;
                pointer
                    .tokens()
                    .try_fold(&*context, |value, token| follow(value, &token))
                    .cloned()
                    .map_err(|why| {
                        format!("`{pointer}` finds nothing in `{}`: {why}", self.context)
                    })
            }
        }
    }
}

impl<T: Clone> Late<T> {
    /// What was read, or what is read now that the embedded expressions have values, all of them.
    fn known(
        &self,
        scope: &Scope<'_>,
        compile: impl FnOnce(&str) -> Result<T, SyntaxError>,
    ) -> Result<T, String> {
        match self {
            Self::Ready(ready) => Ok(ready.clone()),
            Self::Text(text) => {
                let text = text.render(scope).map_err(|error| error.to_string())?;
                compile(&text).map_err(|error| format!("in `{text}`, {error}"))
            }
        }
    }
}
