//! Templates: values in which strings are expressions, or have expressions embedded.

mod error;
mod replacement;
mod text;

pub use error::{RenderError, TemplateError};
pub use replacement::PayloadReplacement;
pub use text::Text;

pub(super) use text::text_of;

use indexmap::IndexMap;
use serde_json::Value;

use super::expression::{is_expression, unknown_root};
use super::{Expression, Scope, Selector};
use crate::document::Pointer;

/// A value that is known once its expressions are: what parameters, payloads and outputs are written
/// as.
///
/// - A string that is an expression (`$inputs.id`) becomes the value with its type. It is taken for
///   one when it begins with `$`, one of the words that expressions begin with, and then ends or
///   goes on with `.`, `[` or `#`; other strings with a `$` (`$5`, `$ref`) are plain.
/// - A string with expressions in braces becomes a string, as 1.1.0 says, even if there is nothing
///   else in it.
/// - An object with the members `context`, `selector` and `type` and no others, of which the first
///   is an expression, is a Selector Object (1.1).
#[derive(Debug, Clone, PartialEq)]
pub struct Template(Node);

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Plain(Value),
    Expression(Expression),
    Text(Text),
    List(Vec<Node>),
    Object(IndexMap<String, Node>),
    Selector(Box<Selector>),
}

impl Template {
    /// Reads a value.
    pub fn parse(value: &Value) -> Result<Self, TemplateError> {
        node(value, &Pointer::root()).map(Self)
    }

    /// The value with everything in it known, or the first thing that is not.
    pub fn render(&self, scope: &Scope<'_>) -> Result<Value, RenderError> {
        render(&self.0, scope).map_err(RenderError::turned)
    }

    /// Whether there is nothing to be evaluated.
    pub fn is_plain(&self) -> bool {
        matches!(self.0, Node::Plain(_))
    }

    /// The expression that this is, if it is nothing else.
    pub fn expression(&self) -> Option<&Expression> {
        match &self.0 {
            Node::Expression(expression) => Some(expression),
            _ => None,
        }
    }

    /// The text that this is, if it is one in which expressions are embedded.
    pub fn text(&self) -> Option<&Text> {
        match &self.0 {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Every expression with its place in the value, in order.
    pub fn expressions(&self) -> Vec<(Pointer, &Expression)> {
        let mut found = Vec::new();
        collect(&self.0, &Pointer::root(), &mut found);
        found
    }
}

fn node(value: &Value, at: &Pointer) -> Result<Node, TemplateError> {
    let wrong = |error| TemplateError {
        pointer: at.clone(),
        error,
    };
    match value {
        Value::String(text) if is_expression(text) => {
            Expression::parse(text).map(Node::Expression).map_err(wrong)
        }
        Value::String(text) => {
            if let Some(error) = unknown_root(text) {
                return Err(wrong(error));
            }
            let text = Text::parse(text).map_err(wrong)?;
            Ok(match text.plain() {
                Some(plain) => Node::Plain(plain.into()),
                None => Node::Text(text),
            })
        }
        Value::Array(items) => {
            let items = items
                .iter()
                .enumerate()
                .map(|(index, item)| node(item, &at.index(index)))
                .collect::<Result<Vec<_>, _>>()?;
            let is_plain = items.iter().all(|item| matches!(item, Node::Plain(_)));
            Ok(if is_plain {
                Node::Plain(value.clone())
            } else {
                Node::List(items)
            })
        }
        Value::Object(_) if Selector::is_one(value) => {
            let selector = Selector::read(value);
            selector
                .map(|selector| Node::Selector(Box::new(selector)))
                .map_err(wrong)
        }
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, member)| Ok((name.clone(), node(member, &at.join(name))?)))
                .collect::<Result<IndexMap<_, _>, TemplateError>>()?;
            let is_plain = members.values().all(|item| matches!(item, Node::Plain(_)));
            Ok(if is_plain {
                Node::Plain(value.clone())
            } else {
                Node::Object(members)
            })
        }
        plain => Ok(Node::Plain(plain.clone())),
    }
}

/// The value, or an error whose way is still from the leaf to the root.
fn render(node: &Node, scope: &Scope<'_>) -> Result<Value, RenderError> {
    match node {
        Node::Plain(value) => Ok(value.clone()),
        Node::Expression(expression) => match expression.evaluate(scope) {
            Ok(value) => Ok(value.into_owned()),
            Err(error) => Err(RenderError::new(&error)),
        },
        Node::Text(text) => text
            .render(scope)
            .map(Value::String)
            .map_err(|error| RenderError::new(&error)),
        Node::Selector(selector) => selector
            .select(scope)
            .map_err(|error| RenderError::new(&error)),
        Node::List(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                render(item, scope).map_err(|error| error.inside(&index.to_string()))
            })
            .collect(),
        Node::Object(members) => members
            .iter()
            .map(|(name, member)| {
                let value = render(member, scope).map_err(|error| error.inside(name))?;
                Ok((name.clone(), value))
            })
            .collect(),
    }
}

fn collect<'t>(node: &'t Node, at: &Pointer, found: &mut Vec<(Pointer, &'t Expression)>) {
    match node {
        Node::Plain(_) => {}
        Node::Expression(expression) => found.push((at.clone(), expression)),
        Node::Text(text) => {
            found.extend(
                text.expressions()
                    .map(|expression| (at.clone(), expression)),
            );
        }
        Node::Selector(selector) => {
            found.extend(
                selector
                    .expressions()
                    .map(|expression| (at.clone(), expression)),
            );
        }
        Node::List(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &at.index(index), found);
            }
        }
        Node::Object(members) => {
            for (name, member) in members {
                collect(member, &at.join(name), found);
            }
        }
    }
}

#[cfg(test)]
mod tests;
